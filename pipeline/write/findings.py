"""``findings.xlsx``: page 1 says what was taken by default and what doubts could change.

What was understood otherwise than it stood has a sheet of its own: nothing there asks for a ruling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.messages import say
from pipeline.write.causes import Cause, causes
from pipeline.write.numbers import printed
from pipeline.write.report import Report
from pipeline.write.rows import rows_told
from pipeline.write.rulings import rulings_sheet
from pipeline.write.sheets import table_sheet
from pipeline.write.style import Styles, finished, lines_needed, put, row_height, workbook
from pipeline.write.submissions import files_sheet, roll_call_sheet
from pipeline.write.told import ToldFinding, told
from pipeline.write.understood import Understandings, text_told
from pipeline.write.versions import differences_sheet, taken_by_default

_COLUMNS = (
    ("severity", 12.0), ("ledger", 14.0), ("enterprise", 26.0), ("file", 40.0), ("sheet", 14.0),
    ("row", 7.0), ("times", 7.0), ("column", 16.0), ("value", 22.0), ("what", 56.0),
    ("remedy", 44.0), ("code", 24.0),
)  # fmt: skip

_UNDERSTOOD = (
    ("ledger", 14.0), ("enterprise", 26.0), ("file", 36.0), ("sheet", 14.0), ("column", 16.0),
    ("value", 22.0), ("understood_as", 22.0), ("understood_how", 30.0), ("times", 8.0),
    ("row", 30.0),
)  # fmt: skip
_MOST_UNDERSTOOD = 5_000
_OVERVIEW = (30, 12, 70)
"""Widths of the overview's columns."""


def write_findings(report: Report, findings: Sequence[ToldFinding]) -> bytes:
    """Return the workbook's bytes: an overview, all findings with a filter, what can be ruled,
    where versions differ, who reported, what became of each file, and each finding by itself where
    some are told together. What rules on trial found stands last, and is marked.
    """
    book, stream = workbook(report.created)
    styles = Styles(book, report.lang)
    _overview(book.add_worksheet(say("overview_sheet", report.lang)), styles, report, findings)
    labels = {profile.id: profile.label.say(report.lang) for profile in report.profiles}
    tried = told(report.tried, report.files, report.sheets, report.profiles, report.lang)
    lines = causes(findings), causes(tried)
    _all(book, styles, "findings_sheet", lines, labels, report.lang)
    rulings_sheet(book, styles, findings, report.profiles, report.lang)
    _understood(book, styles, Understandings(report), labels, report.lang)
    differences_sheet(book, styles, report, findings)
    roll_call_sheet(book, styles, report)
    files_sheet(book, styles, report, findings)
    if sum(map(len, lines)) < len(findings) + len(tried):
        singles = causes(findings, lambda _: None), causes(tried, lambda _: None)
        _all(book, styles, "singles_sheet", singles, labels, report.lang)
    return finished(book, stream, report.created)


def _all(
    book: Workbook,
    styles: Styles,
    name: str,
    lines: tuple[Sequence[Cause[ToldFinding]], Sequence[Cause[ToldFinding]]],
    labels: Mapping[str, str],
    lang: str,
) -> None:
    """List findings that stand, then those of rules on trial, one line for each cause."""
    rows = []
    for trial, found in enumerate(lines):
        for line in found:
            f = line.first
            severity = say(f"severity_{f.severity}", lang)
            marked = say("severity_trial", lang, severity=severity) if trial else severity
            rows.append(
                (
                    marked, labels.get(f.ledger, ""), f.enterprise, f.file, f.sheet, f.row,
                    len(line.findings), f.column, f.value, line.message(lang), f.remedy, f.code,
                )
            )  # fmt: skip
    header = [say(word, lang) for word, _ in _COLUMNS]
    table_sheet(book, styles, say(name, lang), header, rows, [width for _, width in _COLUMNS])


def _understood(
    book: Workbook,
    styles: Styles,
    found: Understandings,
    labels: Mapping[str, str],
    lang: str,
) -> None:
    """List what was understood, by enterprise, column and text; a line below tells of the rest."""
    if not found:
        return
    rows = [
        (
            labels[u.ledger], u.enterprise, u.file, u.sheet.name, u.column,
            text_told(u.value, lang), text_told(u.understood, lang),
            say(f"understood_{u.kind}", lang), len(u.rows), rows_told(u.rows, lang),
        )
        for u in found.first(_MOST_UNDERSTOOD)
    ]  # fmt: skip
    header = [say(name, lang) for name, _ in _UNDERSTOOD]
    widths = [width for _, width in _UNDERSTOOD]
    sheet = table_sheet(book, styles, say("understood_sheet", lang), header, rows, widths)
    if len(found) > len(rows):
        rest = say("understood_rest", lang, all=len(found), shown=len(rows))
        put(sheet, len(rows) + 2, 0, rest, styles["hint"])


def _overview(
    sheet: Worksheet, styles: Styles, report: Report, findings: Sequence[ToldFinding]
) -> None:
    lang = report.lang
    for column, width in enumerate(_OVERVIEW):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    title = say("overview_title", lang, period=report.period.id)
    put(sheet, 0, 0, title, styles["title"])
    row = 1
    for line in _lines(report, findings):
        put(sheet, row, 0, line, styles["plain"])
        row += 1
    heading = say("versions_heading", lang)
    row = _block(sheet, styles, row + 1, heading, taken_by_default(findings, lang))
    row = _effects(sheet, styles, row + 1, report)
    row = _counts(sheet, styles, row + 1, "by_code_heading", lang,
                  Counter(f.code for f in findings), findings)  # fmt: skip
    _counts(sheet, styles, row + 1, "by_enterprise_heading", lang,
            Counter(f.enterprise for f in findings if f.enterprise), None)  # fmt: skip
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _lines(report: Report, findings: Sequence[ToldFinding]) -> list[str]:
    lang = report.lang
    severities = Counter(f.severity for f in findings)
    lines = [
        say("findings_line", lang, total=len(findings), errors=severities["E"],
            warnings=severities["W"], notes=severities["I"])
    ]  # fmt: skip
    together = len(causes(findings))
    if together < len(findings):
        sheet = say("singles_sheet", lang)
        lines.append(say("merged_line", lang, lines=together, sheet=sheet))
    if report.tried.num_rows:
        lines.append(say("trial_line", lang, count=report.tried.num_rows))
    for result in report.ledgers:
        label, counts = result.profile.label.say(lang), result.dispositions
        lines.append(say("rows_line", lang, ledger=label, read=sum(counts.values()), **counts))
    return lines


def _effects(sheet: Worksheet, styles: Styles, row: int, report: Report) -> int:
    """How low and how high each headline figure may still go, or that no doubt is left."""
    lang = report.lang
    put(sheet, row, 0, say("effect_heading", lang), styles["heading"])
    lines = [(result, effect) for result in report.ledgers for effect in result.effects]
    if not lines:
        put(sheet, row + 1, 0, say("effect_none", lang), styles["plain"])
        return row + 2
    row += 1
    for column, word in enumerate(("figure", "effect_now", "effect_range")):
        put(sheet, row, column, say(word, lang), styles["header_should"])
    for result, effect in lines:
        row += 1
        label = result.profile.figure(effect.figure).heading(lang)
        put(sheet, row, 0, f"{result.profile.label.say(lang)}：{label}", styles["cell_text"])
        put(sheet, row, 1, printed(effect.now), styles["cell_text"])
        bounds = {"least": printed(effect.least), "most": printed(effect.most)}
        put(sheet, row, 2, say("effect_bounds", lang, **bounds), styles["cell_text"])
    return row + 1


def _block(sheet: Worksheet, styles: Styles, row: int, heading: str, lines: Sequence[str]) -> int:
    put(sheet, row, 0, heading, styles["heading"])
    for line in lines:
        row += 1
        sheet.merge_range(row, 0, row, len(_OVERVIEW) - 1, "", styles["prose"])
        put(sheet, row, 0, line, styles["prose"])
        sheet.set_row(row, row_height(lines_needed(line, sum(_OVERVIEW))))
    return row + 1


def _counts(
    sheet: Worksheet,
    styles: Styles,
    row: int,
    heading: str,
    lang: str,
    counts: Counter[str],
    findings: Sequence[ToldFinding] | None,
) -> int:
    """A small table: what, how often, and an example of each."""
    put(sheet, row, 0, say(heading, lang), styles["header_should"])
    put(sheet, row, 1, say("times", lang), styles["header_should"])
    if findings is not None:
        put(sheet, row, 2, say("example_place", lang), styles["header_should"])
    order = {"E": 0, "W": 1, "I": 2}
    first = {f.code: f for f in reversed(findings or ())}

    def rank(entry: tuple[str, int]) -> tuple[int, int, str]:
        severity = order[first[entry[0]].severity] if entry[0] in first else 0
        return (severity, -entry[1], entry[0])

    for name, times in sorted(counts.items(), key=rank):
        row += 1
        label = f"{say(f'severity_{first[name].severity}', lang)}　{name}" if first else name
        put(sheet, row, 0, label, styles["cell_text"])
        sheet.write_number(row, 1, times, styles["cell_number"])
        if findings is not None:
            example = first[name].message
            put(sheet, row, 2, example, styles["cell_text"])
            sheet.set_row(row, row_height(lines_needed(example, _OVERVIEW[2])))
    return row + 1
