"""From what was collected to a report: the stages of each ledger in their order, nothing written.

read → settle → validate → identify → compare → rule → merge → count → prove
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.before import roster_before
from pipeline.collect import Collected
from pipeline.compare import compare, unmended, with_marks
from pipeline.count import Ledger, figures
from pipeline.coverage import uncovered
from pipeline.effect import claimed_off, effects
from pipeline.fallen import fallen
from pipeline.findings import finding, findings_table, parted, together
from pipeline.identify import identify
from pipeline.job import Job, Watch
from pipeline.merge import dispose, merge, removal_claims
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
    Previous,
    Sheet,
)
from pipeline.profile.schema import Profile
from pipeline.prove import dispositions, dispositions_by_enterprise, prove
from pipeline.read import Reading, read, with_calls
from pipeline.registry import Registry
from pipeline.restated import restated
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
    untouched,
)
from pipeline.rulings import Rulings, addressed, applied, with_ruled_states
from pipeline.settle import Settled, settle
from pipeline.since import compared_with
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
    period, as_of = job.period.id, job.period.as_of[profile.id]
    raw, sheets = reading.rows[profile.id], reading.sheets
    submissions = collected.everything
    registry, rulings = job.registry.at(as_of), _rulings(job, profile)
    before = roster_before(job.store, profile, job.period, registry)
    previous, since = _compared_with(job, profile, before, registry)
    settled = settle(raw, sheets, submissions, profile, registry, job.period, rulings)
    judged = together([settled.findings, validate(settled.rows, sheets, profile, as_of)])
    earlier = with_states(before, profile, as_of)
    identified = identify(settled.rows, sheets, submissions, earlier, profile, as_of, rulings.kept)
    mine = [sheet for sheet in sheets if sheet.ledger == profile.id]
    same = untouched(identified.rows, before, profile)
    filed = filings(identified.rows, mine, settled.owners, settled.declared, same)
    compared = _compared(job, profile, identified.rows, earlier, mine, filed)
    about_cells = _about_cells(judged, identified.rows, earlier, profile)
    about_rows, tried = parted(together([about_cells, compared]))
    claimed, proposals = claims(collected.letters, filed, registry, profile)
    doubts = [_notices(reading, profile.id), about_rows, identified.findings, proposals]
    ruled = applied(addressed(together(doubts), identified.rows, profile), rulings)
    rows = with_ruled_states(identified.rows, ruled.states, profile, as_of)
    rows = dispose(rows, ruled.findings, profile, ruled.aside)
    merged = merge(
        rows, settled.aside, before, since, sheets, submissions, profile, period, as_of,
        ruled.states,
    )  # fmt: skip
    marked = with_marks(merged.roster, before, ruled.findings, rows, profile, period)
    merged = replace(merged, roster=marked)
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
    then, past = with_states(since, profile, as_of), _earlier(job, profile)
    prove(merged, raw.num_rows, then, ledger, counted)
    differing = restated(counted, previous, past, profile)
    fell, tried_too = parted(fallen(ledger, counted, earlier, past, ruled.findings, rulings))
    return LedgerResult(
        ledger=ledger,
        merged=merged,
        figures=counted,
        effects=effects(ledger, counted, claimed_off(ruled.findings)),
        findings=together([ruled.findings, missed, uncovered(ledger), differing, fell]),
        tried=together([tried, tried_too]),
        dispositions=dispositions(merged),
        previous=previous,
        owners=settled.owners,
        understood=settled.understood,
        since=then,
        earlier=_of_form(past, job),
    )


def _about_cells(judged: pa.Table, rows: pa.Table, earlier: pa.Table, profile: Profile) -> pa.Table:
    """What is wrong with rows that count, and what of it was told before and is not mended."""
    found = _of_rows_that_count(together([judged, removal_claims(rows, profile)]), rows)
    found = addressed(found, rows, profile)
    return together([found, unmended(found, rows, earlier, profile)])


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


def _compared_with(
    job: Job, profile: Profile, before: pa.Table, registry: Registry
) -> tuple[Previous | None, pa.Table]:
    """What the ledger is compared with (None in its first period), and the roster that it left."""
    if job.store is None:
        return None, before
    found = compared_with(job.store.periods(), job.period.id, job.since, profile.id)
    if found is None or found[1] == job.period.id:
        return (found[0] if found else None), before
    return found[0], roster_before(job.store, profile, job.period, registry, found[1])


def _compared(
    job: Job,
    profile: Profile,
    rows: pa.Table,
    before: pa.Table,
    sheets: Sequence[Sheet],
    filed: Mapping[str, Filing],
) -> pa.Table:
    """What the rows say against the roster before; what those leave out that sent rows, too."""
    reporting = {name for name, filing in filed.items() if filing.rows and profile.reported}
    forms = {name for name, filing in filed.items() if filing.form}
    as_of, dates = job.period.as_of[profile.id], _dates_before(job, profile)
    return compare(rows, before, sheets, reporting, forms, profile, as_of, dates)


def _dates_before(job: Job, profile: Profile) -> dict[str, date]:
    """As-of dates of the ledger in the periods before, by period, the oldest first."""
    earlier = job.store.periods() if job.store is not None else ()
    found = (p for p in earlier if p.id < job.period.id and profile.id in p.as_of)
    return {p.id: p.as_of[profile.id] for p in found}


def _earlier(job: Job, profile: Profile) -> tuple[Earlier, ...]:
    """What each earlier period counted, oldest first."""
    return job.store.earlier(profile.id, job.period.id) if job.store is not None else ()


def _of_form(earlier: Sequence[Earlier], job: Job) -> tuple[Earlier, ...]:
    """Those whose briefing was of the form that is written now."""
    numbers = {p.id: p.number for p in job.store.periods()} if job.store is not None else {}
    return tuple(
        then
        for then in earlier
        if (number := numbers[then.period]) is None or number.series == job.form
    )


def _rulings(job: Job, profile: Profile) -> Rulings:
    if job.store is None:
        return Rulings()
    return Rulings.in_force(job.store.decisions(profile.id), job.period, profile.id)


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
