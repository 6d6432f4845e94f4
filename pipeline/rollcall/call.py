"""Roll call: who must report a ledger, who did and how, and with what its items stand."""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table
from pipeline.model import ENTERPRISE, SOURCE_PERIOD, Disposition, Enterprise, RollCall
from pipeline.profile.schema import Profile
from pipeline.registry import Registry
from pipeline.rollcall.filings import Filing, state_of

SCHEMA = pa.schema(
    [
        ("enterprise", pa.string()),
        ("state", pa.string()),
        ("items", pa.int64()),
        ("as_at", pa.string()),
        ("stamped", pa.string()),
        ("proposed", pa.string()),
        ("read", pa.int64()),
        *((disposition.value, pa.int64()) for disposition in Disposition),
    ]
)
"""One row per enterprise that must report: its state, its items, the last period told of them;
"stamped_copy" where one came; the state that its mail claims and nobody has ruled on yet; how many
of its rows were read, and what became of them.
"""

_NAMED = 10


def roll_call(
    filed: Mapping[str, Filing],
    roster: pa.Table,
    registry: Registry,
    profile: Profile,
    stamped: Set[str] = frozenset(),
    proposed: Mapping[str, str] = MappingProxyType({}),
    rows: Mapping[str | None, Mapping[str, int]] = MappingProxyType({}),
) -> tuple[pa.Table, pa.Table]:
    """Return the roll call by SCHEMA, in the registry's order, and the findings about it.

    A ledger that is kept centrally (``reported = false``) has no roll call. ``stamped`` are the
    enterprises that sent a stamped copy; ``proposed`` maps those whose mail claims a state that was
    not accepted to it: they count as missing, and are asked about with their mail. ``rows`` are
    each enterprise's rows by disposition.
    """
    if not profile.reported:
        return SCHEMA.empty_table(), findings_table()
    removed = pa.array(profile.stages.removed, pa.string())
    standing = roster.filter(pc.invert(pc.is_in(roster[profile.stages.partition], removed)))
    items = _items(standing)
    expected = [e.name for e in registry.enterprises if must_report(e, profile)]
    names = expected if registry.given else sorted({*filed, *items})
    records = [
        {
            "enterprise": name,
            "state": state_of(filed.get(name)).value,
            "items": items.get(name, (0, ""))[0],
            "as_at": items.get(name, (0, ""))[1],
            "stamped": "stamped_copy" if name in stamped else "",
            "proposed": proposed.get(name, ""),
            "read": sum(rows.get(name, {}).values()),
            **{d.value: rows.get(name, {}).get(d.value, 0) for d in Disposition},
        }
        for name in names
    ]
    doubts = [
        doubt
        for name in names
        if name not in proposed and (doubt := _doubt(name, filed.get(name), items, profile))
    ]
    doubts += [
        finding("outside-roll-call", "W", ledger=profile.id, enterprise=name,
                params={"items": items[name][0]})
        for name in sorted(items.keys() - set(names))
    ]  # fmt: skip
    return pa.Table.from_pylist(records, schema=SCHEMA), findings_table(doubts)


def must_report(enterprise: Enterprise, profile: Profile) -> bool:
    """Tell whether the profile expects a report from the enterprise.

    An attribute that the registry leaves blank is compared as "".
    """
    return all(
        isinstance(values, tuple) and enterprise.attributes.get(name, "") in values
        for name, values in profile.roll_call.expected.items()
    )


def _items(roster: pa.Table) -> dict[str, tuple[int, str]]:
    grouped = roster.group_by([ENTERPRISE]).aggregate([([], "count_all"), (SOURCE_PERIOD, "max")])
    return {
        row[ENTERPRISE]: (row["count_all"], row[f"{SOURCE_PERIOD}_max"])
        for row in grouped.to_pylist()
        if row[ENTERPRISE]
    }


def _doubt(
    name: str,
    filing: Filing | None,
    items: Mapping[str, tuple[int, str]],
    profile: Profile,
) -> dict[str, object] | None:
    """Return what has to be asked about an enterprise's filing, if anything."""
    count, period = items.get(name, (0, ""))
    where: dict[str, object] = {"ledger": profile.id, "enterprise": name}
    if filing is None:
        params = {"items": count, "period": period}
        return finding("not-reported", "W", **where, params=params)
    if state_of(filing) == RollCall.PHONE:
        return finding("phone-only", "W", **where, params={"items": count})
    if filing.sheets:
        sheet = filing.sheets[0]
        where |= {"submission": sheet.submission, "sheet_id": sheet.id}
    if filing.rows and filing.unchanged and not filing.nil:
        if not filing.touched:
            return None
        named = filing.touched[:_NAMED]
        told = {"rows": len(filing.touched), "where": "、".join(map(str, named))}
        return finding("unchanged-with-changes", "W", **where, params=told)
    if filing.rows and filing.nil:
        return finding("nil-with-rows", "W", **where, params={"rows": filing.rows})
    if filing.rows:
        return None
    if filing.nil and count:
        return finding("nil-but-items", "W", **where, params={"items": count, "period": period})
    if filing.nil or filing.unchanged:
        return None
    return finding("empty-return", "W", **where, params={"items": count})
