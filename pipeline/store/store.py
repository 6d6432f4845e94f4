"""The store: what a workspace remembers from one period to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
from sqlalchemy import Connection, select, update

from pipeline.errors import UsageError
from pipeline.model import Called, Decision, Earlier, FileLine, Number, Period
from pipeline.store import figures as figure_rows
from pipeline.store import issues as issue_rows
from pipeline.store import log as log_rows
from pipeline.store import rosters as roster_rows
from pipeline.store import upward as upward_rows
from pipeline.store.audit import Flaw, audited
from pipeline.store.calls import call_rows, calls_before
from pipeline.store.content import content
from pipeline.store.database import Database
from pipeline.store.deeds import (
    CORRECTED,
    DECIDED,
    DELIVERY,
    HEAD,
    MERGED,
    PUBLISHED,
    REPORTED,
    SIGNED,
    composed_told,
    corrected_told,
    decided_told,
    issued_told,
    signed_told,
)
from pipeline.store.encoding import digest, records_of, table_of
from pipeline.store.files import files_by_state, submission_rows, submissions_of, taken_before
from pipeline.store.periods import (
    all_periods,
    checked,
    next_number,
    refuse_if_closed,
    save_number,
    save_period,
    save_rows,
)
from pipeline.store.records import (
    BriefingNumber,
    Composed,
    Entry,
    Hand,
    Issue,
    NumberState,
    PeriodState,
    PeriodStatus,
    Reference,
    StoredPeriod,
    Turn,
    Upward,
)
from pipeline.store.references import references
from pipeline.store.rulings import add_rulings, rulings_on
from pipeline.store.tables import (
    briefing_number,
    figure,
    input,
    output,
    period,
    roll_call,
    submission,
)

NOBODY = Hand()


class Store:
    """Periods, the roster with its changes, rulings, briefing numbers and hashes of outputs.

    A period may be run again, and then replaces what it said before, while it is the newest and a
    draft. Each method is one transaction; one that writes adds an entry to the log in it. Any of
    them raises ImpossibleError where the database is locked, full, damaged or out of reach.
    """

    def __init__(self, database: Database, hand: Hand = NOBODY) -> None:
        self._database = database
        self._hand = hand

    @classmethod
    def open(cls, path: Path, hand: Hand = NOBODY) -> Self:
        """Open the database file at ``path``; make it, or bring it up to date, where needed.

        ``hand`` is who will have done, and when, what is written. Raises
        ConfigurationError for a file of a newer program version or of another program.
        """
        database = Database(path)
        database.migrate()
        return cls(database, hand)

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
            records = roster_rows.before(connection, ledger, checked(before))
        return table_of(records, schema, ledger)

    def roster_digest(self, ledger: str, before: str) -> str:
        """Return the hash of the roster of ``ledger`` as it stood before the period ``before``."""
        with self._database.reading() as connection:
            records = roster_rows.before(connection, ledger, checked(before))
        return digest(records)

    def life(self, ledger: str, item_id: str) -> tuple[Turn, ...]:
        """Return what each period did to an item, oldest first; empty where it did not exist."""
        with self._database.reading() as connection:
            turns = roster_rows.life(connection, ledger, item_id)
        return tuple(
            Turn(period_id, *(None if one is None else json.loads(one) for one in told))
            for period_id, *told in turns
        )

    def born(self, ledger: str) -> dict[str, str]:
        """Return the period that first told of each item, by its id."""
        with self._database.reading() as connection:
            return roster_rows.born(connection, ledger)

    # ------------------------------------------------------------------ periods

    def periods(self) -> tuple[StoredPeriod, ...]:
        """Return all periods, oldest first."""
        with self._database.reading() as connection:
            return all_periods(connection)

    def previous(self, period_id: str) -> StoredPeriod | None:
        """Return the newest period before ``period_id``."""
        earlier = [p for p in self.periods() if p.id < checked(period_id)]
        return earlier[-1] if earlier else None

    def check_runnable(self, period_id: str, correction: str = "") -> None:
        """Raise UsageError where ``period_id`` is published, or older than one that is stored.

        With a reason for a ``correction``, only a published one may be run.
        """
        with self._database.reading() as connection:
            refuse_if_closed(connection, checked(period_id), correction)

    def publish(
        self, period_id: str, issued: Issue | None = None, delivery: str = "", head: str = ""
    ) -> StoredPeriod:
        """Make a period stand as it is, and its number issued. Once more changes nothing.

        ``issued`` is the edition that is issued with it, ``delivery`` the token of the files',
        ``head`` the entry of the log that it prints. Raises UsageError where there is no such
        period.
        """
        with self._database.writing() as connection:
            before = {p.id: p.state for p in all_periods(connection)}
            of_it = briefing_number.c.period_id == period_id
            connection.execute(
                update(period).where(period.c.id == period_id).values(state=PeriodState.PUBLISHED)
            )
            connection.execute(
                update(briefing_number).where(of_it).values(state=NumberState.ISSUED)
            )
            found = [p for p in all_periods(connection) if p.id == period_id]
            if found and issued is not None:
                issue_rows.put_issue(connection, period_id, issued)
            if found and (issued is not None or before[period_id] is not PeriodState.PUBLISHED):
                told = {**issued_told(issued), HEAD: head} if issued is not None else {}
                self._log(connection, PUBLISHED, period_id, told, delivery)
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
            self._log(connection, SIGNED, period_id, signed_told(new))
        return new

    def composed(self, period_id: str) -> tuple[Composed, ...]:
        """Return the briefings that runs composed of a period, the newest last."""
        with self._database.reading() as connection:
            return issue_rows.composed_of(connection, period_id)

    def status(self) -> tuple[PeriodStatus, ...]:
        """Return each period with its files counted by state, oldest first."""
        with self._database.reading() as connection:
            counts = files_by_state(connection)
            found = all_periods(connection)
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
        roll_calls: Mapping[str, Mapping[str, Called]] | None = None,
        composed: Composed | None = None,
        correction: str = "",
        delivery: str = "",
    ) -> None:
        """Store a period's result in place of what an earlier run of it stored, all or nothing.

        ``rosters`` holds the whole roster after the period, by ledger; its tables have the column
        ``item_id``. A ledger that is not in it stays as it was before the period. ``outputs`` maps
        path to SHA-256, ``inputs`` the names of what the run depended on, ``figures`` each ledger's
        whole figures by name, ``roll_calls`` who was to report each ledger and did how, by
        enterprise; ``composed`` is its briefing. A ``correction``'s reason opens a new edition of a
        published period, which stays published; ``delivery`` is the token of the outputs'. Raises
        UsageError like ``check_runnable``, or where another period has the number.
        """
        records = {ledger: records_of(table) for ledger, table in sorted(rosters.items())}
        with self._database.writing() as connection:
            refuse_if_closed(connection, checked(period.id), correction)
            save_period(connection, period, published=bool(correction))
            save_rows(connection, submission, period.id, submission_rows(submissions))
            for ledger in sorted(
                records.keys() | roster_rows.ledgers_changed(connection, period.id)
            ):
                roster_rows.replace(connection, ledger, period.id, records.get(ledger))
            pairs = [{"path": path, "sha256": sha} for path, sha in sorted(outputs.items())]
            save_rows(connection, output, period.id, pairs)
            pairs = [{"name": name, "sha256": sha} for name, sha in sorted((inputs or {}).items())]
            save_rows(connection, input, period.id, pairs)
            save_rows(connection, figure, period.id, figure_rows.figure_rows(figures or {}))
            save_rows(connection, roll_call, period.id, call_rows(roll_calls or {}))
            save_number(connection, period.id, number)
            if composed is not None:
                issue_rows.add_composed(connection, period.id, composed)
            told = {**content(connection, period.id), **composed_told(composed)}
            if correction:
                issues = issue_rows.issues_of(connection, period.id)
                new = issue_rows.corrected(issues, correction)
                issue_rows.put_issue(connection, period.id, new)
                told |= corrected_told(new)
            self._log(connection, CORRECTED if correction else MERGED, period.id, told, delivery)

    # ------------------------------------------------------------------ what periods brought

    def earlier(self, ledger: str, before: str, since: str = "") -> tuple[Earlier, ...]:
        """Return what each period before ``before`` counted of a ledger, oldest first.

        Those before ``since`` are left out. Figures are as that period's last run had them. Periods
        without the ledger are left out.
        """
        with self._database.reading() as connection:
            return figure_rows.earlier(connection, ledger, checked(before), since)

    def roll_calls(self, ledger: str, before: str) -> dict[str, dict[str, Called]]:
        """Return the roll calls of a ledger in periods before ``before``, by period, oldest first.

        Each maps the enterprises that were to report to how they did.
        """
        with self._database.reading() as connection:
            return calls_before(connection, ledger, checked(before))

    def submissions(self, period_id: str) -> tuple[FileLine, ...]:
        """Return the submissions of a period, in the order in which they were saved."""
        with self._database.reading() as connection:
            return submissions_of(connection, period_id)

    def taken_before(self, period_id: str) -> dict[str, str]:
        """Return the first period that took a file in, by SHA-256, for periods before this one."""
        with self._database.reading() as connection:
            return taken_before(connection, checked(period_id))

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

    def references(self) -> tuple[Reference, ...]:
        """Return every file that the archive must hold for what is stored here."""
        with self._database.reading() as connection:
            return references(connection)

    def reserve_number(
        self, period: Period, series: str, first_number: int, first_running: int
    ) -> BriefingNumber:
        """Return the number of a period's briefing: its own, or the next one; ``save`` stores it.

        Each ``series`` has its own. Numbers begin again at 1 with each year (the year of the
        period's id), the running total goes on. ``first_number`` and ``first_running`` are for the
        first briefing of the series, and may be put right until that is issued.
        """
        return next_number(self.periods(), period.id, series, first_number, first_running)

    # ------------------------------------------------------------------ what was reported upwards

    def report_upward(self, report: Upward) -> None:
        """Note what was reported to whom; once more the same is noted once."""
        with self._database.writing() as connection:
            upward_rows.add(connection, report)
            told = {"recipient": report.recipient, "file": report.name, "sha256": report.sha256}
            self._log(connection, REPORTED, report.period_id, told)

    def upward(self) -> tuple[Upward, ...]:
        """Return what was reported upwards, in the order in which it was noted."""
        with self._database.reading() as connection:
            return upward_rows.all_of(connection)

    # ------------------------------------------------------------------ rulings

    def decisions(self, ledger: str) -> tuple[Decision, ...]:
        """Return all rulings on a ledger, in the order in which they were recorded."""
        with self._database.reading() as connection:
            return rulings_on(connection, ledger)

    def add_decisions(self, rulings: Sequence[Decision], delivery: str = "") -> int:
        """Record rulings, all of them or none; returns how many were not there already.

        One that says the same of the same subject as the newest on it is not recorded again; their
        ids are not looked at. ``delivery`` is the token of files that come with them.
        """
        with self._database.writing() as connection:
            added = add_rulings(connection, rulings)
            if added or delivery:
                about = added[0].period_id if added else ""
                self._log(connection, DECIDED, about, decided_told(added), delivery)
        return len(added)

    # ------------------------------------------------------------------ the log

    def note(self, what: str, about: str, detail: Mapping[str, str], delivery: str = "") -> Entry:
        """Log what was done outside the store; ``delivery`` is the token of the files' in it."""
        with self._database.writing() as connection:
            return self._log(connection, what, about, detail, delivery)

    def log(self) -> tuple[Entry, ...]:
        """Return the log, oldest entry first."""
        with self._database.reading() as connection:
            return log_rows.entries(connection)

    def head(self) -> Entry | None:
        """Return the newest entry of the log, None before there is any."""
        with self._database.reading() as connection:
            return log_rows.last_entry(connection)

    def next_entry(self) -> int:
        """Return the position that the next entry of the log will have."""
        last = self.head()
        return last.position + 1 if last is not None else 1

    def delivered(self, position: int) -> str | None:
        """Return the token of the files that came with an entry; None without any, or entry."""
        with self._database.reading() as connection:
            found = log_rows.entry_at(connection, position)
        return found.detail.get(DELIVERY) if found is not None else None

    def flaws(self) -> tuple[Flaw, ...]:
        """Hold the log against itself and the store against the log; return all that differs."""
        with self._database.reading() as connection:
            return audited(connection)

    def _log(
        self,
        connection: Connection,
        what: str,
        about: str,
        detail: Mapping[str, str],
        delivery: str = "",
    ) -> Entry:
        told = {**detail, DELIVERY: delivery} if delivery else detail
        return log_rows.append(connection, self._hand, what, about, told)
