"""Roll call: who must report a ledger, who did and how, and with what its items stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table
from pipeline.model import ENTERPRISE, SOURCE_PERIOD, Called, Disposition, Enterprise, RollCall
from pipeline.profile.schema import Profile
from pipeline.punctual import Record, record, timeliness
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
        ("arrived", pa.string()),
        ("cutoff", pa.string()),
        ("punctuality", pa.string()),
        ("late_minutes", pa.int64()),
        ("missing_in_a_row", pa.int64()),
        ("punctual_in_a_row", pa.int64()),
        *((f"times_{kind}", pa.int64()) for kind in ("punctual", "late", "unknown", "missing")),
        ("open", pa.int64()),
        ("read", pa.int64()),
        *((disposition.value, pa.int64()) for disposition in Disposition),
    ]
)
"""One row per enterprise that must report: its state, its items, the last period told of them;
"stamped_copy" where one came; the state that its mail claims and nobody has ruled on yet; how many
of its rows were read, and what became of them.

``arrived`` and ``cutoff`` are moments (see ``Called``), ``punctuality`` how the two agree (see
``Timeliness``); how many periods in a row, this one included, it did not report or did in time;
``times_…`` how often in the last ``LOOKED_BACK`` periods; ``open``, how many of its items are not
completed.
"""

_NAMED = 10


@dataclass(frozen=True)
class Punctuality:
    """What is known of when reports came: ``arrived`` by enterprise, and until when they were due.

    ``before`` are each enterprise's roll calls in earlier periods, oldest first.
    """

    cutoff: str = ""
    arrived: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Sequence[Called]] = field(default_factory=dict)

    def of(self, name: str, state: RollCall) -> tuple[Called, Record]:
        """Return how an enterprise is called now, and its record over periods."""
        arrived = "" if state is RollCall.MISSING else self.arrived.get(name, "")
        called = Called(state.value, arrived, self.cutoff)
        return called, record([*self.before.get(name, ()), called])


def roll_call(
    filed: Mapping[str, Filing],
    roster: pa.Table,
    registry: Registry,
    profile: Profile,
    stamped: Set[str] = frozenset(),
    proposed: Mapping[str, str] = MappingProxyType({}),
    rows: Mapping[str | None, Mapping[str, int]] = MappingProxyType({}),
    punctuality: Punctuality = Punctuality(),
) -> tuple[pa.Table, pa.Table]:
    """Return the roll call by SCHEMA, in the registry's order, and the findings about it.

    A ledger that is kept centrally (``reported = false``) has no roll call. ``stamped`` are the
    enterprises that sent a stamped copy; ``proposed`` maps those whose mail claims a state that was
    not accepted to it: they count as missing, and are asked about with their mail. ``rows`` are
    each enterprise's rows by disposition; ``punctuality`` what is known of when reports came.
    """
    if not profile.reported:
        return SCHEMA.empty_table(), findings_table()
    removed = pa.array(profile.stages.removed, pa.string())
    standing = roster.filter(pc.invert(pc.is_in(roster[profile.stages.partition], removed)))
    items = _items(standing)
    expected = [e.name for e in registry.enterprises if must_report(e, profile)]
    names = expected if registry.given else sorted({*filed, *items})
    done = pa.array([*profile.stages.completed, *profile.stages.removed], pa.string())
    open_ = _items(roster.filter(pc.invert(pc.is_in(roster[profile.stages.partition], done))))
    called = {name: punctuality.of(name, state_of(filed.get(name))) for name in names}
    records = [
        {
            "enterprise": name,
            "open": open_.get(name, (0, ""))[0],
            **_told(*called[name]),
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
        if name not in proposed
        and (doubt := _doubt(name, filed.get(name), items, profile, called[name][1].missing))
    ]
    doubts += [late for name in names if (late := _late(name, *called[name], filed, profile))]
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


def _told(called: Called, record: Record) -> dict[str, object]:
    kind, minutes = timeliness(called)
    return {
        **asdict(called),
        "punctuality": kind,
        "late_minutes": minutes,
        "missing_in_a_row": record.missing,
        "punctual_in_a_row": record.punctual,
        **{f"times_{name}": number for name, number in record.times.items()},
    }


def _late(
    name: str, called: Called, _: Record, filed: Mapping[str, Filing], profile: Profile
) -> dict[str, object] | None:
    """Return the finding that a report came late; in the files that it sent, if it is in these."""
    kind, minutes = timeliness(called)
    if kind != "late":
        return None
    where: dict[str, object] = {"ledger": profile.id, "enterprise": name}
    if filed[name].sheets:
        where["submission"] = filed[name].sheets[0].submission
    params = {"late_minutes": minutes, "arrived": called.arrived, "cutoff": called.cutoff}
    return finding("late-report", "W", **where, params=params)


def _doubt(
    name: str,
    filing: Filing | None,
    items: Mapping[str, tuple[int, str]],
    profile: Profile,
    streak: int,
) -> dict[str, object] | None:
    """Return what has to be asked about an enterprise's filing, if anything."""
    count, period = items.get(name, (0, ""))
    where: dict[str, object] = {"ledger": profile.id, "enterprise": name}
    if filing is None:
        params = {"items": count, "period": period}
        params |= {"in_a_row": streak} if streak > 1 else {}
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
