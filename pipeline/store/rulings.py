"""The rulings in the database, in the order in which they were recorded."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from pipeline.model import Decision
from pipeline.store.tables import decision


def rulings_on(connection: Connection, ledger: str) -> tuple[Decision, ...]:
    """Return all rulings on a ledger, in the order in which they were recorded."""
    query = select(decision).where(decision.c.ledger == ledger).order_by(decision.c.id)
    return tuple(Decision(**row) for row in connection.execute(query).mappings())


def add_rulings(connection: Connection, rulings: Sequence[Decision]) -> list[Decision]:
    """Record rulings; return those that were not there already.

    One that says the same of the same subject as the newest on it is not recorded again; their ids
    are not looked at.
    """
    columns = [c.name for c in decision.columns if c.name != "id"]
    added = []
    newest = {
        (row["ledger"], row["subject"], row["code"], row["column"]): row
        for row in connection.execute(select(decision).order_by(decision.c.id)).mappings()
    }
    for ruling in rulings:
        values = {name: getattr(ruling, name) for name in columns}
        before = newest.get((ruling.ledger, ruling.subject, ruling.code, ruling.column))
        told = {n: v for n, v in values.items() if n != "period_id"}
        if before is not None and all(before[n] == v for n, v in told.items()):
            continue
        connection.execute(insert(decision).values(values))
        added.append(ruling)
    return added
