"""What a briefing says, as plain values: made from profiles and figures, written by a writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Placed:
    """A printed figure: its text, and the short id under which the manifest knows it."""

    text: str
    tag: str


PERIOD, AS_OF, INPUTS = "taizhang.period", "taizhang.as_of", "taizhang.inputs"
"""Names of the properties by which a document says what it was made from: the period's id, its
ledgers' dates, the hash of its inputs."""

ISSUED = "taizhang.issued"
"""Name of the property with the day (ISO) on which the document was issued."""

LOG = "taizhang.log"
"""Name of the property with the entry of the log that was the newest when the document was issued:
its position and its hash."""

CORRECTION = "taizhang.correction"
"""Name of the property by which a 更正 says which edition of its period it is."""

Cell = str | Placed
Sentence = tuple[Cell, ...]
"""Text and figures in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Series:
    """A chart's series: a value for each category, None where there is none.

    ``shade`` is its place among the figures asked for, so that a figure looks the same where
    others are left out. ``rate`` says that the values are per cent.
    """

    name: str
    values: tuple[Placed | None, ...]
    shade: int
    rate: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of figures: at least one of ``series``, each over all ``categories``.

    "stacked" are bars, one for each category, whose series are the parts of a whole; "bars" stand
    side by side; a "trend" are columns over time, with rates as lines above them. ``words`` tell
    every number to those who can't see it. ``note`` says what it leaves out and stands right below
    it ("" for none).
    """

    caption: Sentence
    kind: Literal["stacked", "bars", "trend"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``header`` cells, ``rows`` of as many cells; ``total`` says the last row is one.

    ``numeric`` tells which columns hold figures. ``weights`` are relative column widths. ``note``
    stands below the table ("" for none). ``chart`` stands above it, under the same caption.
    """

    caption: Sentence
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]
    weights: tuple[float, ...]
    total: bool = False
    note: str = ""
    chart: Chart | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the body."""

    heading: str
    blocks: tuple[Sentence | Grid | Chart, ...]


@dataclass(frozen=True, slots=True)
class RowPaper:
    """A plain paper, such as the report on one row: title, who gives it, as of when, its sections.

    ``issued`` is the day of issue, which publishing sets; "" for a paper that is not issued.
    ``origin`` are properties that it carries unseen.
    """

    title: str
    office: str
    date: str
    sections: tuple[Section, ...]
    lang: str
    issued: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Briefing:
    """A whole briefing. ``number`` is the issue within the year, ``running`` the running total.

    ``date`` is the as-of date in words. ``marking`` is 内部资料 or "". ``report_to``, ``send_to``
    and ``copy_to`` are the addressees of 报: / 送: / 发:, ``copies`` the printed copies (0: not
    said). ``draft`` says whether it is still to be signed: then its number is 拟第N期. ``signer``
    is who signed it, "" until then. ``log`` is the entry of the log that it prints, "" until it is
    issued. ``daily`` says that it is the one-page form. ``remarks`` are the paragraphs of the 按语.
    ``origin`` are properties that the document carries unseen: what it was made from.
    """

    title: str
    number: int
    running: int
    office: str
    date: str
    marking: str
    sections: tuple[Section, ...]
    annexes: tuple[Grid | Chart, ...]
    report_to: tuple[str, ...]
    send_to: tuple[str, ...]
    copy_to: tuple[str, ...]
    copies: int
    lang: str
    draft: bool = True
    daily: bool = False
    remarks: tuple[str, ...] = ()
    signer: str = ""
    log: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)
