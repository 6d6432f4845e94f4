"""What the roster remembers of each item for the next comparison.

Two small columns go with an item: the period that last brought news of it, and what was asked of
the row that told of it last. So a period needs the roster before and nothing else of the past.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.compare.cells import changed, check_of
from pipeline.findings import finding, findings_table
from pipeline.model import FAULTS, ITEM_ID, MOVED, REASON, ROW_ID, SOURCE_PERIOD
from pipeline.profile.schema import Profile
from pipeline.rules.check import DESK
from pipeline.rules.families import checks

_OF_TIME = ("overdue", "due_within", "still_open", "missing_after")
"""Families that find what time brings about: no cell is wrong, so that none can be mended."""

_OF_THE_COORDINATOR = ("removal-claimed",)
"""What waits for a ruling, and not for the enterprise."""

Fault = tuple[str, str, str]
"""Code, column and digest of the cells that it was found in."""


def unmended(findings: pa.Table, rows: pa.Table, before: pa.Table, profile: Profile) -> pa.Table:
    """Return a finding for each cell in which the same fault is found as when it was told last.

    ``findings`` are those on rows, with subjects and digests; ``before`` the roster before. The
    cells that the rule reads must stand as they stood.
    """
    check = check_of(profile, "same_fault")
    if check is None:
        return findings_table()
    told = {item: _read(text) for item, text in _column(before, FAULTS).items() if text}
    records: dict[tuple[str, str], dict[str, object]] = {}
    for each in _asked(findings, profile).to_pylist():
        fault = (each["code"], each["column"] or "", each["digest"])
        since = told.get(each["subject"], {}).get(fault)
        place = (each["subject"], each["column"] or "")
        if since is None or place in records:
            continue
        params = {**check.params, "message": check.message, "since": since, "fault": each["code"]}
        about = {name: each[name] for name in (
            "ledger", "enterprise", "submission", "sheet_id", "row_id", "row_no", "column", "value",
            "subject", "digest",
        )}  # fmt: skip
        trial = check.life == "trial"
        records[place] = finding(check.code, check.severity, **about, params=params, trial=trial)
    return findings_table(list(records.values()))


def with_marks(
    roster: pa.Table,
    before: pa.Table,
    findings: pa.Table,
    rows: pa.Table,
    profile: Profile,
    period: str,
) -> pa.Table:
    """Return the roster of ``period`` with what is to be remembered of each item.

    ``findings`` are those that stand after ruling, ``rows`` the identified rows: those with a
    REASON tell nothing of their items.
    """
    rows = rows.filter(pc.is_null(rows.column(REASON)))
    told = set(rows.column(ITEM_ID).to_pylist())
    old = _column(before, FAULTS)
    new: dict[str, dict[Fault, str]] = {item: {} for item in told if item is not None}
    mine = pc.is_in(findings[ROW_ID], rows[ROW_ID].combine_chunks())
    for each in _asked(findings.filter(mine), profile).to_pylist():
        fault = (each["code"], each["column"] or "", each["digest"])
        since = _read(old.get(each["subject"])).get(fault, period)
        new.setdefault(each["subject"], {})[fault] = since
    items = roster.column(ITEM_ID).to_pylist()
    faults = [_written(new[item]) if item in new else old.get(item) for item in items]
    roster = _put(roster, FAULTS, pa.array(faults, pa.string()))
    return _put(roster, MOVED, _moved_in(roster, before, profile, period))


def _moved_in(roster: pa.Table, before: pa.Table, profile: Profile, period: str) -> pa.ChunkedArray:
    """The period that last brought news in one of the columns that the profile watches."""
    check = check_of(profile, "stalled")
    columns = check.past.columns if check is not None and check.past is not None else ()
    at = pc.index_in(roster.column(ITEM_ID), before.column(ITEM_ID).combine_chunks())
    news = pc.is_null(at)
    for name in columns:
        news = pc.or_(news, changed(roster.column(name), pc.take(before.column(name), at)))
    since = pc.coalesce(
        pc.take(before.column(MOVED), at), pc.take(before.column(SOURCE_PERIOD), at)
    )
    return pc.if_else(news, pa.scalar(period), since)


def _asked(findings: pa.Table, profile: Profile) -> pa.Table:
    """Findings on cells that an enterprise can mend or answer."""
    out = {check.code for check in checks(profile) if check.past or check.message in _OF_TIME}
    out.update(_OF_THE_COORDINATOR)
    kept = pc.and_(
        pc.and_(
            pc.is_in(findings["severity"], pa.array(["E", "W"])), pc.is_valid(findings[ROW_ID])
        ),
        pc.and_(
            pc.invert(pc.is_in(findings["code"], pa.array(sorted(out), pa.string()))),
            pc.invert(findings["trial"]),
        ),
    )
    found = findings.filter(kept)
    desk = [bool(json.loads(text or "{}").get(DESK)) for text in found["params"].to_pylist()]
    return found.filter(pc.invert(pa.array(desk, pa.bool_())))


def _column(table: pa.Table, name: str) -> dict[str, str | None]:
    cells = (table.column(each).to_pylist() for each in (ITEM_ID, name))
    return dict(zip(*cells, strict=True))


def _read(text: str | None) -> Mapping[Fault, str]:
    return {(code, column, digest): at for code, column, digest, at in json.loads(text or "[]")}


def _written(faults: Mapping[Fault, str]) -> str | None:
    if not faults:
        return None
    return json.dumps(sorted((*fault, since) for fault, since in faults.items()))


def _put(table: pa.Table, name: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)
