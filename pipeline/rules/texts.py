"""Families about what a text says."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import And, Blank, Longer, Not, Predicate, Reads, Shaped
from pipeline.rules.check import Check, comparison, row_check


def not_one_of(rule: Rule, profile: Profile) -> list[Check]:
    """What stands in a column must not be one of these fillers."""
    return [row_check(rule, name, Reads(name, rule.values)) for name in rule.columns]


def too_short(rule: Rule, profile: Profile) -> list[Check]:
    """A text of fewer than ``least`` characters says nothing; fillers are told of by their rule."""

    def fault(name: str) -> Predicate:
        short = (Not(Blank(name)), Not(Longer(name, int(rule.least or 0) - 1)))
        fillers = [r for r in profile.rules if r.family == "not_one_of" and name in r.columns]
        return And((*short, *(Not(Reads(name, filler.values)) for filler in fillers)))

    params = {"least": str(rule.least)}
    return [row_check(rule, name, fault(name), params=params) for name in rule.columns]


def too_long(rule: Rule, profile: Profile) -> list[Check]:
    """A text must not have more than ``most`` characters."""
    most = int(rule.most or 0)
    return [
        row_check(rule, name, Longer(name, most), params={"most": str(most)})
        for name in rule.columns
    ]


def shape(rule: Rule, profile: Profile) -> list[Check]:
    """What stands in a column must have the shape of one of the masks.

    What a spreadsheet made of a number is not told twice where another rule tells of it.
    """

    def fault(name: str) -> Predicate:
        lost = any(r.family == "number_lost" and name in r.columns for r in profile.rules)
        masks = (*rule.masks, *(_LOST_MASKS if lost else ()))
        return And((Not(Blank(name)), Not(Shaped(name, masks))))

    return [row_check(rule, name, fault(name)) for name in rule.columns]


def number_lost(rule: Rule, profile: Profile) -> list[Check]:
    """Numbers and codes that the spreadsheet took for a date or an amount (1.39E+10)."""

    def check_of(name: str) -> Check:
        def compare(table: pa.Table) -> pa.Table:
            return table.filter(pc.fill_null(pc.match_substring_regex(table[name], _LOST), False))

        return comparison(rule, compare, None, name)

    return [check_of(name) for name in rule.columns]


_LOST_MASKS = (*(f"9.{'9' * n}E+99" for n in range(1, 7)), "9999-99-99")
_LOST = r"^\d+(\.\d+)?[Ee]\+\d+$|^\d{4}-\d{2}-\d{2}$"
