"""The periods in the database, and the numbers of their briefings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from pipeline.errors import UsageError
from pipeline.model import Period
from pipeline.store.encoding import canonical
from pipeline.store.records import BriefingNumber, NumberState, PeriodState, StoredPeriod
from pipeline.store.tables import briefing_number, period


def checked(period_id: str) -> str:
    """Return an id; refuse ids that would not sort like their dates; a mistake of the program."""
    if date.fromisoformat(period_id).isoformat() != period_id:
        raise ValueError(f"not an ISO date: {period_id}")
    return period_id


def all_periods(connection: Connection) -> tuple[StoredPeriod, ...]:
    """Return all periods, oldest first."""
    numbers = {
        row.period_id: BriefingNumber(
            row.year, row.number, row.running, NumberState(row.state), row.series
        )
        for row in connection.execute(select(briefing_number))
    }
    rows = connection.execute(select(period)).all()
    return tuple(
        StoredPeriod(
            id=row.id,
            as_of={k: date.fromisoformat(v) for k, v in json.loads(row.as_of).items()},
            state=PeriodState(row.state),
            number=numbers.get(row.id),
        )
        for row in sorted(rows, key=lambda row: str(row.id))
    )


def refuse_if_closed(connection: Connection, period_id: str, correction: str = "") -> None:
    """Raise UsageError where a period is published, or older than one that is stored.

    With a reason for a ``correction``, only a published one may be run.
    """
    stored = all_periods(connection)
    published = any(p.id == period_id and p.state is PeriodState.PUBLISHED for p in stored)
    if published and not correction:
        raise UsageError(
            f"{period_id} 这一期已经发布，不能重新汇总",
            f"如需更正，请运行 taizhang correct {period_id} --reason 原因；"
            "如日期填错，请改 --as-of",
        )
    if correction and not published:
        raise UsageError(
            f"{period_id} 这一期还没有印发，不需要更正",
            f"请直接重新运行 taizhang merge --as-of {period_id}",
        )
    if stored and stored[-1].id > period_id:
        raise UsageError(
            f"{period_id} 早于已汇总的最新一期 {stored[-1].id}，只能汇总最新一期或更晚的一期",
            "请检查 --as-of 的日期；更正请并入最新一期",
        )


def save_period(connection: Connection, new: Period, *, published: bool) -> None:
    """Store a period, in place of what it was."""
    values = {"as_of": canonical({k: day.isoformat() for k, day in new.as_of.items()})}
    values["state"] = PeriodState.PUBLISHED if published else PeriodState.DRAFT
    # Updated, not made anew: other rows refer to it.
    if not connection.execute(update(period).where(period.c.id == new.id).values(values)).rowcount:
        connection.execute(insert(period).values(id=new.id, **values))


def save_rows(
    connection: Connection, table: Table, period_id: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Make the rows of ``table`` that belong to a period those given."""
    connection.execute(delete(table).where(table.c.period_id == period_id))
    if rows:
        connection.execute(insert(table), [{"period_id": period_id, **row} for row in rows])


def next_number(
    periods: Iterable[StoredPeriod],
    period_id: str,
    series: str,
    first_number: int,
    first_running: int,
) -> BriefingNumber:
    """Return the number of a period's briefing: its own, or the next one of its series.

    Numbers begin again at 1 with each year (the year of the period's id), the running total goes
    on. ``first_number`` and ``first_running`` are for the first briefing of the series, and may be
    put right until that is issued.
    """
    year = date.fromisoformat(checked(period_id)).year
    numbers = {p.id: p.number for p in periods if p.number and p.number.series == series}
    own = numbers.get(period_id)
    first = not numbers or (own is not None and len(numbers) == 1)
    if own and not (first and own.state is NumberState.RESERVED):
        return own
    if first:
        return BriefingNumber(year, first_number, first_running, series=series)
    last = max((n.number for n in numbers.values() if n.year == year), default=0)
    running = max(n.running for n in numbers.values()) + 1
    return BriefingNumber(year, last + 1, running, series=series)


def save_number(connection: Connection, period_id: str, new: BriefingNumber | None) -> None:
    """Store the number of a period's briefing, or that it has none.

    Raises UsageError where another period has it.
    """
    numbers = briefing_number.c
    if new is None:
        save_rows(connection, briefing_number, period_id, [])
        return
    same = (numbers.series == new.series) & (
        ((numbers.year == new.year) & (numbers.number == new.number))
        | (numbers.running == new.running)
    )
    other = connection.scalar(select(numbers.period_id).where(same, numbers.period_id != period_id))
    if other:
        raise UsageError(
            f"第{new.number}期（总第{new.running}期）的期号已由 {other} 这一期使用",
            "请在 taizhang.toml 中改用别的期号",
        )
    save_rows(connection, briefing_number, period_id, [asdict(new)])
