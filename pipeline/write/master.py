"""``master.xlsx``: the roster with its sources, live totals over it, files, rows not counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipeline.count import UNKNOWN, breaks_down, value_column
from pipeline.merge import DISPOSITION
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import (
    BASIS,
    ENTERPRISE,
    ENTRY,
    EXTRA,
    ITEM_ID,
    KEY,
    REACH,
    REASON,
    ROW_NO,
    SHEET_ID,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    STANDING,
    SUBMISSION,
    TURN,
    WAS,
    Disposition,
    FigureRef,
    typed,
)
from pipeline.profile.base import DateTest, TextTest
from pipeline.profile.schema import Figure
from pipeline.write.numbers import plain, state_in_words
from pipeline.write.report import LedgerResult, Report
from pipeline.write.sheets import table_sheet
from pipeline.write.style import Styles, finished, put, sheet_name, workbook
from pipeline.write.submissions import files_sheet
from pipeline.write.told import ToldFinding

_SOURCES = (SOURCE_PERIOD, SOURCE_FILE, SOURCE_SHEET, SOURCE_ROW, ITEM_ID)
_NEWS = (WAS, ENTRY, TURN, STANDING, REACH, BASIS)


class RosterSheet:
    """Where a ledger's roster stands in the workbook, so that formulas can point at it."""

    def __init__(self, result: LedgerResult, lang: str) -> None:
        profile = result.profile
        self.result, self.lang = result, lang
        self.name = sheet_name(profile.label.say(lang))
        self.states = [p.id for p in profile.partitions] + list(_NEWS)
        self.columns = [c.id for c in profile.columns]
        self.wordy = {c.id for c in profile.columns if c.type == "deadline"}
        self.derived = [d.id for d in profile.derived]
        self.all = [*self.columns, *self.derived, *self.states, *_SOURCES]

    def header(self) -> list[str]:
        """Labels of all columns."""
        labels = self.result.profile.labels
        return [
            labels[name].say(self.lang) if name in labels else say(name, self.lang)
            for name in self.all
        ]

    def rows(self) -> list[tuple[Any, ...]]:
        """Cells of all items: typed where the type was understood, else the text as it came.

        Enterprises stand in the registry's order, items by their numbers as people count.
        """
        rows = list(zip(*(self._column(name) for name in self.all), strict=True))
        return [rows[place] for place in self._order()]

    def _order(self) -> list[int]:
        ledger = self.result.ledger
        rank = {name: number for number, name in enumerate(ledger.registry.names)}
        columns = (ENTERPRISE, KEY, SOURCE_FILE, SOURCE_ROW)
        keys = [
            (rank.get(owner, len(rank)), owner or "", key is None, natural(key or ""), file, row)
            for owner, key, file, row in zip(
                *(ledger.roster.column(name).to_pylist() for name in columns), strict=True
            )
        ]
        return sorted(range(len(keys)), key=keys.__getitem__)

    def _column(self, name: str) -> list[Any]:
        roster, ledger = self.result.ledger.roster, self.result.ledger
        if name in self.states:
            words = {
                value: state_in_words(name, value, ledger, self.lang) if value else ""
                for value in pc.unique(roster.column(name)).to_pylist()
            }
            return [words[value] for value in roster.column(name).to_pylist()]
        if name in self.derived:
            return list(roster.column(typed(name)).to_pylist())
        if name in _SOURCES:
            return list(roster.column(name).to_pylist())
        understood = value_column(ledger.profile, name)
        texts = roster.column(name).to_pylist()
        if name in self.wordy:
            return [_date_or_words(text) for text in texts]
        values = roster.column(understood).to_pylist()
        return [t if v is None else v for v, t in zip(values, texts, strict=True)]

    def range(self, name: str) -> str:
        """Return the absolute reference of a column's cells, sheet included."""
        column = xl_col_to_name(self.all.index(name), col_abs=True)
        last = max(self.result.ledger.roster.num_rows + 1, 2)
        quoted = self.name.replace("'", "''")
        return f"'{quoted}'!{column}$2:{column}${last}"


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Sort key by which A-2 comes before A-10."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def _date_or_words(text: str | None) -> date | str | None:
    """A deadline in words stays in words; what was understood of it stands in its own column."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return text


def formula(figure: Figure, sheet: RosterSheet, by: str = "", cell: str = "") -> str | None:
    """Return a figure as a formula over the roster's sheet, or None where none can say it.

    Plain equality of states, multiplied, so that names with ``*`` or ``?`` mean themselves.
    ``cell`` holds the value of the breakdown column ``by``.
    """
    if figure.kind not in ("count", "sum") or figure.table != "roster":
        return None
    factors = []
    for name, test in figure.where.items():
        if isinstance(test, DateTest | TextTest) or name in sheet.derived:
            return None
        options = (_quoted(_in_words(name, value, sheet)) for value in test)
        factors.append("(" + "+".join(f"({sheet.range(name)}={o})" for o in options) + ")")
    if by:
        factors.append(f"({sheet.range(by)}={cell})")
    if figure.kind == "sum":
        amounts = sheet.range(str(figure.of))
        factors = factors or [f'({sheet.range(ITEM_ID)}<>"")']
        return f"=SUMPRODUCT({'*'.join(factors)}*ISNUMBER({amounts}),{amounts})"
    factors = factors or [f'({sheet.range(ITEM_ID)}<>"")']
    return f"=SUMPRODUCT({'*'.join(factors)}*1)"


def _in_words(name: str, value: str, sheet: RosterSheet) -> str:
    if name in sheet.states:
        return state_in_words(name, value, sheet.result.ledger, sheet.lang)
    return value


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


def write_master(report: Report, findings: Sequence[ToldFinding]) -> bytes:
    """Return the workbook's bytes. Stored values of formulas are the counted figures.

    ``findings`` tell why rows are undecided.
    """
    book, stream = workbook(report.created)
    styles = Styles(book, report.lang)
    summary = book.add_worksheet(say("summary_sheet", report.lang))
    rosters = [RosterSheet(result, report.lang) for result in report.shown]
    _summary(summary, styles, report, rosters)
    for roster in rosters:
        widths = [c.width for c in roster.result.profile.columns]
        widths += [14.0] * (len(roster.all) - len(widths))
        table_sheet(book, styles, roster.name, roster.header(), roster.rows(), widths)
    files_sheet(book, styles, report, findings)
    _not_counted(book, styles, report, findings)
    return finished(book, stream, report.created)


def _summary(
    sheet: Worksheet, styles: Styles, report: Report, rosters: Sequence[RosterSheet]
) -> None:
    lang = report.lang
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 20, 13)
    sheet.hide_gridlines(2)
    title = say("summary_title", lang, title=report.title, as_of=day(report.created, lang))
    put(sheet, 0, 0, title, styles["title"])
    put(sheet, 1, 0, say("formula_note", lang), styles["hint"])
    row = 3
    for roster in rosters:
        row = _ledger_summary(sheet, styles, roster, row)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _ledger_summary(sheet: Worksheet, styles: Styles, roster: RosterSheet, row: int) -> int:
    """Write one ledger's figures and breakdowns from ``row`` on; return the next free row."""
    lang, result = roster.lang, roster.result
    profile, counts = result.profile, result.dispositions
    heading = f"{profile.label.say(lang)}（{day(result.ledger.as_of, lang)}）"
    put(sheet, row, 0, heading, styles["heading"])
    line = say("rows_line", lang, ledger=profile.label.say(lang),
               read=sum(counts.values()), **counts)  # fmt: skip
    put(sheet, row + 1, 0, line, styles["hint"])
    row += 2
    for column, word in enumerate(("figure", "number", "definition")):
        put(sheet, row, column, say(word, lang), styles["header_should"])
    places: dict[str, str] = {}
    for figure in profile.figures:
        row += 1
        places[figure.id] = f"B{row + 1}"
        put(sheet, row, 0, figure.heading(lang), styles["cell_text"])
        number = result.figures[FigureRef(profile.id, figure.id)]
        text = formula(figure, roster) or _ratio(figure, places)
        _number(sheet, styles[_look(figure)], row, 1, text, plain(number))
        put(sheet, row, 2, figure.definition.say(lang), styles["plain"])
    for by in profile.breakdowns:
        row = _breakdown(sheet, styles, roster, by, row + 2)
    return row + 3


def _ratio(figure: Figure, cells: Mapping[str, str]) -> str | None:
    """Return a rate as a formula over the cells of its parts; None where one of them has none."""
    part, whole = cells.get(str(figure.of)), cells.get(str(figure.over))
    if figure.kind != "ratio" or part is None or whole is None:
        return None
    return f'=IF({whole}=0,"",ROUND({part}/{whole}*100,1))'


def _breakdown(sheet: Worksheet, styles: Styles, roster: RosterSheet, by: str, row: int) -> int:
    lang, result = roster.lang, roster.result
    profile = result.profile
    figures = [f for n in profile.headline if breaks_down(profile, f := profile.figure(n), by)]
    label = profile.labels[by].say(lang)
    put(sheet, row, 0, say("by_heading", lang, label=label), styles["header_should"])
    for column, figure in enumerate(figures, start=1):
        put(sheet, row, column, figure.heading(lang), styles["header_should"])
    several = any(c.id == by and c.type == "choices" for c in profile.columns)
    for at in result.ledger.slices[by]:
        row += 1
        put(sheet, row, 0, at or say("unfilled", lang), styles["cell_text"])
        places: dict[str, str] = {}
        for column, figure in enumerate(figures, start=1):
            here = xl_col_to_name(column) + str(row + 1)
            places[figure.id] = here
            text = _ratio(figure, places)
            if text is None and at != UNKNOWN and not several:
                text = formula(figure, roster, by, f"$A{row + 1}")
            number = result.figures[FigureRef(profile.id, figure.id, by, at)]
            _number(sheet, styles[_look(figure)], row, column, text, plain(number))
    return row


def _look(figure: Figure) -> str:
    return "cell_rate" if figure.kind in ("ratio", "coverage") else "cell_number"


def _number(
    sheet: Worksheet, look: Format, row: int, column: int, text: str | None, number: Any
) -> None:
    if text is not None:
        sheet.write_formula(row, column, text, look, "" if number is None else number)
    elif number is None:
        put(sheet, row, column, "—", look)
    else:
        sheet.write_number(row, column, number, look)


def _not_counted(
    book: Workbook, styles: Styles, report: Report, findings: Sequence[ToldFinding]
) -> None:
    why = {(f.file, f.sheet, f.row): f.message for f in reversed(findings) if f.severity == "E"}
    lang = report.lang
    words = ("ledger", "disposition", "reason", "enterprise", "file", "sheet", "row", "text")
    rows = [row for result in report.ledgers for row in _lines(result, report, why)]
    header = [say(word, lang) for word in words]
    widths = [14.0, 10.0, 30.0, 26.0, 40.0, 16.0, 7.0, 60.0]
    table_sheet(book, styles, say("aside_sheet", lang), header, rows, widths)


def _lines(
    result: LedgerResult, report: Report, why: Mapping[tuple[str, str, int | None], str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of a ledger that are not counted, with the reason and what stood in them."""
    label = result.profile.label.say(report.lang)
    names = {sheet.id: sheet.name for sheet in report.sheets}

    def line(row: dict[str, Any], enterprise: str | None, text: str) -> tuple[Any, ...]:
        disposition = say(row[DISPOSITION], report.lang)
        file, sheet = report.files[row[SUBMISSION]], names[row[SHEET_ID]]
        reason = why.get((file, sheet, row[ROW_NO]), "")
        if row.get(REASON):
            reason = say(f"reason_{row[REASON]}", report.lang)
        return (label, disposition, reason, enterprise, file, sheet, row[ROW_NO], text)

    data: pa.Table = result.merged.rows
    counted = pc.equal(data.column(DISPOSITION), Disposition.COUNTED.value)
    columns = [column.id for column in result.profile.columns]
    for row in data.filter(pc.invert(counted)).to_pylist():
        text = "｜".join(row[name] for name in columns if row[name])
        yield line(row, row[ENTERPRISE], text)
    for row in result.merged.aside.to_pylist():
        cells = json.loads(row[EXTRA] or "[]")
        yield line(row, result.owners.get(row[SHEET_ID]), "｜".join(c for c in cells if c))
