"""The roll calls in the database: who was to report in each period, and did how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from pipeline.model import Called
from pipeline.store.tables import roll_call


def call_rows(calls: Mapping[str, Mapping[str, Called]]) -> list[dict[str, Any]]:
    """Return roll calls by ledger and enterprise as rows of their table."""
    return [
        {"ledger": ledger, "enterprise": name, **asdict(one)}
        for ledger, called in sorted(calls.items())
        for name, one in sorted(called.items())
    ]


def calls_before(connection: Connection, ledger: str, before: str) -> dict[str, dict[str, Called]]:
    """Return the roll calls of a ledger in periods before ``before``, by period, oldest first."""
    query = (
        select(roll_call)
        .where(roll_call.c.ledger == ledger, roll_call.c.period_id < before)
        .order_by(roll_call.c.period_id, roll_call.c.enterprise)
    )
    found: dict[str, dict[str, Called]] = {}
    for row in connection.execute(query):
        called = Called(row.state, row.arrived, row.cutoff)
        found.setdefault(row.period_id, {})[row.enterprise] = called
    return found
