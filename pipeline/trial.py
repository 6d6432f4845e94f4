"""Try a rule: what it would have found in periods that are past, from the archive and the store.

Each period is examined again with the rule on trial, which is just what a trial means: all else
is as it was, and what the rule finds is told beside. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.merge import DISPOSITION
from pipeline.model import COVERED, JOINT, REASON, ROW_ID, SUPERSEDED, Disposition
from pipeline.profile import Profile
from pipeline.replay import reopened
from pipeline.rulings import Rulings, addressed, applied
from pipeline.store import StoredPeriod
from pipeline.workspace import Workspace
from pipeline.write.causes import Cause, causes
from pipeline.write.report import Report
from pipeline.write.told import ToldFinding, told


@dataclass(frozen=True, slots=True)
class Past:
    """What a rule would have found in one period.

    ``rows`` were looked at, ``faulted`` are those it finds fault with, of so many ``enterprises``;
    ``uncounted`` those of them that counted and no longer would (severity E). ``told`` is what
    the enterprises would be told, those of one cause as one.
    """

    period: str
    rows: int
    faulted: int
    enterprises: int
    uncounted: int
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
    workspace: Workspace,
    periods: Sequence[StoredPeriod],
    lang: str,
) -> Iterator[list[Past]]:
    """Yield for each of ``periods`` what each of the rules ``codes`` would have found in it.

    They are rules of ``profile``, which stands in for that of the same ledger; all else is the
    period's own. ``lang`` is that of ``Past.told``. Raises ImpossibleError where an original is
    missing from the archive.
    """
    tried = on_trial(profile, codes)
    for period in periods:
        again = reopened(workspace, period.id).with_profile(tried)
        report = replace(again.examined(), lang=lang)
        assert again.job.store is not None
        decisions = again.job.store.decisions(profile.id)
        rulings = Rulings.in_force(decisions, report.period, profile.id)
        yield [_found(report, tried, code, rulings) for code in codes]


def _found(report: Report, profile: Profile, code: str, rulings: Rulings) -> Past:
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
