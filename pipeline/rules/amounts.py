"""Families about amounts: too large or too small by themselves, or against each other."""

from __future__ import annotations

from decimal import Decimal

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import And, Exceeds, Outside
from pipeline.rules.check import Check, row_check


def outside(rule: Rule, profile: Profile) -> list[Check]:
    """The amount must lie between ``least`` and ``most``: beyond, its unit is doubtful."""
    least, most = rule.least or Decimal(0), rule.most or Decimal(0)
    params = {"least": f"{least:f}", "most": f"{most:f}"}
    return [row_check(rule, rule.column, Outside(str(rule.column), least, most), params=params)]


def far_above(rule: Rule, profile: Profile) -> list[Check]:
    """The amount must not be more than ``times`` the other, which is not 0."""
    times, other = rule.times or Decimal(1), str(rule.other)
    nonzero = Outside(other, Decimal(0), Decimal(0))
    fault = And((nonzero, Exceeds(str(rule.column), other, times)))
    params = {"other": other, "times": f"{times:f}"}
    return [row_check(rule, rule.column, fault, params=params)]
