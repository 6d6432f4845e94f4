"""Why a figure moved between two runs: parts that add up, each with the items behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from workbooks import AS_OF, item, merge, ongoing, register, send, taizhang, workspace

from pipeline.model import Decision
from pipeline.store import Store

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = workspace(tmp_path / "w", A, B)
    send(
        made, "a.xlsx", ongoing(A, "A-1"), ongoing(A, "A-2", 整改时限="2020-10-12"), item(A, "A-3")
    )
    merge(made)
    return made


def diff(folder: Path, one: str, other: str, *options: str) -> dict[str, Any]:
    said = taizhang("diff", one, other, *options, "--json", cwd=folder)
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    for moved in found["moved"]:  # by hand: from the one value to the other without a leap
        at = moved["before"]
        for reason in moved["reasons"]:
            assert reason["before"] == at
            at = reason["after"]
        assert at == moved["after"]
    return found


def moves(found: dict[str, Any], figure: str) -> list[tuple[str, Any]]:
    one = next((m for m in found["moved"] if m["figure"] == f"rectification.{figure}"), None)
    return [(r["part"], r["move"]) for r in one["reasons"]] if one else []


def items(found: dict[str, Any], figure: str, part: str) -> list[tuple[Any, ...]]:
    one = next(m for m in found["moved"] if m["figure"] == f"rectification.{figure}")
    told = next(r for r in one["reasons"] if r["part"] == part)["items"]
    return [(i["how"], i["number"], i["was"], i["now"], i["file"], i["row"]) for i in told]


def ruling(folder: Path, period: str) -> None:
    made = Decision(
        ledger="rectification", subject="整改中", code="", column="status", digest="",
        action="means", value="已完成", reason="试", by="示例赵六", period_id=period,
    )  # fmt: skip
    with Store.open(folder / "taizhang.db") as store:
        assert store.add_decisions([made]) == 1


def test_time_and_rows_between_two_periods(folder: Path) -> None:
    send(folder, "b.xlsx", item(A, "A-1"), ongoing(A, "A-4"), ongoing(B, "B-1"))
    merge(folder, LATER)
    found = diff(folder, AS_OF, LATER)
    assert found["differs"] == ["as_of", "files"]
    assert moves(found, "total") == [("files", 2)]
    assert moves(found, "completed") == [("files", 1)]
    assert items(found, "completed", "files") == [
        ("in", "A-1", "持续整改", "已完成", "b.xlsx", 2)
    ]  # fmt: skip
    assert moves(found, "overdue") == [("as_of", 1)]
    assert items(found, "overdue", "as_of") == [
        ("in", "A-2", "达到序时进度", "超期", "a.xlsx", 3)
    ]  # fmt: skip
    # The rate is told by its parts.
    rate = next(m for m in found["moved"] if m["figure"].endswith(".completion_rate"))
    assert [(p["before"], p["after"]) for p in rate["made_of"]] == [(1, 2), (3, 5)]
    back = diff(folder, LATER, AS_OF)
    assert sum(m for _, m in moves(back, "total")) == -2


def test_a_ruling_between_two_runs_of_one_period(folder: Path) -> None:
    ruling(folder, AS_OF)
    merge(folder)
    found = diff(folder, f"{AS_OF}#1", f"{AS_OF}#2")
    assert (found["differs"], found["files"]) == (["rulings"], {"gone": [], "new": []})
    assert [d["by"] for d in found["rulings"]["added"]] == ["示例赵六"]
    assert moves(found, "completed") == [("rulings", 2)]
    assert sorted(i[:2] for i in items(found, "completed", "rulings")) == [
        ("in", "A-1"), ("in", "A-2")
    ]  # fmt: skip
    digest = found["runs"][0]["inputs"]
    assert diff(folder, digest[:12], AS_OF)["moved"] == found["moved"]


def test_rows_ruling_and_registry_at_once_each_have_their_part(folder: Path) -> None:
    ruling(folder, LATER)
    register(folder, A, B, "示例丙水泥有限公司")
    send(folder, "b.xlsx", ongoing(B, "B-1"), item(B, "B-2"))
    merge(folder, LATER)
    found = diff(folder, AS_OF, LATER)
    assert found["differs"] == ["as_of", "files", "rulings", "registry"]
    parts = dict(moves(found, "completed"))
    assert parts["files"] == 1
    assert parts["rulings"] == sum(parts.values()) - 1 > 0


def test_identical_runs_moved_nothing(folder: Path) -> None:
    found = diff(folder, AS_OF, AS_OF)
    assert (found["differs"], found["moved"]) == ([], [])
    said = taizhang("diff", AS_OF, AS_OF, cwd=folder)
    assert "都没有变动" in said.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_within_80_columns(lang: str, folder: Path) -> None:
    send(folder, "b.xlsx", item(A, "A-1", 问题描述="很长的描述" * 30), ongoing(B, "B-1"))
    merge(folder, LATER)
    said = taizhang("diff", AS_OF, LATER, "--lang", lang, cwd=folder)
    assert said.code == 0, said.err
    assert max(cell_len(line) for line in said.out.splitlines()) <= 80


@pytest.mark.parametrize(
    ("run", "message"),
    [("2020-01-01", "没有 2020-01-01 这一期"), (f"{AS_OF}#9", "没有第 9 次汇总"),
     ("abcdef", "没有这样一次汇总"), ("上周", "没有这样一次汇总")],
)  # fmt: skip
def test_a_run_that_there_is_not(run: str, message: str, folder: Path) -> None:
    said = taizhang("diff", run, AS_OF, cwd=folder)
    assert said.code == 2
    assert message in said.err
