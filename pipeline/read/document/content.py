"""What a Word document holds that is printed, as plain values: passages, tables' cells, charts.

Values pass from the child that reads as JSON: ``encoded`` and ``decoded``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Story = Literal["body", "header", "footer", "note", "chart", "alt"]


@dataclass(frozen=True, slots=True)
class Span:
    """Letters ``start`` to ``end`` of a passage that stand in a bookmark or control of that name.

    Pieces of one bookmark or control that runs over several passages have one ``key``. It is empty
    (start = end) where its text was deleted.
    """

    name: str
    kind: Literal["bookmark", "control", "field"]
    key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of a table: the tables of a document, their rows and grid columns count from 0."""

    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph as it is printed: without what is deleted, hidden, or a page's number.

    ``heading`` is the heading it stands under; ``caption``, in a table, the paragraph above that.
    """

    story: Story
    text: str
    heading: str = ""
    caption: str = ""
    cell: Place | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A row of values in a chart: as the chart shows them, and the cells they are said to be from.

    ``values`` and ``cells`` ("Sheet1!B2", "" where that can't be told) go with ``categories``.
    """

    name: str
    categories: tuple[str, ...]
    values: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. ``workbook`` are the cells of the workbook within it, ``names`` the defined names.

    Both by cell; the first is empty where the chart has no workbook, or one that can't be read.
    ``part`` is the package's part that holds the chart.
    """

    title: str
    heading: str
    series: tuple[Series, ...]
    workbook: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    part: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Everything printed, in its order, and the custom properties."""

    passages: tuple[Passage, ...]
    charts: tuple[Chart, ...]
    properties: Mapping[str, str]


def encoded(document: Document) -> bytes:
    """Return a document as JSON."""
    return json.dumps(asdict(document), ensure_ascii=False).encode()


def decoded(told: Mapping[str, Any]) -> Document:
    """Return the document that ``encoded`` wrote, its JSON parsed."""
    passages = (
        Passage(
            **{
                **one,
                "cell": Place(**one["cell"]) if one["cell"] is not None else None,
                "spans": tuple(Span(**span) for span in one["spans"]),
            }
        )
        for one in told["passages"]
    )
    charts = (
        Chart(**{**one, "series": tuple(_series(each) for each in one["series"])})
        for one in told["charts"]
    )
    return Document(tuple(passages), tuple(charts), told["properties"])


def _series(told: Mapping[str, Any]) -> Series:
    return Series(told["name"], *(tuple(told[n]) for n in ("categories", "values", "cells")))
