"""States of items: derived columns and partitions, one materialised column for each.

A partition's parts add up because every item is in the first part that takes it. The same function
makes the states of rows that came in and of the roster, for the as-of date that is asked about:
an item that nobody touched can become overdue.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import CONFIRMED, attribute, typed
from pipeline.profile.schema import Derived, Partition, Profile
from pipeline.rules.algebra import condition, mask
from pipeline.rules.deadlines import deadline


def with_states(table: pa.Table, profile: Profile, as_of: date) -> pa.Table:
    """Return ``table`` with its derived columns and partitions as of ``as_of``.

    Partitions are string columns holding a part's identifier, null outside ``within``. Where the
    table has the column CONFIRMED, an item that was never confirmed is undecided whatever it says.
    """
    for derived in profile.derived:
        if derived.registry is not None:
            table = _put(table, typed(derived.id), _of_enterprise(table, derived))
        elif derived.a_deadline:
            table = _put(table, typed(derived.id), deadline(table, derived, profile))
    for partition in profile.partitions:
        column = _divide(table, partition, as_of)
        if partition.id == profile.stages.partition and CONFIRMED in table.column_names:
            undecided = pa.scalar(profile.stages.undecided)
            column = pc.if_else(table.column(CONFIRMED), column, undecided)
        table = _put(table, partition.id, column)
    for derived in profile.derived:
        if derived.days_since is not None:
            table = _put(table, typed(derived.id), _days_since(table, derived, profile, as_of))
    return table


def _put(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def _of_enterprise(table: pa.Table, derived: Derived) -> pa.ChunkedArray:
    """What the row itself says, or else what the registry says of its enterprise."""
    twins = (typed(name) for name in derived.first_of)
    own = (t if t in table.column_names else t.removesuffix(".value") for t in twins)
    names = (*own, attribute(str(derived.registry)))
    return pc.coalesce(*(table.column(name) for name in names))


def _days_since(
    table: pa.Table, derived: Derived, profile: Profile, as_of: date
) -> pa.ChunkedArray:
    then = table.column(typed(str(derived.days_since)))
    if derived.working:
        days = profile.calendar.between(then, as_of)
    else:
        today = pc.cast(pa.scalar(as_of, pa.date32()), pa.int32())
        days = pc.subtract(today, pc.cast(then, pa.int32()))
    within = mask(condition(derived.within), table, as_of)
    return pc.if_else(within, days, pa.scalar(None, pa.int32()))


def _divide(table: pa.Table, partition: Partition, as_of: date) -> pa.ChunkedArray:
    """The first part whose conditions hold; worked from the last part to the first."""
    column = pa.chunked_array([pa.nulls(table.num_rows, pa.string())])
    for part in reversed(partition.parts):
        inside = mask(condition(part.when), table, as_of)
        column = pc.if_else(inside, pa.scalar(part.id), column)
    within = mask(condition(partition.within), table, as_of)
    return pc.if_else(within, column, pa.scalar(None, pa.string()))
