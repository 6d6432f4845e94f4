"""Items split and merged: proposed where an absent item's text and new rows cover each other.

What a text says is taken as its pairs of neighbouring characters: they suit Chinese, need no
dictionary, and of several texts they can be put together. Numbers, ordinals and directions must
agree, or 3号 would pass as a part of 4号.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.compare.sources import sources
from pipeline.findings import finding
from pipeline.model import ENTERPRISE, ITEM_ID, ROW_NO, SHEET_ID, SUBMISSION
from pipeline.profile.schema import Profile
from pipeline.rulings import digest_of
from pipeline.text import gist

COVERED: Final = 0.6
"""Share of a text's pairs that must stand in the others."""

FEWEST: Final = 4
"""Pairs below which a text says too little to be recognised."""

_MOST_SHARING: Final = 50
"""A pair that more new texts have says nothing of any of them."""

_RAREST: Final = 20
"""Pairs of an absent item by which new texts are looked for."""

_MOST_LIKE: Final = 8
"""New texts that are looked at for one absent item."""

_TELLING: Final = re.compile(r"\d+|[甲乙丙丁东南西北]")

Pairs = frozenset[str]


class _Text(NamedTuple):
    """A text as it is compared. ``place`` is that of its row in the table."""

    place: int
    pairs: Pairs
    telling: frozenset[str]


@dataclass(frozen=True)
class Proposed:
    """Findings on splits and merges, by the absent item that each stands for."""

    records: Mapping[str, Mapping[str, Any]]
    rewritten: frozenset[str]
    """Known items whose rows now hold a part, or the whole, of what an absent item was."""


def proposed(missed: pa.Table, rows: pa.Table, before: pa.Table, profile: Profile) -> Proposed:
    """Return for absent items (``missed``, of the roster before) what they may have become.

    ``rows`` are all rows that count; those whose text is new may be parts, or what items were
    merged into. A known item whose row says another thing than before can be split too: its first
    part has kept the number.
    """
    own = _changed(rows, before, profile)
    records: dict[str, Mapping[str, Any]] = {}
    rewritten: set[str] = set()
    fresh = _by_owner(own)
    absent = set(missed[ITEM_ID].to_pylist())
    reworded = before.filter(pc.is_in(before[ITEM_ID], own[ITEM_ID].combine_chunks()))
    missed = pa.concat_tables([missed, reworded])
    texts = {owner: _texts(own.take(pa.array(at)), profile) for owner, at in fresh.items()}
    for owner, at in _by_owner(missed).items():
        if owner not in texts:
            continue
        held, here = missed.take(pa.array(at)), own.take(pa.array(fresh[owner]))
        found = list(_like(_texts(held, profile), texts[owner]))
        for code, place, parts in _readings(found):
            item = held.slice(place, 1)
            if code == "merge-proposed" and item[ITEM_ID][0].as_py() not in absent:
                continue
            told = here.take(pa.array([part.place for part in parts]))
            records[item[ITEM_ID][0].as_py()] = _record(code, item, told, profile)
            rewritten.update(told[ITEM_ID].to_pylist())
    return Proposed(records, frozenset(rewritten))


def _changed(rows: pa.Table, before: pa.Table, profile: Profile) -> pa.Table:
    """Rows that say what the roster did not have: new items, and known ones in other words."""
    at = pc.index_in(rows.column(ITEM_ID), before.column(ITEM_ID).combine_chunks())
    old = pc.take(before.column(profile.subject), at)
    return rows.filter(pc.fill_null(pc.not_equal(rows.column(profile.subject), old), True))


def _by_owner(table: pa.Table) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, owner in enumerate(table.column(ENTERPRISE).to_pylist()):
        if owner is not None:
            found.setdefault(owner, []).append(place)
    return found


def _texts(table: pa.Table, profile: Profile) -> list[_Text]:
    plain = [gist(text or "") for text in table.column(profile.subject).to_pylist()]
    return [
        _Text(n, frozenset(a + b for a, b in pairwise(text)), frozenset(_TELLING.findall(text)))
        for n, text in enumerate(plain)
    ]


def _like(held: Sequence[_Text], here: Sequence[_Text]) -> Iterator[tuple[_Text, list[_Text]]]:
    """Yield each absent text with the new ones that share pairs with it, most first."""
    having: dict[str, list[int]] = {}
    for text in here:
        for pair in text.pairs:
            having.setdefault(pair, []).append(text.place)
    for text in held:
        if len(text.pairs) < FEWEST:
            continue
        lists = (having[pair] for pair in sorted(text.pairs) if pair in having)
        rare = sorted((one for one in lists if len(one) <= _MOST_SHARING), key=len)[:_RAREST]
        shared = Counter(n for places in rare for n in places)
        # One that shares a single pair of many is no part; those of few need not share more.
        near = (n for n, times in shared.items() if times > 1 and len(here[n].pairs) >= FEWEST)
        best = sorted(near, key=lambda n: (-shared[n], n))[:_MOST_LIKE]
        yield text, [here[n] for n in best]


def _readings(
    found: Sequence[tuple[_Text, list[_Text]]],
) -> Iterator[tuple[str, int, list[_Text]]]:
    """Yield what absent items may have become: a split, or with others a merge into one row."""
    into: dict[int, list[_Text]] = {}
    rows: dict[int, _Text] = {}
    for whole, others in found:
        parts = [o for o in others if _within(o, (whole,))]
        if len(parts) > 1 and _within(whole, parts):
            yield "split-proposed", whole.place, sorted(parts)
            continue
        for row in others:
            if _within(whole, (row,)):
                into.setdefault(row.place, []).append(whole)
                rows[row.place] = row
                break
    for place, wholes in into.items():
        yield from (("merge-proposed", whole.place, [rows[place]]) for whole in wholes)


def _within(text: _Text, others: Sequence[_Text]) -> bool:
    """Tell whether the others together say nearly all that a text says."""
    pairs: Pairs = frozenset().union(*(other.pairs for other in others))
    telling: frozenset[str] = frozenset().union(*(other.telling for other in others))
    return text.telling <= telling and len(text.pairs & pairs) >= COVERED * len(text.pairs)


def _record(code: str, item: pa.Table, told: pa.Table, profile: Profile) -> dict[str, Any]:
    key, text = (item[name][0].as_py() for name in (profile.key, profile.subject))
    numbers = told[profile.key].to_pylist()
    params = {
        "text": text, "last": sources(item)[0], "rows": told[ROW_NO].to_pylist(),
        "sheets": told[SHEET_ID].to_pylist(), "names": [number or "—" for number in numbers],
    }  # fmt: skip
    return finding(
        code, "W", ledger=profile.id, enterprise=item[ENTERPRISE][0].as_py(),
        submission=told[SUBMISSION][0].as_py(), sheet_id=told[SHEET_ID][0].as_py(),
        column=profile.key, value=key or text, params=params, subject=item[ITEM_ID][0].as_py(),
        digest=digest_of([text, *told[profile.subject].to_pylist()]),
    )  # fmt: skip
