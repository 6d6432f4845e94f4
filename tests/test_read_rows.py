"""Layout: what each row below a header is, and what a sheet says of itself beside its rows."""

import json

import pytest
from sheets import HEADER, data, ledger, reasons, tables, told

from pipeline.model import Notice


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


# ---------------------------------------------------------------- sub-titles, hints, left-overs


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
