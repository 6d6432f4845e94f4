"""What was told by phone: which items it is about, and whether it or what was written is newer.

Told of an item by its number, it is the item's newest version as far as it goes, unless a ledger
that was saved later has the item too. Of items that were only counted ("three completed, two
ongoing") nobody knows which is which: a counted item is matched with a known one of the same state,
then with any, and that changes nothing of the known one. Only what is counted beyond all known
items is new, and where the enterprise sent its ledger too, not even that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.findings import finding, findings_table
from pipeline.identify.items import matched, new_items
from pipeline.identify.rows import Row
from pipeline.model import (
    COVERED,
    ENTERPRISE,
    FINGERPRINT,
    ITEM_ID,
    OVERTAKEN,
    SUPERSEDED,
    Call,
)
from pipeline.phone import UNNAMED
from pipeline.profile.schema import Profile
from pipeline.text import fingerprint


@dataclass(frozen=True)
class Heard:
    """Items and reasons of rows, by place, written rows that a later call replaces among them."""

    ids: Mapping[int, str | None]
    reasons: Mapping[int, str]
    findings: pa.Table


@dataclass(frozen=True)
class Written:
    """The written rows that count, their items, the stage of every row, and how old files are.

    ``rows`` are in the order of their places, ``ids`` and ``stage`` by place; ``moment`` tells of a
    submission when it was sent or saved.
    """

    rows: Sequence[Row]
    ids: Mapping[int, str]
    stage: Sequence[str]
    moment: Callable[[int], str]


def hear(
    told: Sequence[Row],
    calls: Mapping[int, Call],
    written: Written,
    roster: pa.Table,
    profile: Profile,
) -> Heard:
    """Say which items the rows of ``calls`` (by sheet) are about; ``roster`` has its states."""
    named = [row for row in told if not calls[row.sheet].unnamed]
    named.sort(key=lambda row: (calls[row.sheet].at, row.submission, row.number), reverse=True)
    ids, reasons = _named(named, calls, written, roster, profile)
    known = _known(roster, named, ids, written, reasons, profile)
    counted = [row for row in told if calls[row.sheet].unnamed]
    filed = {row.enterprise or "" for row in written.rows}
    about = _counted(counted, calls, written.stage, known, filed, roster, profile)
    return Heard({**ids, **about.ids}, {**reasons, **about.reasons}, about.findings)


def _named(
    named: Sequence[Row],
    calls: Mapping[int, Call],
    written: Written,
    roster: pa.Table,
    profile: Profile,
) -> tuple[dict[int, str | None], dict[int, str]]:
    """Items of rows that tell of one item each, the newest call first; the newest one counts."""
    by_key = {(row.scope, row.key): row for row in written.rows if row.key}
    ids: dict[int, str | None] = {}
    reasons: dict[int, str] = {}
    for row in named:
        other = by_key.get((row.scope, row.key)) if row.key else None
        if other is None:
            continue
        ids[row.place] = written.ids[other.place]
        if other.place in reasons or calls[row.sheet].at < written.moment(other.submission):
            reasons[row.place] = SUPERSEDED
        else:
            reasons[other.place] = OVERTAKEN
    newest: dict[tuple[str, str], Row] = {}
    alone = [row for row in named if row.place not in ids]
    for row in alone:
        newest.setdefault((row.scope, row.key or row.print_), row)
    found, _ = matched(list(newest.values()), roster, profile)
    for row in alone:
        last = newest[row.scope, row.key or row.print_].place
        ids[row.place] = found[last]
        if row.place != last:
            reasons[row.place] = SUPERSEDED
    return ids, reasons


def _known(
    roster: pa.Table,
    named: Iterable[Row],
    ids: Mapping[int, str | None],
    written: Written,
    reasons: Mapping[int, str],
    profile: Profile,
) -> dict[str, dict[str, str]]:
    """Standing items by enterprise with their stages: the roster's, as rows now tell of them."""
    names = (ENTERPRISE, ITEM_ID, profile.stages.partition)
    told = list(zip(*(roster[name].to_pylist() for name in names), strict=True))
    now = {**written.ids, **ids}
    rows = (row for row in (*written.rows, *named) if row.place not in reasons)
    told += [(row.enterprise, now[row.place], written.stage[row.place]) for row in rows]
    found: dict[str, dict[str, str]] = {}
    for owner, item, stage in told:
        items = found.setdefault(owner or "", {})
        items.pop(item, None)
        if stage not in profile.stages.removed:
            items[item] = stage
    return found


# ---------------------------------------------------------------- items that were only counted


def _counted(
    rows: Sequence[Row],
    calls: Mapping[int, Call],
    stage: Sequence[str],
    known: Mapping[str, Mapping[str, str]],
    filed: Collection[str],
    roster: pa.Table,
    profile: Profile,
) -> Heard:
    by_owner: dict[str, list[Row]] = {}
    for row in rows:
        by_owner.setdefault(row.enterprise or "", []).append(row)
    ids: dict[int, str | None] = {}
    reasons: dict[int, str] = {}
    records = []
    for owner, mine in sorted(by_owner.items()):
        last = max(mine, key=lambda row: (calls[row.sheet].at, row.submission))
        reasons |= {row.place: SUPERSEDED for row in mine if row.sheet != last.sheet}
        counted = [row for row in mine if row.sheet == last.sheet]
        items = known.get(owner, {})
        found: dict[int, str | None] = dict(same_first(counted, stage, items))
        if owner in filed:
            found = {**dict.fromkeys(row.place for row in counted), **found}
        reasons |= dict.fromkeys(found, COVERED)
        ids |= found
        told = Counter(stage[row.place] for row in counted)
        fresh = len(counted) - len(found)
        records.append(_figures(last, told, Counter(items.values()), fresh, profile))
    beyond = [row for row in rows if row.place not in reasons]
    ids |= new_items(beyond, roster, profile)
    return Heard(ids, reasons, findings_table(records))


def same_first(
    rows: Sequence[Row], stage: Sequence[str], items: Mapping[str, str]
) -> dict[int, str]:
    """Match rows with ``items`` (id to stage), each with one of its own stage where there is one.

    Those of another stage are taken by the rows left over; rows beyond the items are left out.
    """
    free = dict(sorted(items.items()))
    found: dict[int, str] = {}
    for same in (True, False):
        for row in rows:
            fitting = (item for item, part in free.items() if not same or part == stage[row.place])
            if row.place not in found and (item := next(fitting, None)) is not None:
                found[row.place] = item
                del free[item]
    return found


def named_at_last(written: Written, roster: pa.Table, profile: Profile) -> dict[int, str]:
    """Items that were only counted so far, for written rows about items that nobody knew."""
    known = set(roster[ITEM_ID].to_pylist())
    names = (ENTERPRISE, ITEM_ID, profile.stages.partition, FINGERPRINT)
    waiting: dict[str, dict[str, str]] = {}
    for owner, item, part, print_ in zip(*(roster[n].to_pylist() for n in names), strict=True):
        if print_ == fingerprint(UNNAMED):
            waiting.setdefault(owner or "", {})[item] = part
    found: dict[int, str] = {}
    for owner, items in waiting.items():
        rows = [
            row for row in written.rows
            if row.enterprise == owner and written.ids[row.place] not in known
        ]  # fmt: skip
        found |= same_first(rows, written.stage, items)
    return found


def _figures(
    row: Row, told: Counter[str], known: Counter[str], fresh: int, profile: Profile
) -> dict[str, Any]:
    """What was counted by phone beside what is known, and whether they agree."""
    agree = told == known
    params = {
        "told_counts": _in_words(told, profile),
        "known_counts": _in_words(known, profile),
        "fresh": fresh,
        "message": "phone-figures-agree" if agree else "phone-figures",
    }
    about = {"ledger": profile.id, "enterprise": row.enterprise, "submission": row.submission}
    return finding("phone-figures", "I" if agree else "W", **about, params=params)


def _in_words(counts: Counter[str], profile: Profile) -> dict[str, str]:
    parts = profile.partition(profile.stages.partition).parts
    some = [part for part in parts if counts[part.id]]
    return {
        "zh": "、".join(f"{part.label.zh} {counts[part.id]}" for part in some) or "0",
        "en": ", ".join(f"{part.label.en} {counts[part.id]}" for part in some) or "0",
    }
