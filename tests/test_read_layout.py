"""Sheets as small tables, and what layout makes of them."""

import json

import pytest

from pipeline.model import Notice
from pipeline.profile import shipped_profile
from pipeline.read.grid import Grid, Merge
from pipeline.read.labels import Labels, labels_of
from pipeline.read.layout import Ledger, lay_out

ITEMS = labels_of(shipped_profile("rectification"))
CASES = labels_of(shipped_profile("cases"))
HEADER = "序号 | 企业名称 | 问题描述 | 整改状态 | 整改措施 | 整改时限 | 责任人"


def grid(table: str, merged: tuple[Merge, ...] = (), name: str = "Sheet1") -> Grid:
    """Cells between bars, a row a line; ``⏎`` is a line break within a cell."""
    rows = [line.strip() for line in table.strip("\n").splitlines()]
    cells = [[c.strip().replace("⏎", "\n") for c in r.split("|")] if r else [] for r in rows]
    return Grid(name, cells, merged)


def ledger(table: str, merged: tuple[Merge, ...] = (), **more: object) -> Ledger:
    known: tuple[Labels, ...] = (ITEMS, CASES)
    found = lay_out(grid(table, merged), known, **more)  # type: ignore[arg-type]
    (only,) = found
    return only


def reasons(table: str, merged: tuple[Merge, ...] = ()) -> list[tuple[int, str | None]]:
    lines = ledger(table, merged).lines
    return list(zip(lines.row_no, lines.reason, strict=True))


def data(found: Ledger, column: str) -> list[str | None]:
    lines = found.lines
    return [t for t, r in zip(lines.texts[column], lines.reason, strict=True) if r is None]


def told(found: Ledger) -> list[Notice]:
    """Notices but for required columns that the small tables leave out."""
    return [n for n in found.notices if not n.code.startswith("column-missing")]


# ---------------------------------------------------------------- header


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


# ---------------------------------------------------------------- rows


def test_every_row_has_its_line_and_its_reason() -> None:
    assert reasons(
        f"""
        整改台账
        单位：万元

        {HEADER}
        示例 | 某公司 | 挡板破损 | 已完成 | 更换 | 9月底 | 张三
        1 | 甲公司 | 漏水 | 已完成 | 更换 | 9月底 | 张三

        序号 | 企业名称 | 问题描述 | 整改状态 | 整改措施 | 整改时限 | 责任人
        2 | 甲公司 | 合计3台设备未接地 | 整改中 | 更换 | 9月底 | 张三
        3 | 甲公司 | 注：标识不清 | 整改中 | 更换 | 9月底 | 张三
        合计 | | 2项 | | | |
        注：请按月报送 | | | | | |
        填报人：张三 | | | 审核人：李四 | | 2020年10月9日 |
        """
    ) == [
        (1, "title"), (2, "unit"), (3, "blank"), (5, "example"), (6, None), (7, "blank"),
        (8, "header-again"), (9, None), (10, None), (11, "total"), (12, "note"), (13, "signature"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row, reason",
    [
        ("1 | 示例甲矿业有限公司 | 破损 | 已完成", None),
        (" | 示例甲矿业有限公司 | 破损 | 已完成", None),
        ("示例1 | 某公司 | 破损 | 已完成", "example"),
        ("例： | 某公司 | 破损 | 已完成", "example"),
        ("（示例） | 某公司 | 破损 | 已完成", "example"),
        ("1 | 某公司 | 2号沉淀池出水口挡板破损（示例） | 已完成", "example"),
        ("合计 | | 38 | 24", "total"),
        ("小计： | | | 24", "total"),
        (" | | 合计 | 24", "total"),
        (" | | 合计3台设备未接地 | 24", None),
        (" | | 合计3台设备未接地 | ", None),
        ("1 | | 总计量表损坏 | ", None),
        ("备注：含子公司 | | | ", "note"),
        ("填表说明：一行一项 | | | ", "note"),
        ("二、废水类 | | | ", "note"),
        ("单位负责人（签字）： | | 填报日期： | ", "signature"),
        ("甲公司（盖章） | | | ", "signature"),
        (" | | 负责人未签字确认台账 | 整改中", None),
        (" | | 负责人未签字确认台账 | ", None),
        (" | 甲公司 | 零报告 | ", "nil"),
        ("1 | 甲公司 | 本期无整改事项。 | ", "nil"),
        ("1 | 零报告 | | ", "nil"),
        ("1 | 甲公司 | 无变化 | 无变化", "unchanged"),
        ("1 | 甲公司 | 无变化 | 已完成", None),
        ("1 | 甲公司 | 破损 | ", None),
        ("1 | 甲公司 | | 已完成", None),
        ("2 | 甲公司 | | ", "blank"),
    ],
)
def test_what_a_row_is(row: str, reason: str | None) -> None:
    table = f"{HEADER}\n{row}\n9 | 乙公司 | 漏水 | 已完成"
    assert reasons(table) == [(2, reason), (3, None)]


def test_prefilled_rows_below_the_last_real_one_are_not_there() -> None:
    rows = "\n".join(f"{i} | 甲公司 | | | | | | r{i}" for i in range(2, 300))
    found = ledger(f"{HEADER} | 行标识\n1 | 甲公司 | 漏水 | 已完成 | | | | r1\n{rows}")
    assert found.lines.row_no == [2]
    assert found.lines.token == ["r1"]
    assert found.columns.unknown == ()
    empty = ledger(f"{HEADER} | 行标识\n{rows}")
    assert (empty.lines.row_no, empty.has_data) == ([], False)


def test_set_aside_rows_keep_all_their_cells_and_give_no_text() -> None:
    found = ledger(f"{HEADER}\n1 | 甲 | 漏水 | 已完成\n合计 | | 1项 | 24")
    assert found.lines.reason == [None, "total"]
    assert json.loads(found.lines.extra[1] or "") == ["合计", "", "1项", "24"]
    assert found.lines.texts["status"] == ["已完成", None]
    assert found.lines.extra[0] is None


def test_merged_names_and_choices_fill_down_but_not_items_and_amounts() -> None:
    found = ledger(
        """
        企业名称 | 问题编号 | 问题描述 | 整改状态 | 计划资金(万元) | 责任人
        甲公司 | 1 | 漏水 | 已完成 | 5 | 张三
        | | 破损 | | |
        | | 异味 | 整改中 | |
        """,
        ((1, 0, 3, 0), (1, 1, 2, 1), (1, 3, 2, 3), (1, 4, 3, 4), (1, 5, 3, 5)),
    )
    assert data(found, "enterprise") == ["甲公司"] * 3
    assert data(found, "status") == ["已完成", "已完成", "整改中"]
    assert data(found, "person") == ["张三"] * 3
    assert data(found, "planned_funds") == ["5", None, None]
    assert data(found, "item_no") == ["1", None, None]
    assert told(found) == [Notice("merged-item", "", 2, "问题编号", "1", {"until": 3})]


def test_cells_beyond_the_header_are_kept_under_their_letter() -> None:
    found = ledger("企业名称 | 问题描述 | 整改状态\n甲 | 漏水 | 已完成 | 另见附页")
    assert json.loads(found.lines.extra[0] or "") == {"D": "另见附页"}


# ---------------------------------------------------------------- filing


@pytest.mark.parametrize(
    "above, names, filing",
    [
        ("报送类型 | | 零报告", (), "nil"),
        ("报送类型：无变化", (), "unchanged"),
        ("报送类型 | 正常报送", ("零报告.xlsx",), ""),
        ("甲公司整改台账（零报告）", (), "nil"),
        ("没有事项的请选零报告", (), ""),
        ("整改台账", ("Sheet1", "甲公司 零报告.xlsx"), "nil"),
        ("整改台账", ("无变化", "甲公司.xlsx"), "unchanged"),
        ("报送类型 | 零报告 | 无变化", (), "nil"),
        ("可报零报告、无变化", (), ""),
    ],
)
def test_what_a_sheet_says_it_files(above: str, names: tuple[str, ...], filing: str) -> None:
    assert ledger(f"{above}\n{HEADER}", names=names).filing == filing


def test_a_row_that_says_nil_counts_only_where_there_is_no_data() -> None:
    assert ledger(f"{HEADER}\n1 | 甲公司 | 零报告").filing == "nil"
    assert ledger(f"{HEADER}\n1 | 甲公司 | 零报告\n2 | 甲公司 | 漏水 | 完成").filing == ""


# ---------------------------------------------------------------- several tables, sub-titles, hints


def tables(table: str, merged: tuple[Merge, ...] = ()) -> list[Ledger]:
    return list(lay_out(grid(table, merged), (ITEMS, CASES)))


def rows(found: Ledger, *columns: str) -> list[tuple[object, ...]]:
    texts = [found.lines.texts[name] for name in columns]
    lines = zip(found.lines.row_no, found.lines.reason, *texts, strict=True)
    return [(number, *cells) for number, reason, *cells in lines if reason is None]


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


@pytest.mark.parametrize(
    ("table", "categories"),
    [
        (
            "一、废水类\n1 | 漏水 | 已完成\n二、废气类问题（1项）\n2 | 异味 | 完成",
            ["废水类", "废气类"],
        ),
        # Only what is of the same level, or higher, ends it.
        (
            "一、废水类\n（一）选矿厂\n1 | 漏水 | 已完成\n二、其余事项\n2 | 异味 | 完成",
            ["废水类", None],
        ),
        ("一、废水类\n1 | 漏水 | 已完成 | 废气类\n2 | 异味 | 完成", ["废气类", None]),
        ("一、废水类\n1 | 漏水 | 已完成 | 废水\n2 | 异味 | 完成", ["废水", "废水类"]),
    ],
)
def test_sub_titles_tell_a_choice(table: str, categories: list[str | None]) -> None:
    found = ledger(f"序号 | 问题描述 | 整改状态 | 问题类别\n{table}")
    assert data(found, "category") == categories
    told_by = [n.code for n in told(found)]
    assert told_by == (["told-by-section"] if "废水类" in categories else [])


def test_sub_titles_tell_a_column_that_the_table_lacks() -> None:
    first, second = tables(
        """
        一、已完成事项
        序号 | 企业名称 | 问题描述
        1 | 甲公司 | 漏水
        二、整改中事项
        序号 | 问题描述 | 企业名称
        1 | 破损 | 甲公司
        """
    )
    assert (data(first, "status"), data(second, "status")) == (["已完成"], ["整改中"])
    assert all(n.code != "column-missing" for n in (*first.notices, *second.notices))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("必填 | 填写全称 | 具体到设施 | 下拉选择 | | 如：2020-10-09 |", "hint"),
        (" | | | 已完成/整改中/未启动 | | 年-月-日 |", "hint"),
        ("甲 | 乙 | 1 | 2 | 3 | 4 | 5", "hint"),
        ("(1) | (2) | (3) | (4) | (5) | (6) | (7)", "hint"),
        ("1 | 甲公司 | 台账填写不规范 | 整改中 | 请人培训 | |", None),
        ("1 | 甲公司 | 台账填写不规范 | | 请人培训 | 9月底 |", None),
        (" | | | | | 本页小计 |", "total"),
        ("3 | 甲公司 | | | 总计 | |", "total"),
        ("废水类小计 | | 1项 | 1 | | |", "total"),
        ("3 | 甲公司 | | 已完成 | 增设流量累计 | |", None),
        ("3 | 甲公司 | 以下空白 | | | |", "note"),
        (" | | | | 第1页 共2页 | |", "note"),
        (" | | | | | | （转下页）", "note"),
        ("3 | 甲公司 | / | / | / | / | /", "note"),
        ("3 | 甲公司 | 共1项，已完成1项 | | | |", "total"),
        ("单位负责人意见：同意上报 | | | | | 签字： | 年 月 日", "signature"),
    ],
)
def test_rows_that_are_no_items_right_below_the_header(row: str, reason: str | None) -> None:
    assert reasons(f"{HEADER}\n{row}\n1 | 甲公司 | 漏水 | 已完成") == [(2, reason), (3, None)]


def test_hints_stand_above_the_first_item_only() -> None:
    hints = "必填 | 填写全称 | 具体到设施 | 下拉选择 | | 如：2020-10-09 |"
    assert reasons(f"{HEADER}\n1 | 甲公司 | 漏水 | 已完成\n{hints}") == [(2, None), (3, None)]


def test_defaults_drawn_down_are_no_items() -> None:
    drawn = "\n".join(f"{n} | 甲公司 | | 整改中" for n in (2, 3, 4))
    item = "1 | 甲公司 | 漏水 | 已完成"
    assert reasons(f"{HEADER}\n{item}\n{drawn}")[1:] == [(3, "blank"), (4, "blank"), (5, "blank")]
    other = f"{HEADER}\n{item}\n{drawn}\n5 | 甲公司 | | 已完成"
    assert reasons(other)[1:] == [(3, None), (4, None), (5, None), (6, None)]


def test_a_sign_alone_far_below_is_told() -> None:
    far = "\n" * 25
    found = ledger(f"{HEADER}\n1 | 甲公司 | 漏水 | 已完成{far} | | a")
    assert found.lines.reason[-1] == "note"
    assert [(n.code, n.params["cells"]) for n in told(found)] == [("stray-cells", ["C27"])]
    near = ledger(f"{HEADER}\n1 | 甲公司 | 漏水 | 已完成\n\n | | a")
    assert near.lines.reason[-1] is None
