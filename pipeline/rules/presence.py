"""Families about what must be filled in, and what must not."""

from __future__ import annotations

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import Blank, Not, Or, Reads
from pipeline.rules.check import Check, row_check


def required(profile: Profile) -> list[Check]:
    """What columns imply that declare themselves as required."""
    return [
        Check(
            code="required",
            message="required",
            severity=column.required,
            column=column.id,
            fault=Blank(column.id),
            params={"example": column.example},
        )
        for column in profile.columns
        if column.required and column.type not in ("enterprise", "choice", "choices")
    ] + [
        Check(
            code="required",
            message="required_choice",
            severity=column.required,
            column=column.id,
            fault=Blank(column.id),
            params={"choices": [c.value for c in column.choices]},
        )
        for column in profile.columns
        if column.required and column.type in ("choice", "choices")
    ]


def required_when(rule: Rule, profile: Profile) -> list[Check]:
    """Where the condition holds, something must stand in the column."""
    return [row_check(rule, rule.column, Blank(str(rule.column)))]


def blank_when(rule: Rule, profile: Profile) -> list[Check]:
    """Where the condition holds, nothing must stand in the column but one of ``values``."""
    column = str(rule.column)
    empty = (Blank(column), *([Reads(column, rule.values)] if rule.values else ()))
    return [row_check(rule, column, Not(Or(empty) if rule.values else empty[0]))]


def all_filled(rule: Rule, profile: Profile) -> list[Check]:
    """A set of columns that belong together; those required anyway are asked for there."""
    required = {c.id for c in profile.columns if c.required}
    return [row_check(rule, name, Blank(name)) for name in rule.columns if name not in required]
