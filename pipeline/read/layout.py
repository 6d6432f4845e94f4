"""A sheet's grid of text becomes a ledger's lines: pure, and the same for every kind of file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Final

from pipeline.model import Notice
from pipeline.read.columns import Columns, assign
from pipeline.read.declared import filing
from pipeline.read.grid import Grid
from pipeline.read.header import Header, letter
from pipeline.read.labels import Labels
from pipeline.read.lines import guide, heading
from pipeline.read.rows import reasons_of
from pipeline.read.sections import Fills, told_by_sections
from pipeline.read.tables import Table, find_tables

_TITLE_LENGTH: Final = 2_000


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
    """One table understood as a ledger.

    ``named`` are columns that the table lacks and the sheet's name or its sub-titles tell, with
    what tells them. ``title`` has what stands above the table in a line of its own for each table
    of the sheet above which it stands, the nearest first.
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
    grid: Grid,
    known: Sequence[Labels],
    *,
    word: str = "",
    names: Sequence[str] = (),
    version: int | None = None,
) -> tuple[Ledger, ...]:
    """Return the ledgers that ``grid`` holds: one as a rule, none where no table is one.

    ``word`` is the profile that the file itself claims to be (see ``find_tables``). ``names`` are
    the sheet's and the file's, for what they say of nil returns. ``version`` is that of the blank
    ledger that ``word`` claims: what came later is not missed, what was called otherwise not told.
    """
    ledgers: list[Ledger] = []
    for table in find_tables(grid, known, word):
        own = version if table.labels.profile.id == word else None
        ledger = _ledger(table, names, own)
        if ledger is None:
            continue
        if ledgers:
            ledger = _further(ledger, ledgers[0])
        ledgers.append(ledger)
    return tuple(ledgers)


def _further(ledger: Ledger, first: Ledger) -> Ledger:
    """What stands above the sheet's first table holds for this one too; its own title is nearer."""
    header = ledger.header
    left = next(i for i, head in enumerate(header.heads) if head)
    row = header.bottom + 1
    notice = Notice("second-table", row=row, value=f"{letter(left)}{row}")
    title = "\n".join(text for text in (ledger.title, first.title) if text)
    told = (n for n in ledger.notices if n not in first.notices)
    return replace(ledger, title=title, notices=(notice, *told))


def _ledger(table: Table, names: Sequence[str], version: int | None) -> Ledger | None:
    grid, header, labels = table.grid, table.header, table.labels
    below = grid.cells[header.bottom + 1 :]
    columns = assign(header, labels, below)
    if _is_lists(below, labels, columns):
        return None
    about = guide(header, labels, columns, grid.merged)
    reasons, strays = reasons_of(table, columns, about)
    named = told_by_name(grid.name, labels, columns)
    fills, merged = _fills(grid, labels, header, columns, reasons)
    by_sections, sectioned = told_by_sections(
        grid.cells, reasons, labels, columns, named, table.above if table.first else ()
    )
    lines = _lines(grid, labels, columns, reasons, fills, by_sections, named)
    said = filing(table.above, names)
    if not said and None not in lines.reason:
        said = next((r for r in reasons.values() if r in FILED), "")
    said_by_name = [
        Notice("told-by-sheet-name", column=labels.profile.column(name).label.zh, value=text)
        for name, text in named.items()
    ]
    told = {name: word for (_, name), word in by_sections.items() if name not in columns.known}
    named = {**told, **named}
    there = columns.known.keys() | named.keys()
    missing = _missing(labels, there, version) if None in lines.reason else []
    by_header = columns.notices
    if version is not None:  # settling tells of all that was migrated at once
        by_header = tuple(n for n in by_header if n.code != "old-template")
    notices = (*by_header, *missing, *merged, *said_by_name, *sectioned, *strays)
    return Ledger(labels, header, columns, lines, said, _title(table), notices, named)


def _title(table: Table) -> str:
    cells = (cell for row in table.above for cell in row if cell)
    return " ".join(" ".join(cells).split())[:_TITLE_LENGTH]


def _is_lists(rows: Sequence[Sequence[str]], labels: Labels, columns: Columns) -> bool:
    """Whether a table only lists what may be chosen: no item stands in it, no choice twice."""
    profile = labels.profile
    choices = {place for name, place in columns.known.items() if profile.column(name).choices}
    if not choices or {profile.subject, profile.key} & columns.known.keys():
        return False
    for place in choices:
        said = [row[place] for row in rows if place < len(row) and row[place]]
        if len(said) < 2 or len(set(said)) < len(said):
            return False
    return True


def told_by_name(name: str, labels: Labels, columns: Columns) -> dict[str, str]:
    """Return the choice column that the sheet lacks and its name tells, with what it tells.

    Only where the whole name, without 事项, 台账 and the like, is a spelling of one such column.
    """
    word = heading(name)[1]
    owners = [
        column
        for column, spellings in labels.spellings.items()
        if word in spellings and column not in columns.known
    ]
    return {owners[0]: word} if len(owners) == 1 and word else {}


def _fills(
    grid: Grid,
    labels: Labels,
    header: Header,
    columns: Columns,
    reasons: Mapping[int, str | None],
) -> tuple[Fills, list[Notice]]:
    """Return what merged cells say for the rows below their first, and which items are merged.

    A name or a choice over several rows holds for each of them. A number or amount does not: it
    would be counted twice. Nor does a description; two rows that share one are asked about.
    """
    profile = labels.profile
    by_place = {place: profile.column(name) for name, place in columns.known.items()}
    fills: Fills = {}
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
            fills.update({(row, column.id): text for row in over})
    return fills, notices


def _cell(cells: Sequence[Sequence[str]], row: int, column: int) -> str:
    return cells[row][column] if row < len(cells) and column < len(cells[row]) else ""


FILED: Final = ("nil", "unchanged")
"""Rows set aside that still say whose they are: an enterprise has nothing, or nothing new."""


def _lines(
    grid: Grid,
    labels: Labels,
    columns: Columns,
    reasons: Mapping[int, str | None],
    fills: Fills,
    by_sections: Fills,
    named: Mapping[str, str],
) -> Lines:
    lines = Lines(texts={c.id: [] for c in labels.profile.columns})
    places = [(name, texts, columns.known.get(name)) for name, texts in lines.texts.items()]
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
        for name, texts, place in places:
            text = line[place] if told and place is not None and place < size else ""
            fill = fills.get((row, name)) if data and not text else None
            if fill:
                lines.filled.setdefault(name, []).append(row + 1)
            if text:
                texts.append(grid.ends.get((row, place or 0), text))
            else:
                word = by_sections.get((row, name), named.get(name)) if data else None
                texts.append(fill or word)
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


def _missing(labels: Labels, there: Set[str], version: int | None) -> list[Notice]:
    """Tell which required columns the sheet lacks; the enterprise may be told elsewhere."""
    notices = []
    for column in labels.profile.columns:
        if column.id in there or column.type == "enterprise" or not column.required:
            continue
        if version is not None and column.since > version:
            continue
        code = "column-missing" if column.required == "E" else "column-missing-asked"
        params = {"required": column.required}
        notices.append(Notice(code, column=column.label.zh, params=params))
    return notices
