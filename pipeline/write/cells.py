"""Lists and tables of the briefing: what of them is told, where a cell comes from, its width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import pyarrow as pa

from pipeline.count import Ledger, value_column
from pipeline.model import Number, typed
from pipeline.profile.printed import BriefingList
from pipeline.rules.algebra import condition, mask

LONGEST = 120


NUMBERS = ("items", "days_overdue", "read", "counted", "undecided", "set_aside")
"""Columns of lists that hold numbers."""


def capped(text: str) -> str:
    """A table of the briefing is read, not searched: what is longer stands in the master."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def one_note(notes: Iterable[str], lang: str) -> str:
    """Return several sentences as one note."""
    return (" " if lang == "en" else "").join(filter(None, notes))


def standing_in(rows: pa.Table, ledger: Ledger, name: str) -> str:
    """Return the column in which what is called ``name`` stands: understood, derived, or as is."""
    candidates = (value_column(ledger.profile, name), typed(name), name)
    return next(column for column in candidates if column in rows.column_names)


def weight(ledger: Ledger, column: str) -> float:
    """Long text takes the room; numbers and dates what they need."""
    if column in (ledger.profile.subject, "doubt"):
        return 4.0
    dates = {c.id for c in ledger.profile.columns if c.type in ("date", "deadline")}
    dates |= {d.id for d in ledger.profile.derived if d.first_of}
    if column in dates or column in (ledger.profile.enterprise_column, "at_stake"):
        return 2.6
    return 1.5


def ranked(values: Sequence[str], most: int, weights: Mapping[str, Number]) -> list[str]:
    """Return at most so many values: those of the greatest weight, in the order they came in."""
    heavy = sorted(values, key=lambda at: -Decimal(weights.get(at) or 0))
    kept = set(heavy[:most])
    return [at for at in values if at in kept]


def preferred(rows: pa.Table, told: BriefingList, ledger: Ledger) -> pa.Table:
    """Return the rows of a list that are told: the first, but those of ``prefer`` before others."""
    if rows.num_rows <= told.most or not told.prefer:
        return rows.slice(0, told.most)
    inside = mask(condition(told.prefer), rows, ledger.as_of).to_pylist()
    places = sorted(range(rows.num_rows), key=lambda place: not inside[place])[: told.most]
    return rows.take(pa.array(sorted(places), pa.int64()))
