"""What a period holds in the store, as one line for each part of it: the log keeps these.

Each is the hash of the part's rows, or the part itself where it is as short. Whoever changes a row
afterwards, past the program, changes the part's line, and it is no longer the one in the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Table, select

from pipeline.store.encoding import canonical
from pipeline.store.tables import (
    briefing_number,
    change,
    figure,
    input,
    output,
    period,
    roll_call,
    submission,
)

PARTS: dict[str, Table] = {
    "roster": change,
    "figures": figure,
    "files": submission,
    "inputs": input,
    "outputs": output,
    "roll_calls": roll_call,
}
"""Parts whose rows are hashed, by the names that the log has for them."""

AS_OF, NUMBER = "as_of", "number"
"""Parts that are told as they are: the ledgers' dates, and the briefing's number."""


def content(connection: Connection, period_id: str) -> dict[str, str]:
    """Return each part of a period by its name; without the period all are of nothing."""
    found = {name: _rows(connection, table, period_id) for name, table in PARTS.items()}
    as_of = connection.scalar(select(period.c.as_of).where(period.c.id == period_id))
    number = connection.execute(
        select(
            briefing_number.c.series,
            briefing_number.c.year,
            briefing_number.c.number,
            briefing_number.c.running,
        ).where(briefing_number.c.period_id == period_id)
    ).first()
    return {**found, AS_OF: as_of or "", NUMBER: " ".join(map(str, number)) if number else ""}


def digest_of_rows(rows: Iterable[Iterable[Any]]) -> str:
    """Return the hash of rows in their order."""
    return hashlib.sha256(canonical([list(row) for row in rows]).encode()).hexdigest()


def _rows(connection: Connection, table: Table, period_id: str) -> str:
    columns = [column for column in table.columns if column.name != "period_id"]
    keys = [column for column in table.primary_key.columns if column.name != "period_id"]
    query = select(*columns).where(table.c.period_id == period_id).order_by(*keys)
    return digest_of_rows(connection.execute(query))
