"""What became of each file: one line per file, enterprise and ledger."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.merge import DISPOSITION
from pipeline.model import ENTERPRISE, SHEET_ID, SUBMISSION, Disposition, FileLine
from pipeline.write.report import LedgerResult, Report


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
    lines += [FileLine(p.name, p.sha256, p.size, None, None, p.state, {}) for p in report.passed]
    return sorted(lines, key=lambda line: (line.name, line.ledger or "", line.enterprise or ""))


def _state(submission: int, spoken: set[int]) -> str:
    return "phone" if submission in spoken else "read"


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
