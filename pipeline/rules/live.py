"""Which of a ledger's checks the blank workbook can do itself, and which are done on arrival."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pipeline.profile.schema import Column, Profile
from pipeline.rules.algebra import And, Blank, Not, Predicate, Reads, Understood
from pipeline.rules.check import Check
from pipeline.rules.deadlines import days_reckoned
from pipeline.rules.excel import Helpers
from pipeline.rules.families import checks
from pipeline.rules.helpers import NotInExcel

UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class Live:
    """A check in the workbook, told on ``column``.

    ``fault`` is None where rows are compared: the column's texts must differ. With ``source`` it
    holds only of rows whose derived column (its name) is taken from that place, counted from 1.
    """

    code: str
    message: str
    severity: str
    column: str
    fault: Predicate | None
    params: Mapping[str, Any] = field(default_factory=dict)
    source: tuple[str, int] | None = None


def live_and_later(profile: Profile) -> tuple[tuple[Live, ...], tuple[Check, ...]]:
    """Return the checks that formulas can do, and those done when the ledger has arrived.

    Rules on trial and those of the desk are in neither: they are the coordinator's alone. In both
    are those on deadlines that are reckoned where a row tells none: that only the program does.
    """
    active = [check for check in checks(profile) if check.life == "active" and not check.desk]
    reckoned = {each.id for each in profile.derived if days_reckoned(each)}
    found: list[Live] = list(_about_values(profile))
    later: list[Check] = []
    for check in active:
        made = list(_of(check, profile))
        sayable = bool(made) and all(_sayable(each, profile) for each in made)
        found.extend(made if sayable else ())
        if not sayable or reckoned & {check.column, check.params.get("other")}:
            later.append(check)
    order = {column.id: place for place, column in enumerate(profile.columns)}
    return tuple(sorted(found, key=lambda each: order[each.column])), tuple(later)


def _of(check: Check, profile: Profile) -> Iterator[Live]:
    """A check on a derived date, or against one, is one on each column it may be taken from."""
    live = Live(check.code, check.message, check.severity, check.column, check.fault, check.params)
    columns = {column.id for column in profile.columns}
    deadlines = {d.id: d for d in profile.derived if d.first_of}
    derived, other = (deadlines.get(n) for n in (check.column, check.params.get("other", "")))
    if check.past is not None:
        return
    if check.compare is not None:
        if check.fault is None and check.message == UNIQUE and check.column == profile.key:
            yield live
    elif check.column in columns and other is not None and other.a_deadline:
        for place, name in enumerate(other.first_of, start=1):
            against = {**live.params, "other": name}
            yield replace(live, params=against, source=(other.id, place))
    elif check.column in columns:
        yield live
    elif derived is not None:
        for place, name in enumerate(derived.first_of, start=1):
            yield replace(live, column=name, source=(derived.id, place))


def _sayable(live: Live, profile: Profile) -> bool:
    if live.fault is None:
        return True
    places = {column.id: n for n, column in enumerate(profile.columns)}
    try:
        Helpers(profile, places, len(places)).fault(live.fault)
    except NotInExcel:
        return False
    return True


def _about_values(profile: Profile) -> Iterator[Live]:
    """What settling says of values that surely mean nothing: a choice not in the list, no day."""
    for column in profile.columns:
        if column.type == "choice":
            yield from _about_choice(column)
        elif column.type in ("date", "deadline"):
            told = "unreadable-date" if column.type == "date" else "unreadable-deadline"
            unread = And((Not(Blank(column.id)), Not(Understood(column.id))))
            yield Live(told, told, "W", column.id, unread)


def _about_choice(column: Column) -> Iterator[Live]:
    severity = column.required or "W"
    params = {"choices": [choice.value for choice in column.choices]}
    unknown = (Not(Blank(column.id)), Not(Understood(column.id)))
    doubtful = Reads(column.id, column.asks)
    if column.asks:
        fault = And((*unknown, doubtful))
        yield Live("asked-choice", "asked-choice", severity, column.id, fault, params)
    fault = And((*unknown, Not(doubtful))) if column.asks else And(unknown)
    yield Live("unknown-choice", "unknown-choice", severity, column.id, fault, params)
