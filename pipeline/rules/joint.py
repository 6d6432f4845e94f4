"""Who leads an item of several enterprises, as their rows tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.rules.people import names
from pipeline.text import fold

MOST_OWNERS = 20
"""Enterprises that may share an item; what more of them say is a phrase, not an item."""

_LEAD = re.compile(r"牵头(?:单位|企业|公司)?[:为]([^、,;/|()]{2,40})|([^、,;/|():]{2,40})\(?牵头")


def sure_lead(told: Mapping[str, str | None]) -> str | None:
    """Return the enterprise that leads, where rows say 牵头：甲 and none says otherwise.

    ``told`` maps each enterprise that reports the item to what its row says of lead and joint
    units. None where nobody says it, where two are said to, or a name fits several of them.
    """
    leads = {lead for units in told.values() for lead in _leads(units)}
    meant = [[owner for owner in told if lead in fold(owner)] for lead in leads]
    sure = {owners[0] for owners in meant if len(owners) == 1}
    return sure.pop() if len(sure) == 1 and all(len(owners) == 1 for owners in meant) else None


def named_in(units: str | None, other: str, owner: str) -> bool:
    """Whether a row of ``owner`` names the other enterprise, and not itself by that name."""
    return any(_means(name, other, owner) for name in names(units))


def _leads(units: str | None) -> set[str]:
    return {one or other for one, other in _LEAD.findall(fold(units or ""))}


def _means(told: str, other: str, owner: str) -> bool:
    plain = told.rpartition(":")[2].removesuffix("牵头").removesuffix("配合")
    return len(plain) > 1 and plain in fold(other) and plain not in fold(owner)
