"""The roster as it stands before a period, its enterprises called what they are called today."""

from __future__ import annotations

import pyarrow as pa

from pipeline.merge import roster_schema
from pipeline.model import ENTERPRISE, Period
from pipeline.profile.schema import Profile
from pipeline.registry import Registry, with_attributes
from pipeline.store import Store


def roster_before(
    store: Store | None, profile: Profile, period: Period, registry: Registry, until: str = ""
) -> pa.Table:
    """Return the stored roster before ``period``, by ``roster_schema``; empty without a store.

    ``until`` asks for the one before that earlier period instead, under today's names.
    """
    schema = roster_schema(profile)
    if store is None:
        return schema.empty_table()
    roster = store.roster(profile.id, until or period.id, schema)
    told = roster.column(profile.enterprise_column or ENTERPRISE).to_pylist()
    names = [
        registry.match(name or text or "").sure or name
        for name, text in zip(roster.column(ENTERPRISE).to_pylist(), told, strict=True)
    ]
    at = roster.column_names.index(ENTERPRISE)
    roster = roster.set_column(at, ENTERPRISE, pa.array(names, pa.string()))
    as_of = period.as_of[profile.id]
    return with_attributes(roster, profile, registry, as_of).select(schema.names)
