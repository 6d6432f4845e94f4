"""Versions in ``findings.xlsx``: on page 1 which counts, and a sheet of where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlsxwriter import Workbook

from pipeline.messages import say
from pipeline.write.report import Report
from pipeline.write.sheets import table_sheet
from pipeline.write.style import Styles
from pipeline.write.told import ToldFinding

_ON_PAGE: Final = 12
"""Pairs of files named on page 1; the others stand with all findings."""

_COLUMNS: Final = (
    ("ledger", 14.0), ("enterprise", 26.0), ("item", 14.0), ("column", 16.0),
    ("newer_value", 30.0), ("older_value", 30.0),
    ("newer_file", 36.0), ("newer_row", 9.0), ("older_file", 36.0), ("older_row", 9.0),
)  # fmt: skip


def taken_by_default(findings: Sequence[ToldFinding], lang: str) -> list[str]:
    """Return a line for each two versions of which nobody has ruled which counts."""
    asked = [f for f in findings if f.code == "two-versions" and f.severity != "I"]
    lines = [f"{f.enterprise}　{f.file}：{f.message}" for f in asked[:_ON_PAGE]]
    if len(asked) > _ON_PAGE:
        lines.append(say("versions_more", lang, count=len(asked) - _ON_PAGE))
    return lines or [say("versions_none", lang)]


def differences_sheet(
    book: Workbook, styles: Styles, report: Report, findings: Sequence[ToldFinding]
) -> None:
    """Write what versions say differently, newer beside older; no sheet where there is nothing."""
    lang = report.lang
    labels = {profile.id: profile.label.say(lang) for profile in report.profiles}
    rows = [
        (
            labels.get(f.ledger, ""), f.enterprise, f.params["item"], f.column,
            f.value, f.params["older"], f.file, f.row, f.params["file"], f.params["older_row"],
        )
        for f in findings
        if f.code == "version-differs"
    ]  # fmt: skip
    if rows:
        header = [say(name, lang) for name, _ in _COLUMNS]
        name = say("differences_sheet", lang)
        table_sheet(book, styles, name, header, rows, [width for _, width in _COLUMNS])
