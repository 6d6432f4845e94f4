"""Ledgers as small text tables in a test, and the stages run on them.

A table's first line names columns, by the profile's identifiers or labels; cells are separated by
``|`` or ``｜``. Its header counts as row 1 of the sheet, its first row as row 2.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.collect import Collected
from pipeline.examine import ledger_result
from pipeline.job import Job
from pipeline.merge import roster_schema
from pipeline.model import Called, Decision, Earlier, Period, Sheet, Submission
from pipeline.profile import Profile, shipped_profile
from pipeline.punctual import Cutoff
from pipeline.read import Reading
from pipeline.read.task import rows_schema
from pipeline.registry import Registry, registry_from
from pipeline.settle import Settled, settle
from pipeline.store import PeriodState, StoredPeriod
from pipeline.validate import validate
from pipeline.write.report import LedgerResult

ITEMS = shipped_profile("rectification")
CASES = shipped_profile("cases")
AS_OF = date(2020, 10, 9)

CLEAN = {
    "enterprise": "甲公司",
    "item_no": "LX-001",
    "source": "内部自查",
    "category": "废水类",
    "description": "2号沉淀池挡板破损",
    "found_on": "2020-09-01",
    "method": "限期整改",
    "measures": "更换挡板",
    "deadline": "2020-12-31",
    "planned_funds": "1.5",
    "person": "示例张三",
    "contingency": "不涉及",
    "status": "整改中",
    "completed_on": "",
    "evidence": "",
}
"""An item that no rule of the rectification ledger finds fault with."""

CLEAN_CASE = {
    "batch": "第1批",
    "case_no": "D20200910001",
    "enterprise": "甲公司",
    "complaint": "厂区异味（示例）",
    "pollution": "大气",
    "findings": "经现场核查，属实",
    "validity": "属实",
    "handling": "更换罐顶密封",
    "closure": "已办结",
    "accountability": "不涉及",
    "passed_on": "2020-09-10",
    "due_on": "2020-09-20",
    "reported_on": "2020-09-18",
}
"""The same of the case ledger."""


@dataclass(frozen=True)
class File:
    """One workbook with one sheet: its table, and what it says of itself."""

    table: str
    name: str = "报送.xlsx"
    modified: str = ""
    sender: str = ""
    sent_at: str = ""
    title: str = ""
    declared: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """What reading would return of some files."""

    raw: pa.Table
    sheets: tuple[Sheet, ...]
    submissions: tuple[Submission, ...]


def lines(*rows: Mapping[str, str]) -> str:
    """Write rows given by column as a table; a line break within a cell as ⏎."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[row.get(name, "") for name in names] for row in rows]
    return "\n".join("|".join(line).replace("\n", "⏎") for line in [names, *cells])


def cells(text: str) -> list[list[str]]:
    """Split a table into its cells."""
    rows = (re.split("[|｜]", line) for line in text.strip().splitlines())
    return [[cell.strip().replace("⏎", "\n") for cell in row] for row in rows]


def sha(name: str) -> str:
    """Return the hash that a made-up file of that name has."""
    return hashlib.sha256(name.encode()).hexdigest()


def sent(profile: Profile, *files: File | str) -> Sent:
    """Return what reading would make of ``files``, in the order in which they are given."""
    schema = rows_schema(profile)
    ids = {c.label.zh: c.id for c in profile.columns} | {name: name for name in schema.names}
    records: list[dict[str, Any]] = []
    sheets, submissions = [], []
    for number, given in enumerate(files):
        file = given if isinstance(given, File) else File(given, f"{number + 1}.xlsx")
        head, *rows = cells(file.table) if file.table.strip() else [[]]
        columns = [ids[label] for label in head]
        labels = {c.id: c.label.zh for c in profile.columns if c.id in columns} | file.headers
        sheets.append(
            Sheet(
                id=number, submission=number, name="整改台账", ledger=profile.id, header_row=1,
                columns=labels, declared=file.declared, title=file.title, modified=file.modified,
            )
        )  # fmt: skip
        submissions.append(
            Submission(
                number, file.name, sha(file.name), Path(file.name), 0, file.sender, file.sent_at
            )
        )
        for row_no, row in enumerate(rows, start=2):
            assert len(row) == len(columns), f"{row} under {columns}"
            told = {name: cell or None for name, cell in zip(columns, row, strict=True)}
            records.append({"sheet_id": number, "row_no": row_no, **told})
    return Sent(pa.Table.from_pylist(records, schema=schema), tuple(sheets), tuple(submissions))


def registry(text: str = "甲公司 乙公司 丙公司") -> Registry:
    """Return a registry of these names, or of a table that has 企业名称."""
    if "企业名称" in text:
        return registry_from(cells(text), "enterprises.xlsx")
    return registry_from([["企业名称"], *([name] for name in text.split())], "enterprises.xlsx")


def settled(
    profile: Profile, *files: File | str, known: Registry | None = None, as_of: date = AS_OF
) -> Settled:
    """Settle the files' rows."""
    arrived = sent(profile, *files)
    now = Period(str(as_of), {profile.id: as_of})
    return settle(
        arrived.raw, arrived.sheets, arrived.submissions, profile, known or registry(), now
    )


def judged(
    profile: Profile, *files: File | str, known: Registry | None = None, as_of: date = AS_OF
) -> pa.Table:
    """Return what settling and the rules find in the files' rows."""
    arrived = sent(profile, *files)
    done = settled(profile, *files, known=known, as_of=as_of)
    return pa.concat_tables([done.findings, validate(done.rows, arrived.sheets, profile, as_of)])


def seen(findings: pa.Table, severities: str = "EW") -> list[tuple[str, str, int | None, str]]:
    """Return code, severity, row and column of findings, sorted."""
    return sorted(
        (f["code"], f["severity"], f["row_no"], f["column"])
        for f in findings.to_pylist()
        if f["severity"] in severities
    )


class _Kept:
    """A store that holds one period's roster, if any, and rulings."""

    def __init__(
        self,
        profile: Profile,
        before: LedgerResult | None,
        rulings: Sequence[Decision],
        calls: dict[str, dict[str, Called]],
    ) -> None:
        self._calls = calls
        schema = roster_schema(profile)
        self._roster = schema.empty_table()
        self._periods: tuple[Period, ...] = ()
        self._earlier: tuple[Earlier, ...] = ()
        if before is not None:
            self._roster = before.ledger.roster.select(schema.names)
            day = before.ledger.as_of
            self._periods = (Period(str(day), {profile.id: day}),)
            whole = {ref.figure: n for ref, n in before.figures.items() if not ref.by}
            self._earlier = (Earlier(str(day), day, whole),)
        self._rulings = tuple(rulings)

    def roster(self, *_: Any) -> pa.Table:
        return self._roster

    def periods(self) -> tuple[StoredPeriod, ...]:
        return tuple(
            StoredPeriod(one.id, one.as_of, PeriodState.DRAFT, None) for one in self._periods
        )

    def earlier(self, *_: str) -> tuple[Earlier, ...]:
        return self._earlier

    def roll_calls(self, *_: str) -> dict[str, dict[str, Called]]:
        return self._calls

    def decisions(self, _: str) -> tuple[Decision, ...]:
        return self._rulings


def period(
    profile: Profile,
    *files: File | str,
    before: LedgerResult | None = None,
    known: Registry | None = None,
    as_of: date = AS_OF,
    rulings: Sequence[Decision] = (),
    arrived_too: Collected | None = None,
    cutoff: Cutoff | None = None,
    calls: dict[str, dict[str, Called]] | None = None,
) -> LedgerResult:
    """Run a ledger's period from the files' rows to its figures, and prove them.

    ``arrived_too`` is what was collected beside the files: letters and scans.
    """
    arrived = sent(profile, *files)
    job = Job(
        folder=Path(), out=Path(), period=Period(str(as_of), {profile.id: as_of}),
        profiles=(profile,), registry=known or registry(), template=Path(),
        store=_Kept(profile, before, rulings, calls or {}),  # type: ignore[arg-type]
        cutoff=cutoff,
    )  # fmt: skip
    reading = Reading(arrived.sheets, {profile.id: arrived.raw}, ())
    beside = arrived_too or Collected((), ())
    collected = replace(beside, submissions=arrived.submissions)
    return ledger_result(profile, job, collected, reading)


def listed(table: pa.Table, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of a table, row by row."""
    return list(zip(*(table.column(name).to_pylist() for name in columns), strict=True))


def roster(result: LedgerResult, *columns: str) -> list[tuple[Any, ...]]:
    """Return some columns of the roster."""
    return listed(result.ledger.roster, *columns)


def figures(result: LedgerResult, *names: str, by: str = "", at: str = "") -> Sequence[Any]:
    """Return figures by name."""
    found = {(r.figure, r.by, r.at): number for r, number in result.figures.items()}
    return [found[(name, by, at)] for name in names]


def coded(result: LedgerResult, code: str) -> list[dict[str, Any]]:
    """Return a result's findings of one code."""
    return [f for f in result.findings.to_pylist() if f["code"] == code]
