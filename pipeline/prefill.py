"""What an enterprise's next ledger holds beforehand: open items, accepted ones, standing faults."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.before import roster_before
from pipeline.findings import dumps, findings_table
from pipeline.messages import say
from pipeline.model import ENTERPRISE, ITEM_ID, KEY, SOURCE_PERIOD, TOKEN, Period, item_token, typed
from pipeline.profile.schema import Column, Profile
from pipeline.registry import Registry
from pipeline.rules.check import DESK
from pipeline.states import with_states
from pipeline.store import Store
from pipeline.write.accepted import Accepted
from pipeline.write.form import first_row
from pipeline.write.lastfaults import LastFault
from pipeline.write.told import told

_FINDINGS = "findings.parquet"
_ASKED = ("E", "W")


@dataclass
class Prefilled:
    """One enterprise's: ``items`` as texts by column with their TOKEN, in the ledger's order."""

    items: list[dict[str, str]] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    faults: list[LastFault] = field(default_factory=list)


def last_findings(store: Store, period: Period, output: Path) -> pa.Table | None:
    """Return the findings of the last run of the period before; None where its file is not whole.

    ``output`` is the folder of the periods' results. Without a period before there are none.
    """
    previous = store.previous(period.id)
    if previous is None:
        return findings_table()
    wanted = store.outputs(previous.id).get(_FINDINGS)
    try:
        data = (output / previous.id / _FINDINGS).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != wanted:
        return None
    return pq.read_table(io.BytesIO(data))


def prefilled(
    store: Store,
    profile: Profile,
    period: Period,
    registry: Registry,
    findings: pa.Table,
    lang: str,
) -> dict[str, Prefilled]:
    """Return what each enterprise's ledger for ``period`` holds beforehand, by its name today.

    ``findings`` are those of the last run; those that stand on an open item are told again.
    """
    as_of = period.as_of[profile.id]
    roster = roster_before(store, profile, period, registry.at(as_of))
    states = with_states(roster, profile, as_of)
    stages, previous = profile.stages, store.previous(period.id)
    was = _stages_before(store, profile, previous.id, registry, as_of) if previous else {}
    asked = {*stages.ongoing, stages.undecided}
    found: dict[str, Prefilled] = {}
    places: dict[str, tuple[str, int]] = {}
    row: dict[str, Any]
    for row in states.sort_by([(KEY, "ascending"), (ITEM_ID, "ascending")]).to_pylist():
        owner, stage, item = row[ENTERPRISE], row[stages.partition], row[ITEM_ID]
        if not owner:
            continue
        mine = found.setdefault(owner, Prefilled())
        if stage in asked:
            places[item] = (owner, len(mine.items))
            mine.items.append(_texts(row, profile) | {TOKEN: row[TOKEN] or item_token(item)})
        else:
            new = previous is not None and was.get(item) != stage
            mine.accepted.append(Accepted(new, row[SOURCE_PERIOD] or "", _values(row, profile)))
    for mine in found.values():
        mine.accepted.sort(key=lambda each: not each.new)
    for owner, fault in _faults(findings, places, profile, registry, lang):
        found[owner].faults.append(fault)
    return found


def _stages_before(
    store: Store, profile: Profile, period_id: str, registry: Registry, as_of: Any
) -> dict[str, str]:
    """How far each item was before the last period."""
    roster = roster_before(store, profile, Period(period_id, {profile.id: as_of}), registry)
    states = with_states(roster, profile, as_of)
    names = (ITEM_ID, profile.stages.partition)
    return dict(zip(*(states[name].to_pylist() for name in names), strict=True))


def _texts(row: Mapping[str, Any], profile: Profile) -> dict[str, str]:
    """An open item's cells; its own name stands in them as the registry has it."""
    columns = [c for c in profile.columns if c.type not in ("serial", "enterprise")]
    texts = {column.id: _cell(row, column) for column in columns}
    return {name: text for name, text in texts.items() if text}


def _cell(row: Mapping[str, Any], column: Column) -> str:
    """A choice as the dropdown offers it, anything else as it was written."""
    understood = row.get(typed(column.id)) if column.type == "choice" else None
    return str(understood or row[column.id] or "")


def _values(row: Mapping[str, Any], profile: Profile) -> dict[str, str]:
    """An accepted item's cells, dates and choices as they were understood."""
    shown = {}
    for column in profile.columns:
        twin = row.get(typed(column.id)) if column.type in ("date", "deadline", "choice") else None
        shown[column.id] = str(twin if twin is not None else row[column.id] or "")
    return shown


def _faults(
    findings: pa.Table,
    places: Mapping[str, tuple[str, int]],
    profile: Profile,
    registry: Registry,
    lang: str,
) -> list[tuple[str, LastFault]]:
    """Put the findings on open items into words, with the rows in which these stand now."""
    records: list[dict[str, Any]] = []
    for record in findings.to_pylist():
        place = places.get(record["subject"] or "")
        if place is None or record["ledger"] != profile.id or record["trial"]:
            continue
        params = json.loads(record["params"] or "{}")
        if record["severity"] not in _ASKED or params.get(DESK):
            continue
        number = first_row() + place[1] if record["row_no"] is not None else None
        records.append(
            record
            | {"enterprise": place[0], "row_no": number, "submission": None, "sheet_id": None}
            | {"params": dumps({**params, "sheet": ""})}
        )
    words = told(findings_table(records), {}, (), (profile,), lang, "blank/")
    stated = []
    for one in words:
        owner, at = places[one.subject]
        message = _discreet(one.message, owner, registry, lang)
        stated.append(
            (
                owner,
                LastFault(
                    at, first_row() + at, one.field, one.column, one.value, message, one.remedy
                ),
            )
        )
    return sorted(stated, key=lambda pair: pair[1].item)


def _discreet(message: str, owner: str, registry: Registry, lang: str) -> str:
    """A message without the names of other enterprises."""
    others: Sequence[str] = [name for name in registry.names if name in message and name != owner]
    for other in others:
        message = message.replace(other, say("return_other_enterprise", lang))
    return message
