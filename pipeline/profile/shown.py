"""What of a profile an output's readers may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pipeline.audience import DESK_ONLY, EVERYONE, Audience, may_show
from pipeline.profile.base import DateTest, When
from pipeline.profile.schema import Profile

REGISTRY_CLOSED = frozenset({"email", "contact"})
"""Columns of the registry about persons: for the desk alone."""


def audience_of(profile: Profile, name: str) -> tuple[Audience, ...]:
    """Return who may see what is called ``name``: what is derived, who may see its sources.

    Partitions and what is no column are for everyone.
    """
    sources = {name}
    closed: list[Collection[str]] = []
    for each in reversed(profile.derived):  # it is derived of what stands before it
        if each.id in sources:
            sources |= {*each.first_of, each.days_since or "", each.after or ""}
            closed += [DESK_ONLY] if each.registry in REGISTRY_CLOSED else []
    closed += [column.audience for column in profile.columns if column.id in sources]
    return tuple(one for one in EVERYONE if all(one in audience for audience in closed))


def shows(profile: Profile, name: str, output: str) -> bool:
    """Return whether what is called ``name`` may stand in an output of ``pipeline.audience``."""
    return may_show(audience_of(profile, name), output)


def shown_in(profile: Profile, output: str) -> Profile:
    """Return the profile without the columns that an output's readers may not see.

    Rules that read one of them, or a partition made of them, go too: only the desk can apply these.
    """
    hidden = {c.id for c in profile.columns if not may_show(c.audience, output)}
    if not hidden:
        return profile
    columns = tuple(c for c in profile.columns if c.id not in hidden)
    hidden |= {d.id for d in profile.derived if not shows(profile, d.id, output)}
    for partition in profile.partitions:  # each may be made of those before it
        if hidden & _read_by([partition.within, *(part.when for part in partition.parts)]):
            hidden.add(partition.id)
    rules = tuple(
        rule
        for rule in profile.rules
        if not hidden
        & {rule.column, *rule.columns, rule.other, *_read_by([rule.when, rule.unless])}
    )
    return profile.model_copy(update={"columns": columns, "rules": rules})


def _read_by(tests: Iterable[When]) -> set[str | None]:
    """Columns and partitions that conditions look at."""
    names: set[str | None] = set()
    for when in tests:
        names |= when.keys()
        for test in when.values():
            if isinstance(test, DateTest):
                names |= {test.before, test.not_before, test.after, test.not_after}
    return names
