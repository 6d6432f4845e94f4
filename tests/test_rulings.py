"""Rulings, whole: doubts in, a coordinator's answers in the findings workbook, the next merge."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from workbooks import (
    HEADER,
    Merged,
    Said,
    item,
    merge,
    ongoing,
    send,
    taizhang,
    workbook,
    workspace,
)

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"


def rule(
    found: Merged,
    said: str,
    ruling: str,
    value: str = "",
    *,
    why: str = "电话核实",
    until: str = "",
) -> None:
    """Fill the line of the rulings sheet whose text holds ``said``, and save, as a person would."""
    path = found.folder / "findings.xlsx"
    book = load_workbook(path)
    sheet = book["裁定"]
    head = {cell.value: cell.column for cell in sheet[3]}
    rows = [
        r for r in range(4, sheet.max_row + 1) if said in str(sheet.cell(r, head["问题"]).value)
    ]
    assert len(rows) == 1, (said, rows)
    answers = {"裁定": ruling, "裁定值": value, "理由": why, "裁定人": "示例丁", "有效期至": until}
    for label, text in answers.items():
        sheet.cell(rows[0], head[label]).value = text or None
    book.save(path)


def decide(folder: Path, found: Merged) -> Said:
    return taizhang("decide", str(found.folder / "findings.xlsx"), cwd=folder)


MEANS, ACCEPT = "计为（填在“裁定值”）", "认可，照计"
STATE, KEEP = "状态定为（填在“裁定值”）", "以此文件为准"


def test_one_ruling_on_a_text_settles_every_row_that_says_it(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    doubtful = {"整改状态": "基本完成", "完成日期": None}
    send(folder, "a.xlsx", item(A, "X-1", **doubtful), item(A, "X-2", **doubtful))
    send(folder, "b.xlsx", item(B, "X-3", **doubtful), item(B, "X-4"))
    before = merge(folder)
    assert before.code == 1
    assert before.rows == (4, 1, 3, 0)
    assert before.figures("total", "completed", "undecided", "completed_at_most") == (4, 1, 3, 4)
    rule(before, "基本完成", MEANS, "整改中")
    assert decide(folder, before).code == 0
    after = merge(folder)
    assert after.code == 0
    assert not (after.folder / "findings.new.xlsx").exists()
    assert after.rows == (4, 4, 0, 0)
    assert after.figures("total", "completed", "ongoing", "undecided") == (4, 1, 3, 0)
    assert (
        after.said("ruled-value")[0]
        == "第 2 行『整改状态』填的是『基本完成』，按裁定计为『整改中』。"
    )
    send(folder, "later.xlsx", item(B, "X-5", **doubtful), item(B, "X-3"), item(B, "X-4"))
    later = merge(folder, LATER)
    assert later.figures("total", "completed", "ongoing", "undecided") == (5, 2, 3, 0)


def test_an_accepted_fault_counts_until_what_it_was_about_changes(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 完成日期="2020-10-12"), item(A, "X-2"))
    before = merge(folder)
    assert before.rows == (2, 1, 1, 0)
    rule(before, "晚于统计截止日期", ACCEPT)
    assert decide(folder, before).code == 0
    after = merge(folder)
    assert after.rows == (2, 2, 0, 0)
    assert "（已裁定：认可。示例丁：电话核实）" in after.said("completed-after-as-of")[0]
    send(folder, "a2.xlsx", item(A, "X-1", 完成日期="2020-10-30"), item(A, "X-2"))
    later = merge(folder, LATER)
    assert later.rows == (2, 1, 1, 0)
    assert [code for code, *_ in later.told()] == ["completed-after-as-of"]


def test_a_ruling_ends_with_its_date(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 佐证材料=None))
    before = merge(folder)
    rule(before, "佐证材料", ACCEPT, until="2020-10-12")
    assert decide(folder, before).code == 0
    assert merge(folder).told() == []
    send(folder, "a2.xlsx", item(A, "X-1", 佐证材料=None, 责任人="示例李四"))
    assert [code for code, *_ in merge(folder, LATER).told()] == ["completed-no-evidence"]


def test_an_item_left_out_is_removed_only_when_ruled(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1"), ongoing(A, "X-2"))
    merge(folder)
    send(folder, "a2.xlsx", item(A, "X-1", 责任人="示例李四"))
    asked = merge(folder, LATER)
    assert asked.figures("total", "ongoing") == (2, 1)
    rule(asked, "X-2", STATE, "撤销")
    assert decide(folder, asked).code == 0
    ruled = merge(folder, LATER)
    assert ruled.figures("total", "completed", "ongoing") == (1, 1, 0)
    assert ruled.roster == (1, 1, 0, 1)


def test_an_unknown_enterprise_is_told_who_it_is(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "x.xlsx", item("甲矿", "X-1"), item("甲矿", "X-2"))
    before = merge(folder)
    assert before.rows == (2, 0, 2, 0)
    rule(before, "甲矿", MEANS, A)
    assert decide(folder, before).code == 0
    after = merge(folder)
    assert after.rows == (2, 2, 0, 0)
    assert after.roll_call == {A: "reported", B: "missing"}


def test_the_earlier_version_counts_where_it_is_ruled_to(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "old.xlsx", item(A, "X-1"), saved="2020-10-01")
    send(folder, "new.xlsx", ongoing(A, "X-1"), saved="2020-10-08")
    before = merge(folder)
    assert before.figures("total", "completed", "ongoing") == (1, 0, 1)
    rule(before, "两个版本", KEEP)
    assert decide(folder, before).code == 0
    after = merge(folder)
    assert after.figures("total", "completed", "ongoing") == (1, 1, 0)
    assert after.told() == []


def test_lines_that_say_too_little_are_refused_with_the_reason(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 整改状态="基本完成"))
    found = merge(folder)
    rule(found, "基本完成", MEANS, "大概完成")
    said = decide(folder, found)
    assert said.code == 1
    assert "第 4 行没有收入：裁定值『大概完成』不可用" in said.out
    rule(found, "基本完成", MEANS, "整改中", why="")
    assert "第 4 行没有收入：没有填理由" in decide(folder, found).out
    rule(found, "基本完成", "随便")
    assert "『随便』不是这一行可选的裁定" in decide(folder, found).out


def test_rulings_not_taken_in_stop_the_next_merge(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 整改状态="基本完成"))
    found = merge(folder)
    rule(found, "基本完成", MEANS, "已完成")
    said = taizhang("merge", "--as-of", "2020-10-09", cwd=folder)
    assert said.code == 2
    assert "1 条裁定还没有收入" in said.err
    assert decide(folder, found).code == 0
    assert merge(folder).figures("completed") == (1,)


def test_something_else_than_a_findings_workbook_is_refused(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    workbook(tmp_path / "x.xlsx", [["a"]])
    said = taizhang("decide", "x.xlsx", cwd=folder)
    assert said.code == 2
    assert "没有『裁定』工作表" in said.err


@pytest.mark.parametrize("times", [1, 2])
def test_the_same_rulings_again_are_not_recorded_again(tmp_path: Path, times: int) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 整改状态="基本完成"))
    found = merge(folder)
    rule(found, "基本完成", MEANS, "已完成")
    for _ in range(times):
        said = decide(folder, found)
    assert ("收入裁定 1 条" if times == 1 else "收入裁定 0 条") in said.out


def test_a_ruling_on_an_absent_item_ends_with_the_next_news_of_it(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1"), ongoing(A, "X-2"))
    merge(folder)
    send(folder, "a2.xlsx", item(A, "X-1", 责任人="示例李四"))
    asked = merge(folder, LATER)
    rule(asked, "X-2", STATE, "已完成")
    assert decide(folder, asked).code == 0
    assert merge(folder, LATER).figures("completed") == (2,)
    send(folder, "a3.xlsx", item(A, "X-1"), ongoing(A, "X-2", 责任人="示例李四"))
    assert merge(folder, "2020-10-23").figures("completed", "reopened") == (1, 1)
    send(folder, "a4.xlsx", item(A, "X-1", 责任人="示例赵六"))
    last = merge(folder, "2020-10-30")
    assert last.figures("completed") == (1,)
    assert [code for code, *_ in last.told()] == ["item-missing"]


def test_a_ruling_reaches_an_item_whose_enterprise_is_silent(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 整改状态="基本完成"))
    merge(folder)
    silent = merge(folder, LATER)
    assert silent.figures("undecided") == (1,)
    rule(silent, "基本完成", MEANS, "整改中")
    assert decide(folder, silent).code == 0
    after = merge(folder, LATER)
    assert after.code == 0
    assert after.figures("total", "ongoing", "undecided") == (1, 1, 0)


def test_a_removal_is_accepted_of_an_item_whose_owner_became_known(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    text = {"问题描述": "标识牌缺失"}
    send(folder, "a.xlsx", item("陌生厂", "X-1", **text))
    merge(folder)
    send(folder, "a2.xlsx", item(A, "X-1", 整改状态="撤销", **text))
    claimed = merge(folder, LATER)
    rule(claimed, "撤销", ACCEPT)
    assert decide(folder, claimed).code == 0
    assert merge(folder, LATER).figures("total") == (0,)


ALIAS = "今后都认作（填在“裁定值”）"


def test_a_mistyped_header_ruled_an_alias_is_read_from_then_on(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    header = [("整改时线" if h == "整改时限" else h) for h in HEADER]
    row = {**item(A, "X-1"), "整改时线": "2020-09-30"}
    send(folder, "a.xlsx", row, header=header)
    before = merge(folder)
    assert before.figures("due") == (0,)
    rule(before, "表头『整改时线』疑为『整改时限』", ALIAS, "整改时限")
    said = decide(folder, before)
    assert said.code == 0, said.err
    assert "1 条作为别名记入 aliases.toml" in said.out
    after = merge(folder)
    assert after.figures("due") == (1,)
    assert not after.told("header-typo", "column-missing")
    text = (folder / "aliases.toml").read_text(encoding="utf-8")
    assert 'column = "deadline"\nlabel = "整改时线"' in text
    assert decide(folder, before).code == 0
    assert (folder / "aliases.toml").read_text(encoding="utf-8") == text


def test_a_spelling_ruled_an_alias_needs_no_second_ruling(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-1", 整改状态="搞定"))
    before = merge(folder)
    assert before.figures("completed", "undecided") == (0, 1)
    rule(before, "搞定", ALIAS, "已完成")
    assert decide(folder, before).code == 0
    after = merge(folder)
    assert after.figures("completed", "undecided") == (1, 0)
    assert after.said("ruled-value") == []


def test_a_faulty_alias_file_is_named(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    told = '[[alias]]\nledger = "rectification"\ncolumn = "deadlin"\nlabel = "期限"\n'
    (folder / "aliases.toml").write_text(told, encoding="utf-8")
    send(folder, "a.xlsx", item(A, "X-1"))
    said = taizhang("merge", "--as-of", LATER, cwd=folder)
    assert said.code == 2
    assert "aliases.toml 有错误：『整改台账』没有名为『deadlin』的列" in said.err
