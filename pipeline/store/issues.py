"""The register's tables: what was composed, signed, issued and corrected of each period."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import Connection, func, insert, select, update

from pipeline.store.records import Composed, Issue
from pipeline.store.tables import composed, issue


def composed_of(connection: Connection, period_id: str) -> tuple[Composed, ...]:
    """Return the briefings that were composed of a period, oldest first."""
    query = (
        select(composed.c.inputs, composed.c.briefing, composed.c.manifest)
        .where(composed.c.period_id == period_id)
        .order_by(composed.c.position)
    )
    return tuple(Composed(*row) for row in connection.execute(query))


def add_composed(connection: Connection, period_id: str, new: Composed) -> None:
    """Note a briefing; one that is composed again of the same is the newest once more."""
    if composed_of(connection, period_id)[-1:] == (new,):
        return
    last = connection.scalar(
        select(func.max(composed.c.position)).where(composed.c.period_id == period_id)
    )
    values = {"period_id": period_id, "position": (last or 0) + 1, **asdict(new)}
    connection.execute(insert(composed).values(values))


def issues_of(connection: Connection, period_id: str) -> tuple[Issue, ...]:
    """Return a period's issue and its corrections, oldest first."""
    query = select(issue).where(issue.c.period_id == period_id).order_by(issue.c.edition)
    rows = connection.execute(query).mappings()
    return tuple(Issue(**{k: v for k, v in row.items() if k != "period_id"}) for row in rows)


def put_issue(connection: Connection, period_id: str, new: Issue) -> None:
    """Write an edition of a period, in place of what was written of it before."""
    values = asdict(new)
    of_it = (issue.c.period_id == period_id) & (issue.c.edition == new.edition)
    if not connection.execute(update(issue).where(of_it).values(values)).rowcount:
        connection.execute(insert(issue).values(period_id=period_id, **values))


def open_issue(issues: tuple[Issue, ...]) -> Issue:
    """Return the edition that is not issued yet, a new one if there is none."""
    if issues and not issues[-1].issued:
        return issues[-1]
    return Issue(edition=len(issues) + 1)


def corrected(issues: tuple[Issue, ...], reason: str) -> Issue:
    """Return the edition that a correction is drafted as; a signature on a former draft is void."""
    return replace(Issue(edition=open_issue(issues).edition), reason=reason)
