"""Try a rule: what it would have found in periods that are past, from the archive and the store.

Each period is examined again with the rule on trial, which is just what a trial means: all else
is as it was, and what the rule finds is told beside. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.collect import Collected, collect_again, with_records
from pipeline.examine import examine
from pipeline.job import Job, Watch
from pipeline.merge import DISPOSITION
from pipeline.model import COVERED, JOINT, REASON, ROW_ID, SUPERSEDED, Disposition, Period
from pipeline.profile import Profile
from pipeline.registry import Registry
from pipeline.rulings import Rulings, addressed, applied
from pipeline.shipped import shipped
from pipeline.store import Store, StoredPeriod
from pipeline.workspace import Workspace
from pipeline.write.causes import Cause, causes
from pipeline.write.report import Report
from pipeline.write.told import ToldFinding, told

_TAKEN = ("read", "unreadable", "container", "letter", "phone")
"""States of the files that a period took in itself."""


@dataclass(frozen=True, slots=True)
class Past:
    """What a rule would have found in one period.

    ``rows`` were looked at, ``faulted`` are those it finds fault with, of so many ``enterprises``;
    ``uncounted`` those of them that counted and no longer would (severity E). ``lost`` originals
    are in the archive no more, so that nothing is known of their rows. ``told`` is what the
    enterprises would be told, those of one cause as one.
    """

    period: str
    rows: int
    faulted: int
    enterprises: int
    uncounted: int
    lost: int
    told: tuple[Cause[ToldFinding], ...]

    def record(self) -> dict[str, Any]:
        """Return its numbers as a JSON object."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "told"}


def on_trial(profile: Profile, codes: Sequence[str]) -> Profile:
    """Return the profile with these rules on trial, whatever their life is."""
    life = {"life": "trial"}
    rules = (r.model_copy(update=life) if r.code in codes else r for r in profile.rules)
    return profile.model_copy(update={"rules": tuple(rules)})


def past(
    profile: Profile,
    codes: Sequence[str],
    profiles: Sequence[Profile],
    workspace: Workspace,
    store: Store,
    periods: Sequence[StoredPeriod],
    lang: str,
) -> Iterator[list[Past]]:
    """Yield for each of ``periods`` what each of the rules ``codes`` would have found in it.

    They are rules of ``profile``, which stands for the one of the same ledger among ``profiles``;
    those are all in use, since sheets are told apart by them. ``lang`` is that of ``Past.told``.
    """
    tried = on_trial(profile, codes)
    used = [tried if each.id == profile.id else each for each in profiles]
    used += [] if tried in used else [tried]
    registry = workspace.registry()
    for period in periods:
        job = _job(period, used, registry, store, lang)
        collected, lost = _collected(period, workspace, store)
        report = examine(job, collected, Watch())
        rulings = Rulings.in_force(store.decisions(profile.id), job.period, profile.id)
        yield [_found(report, tried, code, rulings, lost) for code in codes]


def _job(
    period: StoredPeriod, profiles: Sequence[Profile], registry: Registry, store: Store, lang: str
) -> Job:
    return Job(
        folder=Path(),
        out=Path(),
        period=Period(period.id, period.as_of),
        profiles=tuple(profile for profile in profiles if profile.id in period.as_of),
        registry=registry,
        template=shipped("briefing.docx"),
        store=store,
        lang=lang,
    )


def _collected(period: StoredPeriod, workspace: Workspace, store: Store) -> tuple[Collected, int]:
    """Take in again what the period took in; returns it, and how many originals are lost."""
    lines = [line for line in store.submissions(period.id) if line.state in _TAKEN]
    taken = {line.name: line.sha256 for line in lines}
    before = store.taken_before(period.id)
    collected = collect_again(taken, workspace.archive, before)
    collected = with_records(collected, workspace.records, None, before, period.as_of)
    # A call may have been recorded after the period was closed, and tell of a day before.
    calls = [call for call in collected.calls if call[0].sha256 in taken.values()]
    numbered = enumerate(calls, start=len(collected.submissions))
    calls = [(replace(submission, id=number), record) for number, (submission, record) in numbered]
    collected = replace(collected, calls=tuple(calls))
    known = {s.sha256 for s in collected.everything} | {p.sha256 for p in collected.passed}
    return collected, len(set(taken.values()) - known)


def _found(report: Report, profile: Profile, code: str, rulings: Rulings, lost: int) -> Past:
    result = next(each for each in report.ledgers if each.profile.id == profile.id)
    rows = result.merged.rows
    found = result.tried.filter(pc.equal(result.tried["code"], code))
    # Where the rule was in force before, faults may have been accepted: their rows counted.
    found = applied(addressed(found, rows, profile), rulings).findings
    passed = pc.is_in(rows[REASON], pa.array([SUPERSEDED, COVERED, JOINT]))
    faulted = pc.unique(found["row_id"].drop_null())
    counted = rows.filter(pc.equal(rows[DISPOSITION], Disposition.COUNTED.value))
    errors = found.filter(pc.equal(found["severity"], "E"))["row_id"].drop_null()
    hit = pc.is_in(counted[ROW_ID], errors.combine_chunks())
    words = told(
        found, report.files, report.sheets, report.profiles, report.lang, output="returns/"
    )
    return Past(
        period=report.period.id,
        rows=pc.sum(pc.invert(passed)).as_py() or 0,
        faulted=len(faulted),
        enterprises=len(pc.unique(found["enterprise"].drop_null())),
        uncounted=pc.sum(hit).as_py() or 0,
        lost=lost,
        told=tuple(causes(words)),
    )


def examples(found: Sequence[Past], most: int) -> list[tuple[str, Cause[ToldFinding]]]:
    """Return a few of what would be told, with the period, the newest first.

    No enterprise is told of twice as long as there are others.
    """
    every = [(each.period, cause) for each in reversed(found) for cause in each.told]
    met: Counter[str] = Counter()
    ranked = []
    for place, (_, cause) in enumerate(every):
        ranked.append((met[cause.first.enterprise], place))
        met[cause.first.enterprise] += 1
    return [every[place] for _, place in sorted(ranked)[:most]]
