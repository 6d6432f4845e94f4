"""The families of rules that profiles name: each turns a declaration into checks.

A check faults rows either by a predicate, which Excel can compute too, or by a function, where
rows have to be compared with each other; that is done when the files have arrived. What is held
against the last period (``past``) is declared here and done by ``pipeline.compare``. To add a
family, write one function in the file of its kind, name it in FAMILIES, and give it a message of
the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pyarrow as pa

from pipeline.errors import ProfileError
from pipeline.profile.schema import Profile, Rule
from pipeline.rules import (
    amounts,
    conflicts,
    coverage,
    keys,
    order,
    past,
    people,
    presence,
    privacy,
    repeats,
    texts,
)
from pipeline.rules.algebra import mask
from pipeline.rules.check import Check

FAMILIES: Mapping[str, tuple[tuple[str, ...], Callable[[Rule, Profile], list[Check]]]] = {
    "required_when": (("column", "because"), presence.required_when),
    "blank_when": (("column", "because"), presence.blank_when),
    "all_filled": (("columns", "because"), presence.all_filled),
    "not_after": (("column", "other"), order.not_after),
    "not_before": (("column", "other"), order.not_before),
    "overdue": (("column",), order.overdue),
    "due_within": (("column", "days"), order.due_within),
    "still_open": (("column", "days", "because"), order.still_open),
    "missing_after": (("column", "other", "days"), order.missing_after),
    "outside": (("column", "least", "most", "because"), amounts.outside),
    "far_above": (("column", "other", "times"), amounts.far_above),
    "conflicts": (("column", "values", "because"), conflicts.conflicts),
    "contradicts": (("column", "other", "phrases"), conflicts.contradicts),
    "same_person": (("column", "columns"), people.same_person),
    "too_short": (("columns", "least"), texts.too_short),
    "too_long": (("columns", "most"), texts.too_long),
    "alike": (("column", "percent"), repeats.alike),
    "joint_twice": (("column",), repeats.joint_twice),
    "not_one_of": (("columns", "values"), texts.not_one_of),
    "number_lost": (("columns",), texts.number_lost),
    "shape": (("columns", "masks", "because"), texts.shape),
    "personal_data": (("columns",), privacy.personal_data),
    "covered": (("figure", "because"), coverage.covered),
    "unique": (("column",), keys.unique),
    "unique_across": (("column",), keys.unique_across),
    "moved": (("column",), past.moved),
    "rewritten": (("columns", "percent"), past.rewritten),
    "back_dated": (("column", "days"), past.back_dated),
    "stalled": (("columns", "periods"), past.stalled),
    "same_fault": ((), past.same_fault),
    "fell": (("figure",), past.fell),
}
"""Family: what a declaration must give, and the function that makes its checks."""


def checks(profile: Profile) -> tuple[Check, ...]:
    """Return the checks of a profile: those its columns imply, then its rules, in its order.

    Raises ProfileError where a rule names no family or lacks what the family needs.
    """
    made = list(presence.required(profile))
    for rule in profile.rules:
        if rule.family not in FAMILIES:
            known = "、".join(FAMILIES)
            raise ProfileError(
                f"rules({rule.code})：没有名为『{rule.family}』的规则", f"可用：{known}"
            )
        needed, build = FAMILIES[rule.family]
        for name in needed:
            if not getattr(rule, name) and getattr(rule, name) != 0:
                raise ProfileError(
                    f"rules({rule.code})：{rule.family} 须给出 {name}", "请在台账模板中补上"
                )
        if rule.life != "retired":
            made.extend(build(rule, profile))
    return tuple(made)


def faulty(check: Check, table: pa.Table, as_of: date) -> pa.Table:
    """Return the rows of ``table`` that ``check`` faults, in their order."""
    if check.figure is not None or check.past is not None:
        return table.slice(0, 0)
    if check.fault is not None:
        table = table.filter(mask(check.fault, table, as_of))
    return table if check.compare is None else check.compare(table)
