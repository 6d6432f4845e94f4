"""Families about the same thing told in several rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from pipeline.model import ENTERPRISE, FINGERPRINT, KEY, ROW_NO, SHEET_ID, SUBMISSION
from pipeline.profile.schema import Profile, Rule
from pipeline.rules.alike import leaders
from pipeline.rules.check import Check, comparison
from pipeline.rules.keys import where_else
from pipeline.rules.people import names
from pipeline.text import fold

_MOST_OWNERS = 20
"""Enterprises that may share an item; what more of them say is a phrase, not an item."""

_ELSEWHERE = "elsewhere"
_OWNERS = "owners"


def alike(rule: Rule, profile: Profile) -> list[Check]:
    """Texts within what one enterprise sent in one file must be less than ``percent`` alike.

    Of two rows the later is told, with the place of the other. Rows that bear the same number are
    another rule's business.
    """
    column, percent = str(rule.column), rule.percent or 90

    def compare(table: pa.Table) -> pa.Table:
        found = _pairs(table, column, percent)
        sheets, numbers = (table[name].to_pylist() for name in (SHEET_ID, ROW_NO))
        there = [[[sheets[o], numbers[o]] for o in sorted(others)] for others in found.values()]
        return _with(table.take(pa.array(list(found), pa.int64())), _ELSEWHERE, there)

    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        places = zip(rows[SHEET_ID].to_pylist(), rows[_ELSEWHERE].to_pylist(), strict=True)
        return [where_else(sheet, [(s, n) for s, n in others]) for sheet, others in places]

    return [comparison(rule, compare, of_row, params={"percent": percent})]


def _pairs(table: pa.Table, column: str, percent: int) -> dict[int, set[int]]:
    """Return rows, by place, and the rows before them that say nearly the same, in order."""
    scopes: dict[tuple[Any, ...], dict[str, list[int]]] = defaultdict(dict)
    named = (table.column(name).to_pylist() for name in (SUBMISSION, ENTERPRISE, column))
    for place, (sent, owner, text) in enumerate(zip(*named, strict=True)):
        if owner is not None and text:
            scopes[sent, owner].setdefault(fold(text), []).append(place)
    keys = table.column(KEY).to_pylist()
    found: dict[int, set[int]] = defaultdict(set)
    for texts in scopes.values():
        for one, other in _alike_in(texts, percent):
            if keys[one] is None or keys[one] != keys[other]:
                found[max(one, other)].add(min(one, other))
    return dict(sorted(found.items()))


def _alike_in(texts: Mapping[str, list[int]], percent: int) -> Iterator[tuple[int, int]]:
    for first, *others in texts.values():
        yield from ((first, other) for other in others)
    for text, leader in leaders(texts, percent).of.items():
        yield texts[text][0], texts[leader][0]


def joint_twice(rule: Rule, profile: Profile) -> list[Check]:
    """The same item must not come from two enterprises of which one names the other in the column.

    An item of several enterprises counts once, for the lead.
    """
    column = str(rule.column)

    def compare(table: pa.Table) -> pa.Table:
        found = _shared(table, column)
        rows = table.take(pa.array(list(found), pa.int64()))
        return _with(_with(rows, _ELSEWHERE, [r for r, _ in found.values()]), _OWNERS,
                     [[owner] for _, owner in found.values()])  # fmt: skip

    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        told = zip(rows[_ELSEWHERE].to_pylist(), rows[_OWNERS].to_pylist(), strict=True)
        return [{"rows": numbers, "owners": owners} for numbers, owners in told]

    return [comparison(rule, compare, of_row)]


def _shared(table: pa.Table, column: str) -> dict[int, tuple[list[int], str]]:
    """Return rows, by place, with the row and the enterprise that report the same item."""
    if table[column].null_count == table.num_rows:
        return {}
    items: dict[str, dict[str, int]] = defaultdict(dict)
    prints, owners, units, numbers = (
        table.column(name).to_pylist() for name in (FINGERPRINT, ENTERPRISE, column, ROW_NO)
    )
    for place, (mark, owner) in enumerate(zip(prints, owners, strict=True)):
        if mark and owner is not None:
            items[mark].setdefault(owner, place)
    found: dict[int, tuple[list[int], str]] = {}
    for by_owner in items.values():
        if not 1 < len(by_owner) <= _MOST_OWNERS:
            continue
        for owner, place in by_owner.items():
            named = names(units[place])
            for other, there in by_owner.items():
                if other != owner and any(_means(name, other, owner) for name in named):
                    found.setdefault(place, ([numbers[there]], other))
                    found.setdefault(there, ([numbers[place]], owner))
    return dict(sorted(found.items()))


def _means(told: str, other: str, owner: str) -> bool:
    """Whether a name as it is told (牵头：甲矿业) means the other enterprise, and not the own."""
    plain = told.rpartition(":")[2].removesuffix("牵头").removesuffix("配合")
    return len(plain) > 1 and plain in fold(other) and plain not in fold(owner)


def _with(rows: pa.Table, name: str, values: list[Any]) -> pa.Table:
    return rows.append_column(name, pa.array(values))
