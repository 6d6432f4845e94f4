"""Our own self-check in what comes back: left out before anything is read.

What a returned workbook says of itself is never trusted: cut and paste break formulas, and anybody
can type over them. Columns are ours where their header is one that only our blank ledger has; the
line above the header begins as ours does. Their cells count neither as values, nor as formulas
without one, nor as errors; a row that holds nothing else is blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.model import Notice
from pipeline.read.grid import Book, Grid
from pipeline.text import SEAL_LABEL, fold, seal

_HEADER: Final = re.compile(
    r"自检\(自动\)|自检辅助\d{1,3}|self-check\(automatic\)|self-checkhelper\d{1,3}"
)
_STATUS: Final = re.compile(r"(自检|self-check):")
_WITHIN: Final = 50  # rows in which a header may stand
_LONGEST: Final = 40


def without_self_check(book: Book) -> Book:
    """Return ``book`` without the cells of our self-check."""
    return replace(book, grids=tuple(map(_without, book.grids)))


def _without(grid: Grid) -> Grid:
    header = next((n for n, row in enumerate(grid.cells[:_WITHIN]) if _own(row)), None)
    if header is None:
        return grid
    columns = frozenset(_own(grid.cells[header]))
    status = {
        (row, column)
        for row in range(header)
        for column, cell in enumerate(grid.cells[row])
        if _STATUS.match(fold(cell[:_LONGEST]))
    }
    cells = [
        ["" if n in columns or (row, n) in status else cell for n, cell in enumerate(line)]
        for row, line in enumerate(grid.cells)
    ]

    def kept(place: tuple[int, int]) -> bool:
        return place[1] not in columns and place not in status

    probe = replace(
        grid.probe,
        errors={place: text for place, text in grid.probe.errors.items() if kept(place)},
        unstored=tuple(place for place in grid.probe.unstored if kept(place)),
        hidden_columns=grid.probe.hidden_columns - columns,
    )
    return replace(grid, cells=cells, probe=probe)


def _own(row: Sequence[str]) -> list[int]:
    """Return the places of our headers in a row."""
    short = ((n, cell) for n, cell in enumerate(row) if 0 < len(cell) <= _LONGEST)
    return [n for n, cell in short if _HEADER.fullmatch(fold(cell))]


def changed_accepted(grid: Grid) -> tuple[Notice, ...] | None:
    """Return where a sheet of accepted items was changed; None where ``grid`` is no such sheet.

    Sorted or deleted rows are no change: each row bears the seal of what it said.
    """
    label = fold(SEAL_LABEL)
    for top, row in enumerate(grid.cells[:_WITHIN]):
        short = ((n, cell) for n, cell in enumerate(row) if 0 < len(cell) <= _LONGEST)
        at = next((n for n, cell in short if fold(cell) == label), None)
        if at is not None:
            return tuple(
                Notice("accepted-changed", grid.name, row=number)
                for number, line in enumerate(grid.cells[top + 1 :], start=top + 2)
                if any(line) and not _sealed(line, at)
            )
    return None


def _sealed(line: Sequence[str], at: int) -> bool:
    cells = [*line[:at], *[""] * (at - len(line))]
    return at < len(line) and seal(cells) == line[at] and not any(line[at + 1 :])
