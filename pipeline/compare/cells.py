"""Cells against what the roster has of the same item: dates moved, texts rewritten, no news."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.compare.sources import sources
from pipeline.findings import on_rows, together
from pipeline.model import ITEM_ID, MOVED, SOURCE_PERIOD, typed
from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import mask
from pipeline.rules.alike import likeness
from pipeline.rules.check import Check
from pipeline.rules.families import checks
from pipeline.text import gist


@dataclass(frozen=True)
class Pairs:
    """Rows of known items (``now``) and what the roster before has of each (``then``).

    ``dates`` are the as-of dates of the ledger's earlier periods, by id, in their order.
    """

    now: pa.Table
    then: pa.Table
    dates: Mapping[str, date]

    def where(self, flags: Sequence[bool] | pa.ChunkedArray) -> Pairs:
        """Return those pairs of which it holds."""
        if not isinstance(flags, pa.ChunkedArray):
            flags = pa.chunked_array([pa.array(flags, pa.bool_())])
        if pc.all(flags, min_count=0).as_py():
            return self  # the tables are wide: copying them is most of the work
        return Pairs(self.now.filter(flags), self.then.filter(flags), self.dates)


def pairs(rows: pa.Table, before: pa.Table, dates: Mapping[str, date]) -> Pairs:
    """Pair rows with the items of the roster before that they are about."""
    at = pc.index_in(rows.column(ITEM_ID), before.column(ITEM_ID).combine_chunks())
    known = pc.is_valid(at)
    return Pairs(rows.filter(known), before.take(at.filter(known)), dates)


def against_past(
    every: Pairs, profile: Profile, as_of: date, regrouped: pa.ChunkedArray
) -> pa.Table:
    """Return what the profile's rules on the last period find in cells.

    ``regrouped`` are rows that hold parts of other items now: their texts are asked about as such.
    """
    found = []
    for check in checks(profile):
        find = _FINDERS.get(check.message) if check.past is not None else None
        if find is None or check.past is None:
            continue
        at = every if check.message != "rewritten" else every.where(pc.invert(regrouped))
        if check.fault is not None:
            at = at.where(mask(check.fault, at.now, as_of))
        faulty, params = find(at, check.column, check.past, profile)
        told = [
            {**check.params, **own, "message": check.message, "last": last}
            for own, last in zip(params, sources(faulty.then), strict=True)
        ]
        rows, trial = faulty.now, check.life == "trial"
        about = (check.code, check.severity, profile.id, check.column)
        found.append(on_rows(rows, *about, told, trial=trial))
    return together(found)


Params = list[dict[str, Any]]


def changed(now: pa.ChunkedArray, then: pa.ChunkedArray) -> pa.ChunkedArray:
    """Tell where something stands that says another thing than before.

    Punctuation and blanks say nothing; nor does a cell that is blank now.
    """
    differs = pc.and_(pc.is_valid(now), pc.fill_null(pc.not_equal(now, then), True))
    places = pc.indices_nonzero(differs).to_pylist()
    flags = [False] * len(now)
    one, other = (column.take(pa.array(places, pa.int64())).to_pylist() for column in (now, then))
    for place, new, old in zip(places, one, other, strict=True):
        flags[place] = gist(new) != gist(old or "")
    return pa.chunked_array([pa.array(flags, pa.bool_())])


def _moved(at: Pairs, column: str, rule: Rule, profile: Profile) -> tuple[Pairs, Params]:
    """Both what stands there and what it means must be another: 12月底 stays what it is."""
    twin = typed(column)
    same = pc.fill_null(pc.equal(at.now.column(twin), at.then.column(twin)), False)
    at = at.where(pc.and_(pc.is_valid(at.then.column(column)), pc.invert(same)))
    at = at.where(changed(at.now.column(column), at.then.column(column)))
    if rule.other is not None:
        at = at.where(pc.invert(changed(at.now.column(rule.other), at.then.column(rule.other))))
    return at, [{"older": old} for old in at.then.column(column).to_pylist()]


def _rewritten(at: Pairs, column: str, rule: Rule, profile: Profile) -> tuple[Pairs, Params]:
    # Nothing to say where either is blank: both masks are null there.
    now, then = at.now.column(column), at.then.column(column)
    at = at.where(pc.fill_null(pc.not_equal(now, then), False))
    percent = float(rule.percent or 100)
    texts = zip(at.then.column(column).to_pylist(), at.now.column(column).to_pylist(), strict=True)
    flags = [gist(old) not in gist(new) and likeness(old, new) < percent for old, new in texts]
    at = at.where(flags)
    return at, [{"older": old} for old in at.then.column(column).to_pylist()]


def _back_dated(at: Pairs, column: str, rule: Rule, profile: Profile) -> tuple[Pairs, Params]:
    """Completed on a day as of which, or long before which, it was still said to be ongoing."""
    stage = profile.stages.partition
    ongoing = pc.is_in(at.then.column(stage), pa.array(profile.stages.ongoing, pa.string()))
    done = pc.is_in(at.now.column(stage), pa.array(profile.stages.completed, pa.string()))
    at = at.where(pc.and_(pc.and_(ongoing, done), pc.is_valid(at.now.column(typed(column)))))
    days = at.now.column(typed(column)).to_pylist()
    said = [at.dates.get(period) for period in at.then.column(SOURCE_PERIOD).to_pylist()]
    due = at.now.column(typed(rule.other)).to_pylist() if rule.other else [None] * len(days)
    grace = timedelta(rule.days or 0)

    def faulty(day: date, open_on: date | None, limit: date | None) -> bool:
        if open_on is None:
            return False
        return day < open_on - grace or (limit is not None and day <= limit < open_on)

    flags = [faulty(*each) for each in zip(days, said, due, strict=True)]
    kept = [str(day) for day, flag in zip(said, flags, strict=True) if flag]
    at = at.where(flags)
    texts = at.then.column(profile.status_column).to_pylist()
    return at, [{"date": day, "older": text} for day, text in zip(kept, texts, strict=True)]


def _stalled(at: Pairs, column: str, rule: Rule, profile: Profile) -> tuple[Pairs, Params]:
    """Ongoing now and before, and no news since a period that lies so many periods back."""
    stage, parts = profile.stages.partition, pa.array(profile.stages.ongoing, pa.string())
    both = pc.and_(pc.is_in(at.now.column(stage), parts), pc.is_in(at.then.column(stage), parts))
    at = at.where(both)
    for name in rule.columns:
        at = at.where(pc.invert(changed(at.now.column(name), at.then.column(name))))
    number = {period: place for place, period in enumerate(at.dates)}
    since = at.then.column(MOVED).to_pylist()
    after = [len(number) - number[period] if period in number else 0 for period in since]
    flags = [count >= (rule.periods or 1) for count in after]
    kept = [
        {"since": period, "periods": count}
        for period, count, flag in zip(since, after, flags, strict=True)
        if flag
    ]
    return at.where(flags), kept


_FINDERS: Mapping[str, Callable[[Pairs, str, Rule, Profile], tuple[Pairs, Params]]] = {
    "moved": _moved,
    "rewritten": _rewritten,
    "back_dated": _back_dated,
    "stalled": _stalled,
}


def check_of(profile: Profile, family: str) -> Check | None:
    """Return the profile's check of a family of which one is enough."""
    return next((check for check in checks(profile) if check.message == family), None)
