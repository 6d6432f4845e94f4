"""What was understood otherwise than it stands: all of it told, nothing else, and truly so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tables import (
    AS_OF,
    CASES,
    CLEAN,
    CLEAN_CASE,
    ITEMS,
    File,
    Sent,
    lines,
    listed,
    registry,
    sent,
    settled,
)
from workbooks import item, merge, ongoing, send, taizhang, workspace

from pipeline.model import ENTERPRISE, KEY, ROW_ID, TWINS, UNDERSTOOD, Decision, Period, typed
from pipeline.profile import Profile
from pipeline.registry import Registry
from pipeline.rulings import Rulings
from pipeline.settle import Settled, settle
from pipeline.settle.understood import KINDS

A, B, C = "示例甲（集团）矿业有限公司", "示例乙化工有限公司", "示例丙矿业有限公司"
KNOWN = registry("企业名称｜简称\n甲公司｜东山\n乙(集团)公司｜")


def told(found: Settled) -> list[tuple[str, ...]]:
    """Column, what stood there, what was understood, and the kind."""
    return listed(found.understood, "column", "value", "understood", "kind")


def raw(profile: Profile, *rows: Mapping[str, str]) -> Sent:
    """Rows whose cells are as given, blanks at their ends and line breaks included."""
    arrived = sent(profile, lines(dict.fromkeys(rows[0], "x"), *rows[1:]))
    table = arrived.raw.slice(0, 0)
    records = [{"sheet_id": 0, "row_no": n, **row} for n, row in enumerate(rows, start=2)]
    return replace(arrived, raw=pa.Table.from_pylist(records, schema=table.schema))


def settle_sent(
    arrived: Sent, profile: Profile = ITEMS, known: Registry = KNOWN, rulings: Rulings | None = None
) -> Settled:
    now = Period(str(AS_OF), {profile.id: AS_OF})
    return settle(
        arrived.raw, arrived.sheets, arrived.submissions, profile, known, now,
        rulings or Rulings(),
    )  # fmt: skip


def one(column: str, text: str, profile: Profile = ITEMS) -> list[tuple[str, str]]:
    """Understood form and kind of one cell in an otherwise plain row."""
    plain = CLEAN if profile is ITEMS else CLEAN_CASE
    found = settle_sent(raw(profile, {**plain, column: text}), profile)
    rows = [(t[2], t[3]) for t in told(found) if t[0] == column]
    assert len(rows) == len(told(found)), told(found)
    return rows


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *((name, text) for name, text in CLEAN.items() if text),
        ("found_on", "2020年9月1日"),
        ("found_on", "2020年09月01日"),
        ("found_on", "不详"),
        ("deadline", "长期坚持"),
        ("planned_funds", "0"),
        ("planned_funds", "-12.50"),
        ("planned_funds", "无需资金"),
        ("planned_funds", "约三万"),
        ("status", "基本完成"),
        ("item_no", "督〔2020〕1号"),
        ("item_no", "lx-001"),
        ("description", " 漏水 （东侧）\n严重 "),
        ("enterprise", "戊公司"),
    ],
)
def test_what_is_in_its_normal_form_or_was_not_understood_is_not_told(
    column: str, text: str
) -> None:
    assert one(column, text) == []


@pytest.mark.parametrize("text", ["第1批", "第一批", "1", "第十二批"])
def test_ordinals_have_several_normal_forms(text: str) -> None:
    assert one("batch", text, CASES) == []


@pytest.mark.parametrize(
    ("column", "text", "understood", "kind"),
    [
        ("status", "整改中 ", "整改中", "blanks"),
        ("status", "\u3000整改\n中\u200b", "整改中", "blanks"),
        ("item_no", " LX - 001", "LX-001", "blanks"),
        ("enterprise", "甲 公司", "甲公司", "blanks"),
        ("found_on", " 2020-09-01", "2020-09-01", "blanks"),
        ("found_on", "2020 年 9 月 1 日", "2020-09-01", "blanks"),
        ("planned_funds", "1 234.5", "1234.5", "blanks"),
        ("status", "【整改中】", "整改中", "signs"),
        ("status", "整改中。", "整改中", "signs"),
        ("item_no", "ＬＸ－００１", "LX-001", "signs"),
        ("enterprise", "乙（集团）公司", "乙(集团)公司", "signs"),
        ("found_on", "２０２０－０９－０１", "2020-09-01", "signs"),
        ("planned_funds", "１２", "12", "signs"),
        ("found_on", "2020.9.1", "2020-09-01", "date"),
        ("found_on", "2020-9-1", "2020-09-01", "date"),
        ("found_on", "二〇二〇年九月一日", "2020-09-01", "date"),
        ("found_on", "2020-09-01 08:30:00", "2020-09-01", "date"),
        ("found_on", "9月1日", "2020-09-01", "year"),
        ("deadline", "10月中旬", "2020-10-20", "period"),
        ("deadline", "2020年底前", "2020-12-31", "period"),
        ("found_on", "44075", "2020-09-01", "serial"),
        ("planned_funds", "12万元", "12", "unit"),
        ("planned_funds", "１２ 万元", "12", "unit"),
        ("planned_funds", "3,000元", "0.3", "unit"),
        ("planned_funds", "1亿", "10000", "unit"),
        ("planned_funds", "1,200.50", "1200.5", "number"),
        ("planned_funds", "1.5E+1", "15", "number"),
        ("status", "持续推进", "整改中", "spelling"),
        ("status", "×", "整改中", "spelling"),
        ("category", "Waste water", "废水类", "spelling"),
        ("enterprise", "东山", "甲公司", "name"),
    ],
)
def test_each_kind(column: str, text: str, understood: str, kind: str) -> None:
    assert one(column, text) == [(understood, kind)]
    assert kind in KINDS


@pytest.mark.parametrize(
    ("text", "understood", "kind"),
    [
        ("大气，水", "大气、水", "signs"),
        ("废水、大气", "水、大气", "spelling"),
        ("水、光污染、废水", "水", "spelling"),
    ],
)
def test_cells_with_several_values(text: str, understood: str, kind: str) -> None:
    assert one("pollution", text, CASES) == [(understood, kind)]


def test_what_stood_there_is_told_as_it_stood_and_kept_trimmed() -> None:
    found = settle_sent(raw(ITEMS, {**CLEAN, "status": " √ \n", "person": " 张三 "}))
    assert told(found) == [("status", " √ \n", "已完成", "spelling")]
    assert listed(found.rows, "status", "person") == [("√", "张三")]


def test_two_spellings_of_one_value_are_two_and_one_spelling_in_two_rows_is_one_text() -> None:
    states = ["√", "整改完成", "√", "已完成"]
    found = settle_sent(raw(ITEMS, *({**CLEAN, "status": s} for s in states)))
    assert listed(found.understood, ROW_ID, "value") == [(0, "√"), (1, "整改完成"), (2, "√")]


def test_whose_a_row_is_without_a_name() -> None:
    row = "企业名称｜问题描述｜整改状态\n｜漏水｜整改中\n甲公司｜异味｜整改中"
    by_name = settled(ITEMS, File(row, name="东山.xlsx"), known=KNOWN)
    assert told(by_name) == [("enterprise", "", "甲公司", "owner")]
    form = settled(ITEMS, File(row, declared={"enterprise": "甲公司"}), known=KNOWN)
    assert told(form) == []
    weak = File(
        "企业名称｜问题描述｜整改状态\n选矿车间｜漏水｜整改中", name="甲公司.xlsx",
        headers={"enterprise": "责任单位"},
    )  # fmt: skip
    assert told(settled(ITEMS, weak, known=KNOWN)) == [
        ("enterprise", "选矿车间", "甲公司", "owner")
    ]


def test_merged_cells_and_what_the_sheets_name_tells() -> None:
    table = """
        企业名称｜整改措施｜问题描述｜整改状态
        东山｜更换｜一｜√
        东山｜更换｜二｜√
        甲公司｜换｜三｜已完成
        """
    arrived = sent(ITEMS, File(table))
    (sheet,) = arrived.sheets
    filled = replace(sheet, filled={"enterprise": (3,), "measures": (3,)})
    assert told(settle_sent(replace(arrived, sheets=(filled,)))) == [
        ("enterprise", "", "甲公司", "filled"),
        ("enterprise", "东山", "甲公司", "name"),
        ("measures", "", "更换", "filled"),
        ("status", "√", "已完成", "spelling"),
        ("status", "√", "已完成", "spelling"),
    ]
    named = replace(sheet, name="已办结", columns={**sheet.columns, "status": "已办结"})
    of_name = [t for t in told(settle_sent(replace(arrived, sheets=(named,)))) if t[0] == "status"]
    assert of_name == [("status", "已办结", "已完成", "sheet_name")] * 3


def test_amounts_under_another_unit_were_not_understood() -> None:
    row = lines(CLEAN | {"planned_funds": "12万元"})
    found = settled(ITEMS, File(row, title="整改台账 单位：元"))
    assert told(found) == []


def test_a_ruling_is_told_as_one() -> None:
    ruling = Decision(
        ITEMS.id, "基本完成", "asked-choice", "status", "", "means", "整改中", "电话确认", "李",
        "2020-10-09",
    )  # fmt: skip
    found = settle_sent(raw(ITEMS, CLEAN | {"status": "基本完成"}), rulings=Rulings((ruling,)))
    assert told(found) == [("status", "基本完成", "整改中", "ruled")]


def test_nothing_came() -> None:
    found = settled(ITEMS, File("企业名称｜问题描述｜整改状态", "甲公司.xlsx"))
    assert found.understood.schema.equals(UNDERSTOOD)
    assert found.understood.num_rows == 0


# ------------------------------------------------------------ it is true

blank = st.sampled_from(["", "", " ", "\u3000", "\n", "\u200b"])
DATES = [
    "2020.9.1",
    "9月1日",
    "９月１日",
    "20200901",
    "10月中旬",
    "2020年底前",
    "44075",
    "二〇二〇年九月",
    "-",
]
AMOUNTS = st.from_regex(r"[-+]?[0-9１２]{1,3}(,000)?(\.[0-9]{1,8})?(万元|元|亿)?", fullmatch=True)
cells = st.fixed_dictionaries(
    {
        "enterprise": st.sampled_from(["东山", "甲公司", "乙（集团）公司", "戊"]),
        "item_no": st.text("ＬＸ－-—1０ (（〔〕）)", min_size=1, max_size=6),
        "status": st.sampled_from(["√", "【完成】", "整改中。", "100％", "50%", "滞 后"]),
        "found_on": st.sampled_from(DATES),
        "deadline": st.sampled_from(DATES),
        "planned_funds": AMOUNTS,
    }
).flatmap(
    lambda row: st.fixed_dictionaries(
        {name: st.tuples(blank, blank).map(lambda ends, t=text: ends[0] + t + ends[1])  # type: ignore[misc]
         for name, text in row.items()}
    )
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cells)
def test_settled_again_from_what_was_understood_a_cell_means_the_same(row: dict[str, str]) -> None:
    first = settle_sent(raw(ITEMS, CLEAN | row))
    again = {column: understood for column, _, understood, _ in told(first)}
    second = settle_sent(raw(ITEMS, CLEAN | row | again))
    twins = [typed(c.id) for c in ITEMS.columns if c.type in TWINS]
    for name in (*twins, ENTERPRISE, KEY):
        assert first.rows[name].to_pylist() == second.rows[name].to_pylist(), name
    assert not {column for column, *_ in told(second)} & again.keys()


# ------------------------------------------------------------ it is shown

RAW = {"整改状态": "√", "发现日期": "2020.9.8", "问题类别": "废水"}


def checked(folder: Path, *arguments: str) -> dict[str, Any]:
    said = taizhang("check", *arguments, "--as-of", "2020-10-09", "--json", cwd=folder)
    found: dict[str, Any] = json.loads(said.out)
    return found


def page(path: Path) -> list[tuple[Any, ...]]:
    """The rows of a return's second block, without their numbers."""
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    heads = [n for n, row in enumerate(rows) if row[0] == "序号"]
    return [row[1:9] for row in rows[heads[1] + 1 :]] if len(heads) > 1 else []


def test_a_return_lists_it_below_the_faults_and_the_text_counts_it(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    name = "示例甲(集团)矿业有限公司"
    send(folder, "甲.xlsx", item(name, "X-01", **RAW), item(A, "X-02", **RAW, 责任人=None))
    send(folder, "乙.xlsx", item(B, "Y-01", **RAW))
    done = merge(folder)
    assert not (done.folder / "returns" / B).exists()  # no faults, no return
    listed_below = page(done.folder / "returns" / A / "甲.xlsx")
    sheet = "整改台账"
    assert listed_below == [
        ("1", sheet, "2", "企业名称", "B2", name, A, "统一全半角、括号和标点"),
        ("2", sheet, "2", "问题类别", "E2", "废水", "废水类", "归入相应选项；第 2、3 行"),
        ("2", sheet, "2", "发现日期", "H2", "2020.9.8", "2020-09-08", "统一日期写法；第 2、3 行"),
        ("2", sheet, "2", "整改状态", "M2", "√", "已完成", "归入相应选项；第 2、3 行"),
    ]
    text = (done.folder / "returns" / A / "说明.txt").read_text(encoding="utf-8-sig")
    assert "另有 7 处写法已代为理解，无需修改。" in text


def test_a_return_that_comes_back_reads_as_before(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    path = send(folder, "甲.xlsx", item(A, "X-01", **RAW, 责任人=None))
    first = checked(folder, "inbox/甲.xlsx")
    path.write_bytes((folder / "returns" / A / "甲.xlsx").read_bytes())
    again = checked(folder, "inbox/甲.xlsx", "--out", "again")
    assert (again["understood"], again["rows"]) == (first["understood"], first["rows"])
    back = folder / "again" / "returns" / A / "甲.xlsx"
    assert load_workbook(back).sheetnames == ["须修改", "整改台账"]
    assert page(back) == page(folder / "returns" / A / "甲.xlsx")
    assert len(page(back)) == 3


def test_a_cell_that_is_asked_about_is_not_called_fine(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    late = {"整改时限": "2020.9.30", "计划资金(万元)": "3,000元"}
    header = ("企业名称", "问题编号", "问题描述", "问题来源", "问题类别", "整改措施", "整改时限",
              "责任人", "整改状态", "计划资金(万元)")  # fmt: skip
    send(folder, "甲.xlsx", ongoing(A, "X-01", **late), header=header)
    done = merge(folder)
    assert page(done.folder / "returns" / A / "甲.xlsx") == []
    assert "代为理解" not in (done.folder / "returns" / A / "说明.txt").read_text("utf-8-sig")
    everything = checked(folder, "inbox/甲.xlsx")["understood"]
    assert [(u["value"], u["understood"]) for u in everything] == [
        ("2020.9.30", "2020-09-30"),
        ("3,000元", "0.3"),
    ]


def test_a_return_holds_nothing_that_was_understood_in_others_rows(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(
        folder,
        "汇总.xlsx",
        item(A, "X-01", 发现日期="2020.9.8", 责任人=None),
        item(B, "Y-01", 发现日期="2020.9.1", 责任人=None),
    )
    done = merge(folder)
    assert [row[5] for row in page(done.folder / "returns" / A / "汇总-须修改.xlsx")] == [
        "2020.9.8"
    ]
    assert [row[5] for row in page(done.folder / "returns" / B / "汇总-须修改.xlsx")] == [
        "2020.9.1"
    ]


def test_the_coordinator_has_all_of_it_as_text(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B, {"企业名称": C, "简称": "=1+1"})
    send(folder, "乙.xlsx", item(B, "Y-01", **RAW))
    send(folder, "甲.xlsx", item("=1+1", "X-01 ", 完成日期="9月20日"))
    done = merge(folder)
    sheet = load_workbook(done.folder / "findings.xlsx")["已代为理解"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == (
        "台账", "企业名称", "文件", "工作表", "列", "原值", "理解为", "说明", "处数", "行",
    )  # fmt: skip
    assert [row[1:3] + row[4:] for row in rows] == [
        (B, "乙.xlsx", "问题类别", "废水", "废水类", "归入相应选项", 1, "第 2 行"),
        (B, "乙.xlsx", "发现日期", "2020.9.8", "2020-09-08", "统一日期写法", 1, "第 2 行"),
        (B, "乙.xlsx", "整改状态", "√", "已完成", "归入相应选项", 1, "第 2 行"),
        (C, "甲.xlsx", "企业名称", "=1+1", C, "按名录取全称", 1, "第 2 行"),
        (C, "甲.xlsx", "问题编号", "X-01 ", "X-01", "去掉空格、换行", 1, "第 2 行"),
        (C, "甲.xlsx", "完成日期", "9月20日", "2020-09-20", "补上年份（推定）", 1, "第 2 行"),
    ]  # fmt: skip
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert done.said("assumed-date") != []  # an assumption stays a finding


def test_a_later_version_is_the_one_told_of(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "旧.xlsx", item(A, "X-01", 发现日期="2020.9.8"), saved="2020-10-01")
    send(folder, "新.xlsx", item(A, "X-01", 发现日期="2020/9/8"), saved="2020-10-08")
    sheet = load_workbook(merge(folder).folder / "findings.xlsx")["已代为理解"]
    assert [row[5] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["2020/9/8"]


def test_check_prints_a_few_lines_and_json_has_all(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    days = [f"2020.9.{day}" for day in range(1, 10)]
    send(folder, "甲.xlsx", *(item(A, f"X-0{n}", 发现日期=d) for n, d in enumerate(days)))
    said = taizhang("check", "inbox/甲.xlsx", "--as-of", "2020-10-09", cwd=folder)
    assert said.code == 0
    block = said.out[said.out.index("另有") :].splitlines()
    assert block[:2] == [
        "另有 9 处写法已代为理解，无需修改：",
        "  发现日期『2020.9.1』→『2020-09-01』（统一日期写法；第 2 行）",
    ]
    assert block[7] == "  ……另有 3 处，见 --json 的 understood。"
    assert not (folder / "returns").exists()
    found = checked(folder, "inbox/甲.xlsx")["understood"]
    assert [u["value"] for u in found] == days
    assert found[0] == {
        "ledger": "rectification", "enterprise": A, "file": "甲.xlsx", "sheet": "整改台账",
        "column": "发现日期", "value": "2020.9.1", "understood": "2020-09-01", "kind": "date",
        "rows": [2], "count": 1,
    }  # fmt: skip
    english = taizhang(
        "check", "inbox/甲.xlsx", "--as-of", "2020-10-09", "--lang", "en", cwd=folder
    )
    assert "9 more cells were understood as follows" in english.out


def test_merged_cells_in_a_file_and_the_order_of_files(tmp_path: Path) -> None:
    from openpyxl import load_workbook as opened

    folder = workspace(tmp_path, A, B)
    path = send(folder, "甲.xlsx", *(item(A, f"X-{n}") for n in range(3)))
    book = opened(path)
    book.worksheets[0].merge_cells("B2:B4")
    book.save(path)
    send(folder, "乙.xlsx", item(B, "Y-01", **RAW))
    both = checked(folder, "inbox/甲.xlsx", "inbox/乙.xlsx")["understood"]
    assert both == checked(folder, "inbox/乙.xlsx", "inbox/甲.xlsx")["understood"]
    filled = [u for u in both if u["kind"] == "filled"]
    assert [(u["value"], u["understood"], u["rows"]) for u in filled] == [("", A, [3, 4])]


def test_long_lists_are_bounded(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    days = [str(date(2020, 7, 1 + n % 31)).replace("-0", "-") for n in range(9)]
    numbers = [f"X－{n:02}" for n in range(45)]
    rows = [item(A, number, 发现日期=days[n % 9], 责任人=None) for n, number in enumerate(numbers)]
    send(folder, "甲.xlsx", *rows)
    path = merge(folder).folder / "returns" / A / "甲.xlsx"
    cells_told = [row[0].value for row in load_workbook(path).worksheets[0].iter_rows()]
    assert cells_told[-1] == "另有 14 种写法未列，均已同样理解。"
    assert cells_told[-2] == "40"


def test_many_texts_of_one_column_do_not_hide_those_of_another(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    rows = [item(A, f"X－{n:02}", 责任人=None) for n in range(60)]
    send(folder, "甲.xlsx", *rows, item(A, "Y-01", 整改状态="√"))
    path = merge(folder).folder / "returns" / A / "甲.xlsx"
    columns = [row[3] for row in page(path)]
    assert columns.count("问题编号") == 39
    assert columns[39] == "整改状态"
    said = taizhang("check", "inbox/甲.xlsx", "--as-of", "2020-10-09", cwd=folder).out
    block = said[said.index("另有 61 处") :].splitlines()
    assert block[6].startswith("  整改状态『√』")
    assert block[7] == "  ……另有 55 处，见 退回件首页。"
