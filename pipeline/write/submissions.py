"""What became of each file: one line per file, enterprise and ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook

from pipeline.merge import DISPOSITION
from pipeline.messages import say
from pipeline.messages.catalogue import moment
from pipeline.model import ENTERPRISE, SHEET_ID, SUBMISSION, Disposition, FileLine
from pipeline.write.calls import punctuality_told, record_label, record_told
from pipeline.write.report import LedgerResult, Report
from pipeline.write.sheets import table_sheet
from pipeline.write.style import Styles
from pipeline.write.told import ToldFinding


def file_lines(report: Report) -> list[FileLine]:
    """Return every file that arrived, in the order of names, with what became of it."""
    told: dict[int, list[FileLine]] = {s.id: [] for s in report.submissions}
    spoken = {sheet.submission for sheet in report.sheets if sheet.call is not None}
    for result in report.ledgers:
        for line_of, enterprise, rows in _by_enterprise(result):
            submission = report.submissions[line_of]
            told[line_of].append(
                FileLine(
                    submission.name, submission.sha256, submission.size,
                    enterprise, result.profile.id, _state(line_of, spoken), rows,
                )
            )  # fmt: skip
    lines = [line for lines in told.values() for line in lines]
    for submission in report.submissions:
        if not told[submission.id]:
            lines.append(_without_rows(report, submission.id, _state(submission.id, spoken)))
    lines += _passed(report, lines)
    return sorted(lines, key=lambda line: (line.name, line.ledger or "", line.enterprise or ""))


def _state(submission: int, spoken: set[int]) -> str:
    return "phone" if submission in spoken else "read"


def _passed(report: Report, lines: Sequence[FileLine]) -> Iterator[FileLine]:
    """Files that are not read; a scan or document is its ledger's enterprise's."""
    owners: dict[str, set[tuple[str | None, str | None]]] = {}
    for line in lines:
        owners.setdefault(line.name, set()).add((line.enterprise, line.ledger))
    for passed in report.passed:
        told = owners.get(passed.about, set()) if passed.state in ("attachment", "stamped") else ()
        enterprise, ledger = next(iter(told)) if len(told) == 1 else (None, None)
        yield FileLine(
            passed.name, passed.sha256, passed.size, enterprise, ledger,
            passed.state, {}, passed.about,
        )  # fmt: skip


def why(line: FileLine, faults: Mapping[str, str], lang: str) -> str:
    """Tell in words what became of a file; ``faults`` are what is wrong with whole files."""
    if line.state == "unreadable":
        return faults.get(line.name, "")
    if line.state in ("read", "phone"):
        return "" if line.rows else faults.get(line.name, "")
    kind = line.state
    if kind in ("attachment", "stamped") and not line.about:
        kind = f"{kind}_alone"
    elif kind == "ignored":
        kind = f"ignored_{line.about}"
    return say(f"why_{kind}", lang, about=line.about)


def files_sheet(
    book: Workbook, styles: Styles, report: Report, findings: Sequence[ToldFinding]
) -> None:
    """Write the list of all that arrived: what became of each file, and why."""
    lang = report.lang
    words = ("file", "state", "reason", "enterprise", "ledger", "rows")
    labels = {profile.id: profile.label.say(lang) for profile in report.profiles}
    faults = {f.file: f.message for f in reversed(findings) if f.file and f.row is None}
    rows = [
        (
            line.name, say(f"state_{line.state}", lang), why(line, faults, lang), line.enterprise,
            labels.get(line.ledger or "", ""), line.rows.get("read", 0),
            *(line.rows.get(d.value, 0) for d in Disposition), line.sha256,
        )
        for line in file_lines(report)
    ]  # fmt: skip
    header = [say(word, lang) for word in (*words, *(d.value for d in Disposition), "digest")]
    widths = [46.0, 10.0, 44.0, 28.0, 14.0, 8.0, 8.0, 8.0, 8.0, 24.0]
    table_sheet(book, styles, say("files_sheet", lang), header, rows, widths)


def roll_call_sheet(book: Workbook, styles: Styles, report: Report) -> None:
    """Write who reported each ledger and how; no sheet where nobody has to.

    What is known of no report (when it came, whether in time) has no column.
    """
    lang = report.lang
    rows = [
        (result.profile.label.say(lang), *_called(row, lang))
        for result in report.ledgers
        for row in result.ledger.roll_call.to_pylist()
    ]
    if not rows:
        return
    words = ("ledger", "enterprise", "state", "arrived", "punctuality")
    more = ("stamped", "proposed", "items", "as_at")
    header = [*(say(w, lang) for w in words), record_label(lang), *(say(w, lang) for w in more)]
    widths = [18.0, 32.0, 14.0, 18.0, 20.0, 26.0, 10.0, 14.0, 8.0, 14.0]
    kept = [n for n in range(len(header)) if n not in (3, 4, 5) or any(row[n] for row in rows)]
    rows = [tuple(row[n] for n in kept) for row in rows]
    header, widths = [header[n] for n in kept], [widths[n] for n in kept]
    table_sheet(book, styles, say("roll_call_sheet", lang), header, rows, widths)


def _called(row: Mapping[str, Any], lang: str) -> tuple[Any, ...]:
    state, *others = (say(row[n], lang) if row[n] else "" for n in ("state", "stamped", "proposed"))
    came = moment(row["arrived"], lang) if row["arrived"] else ""
    times = (came, punctuality_told(row, lang), record_told(row, lang))
    return (row["enterprise"], state, *times, *others, row["items"], row["as_at"])


def _without_rows(report: Report, submission_id: int, read: str) -> FileLine:
    """A file without a row: an empty ledger, or one that could not be read."""
    submission = report.submissions[submission_id]
    ledger, owner = None, None
    for result in report.ledgers:
        for sheet in report.sheets:
            if sheet.submission == submission_id and sheet.ledger == result.profile.id:
                ledger, owner = sheet.ledger, result.owners.get(sheet.id)
    state = read if ledger else "unreadable"
    return FileLine(submission.name, submission.sha256, submission.size, owner, ledger, state, {})


def _by_enterprise(
    result: LedgerResult,
) -> Iterator[tuple[int, str | None, dict[str, int]]]:
    """Count a ledger's rows by file and enterprise; rows set aside go with the sheet's sender."""
    counts: dict[tuple[int, str | None], dict[str, int]] = {}

    def add(submission: int, enterprise: str | None, disposition: str) -> None:
        empty = {d.value: 0 for d in Disposition}
        rows = counts.setdefault((submission, enterprise), {"read": 0, **empty})
        rows["read"] += 1
        rows[disposition] += 1

    data, aside = result.merged.rows, result.merged.aside
    names = (SUBMISSION, ENTERPRISE, DISPOSITION)
    for submission, enterprise, disposition in zip(
        *(data.column(name).to_pylist() for name in names), strict=True
    ):
        add(submission, enterprise, disposition)
    names = (SUBMISSION, SHEET_ID, DISPOSITION)
    for submission, sheet, disposition in zip(
        *(aside.column(name).to_pylist() for name in names), strict=True
    ):
        add(submission, result.owners.get(sheet), disposition)
    for (submission, enterprise), rows in counts.items():
        yield submission, enterprise, rows
