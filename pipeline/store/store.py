"""The store: what a workspace remembers from one period to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from pipeline.errors import UsageError
from pipeline.model import Decision, Earlier, FileLine, Number, Period
from pipeline.store import issues as issue_rows
from pipeline.store import rosters as roster_rows
from pipeline.store.database import Database
from pipeline.store.encoding import (
    canonical,
    digest,
    number_of,
    number_text,
    records_of,
    table_of,
)
from pipeline.store.records import (
    BriefingNumber,
    Composed,
    Issue,
    NumberState,
    PeriodState,
    PeriodStatus,
    StoredPeriod,
)
from pipeline.store.tables import (
    briefing_number,
    decision,
    figure,
    input,
    output,
    period,
    submission,
)


class Store:
    """Periods, the roster with its changes, rulings, briefing numbers and hashes of outputs.

    A period may be run again, and then replaces what it said before, while it is the newest and a
    draft. Each method is one transaction. Any of them raises ImpossibleError where the database is
    locked, full, damaged or out of reach.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database file at ``path``; make it, or bring it up to date, where needed.

        Raises ConfigurationError for a file of a newer program version or of another program.
        """
        database = Database(path)
        database.migrate()
        return cls(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    # ------------------------------------------------------------------ the roster

    def roster(self, ledger: str, before: str, schema: pa.Schema) -> pa.Table:
        """Return the roster of ``ledger`` as it stood before the period ``before``.

        The table has the columns of ``schema`` and is sorted by item id; fields that the store
        does not know are null. Without any period before, it is empty. Raises ConfigurationError
        where stored values don't fit the schema.
        """
        with self._database.reading() as connection:
            records = roster_rows.before(connection, ledger, _checked(before))
        return table_of(records, schema, ledger)

    def roster_digest(self, ledger: str, before: str) -> str:
        """Return the hash of the roster of ``ledger`` as it stood before the period ``before``."""
        with self._database.reading() as connection:
            records = roster_rows.before(connection, ledger, _checked(before))
        return digest(records)

    # ------------------------------------------------------------------ periods

    def periods(self) -> tuple[StoredPeriod, ...]:
        """Return all periods, oldest first."""
        with self._database.reading() as connection:
            return _periods(connection)

    def previous(self, period_id: str) -> StoredPeriod | None:
        """Return the newest period before ``period_id``."""
        earlier = [p for p in self.periods() if p.id < _checked(period_id)]
        return earlier[-1] if earlier else None

    def check_runnable(self, period_id: str, correction: str = "") -> None:
        """Raise UsageError where ``period_id`` is published, or older than one that is stored.

        With a reason for a ``correction``, only a published one may be run.
        """
        with self._database.reading() as connection:
            _refuse_if_closed(connection, _checked(period_id), correction)

    def publish(self, period_id: str, issued: Issue | None = None) -> StoredPeriod:
        """Make a period stand as it is, and its number issued. Once more changes nothing.

        ``issued`` is the edition that is issued with it. Raises UsageError where there is no such
        period.
        """
        with self._database.writing() as connection:
            of_it = briefing_number.c.period_id == period_id
            connection.execute(
                update(period).where(period.c.id == period_id).values(state=PeriodState.PUBLISHED)
            )
            connection.execute(
                update(briefing_number).where(of_it).values(state=NumberState.ISSUED)
            )
            found = [p for p in _periods(connection) if p.id == period_id]
            if found and issued is not None:
                issue_rows.put_issue(connection, period_id, issued)
        if not found:
            raise UsageError(f"没有 {period_id} 这一期", "可用 taizhang status 查看已有各期")
        return found[0]

    def issues(self, period_id: str) -> tuple[Issue, ...]:
        """Return what was signed and issued of a period: its issue, then its corrections."""
        with self._database.reading() as connection:
            return issue_rows.issues_of(connection, period_id)

    def sign(self, period_id: str, by: str, on: str, signed: str) -> Issue:
        """Note who signed which document (its hash), and when; a later signature replaces it."""
        with self._database.writing() as connection:
            new = issue_rows.open_issue(issue_rows.issues_of(connection, period_id))
            new = replace(new, signed_by=by, signed_on=on, signed=signed)
            issue_rows.put_issue(connection, period_id, new)
        return new

    def composed(self, period_id: str) -> tuple[Composed, ...]:
        """Return the briefings that runs composed of a period, the newest last."""
        with self._database.reading() as connection:
            return issue_rows.composed_of(connection, period_id)

    def status(self) -> tuple[PeriodStatus, ...]:
        """Return each period with its files counted by state, oldest first.

        A file that holds rows of several enterprises or ledgers is one file.
        """
        files = func.count(submission.c.name.distinct())
        count = select(submission.c.period_id, submission.c.state, files).group_by(
            submission.c.period_id, submission.c.state
        )
        counts: dict[str, dict[str, int]] = {}
        with self._database.reading() as connection:
            for period_id, state, number in connection.execute(count):
                counts.setdefault(period_id, {})[state] = number
            found = _periods(connection)
        return tuple(PeriodStatus(p, dict(sorted(counts.get(p.id, {}).items()))) for p in found)

    def save(
        self,
        period: Period,
        submissions: Sequence[FileLine],
        rosters: Mapping[str, pa.Table],
        outputs: Mapping[str, str],
        *,
        number: BriefingNumber | None,
        inputs: Mapping[str, str] | None = None,
        figures: Mapping[str, Mapping[str, Number]] | None = None,
        composed: Composed | None = None,
        correction: str = "",
    ) -> None:
        """Store a period's result in place of what an earlier run of it stored, all or nothing.

        ``rosters`` holds the whole roster after the period, by ledger; its tables have the column
        ``item_id``. A ledger that is not in it stays as it was before the period. ``outputs`` maps
        path to SHA-256, ``inputs`` the names of what the run depended on, ``figures`` each ledger's
        whole figures by name, ``composed`` is its briefing. A ``correction``'s reason opens a new
        edition of a published period, which stays published. Raises UsageError like
        ``check_runnable``, or where another period has the number.
        """
        records = {ledger: records_of(table) for ledger, table in sorted(rosters.items())}
        with self._database.writing() as connection:
            _refuse_if_closed(connection, _checked(period.id), correction)
            _save_period(connection, period, published=bool(correction))
            _save_rows(connection, submission, period.id, _submission_rows(submissions))
            for ledger in sorted(
                records.keys() | roster_rows.ledgers_changed(connection, period.id)
            ):
                roster_rows.replace(connection, ledger, period.id, records.get(ledger))
            pairs = [{"path": path, "sha256": sha} for path, sha in sorted(outputs.items())]
            _save_rows(connection, output, period.id, pairs)
            pairs = [{"name": name, "sha256": sha} for name, sha in sorted((inputs or {}).items())]
            _save_rows(connection, input, period.id, pairs)
            _save_rows(connection, figure, period.id, _figure_rows(figures or {}))
            _save_number(connection, period.id, number)
            if composed is not None:
                issue_rows.add_composed(connection, period.id, composed)
            if correction:
                issues = issue_rows.issues_of(connection, period.id)
                new = issue_rows.corrected(issues, correction)
                issue_rows.put_issue(connection, period.id, new)

    # ------------------------------------------------------------------ what periods brought

    def earlier(self, ledger: str, before: str) -> tuple[Earlier, ...]:
        """Return what each period before ``before`` counted of a ledger, oldest first.

        Figures are as that period's last run had them. Periods without the ledger are left out.
        """
        query = select(figure).where(
            figure.c.ledger == ledger, figure.c.period_id < _checked(before)
        )
        found: dict[str, dict[str, Number]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query.order_by(figure.c.period_id, figure.c.name)):
                found.setdefault(row.period_id, {})[row.name] = number_of(row.value)
            periods = {p.id: p for p in _periods(connection)}
        return tuple(Earlier(p, periods[p].as_of[ledger], told) for p, told in found.items())

    def submissions(self, period_id: str) -> tuple[FileLine, ...]:
        """Return the submissions of a period, in the order in which they were saved."""
        query = (
            select(submission)
            .where(submission.c.period_id == period_id)
            .order_by(submission.c.position)
        )
        with self._database.reading() as connection:
            return tuple(_submission(row) for row in connection.execute(query))

    def taken_before(self, period_id: str) -> dict[str, str]:
        """Return the first period that took a file in, by SHA-256, for periods before this one."""
        query = (
            select(submission.c.sha256, func.min(submission.c.period_id))
            .where(submission.c.period_id < _checked(period_id))
            .group_by(submission.c.sha256)
            .order_by(submission.c.sha256)
        )
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def outputs(self, period_id: str) -> dict[str, str]:
        """Return the SHA-256 of each output of a period by its path; empty if there are none."""
        query = (
            select(output.c.path, output.c.sha256)
            .where(output.c.period_id == period_id)
            .order_by(output.c.path)
        )
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def inputs(self, period_id: str) -> dict[str, str]:
        """Return the SHA-256 of each input of a period by its name; empty if there are none."""
        query = (
            select(input.c.name, input.c.sha256)
            .where(input.c.period_id == period_id)
            .order_by(input.c.name)
        )
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())

    def reserve_number(
        self, period: Period, first_number: int, first_running: int
    ) -> BriefingNumber:
        """Return the number of a period's briefing: its own, or the next one; ``save`` stores it.

        Numbers begin again at 1 with each year (the year of the period's id), the running total
        goes on. ``first_number`` and ``first_running`` are for the first briefing ever, and may be
        put right until that is issued.
        """
        year = date.fromisoformat(_checked(period.id)).year
        numbers = {p.id: p.number for p in self.periods() if p.number}
        own = numbers.get(period.id)
        first = not numbers or (own is not None and len(numbers) == 1)
        if own and not (first and own.state is NumberState.RESERVED):
            return own
        if first:
            return BriefingNumber(year, first_number, first_running)
        last = max((n.number for n in numbers.values() if n.year == year), default=0)
        return BriefingNumber(year, last + 1, max(n.running for n in numbers.values()) + 1)

    # ------------------------------------------------------------------ rulings

    def decisions(self, ledger: str) -> tuple[Decision, ...]:
        """Return all rulings on a ledger, in the order in which they were recorded."""
        query = select(decision).where(decision.c.ledger == ledger).order_by(decision.c.id)
        with self._database.reading() as connection:
            return tuple(Decision(**row) for row in connection.execute(query).mappings())

    def add_decisions(self, rulings: Sequence[Decision]) -> int:
        """Record rulings, all of them or none; returns how many were not there already.

        One that says the same of the same subject as the newest on it is not recorded again; their
        ids are not looked at.
        """
        columns = [c.name for c in decision.columns if c.name != "id"]
        added = 0
        with self._database.writing() as connection:
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
                added += 1
        return added


def _checked(period_id: str) -> str:
    """Refuse ids that would not sort like their dates; a mistake of the program."""
    if date.fromisoformat(period_id).isoformat() != period_id:
        raise ValueError(f"not an ISO date: {period_id}")
    return period_id


def _periods(connection: Connection) -> tuple[StoredPeriod, ...]:
    numbers = {
        row.period_id: BriefingNumber(row.year, row.number, row.running, NumberState(row.state))
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


def _refuse_if_closed(connection: Connection, period_id: str, correction: str = "") -> None:
    stored = _periods(connection)
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


def _save_period(connection: Connection, new: Period, *, published: bool) -> None:
    values = {"as_of": canonical({k: day.isoformat() for k, day in new.as_of.items()})}
    values["state"] = PeriodState.PUBLISHED if published else PeriodState.DRAFT
    # Updated, not made anew: other rows refer to it.
    if not connection.execute(update(period).where(period.c.id == new.id).values(values)).rowcount:
        connection.execute(insert(period).values(id=new.id, **values))


def _save_rows(
    connection: Connection, table: Table, period_id: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    connection.execute(delete(table).where(table.c.period_id == period_id))
    if rows:
        connection.execute(insert(table), [{"period_id": period_id, **row} for row in rows])


def _save_number(connection: Connection, period_id: str, new: BriefingNumber | None) -> None:
    numbers = briefing_number.c
    if new is None:
        _save_rows(connection, briefing_number, period_id, [])
        return
    same = ((numbers.year == new.year) & (numbers.number == new.number)) | (
        numbers.running == new.running
    )
    other = connection.scalar(select(numbers.period_id).where(same, numbers.period_id != period_id))
    if other:
        raise UsageError(
            f"第{new.number}期（总第{new.running}期）的期号已由 {other} 这一期使用",
            "请在 taizhang.toml 中改用别的期号",
        )
    row = {"year": new.year, "number": new.number, "running": new.running, "state": new.state}
    _save_rows(connection, briefing_number, period_id, [row])


def _submission_rows(submissions: Sequence[FileLine]) -> list[dict[str, Any]]:
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


def _figure_rows(figures: Mapping[str, Mapping[str, Number]]) -> list[dict[str, Any]]:
    return [
        {"ledger": ledger, "name": name, "value": number_text(value)}
        for ledger, told in sorted(figures.items())
        for name, value in sorted(told.items())
    ]


def _submission(row: Row[Any]) -> FileLine:
    return FileLine(
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        enterprise=row.enterprise,
        ledger=row.ledger,
        state=row.state,
        rows=json.loads(row.rows),
    )
