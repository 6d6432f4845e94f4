"""A workbook in the making: pages of lines of cells, and what a careful person reads in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from random import Random
from typing import Any

from messy.truth import KINDS, LABELS, Truth


class Want(Enum):
    """How sure a careful person is of a cell."""

    CLEAR = "clear"
    EITHER = "either"  # may be understood, may be asked about
    ASK = "ask"  # must be asked about


@dataclass(frozen=True)
class Wish:
    """What should come of a cell: ``values`` are the right ones."""

    want: Want
    values: tuple[Any, ...] = ()


@dataclass
class Cell:
    """A cell as Excel knows it: the value (of a formula, the stored one) and how it shows."""

    value: Any = None
    format: str = ""
    formula: str = ""
    strike: bool = False
    note: str = ""


@dataclass(eq=False)
class Column:
    """A column of a page: ``key`` is the profile's or, of others, starts with "?".

    ``alone`` is its label in a header of one row, where it needs its group to be understood.
    """

    key: str
    label: str
    group: str = ""
    hidden: bool = False
    alone: str = ""


@dataclass(eq=False)
class Line:
    """A line below the header. ``item`` is the truth's item, None of lines that are no items.

    ``order`` is set after a second header that stands in another order.
    """

    cells: dict[str, Cell] = field(default_factory=dict)
    item: int | None = None
    hidden: bool = False
    order: list[str] | None = None
    wide: bool = False


@dataclass(eq=False)
class Page:
    """A sheet."""

    name: str
    columns: list[Column] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    above: list[list[Any]] = field(default_factory=list)
    left: int = 0
    two_heads: str = ""  # "merged" or "plain" where the header takes two rows
    merges: list[tuple[str, Line, Line]] = field(default_factory=list)
    state: str = "visible"
    filtered: bool = False
    bare: bool = False  # no header and no items: a sheet beside the ledger

    def data(self) -> list[Line]:
        """The lines that are items."""
        return [line for line in self.lines if line.item is not None]

    def has(self, key: str) -> bool:
        """Whether the page has a column."""
        return any(column.key == key for column in self.columns)

    def column(self, key: str) -> Column:
        """Return a column by key."""
        return next(column for column in self.columns if column.key == key)


@dataclass(eq=False)
class Draft:
    """A file in the making. ``share`` is how many of the cells that it fits a mess takes."""

    truth: Truth
    random: Random
    share: float = 1.0
    pages: list[Page] = field(default_factory=list)
    wishes: dict[tuple[int, str], Wish] = field(default_factory=dict)
    taken: dict[tuple[int, str], str] = field(default_factory=dict)
    stem: str = ""
    writer: str = "openpyxl"
    epoch_1904: bool = False
    dimension: str = ""
    told: list[str] = field(default_factory=list)  # one of these codes must be told of the file
    allowed: set[str] = field(default_factory=set)  # questions that are in order for the file
    nameless: bool = False  # nothing may tell the enterprise
    mess: str = ""
    marked: set[int] = field(default_factory=set)  # items of which something must be asked

    @property
    def sender(self) -> str:
        """Who sends the file: its enterprise, or for several one above them."""
        if self.nameless:
            return "本单位"
        return self.truth.owners[0].name if len(self.truth.owners) == 1 else "示例集团"

    @property
    def page(self) -> Page:
        """The first ledger sheet."""
        return next(page for page in self.pages if not page.bare)

    def ledgers(self) -> list[Page]:
        """The sheets that hold items."""
        return [page for page in self.pages if not page.bare]

    def wish(self, item: int, key: str, want: Want, *values: Any) -> None:
        """Say what should come of a cell."""
        self.wishes[item, key] = Wish(want, values)
        self.taken[item, key] = self.mess

    def free(self, keys: Sequence[str]) -> list[tuple[Line, str]]:
        """The cells of items under ``keys`` that no mess has changed, in a random choice."""
        found = [
            (line, key)
            for page in self.ledgers()
            for line in page.data()
            for key in keys
            if page.has(key) and key in line.cells and (line.item, key) not in self.taken
        ]
        return [place for place in found if self.random.random() < self.share]

    def clear_free(self, keys: Sequence[str]) -> list[tuple[Line, str]]:
        """The same, without cells that hold nothing."""
        return [(n, k) for n, k in self.free(keys) if n.cells[k].value is not None]


Mess = Callable[[Draft], None]


@dataclass(frozen=True)
class Kind:
    """A kind of mess: when it is done, which others it excludes, and which writers show it."""

    name: str
    apply: Mess
    stage: int
    slot: str = ""
    writers: tuple[str, ...] = ("openpyxl", "xlsxwriter", "csv", "xls")
    clear: bool = True


REGISTERED: dict[str, Kind] = {}
WORKBOOKS = ("openpyxl", "xlsxwriter", "xls")
XLSX = ("openpyxl", "xlsxwriter")
SPLIT, VALUES, COLUMNS, ROWS, HEADS, ABOVE, BOOK = range(7)


def mess(
    stage: int,
    slot: str = "",
    *,
    writers: tuple[str, ...] = Kind.writers,
    clear: bool = True,
    name: str = "",
) -> Callable[[Mess], Mess]:
    """Register a kind of mess under the function's name."""

    def register(function: Mess) -> Mess:
        kind = name or function.__name__
        assert kind not in REGISTERED, kind
        REGISTERED[kind] = Kind(kind, function, stage, slot, writers, clear)
        return function

    return register


def start(truth: Truth, random: Random, columns: Sequence[str]) -> Draft:
    """Lay the truth out as a clean sheet: one header row, one row an item, true dates."""
    draft = Draft(truth, random, stem="整改台账")
    draft.stem = f"{draft.sender}整改台账"
    page = Page("整改台账", [Column(key, LABELS[key]) for key in columns])
    for place, item in enumerate(truth.items):
        line = Line({key: plain(item.get(key)) for key in columns}, place)
        page.lines.append(line)
        for key in columns:
            if KINDS[key] != "serial":
                draft.wishes[place, key] = Wish(Want.CLEAR, (item.get(key),))
    draft.pages.append(page)
    return draft


def plain(value: Any) -> Cell:
    """Return the cell into which a careful clerk would put a value."""
    if isinstance(value, date):
        return Cell(value, "yyyy/m/d")
    if isinstance(value, Decimal):
        return Cell(int(value) if value == value.to_integral_value() else float(value))
    return Cell(value)
