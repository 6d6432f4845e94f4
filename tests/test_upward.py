"""The parent group's own form: filled, proved, remembered; what does not fit is refused."""

import io
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import demo_runs
import openpyxl
import pytest

from pipeline.errors import OperatorError, UsageError
from pipeline.shipped import shipped
from pipeline.store import Store
from pipeline.upward import Reported, register, report_upward
from pipeline.workspace import required
from pipeline.write.upward import filled

P = "2020-10-09"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = demo_runs.workspace(tmp_path_factory.mktemp("w") / "w")
    demo_runs.run(made, demo_runs.FIRST)
    shutil.copytree(shipped("upward"), made / "upward")
    return made


def reported(folder: Path, mapping: str, on: date | None = None, by: str = "") -> Reported:
    """Fill a form that lies in the workspace; with a day, note it."""
    workspace = required(folder)
    with Store.open(workspace.database) as store:
        return report_upward(workspace, store, folder / "upward" / mapping, P, on, by)


def test_a_summary_is_filled_and_its_rows_are_the_whole(folder: Path) -> None:
    made = reported(folder, "summary.toml", date(2020, 10, 10), "示例李四")
    sheet = openpyxl.load_workbook(made.file)["分类汇总"]
    rows = [[cell.value for cell in row] for row in sheet["A4:D8"]]
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5]
    assert [row[1] for row in rows] == ["合规", "水", "大气", "固废", "其他"]
    assert (sum(row[2] for row in rows), sum(row[3] for row in rows)) == (38, 24)
    assert sheet["C11"].value == "=SUM(C4:C10)"
    assert (sheet["A11"].value, sheet["A12"].value) == ("合计", "填表人：")
    assert sheet["C4"].border.left.style == "thin"
    ((noted, moved),) = register(required(folder))
    assert (noted.on, noted.by, noted.period_id) == ("2020-10-10", "示例李四", P)
    assert ("rectification", "total", "", "", "38") in noted.figures
    assert moved == ()


def test_what_is_otherwise_now_is_told(folder: Path) -> None:
    workspace = required(folder)
    with Store.open(workspace.database) as store:
        (noted, *_) = store.upward() or (None,)
        assert noted is not None
        figures = (("rectification", "completed", "", "", "25"),)
        store.report_upward(replace(noted, on="2020-10-11", figures=figures))
    moved = register(workspace)[-1][1]
    assert [(m.figure, m.reported, m.now) for m in moved] == [("completed", "25", "24")]


def test_items_are_those_behind_the_figure_and_other_parts_stay(folder: Path) -> None:
    made = reported(folder, "open.toml")
    assert made.rows == 14
    sheet = openpyxl.load_workbook(made.file)["未完成事项"]
    states = [sheet.cell(row, 5).value for row in range(3, 17)]
    assert {s: states.count(s) for s in set(states)} == {"正常推进": 10, "滞后": 2, "超期": 2}
    assert sheet["A17"].value is None
    before = zipfile.ZipFile(folder / "upward" / "上级单位报表.xlsx")
    after = zipfile.ZipFile(made.file)
    same = ("xl/styles.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/theme/theme1.xml")
    assert all(before.read(name) == after.read(name) for name in same)
    again = reported(folder, "open.toml")
    assert again.report.sha256 == made.report.sha256


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('sheet = "分类汇总"', 'sheet = "汇总"', "没有工作表『汇总』"),
        ('label = "已完成"', 'label = "完成数"', "缺『完成数』"),
        ('until = "合计"', 'until = "总计"', "没有『总计』行"),
        ('"废水类" = "水", ', "", "『废水类』"),
        ('figure = "completed"', 'figure = "complete"', "没有指标『complete』"),
        ('label = "已完成"', 'label = "完成率"', "是公式"),
        ('by = "category"', 'by = "phone"', "phone"),
    ],
)
def test_what_does_not_fit_is_refused(folder: Path, old: str, new: str, says: str) -> None:
    text = (folder / "upward" / "summary.toml").read_text(encoding="utf-8")
    assert old in text
    file = folder / "upward" / "other.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(OperatorError, match=says):
        reported(folder, file.name)


def book(*lines: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "表"
    for line in lines:
        made.active.append(line)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_too_few_prepared_rows_and_cells_that_hold_something() -> None:
    form = book(("企业",), (None,), ("合计",))
    with pytest.raises(UsageError, match="只留了 1 行，需要 2 行"):
        filled(form, "表", ["企业"], "合计", [["甲"], ["乙"]])
    with pytest.raises(UsageError, match="A3 已有内容『合计』"):
        filled(form, "表", ["企业"], "", [["甲"], ["乙"]])


def test_a_formula_from_outside_stays_text() -> None:
    made = filled(book(("企业",)), "表", ["企业"], "", [["=1+1"]])
    cell = openpyxl.load_workbook(io.BytesIO(made))["表"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
