"""Why figures moved from one run to another, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pipeline.model import Decision, FigureRef, Number
from pipeline.trace.runs import Told
from pipeline.write.numbers import plain


@dataclass(frozen=True, slots=True)
class Item:
    """An item that a figure counts now and did not ("in"), no longer does ("out"), or adds up with
    another value ("value"); how it stood before and stands now, and the row that told it.
    """

    how: str
    enterprise: str
    number: str
    text: str
    was: str
    now: str
    period: str
    file: str
    sheet: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a figure's move. ``count`` items changed, of which ``items`` are told."""

    part: str
    before: Number
    after: Number
    count: int
    items: tuple[Item, ...]

    @property
    def move(self) -> Number:
        """By how much the figure moved; None from or to a ratio of nothing."""
        return _less(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that has another value in the second run, and why. Of a ratio the reasons name no
    items: those are its parts', of which ``made_of`` tells name and both values.
    """

    ref: FigureRef
    label: str
    rate: bool
    before: Number
    after: Number
    reasons: tuple[Reason, ...]
    made_of: tuple[tuple[str, Number, Number], ...] = ()

    @property
    def move(self) -> Number:
        """By how much it moved."""
        return _less(self.after, self.before)


@dataclass(frozen=True)
class Difference:
    """Two runs, what of their inputs differs, and the figures that moved.

    ``compared`` figures were looked at; ``parts`` are what differs, ``files`` those that only the
    first or the second had, ``rulings`` likewise, ``ledgers`` those that only one of them has.
    """

    one: Told
    other: Told
    compared: int
    parts: tuple[str, ...]
    files: tuple[tuple[str, ...], tuple[str, ...]]
    rulings: tuple[tuple[Decision, ...], tuple[Decision, ...]]
    ledgers: tuple[str, ...]
    moved: tuple[Moved, ...]

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "runs": [asdict(self.one), asdict(self.other)],
            "differs": list(self.parts),
            "files": {"gone": list(self.files[0]), "new": list(self.files[1])},
            "rulings": dict(zip(("ended", "added"), ([asdict(d) for d in each]
                                for each in self.rulings), strict=True)),
            "ledgers_of_one": list(self.ledgers),
            "compared": self.compared,
            "moved": [_record(one) for one in self.moved],
        }  # fmt: skip


def _record(one: Moved) -> dict[str, Any]:
    return {
        "figure": f"{one.ref.ledger}.{one.ref.figure}",
        "label": one.label,
        "before": plain(one.before),
        "after": plain(one.after),
        "move": plain(one.move),
        "reasons": [
            {"part": r.part, "before": plain(r.before), "after": plain(r.after),
             "move": plain(r.move), "count": r.count, "items": [asdict(i) for i in r.items]}
            for r in one.reasons
        ],
        "made_of": [{"label": n, "before": plain(a), "after": plain(b)} for n, a, b in one.made_of],
    }  # fmt: skip


def _less(after: Number, before: Number) -> Number:
    return after - before if after is not None and before is not None else None
