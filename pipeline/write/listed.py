"""The rows of a briefing's lists: those of a ledger's tables, what changed, what is in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.count import Ledger
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import ENTERPRISE, ENTRY, ITEM_ID, KEY, TURN, WAS, typed
from pipeline.profile.printed import BriefingList
from pipeline.profile.schema import Profile
from pipeline.rules.algebra import matching
from pipeline.write.calls import timeliness_told

TIMELINESS = "timeliness"
"""The column of a roll call that tells what stands out about each report."""

CHANGES = (
    "new", "completed_now", "reopened", "removed_now", "restored", "put_off", "brought_forward",
    "taken_over",
)  # fmt: skip
"""Kinds of changes, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What lists are made of beside a ledger.

    ``since`` is the roster of the period compared with, with its states. ``doubts`` tell of each
    item in doubt, in the roster's order, what is doubted and what hangs on it. ``rows`` are the
    rows read by disposition. ``together`` is what all doubts could do, in words ("" for nothing).
    """

    since: pa.Table
    doubts: Mapping[str, tuple[str, str]]
    rows: Mapping[str, int]
    together: str = ""


def rows_of(told: BriefingList, ledger: Ledger, beside: Beside, lang: str) -> pa.Table:
    """Return the rows that a list may tell, in the registry's order where they are items."""
    if told.table == "changes":
        rows = _changes(told, ledger, beside.since, lang)
    elif told.table == "doubts":
        rows = _doubts(ledger, beside.doubts)
    elif told.table == "roll_call":
        rows = _called(ledger, lang)
    else:
        rows = ledger.table(told.table)
    return matching(told.where, rows, ledger.as_of)


def _called(ledger: Ledger, lang: str) -> pa.Table:
    """The roll call with what stands out about each report, in words."""
    rows = ledger.roll_call
    said = [timeliness_told(row, lang) for row in rows.to_pylist()]
    return rows.append_column(TIMELINESS, pa.array(said, pa.string()))


def columns_of(told: BriefingList, rows: pa.Table) -> tuple[str, ...]:
    """Return a list's columns; what stands out about reports has one only where something does."""
    silent = TIMELINESS in rows.column_names and not any(rows[TIMELINESS].to_pylist())
    return tuple(name for name in told.columns if not (silent and name == TIMELINESS))


def closing_lines(
    columns: Sequence[str], told: BriefingList, listed: pa.Table, beside: Beside, lang: str
) -> list[tuple[str, ...]]:
    """Return the last lines of a roll call that counts rows: those of others, and the whole.

    Whoever need not report, or nobody knows, sends rows too; without their line those ``listed``
    would not add up to what was read. Each line begins with an empty number.
    """
    parts = [name for name in columns if name in ("read", *beside.rows)]
    if told.table != "roll_call" or not parts:
        return []
    whole = {"read": sum(beside.rows.values()), **beside.rows}
    own = {name: sum(listed[name].to_pylist()) for name in parts}
    rest = {name: whole[name] - own[name] for name in parts}
    lines = [("others", rest)] if any(rest.values()) else []
    return [
        ("", *(_end(name, say(word, lang), numbers) for name in columns))
        for word, numbers in (*lines, ("total", whole))
    ]


def _end(name: str, word: str, numbers: Mapping[str, int]) -> str:
    return word if name == "enterprise" else str(numbers[name]) if name in numbers else ""


def _doubts(ledger: Ledger, doubts: Mapping[str, tuple[str, str]]) -> pa.Table:
    places = [n for n, item in enumerate(ledger.roster[ITEM_ID].to_pylist()) if item in doubts]
    places = _in_order(places, ledger)
    rows = ledger.roster.take(pa.array(places, pa.int64()))
    said = [doubts[item] for item in rows[ITEM_ID].to_pylist()]
    for number, name in enumerate(("doubt", "at_stake")):
        rows = rows.append_column(name, pa.array([each[number] for each in said], pa.string()))
    return rows


def _changes(told: BriefingList, ledger: Ledger, since: pa.Table, lang: str) -> pa.Table:
    """Return a row for each change of an item: the item's, and what it is, from what, to what."""
    made = _Changes(ledger, since, told.watch, lang)
    order = _in_order(range(ledger.roster.num_rows), ledger)
    found = [(place, *change) for place in order for change in made.of(place)]
    found.sort(key=lambda change: CHANGES.index(change[1]))  # else in the order they have
    rows = ledger.roster.take(pa.array([place for place, *_ in found], pa.int64()))
    for number, name in enumerate(("change", "changed_from", "changed_to"), start=1):
        rows = rows.append_column(name, pa.array([str(c[number]) for c in found], pa.string()))
    return rows


def _in_order(places: Any, ledger: Ledger) -> list[int]:
    """Items by enterprise as the registry has them, those of nobody at the end."""
    order = {name: number for number, name in enumerate(ledger.registry.names)}
    names, keys = (ledger.roster[name].to_pylist() for name in (ENTERPRISE, KEY))
    return sorted(places, key=lambda p: (order.get(names[p], len(order)), keys[p] or "", p))


class _Changes:
    """What became of each item since the period compared with."""

    def __init__(self, ledger: Ledger, since: pa.Table, watch: tuple[str, ...], lang: str) -> None:
        profile = ledger.profile
        self._profile, self._lang, self._short = profile, lang, ledger.registry.short
        names = (ENTERPRISE, ENTRY, TURN, WAS, *_stood(profile), *map(typed, watch))
        self._now = {name: ledger.roster[name].to_pylist() for name in names}
        names = (ENTERPRISE, *_stood(profile), *map(typed, watch))
        self._then = {name: since[name].to_pylist() for name in names}
        known = {item: place for place, item in enumerate(since[ITEM_ID].to_pylist())}
        self._known = [known.get(item) for item in ledger.roster[ITEM_ID].to_pylist()]
        self._watch = watch

    def of(self, place: int) -> Iterator[tuple[str, str, str]]:
        """Yield the changes of the item at a place of the roster: kind, from, to."""
        now, then = self._now, self._known[place]
        state = self._state(now, place)
        listed = now[self._profile.stages.partition][place] not in self._profile.stages.removed
        if then is None:
            if listed:
                yield "new", "", state
            return
        former = self._state(self._then, then)
        if now[TURN][place] != "same":
            yield now[TURN][place], former, state
        if not listed:
            return
        if now[WAS][place] == "removed":
            yield "restored", former, state
        for name in self._watch:
            yield from self._moved(self._then[typed(name)][then], now[typed(name)][place])
        owner, new_owner = self._then[ENTERPRISE][then], now[ENTERPRISE][place]
        if owner != new_owner:
            yield "taken_over", self._named(owner), self._named(new_owner)

    def _moved(self, old: date | None, new: date | None) -> Iterator[tuple[str, str, str]]:
        if old is not None and new is not None and old != new:
            kind = "put_off" if new > old else "brought_forward"
            yield kind, day(old, self._lang), day(new, self._lang)

    def _named(self, name: str | None) -> str:
        return self._short.get(name, name) if name else say("unattributed", self._lang)

    def _state(self, table: Mapping[str, list[Any]], place: int) -> str:
        """An item's status in words; that it awaits a ruling where none was ever confirmed."""
        stages = self._profile.stages
        stage, status = (table[name][place] for name in _stood(self._profile))
        if stage == stages.undecided or not status:
            parts = self._profile.partition(stages.partition).parts
            return next(part.label.say(self._lang) for part in parts if part.id == stage)
        choices = self._profile.column(self._profile.status_column).choices
        english = (choice.en for choice in choices if choice.value == status)
        return next(english, status) if self._lang == "en" else str(status)


def _stood(profile: Profile) -> tuple[str, str]:
    """The columns that say where an item stands: its stage and its status as it was understood."""
    return profile.stages.partition, typed(profile.status_column)
