"""What is to be changed in a document, as plain values.

Passages are counted as ``pipeline.read.document`` lists them, tables as it numbers them. What comes
from another document (the one composed now) is named by its place in that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Marked:
    """A figure to be put into a text: how it is printed, and its short id."""

    text: str
    tag: str


Pieces = tuple[str | Marked, ...]


@dataclass(frozen=True, slots=True)
class Retext:
    """Letters ``start`` to ``end`` of a passage become ``pieces``; their look stays.

    ``marked`` says that they are a figure, or a detail, and stay one: only their text is another.
    Else a figure among them is one no more.
    """

    passage: int
    start: int
    end: int
    pieces: Pieces
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """An empty cell gets the contents of a cell of the other document.

    Both are places: table, row, grid column.
    """

    cell: tuple[int, int, int]
    new: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table's rows in a new order: its own by number, and rows of the other document.

    Rows that ``order`` does not name go. ``new`` is the other document's table.
    """

    table: int
    new: int
    order: tuple[tuple[bool, int], ...]
    """Whether the row is the other document's, and its number there."""


Block = tuple[bool, int]
"""A table (True) by its number, or a paragraph (False) by its passage's place."""


@dataclass(frozen=True, slots=True)
class Insert:
    """A paragraph or table of the other document is put behind one of this (``after``).

    ``own`` is False where ``after`` itself is one of the other document's, put in before.
    """

    after: Block
    own: bool
    new: Block


@dataclass(frozen=True, slots=True)
class Remove:
    """A paragraph or table goes, with the empty paragraphs behind it."""

    block: Block


@dataclass(frozen=True, slots=True)
class Charted:
    """A chart's numbers become those of the other document's chart: both are parts' names.

    With ``whole`` the chart is replaced with its look, as its series or categories are others now.
    """

    part: str
    new: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes to one document.

    ``renamed`` maps short ids to new ones, in every mark; ``properties`` are set.
    """

    texts: tuple[Retext, ...] = ()
    cells: tuple[Cell, ...] = ()
    rows: tuple[Rows, ...] = ()
    inserted: tuple[Insert, ...] = ()
    removed: tuple[Remove, ...] = ()
    charts: tuple[Charted, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
