"""An item's life from the store's changes: what stood in each cell, since when, told by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.model import (
    BASIS,
    ENTERPRISE,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    typed,
)
from pipeline.profile.schema import Profile
from pipeline.store.records import Turn


@dataclass(frozen=True, slots=True)
class Told:
    """Where something was told: the period, the file's place in the inbox, sheet and row."""

    period: str
    file: str
    sheet: str
    row: int | None
    phone: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that became another in a period; None where nothing stood there."""

    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """What a period did to an item. ``told`` is the row that told it, None where none did.

    ``first``: it was told of for the first time; ``gone``: the period took it off the roster.
    """

    period: str
    told: Told | None
    changes: tuple[Change, ...]
    first: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Life:
    """An item's steps, oldest first, and who told each column's present value."""

    steps: tuple[Step, ...]
    since: Mapping[str, Told]

    def texts(self, column: str) -> tuple[str, ...]:
        """Return all that ever stood in a column, in the order in which it came to stand there."""
        every = (c.after for s in self.steps for c in s.changes if c.column == column)
        return tuple(dict.fromkeys(text for text in every if text))


def life_of(turns: Sequence[Turn], profile: Profile) -> Life:
    """Return the life that the store's turns tell, oldest first."""
    record: dict[str, Any] = {}
    steps: list[Step] = []
    since: dict[str, Told] = {}
    for turn in turns:
        before = dict(record)
        record = {} if turn.after is None else {**record, **turn.after}
        told = _told(record) if record.get(SOURCE_PERIOD) == turn.period else None
        changes = tuple(_changes(before, record, profile))
        if told is not None:
            since |= {change.column: told for change in changes}
        first, gone = turn.before is None, turn.after is None
        steps.append(Step(turn.period, told, changes, first, gone))
    return Life(tuple(steps), since)


def _told(record: Mapping[str, Any]) -> Told:
    return Told(
        str(record.get(SOURCE_PERIOD) or ""),
        str(record.get(SOURCE_FILE) or ""),
        str(record.get(SOURCE_SHEET) or ""),
        record.get(SOURCE_ROW),
        record.get(BASIS) == "phone",
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], profile: Profile) -> list[Change]:
    """The cells that differ. Where only the meaning does, as after a ruling, that is told."""
    found = []
    if before.get(ENTERPRISE) != after.get(ENTERPRISE):
        found.append(Change(ENTERPRISE, before.get(ENTERPRISE), after.get(ENTERPRISE)))
    for column in profile.columns:
        if column.type in ("serial", "enterprise"):
            continue
        for name in (column.id, typed(column.id)):
            if before.get(name) != after.get(name):
                found.append(Change(column.id, _text(before.get(name)), _text(after.get(name))))
                break
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
