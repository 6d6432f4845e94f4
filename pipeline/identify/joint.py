"""Items of several enterprises: counted once, for the lead, where rows surely say who that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from pipeline.findings import findings_table, on_rows, together
from pipeline.identify.rows import Row
from pipeline.model import ENTERPRISE, FINGERPRINT, ITEM_ID
from pipeline.profile.schema import Profile
from pipeline.rules.joint import MOST_OWNERS, named_in, sure_lead


@dataclass(frozen=True)
class Shared:
    """Rows, by place, that count in the lead's ledger, and what is told of such."""

    places: frozenset[int]
    findings: pa.Table


def shared(
    table: pa.Table,
    rows: Sequence[Row],
    ids: Mapping[int, str],
    roster: pa.Table,
    profile: Profile,
) -> Shared:
    """Find rows of items that another enterprise leads and reports, in this period or before.

    Their texts are the same, one of the rows says 牵头：甲, and the lead's row names the other or
    the other's names the lead. Such a row is told of (joint-elsewhere) and goes no further; where
    its enterprise was counted with the item in an earlier period, that is asked (joint-known).
    """
    column = profile.joint
    if column is None or table[column].null_count == table.num_rows:
        return Shared(frozenset(), findings_table([]))
    units = table[column].to_pylist()
    told: dict[str, dict[str, str | None]] = defaultdict(dict)
    for owner, mark, text in zip(
        *(roster[name].to_pylist() for name in (ENTERPRISE, FINGERPRINT, column)), strict=True
    ):
        if owner and mark:
            told[mark][owner] = text
    for row in rows:
        if row.enterprise and row.print_:
            told[row.print_][row.enterprise] = units[row.place]
    leads = {
        mark: sure_lead(by_owner)
        for mark, by_owner in told.items()
        if 1 < len(by_owner) <= MOST_OWNERS
    }
    counted = set(roster[ITEM_ID].to_pylist())
    elsewhere: dict[int, str] = {}
    known: dict[int, str] = {}
    for row in rows:
        lead, own = leads.get(row.print_), row.enterprise
        if lead is None or own is None or lead == own:
            continue
        of_lead = told[row.print_][lead]
        if named_in(units[row.place], lead, own) or named_in(of_lead, own, lead):
            (known if ids[row.place] in counted else elsewhere)[row.place] = lead
    findings = [
        _told(table, "joint-elsewhere", "I", elsewhere, profile),
        _told(table, "joint-known", "W", known, profile),
    ]
    return Shared(frozenset(elsewhere), together(findings))


def _told(
    table: pa.Table, code: str, severity: str, leads: Mapping[int, str], profile: Profile
) -> pa.Table:
    rows = table.take(pa.array(list(leads), pa.int64()))
    params = [{"owners": [lead]} for lead in leads.values()]
    return on_rows(rows, code, severity, profile.id, profile.joint, params)
