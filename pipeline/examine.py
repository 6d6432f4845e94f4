"""From what was collected to a report: the stages of each ledger in their order, nothing written.

read → settle → validate → identify → compare → rule → merge → count → prove
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.collect import Collected
from pipeline.compare import compare
from pipeline.count import Ledger, figures
from pipeline.coverage import uncovered
from pipeline.effect import claimed_off, effects
from pipeline.findings import finding, findings_table, parted, together
from pipeline.identify import identify
from pipeline.job import Job, Watch
from pipeline.merge import dispose, merge, removal_claims, roster_schema
from pipeline.messages import default_severity
from pipeline.model import (
    COVERED,
    ENTERPRISE,
    JOINT,
    REASON,
    ROW_ID,
    SUPERSEDED,
    Called,
    Earlier,
    Letter,
    Notice,
    Sheet,
)
from pipeline.profile.schema import Profile
from pipeline.prove import dispositions, dispositions_by_enterprise, prove
from pipeline.read import Reading, read, with_calls
from pipeline.registry import Registry, with_attributes
from pipeline.rollcall import (
    Filing,
    Punctuality,
    accepted,
    arrivals,
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
from pipeline.write.report import LedgerResult, Report


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
    results = tuple(ledger_result(profile, job, collected, reading) for profile in job.profiles)
    watch.done("count")
    return _report(job, collected, reading, results)


def ledger_result(
    profile: Profile, job: Job, collected: Collected, reading: Reading
) -> LedgerResult:
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
        rows, settled.aside, before, sheets, submissions, profile, job.period.id, as_of,
        ruled.states,
    )  # fmt: skip
    filed, proposed = accepted(filed, claimed, ruled.findings)
    stamps = _stamps(collected, mine, settled, registry)
    told = dispositions_by_enterprise(merged, settled.owners)
    punctuality = _punctuality(
        job, profile, registry, filed, rows, mine, settled, collected, claimed
    )
    called, missed = roll_call(
        filed, merged.roster, registry, profile, stamps, proposed, told, punctuality
    )
    ledger = Ledger(profile, as_of, merged.roster, called, _named(registry, merged.roster))
    counted = figures(ledger)
    prove(merged, raw.num_rows, earlier, ledger, counted)
    return LedgerResult(
        ledger=ledger,
        merged=merged,
        figures=counted,
        effects=effects(ledger, counted, claimed_off(ruled.findings)),
        findings=together([ruled.findings, missed, uncovered(ledger)]),
        tried=tried,
        dispositions=dispositions(merged),
        previous=_previous(job, profile),
        owners=settled.owners,
        understood=settled.understood,
        before=earlier,
        earlier=_earlier(job, profile),
    )


def _punctuality(
    job: Job,
    profile: Profile,
    registry: Registry,
    filed: Mapping[str, Filing],
    rows: pa.Table,
    sheets: Sequence[Sheet],
    settled: Settled,
    collected: Collected,
    claimed: Mapping[str, Letter],
) -> Punctuality:
    """When reports came and were due, and the roll calls before by the names of today."""
    if not profile.reported:
        return Punctuality()
    due = job.cutoff.of(job.period.as_of[profile.id], profile.calendar) if job.cutoff else None
    cutoff = due.isoformat() if due is not None else ""
    came = arrivals(filed, rows, sheets, settled.owners, collected.everything, claimed, cutoff)
    before: dict[str, list[Called]] = {}
    earlier = job.store.roll_calls(profile.id, job.period.id) if job.store is not None else {}
    for calls in earlier.values():
        for name, called in calls.items():
            now = registry.match(name).sure or name
            if now == name or now not in calls:  # of two that became one its own name tells
                before.setdefault(now, []).append(called)
    return Punctuality(cutoff, came, before)


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
    """Findings without those on rows that count elsewhere: nobody need mend these."""
    passed = pc.is_in(rows.column(REASON), pa.array([SUPERSEDED, COVERED, JOINT]))
    rows = rows.filter(pc.invert(passed)).column(ROW_ID).combine_chunks()
    return findings.filter(
        pc.or_(pc.is_null(findings["row_id"]), pc.is_in(findings["row_id"], rows))
    )


def _named(registry: Registry, roster: pa.Table) -> Registry:
    """Where there is no registry, the roster's own enterprises stand in for it."""
    names = roster.column(ENTERPRISE).to_pylist()
    return registry.extended(name for name in names if name)


def _previous(job: Job, profile: Profile) -> Any:
    """As-of date of the newest earlier period that had the ledger."""
    if job.store is None:
        return None
    earlier = [p for p in job.store.periods() if p.id < job.period.id and profile.id in p.as_of]
    return earlier[-1].as_of[profile.id] if earlier else None


def _earlier(job: Job, profile: Profile) -> tuple[Earlier, ...]:
    return job.store.earlier(profile.id, job.period.id) if job.store is not None else ()


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
        title=job.campaign.name or job.campaign.title.say(job.lang),
        lang=job.lang,
    )
