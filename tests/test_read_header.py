"""Layout: where a header stands, which column is which, and how many tables there are."""

import json

import pytest
from sheets import CASES, HEADER, ITEMS, data, grid, ledger, rows, tables, told

from pipeline.read.layout import lay_out


def test_labels_are_found_with_breaks_spaces_marks_and_full_width() -> None:
    found = ledger(
        """
        整改台账
        序 号 | 企业⏎名称* | ＊问题编号： | 存在　问题 | 计划资金⏎（万元） | 整改状态:
        1 | 甲公司 | LX-1 | 破损 | 3 | 已完成
        """
    )
    assert found.columns.known == {
        "serial": 0, "enterprise": 1, "item_no": 2, "description": 3,
        "planned_funds": 4, "status": 5,
    }  # fmt: skip
    assert (found.header.top, found.title, data(found, "item_no")) == (1, "整改台账", ["LX-1"])


def test_header_over_two_rows_with_group_heads() -> None:
    found = ledger(
        """
        台账
        序号 | 企业名称 | 问题描述 | 整改情况 | | 核查 |
        | | | 整改状态 | 完成日期 | 日期 | 结论
        1 | 甲公司 | 破损 | 已完成 | 2020-10-09 | 2020-10-10 | 通过
        """,
        ((1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4), (1, 5, 1, 6)),
    )
    assert found.columns.known == {
        "serial": 0, "enterprise": 1, "description": 2, "status": 3,
        "completed_on": 4, "verified_on": 5, "verification_result": 6,
    }  # fmt: skip
    assert list(zip(found.lines.row_no, found.lines.reason, strict=True)) == [
        (1, "title"),
        (4, None),
    ]
    assert told(found) == []


def test_labels_merged_over_two_rows_make_both_the_header_though_one_shows_as_many() -> None:
    found = ledger(
        """
        序号 | 企业名称 | 问题描述 | 整改状态 | 整改情况 |
        | | | | 进度说明 | 完成日期
        1 | 甲公司 | 破损 | 已完成 | 说明 | 2020-10-09
        """,
        ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 1, 3), (0, 4, 0, 5)),
    )
    assert (found.header.top, found.header.bottom) == (0, 1)
    assert found.columns.unknown == ("进度说明",)


def test_header_deeper_than_the_profile_searches_is_none() -> None:
    deep = "说明\n" * 10 + HEADER + "\n1 | 甲 | 破损 | 已完成"
    assert lay_out(grid(deep), (ITEMS,)) == ()
    assert lay_out(grid("说明\n" * 9 + HEADER), (ITEMS,))


@pytest.mark.parametrize("table", ["", "a | b | c\n1 | 2 | 3", "序号 | 备注\n1 | 无"])
def test_no_header(table: str) -> None:
    assert lay_out(grid(table), (ITEMS, CASES)) == ()


def test_the_profile_with_more_columns_wins_unless_the_file_says_which() -> None:
    table = """
        序号 | 受理编号 | 涉及企业 | 污染类型 | 是否办结 | 整改情况 | 企业名称 | 备注
        1 | D1 | 甲 | 水 | 已办结 | 完成 | 甲 | 无
        """
    assert ledger(table).labels.profile.id == "cases"
    assert ledger(table, word="rectification").labels.profile.id == "rectification"


def test_a_slip_in_a_label_is_told_and_not_taken() -> None:
    found = ledger("序号 | 企业名称 | 问题描术 | 整改状态 | 天气\n1 | 甲 | 破损 | 已完成 | 晴")
    assert "description" not in found.columns.known
    assert [(n.code, n.column, n.row, dict(n.params)) for n in told(found)] == [
        ("header-typo", "问题描术", 1, {"nearest": "问题描述"}),
        ("unknown-column", "天气", 1, {}),
    ]
    assert found.columns.unknown == ("问题描术", "天气")
    assert json.loads(found.lines.extra[0] or "") == {"问题描术": "破损", "天气": "晴"}


def test_required_columns_that_are_missing() -> None:
    found = ledger("序号 | 问题描述 | 备注\n1 | 破损 | 无")
    missing = [(n.code, n.column) for n in found.notices]
    assert missing[:2] == [
        ("column-missing-asked", "问题来源"),
        ("column-missing-asked", "问题类别"),
    ]
    assert ("column-missing", "整改状态") in missing
    assert all(column != "企业名称" for _, column in missing)


def test_two_headers_for_one_column() -> None:
    found = ledger("单位 | 企业名称 | 问题描述 | 整改状态\n甲 | 甲公司 | 破损 | 已完成")
    assert found.columns.known["enterprise"] == 1  # the label itself comes before an alias
    assert [(n.code, n.column, n.params["first"]) for n in told(found)] == [
        ("doubled-column", "单位", "企业名称")
    ]
    assert json.loads(found.lines.extra[0] or "") == {"单位": "甲"}


def test_a_weak_alias_counts_only_where_nothing_else_is_that_column() -> None:
    weak = ledger("序号 | 责任单位 | 问题描述 | 整改状态\n1 | 甲 | 破损 | 已完成")
    assert weak.columns.known["enterprise"] == 1
    both = ledger("序号 | 责任单位 | 企业名称 | 问题描述\n1 | 车间 | 甲 | 破损")
    assert both.columns.known["enterprise"] == 2
    assert [(n.code, n.column) for n in told(both)] == [("unknown-column", "责任单位")]


@pytest.mark.parametrize(
    "cells, column, share",
    [
        (["已完成", "√", "50%"], "status", None),
        (["挡板已更换", "正在采购"], "progress", None),
        (["已完成", "正在采购", "整改中", "完成"], "status", 75),
        (["", ""], "status", None),
    ],
)
def test_cells_decide_what_a_shared_label_is(
    cells: list[str], column: str, share: int | None
) -> None:
    rows = "\n".join(f"{i} | 甲 | 破损{i} | {cell}" for i, cell in enumerate(cells))
    found = ledger(f"序号 | 企业名称 | 问题描述 | 完成情况\n{rows}\n合计 | | | 24")
    assert found.columns.known[column] == 3
    notices = [(n.code, dict(n.params)) for n in told(found)]
    expected = [("ambiguous-column", {"header": "完成情况", "share": share})] if share else []
    assert notices == expected


def test_a_mixed_shared_column_beside_a_status_is_the_narrative() -> None:
    found = ledger(
        "序号 | 问题描述 | 整改状态 | 整改情况\n1 | 破损 | 已完成 | 完成\n2 | 漏水 | 整改中 | 在修"
    )
    assert (found.columns.known["status"], found.columns.known["progress"]) == (2, 3)
    assert told(found) == []


# ---------------------------------------------------------------- several tables


def test_a_second_header_in_another_order_is_a_table_of_its_own() -> None:
    first, second = tables(
        """
        甲公司整改台账
        序号 | 企业名称 | 问题描述 | 整改状态
        1 | 甲公司 | 漏水 | 已完成

        二、其余事项
        序号 | 整改状态 | 问题描述 | 企业名称
        2 | 整改中 | 破损 | 乙公司
        """
    )
    assert rows(first, "description", "status") == [(3, "漏水", "已完成")]
    assert rows(second, "description", "status") == [(7, "破损", "整改中")]
    assert second.title == "二、其余事项\n甲公司整改台账"
    assert [(n.code, n.row, n.value) for n in told(second)] == [("second-table", 6, "A6")]


def test_a_header_repeated_in_its_order_is_no_table() -> None:
    found = ledger(f"{HEADER}\n1 | 甲 | 漏水 | 已完成\n（续表）\n{HEADER}\n2 | 甲 | 破损 | 已完成")
    assert found.lines.reason == [None, "note", "header-again", None]


def test_tables_side_by_side_and_of_two_ledgers() -> None:
    left, right = tables(
        """
        序号 | 问题描述 | 整改状态 | | 序号 | 问题描述 | 整改状态
        1 | 漏水 | 已完成 | | 1 | 破损 | 整改中
        2 | 异味 | 已完成
        """
    )
    assert rows(left, "description", "status") == [(2, "漏水", "已完成"), (3, "异味", "已完成")]
    assert rows(right, "description", "status") == [(2, "破损", "整改中")]
    items, cases = tables(
        """
        序号 | 企业名称 | 问题描述 | 整改状态
        1 | 甲 | 漏水 | 已完成
        序号 | 受理编号 | 污染类型 | 是否办结 | 涉及企业
        1 | D1 | 水 | 已办结 | 甲
        """
    )
    assert (items.labels.profile.id, cases.labels.profile.id) == ("rectification", "cases")
    assert rows(items, "description") == [(2, "漏水")]


def test_what_was_before_and_after_is_no_second_table() -> None:
    (found,) = tables(
        "序号 | 问题描述 | 整改状态 | 问题描述 | 整改状态\n1 | 漏水 | 整改中 | 不漏 | 已完成"
    )
    assert [n.code for n in told(found)] == ["doubled-column", "doubled-column"]


def test_header_over_three_rows() -> None:
    found = ledger(
        """
        序号 | 企业名称 | 问题 | | 整改 |
        | | 基本情况 | | 结果 |
        | | 问题描述 | 发现日期 | 整改状态 | 完成日期
        1 | 甲公司 | 破损 | 2020-09-01 | 已完成 | 2020-10-09
        """,
        ((0, 0, 2, 0), (0, 1, 2, 1), (0, 2, 0, 3), (0, 4, 0, 5), (1, 2, 1, 3), (1, 4, 1, 5)),
    )
    assert (found.header.top, found.header.bottom) == (0, 2)
    assert rows(found, "enterprise", "description", "completed_on") == [
        (4, "甲公司", "破损", "2020-10-09")
    ]


def test_lists_of_choices_are_no_ledger() -> None:
    lists = "问题类别 | 整改状态 | 整改方式\n废水类 | 已完成 | 立行立改\n废气类 | 整改中 | 限期整改"
    assert tables(lists) == []
    assert len(tables(lists + "\n废气类 | 整改中 | 限期整改")) == 1
