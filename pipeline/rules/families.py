"""The families of rules that profiles name: each turns a declaration into checks.

A check faults rows either by a predicate, which Excel can compute too, or by a function, where
rows have to be compared with each other; that is done when the files have arrived. To add a family,
write one function here, name it in FAMILIES, and give it a message of the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ProfileError
from pipeline.model import ENTERPRISE, KEY, ROW_NO, SHEET_ID, SUBMISSION, typed
from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import (
    AS_OF,
    After,
    And,
    Before,
    Blank,
    Not,
    Predicate,
    Reads,
    Understood,
    condition,
    mask,
)

RowParams = Callable[[pa.Table], list[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: rows that ``fault`` takes, or that ``compare`` returns, have the fault.

    ``compare`` gets the settled table and returns the faulty part of it. ``message`` is the code in
    the catalogue, ``params`` what its text needs for all rows, ``of_row`` what it needs of each.
    """

    code: str
    message: str
    severity: str
    column: str
    life: str = "active"
    fault: Predicate | None = None
    compare: Callable[[pa.Table], pa.Table] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    of_row: RowParams | None = None


def checks(profile: Profile) -> tuple[Check, ...]:
    """Return the checks of a profile: those its columns imply, then its rules, in its order.

    Raises ProfileError where a rule names no family or lacks what the family needs.
    """
    made = list(_required(profile))
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


def _required(profile: Profile) -> list[Check]:
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


def _check(rule: Rule, column: str | None, fault: Predicate, **more: Any) -> Check:
    params = dict(more.pop("params", {}))
    if rule.because is not None:
        params["because"] = {"zh": rule.because.zh, "en": rule.because.en}
    if rule.remedy is not None:
        params["remedy"] = {"zh": rule.remedy.zh, "en": rule.remedy.en}
    if rule.example:
        params["example"] = rule.example
    return Check(
        code=rule.code,
        message=rule.family,
        severity=rule.severity,
        column=column or "",
        life=rule.life,
        fault=And((condition(rule.when), fault)),
        params=params,
        **more,
    )


def _required_when(rule: Rule, profile: Profile) -> list[Check]:
    return [_check(rule, rule.column, Blank(str(rule.column)))]


def _blank_when(rule: Rule, profile: Profile) -> list[Check]:
    return [_check(rule, rule.column, Not(Blank(str(rule.column))))]


def _all_filled(rule: Rule, profile: Profile) -> list[Check]:
    """A set of columns that belong together; those required anyway are asked for there."""
    required = {c.id for c in profile.columns if c.required}
    return [_check(rule, name, Blank(name)) for name in rule.columns if name not in required]


def _order(rule: Rule, profile: Profile, fault: Predicate) -> list[Check]:
    other = str(rule.other)

    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        twin = typed(other)
        if other == AS_OF:
            return [{}] * rows.num_rows
        return [{"other_value": d} for d in rows.column(twin).to_pylist()]

    return [_check(rule, rule.column, fault, params={"other": other}, of_row=of_row)]


def _not_after(rule: Rule, profile: Profile) -> list[Check]:
    return _order(rule, profile, After(str(rule.column), str(rule.other), rule.days or 0))


def _not_before(rule: Rule, profile: Profile) -> list[Check]:
    return _order(rule, profile, Before(str(rule.column), str(rule.other), -(rule.days or 0)))


def _overdue(rule: Rule, profile: Profile) -> list[Check]:
    return [_check(rule, rule.column, Before(str(rule.column), AS_OF), of_row=_dated(rule))]


def _due_within(rule: Rule, profile: Profile) -> list[Check]:
    column, days = str(rule.column), rule.days or 0
    soon = And((Understood(column), Not(Before(column, AS_OF)), Not(After(column, AS_OF, days))))
    return [_check(rule, column, soon, params={"days": days}, of_row=_dated(rule))]


def _dated(rule: Rule) -> RowParams:
    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        return [{"date": d} for d in rows.column(typed(str(rule.column))).to_pylist()]

    return of_row


def _not_one_of(rule: Rule, profile: Profile) -> list[Check]:
    return [_check(rule, name, Reads(name, rule.values)) for name in rule.columns]


def _number_lost(rule: Rule, profile: Profile) -> list[Check]:
    """Numbers and codes that the spreadsheet took for a date or an amount (1.39E+10)."""

    def check_of(name: str) -> Check:
        def compare(table: pa.Table) -> pa.Table:
            return table.filter(pc.fill_null(pc.match_substring_regex(table[name], _LOST), False))

        return _comparison(rule, compare, None, name)

    return [check_of(name) for name in rule.columns]


_LOST = r"^\d+(\.\d+)?[Ee]\+\d+$|^\d{4}-\d{2}-\d{2}$"


def _unique(rule: Rule, profile: Profile) -> list[Check]:
    """One number, one item, within what one enterprise sent in one file."""
    scope = [SUBMISSION] if profile.key_scope == "group" else [SUBMISSION, ENTERPRISE]

    def others(rows: pa.Table) -> list[Mapping[str, Any]]:
        return _others(rows, scope)

    return [_comparison(rule, lambda table: _repeated(table, scope), others)]


def _unique_across(rule: Rule, profile: Profile) -> list[Check]:
    """A number that names its series (LX-001) should stand at one enterprise only."""

    def compare(table: pa.Table) -> pa.Table:
        named = table.filter(
            pc.and_(pc.is_valid(table.column(KEY)), pc.is_valid(table.column(ENTERPRISE)))
        )
        series = named.filter(pc.match_substring_regex(named.column(KEY), "[^0-9]"))
        owners = series.group_by([KEY]).aggregate([(ENTERPRISE, "count_distinct")])
        shared = owners.filter(pc.greater(owners.column(f"{ENTERPRISE}_count_distinct"), 1))
        return series.filter(pc.is_in(series.column(KEY), shared.column(KEY).combine_chunks()))

    return [_comparison(rule, compare, _owners)]


def _comparison(
    rule: Rule,
    compare: Callable[[pa.Table], pa.Table],
    of_row: RowParams | None,
    column: str | None = None,
) -> Check:
    return Check(
        code=rule.code,
        message=rule.family,
        severity=rule.severity,
        column=column or str(rule.column),
        life=rule.life,
        compare=compare,
        of_row=of_row,
    )


def _repeated(table: pa.Table, scope: list[str]) -> pa.Table:
    keyed = table.filter(pc.is_valid(table.column(KEY)))
    if ENTERPRISE in scope:
        keyed = keyed.filter(pc.is_valid(keyed.column(ENTERPRISE)))
    counts = keyed.group_by([*scope, KEY]).aggregate([([], "count_all")])
    many = counts.filter(pc.greater(counts.column("count_all"), 1)).select([*scope, KEY])
    wanted = {tuple(row.values()) for row in many.to_pylist()}
    flags = [row in wanted for row in _together(keyed, *scope, KEY)]
    return keyed.filter(pa.array(flags, pa.bool_()))


def _others(rows: pa.Table, scope: list[str]) -> list[Mapping[str, Any]]:
    """Tell each row where else its number stands."""
    keys = _together(rows, *scope, KEY)
    places = _together(rows, SHEET_ID, ROW_NO)
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for key, place in zip(keys, places, strict=True):
        found.setdefault(key, []).append(place)
    return [
        {"rows": [other[1] for other in found[key] if other != place]}
        for key, place in zip(keys, places, strict=True)
    ]


def _together(rows: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows.column(name).to_pylist() for name in names), strict=True))


def _owners(rows: pa.Table) -> list[Mapping[str, Any]]:
    owners: dict[str, set[str]] = {}
    pairs = _together(rows, KEY, ENTERPRISE)
    for key, owner in pairs:
        owners.setdefault(key, set()).add(owner)
    return [{"owners": sorted(owners[key] - {owner})} for key, owner in pairs]


FAMILIES: Mapping[str, tuple[tuple[str, ...], Callable[[Rule, Profile], list[Check]]]] = {
    "required_when": (("column", "because"), _required_when),
    "blank_when": (("column", "because"), _blank_when),
    "all_filled": (("columns", "because"), _all_filled),
    "not_after": (("column", "other"), _not_after),
    "not_before": (("column", "other"), _not_before),
    "overdue": (("column",), _overdue),
    "due_within": (("column", "days"), _due_within),
    "not_one_of": (("columns", "values"), _not_one_of),
    "number_lost": (("columns",), _number_lost),
    "unique": (("column",), _unique),
    "unique_across": (("column",), _unique_across),
}
"""Family: what a declaration must give, and the function that makes its checks."""


def faulty(check: Check, table: pa.Table, as_of: date) -> pa.Table:
    """Return the rows of ``table`` that ``check`` faults, in their order."""
    if check.compare is not None:
        return check.compare(table)
    assert check.fault is not None
    return table.filter(mask(check.fault, table, as_of))
