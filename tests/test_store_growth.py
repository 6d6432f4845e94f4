"""The store grows with what changes, not with the roster or the past: counted, never timed."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import event

from pipeline.model import ITEM_ID, Called, FileLine, Period
from pipeline.store import Store

LEDGER = "rectification"
ROWS, CHANGED = 300, 6
FILES = 3


class Kept:
    """A store, the statements that each save takes, and the rows that it leaves behind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.states = ["整改中"] * ROWS
        self.statements: list[int] = []
        self.rows: list[int] = []

    def period(self, number: int) -> None:
        for place in range(CHANGED if number else 0):
            self.states[(number * CHANGED + place) % ROWS] = f"第{number}次"
        day = date(2020, 1, 3) + timedelta(days=7 * number)
        table = pa.table({ITEM_ID: [f"{n:05d}" for n in range(ROWS)], "status": self.states})
        files = [
            FileLine(f"{n}.xlsx", f"{number}-{n}", 1, None, LEDGER, "read", {})
            for n in range(FILES)
        ]
        with Store.open(self.path) as store:
            seen: list[str] = []
            engine = store._database._engine
            event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
            store.save(
                Period(day.isoformat(), {LEDGER: day}), files, {LEDGER: table}, {}, number=None,
                figures={LEDGER: {"total": ROWS}}, roll_calls={LEDGER: {"甲": Called("reported")}},
            )  # fmt: skip
        self.statements.append(len(seen))
        self.rows.append(self._count())

    def _count(self) -> int:
        with sqlite3.connect(self.path) as database:
            names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = [name for (name,) in names.fetchall()]
            return sum(database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    made = Kept(tmp_path_factory.mktemp("kept") / "taizhang.db")
    for number in range(30):
        made.period(number)
    return made


def test_a_save_takes_as_many_statements_after_many_periods_as_after_few(kept: Kept) -> None:
    assert set(kept.statements[2:]) == {kept.statements[1]}


def test_a_period_adds_rows_for_what_changed_and_no_others(kept: Kept) -> None:
    added = [after - before for before, after in zip(kept.rows, kept.rows[1:], strict=False)]
    # The period, its files, figure, roll call and log entry, a change for each item that changed.
    assert set(added) == {1 + FILES + 1 + 1 + 1 + CHANGED}
