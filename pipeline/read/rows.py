"""Which rows of a table are data, seen together: what stands above, below and between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.model import Notice
from pipeline.read.columns import Columns
from pipeline.read.header import letter
from pipeline.read.hints import is_hint
from pipeline.read.labels import Labels
from pipeline.read.lines import Guide, reason_above, reason_below
from pipeline.read.tables import Table
from pipeline.text import fold

_GAP: Final = 20  # blank rows after which a short text alone is a stray
_STRAY_LENGTH: Final = 3
_LISTED: Final = 10
_POINT: Final = re.compile(r"\(?\d{1,2}\)?[.、)].+")
_DEFAULTS: Final = ("choice", "choices", "serial", "enterprise")
_ALIKE: Final = 3


def reasons_of(
    table: Table, columns: Columns, about: Guide
) -> tuple[dict[int, str | None], list[Notice]]:
    """Return each line's reason by row, up to the last that holds more than prefilled things.

    What stands far below the table is told of.
    """
    reasons: dict[int, str | None] = {}
    header, cells, begun = table.header, table.grid.cells, False
    for number in range(table.first, len(cells)):
        row = cells[number]
        if number < header.top:
            reasons[number] = reason_above(row)
        elif number in table.again:
            reasons[number] = "header-again"
        elif number > header.bottom:
            reason = reason_below(number, row, about)
            if reason is None and not begun and is_hint(row, table.labels, columns):
                reason = "hint"
            if reason is None and reasons.get(number - 1) == "note" and _goes_on(number, cells):
                reason = "note"
            begun = begun or reason is None
            reasons[number] = reason
    for number in reversed(list(reasons)):
        if reasons[number] != "blank" or number < header.top:
            break
        del reasons[number]
    strays = _set_strays_aside(cells, reasons)
    _set_drawn_down_aside(cells, reasons, columns, table.labels)
    return reasons, strays


def _set_strays_aside(
    cells: Sequence[Sequence[str]], reasons: dict[int, str | None]
) -> list[Notice]:
    """Set aside a sign or two that stand alone far below the table, and tell of them."""
    strays = []
    for row in reversed(list(reasons)):
        filled = [(i, cell) for i, cell in enumerate(cells[row]) if cell]
        if reasons[row] is not None:
            continue
        if len(filled) != 1 or len(filled[0][1]) > _STRAY_LENGTH:
            break
        if any(reasons.get(above) != "blank" for above in range(row - _GAP, row)):
            break
        reasons[row] = "note"
        strays.append(f"{letter(filled[0][0])}{row + 1}")
    params = {"count": len(strays), "cells": strays[:_LISTED]}
    return [Notice("stray-cells", params=params)] if strays else []


def _goes_on(row: int, cells: Sequence[Sequence[str]]) -> bool:
    """Whether a row is the next point of the note above it: 2. below 注：1."""
    places = [[i for i, cell in enumerate(cells[n]) if cell] for n in (row - 1, row)]
    alone = len(places[1]) == 1 and places[0] == places[1]
    return alone and bool(_POINT.fullmatch(fold(cells[row][places[1][0]])))


def _set_drawn_down_aside(
    cells: Sequence[Sequence[str]],
    reasons: dict[int, str | None],
    columns: Columns,
    labels: Labels,
) -> None:
    """Three or more rows at the end that are alike but for their number, and hold nothing but name
    and choices, were filled by drawing down: nobody wrote an item there.
    """
    types = {at: labels.profile.column(name).type for name, at in columns.known.items()}
    run: list[int] = []
    seen: set[tuple[tuple[int, str], ...]] = set()
    for row in reversed(list(reasons)):
        if reasons[row] is not None:
            continue
        filled = {i: cell for i, cell in enumerate(cells[row]) if cell and i != columns.token}
        if any(types.get(at) not in _DEFAULTS for at in filled):
            break
        seen.add(tuple((at, cell) for at, cell in filled.items() if types[at] != "serial"))
        if len(seen) > 1:
            break
        run.append(row)
    if len(run) >= _ALIKE:
        reasons.update(dict.fromkeys(run, "blank"))
