"""Whole runs on workbooks made here: versions, owners, blank ledgers and one period after another.

Each test tells a situation a coordinator meets. Expected numbers are counted by hand from the rows.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from workbooks import (
    AS_OF,
    HEADER,
    A,
    B,
    C,
    D,
    E,
    item,
    lines,
    merge,
    ongoing,
    outputs,
    register,
    send,
    taizhang,
    workbook,
    workspace,
)

LATER = "2020-10-16"


# ------------------------------------------------------------------ numbers, versions, owners


def test_a_number_that_stands_twice_waits_and_one_used_elsewhere_is_asked(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", item(A, "X-01"), item(A, "Ｘ－01", 问题描述="另一处积水"))
    send(folder, "b.xlsx", item(B, "X-01"), item(B, "X-02"))
    found = merge(folder)
    assert found.rows == (4, 2, 2, 0)
    assert found.figures("total", "completed", "undecided") == (4, 2, 2)
    assert found.told("duplicate-key") == [
        ("duplicate-key", "a.xlsx", 2, "问题编号"),
        ("duplicate-key", "a.xlsx", 3, "问题编号"),
    ]
    assert ("key-elsewhere", "b.xlsx", 2, "问题编号") in found.told("key-elsewhere")
    assert "第 3 行" in found.said("duplicate-key")[0]


@pytest.mark.parametrize("later", ["a.xlsx", "b.xlsx"])
def test_of_two_versions_the_one_saved_later_counts(tmp_path: Path, later: str) -> None:
    folder = workspace(tmp_path, A)
    days = {name: "2020-10-07" if name == later else "2020-10-01" for name in ("a.xlsx", "b.xlsx")}
    send(folder, "a.xlsx", item(A, "X-01"), item(A, "X-02"), saved=days["a.xlsx"])
    send(folder, "b.xlsx", ongoing(A, "X-01"), ongoing(A, "X-02"), saved=days["b.xlsx"])
    found = merge(folder)
    assert found.rows == (4, 2, 0, 2)
    assert found.figures("total", "completed") == (2, 2 if later == "a.xlsx" else 0)
    assert found.told("two-versions")
    assert f"『{later}』" in found.said("two-versions")[0]


def test_an_enterprise_that_is_not_certain_is_asked_for(tmp_path: Path) -> None:
    short = [{"企业名称": f"示例东方{trade}有限公司", "简称": "东方"} for trade in ("化工", "钢铁")]
    folder = workspace(tmp_path, A, *short)
    send(
        folder, "a.xlsx", item("东方", "X-01"), item("示例甲矿业有限工司", "X-02"), item(A, "X-03")
    )
    found = merge(folder)
    assert found.rows == (3, 1, 2, 0)
    assert found.figures("total", "completed", "undecided") == (3, 1, 2)
    assert found.told("enterprise-ambiguous", "enterprise-unknown") == [
        ("enterprise-ambiguous", "a.xlsx", 2, "企业名称"),
        ("enterprise-unknown", "a.xlsx", 3, "企业名称"),
    ]
    assert A in found.said("enterprise-unknown")[0]


@pytest.mark.parametrize("number", ["X-01", None])
def test_items_of_two_unknown_enterprises_are_two(tmp_path: Path, number: str | None) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item("陌生的一厂", number, 问题描述="标识牌缺失"))
    send(folder, "b.xlsx", item("不识的二矿", number, 问题描述="标识牌缺失"))
    found = merge(folder)
    assert found.rows == (2, 0, 2, 0)
    assert found.figures("total", "undecided") == (2, 2)


def test_a_nil_row_is_the_return_of_the_enterprise_it_names(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", {"序号": 1, "企业名称": A, "问题描述": "本期无整改事项"})
    send(folder, "b.xlsx", {"序号": 1, "企业名称": B, "问题描述": "无变化"})
    found = merge(folder)
    assert found.roll_call == {A: "nil", B: "unchanged"}
    assert found.told("sender-unknown", "not-reported") == []


# ------------------------------------------------------------------ blank ledgers


FORM_HEADER = 6
"""The row of a blank ledger's header."""


def blank(folder: Path, enterprise: str, as_of: str = AS_OF) -> tuple[Any, Any, dict[str, int]]:
    """Return an enterprise's blank ledger, its sheet, and its columns by label."""
    path = folder / "output" / as_of / "blank" / f"整改台账-{enterprise}.xlsx"
    book = load_workbook(path)
    sheet = book["整改台账"]
    return book, sheet, {c.value: c.column for c in sheet[FORM_HEADER] if c.value}


def fill(sheet: Any, columns: dict[str, int], row: int, cells: dict[str, Any]) -> None:
    for label, value in cells.items():
        if label in columns and label != "企业名称":
            sheet.cell(row, columns[label], value)


def filed(sheet: Any, how: str) -> None:
    for row in sheet.iter_rows(max_row=FORM_HEADER - 1):
        for cell in row:
            if cell.value == "正常报送":
                cell.value = how


def test_blank_ledgers_come_back_filled_sorted_inserted_nil_and_empty(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B, C, D)
    assert taizhang("template", "--as-of", AS_OF, cwd=folder).code == 0
    book, sheet, columns = blank(folder, A)
    for row, cells in enumerate((item(A, "X-01"), ongoing(A, "X-02")), FORM_HEADER + 1):
        fill(sheet, columns, row, cells)
    sheet.insert_rows(FORM_HEADER + 2)
    for column in range(1, sheet.max_column + 1):  # A row copied with its hidden id.
        sheet.cell(FORM_HEADER + 2, column, sheet.cell(FORM_HEADER + 1, column).value)
    fill(sheet, columns, FORM_HEADER + 2, {"问题编号": "X-03", "问题描述": "复制后改写的一行"})
    book.save(folder / "inbox" / "1.xlsx")
    for enterprise, how in ((B, "零报告"), (C, "无变化"), (D, "正常报送")):
        book, sheet, _ = blank(folder, enterprise)
        filed(sheet, how)
        book.save(folder / "inbox" / f"{how}.xlsx")
    found = merge(folder)
    assert found.roll_call == {A: "reported", B: "nil", C: "unchanged", D: "missing"}
    assert found.figures("total", "completed", "ongoing", "undecided") == (3, 2, 1, 0)
    assert found.told("empty-return", "not-reported", "duplicate-key") == [
        ("empty-return", "正常报送.xlsx", None, "")
    ]


def test_the_next_blank_ledger_returned_whole_misses_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "1.xlsx", item(A, "X-01"), ongoing(A, "X-02"), ongoing(A, "X-03"))
    merge(folder)
    assert taizhang("template", "--as-of", LATER, cwd=folder).code == 0
    book, sheet, columns = blank(folder, A, LATER)
    rows = range(FORM_HEADER + 1, sheet.max_row + 1)
    numbers = {sheet.cell(row, columns["问题编号"]).value: row for row in rows}
    fill(sheet, columns, numbers["X-02"], item(A, "X-02", 完成日期="2020-10-14"))
    book.save(folder / "inbox" / "2.xlsx")
    found = merge(folder, LATER)
    assert found.figures("total", "completed", "ongoing", "newly_completed") == (3, 2, 1, 1)
    assert found.told("item-missing") == []


# ------------------------------------------------------------------ periods


def test_silence_a_missing_item_nil_and_unchanged_change_no_total(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B, C, D, E)
    for name, enterprise in zip("abcd", (A, B, C, D), strict=True):
        send(folder, f"{name}1.xlsx", item(enterprise, "X-01"), ongoing(enterprise, "X-02"))
    first = merge(folder)
    assert (first.rows, first.roster) == ((8, 8, 0, 0), (0, 0, 8, 0))
    send(folder, f"{B} 2.xlsx", {"序号": 1, "问题描述": "本期无整改事项"})
    send(folder, f"{C} 2.xlsx", {"序号": 1, "问题描述": "无变化"})
    send(folder, "d2.xlsx", item(D, "X-02", 完成日期="2020-10-14"), ongoing(D, "X-03"))
    found = merge(folder, LATER)
    assert found.roll_call == {A: "missing", B: "nil", C: "unchanged", D: "reported", E: "missing"}
    assert found.rows == (4, 2, 0, 2)
    assert found.roster == (1, 7, 1, 0)
    assert found.figures("total", "completed", "ongoing") == (9, 5, 4)
    assert found.figures("new_items", "newly_completed", "reopened", "carried") == (1, 1, 0, 7)
    assert found.figures("expected", "reporting", "missing") == (5, 3, 2)
    asked = {(f["code"], f["enterprise"]) for f in found.manifest["findings"] if not f["file"]}
    assert {a for a in asked if a[0] != "taken-before"} == {
        ("item-missing", D),
        ("not-reported", A),
        ("not-reported", E),
    }
    assert found.told("nil-but-items") == [("nil-but-items", f"{B} 2.xlsx", None, "")]
    assert merge(folder, "2020-10-23").figures("total", "completed", "ongoing") == (9, 5, 4)


def test_doubtful_news_of_a_known_item_leaves_it_as_it_was(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "1.xlsx", item(A, "X-01"), ongoing(A, "X-02"), item(A, None, 问题描述="尚未编号"))
    merge(folder)
    news = (ongoing(A, "X-01"), ongoing(A, "X-02", 整改状态="基本完成"))
    send(folder, "2.xlsx", *news, item(A, "X-09", 问题描述="尚未编号"))
    found = merge(folder, LATER)
    assert (found.code, found.rows) == (1, (3, 2, 1, 0))
    assert found.figures("total", "completed", "ongoing", "undecided") == (3, 1, 2, 0)
    assert found.figures("new_items", "reopened") == (0, 1)
    assert found.told("completed-to-ongoing") == [("completed-to-ongoing", "2.xlsx", 2, "整改状态")]


def test_a_new_item_in_doubt_is_not_carried(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "1.xlsx", item(A, "X-01"))
    merge(folder)
    send(folder, "2.xlsx", item(A, "X-01"), item(A, "X-02", 整改状态="基本完成"))
    found = merge(folder, LATER)
    assert found.roster == (1, 0, 1, 0)
    assert found.figures("total", "new_items", "undecided", "carried") == (2, 1, 1, 0)


def test_an_enterprise_under_a_new_name_keeps_its_items(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "1.xlsx", item(B, "X-01"), ongoing(B, "X-02"))
    merge(folder)
    new = "示例新乙化工有限公司"
    register(folder, A, {"企业名称": new, "曾用名": B})
    send(folder, "2.xlsx", item(new, "X-01"), ongoing(new, "X-02"))
    found = merge(folder, LATER)
    assert found.figures("total", "new_items", "enterprises") == (2, 0, 1)
    assert {e: v["total"] for e, v in found.ledger["by"]["enterprise"].items()} == {new: 2}


# ------------------------------------------------------------------ the run as such


def test_the_same_input_gives_the_same_bytes_in_any_order(tmp_path: Path) -> None:
    def files(folder: Path) -> list[Callable[[], Any]]:
        return [
            lambda: send(folder, "a.xlsx", item(A, "X-01"), saved="2020-10-01"),
            lambda: send(folder, "a 最终版.xlsx", ongoing(A, "X-01"), item(A, "X-02")),
            lambda: send(folder, "b.xlsx", item(B, "X-01"), item(B, "X-01", 问题描述="另一处")),
            lambda: send(folder, "sub/c.xlsx", item(C, None, 整改状态="基本完成")),
            lambda: (folder / "inbox" / "empty.xlsx").write_bytes(b""),
        ]

    made = []
    for order in (None, 1, 2):
        folder = workspace(tmp_path / "ws", A, B, C)
        todo = files(folder)
        if order is not None:
            random.Random(order).shuffle(todo)
        for make in todo:
            make()
        found = merge(folder, AS_OF, *(() if order is None else ("--jobs", str(order))))
        made.append(outputs(found.folder))
        merge(folder)
        made.append(outputs(found.folder))
        shutil.rmtree(folder)
    assert all(one == made[0] for one in made[1:])


def test_a_merged_enterprise_hands_its_items_over(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", item(A, "A-01"))
    send(folder, "b.xlsx", item(B, "B-01"), ongoing(B, "B-02"))
    assert merge(folder).figures("total", "enterprises") == (3, 2)
    register(folder, A, {"企业名称": B, "并入单位": A, "生效日期": "2020-10-12"})
    after = merge(folder, LATER)
    assert after.figures("total", "ongoing", "enterprises") == (3, 1, 1)
    assert after.roll_call == {A: "missing"}


def test_the_sheet_names_tell_the_state_where_no_column_does(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    header = [label for label in HEADER if label != "整改状态"]
    sheets = [lines([item(A, "X-1"), item(A, "X-2")], header)]
    sheets.append(lines([ongoing(A, "X-3")], header))
    workbook(folder / "inbox" / "a.xlsx", *sheets, names=("已完成事项", "未完成"))
    found = merge(folder)
    assert found.figures("total", "completed", "ongoing") == (3, 2, 1)
    assert found.told() == []
    assert [row[0] for row in found.told("told-by-sheet-name")] == ["told-by-sheet-name"] * 2
