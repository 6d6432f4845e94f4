"""Enterprises named once above several rows: by the first row of a block, or by a sub-title."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa

from pipeline.model import EXTRA, REASON, ROW_NO, SHEET_ID
from pipeline.profile.schema import Profile
from pipeline.registry import Match, Registry
from pipeline.text import fold

_HEADINGS: Final = ("note", "title", "blank", "signature")
_NUMBER: Final = re.compile(r"^\(?(第?[一二三四五六七八九十]{1,3}|\d{1,2})[)、.:](?!\d)")
_UNIT: Final = re.compile(r"(填报|被督察|报送|责任|所属)?(单位|企业|公司)(名称)?(\(盖章\))?:")
_BEHIND: Final = re.compile(
    r"((环保)?督察|立行立改|整改|事项|问题|台账|清单|情况|部分|表|\(?共?\d*[项个]\)?|\(盖章\)|[:.。])+$"
)


@dataclass(frozen=True, slots=True)
class Above:
    """Who is named above a row that names nobody.

    ``found`` is whom the text means: nobody where the registry doesn't know it. ``heads`` says that
    it is a sub-title, which holds for all rows below. Else a row above names it: ``likely`` where
    names stand in the first row of each block only, or the next name is the same; ``sure`` where
    in addition the numbering goes on. ``first`` marks the first row for which it stands.
    """

    found: tuple[str, ...]
    text: str
    heads: bool = False
    likely: bool = True
    sure: bool = True
    first: bool = True


@dataclass(frozen=True, slots=True)
class _Row:
    place: int | None  # in the table of rows; None of a sub-title
    number: int
    match: Match
    text: str
    serial: int | None = None


def named_above(
    rows: pa.Table,
    aside: pa.Table,
    texts: Sequence[str | None],
    profile: Profile,
    registry: Registry,
    match: Callable[[str], Match],
) -> Mapping[int, Above]:
    """Return who is named above, for those of ``rows`` that name nobody themselves.

    ``texts`` are the cells of the rows that name an enterprise; ``aside`` are the rows set aside.
    """
    found: dict[int, Above] = {}
    for sheet in _by_sheet(rows, aside, texts, profile, registry, match).values():
        sheet.sort(key=lambda row: row.number)
        found.update(_on_sheet(sheet))
    return found


def _by_sheet(
    rows: pa.Table,
    aside: pa.Table,
    texts: Sequence[str | None],
    profile: Profile,
    registry: Registry,
    match: Callable[[str], Match],
) -> dict[int, list[_Row]]:
    serial = next((c.id for c in profile.columns if c.type == "serial"), None)
    size = rows.num_rows
    serials = rows.column(serial).to_pylist() if serial else [None] * size
    places = (rows.column(SHEET_ID).to_pylist(), rows.column(ROW_NO).to_pylist())
    sheets: dict[int, list[_Row]] = {}
    blank = {sheet for sheet, text in zip(places[0], texts, strict=True) if not text}
    naming = {sheet for sheet, text in zip(places[0], texts, strict=True) if text}
    for place, (sheet, number) in enumerate(zip(*places, strict=True)):
        text = texts[place] or ""
        if sheet in blank:
            named = match(text) if text else Match()
            row = _Row(place, number, named, text, _number(serials[place]))
            sheets.setdefault(sheet, []).append(row)
    for row in aside.select([SHEET_ID, ROW_NO, REASON, EXTRA]).to_pylist():
        signed = row[SHEET_ID] in naming and row[REASON] == "signature"
        if row[SHEET_ID] in blank and row[REASON] in _HEADINGS and not signed:
            text = _title(row[EXTRA])
            told = registry.match(text) if text else Match()
            if told.found:
                sheets[row[SHEET_ID]].append(_Row(None, row[ROW_NO], told, text))
    return sheets


def _title(extra: str | None) -> str:
    """The only text of a row, or what stands after 填报单位: at its beginning; without what numbers
    it and words like 整改台账 behind it.
    """
    cells: list[Any] = json.loads(extra) if extra else []
    filled = [fold(cell) for cell in cells if cell]
    if not filled or (len(filled) > 1 and not _UNIT.match(filled[0])):
        return ""
    first = _UNIT.match(filled[0])
    text = filled[0][first.end() :] if first else _NUMBER.sub("", filled[0])
    text = text or (filled[1] if len(filled) > 1 else "")
    return _BEHIND.sub("", text)


def _number(text: str | None) -> int | None:
    folded = fold(text or "")
    return int(folded) if folded.isdecimal() and len(folded) < 9 else None


def _on_sheet(rows: Sequence[_Row]) -> Iterator[tuple[int, Above]]:
    blocks = _in_blocks(rows)
    above: _Row | None = None
    before: _Row | None = None
    first, anew = True, False  # anew: the numbering began again, where a name was left out
    for at, row in enumerate(rows):
        if row.text:
            above, before, first, anew = row, row, True, False
            continue
        assert row.place is not None
        if above is not None and above.place is None:
            yield row.place, Above(above.match.found, above.text, heads=True, first=first)
        elif above is not None and before is not None:
            following = next((r.match.sure for r in rows[at:] if r.text), None)
            step = row.serial - before.serial if row.serial and before.serial else None
            same = above.match.sure is not None and following == above.match.sure
            anew = anew or (step is not None and step < 1)
            likely = (blocks or same) and not anew
            sure = likely and blocks and step == 1
            yield row.place, Above(above.match.found, above.text, False, likely, sure, first)
        before, first = row, False


def _in_blocks(rows: Sequence[_Row]) -> bool:
    """Whether names stand in the first row of each block only, the sheet's first row included."""
    data = [row for row in rows if row.place is not None]
    repeated = any(a.text and b.text and fold(a.text) == fold(b.text) for a, b in pairwise(data))
    return bool(data[0].text) and not repeated
