"""Roll call: who must report a ledger, who did and how, and with what its items stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table
from pipeline.model import ENTERPRISE, SHEET_ID, SOURCE_PERIOD, Enterprise, RollCall, Sheet
from pipeline.profile.schema import Profile
from pipeline.registry import Registry

SCHEMA = pa.schema(
    [
        ("enterprise", pa.string()),
        ("state", pa.string()),
        ("items", pa.int64()),
        ("as_at", pa.string()),
    ]
)
"""One row per enterprise that must report: its state, its items, the last period told of them."""


@dataclass(frozen=True)
class Filing:
    """How an enterprise filed a ledger: how many rows are its, and what it declares.

    ``sheets`` are those it sent that hold nobody's rows; ``form`` tells that all its sheets are our
    own blank ledger; ``phone`` that it told something by phone, which is not counted in ``rows``.
    """

    rows: int = 0
    nil: bool = False
    unchanged: bool = False
    sheets: tuple[Sheet, ...] = ()
    form: bool = False
    phone: bool = False


def filings(
    rows: pa.Table,
    sheets: Sequence[Sheet],
    owners: Mapping[int, str | None],
    declared: Mapping[str, str],
) -> dict[str, Filing]:
    """Return what each enterprise filed: by the rows that are its, and the sheets it sent.

    ``declared`` maps enterprises to what a row of theirs says instead of items: nil or unchanged.
    """
    calls = {sheet.id for sheet in sheets if sheet.call is not None}
    spoken = {owners[sheet] for sheet in calls}
    rows = rows.filter(pc.invert(pc.is_in(rows[SHEET_ID], pa.array(sorted(calls), pa.int32()))))
    counts = rows.group_by([ENTERPRISE]).aggregate([([], "count_all")]).to_pylist()
    told = {r[ENTERPRISE]: Filing(rows=r["count_all"]) for r in counts if r[ENTERPRISE]}
    for name, filing in declared.items():
        filed = told.get(name, Filing())
        told[name] = replace(
            filed,
            nil=filed.nil or filing == RollCall.NIL,
            unchanged=filed.unchanged or filing == RollCall.UNCHANGED,
        )
    holding = set(pc.unique(rows.column(SHEET_ID)).to_pylist())
    sent: dict[str, list[bool]] = {}
    for sheet in sheets:
        owner = owners.get(sheet.id)
        if owner is None or sheet.id in calls:
            continue
        filed = told.get(owner, Filing())
        filing = sheet.declared.get("filing", "")
        sent.setdefault(owner, []).append("profile" in sheet.declared)
        if sheet.id in holding and not filed.rows and not filing:
            continue  # It holds others' rows: what is odd about that is told of the rows.
        told[owner] = replace(
            filed,
            nil=filed.nil or filing == RollCall.NIL,
            unchanged=filed.unchanged or filing == RollCall.UNCHANGED,
            sheets=(*filed.sheets, sheet),
            form=all(sent[owner]),
        )
    for name in sorted(name for name in spoken if name is not None):
        told[name] = replace(told.get(name, Filing()), phone=True)
    return told


def state_of(filing: Filing | None) -> RollCall:
    """Return the 报送 state. An empty ledger that declares nothing is not a report: it is asked."""
    if filing is None:
        return RollCall.MISSING
    if filing.rows:
        return RollCall.REPORTED
    if filing.nil:
        return RollCall.NIL
    if filing.unchanged:
        return RollCall.UNCHANGED
    return RollCall.PHONE if filing.phone else RollCall.MISSING


def roll_call(
    filed: Mapping[str, Filing], roster: pa.Table, registry: Registry, profile: Profile
) -> tuple[pa.Table, pa.Table]:
    """Return the roll call by SCHEMA, in the registry's order, and the findings about it.

    A ledger that is kept centrally (``reported = false``) has no roll call.
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
        }
        for name in names
    ]
    doubts = [d for name in names if (d := _doubt(name, filed.get(name), items, profile))]
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
    if filing.rows and (filing.nil or filing.unchanged):
        return finding("nil-with-rows", "W", **where, params={"rows": filing.rows})
    if filing.rows:
        return None
    if filing.nil and count:
        return finding("nil-but-items", "W", **where, params={"items": count, "period": period})
    if filing.nil or filing.unchanged:
        return None
    return finding("empty-return", "W", **where, params={"items": count})
