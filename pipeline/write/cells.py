"""Cells of the briefing's lists: which column a cell comes from, how long it may be, how wide."""

from __future__ import annotations

import pyarrow as pa

from pipeline.count import Ledger, value_column
from pipeline.model import typed

LONGEST = 120


def capped(text: str) -> str:
    """A table of the briefing is read, not searched: what is longer stands in the master."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def standing_in(rows: pa.Table, ledger: Ledger, name: str) -> str:
    """Return the column in which what is called ``name`` stands: understood, derived, or as is."""
    candidates = (value_column(ledger.profile, name), typed(name), name)
    return next(column for column in candidates if column in rows.column_names)


def weight(ledger: Ledger, column: str) -> float:
    """Long text takes the room; numbers and dates what they need."""
    if column == ledger.profile.subject:
        return 4.0
    dates = {c.id for c in ledger.profile.columns if c.type in ("date", "deadline")}
    dates |= {d.id for d in ledger.profile.derived if d.first_of}
    if column in dates or column == ledger.profile.enterprise_column:
        return 2.6
    return 1.5
