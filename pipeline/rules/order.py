"""Families about which day comes before which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline.model import typed
from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import AS_OF, After, And, Before, Blank, Not, Understood
from pipeline.rules.check import Check, RowParams, row_check
from pipeline.rules.deadlines import days_reckoned, how_reckoned, sources


def _order(rule: Rule, profile: Profile, fault: type[After] | type[Before]) -> list[Check]:
    """Rows that lie further than the days of grace on the wrong side of the other date."""
    other, grace = str(rule.other), rule.working_days or rule.days or 0
    calendar = profile.calendar if rule.working_days else None
    test = fault(str(rule.column), other, grace if fault is After else -grace, calendar)
    params = {"other": other, "grace": grace, "working": calendar is not None}
    return [row_check(rule, rule.column, test, params=params, of_row=_other_day(rule, profile))]


def not_after(rule: Rule, profile: Profile) -> list[Check]:
    """The date must not lie more than ``days`` (or ``working_days``) after the other."""
    return _order(rule, profile, After)


def not_before(rule: Rule, profile: Profile) -> list[Check]:
    """The date must not lie more than ``days`` (or ``working_days``) before the other."""
    return _order(rule, profile, Before)


def overdue(rule: Rule, profile: Profile) -> list[Check]:
    """The date must not lie before the as-of date."""
    return [
        row_check(rule, rule.column, Before(str(rule.column), AS_OF), of_row=_dated(rule, profile))
    ]


def due_within(rule: Rule, profile: Profile) -> list[Check]:
    """The date lies in the next ``days`` days, the as-of date itself included."""
    column, days = str(rule.column), rule.days or 0
    soon = And((Understood(column), Not(Before(column, AS_OF)), Not(After(column, AS_OF, days))))
    return [row_check(rule, column, soon, params={"days": days}, of_row=_dated(rule, profile))]


def still_open(rule: Rule, profile: Profile) -> list[Check]:
    """The date lies more than ``days`` days before the as-of date; ``when`` says what is open."""
    column, days = str(rule.column), rule.days or 0
    long_ago = Before(column, AS_OF, -days)
    return [row_check(rule, column, long_ago, params={"days": days}, of_row=_dated(rule, profile))]


def missing_after(rule: Rule, profile: Profile) -> list[Check]:
    """Something must stand in the column ``days`` days after the other date."""
    column, other, days = str(rule.column), str(rule.other), rule.days or 0
    fault = And((Blank(column), Before(other, AS_OF, -days)))
    params = {"other": other, "days": days}
    return [row_check(rule, column, fault, params=params, of_row=_other_day(rule, profile))]


def _other_day(rule: Rule, profile: Profile) -> RowParams:
    """Tell each row's other date, and the column in which it stands where it is a deadline."""
    derived = next((d for d in profile.derived if d.id == rule.other and d.first_of), None)

    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        if rule.other == AS_OF:
            return [{}] * rows.num_rows
        days = rows.column(typed(str(rule.other))).to_pylist()
        if derived is None or not derived.a_deadline:
            return [{"other_value": d} for d in days]
        said = {"reckoned": how_reckoned(derived, profile).model_dump()} if derived.after else {}
        told = zip(days, sources(rows, derived).to_pylist(), strict=True)
        return [
            {"other_value": d, **({"other": name} if name else {"other": rule.other, **said})}
            for d, name in told
        ]

    return of_row


def _dated(rule: Rule, profile: Profile) -> RowParams:
    """Tell each row's date, and what it was reckoned from where nobody told it."""
    derived = next((d for d in profile.derived if d.id == rule.column and days_reckoned(d)), None)
    said = {} if derived is None else {"reckoned": how_reckoned(derived, profile).model_dump()}

    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        dates = rows.column(typed(str(rule.column))).to_pylist()
        if derived is None:
            return [{"date": d} for d in dates]
        told = sources(rows, derived).to_pylist()
        return [{"date": d, **({} if t else said)} for d, t in zip(dates, told, strict=True)]

    return of_row
