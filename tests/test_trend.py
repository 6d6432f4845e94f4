"""Figures over the periods: numbers, changes, gaps, corrections; on screen, in Excel, as JSON."""

from __future__ import annotations

import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len
from workbooks import item, merge, ongoing, send, taizhang, workspace

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
DAYS = ("2020-12-11", "2020-12-18", "2020-12-25", "2021-01-15")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nothing at first; then two items, one more done, and after the year's end a third."""
    made = workspace(tmp_path_factory.mktemp("trend") / "w", A, B)
    merge(made, DAYS[0])
    send(made, "1.xlsx", ongoing(A, "1"), item(B, "2"))
    merge(made, DAYS[1])
    send(made, "2.xlsx", item(A, "1"))
    merge(made, DAYS[2])
    send(made, "3.xlsx", ongoing(A, "3"))
    merge(made, DAYS[3])
    return made


def told(folder: Path, *arguments: str) -> dict[str, Any]:
    said = taizhang("trend", *arguments, "--json", cwd=folder)
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def course(found: dict[str, Any], place: int = 0) -> list[tuple[Any, Any]]:
    return [(p["value"], p["change"]) for p in found["figures"][place]["points"]]


def test_the_profiles_own_chart_says_which_figures(folder: Path) -> None:
    found = told(folder)
    assert [f["figure"] for f in found["figures"]] == ["total", "completed", "completion_rate"]
    assert [p["period"] for p in found["periods"]] == list(DAYS)
    assert [p["number"] for p in found["periods"]] == [1, 2, 3, 1]
    assert course(found) == [(0, None), (2, 2), (2, 0), (3, 1)]
    assert course(found, 1) == [(0, None), (1, 1), (2, 1), (2, 0)]
    # A ratio of nothing is no number, and nothing rose from it.
    assert course(found, 2) == [(None, None), (50, None), (100, 50), (66.7, -33.3)]


def test_the_last_periods_still_know_what_they_changed(folder: Path) -> None:
    assert course(told(folder, "total", "--last", "2")) == [(2, 0), (3, 1)]
    assert course(told(folder, "total", "--last", "0")) == course(told(folder, "total"))


def test_of_one_enterprise_from_the_manifests(folder: Path) -> None:
    found = told(folder, "已完成", "--by", "企业名称", "--at", A)
    assert found["by"] == {"enterprise": A}
    points = found["figures"][0]["points"]
    assert [(p["value"], p["counted"]) for p in points] == [
        (None, False), (0, True), (1, True), (1, True)
    ]  # fmt: skip


def test_a_gap_and_periods_without_the_figure_are_said(folder: Path) -> None:
    said = taizhang("trend", "completed", "--by", "企业名称", "--at", B, cwd=folder)
    lines = said.out.splitlines()
    gap = next(n for n, line in enumerate(lines) if "相隔 21 天" in line)
    assert DAYS[2] in lines[gap - 1]
    assert DAYS[3] in lines[gap + 1]
    assert "当时未统计" in next(line for line in lines if DAYS[0] in line)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bars_within_80_columns(lang: str, folder: Path) -> None:
    said = taizhang("trend", "--lang", lang, cwd=folder)
    assert said.code == 0
    assert max(cell_len(line) for line in said.out.splitlines()) <= 80
    assert "\x1b" not in said.out
    bars = [line.count("█") for line in said.out.splitlines() if line.strip().startswith("202")]
    assert bars[0] == 0
    assert bars[1] == bars[2] < bars[3]


def test_the_workbook_has_numbers_dates_and_a_chart(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    assert taizhang("trend", "--xlsx", str(file), cwd=folder).code == 0
    sheet = load_workbook(file).worksheets[0]
    first, *_, last = list(sheet.values)[1:]
    day = datetime.fromisoformat(DAYS[3])
    assert last[:5] == (day, day, 1, 3, 1)
    assert (last[9], first[9]) == (66.7, None)
    chart = zipfile.ZipFile(file).read("xl/charts/chart1.xml").decode()
    assert "<c:dateAx>" in chart
    assert chart.count("<c:ser>") == 3
    one = file.read_bytes()
    assert taizhang("trend", "--xlsx", str(file), cwd=folder).code == 0
    assert file.read_bytes() == one


def test_a_corrected_period_tells_what_was_issued_and_what_holds(tmp_path: Path) -> None:
    made = workspace(tmp_path / "w", A)
    send(made, "1.xlsx", ongoing(A, "1"), item(A, "2"))
    document = str(merge(made, DAYS[0]).folder / "briefing.docx")
    for command in (
        ("signoff", document, "--by", "示例", "--date", DAYS[0]),
        ("publish", document),
    ):
        said = taizhang(*command, cwd=made)
        assert said.code == 0, said.out + said.err
    assert "※" not in taizhang("trend", cwd=made).out
    send(made, "2.xlsx", item(A, "1"))
    said = taizhang("correct", DAYS[0], "--reason", "补报一项", cwd=made)
    assert said.code == 0, said.err
    points = told(made, "total", "completed")["figures"]
    assert points[0]["points"] == [{"value": 2, "counted": True, "change": None}]
    assert points[1]["points"] == [{"value": 2, "counted": True, "change": None, "issued": 1}]
    out = taizhang("trend", "completed", cwd=made).out
    assert f"※{DAYS[0]} 一期『已完成』：原印发 1，更正后 2。" in out
    of_a = told(made, "completed", "--by", "企业名称", "--at", A)
    assert of_a["figures"][0]["points"][0]["issued"] == 1


MISTAKES = {
    "figure": (("complete",), "没有名为『complete』的指标"),
    "by": (("--by", "天气", "--at", "晴"), "不按『天气』分列"),
    "at": (("completed", "--by", "企业名称", "--at", "某某"), "中没有『某某』"),
    "alone": (("--at", A), "--at 须与 --by 一起用"),
    "form": (("--form", "daily"), "还没有汇总过"),
    "two ledgers": (("completed", "cases.total"), "是另一本台账"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_there_is_not_is_said(mistake: str, folder: Path) -> None:
    arguments, message = MISTAKES[mistake]
    said = taizhang("trend", *arguments, cwd=folder)
    assert said.code == 2
    assert message in said.err
