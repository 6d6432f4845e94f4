"""A sheet's grid of text becomes a ledger's lines: pure, and the same for every kind of file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from pipeline.model import Notice
from pipeline.read.declared import filing
from pipeline.read.grid import Grid
from pipeline.read.header import Columns, Header, assign, find_header, letter
from pipeline.read.labels import Labels, folded_label
from pipeline.read.lines import Guide, guide, reason_above, reason_below
from pipeline.text import fold

_TITLE_LENGTH: Final = 2_000
_LABEL: Final = 40
_SHEET_WORDS: Final = re.compile(
    r"(整改)?(事项|问题|项目|台账|清单|情况|部分|表)+$|\(\d+\)$|^\d+[.、]"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of one sheet, a list per column, all of one length; None is a blank.

    ``texts`` has every column of the profile, blanks at the ends of a cell included; ``filled`` the
    rows, as Excel shows them, that a merged cell above fills, by column. Set-aside lines
    (``reason``) have no texts: all their cells stand in ``extra``.
    """

    row_no: list[int] = field(default_factory=list)
    reason: list[str | None] = field(default_factory=list)
    token: list[str | None] = field(default_factory=list)
    extra: list[str | None] = field(default_factory=list)
    texts: dict[str, list[str | None]] = field(default_factory=dict)
    filled: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One sheet understood as a ledger.

    ``named`` are columns that the sheet lacks and its name tells for all rows: 已完成, 废水类.
    """

    labels: Labels
    header: Header
    columns: Columns
    lines: Lines
    filing: str
    title: str
    notices: tuple[Notice, ...]
    named: Mapping[str, str]

    @property
    def has_data(self) -> bool:
        """Whether any line is data."""
        return None in self.lines.reason


def lay_out(
    grid: Grid, known: Sequence[Labels], *, word: str = "", names: Sequence[str] = ()
) -> Ledger | None:
    """Return the ledger that ``grid`` holds, None where no header of a known ledger is found.

    ``word`` is the profile that the file itself claims to be; it wins if its header is there. Then
    the profile with most of its columns wins, then the one whose hints the sheet's name bears.
    ``names`` are the sheet's and the file's, for what they say of nil returns.
    """
    found = [(labels, *place) for labels in known if (place := find_header(grid, labels))]
    if not found:
        return None
    name = fold(grid.name)

    def worth(candidate: tuple[Labels, Header, int]) -> tuple[bool, int, bool]:
        profile = candidate[0].profile
        hinted = any(fold(hint) in name for hint in profile.sheet.names)
        return profile.id == word, candidate[2], hinted

    labels, header, _ = max(found, key=worth)
    return _ledger(grid, labels, header, names)


def _ledger(grid: Grid, labels: Labels, header: Header, names: Sequence[str]) -> Ledger:
    below = grid.cells[header.bottom + 1 :]
    columns = assign(header, labels, below)
    about = guide(header, labels, columns, grid.merged)
    reasons = _reasons(grid.cells, header, about)
    second = _second_header(grid.cells, labels, reasons)
    fills, merged = _fills(grid, labels, header, columns, reasons)
    named = told_by_name(grid.name, labels, columns)
    lines = _lines(grid, header, labels, columns, reasons, fills, named)
    above = grid.cells[: header.top]
    said = filing(above, names)
    if not said and None not in lines.reason:
        said = next((r for r in reasons.values() if r in ("nil", "unchanged")), "")
    title = " ".join(cell for row in above for cell in row if cell)[:_TITLE_LENGTH]
    missing = _missing(labels, columns.known.keys() | named.keys())
    said_by_name = [
        Notice("told-by-sheet-name", column=labels.profile.column(name).label.zh, value=text)
        for name, text in named.items()
    ]
    notices = (*columns.notices, *missing, *merged, *said_by_name, *second)
    return Ledger(labels, header, columns, lines, said, title, notices, named)


def told_by_name(name: str, labels: Labels, columns: Columns) -> dict[str, str]:
    """Return the choice column that the sheet lacks and its name tells, with what it tells.

    Only where the whole name, without 事项, 台账 and the like, is a spelling of one such column.
    """
    word = _SHEET_WORDS.sub("", fold(name))
    owners = [
        column
        for column, spellings in labels.spellings.items()
        if word in spellings and column not in columns.known
    ]
    return {owners[0]: word} if len(owners) == 1 and word else {}


def _reasons(cells: Sequence[Sequence[str]], header: Header, about: Guide) -> dict[int, str | None]:
    """Return each line's reason by row, up to the last that holds more than prefilled things."""
    reasons: dict[int, str | None] = {}
    for number, row in enumerate(cells):
        if number < header.top:
            reasons[number] = reason_above(row)
        elif number > header.bottom:
            reasons[number] = reason_below(number, row, about)
    for number in reversed(list(reasons)):
        if reasons[number] != "blank" or number < header.top:
            break
        del reasons[number]
    return reasons


def _second_header(
    cells: Sequence[Sequence[str]], labels: Labels, reasons: dict[int, str | None]
) -> list[Notice]:
    """Find a header in another order among the data, and set it aside.

    What stands below it would be read under the wrong columns: the sheet is asked about as a whole.
    """
    for row, reason in reasons.items():
        if reason is not None:
            continue
        filled = [cell for cell in cells[row] if cell]
        named = {labels.column_of(folded_label(cell)) for cell in filled if len(cell) <= _LABEL}
        if len(named - {None}) >= max(labels.profile.sheet.at_least, (len(filled) + 1) // 2):
            reasons[row] = "header-again"
            return [Notice("second-header", value=str(row + 1), params={"row": row + 1})]
    return []


def _fills(
    grid: Grid,
    labels: Labels,
    header: Header,
    columns: Columns,
    reasons: Mapping[int, str | None],
) -> tuple[dict[tuple[int, int], str], list[Notice]]:
    """Return what merged cells say for the rows below their first, and which items are merged.

    A name or a choice over several rows holds for each of them. A number or amount does not: it
    would be counted twice. Nor does a description; two rows that share one are asked about.
    """
    profile = labels.profile
    by_place = {place: profile.column(name) for name, place in columns.known.items()}
    fills: dict[tuple[int, int], str] = {}
    notices = []
    for top, left, bottom, _ in sorted(grid.merged):
        column = by_place.get(left)
        if column is None or top <= header.bottom or bottom == top:
            continue
        text = _cell(grid.cells, top, left)
        over = [
            row for row in range(top + 1, bottom + 1) if row in reasons and reasons[row] is None
        ]
        if not text or not over or reasons.get(top) is not None:
            continue
        if column.id in (profile.key, profile.subject):
            head = header.heads[left]
            notices.append(Notice("merged-item", "", top + 1, head, text, {"until": bottom + 1}))
        elif column.type not in ("number", "serial"):
            fills.update({(row, left): text for row in over})
    return fills, notices


def _cell(cells: Sequence[Sequence[str]], row: int, column: int) -> str:
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""


FILED: Final = ("nil", "unchanged")
"""Rows set aside that still say whose they are: an enterprise has nothing, or nothing new."""


def _lines(
    grid: Grid,
    header: Header,
    labels: Labels,
    columns: Columns,
    reasons: Mapping[int, str | None],
    fills: Mapping[tuple[int, int], str],
    named: Mapping[str, str],
) -> Lines:
    lines = Lines(texts={c.id: [] for c in labels.profile.columns})
    absent = [
        (texts, named.get(name)) for name, texts in lines.texts.items() if name not in columns.known
    ]
    for row, reason in reasons.items():
        line = grid.cells[row]
        size = len(line)
        data = reason is None
        lines.row_no.append(row + 1)
        lines.reason.append(reason)
        at = columns.token
        lines.token.append((line[at] or None) if data and at is not None and at < size else None)
        lines.extra.append(_under_unknown(line, columns) if data else _all_cells(line))
        told = data or reason in FILED
        for name, place in columns.known.items():
            text = line[place] if told and place < size else ""
            fill = fills.get((row, place)) if data and not text else None
            lines.texts[name].append(grid.ends.get((row, place), text) if text else fill)
            if fill:
                lines.filled.setdefault(name, []).append(row + 1)
        for texts, word in absent:
            texts.append(word if data else None)
    return lines


def _under_unknown(line: Sequence[str], columns: Columns) -> str | None:
    cells = {name: line[i] for i, name in columns.extra.items() if i < len(line) and line[i]}
    if len(line) > len(columns.extra) + len(columns.known):
        beyond = max([*columns.extra, *columns.known.values(), columns.token or 0]) + 1
        cells.update({letter(i): line[i] for i in range(beyond, len(line)) if line[i]})
    return json.dumps(cells, ensure_ascii=False) if cells else None


def _all_cells(line: Sequence[str]) -> str | None:
    end = len(line)
    while end and not line[end - 1]:
        end -= 1
    return json.dumps(line[:end], ensure_ascii=False) if end else None


def _missing(labels: Labels, there: Set[str]) -> list[Notice]:
    """Tell which required columns the sheet lacks; the enterprise may be told elsewhere."""
    notices = []
    for column in labels.profile.columns:
        if column.id in there or column.type == "enterprise" or not column.required:
            continue
        code = "column-missing" if column.required == "E" else "column-missing-asked"
        params = {"required": column.required}
        notices.append(Notice(code, column=column.label.zh, params=params))
    return notices
