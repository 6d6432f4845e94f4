"""A check: what is wrong with which rows of a settled table, and what its message needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.profile.schema import Rule
from pipeline.rules.algebra import And, Predicate, condition

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


def row_check(rule: Rule, column: str | None, fault: Predicate, **more: Any) -> Check:
    """Return the check of a rule on single rows: where ``when`` and ``fault`` hold.

    ``more`` goes to the check; its ``params`` beside what the rule tells: because, remedy, example.
    """
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


def comparison(
    rule: Rule,
    compare: Callable[[pa.Table], pa.Table],
    of_row: RowParams | None,
    column: str | None = None,
) -> Check:
    """Return the check of a rule that compares rows, told on ``column`` or else on its own."""
    return Check(
        code=rule.code,
        message=rule.family,
        severity=rule.severity,
        column=column or str(rule.column),
        life=rule.life,
        compare=compare,
        of_row=of_row,
    )
