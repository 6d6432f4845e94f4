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
from pipeline.read.noticed import noticed, with_pictures
from pipeline.read.opening import open_book
from pipeline.read.own import changed_accepted, without_self_check
from pipeline.read.refusal import RefusedError
from pipeline.read.sideways import stands_sideways

_DIGITS: Final = 6
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
    for grid in book.grids:
        sheet = Sheet(len(sheets), -1, grid.name, None, modified=book.modified)
        ledgers: tuple[Ledger, ...] = ()
        accepted = changed_accepted(grid)
        if accepted is not None:
            sheets.append(replace(sheet, why="own"))
            lines.append(None)
            notices += accepted
            continue
        if grid.name not in OWN_SHEETS and grid.refusal is None and grid.has_values:
            names = (grid.name, file_name)
            number = word.get("version", "")
            version = int(number) if number.isdecimal() and len(number) < _DIGITS else None
            ledgers = lay_out(
                grid, known, word=word.get("profile", ""), names=names, version=version
            )
        if not ledgers:
            sheets.append(replace(sheet, why=_why_not(grid, known)))
            lines.append(None)
        for ledger in ledgers:
            sheets.append(_as_sheet(replace(sheet, id=len(sheets)), ledger, word))
            lines.append(with_pictures(grid, ledger))
            told = (*ledger.notices, *noticed(grid, ledger, own=bool(word)))
            here = (replace(notice, sheet=grid.name) for notice in told)
            notices += [notice for notice in here if notice not in notices]
    notices += _about_sheets(book.grids, sheets, bool(word))
    ledgers_on = {sheet.name for sheet in sheets if sheet.ledger}
    if any(grid.name in ledgers_on and not grid.probe.complete for grid in book.grids):
        notices.append(Notice("not-looked-through"))
    return FileRead(tuple(sheets), tuple(lines), tuple(notices))


def _own_word(grids: Iterable[Grid]) -> dict[str, str]:
    return next((own_word(g.cells) for g in grids if g.name == META_SHEET), {})


def _why_not(grid: Grid, known: Sequence[Labels]) -> str:
    if grid.name in OWN_SHEETS:
        return "own"
    if grid.refusal is not None:
        return grid.refusal.params.get("why", grid.refusal.code)
    if not grid.has_values:
        return "empty"
    return "sideways" if stands_sideways(grid, known) else "no-header"


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
        filled={name: tuple(rows) for name, rows in ledger.lines.filled.items()},
    )


def _about_sheets(grids: Sequence[Grid], sheets: Sequence[Sheet], own: bool) -> Iterator[Notice]:
    """Tell of sheets that were not read, or that no one sees."""
    any_ledger = any(sheet.ledger for sheet in sheets)
    told = False
    first = {sheet.name: sheet for sheet in reversed(sheets)}
    for grid in grids:
        sheet = first[grid.name]
        if grid.refusal is not None:
            told = True
            yield Notice(grid.refusal.code, grid.name, params=grid.refusal.params)
        elif sheet.why == "sideways":
            told = True
            yield Notice("sideways", grid.name)
        elif sheet.ledger and grid.hidden:
            yield Notice("hidden-sheet", grid.name)
        elif any_ledger and sheet.why == "no-header" and not (own and grid.name in _OWN_GUIDES):
            yield Notice("sheet-ignored", grid.name)
    if not any_ledger and not told:
        yield Notice("no-header")
