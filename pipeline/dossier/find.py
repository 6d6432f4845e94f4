"""The one item that a person means: by its number, its lasting id, or words of its description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from rapidfuzz import fuzz, process

from pipeline.errors import UsageError
from pipeline.merge import roster_schema
from pipeline.model import ENTERPRISE, ITEM_ID, KEY
from pipeline.profile.schema import Profile
from pipeline.states import with_states
from pipeline.store import Store
from pipeline.text import fold

_MOST = 12
_NEAR = 75
_SHORTEST = 2
_ALWAYS = "9999-12-31"


@dataclass(frozen=True)
class Item:
    """An item as it stands: a roster table of one row with its states as of ``as_of``."""

    profile: Profile
    row: pa.Table
    as_of: date
    period: str

    @property
    def id(self) -> str:
        """Its lasting id."""
        return str(self.row.column(ITEM_ID)[0].as_py())

    @property
    def enterprise(self) -> str:
        """Whose it is, "" where that is not known."""
        return self.row.column(ENTERPRISE)[0].as_py() or ""

    @property
    def number(self) -> str:
        """Its number as it is written, "" where it has none."""
        return self.row.column(self.profile.key)[0].as_py() or ""

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.row.column(self.profile.subject)[0].as_py() or ""


def find(
    store: Store, profiles: Sequence[Profile], text: str, enterprise: str | None = None
) -> Item:
    """Return the item that ``text`` names in one of the ledgers, of ``enterprise`` if given.

    A lasting id or a number goes before words. Raises UsageError that lists the candidates where
    several could be meant, and the nearest where there is none.
    """
    rosters = [
        (p, store.roster(p.id, _ALWAYS, roster_schema(p)), max(then, key=lambda each: each.id))
        for p in profiles
        if (then := [each for each in store.periods() if p.id in each.as_of])
    ]
    if not rosters:
        raise UsageError("还没有统计过", "请先运行 taizhang merge --as-of 日期")
    items = [
        (profile, roster, period, place)
        for profile, roster, period in rosters
        for place in _places(roster, profile, text)
        if enterprise in (None, roster.column(ENTERPRISE)[place].as_py())
    ]
    # What is named exactly goes before what is only worded so, in whichever ledger.
    best = min((_rank(roster, place, text) for _, roster, _, place in items), default=0)
    found = [
        Item(p, with_states(r.slice(n, 1), p, t.as_of[p.id]), t.as_of[p.id], t.id)
        for p, r, t, n in items
        if _rank(r, n, text) == best
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"『{text}』有 {len(found)} 件：\n{_listed(found)}", _CHOOSE)
    raise UsageError(f"台账中没有『{text}』{_nearest(rosters, text)}", "请照台账填写编号或问题描述")


_CHOOSE = "请写其中一件的编号并加 --enterprise 企业名称，或写方括号中的标识"


def _places(roster: pa.Table, profile: Profile, text: str) -> list[int]:
    folded = fold(text)
    ids, keys = roster.column(ITEM_ID).to_pylist(), roster.column(KEY).to_pylist()
    exact = [n for n, (i, k) in enumerate(zip(ids, keys, strict=True)) if text == i or folded == k]
    bare = _bare(folded)
    exact = exact or [n for n, key in enumerate(keys) if bare and _bare(key or "") == bare]
    if exact or len(folded) < _SHORTEST:
        return exact
    words = [fold(word) for word in text.split()]
    subjects = roster.column(profile.subject).to_pylist()
    return [n for n, told in enumerate(subjects) if all(w in fold(told or "") for w in words)]


def _rank(roster: pa.Table, place: int, text: str) -> int:
    if roster.column(ITEM_ID)[place].as_py() == text:
        return 0
    key = roster.column(KEY)[place].as_py() or ""
    return 1 if key == fold(text) else 2 if _bare(key) == _bare(fold(text)) else 3


def _bare(number: str) -> str:
    """A star or a hyphen is easily left out, or taken by the shell."""
    return "".join(sign for sign in number if sign.isalnum())


def _listed(items: Sequence[Item]) -> str:
    lines = [
        f"  [{each.id}] {each.enterprise}  {each.number or '无编号'}  {each.subject[:30]}"
        for each in items[:_MOST]
    ]
    return "\n".join(lines + (["  ……"] if len(items) > _MOST else []))


def _nearest(rosters: Sequence[tuple[Profile, pa.Table, object]], text: str) -> str:
    known = [
        told
        for profile, roster, _ in rosters
        for name in (profile.key, profile.subject)
        for told in roster.column(name).to_pylist()
        if told
    ]
    near = process.extract(text, known, scorer=fuzz.WRatio, limit=3, score_cutoff=_NEAR)
    return f"，是不是『{'』『'.join(n[:30] for n, *_ in near)}』？" if near else ""
