"""The roster in the database: its current state, and what each period did to it.

The state before a period is the current one with the changes of that period, and of all later
ones, undone. Functions here work within the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from pipeline.store.encoding import Records, difference, restored
from pipeline.store.tables import change, item

Changes = dict[str, tuple[str | None, str | None]]
"""Item id to the fields that differ, before and after (see the table ``change``)."""


def current(connection: Connection, ledger: str) -> Records:
    """Return the roster of ``ledger`` as it stands."""
    rows = connection.execute(select(item.c.item_id, item.c.record).where(item.c.ledger == ledger))
    return dict(rows.all())


def before(connection: Connection, ledger: str, period_id: str) -> Records:
    """Return the roster of ``ledger`` as it stood before ``period_id``, whether stored or not."""
    records = current(connection, ledger)
    undone = (
        select(change.c.item_id, change.c.before)
        .where(change.c.ledger == ledger, change.c.period_id >= period_id)
        .order_by(change.c.period_id.desc())
    )
    for item_id, fields in connection.execute(undone):
        _undo(records, item_id, fields)
    return records


def life(
    connection: Connection, ledger: str, item_id: str
) -> list[tuple[str, str | None, str | None]]:
    """Return what each period did to an item, oldest first: the period, fields before and after."""
    query = (
        select(change.c.period_id, change.c.before, change.c.after)
        .where(change.c.ledger == ledger, change.c.item_id == item_id)
        .order_by(change.c.period_id)
    )
    return [(period, was, became) for period, was, became in connection.execute(query)]


def born(connection: Connection, ledger: str) -> dict[str, str]:
    """Return the period that first told of each item, by its id."""
    query = (
        select(change.c.item_id, func.min(change.c.period_id))
        .where(change.c.ledger == ledger, change.c.before.is_(None))
        .group_by(change.c.item_id)
    )
    return dict(connection.execute(query).all())


def replace(connection: Connection, ledger: str, period_id: str, wanted: Records | None) -> None:
    """Make ``wanted`` the roster after ``period_id``, in place of what the period did before.

    The period is the newest there is. None takes back what it did and leaves it at that.
    """
    now = current(connection, ledger)
    formerly = _changes(connection, ledger, period_id)
    base = dict(now)
    for item_id, (fields, _) in formerly.items():
        _undo(base, item_id, fields)
    if wanted is None:
        wanted = base
    changes = {
        item_id: difference(base.get(item_id), wanted.get(item_id))
        for item_id in base.keys() | wanted.keys()
        if base.get(item_id) != wanted.get(item_id)
    }
    key = {"ledger": ledger}
    _sync(connection, item, key, _as_rows(now), _as_rows(wanted))
    key["period_id"] = period_id
    _sync(
        connection,
        change,
        key,
        {i: {"before": b, "after": a} for i, (b, a) in formerly.items()},
        {i: {"before": b, "after": a} for i, (b, a) in changes.items()},
    )


def ledgers_changed(connection: Connection, period_id: str) -> set[str]:
    """Return the ledgers that the period changed."""
    query = select(change.c.ledger).where(change.c.period_id == period_id).distinct()
    return set(connection.scalars(query))


def _changes(connection: Connection, ledger: str, period_id: str) -> Changes:
    query = select(change.c.item_id, change.c.before, change.c.after).where(
        change.c.ledger == ledger, change.c.period_id == period_id
    )
    return {item_id: (was, became) for item_id, was, became in connection.execute(query)}


def _undo(records: Records, item_id: str, fields: str | None) -> None:
    record = restored(records.get(item_id), fields)
    if record is None:
        records.pop(item_id, None)
    else:
        records[item_id] = record


def _as_rows(records: Records) -> dict[str, dict[str, Any]]:
    return {item_id: {"record": record} for item_id, record in records.items()}


def _sync(
    connection: Connection,
    table: Table,
    key: Mapping[str, str],
    there: Mapping[str, Mapping[str, Any]],
    wanted: Mapping[str, Mapping[str, Any]],
) -> None:
    """Make the rows of ``table`` under ``key`` those ``wanted``; write only what differs.

    Sorted, so that equal contents come to stand in the file in the same order.
    """
    gone = sorted(there.keys() - wanted.keys())
    new = sorted(wanted.keys() - there.keys())
    other = sorted(i for i in there.keys() & wanted.keys() if there[i] != wanted[i])
    if gone:
        connection.execute(delete(table).where(_one(table, key)), [{"this": i} for i in gone])
    if other:
        connection.execute(
            update(table).where(_one(table, key)), [{"this": i, **wanted[i]} for i in other]
        )
    if new:
        connection.execute(insert(table), [{**key, "item_id": i, **wanted[i]} for i in new])


def _one(table: Table, key: Mapping[str, str]) -> ColumnElement[bool]:
    same = [table.c[name] == value for name, value in key.items()]
    return and_(*same, table.c.item_id == bindparam("this"))
