"""Findings with one cause are told as one, wherever they are told; few stay as they are."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from workbooks import item, merge, ongoing, send, taizhang, workspace

from pipeline.write.causes import FEW, causes
from pipeline.write.returns import Fault
from pipeline.write.rows import rows_told

A = "示例甲矿业有限公司"
UNREADABLE = "待专家组确认后另行报送"
"""No date in it: asked about, once for the whole column."""


def fault(row: int | None, *, letter: str = "D", severity: str = "E", sheet: str = "表") -> Fault:
    return Fault(
        sheet, row, letter, "日期", "值", severity, f"第 {row} 行读不懂。", "请改。", "date"
    )


def told(*faults: Fault) -> list[str]:
    return [cause.message("zh") for cause in causes(faults)]


def test_a_few_stay_and_more_become_one_in_the_place_of_the_first() -> None:
    few = [fault(row) for row in range(2, 2 + FEW)]
    assert told(*few) == [f.message for f in few]
    many = [*few, fault(9, letter="E"), fault(40)]
    together, other = causes(many)
    assert together.message("zh") == "第 2 行读不懂。同样的问题：第 2–6、40 行。"
    assert together.findings == (*few, fault(40))
    assert (together.row_told("zh"), other.row_told("zh")) == ("2 等", "9")
    assert other.message("zh") == "第 9 行读不懂。"


@pytest.mark.parametrize(
    "other",
    [fault(9, letter="E"), fault(9, severity="W"), fault(9, sheet="表二"),
     Fault("表", 9, "D", "日期", "值", "E", "别的。", "请改。", "other"),
     Fault("表", 9, "D", "日期", "值", "E", "别的。", "别的办法。", "date")],
)  # fmt: skip
def test_another_place_fault_or_remedy_is_another_cause(other: Fault) -> None:
    same = [fault(row) for row in range(2, 2 + FEW)]
    assert len(told(*same, other)) == FEW + 1
    assert len(told(*same, other, fault(10))) == 2


def test_what_concerns_neither_row_nor_item_is_told_by_itself() -> None:
    about = Fault("表", None, "", "", "", "E", "文件有密码。", "请取消。", "encrypted")
    assert len(told(*[about] * 10)) == 10


def test_items_without_a_row_are_told_by_their_numbers() -> None:
    def missing(number: str) -> Fault:
        return Fault(
            "", None, "", "编号", number, "W", f"缺 {number}。", "请补报。", "item-missing"
        )

    few = [missing(f"LX-{n}") for n in range(1, FEW + 1)]
    assert len(told(*few)) == FEW
    (words,) = told(*few, missing("很长的描述" * 5))
    assert words.startswith("缺 LX-1。同样的问题：LX-1、LX-2、LX-3、LX-4、LX-5、很长的描述")
    assert words.endswith("很长的描述很长的描…，共 6 项。")
    (line,) = causes([missing(f"X{n}") for n in range(80)])
    assert line.message("en").endswith("X48, X49 and others, 80 in all.")
    assert line.row_told("zh") == ""


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        ([7], "第 7 行", "row 7"),
        ([5, 6], "第 5、6 行", "rows 5, 6"),
        ([9, 5, 6, 7, 7], "第 5–7、9 行", "rows 5–7, 9"),
        ([*range(5, 105), 110], "第 5–104、110 行，共 101 行", "rows 5–104, 110, 101 in all"),
        (range(2, 100, 2), "第 2、4、6、8、10、12 行等共 49 行",
         "rows 2, 4, 6, 8, 10, 12 and others, 49 in all"),
    ],
)  # fmt: skip
def test_rows_are_told_as_short_as_they_can_be(rows: list[int], zh: str, en: str) -> None:
    assert (rows_told(rows, "zh"), rows_told(rows, "en")) == (zh, en)


def test_a_column_nobody_can_read_is_one_line_for_everybody(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    rows = [ongoing(A, f"X-{n:03}", 整改时限=f"{UNREADABLE}（{n}）") for n in range(1, 101)]
    send(folder, "a.xlsx", *rows, item(A, "X-101", 佐证材料=None), item(A, "X-102"))
    found = merge(folder)
    which = "同样的问题：第 2–101 行，共 100 行。"
    singles = found.told("unreadable-deadline")
    assert sorted(row or 0 for _, _, row, _ in singles) == [*range(2, 102)]
    assert found.manifest["findings_total"] - found.manifest["causes_total"] == 99
    kept = pq.read_table(found.folder / "findings.parquet").column("code").to_pylist()
    assert kept.count("unreadable-deadline") == 100

    book = load_workbook(found.folder / "findings.xlsx")
    line = [r for r in book["全部发现"].values if r[-1] == "unreadable-deadline"]
    assert [(r[5], r[6], which in str(r[9])) for r in line] == [(2, 100, True)]
    each = [r for r in book["逐条发现"].values if r[-1] == "unreadable-deadline"]
    assert [(r[5], r[6]) for r in each] == [(row, 1) for row in range(2, 102)]

    returned = load_workbook(found.folder / "returns" / A / "a.xlsx")
    listed = [r for r in returned.worksheets[0].values if str(r[0]).isdigit()]
    assert [(r[3], which in r[7]) for r in listed] == [("2 等", True), ("102", False)]
    assert "同样的问题合并说明，下列 2 条。" in str(returned.worksheets[0]["A2"].value)
    marked = [c.row for c in returned.worksheets[1]["K"] if c.comment is not None]
    assert marked == [*range(2, 102)]
    chat = (found.folder / "returns" / A / "说明.txt").read_text(encoding="utf-8-sig")
    assert "（同类共 100 处）" in chat

    said = taizhang("check", "inbox/a.xlsx", cwd=folder)
    assert said.out.replace("\n", "").replace(" ", "").count(which.replace(" ", "")) == 1


def test_where_nothing_is_told_together_no_second_list_is_made(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", *(item(A, f"X-{n}", 佐证材料=None) for n in range(FEW)))
    found = merge(folder)
    assert found.manifest["findings_total"] == found.manifest["causes_total"]
    assert "逐条发现" not in load_workbook(found.folder / "findings.xlsx").sheetnames
