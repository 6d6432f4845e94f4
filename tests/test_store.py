"""The store: periods replace and undo each other exactly, and refuse what would break that."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import ConfigurationError, UsageError
from pipeline.model import NUMBER, Decision, Earlier, FileLine, Number, Period
from pipeline.store import (
    BriefingNumber,
    NumberState,
    PeriodState,
    Store,
)

P1, P2, P3 = "2020-10-09", "2020-10-16", "2020-10-23"
SCHEMA = pa.schema(
    [
        ("item_id", pa.string()),
        ("status", pa.string()),
        ("deadline.value", pa.date32()),
        ("funds.value", NUMBER),
        ("confirmed", pa.bool_()),
        ("source_row", pa.int32()),
    ]
)


def roster(*rows: Sequence[Any]) -> pa.Table:
    """A roster from rows in the schema's order; what a row leaves out is null."""
    full = [[*row, *[None] * (len(SCHEMA) - len(row))] for row in rows]
    columns = zip(*full, strict=True) if full else [[]] * len(SCHEMA)
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


FIRST = roster(
    ("a", "未完成", date(2020, 12, 31), Decimal("12.5"), True, 3),
    ("b", "已完成", None, Decimal("100"), False, 4),
    ("c", "“引号”\n换行\u0000", date(1999, 1, 1), Decimal("-0.000001"), None, 5),
)
SECOND = roster(
    ("a", "已完成", None, Decimal("12.5"), True, 9),
    ("c", "“引号”\n换行\u0000", date(1999, 1, 1), Decimal("-0.000001"), None, 5),
    ("d", None, None, Decimal("12345678901234.123456")),
)


def period(day: str) -> Period:
    return Period(day, {"rectification": date.fromisoformat(day), "cases": date(2020, 9, 30)})


def save(
    store: Store,
    day: str,
    table: pa.Table | None = None,
    number: BriefingNumber | None = None,
    submissions: Sequence[FileLine] = (),
    outputs: Mapping[str, str] | None = None,
    figures: Mapping[str, Mapping[str, Number]] | None = None,
) -> None:
    rosters = {} if table is None else {"rectification": table}
    store.save(period(day), submissions, rosters, outputs or {}, number=number, figures=figures)


def submission(name: str, sha256: str, state: str = "counted") -> FileLine:
    return FileLine(name, sha256, 10, "甲公司", "rectification", state, {"counted": 1})


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return list(connection.iterdump())


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(path).close()
    return path


@pytest.fixture
def path(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty, tmp_path / "taizhang.db"))


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as opened:
        yield opened


def test_each_period_s_figures_are_kept_as_its_last_run_had_them(store: Store) -> None:
    told = {"total": 38, "rate": Decimal("63.2"), "whole": Decimal("0.0"), "none": None}
    save(store, P1, figures={"rectification": {"total": 1}, "cases": {"total": 5}})
    save(store, P1, figures={"rectification": told})
    save(store, P2, figures={"rectification": told | {"total": 39}})
    assert store.earlier("rectification", P1) == ()
    [first] = store.earlier("rectification", P2)
    assert first == Earlier(P1, date.fromisoformat(P1), told)
    assert {name: type(value) for name, value in first.figures.items()} == {
        "total": int, "rate": Decimal, "whole": Decimal, "none": type(None),
    }  # fmt: skip
    assert [then.figures["total"] for then in store.earlier("rectification", "2021-01-01")] == [
        38,
        39,
    ]
    assert store.earlier("cases", P2) == ()


def test_two_periods_in_the_tables(store: Store, path: Path) -> None:
    save(store, P1, FIRST, BriefingNumber(2020, 3, 7), [submission("甲.xlsx", "aa")])
    save(store, P2, SECOND, BriefingNumber(2020, 4, 8), outputs={"master.xlsx": "ff"})
    as_of = '{"cases":"2020-09-30","rectification":"%s"}'
    assert rows(path, "SELECT * FROM period") == [
        (P1, as_of % P1, "draft"),
        (P2, as_of % P2, "draft"),
    ]
    assert rows(path, "SELECT item_id, record FROM item ORDER BY item_id") == [
        ("a", '{"confirmed":true,"funds.value":"12.5","source_row":9,"status":"已完成"}'),
        (
            "c",
            '{"deadline.value":"1999-01-01","funds.value":"-0.000001",'
            '"source_row":5,"status":"“引号”\\n换行\\u0000"}',
        ),
        ("d", '{"funds.value":"12345678901234.123456"}'),
    ]
    query = "SELECT item_id, before, after FROM change WHERE period_id = ? ORDER BY item_id"
    assert rows(path, query.replace("?", f"'{P2}'")) == [
        (
            "a",
            '{"deadline.value":"2020-12-31","source_row":3,"status":"未完成"}',
            '{"deadline.value":null,"source_row":9,"status":"已完成"}',
        ),
        ("b", '{"confirmed":false,"funds.value":"100","source_row":4,"status":"已完成"}', None),
        ("d", None, '{"funds.value":"12345678901234.123456"}'),
    ]
    assert [row[1] for row in rows(path, query.replace("?", f"'{P1}'"))] == [None, None, None]
    assert rows(path, "SELECT * FROM submission") == [
        (P1, 0, "甲.xlsx", "aa", 10, "甲公司", "rectification", "counted", '{"counted":1}')
    ]
    assert rows(path, "SELECT * FROM briefing_number") == [
        (P1, "weekly", 2020, 3, 7, "reserved"),
        (P2, "weekly", 2020, 4, 8, "reserved"),
    ]
    assert rows(path, "SELECT * FROM output") == [(P2, "master.xlsx", "ff")]


def test_the_roster_before_each_period(store: Store) -> None:
    assert store.roster("rectification", P1, SCHEMA).equals(roster())
    save(store, P1, FIRST.take([2, 0, 1]))  # comes back sorted
    save(store, P2, SECOND)
    assert store.roster("rectification", P1, SCHEMA).equals(roster())
    assert store.roster("rectification", "2020-10-10", SCHEMA).equals(FIRST)
    assert store.roster("rectification", P2, SCHEMA).equals(FIRST)
    assert store.roster("rectification", P3, SCHEMA).equals(SECOND)
    assert store.roster("cases", P3, SCHEMA).equals(roster())
    save(store, P3, roster())
    assert store.roster("rectification", "2021-01-01", SCHEMA).equals(roster())
    assert store.roster("rectification", P3, SCHEMA).equals(SECOND)
    assert store.roster("rectification", P2, SCHEMA).equals(FIRST)


def test_columns_come_by_the_schema(store: Store) -> None:
    save(store, P1, FIRST)
    schema = pa.schema([("added", pa.date32()), ("status", pa.large_string()), SCHEMA.field(0)])
    table = store.roster("rectification", P2, schema)
    assert table.schema == schema
    assert table.column("added").null_count == 3
    assert table.column("status").to_pylist() == FIRST.column("status").to_pylist()


@pytest.mark.parametrize("kind", [pa.date32(), NUMBER, pa.bool_(), pa.int32()])
def test_a_column_that_changed_its_type_is_named(store: Store, kind: pa.DataType) -> None:
    save(store, P1, FIRST)
    with pytest.raises(ConfigurationError, match="status"):
        store.roster("rectification", P2, pa.schema([SCHEMA.field(0), ("status", kind)]))


def test_a_second_run_replaces_the_first(store: Store, path: Path, empty: Path) -> None:
    save(store, P1, FIRST, BriefingNumber(2020, 1, 1))
    other = shutil.copy(path, path.with_name("other.db"))
    brought = [submission("甲.xlsx", "aa"), submission("乙.xlsx", "bb")]
    save(store, P2, roster(("a", "x"), ("z", "y")), None, brought, {"old": "00"})
    save(store, P2, SECOND, BriefingNumber(2020, 2, 2), brought[1:], {"new": "11"})
    with Store.open(Path(other)) as once:
        save(once, P2, SECOND, BriefingNumber(2020, 2, 2), brought[1:], {"new": "11"})
        assert store.submissions(P2) == once.submissions(P2) == (brought[1],)
    # All but the log, which tells of both runs.
    kept, alike = (
        sorted(line for line in dump(one) if not line.startswith('INSERT INTO "log"'))
        for one in (path, Path(other))
    )
    assert kept == alike
    assert store.outputs(P2) == {"new": "11"}


def test_a_ledger_left_out_stays_as_it_was_before(store: Store) -> None:
    save(store, P1, FIRST)
    save(store, P2, SECOND)
    save(store, P2)
    assert store.roster("rectification", P3, SCHEMA).equals(FIRST)
    save(store, P3)
    assert store.roster("rectification", "2021-01-01", SCHEMA).equals(FIRST)


def test_a_published_period_is_not_run_again(store: Store, path: Path) -> None:
    save(store, P1, FIRST, BriefingNumber(2020, 1, 1))
    published = store.publish(P1)
    assert published.state is PeriodState.PUBLISHED
    assert published.number == BriefingNumber(2020, 1, 1, NumberState.ISSUED)
    assert store.publish(P1) == published
    former = dump(path)
    with pytest.raises(UsageError, match=f"{P1} 这一期已经发布") as caught:
        store.check_runnable(P1)
    assert caught.value.remedy
    with pytest.raises(UsageError, match="已经发布"):
        save(store, P1, SECOND)
    assert dump(path) == former
    store.check_runnable(P2)


def test_only_the_newest_period_is_run(store: Store, path: Path) -> None:
    save(store, P1, FIRST)
    save(store, P2, SECOND)
    former = dump(path)
    for day in (P1, "2020-10-10", "2019-01-01"):
        with pytest.raises(UsageError, match=f"{day} 早于已汇总的最新一期 {P2}"):
            store.check_runnable(day)
        with pytest.raises(UsageError):
            save(store, day, SECOND)
    assert dump(path) == former
    store.check_runnable(P2)
    store.check_runnable(P3)


def test_publishing_what_is_not_there(store: Store) -> None:
    with pytest.raises(UsageError, match=P1):
        store.publish(P1)


def test_numbers_run_through_a_year_and_begin_again(store: Store) -> None:
    def reserve(day: str) -> BriefingNumber:
        number = store.reserve_number(period(day), "weekly", 5, 25)
        save(store, day, number=number)
        return number

    assert reserve("2020-12-18") == BriefingNumber(2020, 5, 25, NumberState.RESERVED)
    assert reserve("2020-12-18") == BriefingNumber(2020, 5, 25)
    store.publish("2020-12-18")
    save(store, "2020-12-20")  # one without a briefing
    assert reserve("2020-12-25") == BriefingNumber(2020, 6, 26)
    assert reserve("2021-01-01") == BriefingNumber(2021, 1, 27)
    assert reserve("2021-01-01") == BriefingNumber(2021, 1, 27)
    assert reserve("2021-01-08") == BriefingNumber(2021, 2, 28)
    assert store.reserve_number(period("2022-01-01"), "weekly", 5, 25) == BriefingNumber(
        2022, 1, 29
    )


def test_each_series_has_numbers_of_its_own(store: Store) -> None:
    def reserve(day: str, series: str, first: int) -> BriefingNumber:
        number = store.reserve_number(period(day), series, first, first)
        save(store, day, number=number)
        return number

    assert reserve("2020-12-28", "daily", 101) == BriefingNumber(2020, 101, 101, series="daily")
    assert reserve("2020-12-29", "daily", 101) == BriefingNumber(2020, 102, 102, series="daily")
    assert reserve("2020-12-30", "weekly", 3) == BriefingNumber(2020, 3, 3)
    assert reserve("2021-01-04", "daily", 101) == BriefingNumber(2021, 1, 103, series="daily")
    assert reserve("2021-01-06", "weekly", 3) == BriefingNumber(2021, 1, 4)
    # Run again in the other form, a draft leaves the number of the first.
    assert reserve("2021-01-06", "daily", 101) == BriefingNumber(2021, 2, 104, series="daily")
    assert reserve("2021-01-08", "weekly", 3) == BriefingNumber(2021, 1, 4)


def test_a_number_is_used_once(store: Store) -> None:
    save(store, P1, number=BriefingNumber(2020, 1, 1))
    for number in (BriefingNumber(2020, 1, 2), BriefingNumber(2020, 2, 1)):
        with pytest.raises(UsageError, match=P1):
            save(store, P2, number=number)
    assert len(store.periods()) == 1


def test_what_earlier_periods_took_in(store: Store) -> None:
    save(store, P1, submissions=[submission("甲.xlsx", "aa"), submission("乙.xlsx", "bb")])
    save(store, P2, submissions=[submission("甲2.xlsx", "aa"), submission("丙.xlsx", "cc")])
    assert store.taken_before(P1) == {}
    assert store.taken_before(P2) == {"aa": P1, "bb": P1}
    assert store.taken_before(P3) == {"aa": P1, "bb": P1, "cc": P2}


def test_periods_and_status(store: Store) -> None:
    assert (store.periods(), store.previous(P1), store.status()) == ((), None, ())
    brought = [submission("甲", "a"), submission("乙", "b"), submission("丙", "c", "unreadable")]
    save(store, P1, submissions=brought, number=BriefingNumber(2020, 1, 1))
    save(store, P2)
    assert [p.id for p in store.periods()] == [P1, P2]
    assert store.periods()[0].as_of == period(P1).as_of
    assert [getattr(store.previous(day), "id", None) for day in (P1, P2, P3)] == [None, P1, P2]
    first, second = store.status()
    assert (first.period, first.submissions) == (
        store.periods()[0],
        {"counted": 2, "unreadable": 1},
    )
    assert (second.period.number, second.submissions) == (None, {})
    assert store.outputs("2000-01-01") == {}


def test_rulings_are_kept_in_order(store: Store) -> None:
    ruling = Decision(
        "rectification", "a", "date-order", "done", "d1", "accept", "", "电话核实", "张三", P1
    )
    other = replace(ruling, until=P3, subject="b")
    assert store.add_decisions([ruling, other]) == 2
    kept = (replace(ruling, id=1), replace(other, id=2))
    assert store.decisions("rectification") == kept
    assert store.decisions("cases") == ()
    save(store, P1, FIRST)
    save(store, P1, SECOND)
    assert store.decisions("rectification") == kept


def test_a_ruling_that_says_the_same_again_is_not_recorded_twice(store: Store) -> None:
    ruling = Decision(
        "rectification", "a", "date-order", "done", "d1", "accept", "", "电话核实", "张三", P1
    )
    assert store.add_decisions([ruling]) == 1
    assert store.add_decisions([replace(ruling, period_id=P3)]) == 0
    changed = replace(ruling, action="set_aside")
    assert store.add_decisions([changed]) == 1
    assert [r.action for r in store.decisions("rectification")] == ["accept", "set_aside"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda store: save(store, P1, pa.concat_tables([FIRST, FIRST])),
        lambda store: save(store, P1, roster((None, "x"))),
        lambda store: save(store, P1, pa.table({"item_id": ["a"], "x": [1.5]})),
        lambda store: store.roster("x", P1, pa.schema([("item_id", "string"), ("x", "float64")])),
        lambda store: store.check_runnable("20201009"),
        lambda store: store.roster("x", "第3期", SCHEMA),
    ],
)
def test_mistakes_of_the_program(store: Store, wrong: Callable[[Store], object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        wrong(store)
    assert store.periods() == ()


def test_importing_the_records_loads_no_database() -> None:
    code = "import sys, pipeline.store as s; s.StoredPeriod; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_of_a_failed_save_stays(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, P1, FIRST)
    former = dump(path)
    monkeypatch.setattr("pipeline.store.store.save_number", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(store, P1, SECOND)
    assert dump(path) == former
