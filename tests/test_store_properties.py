"""Whatever the rosters: what was saved is found again, and saving twice is saving once."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import NUMBER, Period
from pipeline.store import Store
from pipeline.store.encoding import difference, records_of, restored

SCHEMA = pa.schema(
    [
        ("item_id", pa.string()),
        ("text", pa.string()),
        ("due.value", pa.date32()),
        ("funds.value", NUMBER),
        ("confirmed", pa.bool_()),
        ("row", pa.int64()),
    ]
)
LEDGER = "rectification"

texts = st.text(st.characters(codec="utf-8"), max_size=4)
records = st.tuples(
    st.none() | st.sampled_from(["", "已完成", "0", "null"]) | texts,
    st.none() | st.dates(),
    st.none() | st.decimals(-(10**13), 10**13, places=6),
    st.none() | st.booleans(),
    st.none() | st.sampled_from([0, 1]) | st.integers(-(2**63), 2**63 - 1),
)
ids = st.sampled_from(["a", "b", "c", "é", "丁", "🏭", "B"])


@st.composite
def rosters(draw: st.DrawFn) -> pa.Table:
    rows = sorted(draw(st.dictionaries(ids, records, max_size=6)).items())
    columns: list[list[Any]] = [[item for item, _ in rows]]
    columns += [[record[n] for _, record in rows] for n in range(len(SCHEMA) - 1)]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "empty.db"
    Store.open(path).close()
    return path


@contextmanager
def opened(empty: Path) -> Iterator[tuple[Store, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty, folder))
        with Store.open(path) as store:
            yield store, path


def period(number: int) -> Period:
    day = date(2020, 12, 1) + timedelta(days=14 * number)
    return Period(day.isoformat(), {LEDGER: day})


def save(store: Store, number: int, table: pa.Table) -> None:
    store.save(period(number), [], {LEDGER: table}, {}, number=None)


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with sqlite3.connect(path) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in ("period", "item", "change")
        }


@settings(deadline=None, max_examples=60)
@given(runs=st.lists(st.lists(rosters(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_the_roster_before_a_period_is_what_the_last_one_saved(
    empty: Path, runs: list[list[pa.Table]]
) -> None:
    """Each period is run one to three times; only its last run may leave a trace."""
    with opened(empty) as (store, path), opened(empty) as (once, path_once):
        before = SCHEMA.empty_table()
        for number, tables in enumerate(runs):
            for table in tables:
                assert store.roster(LEDGER, period(number).id, SCHEMA).equals(before)
                save(store, number, table)
            save(once, number, tables[-1])
            before = tables[-1]
        for number, tables in enumerate(runs):
            assert store.roster(LEDGER, period(number + 1).id, SCHEMA).equals(tables[-1])
        assert content(path) == content(path_once)
        save(store, len(runs) - 1, runs[-1][-1])
        assert content(path) == content(path_once)


@settings(deadline=None, max_examples=20)
@given(first=rosters(), second=rosters())
def test_the_same_input_makes_the_same_file(empty: Path, first: pa.Table, second: pa.Table) -> None:
    with opened(empty) as (store, path), opened(empty) as (other, other_path):
        for number, table in enumerate((first, second)):
            save(store, number, table)
            save(other, number, table.take(pa.array(reversed(range(table.num_rows)), pa.int64())))
        assert path.read_bytes() == other_path.read_bytes()


@given(before=rosters(), after=rosters())
def test_a_difference_leads_back(before: pa.Table, after: pa.Table) -> None:
    old, new = records_of(before), records_of(after)
    for item in old.keys() | new.keys():
        fields, became = difference(old.get(item), new.get(item))
        assert restored(new.get(item), fields) == old.get(item)
        assert restored(old.get(item), became) == new.get(item)


def test_true_is_not_one() -> None:
    assert difference('{"a":1,"b":2}', '{"a":true,"b":2}') == ('{"a":1}', '{"a":true}')
