"""One file's bytes become sheets and notices. Runs in the child."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.limits import Limits
from pipeline.model import Notice, Sheet
from pipeline.read.declared import META_SHEET, OWN_SHEETS, own_word
from pipeline.read.grid import Grid
from pipeline.read.header import letter
from pipeline.read.labels import Labels
from pipeline.read.layout import Ledger, Lines, lay_out
from pipeline.read.opening import open_book
from pipeline.read.own import without_self_check
from pipeline.read.refusal import RefusedError

_LISTED: Final = 10  # rows, columns or strays named in one notice
_OWN_GUIDES: Final = ("填报说明", "Instructions")
"""Names of the sheet with instructions in our own blank ledgers."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """What one file gave: its sheets (ids from 0), the lines of those that are ledgers, notices."""

    sheets: tuple[Sheet, ...]
    lines: tuple[Lines | None, ...]
    notices: tuple[Notice, ...]


def read_file(
    data: bytes,
    name: str,
    known: Sequence[Labels],
    limits: Limits,
    passwords: tuple[str, ...] = (),
) -> FileRead:
    """Return what the file called ``name`` holds for the ledgers ``known``.

    ``passwords`` are tried where it is locked. A file that can't be read gives no sheets and one
    notice; nothing raises for what is in it.
    """
    try:
        book = without_self_check(open_book(data, limits, passwords))
    except RefusedError as refusal:
        return FileRead((), (), (Notice(refusal.code, params=refusal.params),))
    word = _own_word(book.grids)
    file_name = name.rpartition("/")[2]
    sheets: list[Sheet] = []
    lines: list[Lines | None] = []
    notices = [Notice("opened-by-password")] if book.unlocked else []
    for number, grid in enumerate(book.grids):
        sheet = Sheet(number, -1, grid.name, None, modified=book.modified)
        names = (grid.name, file_name)
        ledger = None
        if grid.name not in OWN_SHEETS and grid.refusal is None and grid.has_values:
            ledger = lay_out(grid, known, word=word.get("profile", ""), names=names)
        if ledger is None:
            sheets.append(replace(sheet, why=_why_not(grid)))
            lines.append(None)
        else:
            sheets.append(_as_sheet(sheet, ledger, word))
            lines.append(ledger.lines)
            told = (*ledger.notices, *_shown_by_probe(grid, ledger, bool(word)))
            notices += [replace(notice, sheet=grid.name) for notice in told]
    notices += _about_sheets(book.grids, sheets, bool(word))
    return FileRead(tuple(sheets), tuple(lines), tuple(notices))


def _own_word(grids: Iterable[Grid]) -> dict[str, str]:
    return next((own_word(g.cells) for g in grids if g.name == META_SHEET), {})


def _why_not(grid: Grid) -> str:
    if grid.name in OWN_SHEETS:
        return "own"
    if grid.refusal is not None:
        return grid.refusal.params.get("why", grid.refusal.code)
    return "no-header" if grid.has_values else "empty"


def _as_sheet(sheet: Sheet, ledger: Ledger, word: dict[str, str]) -> Sheet:
    heads, known = ledger.header.heads, ledger.columns.known
    declared = {**word, "filing": ledger.filing} if ledger.filing else dict(word)
    return replace(
        sheet,
        ledger=ledger.labels.profile.id,
        header_row=ledger.header.bottom + 1,
        columns={name: heads[place] for name, place in known.items()}
        | dict.fromkeys(ledger.named, sheet.name),
        letters={name: letter(place) for name, place in known.items()},
        unknown=ledger.columns.unknown,
        declared=declared,
        title=ledger.title,
    )


def _about_sheets(grids: Sequence[Grid], sheets: Sequence[Sheet], own: bool) -> Iterator[Notice]:
    """Tell of sheets that were not read, or that no one sees."""
    any_ledger = any(sheet.ledger for sheet in sheets)
    refusals = False
    for grid, sheet in zip(grids, sheets, strict=True):
        if grid.refusal is not None:
            refusals = True
            yield Notice(grid.refusal.code, grid.name, params=grid.refusal.params)
        elif sheet.ledger and grid.hidden:
            yield Notice("hidden-sheet", grid.name)
        elif any_ledger and sheet.why == "no-header" and not (own and grid.name in _OWN_GUIDES):
            yield Notice("sheet-ignored", grid.name)
    if not any_ledger and not refusals:
        yield Notice("no-header")


# ---------------------------------------------------------------- what the XML showed


def _shown_by_probe(grid: Grid, ledger: Ledger, own: bool) -> Iterator[Notice]:
    """Tell what a person would not see, or the reader did not get, within the ledger's rows."""
    probe, heads = grid.probe, ledger.header.heads
    data = {n for n, r in zip(ledger.lines.row_no, ledger.lines.reason, strict=True) if r is None}
    for (row, column), value in sorted(probe.errors.items()):
        if row + 1 in data:
            yield Notice("error-cell", row=row + 1, column=_head(heads, column), value=value)
    for row, column in probe.unstored:
        if row + 1 in data and column < len(heads) and heads[column]:
            yield Notice("formula-without-value", row=row + 1, column=_head(heads, column))
    hidden = [row + 1 for row in probe.hidden_rows if row + 1 in data]
    filtered = [n for n in hidden if any(top < n - 1 <= end for top, end in probe.filters)]
    unseen = [n for n in hidden if n not in set(filtered)]
    for code, rows in (("filtered-rows", filtered), ("hidden-rows", unseen)):
        if rows:
            yield Notice(code, row=rows[0], params={"count": len(rows), "rows": rows[:_LISTED]})
    yield from _hidden_columns(grid, ledger, own)
    if probe.extent[0] * probe.extent[1] > probe.body[0] * probe.body[1] and _cut(grid):
        cells = [f"{letter(column)}{row + 1}" for row, column in probe.strays]
        yield Notice("stray-cells", params={"count": len(cells), "cells": cells[:_LISTED]})


def _hidden_columns(grid: Grid, ledger: Ledger, own: bool) -> Iterator[Notice]:
    """Tell of hidden columns that hold values in the ledger's data; our form hides its own."""
    columns, lines = ledger.columns, ledger.lines
    names = [
        ledger.header.heads[place]
        for name, place in sorted(columns.known.items(), key=lambda pair: pair[1])
        if place in grid.probe.hidden_columns and any(lines.texts[name])
    ]
    names += [
        head
        for place, head in columns.extra.items()
        if not own and place in grid.probe.hidden_columns and _filled(grid, ledger, place)
    ]
    if names:
        params = {"count": len(names), "columns": names[:_LISTED]}
        yield Notice("hidden-columns", column=names[0], params=params)


def _filled(grid: Grid, ledger: Ledger, column: int) -> bool:
    below = grid.cells[ledger.header.bottom + 1 :]
    return any(column < len(row) and row[column] for row in below)


def _cut(grid: Grid) -> bool:
    """Whether strays were left out: the grid is smaller than where values stand."""
    return len(grid.cells) < grid.probe.extent[0] or any(
        column >= max(map(len, grid.cells), default=0) for _, column in grid.probe.strays
    )


def _head(heads: Sequence[str], column: int) -> str:
    return heads[column] if column < len(heads) and heads[column] else letter(column)
