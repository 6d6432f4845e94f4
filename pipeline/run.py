"""The story of a run: from a folder of filled-in ledgers to the master, the findings, the briefing.

    collect → read → settle → validate → compare → merge → count → write

Files, the store, the worker processes and progress come in at this edge; the stages take values and
return values.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.collect import Collected, collect, kept_in, with_records
from pipeline.compare import compare
from pipeline.configuration import Campaign
from pipeline.count import Ledger, figures
from pipeline.effect import effects
from pipeline.findings import finding, findings_table, parted, together
from pipeline.identify import identify
from pipeline.merge import dispose, merge, removal_claims, roster_schema
from pipeline.messages import default_severity
from pipeline.model import (
    COVERED,
    ENTERPRISE,
    ENTRY,
    REASON,
    ROW_ID,
    STANDING,
    SUPERSEDED,
    TURN,
    Notice,
    Period,
    Sheet,
)
from pipeline.profile.schema import Profile
from pipeline.prove import dispositions, prove
from pipeline.read import Reading, read, with_calls
from pipeline.registry import Registry, with_attributes
from pipeline.rollcall import (
    accepted,
    claims,
    filings,
    linked,
    roll_call,
    stamped_by,
    unattributed,
)
from pipeline.rulings import Rulings, addressed, applied, with_ruled_states
from pipeline.settle import Settled, settle
from pipeline.states import with_states
from pipeline.validate import validate
from pipeline.write.compose import Composer, Counted, compose
from pipeline.write.manifest import encoded, findings_parquet, manifest
from pipeline.write.outputs import Delivery, recover, staged, withdraw
from pipeline.write.report import LedgerResult, Report
from pipeline.write.submissions import file_lines
from pipeline.write.told import ToldFinding, told

if TYPE_CHECKING:
    from pipeline.store import Store

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done, and how much there is (0: not known)."""


class Watch:
    """Progress, and how long each stage took: ``timing.json``, the one output that varies."""

    def __init__(self, progress: Progress = lambda *_: None) -> None:
        self._progress = progress
        self._start = self._last = time.monotonic()
        self._took: dict[str, float] = {}

    def done(self, stage: str) -> None:
        """Note that a stage has ended."""
        now = time.monotonic()
        self._took[stage] = round(now - self._last, 3)
        self._last = now
        self._progress(stage, 1, 1)

    def counting(self, stage: str, total: int) -> Callable[[int], None]:
        """Return a function that is told how many more are done within a stage."""
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            self._progress(stage, done, total)

        return count

    def report(self) -> bytes:
        """Return seconds by stage, as JSON."""
        took = {**self._took, "total": round(time.monotonic() - self._start, 3)}
        return encoded({"seconds": took})


@dataclass(frozen=True)
class Job:
    """What a run is asked to do.

    ``store``, ``archive`` and ``records`` (what was told by phone) are None outside a workspace.
    """

    folder: Path
    out: Path
    period: Period
    profiles: tuple[Profile, ...]
    registry: Registry
    template: Path
    campaign: Campaign = field(default_factory=Campaign)
    store: Store | None = None
    archive: Path | None = None
    records: Path | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    workers: int = 2
    lang: str = "zh"


@dataclass(frozen=True)
class Outcome:
    """What a run did: its report, the findings in words, the manifest, where the files are."""

    report: Report
    findings: tuple[ToldFinding, ...]
    manifest: Mapping[str, Any]
    folder: Path
    delivery: Delivery


def run(job: Job, progress: Progress = lambda *_: None) -> Outcome:
    """Run a period from its folder to its files.

    Raises OperatorError for what the operator can put right; NotProvedError where sums do not add
    up, before anything is written.
    """
    watch = Watch(progress)
    recover(job.out)
    taken = _taken_before(job)
    collected = collect(job.folder, job.archive, taken)
    collected = with_records(collected, job.records, job.archive, taken, job.period.as_of)
    watch.done("collect")
    report = examine(job, collected, watch)
    outcome = _write(job, report, watch)
    watch.done("store")
    return outcome


def examine(job: Job, collected: Collected, watch: Watch) -> Report:
    """Read, settle, validate, compare, merge and count what was collected; write nothing."""
    reading = read(
        collected.submissions,
        job.profiles,
        jobs=job.workers,
        on_done=watch.counting("read", len(collected.submissions)),
    )
    reading = with_calls(reading, collected.calls, job.profiles)
    watch.done("read")
    results = tuple(_ledger(profile, job, collected, reading) for profile in job.profiles)
    watch.done("count")
    return _report(job, collected, reading, results)


def _ledger(profile: Profile, job: Job, collected: Collected, reading: Reading) -> LedgerResult:
    """Take one ledger from its raw rows to its figures, and prove them."""
    as_of = job.period.as_of[profile.id]
    raw, sheets = reading.rows[profile.id], reading.sheets
    submissions = collected.everything
    registry, rulings = job.registry.at(as_of), _rulings(job, profile)
    before = _roster_before(job, profile, registry)
    settled = settle(raw, sheets, submissions, profile, registry, job.period, rulings)
    noticed = _notices(reading, profile.id)
    judged = validate(settled.rows, sheets, profile, as_of)
    earlier = with_states(before, profile, as_of)
    identified = identify(settled.rows, sheets, submissions, earlier, profile, as_of, rulings.kept)
    mine = [sheet for sheet in sheets if sheet.ledger == profile.id]
    filed = filings(identified.rows, mine, settled.owners, settled.declared)
    reporting = {name for name, filing in filed.items() if filing.rows and profile.reported}
    forms = {name for name, filing in filed.items() if filing.form}
    compared = compare(identified.rows, earlier, mine, reporting, forms, profile)
    removals = removal_claims(identified.rows, profile)
    about_rows, tried = parted(
        _of_rows_that_count(together([settled.findings, judged, removals]), identified.rows)
    )
    claimed, proposals = claims(collected.letters, filed, registry, profile)
    doubts = together([noticed, about_rows, identified.findings, compared, proposals])
    ruled = applied(addressed(doubts, identified.rows, profile), rulings)
    rows = with_ruled_states(identified.rows, ruled.states, profile, as_of)
    rows = dispose(rows, ruled.findings, profile, ruled.aside)
    merged = merge(
        rows,
        settled.aside,
        before,
        sheets,
        submissions,
        profile,
        job.period.id,
        as_of,
        ruled.states,
    )
    filed, proposed = accepted(filed, claimed, ruled.findings)
    stamps = _stamps(collected, mine, settled, registry)
    called, missed = roll_call(filed, merged.roster, registry, profile, stamps, proposed)
    ledger = Ledger(profile, as_of, merged.roster, called, _named(registry, merged.roster))
    counted = figures(ledger)
    prove(merged, raw.num_rows, earlier, ledger, counted)
    return LedgerResult(
        ledger=ledger,
        merged=merged,
        figures=counted,
        effects=effects(ledger, counted, _claimed(ruled.findings)),
        findings=together([ruled.findings, missed]),
        tried=tried,
        dispositions=dispositions(merged),
        previous=_previous(job, profile),
        owners=settled.owners,
        understood=settled.understood,
    )


def _claimed(findings: pa.Table) -> frozenset[str]:
    """Items whose rows say that they leave the list, not ruled on."""
    open_ = pc.and_(
        pc.equal(findings["code"], "removal-claimed"), pc.equal(findings["severity"], "E")
    )
    return frozenset(findings.filter(open_)["subject"].to_pylist())


def _stamps(
    collected: Collected, sheets: Sequence[Sheet], settled: Settled, registry: Registry
) -> frozenset[str]:
    """Who sent a stamped copy of the ledger whose sheets these are."""
    names = {submission.id: submission.name for submission in collected.everything}
    owners: dict[str, set[str]] = {}
    for sheet in sheets:
        owner = settled.owners.get(sheet.id)
        owners.setdefault(names[sheet.submission], set()).update([owner] if owner else [])
    scans = [(p.name, p.about) for p in collected.passed if p.state == "stamped"]
    return stamped_by(scans, owners, registry)


def _of_rows_that_count(findings: pa.Table, rows: pa.Table) -> pa.Table:
    """Findings without those on rows that a later version replaces: nobody need mend these."""
    passed = pc.is_in(rows.column(REASON), pa.array([SUPERSEDED, COVERED]))
    rows = rows.filter(pc.invert(passed)).column(ROW_ID).combine_chunks()
    return findings.filter(
        pc.or_(pc.is_null(findings["row_id"]), pc.is_in(findings["row_id"], rows))
    )


def _named(registry: Registry, roster: pa.Table) -> Registry:
    """Where there is no registry, the roster's own enterprises stand in for it."""
    names = roster.column(ENTERPRISE).to_pylist()
    return registry.extended(name for name in names if name)


def _taken_before(job: Job) -> Mapping[str, str]:
    return job.store.taken_before(job.period.id) if job.store is not None else {}


def _previous(job: Job, profile: Profile) -> Any:
    """As-of date of the newest earlier period that had the ledger."""
    if job.store is None:
        return None
    earlier = [p for p in job.store.periods() if p.id < job.period.id and profile.id in p.as_of]
    return earlier[-1].as_of[profile.id] if earlier else None


def _rulings(job: Job, profile: Profile) -> Rulings:
    if job.store is None:
        return Rulings()
    return Rulings.in_force(job.store.decisions(profile.id), job.period, profile.id)


def _roster_before(job: Job, profile: Profile, registry: Registry) -> pa.Table:
    """The roster before, its enterprises by the names that they have in the registry today."""
    schema = roster_schema(profile)
    if job.store is None:
        return schema.empty_table()
    roster = job.store.roster(profile.id, job.period.id, schema)
    told = roster.column(profile.enterprise_column or ENTERPRISE).to_pylist()
    names = [
        registry.match(name or text or "").sure or name
        for name, text in zip(roster.column(ENTERPRISE).to_pylist(), told, strict=True)
    ]
    at = roster.column_names.index(ENTERPRISE)
    roster = roster.set_column(at, ENTERPRISE, pa.array(names, pa.string()))
    as_of = job.period.as_of[profile.id]
    return with_attributes(roster, profile, registry, as_of).select(schema.names)


def _notices(reading: Reading, ledger: str | None) -> pa.Table:
    """What reading noticed about the sheets of one ledger, or (None) about files and others."""
    places: dict[tuple[int, str], list[Sheet]] = {}
    for each in reading.sheets:
        places.setdefault((each.submission, each.name), []).append(each)
    records = []
    for submission, notice in reading.notices:
        sheet = _table_of(notice, places.get((submission, notice.sheet), []))
        if (sheet.ledger if sheet is not None else None) != ledger:
            continue
        records.append(
            finding(
                notice.code, default_severity(notice.code), ledger=ledger, submission=submission,
                sheet_id=sheet.id if sheet is not None else None, row_no=notice.row,
                column=notice.column, value=notice.value,
                params={"sheet": notice.sheet, **notice.params},
            )
        )  # fmt: skip
    return findings_table(records)


def _table_of(notice: Notice, tables: Sequence[Sheet]) -> Sheet | None:
    """The table of a sheet that a notice is about: the last whose header is not below its row."""
    row = notice.row or 0
    return next((t for t in reversed(tables) if t.header_row <= row), next(iter(tables), None))


def _report(
    job: Job, collected: Collected, reading: Reading, results: tuple[LedgerResult, ...]
) -> Report:
    repeated = [
        finding("duplicate-file", "I", params={"same": p.about, "file": p.name})
        for p in collected.passed
        if p.state == "duplicate"
    ]
    earlier = [p for p in collected.passed if p.state == "earlier"]
    if earlier:
        params = {"count": len(earlier), "file": earlier[0].name, "period": earlier[0].about}
        repeated.append(finding("taken-before", "I", params=params))
    unnamed = [] if job.registry.given else [finding("no-registry", "I")]
    findings = together(
        [
            *(r.findings for r in results),
            linked(collected.letters, job.registry),
            unattributed(collected.letters, job.registry),
            _notices(reading, None),
            findings_table(repeated + unnamed),
        ]
    )
    return Report(
        period=job.period,
        ledgers=results,
        findings=findings,
        tried=together([r.tried for r in results]),
        submissions=collected.everything,
        passed=collected.passed,
        sheets=reading.sheets,
        title=job.campaign.name or job.campaign.title,
        lang=job.lang,
    )


def _write(job: Job, report: Report, watch: Watch) -> Outcome:
    """Write all outputs, remember the period, and move the outputs in: all of it or nothing."""
    from pipeline.write.briefing import write_briefing
    from pipeline.write.findings import write_findings
    from pipeline.write.master import write_master
    from pipeline.write.returns.write import write_returns

    everything = told(report.findings, report.files, report.sheets, report.profiles, job.lang)
    public = told(
        report.findings, report.files, report.sheets, report.profiles, job.lang, public=True
    )
    composer = Composer(job.period.id, job.campaign, job.lang)
    number = _number(job)
    counted = [Counted(r.ledger, r.figures, r.previous) for r in report.ledgers]
    briefing = compose(counted, composer, *number[:2])
    watch.done("compose")
    files = {
        "briefing.docx": write_briefing(briefing, job.template, report.created),
        "findings.xlsx": write_findings(report, everything),
        "findings.parquet": findings_parquet(report),
        "master.xlsx": write_master(report, everything),
    }
    files |= write_returns(report, lambda s: s.path.read_bytes(), workers=job.workers)
    watch.done("write")
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    document = manifest(report, public, composer.placed, job.inputs, hashes)
    files["run.json"] = encoded(document)
    files["timing.json"] = watch.report()
    before = _written_before(job)
    with staged(job.out, files, before) as delivery:
        _remember(job, report, delivery, number[2])
    withdraw(job.out, {path: before[path] for path in before.keys() - files.keys()})
    return Outcome(report, tuple(everything), document, job.out, delivery)


def _number(job: Job) -> tuple[int, int, Any]:
    """The briefing's number within its year and in all; outside a workspace the first ones."""
    first = (job.campaign.first_number, job.campaign.first_running)
    if job.store is None:
        return (*first, None)
    number = job.store.reserve_number(job.period, *first)
    return number.number, number.running, number


_MACHINE_FILES = ("run.json", "timing.json", "findings.parquet")
"""Outputs that nobody edits: what stands there is ours whatever it holds."""


def _written_before(job: Job) -> Mapping[str, str]:
    """Hashes of what the last run wrote; outside a workspace its manifest knows them."""
    ours = {
        name: hashlib.sha256((job.out / name).read_bytes()).hexdigest()
        for name in _MACHINE_FILES
        if (job.out / name).is_file()
    }
    findings = job.out / "findings.xlsx"
    if job.archive is not None and findings.is_file():
        # Rulings that were taken in lie in the archive: the workbook that holds them has done its
        # work, and nothing a person wrote is lost when the next one takes its place.
        digest = hashlib.sha256(findings.read_bytes()).hexdigest()
        if kept_in(job.archive, digest, findings.suffix):
            ours[findings.name] = digest
    if job.store is not None:
        return {**job.store.outputs(job.period.id), **ours}
    try:
        document = json.loads((job.out / "run.json").read_text(encoding="utf-8"))
        return {**{entry["path"]: entry["sha256"] for entry in document["outputs"]}, **ours}
    except (OSError, ValueError, KeyError, TypeError):
        return ours


def _remember(job: Job, report: Report, delivery: Delivery, number: Any) -> None:
    if job.store is None:
        return
    rosters = {r.profile.id: _stored(r.merged.roster, r.profile) for r in report.ledgers}
    job.store.save(job.period, file_lines(report), rosters, delivery.written, number=number)


def _stored(roster: pa.Table, profile: Profile) -> pa.Table:
    """The roster without what belongs to this period alone: states and news."""
    assert {ENTRY, TURN, STANDING} <= set(roster.column_names)
    return roster.select(roster_schema(profile).names)
