"""Deadlines made from a row's own dates: as told, or reckoned from another date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import typed
from pipeline.profile.base import Words
from pipeline.profile.schema import Derived, Profile
from pipeline.rules.algebra import AS_OF, shifted


def days_reckoned(derived: Derived) -> int:
    """Return how many days after another date a deadline is, working or not; 0 where not said."""
    return (derived.working_days or derived.days or 0) if derived.after else 0


def told_on(derived: Derived) -> tuple[str, ...]:
    """Return the columns in which a clerk looks for a deadline; what is reckoned, in the first."""
    return derived.first_of or (str(derived.after),)


def sources(table: pa.Table, derived: Derived) -> pa.ChunkedArray:
    """Return, per row, the column that a deadline is taken from; null where none is."""
    found = pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
    for name in reversed(derived.first_of):
        there = pc.is_valid(table.column(typed(name)))
        if name in derived.given:
            there = pc.and_(there, pc.is_valid(table.column(derived.given[name])))
        found = pc.if_else(there, pa.scalar(name), found)
    return found


def deadline(table: pa.Table, derived: Derived, profile: Profile) -> pa.ChunkedArray:
    """Return the deadline of each row: the first that is told, or else what is reckoned."""
    source = sources(table, derived)
    column = _reckoned(table, derived, profile)
    for name in derived.first_of:
        taken = pc.fill_null(pc.equal(source, name), False)
        column = pc.if_else(taken, table.column(typed(name)), column)
    return column


def _reckoned(table: pa.Table, derived: Derived, profile: Profile) -> pa.ChunkedArray:
    """What a row says and nobody understands is asked about; another day is not put for it."""
    nothing = pa.chunked_array([pa.nulls(table.num_rows, pa.date32())])
    if not days_reckoned(derived):
        return nothing
    calendar = profile.calendar if derived.working_days else None
    day = shifted(table.column(typed(str(derived.after))), days_reckoned(derived), calendar)
    for name in derived.first_of:
        day = pc.if_else(pc.is_null(table.column(name)), day, nothing)
    return day


def how_reckoned(derived: Derived, profile: Profile) -> Words:
    """Say what a deadline was reckoned from, in brackets: （交办日期后 10 个工作日）."""
    days, base = days_reckoned(derived), profile.labels[str(derived.after)]
    kind = ("个工作日", "working days") if derived.working_days else ("天", "days")
    return Words(zh=f"（{base.zh}后 {days} {kind[0]}）", en=f" ({days} {kind[1]} after {base.en})")


def years_reckoned(table: pa.Table, profile: Profile, as_of: date) -> set[int]:
    """Return the years whose working days were counted in settled rows."""
    years: set[int] = set()
    for columns in _reckoned_between(table, profile):
        days = [day for column in columns for day in pc.unique(column.drop_null()).to_pylist()]
        if days:
            days += [as_of] if len(columns) == 1 else []
            years.update(range(min(days).year, max(days).year + 1))
    return years


def _reckoned_between(table: pa.Table, profile: Profile) -> Iterator[tuple[pa.ChunkedArray, ...]]:
    """Columns of dates between which working days were counted; one alone goes to the as-of day."""
    for derived in profile.derived:
        if derived.working_days and derived.after:
            made = pc.is_valid(table.column(typed(derived.id)))
            rows = table.filter(pc.and_(made, pc.is_null(sources(table, derived))))
            yield rows.column(typed(derived.after)), rows.column(typed(derived.id))
        if derived.working and derived.days_since:
            rows = table.filter(pc.is_valid(table.column(typed(derived.id))))
            yield (rows.column(typed(derived.days_since)),)
    for rule in profile.rules:
        if rule.working_days and rule.life != "retired":
            names = [name for name in (rule.column, rule.other) if name != AS_OF]
            yield tuple(table.column(typed(str(name))) for name in names)
