"""The submissions in the database: which files a period took in, and what they brought."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pipeline.model import FileLine
from pipeline.store.encoding import canonical
from pipeline.store.tables import submission


def submission_rows(submissions: Sequence[FileLine]) -> list[dict[str, Any]]:
    """Return submissions as rows of their table."""
    return [
        {
            "position": position,
            "name": one.name,
            "sha256": one.sha256,
            "size": one.size,
            "enterprise": one.enterprise,
            "ledger": one.ledger,
            "state": one.state,
            "rows": canonical(dict(one.rows)),
        }
        for position, one in enumerate(submissions)
    ]


def submissions_of(connection: Connection, period_id: str) -> tuple[FileLine, ...]:
    """Return the submissions of a period, in the order in which they were saved."""
    query = (
        select(submission)
        .where(submission.c.period_id == period_id)
        .order_by(submission.c.position)
    )
    return tuple(_line(row) for row in connection.execute(query))


def taken_before(connection: Connection, period_id: str) -> dict[str, str]:
    """Return the first period that took a file in, by SHA-256, for periods before this one."""
    query = (
        select(submission.c.sha256, func.min(submission.c.period_id))
        .where(submission.c.period_id < period_id)
        .group_by(submission.c.sha256)
        .order_by(submission.c.sha256)
    )
    return dict(connection.execute(query).all())


def files_by_state(connection: Connection) -> dict[str, dict[str, int]]:
    """Return how many files of each period have each state.

    A file that holds rows of several enterprises or ledgers is one file.
    """
    files = func.count(submission.c.name.distinct())
    query = select(submission.c.period_id, submission.c.state, files).group_by(
        submission.c.period_id, submission.c.state
    )
    counts: dict[str, dict[str, int]] = {}
    for period_id, state, number in connection.execute(query):
        counts.setdefault(period_id, {})[state] = number
    return counts


def _line(row: Row[Any]) -> FileLine:
    return FileLine(
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        enterprise=row.enterprise,
        ledger=row.ledger,
        state=row.state,
        rows=json.loads(row.rows),
    )
