"""Record what was told by phone: check it as a ledger's rows are checked, and make the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pyarrow as pa
from rapidfuzz import process

from pipeline.errors import ImpossibleError, UsageError
from pipeline.model import ENTERPRISE, KEY, Period, Submission, typed
from pipeline.phone import SUFFIX, PhoneRecord
from pipeline.profile.schema import Profile
from pipeline.read import Reading, with_calls
from pipeline.registry import Registry
from pipeline.settle import settle
from pipeline.write.names import safe_name
from pipeline.write.told import told

_CALL = "records/"


@dataclass(frozen=True, slots=True)
class Change:
    """What a record says of one item: its number, text, and its status before and now.

    ``was`` is "" for an item that is not in the roster yet.
    """

    number: str
    text: str
    was: str
    now: str


def checked(record: PhoneRecord, profile: Profile, registry: Registry) -> pa.Table:
    """Return the record's rows, settled as of the day it was told.

    Raises UsageError where a value would have to be asked about: who is on the phone can be asked.
    """
    calls = ((Submission(0, _CALL, "", Path(), 0), record),)
    empty = Reading((), {profile.id: with_no_rows(profile)}, ())
    reading = with_calls(empty, calls, (profile,))
    period = Period(str(record.day), {profile.id: record.day})
    settled = settle(
        reading.rows[profile.id], reading.sheets, (calls[0][0],), profile, registry, period
    )
    for one in told(settled.findings, {0: _CALL}, reading.sheets, (profile,), "zh"):
        if one.severity in ("E", "W"):
            raise UsageError(one.message, "请问清后用确定的写法登记")
    return settled.rows


def with_no_rows(profile: Profile) -> pa.Table:
    """An empty table of a ledger's rows as reading gives them."""
    from pipeline.read.task import rows_schema

    return rows_schema(profile).empty_table()


def changes(rows: pa.Table, roster: pa.Table, profile: Profile) -> list[Change]:
    """Say what the rows of a record change; ``roster`` is the newest one.

    Raises UsageError for a number that the enterprise has no item of, where it is not described.
    """
    status = typed(profile.status_column)
    names = (ENTERPRISE, KEY, profile.key, profile.subject, status)
    items = {
        (owner, key): (number, text, was)
        for owner, key, number, text, was in zip(
            *(roster[name].to_pylist() for name in names), strict=True
        )
        if key
    }
    found = []
    for owner, key, number, text, now in zip(
        *(rows[name].to_pylist() for name in names), strict=True
    ):
        known = items.get((owner, key))
        if known is None and not text:
            own = [number for (name, _), (number, *_) in items.items() if name == owner]
            raise _unknown(owner, number or "", own, profile)
        before, described, was = known or (number, "", "")
        found.append(Change(before or "", text or described or "", was or "", now or was or ""))
    return found


def _unknown(owner: str, number: str, own: Sequence[str], profile: Profile) -> UsageError:
    near = process.extract(number, own, limit=3, score_cutoff=50)
    hint = f"，相近的有 {'、'.join(found[0] for found in near)}" if near else ""
    label = profile.column(profile.subject).label.zh
    return UsageError(
        f"名册中『{owner}』没有编号为『{number}』的事项{hint}",
        f"请核对编号；如为新增事项，请加 --set {label}=……",
    )


def put(record: PhoneRecord, folder: Path, short: str) -> Path:
    """Write a record into ``folder`` under a name of its own, and return where it is."""
    stem = safe_name(f"{record.day}-{short}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            place = folder / f"{stem}-{number}{SUFFIX}"
            try:
                with place.open("xb") as file:
                    file.write(record.encoded())
            except FileExistsError:
                continue
            return place
    except OSError as error:
        raise ImpossibleError(
            f"写不了 {folder}：{error.strerror}", "请检查磁盘空间和权限"
        ) from error
    raise AssertionError("counting never ends")
