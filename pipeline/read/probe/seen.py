"""What one look at a sheet shows, in the same words for every kind of file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline.read.refusal import refused

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
NOTED: Final = 10_000
"""Comments, pictures and cells crossed out in part that are noted of one sheet; none has more."""
WORDS: Final = 300
"""Signs that are kept of a comment."""
_STRAYS: Final = 100
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})\Z")

Cell = tuple[int, int]
"""Row and column, both counted from 0."""

Merge = tuple[int, int, int, int]
"""Top, left, bottom, right of merged cells, from 0, ends included."""


class Partly(NamedTuple):
    """A text of which some is crossed out: what is, and what is left."""

    struck: str
    left: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What a sheet shows. Rows and columns count from 0; only cells with values count.

    ``hidden_rows`` were hidden by hand, ``filtered_rows`` by a filter. ``hidden_columns`` are those
    declared hidden, whether or not they hold values. ``struck`` maps rows to the columns of cells
    that are crossed out as a whole. ``pictures`` are cells that hold a picture instead of a value,
    ``covered`` those over which one lies. ``merged`` is told only where the reader does not tell
    it. ``body`` is (rows, columns) of the table without strays: few values far from everything
    else. Not ``complete``: the file could not be looked through, and may hold more of these.
    """

    errors: Mapping[Cell, str] = field(default_factory=dict)
    unstored: tuple[Cell, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    filtered_rows: tuple[int, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    struck: Mapping[int, Sequence[int]] = field(default_factory=dict)
    partly: Mapping[Cell, Partly] = field(default_factory=dict)
    comments: Mapping[Cell, str] = field(default_factory=dict)
    pictures: frozenset[Cell] = frozenset()
    covered: frozenset[Cell] = frozenset()
    complete: bool = True
    merged: tuple[Merge, ...] = ()
    extent: tuple[int, int] = (0, 0)
    body: tuple[int, int] = (0, 0)
    strays: tuple[Cell, ...] = ()

    @property
    def few_strays(self) -> bool:
        """Whether what stands outside the body is a slip rather than a second table."""
        return len(self.strays) < _STRAYS


def address(reference: str) -> Cell:
    """Return row and column, from 0, of a reference such as ``AB12``; refuse impossible ones."""
    found = _REFERENCE.match(reference)
    if not found:
        raise refused("extent")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    if column > LAST_COLUMN or not 1 <= row <= LAST_ROW:
        raise refused("extent")
    return row - 1, column - 1


def area(reference: str) -> tuple[Cell, Cell]:
    """Return the first and last cell of a range such as ``A1:C9`` or ``A1``."""
    first, _, last = reference.replace("$", "").partition(":")
    return address(first), address(last or first)


def number(text: str | None) -> int:
    """Return a whole number that is written in a part; -1 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else -1


def in_filter(row: int, filters: Sequence[tuple[int, int]]) -> bool:
    """Whether a row lies below the head of one of the filtered ranges (first and last row)."""
    return any(top < row <= bottom for top, bottom in filters)
