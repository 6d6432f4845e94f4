"""Whole runs over several periods: whose item it is, what doubts last, what is shown to whom."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from briefings import texts
from docx import Document
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import AS_OF, item, merge, ongoing, register, send, taizhang, workspace

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"


def test_two_plants_that_number_alike_keep_both_their_items(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "一厂.xlsx", ongoing(A, "1", 问题描述="一车间雨污分流不彻底"))
    send(folder, "二厂.xlsx", item(A, "1", 问题描述="二车间雨污分流不彻底"))
    found = merge(folder)
    assert found.figures("total", "undecided") == (2, 2)
    assert [code for code, *_ in found.told()] == ["duplicate-key"] * 2


def test_a_row_inserted_on_top_shifts_no_histories(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    one, two, three = ({"问题描述": f"{n}车间雨污分流不彻底"} for n in "一二三")
    send(folder, "a.xlsx", item(A, "1", **one), ongoing(A, "2", **two))
    merge(folder)
    rows = (ongoing(A, "1", **three), item(A, "2", **one), ongoing(A, "3", **two))
    send(folder, "a2.xlsx", *rows)
    after = merge(folder, LATER)
    names = ("total", "completed", "new_items", "newly_completed", "reopened")
    assert after.figures(*names) == (3, 1, 1, 0, 0)


def test_an_enterprise_that_left_the_registry_keeps_its_items_once(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", item(A, "A-01"))
    send(folder, "b.xlsx", item(B, "B-01"), ongoing(B, "B-02"))
    merge(folder)
    register(folder, A)
    gone = merge(folder, LATER)
    assert gone.figures("total") == (3,)
    assert [code for code, *_ in gone.told()] == ["not-reported", "outside-roll-call"]
    send(folder, "b2.xlsx", item(B, "B-01"), ongoing(B, "B-02", 责任人="示例李四"))
    back = merge(folder, "2020-10-23")
    assert back.figures("total", "undecided") == (3, 0)
    assert back.rows == (2, 0, 2, 0)


def test_an_undecided_item_is_asked_about_until_it_is_settled(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 整改状态="基本完成"))
    assert merge(folder).code == 1
    silent = merge(folder, LATER)
    assert silent.code == 1
    assert (
        "『X-1』自 2020-10-09 一期起状态存疑（『基本完成』）" in silent.said("still-undecided")[0]
    )


def test_a_ledger_left_out_once_is_still_compared_with_its_own_last_period(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1"))
    merge(folder)
    cases = Path(__file__).parent.parent / "input_templates" / "cases" / "profile.toml"
    said = taizhang("merge", "--as-of", LATER, "--profile", str(cases), cwd=folder)
    assert said.code == 0, said.err
    third = merge(folder, "2020-10-23")
    text = "".join(texts(Document(str(third.folder / "briefing.docx"))))
    assert "较第1期（截至2020年10月9日）" in text
    assert "本期为首期统计" not in text


def test_the_date_of_a_ledger_does_not_go_back(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1"))
    merge(folder, AS_OF)
    early = ("--as-of", LATER, "--as-of", "cases=2020-10-01")
    said = taizhang("merge", *early, cwd=folder)
    assert said.code == 2
    assert "cases 的统计截止日期 2020-10-01 早于" in said.err


def test_what_a_complainant_may_have_said_stays_on_the_desk(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    header = ["批次", "受理编号", "涉及企业", "交办问题基本情况"]
    header += ["污染类型", "是否属实", "是否办结", "交办日期"]
    rows = [
        ["第1批", "D1", A, "示例王某13800000000举报冒烟", "水、示例王某的水", "示例王某说属实",
         "已办结", "示例王某说九月"],
        ["第1批", "D2", A, None, "水", "属实", "已办结", "2020-09-10"],
    ]  # fmt: skip
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "转办案件台账"
    for line in (header, *rows):
        sheet.append(line)
    sheet.merge_cells("D2:D3")
    sheet["B2"].comment = Comment("请联系示例王某", "示例李四")
    out = TextBlock(InlineFont(strike=True), "示例王某")
    sheet["D2"] = CellRichText(out, "举报冒烟")
    book.save(folder / "inbox" / "cases.xlsx")
    found = merge(folder)
    codes = {f["code"] for f in found.manifest["findings"]}
    assert {"merged-item", "unknown-choice", "unreadable-date"} <= codes
    assert {"cell-comment", "struck-partly"} <= codes
    public = (found.folder / "run.json").read_text(encoding="utf-8")
    assert "示例王某" not in public
    assert "13800000000" not in public
