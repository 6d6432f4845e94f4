"""Common problems (举一反三): faults that several enterprises have, and who should check itself.

What the coordinator ruled on an item stands: it is in that group, under that name, or in none. New
items join such a group where they are like its members. The other groups are proposals.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.common.alike import Groups
from pipeline.merge import roster_schema
from pipeline.model import ENTERPRISE, ITEM_ID, Action, Decision
from pipeline.profile.schema import Profile
from pipeline.registry import Registry
from pipeline.store import Store

CODE = "common"
"""Stands as the code of rulings that put an item into a group (or, with no value, into none)."""

_ALWAYS = "9999-12-31"
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Member:
    """An item of a group. ``ruled``: the coordinator put it there."""

    item: str
    enterprise: str
    number: str
    text: str
    by: str
    ruled: bool


@dataclass(frozen=True, slots=True)
class Common:
    """A group: its lasting id, its name (the most typical text until a person gives one), members.

    ``first`` should check themselves first: of the same kind, and with items of the group's usual
    ``by``; ``others`` are of the same kind.
    """

    id: str
    name: str
    reviewed: bool
    members: tuple[Member, ...]
    by: str
    first: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def enterprises(self) -> tuple[str, ...]:
        """Whose items are in it."""
        return tuple(dict.fromkeys(m.enterprise for m in self.members))


def common(store: Store, profile: Profile, registry: Registry) -> tuple[Common, ...]:
    """Return the groups of items of several enterprises, and reviewed ones, the largest first."""
    ruled = {
        d.subject: d.value
        for d in store.decisions(profile.id)
        if d.action == Action.GROUP and d.code == CODE
    }
    members = _members(store, profile, ruled)
    exposed: dict[str, set[str]] = {}
    for member in members:
        exposed.setdefault(member.by, set()).add(member.enterprise)
    found = []
    for name, few, typical in _grouped(members, ruled):
        if name is not None or len({m.enterprise for m in few}) >= _SEVERAL:
            found.append(_common(name, few, typical, profile, registry, exposed))
    return tuple(sorted(found, key=lambda c: (-len(c.enterprises), -len(c.members), c.id)))


def _members(store: Store, profile: Profile, ruled: Mapping[str, str]) -> list[Member]:
    """Items with an owner and words, those first that were told of first."""
    roster = store.roster(profile.id, _ALWAYS, roster_schema(profile))
    by = profile.common.by if profile.common is not None else None
    names = (ITEM_ID, ENTERPRISE, profile.key, profile.subject, by or ENTERPRISE)
    born = store.born(profile.id)
    rows = zip(*(roster.column(n).to_pylist() for n in names), strict=True)
    found = [
        Member(item, owner, number or "", text, (kind or "") if by else "", item in ruled)
        for item, owner, number, text, kind in rows
        if owner and text and ruled.get(item) != ""
    ]
    return sorted(found, key=lambda m: (born.get(m.item, ""), m.text, m.enterprise, m.item))


def _grouped(
    members: Sequence[Member], ruled: Mapping[str, str]
) -> list[tuple[str | None, list[Member], Member]]:
    """Each group's ruled name, its members, and the one that is most typical of the first."""
    groups = Groups()
    named = {name: groups.begin() for name in sorted({ruled[m.item] for m in members if m.ruled})}
    order = sorted(members, key=lambda m: not m.ruled)  # what is ruled comes first
    for member in order:
        groups.add(member.text, named.get(ruled.get(member.item, "")))
    names = {number: name for name, number in named.items()}
    found = []
    for number, texts in enumerate(groups.members):
        few = [order[text] for text in texts]
        # Named by what there was when it became common: later items give it no other name.
        owners = list(dict.fromkeys(m.enterprise for m in few))[:_SEVERAL]
        last = max(i for i, m in enumerate(few) if m.enterprise == owners[-1] and m.enterprise
                   not in {x.enterprise for x in few[:i]})  # fmt: skip
        typical = order[groups.typical(texts[: last + 1])]
        found.append((names.get(number), few, typical))
    return found


def _common(
    name: str | None,
    members: Sequence[Member],
    typical: Member,
    profile: Profile,
    registry: Registry,
    exposed: Mapping[str, set[str]],
) -> Common:
    by = Counter(m.by for m in members).most_common()
    usual = min(by, key=lambda pair: (-pair[1], pair[0]))[0]
    owners = {m.enterprise for m in members}
    place = {n: order for order, n in enumerate(registry.names)}
    kind = profile.common.kind if profile.common is not None else ()
    kinds = {_kind(registry, owner, kind) for owner in owners}
    same = [n for n in registry.names if n not in owners and _kind(registry, n, kind) in kinds]
    first = tuple(n for n in same if n in exposed.get(usual, ()))
    seed = name if name is not None else members[0].item
    return Common(
        id="G" + hashlib.sha256(seed.encode()).hexdigest()[:6],
        name=name if name is not None else typical.text,
        reviewed=name is not None,
        members=tuple(sorted(members, key=lambda m: (place.get(m.enterprise, len(place)), m.text))),
        by=usual,
        first=first,
        others=tuple(n for n in same if n not in first),
    )


def _kind(registry: Registry, name: str, columns: Sequence[str]) -> tuple[str, ...]:
    attributes = {e.name: e.attributes for e in registry.enterprises}.get(name, {})
    return tuple(attributes.get(column, "") for column in columns)


def rulings_on(
    groups: Sequence[Common], verdicts: Mapping[str, str], ledger: str, by: str, period: str
) -> tuple[Decision, ...]:
    """Return rulings that put items (by id) into the groups named; "" is in none."""
    known = {m.item for group in groups for m in group.members}
    return tuple(
        Decision(
            ledger=ledger, subject=item, code=CODE, column="", digest="",
            action=Action.GROUP.value, value=name, reason="举一反三审核", by=by, period_id=period,
        )
        for item, name in sorted(verdicts.items())
        if item in known
    )  # fmt: skip
