"""A check: what is wrong with which rows of a settled table, and what its message needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.profile.schema import Rule
from pipeline.rules.algebra import And, Not, Predicate, condition

DESK = "desk"
"""Parameter of findings about which an enterprise can do nothing: they are not sent back."""

RowParams = Callable[[pa.Table], list[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: rows that ``fault`` takes have the fault.

    With ``compare`` these are the rows that are compared with each other; it gets that part of the
    settled table and returns the faulty part of it. ``message`` is the code in the catalogue,
    ``params`` what its text needs for all rows, ``of_row`` what it needs of each. ``shown`` makes
    of a cell what may be quoted of it. With ``figure`` the check is not about rows but about
    enterprises without them, told when all is counted. With ``past`` it holds rows (or a figure)
    against the last period, as that rule says; ``pipeline.compare`` does it. ``where_asked`` is
    what the rule says of ledgers without the column.
    """

    code: str
    message: str
    severity: str
    column: str
    life: str = "active"
    fault: Predicate | None = None
    compare: Callable[[pa.Table], pa.Table] | None = None
    past: Rule | None = None
    figure: str | None = None
    shown: Callable[[str], str] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    of_row: RowParams | None = None
    where_asked: bool = False

    @property
    def desk(self) -> bool:
        """Whether only the desk is told."""
        return bool(self.params.get(DESK))


def row_check(rule: Rule, column: str | None, fault: Predicate, **more: Any) -> Check:
    """Return the check of a rule on single rows: where it looks, and ``fault`` holds.

    ``more`` goes to the check; its ``params`` beside what the rule tells.
    """
    return _check(rule, column or "", And((*_where(rule), fault)), **more)


def told(rule: Rule) -> dict[str, Any]:
    """Return what a rule tells itself for its message: because, remedy, example."""
    params: dict[str, Any] = {}
    if rule.because is not None:
        params["because"] = {"zh": rule.because.zh, "en": rule.because.en}
    if rule.remedy is not None:
        params["remedy"] = {"zh": rule.remedy.zh, "en": rule.remedy.en}
    if rule.example:
        params["example"] = rule.example
    if "enterprise" not in rule.audience:
        params[DESK] = True
    return params


def comparison(
    rule: Rule,
    compare: Callable[[pa.Table], pa.Table],
    of_row: RowParams | None,
    column: str | None = None,
    **more: Any,
) -> Check:
    """Return the check of a rule that compares the rows at which it looks with each other.

    It is told on ``column`` or else on the rule's own; ``more`` as of ``row_check``.
    """
    where = _where(rule)
    fault = And(where) if where else None
    return _check(rule, column or str(rule.column), fault, compare=compare, of_row=of_row, **more)


def past_check(rule: Rule, column: str, **more: Any) -> Check:
    """Return the check of a rule that holds what came against the last period."""
    where = _where(rule)
    return _check(rule, column, And(where) if where else None, past=rule, **more)


def _where(rule: Rule) -> tuple[Predicate, ...]:
    inside = (condition(rule.when),) if rule.when else ()
    return (*inside, Not(condition(rule.unless))) if rule.unless else inside


def _check(rule: Rule, column: str, fault: Predicate | None, **more: Any) -> Check:
    params = {**more.pop("params", {}), **told(rule)}
    return Check(
        code=rule.code,
        message=rule.family,
        severity=rule.severity,
        column=column,
        life=rule.life,
        fault=fault,
        params=params,
        where_asked=rule.where_asked,
        **more,
    )
