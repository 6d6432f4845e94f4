"""What the store keeps over periods: an item's life, roll calls, the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.model import ITEM_ID, Called, Period
from pipeline.store import Store
from pipeline.store.database import Database
from pipeline.store.log import START, append, broken, entries, hash_of
from pipeline.store.records import Hand, Turn

LEDGER = "rectification"
HAND = Hand("张三（示例）", "2020-10-09T16:30:00+08:00")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "taizhang.db"


def saved(path: Path, day: str, items: dict[str, str] | None, **calls: Called) -> None:
    table = pa.table({ITEM_ID: list(items or {}), "status": list((items or {}).values())})
    with Store.open(path) as store:
        store.save(
            Period(day, {LEDGER: date.fromisoformat(day)}),
            [],
            {} if items is None else {LEDGER: table},
            {},
            number=None,
            roll_calls={LEDGER: calls},
        )


def test_the_life_of_an_item_is_what_each_period_changed(path: Path) -> None:
    saved(path, "2020-10-02", {"a": "整改中"})
    saved(path, "2020-10-09", {"a": "整改中", "b": "整改中"})
    saved(path, "2020-10-16", {"a": "已完成", "b": "整改中"})
    with Store.open(path) as store:
        assert store.life(LEDGER, "a") == (
            Turn("2020-10-02", None, {"status": "整改中"}),
            Turn("2020-10-16", {"status": "整改中"}, {"status": "已完成"}),
        )
        assert store.life(LEDGER, "c") == store.life("cases", "a") == ()


def test_roll_calls_of_the_periods_before(path: Path) -> None:
    early, late = (
        Called("reported", "2020-10-09T10:00:00+08:00", "2020-10-09T17:00:00+08:00"),
        Called("missing"),
    )
    saved(path, "2020-10-09", None, 甲=early, 乙=late)
    saved(path, "2020-10-16", None, 乙=Called("reported"))
    saved(path, "2020-10-16", None, 甲=late)  # run again
    with Store.open(path) as store:
        assert store.roll_calls(LEDGER, "2020-10-16") == {"2020-10-09": {"甲": early, "乙": late}}
        assert list(store.roll_calls(LEDGER, "2020-10-17")) == ["2020-10-09", "2020-10-16"]
        assert store.roll_calls(LEDGER, "2020-10-17")["2020-10-16"] == {"甲": late}
        assert store.roll_calls("cases", "2020-10-17") == {}


def logged(path: Path) -> Database:
    with Store.open(path):
        pass
    database = Database(path)
    with database.writing() as connection:
        append(connection, HAND, "merged", "2020-10-09", {"figures": "aa"})
        append(connection, HAND, "published", "2020-10-09", {"document": "bb"})
    with database.writing() as connection:
        append(connection, replace(HAND, by=""), "merged", "2020-10-16", {})
    return database


def test_each_entry_of_the_log_follows_from_the_one_before(path: Path) -> None:
    with logged(path).reading() as connection:
        found = entries(connection)
    assert [(e.position, e.by, e.what, e.about) for e in found] == [
        (1, "张三（示例）", "merged", "2020-10-09"),
        (2, "张三（示例）", "published", "2020-10-09"),
        (3, "", "merged", "2020-10-16"),
    ]
    assert found[0].detail == {"figures": "aa"}
    assert found[1].hash == hash_of(found[1], found[0].hash) != hash_of(found[1], START)
    assert broken(found) is None
    assert broken(()) is None


def test_a_changed_dropped_or_slipped_in_entry_breaks_the_chain(path: Path) -> None:
    with logged(path).reading() as connection:
        one, two, three = entries(connection)
    assert broken([one, replace(two, by="李四（示例）"), three]) == 2
    assert broken([one, replace(two, detail={"document": "cc"}), three]) == 2
    assert broken([one, three]) == 2
    assert broken([two, three]) == 1
    assert broken([one, two, two, three]) == 3
    # Reckoned anew, the entry itself holds, and the next one does not.
    forged = replace(two, by="李四（示例）")
    assert broken([one, replace(forged, hash=hash_of(forged, one.hash)), three]) == 3
