"""Whole runs on workbooks made here: what comes in, and the exact figures and findings that go out.

Each test tells a situation a coordinator meets. Expected numbers are counted by hand from the rows.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import (
    AS_OF,
    HEADER,
    comma_file,
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

A, B, C, D, E = (
    f"示例{name}有限公司" for name in ("甲矿业", "乙化工", "丙冶炼", "丁煤业", "戊电力")
)
LATER = "2020-10-16"
DAY = datetime.fromisoformat("2020-09-08")


# ------------------------------------------------------------------ reading


def test_the_same_items_count_the_same_in_every_kind_of_file(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B, C, D)
    inbox = folder / "inbox"
    rows = {e: lines([item(e, "X-01"), ongoing(e, "X-02")]) for e in (A, B, C, D)}
    comma_file(inbox / "a.csv", rows[A], "utf-8")
    comma_file(inbox / "b.csv", rows[B], "gb18030")
    dates = {"发现日期": DAY, "整改时限": DAY.replace(day=30)}
    done = item(C, "X-01", **dates, 完成日期=DAY.replace(day=20))
    workbook(inbox / "c.xlsx", lines([done, ongoing(C, "X-02")]), date_1904=True)
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "整改台账 (2)"
    heads = ["序号", "企业名称", "问题", *[None] * 5, "整改", *[None] * 6]
    labels = [None, None, "问题\n编号", "来 源", *HEADER[4:]]
    nameless = [{**r, "企业名称": None} for r in (ongoing(D, "X-02"),)]
    for line in (["示例集团整改台账"], heads, labels, *lines([item(D, "X-01"), *nameless])[1:]):
        sheet.append(line)
    for merged in ("A1:O1", "A2:A3", "B2:B3", "C2:H2", "I2:O2", "B4:B5"):
        sheet.merge_cells(merged)
    book.save(inbox / "d.xlsx")
    found = merge(folder)
    by = found.ledger["by"]["enterprise"]
    parts = ("total", "completed", "completed_in_time", "ongoing", "on_schedule")
    assert {e: tuple(by[e][part] for part in parts) for e in (A, B, C, D)} == dict.fromkeys(
        (A, B, C, D), (2, 1, 1, 1, 1)
    )
    assert found.code == 0
    assert found.rows == (9, 8, 0, 1)
    assert found.figures("total", "completed", "ongoing", "undecided") == (8, 4, 4, 0)


def test_rows_that_are_no_items_are_set_aside_and_items_that_look_like_them_count(
    tmp_path: Path,
) -> None:
    folder = workspace(tmp_path, A)
    send(
        folder,
        "a.xlsx",
        {**item(A, "示例"), "序号": "示例"},
        item(A, "X-01", 问题描述="合计三处渗漏"),
        {},
        item(A, "X-02", 问题描述="注：厂区东侧积水"),
        {"序号": "小计", "问题编号": "2项"},
        {"序号": "合计", "问题描述": "共2项"},
        above=[["示例集团整改台账"], [f"填报单位：{A}"]],
        below=[["注：本表一式两份"], ["填表人：示例李四", None, "审核：示例王五"]],
    )
    found = merge(folder)
    assert found.rows == (10, 2, 0, 8)
    assert found.figures("total", "completed") == (2, 2)
    page = load_workbook(found.folder / "master.xlsx")["未计与待裁定行"]
    assert [(r[2], r[6]) for r in page.iter_rows(min_row=2, values_only=True)] == [
        ("标题行", 1), ("标题行", 2), ("示例行", 4), ("空行", 6), ("合计行", 8), ("合计行", 9),
        ("说明行", 10), ("签字行", 11),
    ]  # fmt: skip


def test_what_a_sheet_hides_is_counted_and_told(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    path = send(folder, "a.xlsx", *(item(A, f"X-0{n}") for n in range(1, 5)))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["N2"] = "=DATE(2020,9,20)"
    sheet["M3"] = "#REF!"
    sheet["M3"].data_type = "e"
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["L"].hidden = True
    book.save(path)
    found = merge(folder)
    assert found.rows == (4, 3, 1, 0)
    assert found.figures("total", "completed", "undecided", "completed_undated") == (4, 3, 1, 1)
    assert found.told("formula-without-value", "error-cell", "hidden-rows") == [
        ("error-cell", "a.xlsx", 3, "整改状态"),
        ("formula-without-value", "a.xlsx", 2, "完成日期"),
        ("hidden-rows", "a.xlsx", 4, ""),
    ]
    assert found.told("hidden-columns") == [("hidden-columns", "a.xlsx", None, "责任人")]


def test_a_file_that_cannot_be_read_costs_itself_only(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    good = send(folder, "good.xlsx", item(A, "X-01")).read_bytes()
    inbox = folder / "inbox"
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16le")
    contents = {
        "cut.xlsx": good[:3000],
        "image.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(500),
        "empty.xlsx": b"",
        "locked.xlsx": ole + bytes(4000),
        "stamped.pdf": b"%PDF-1.4\n%%EOF",
        "note.txt": "你好".encode(),
        "~$good.xlsx": b"\x05user" + bytes(100),
        "deep/er/b.xlsx": send(folder, "b.xlsx", item(B, "X-01")).read_bytes(),
    }
    (inbox / "b.xlsx").unlink()
    for name, content in contents.items():
        (inbox / name).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name).write_bytes(content)
    found = merge(folder)
    assert found.code == 1
    assert found.rows == (2, 2, 0, 0)
    assert {s["file"]: s["state"] for s in found.manifest["submissions"]} == {
        "good.xlsx": "read",
        "deep/er/b.xlsx": "read",
        "cut.xlsx": "unreadable",
        "image.xlsx": "unreadable",
        "empty.xlsx": "unreadable",
        "locked.xlsx": "unreadable",
        "stamped.pdf": "attachment",
        "note.txt": "attachment",
        "~$good.xlsx": "ignored",
    }
    codes = {f["file"]: f["code"] for f in found.manifest["findings"] if f["severity"] == "E"}
    assert codes == {
        "cut.xlsx": "package-refused",
        "image.xlsx": "unreadable-type",
        "empty.xlsx": "unreadable-type",
        "locked.xlsx": "encrypted",
    }


@pytest.mark.parametrize(
    ("label", "code", "counted"),
    [("整改状态", "column-missing", 0), ("整改措施", "column-missing-asked", 1)],
)
def test_a_ledger_without_a_column_is_told_and_the_others_count(
    tmp_path: Path, label: str, code: str, counted: int
) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", item(A, "X-01"), header=[h for h in HEADER if h != label])
    send(folder, "b.xlsx", item(B, "X-01"))
    found = merge(folder)
    assert found.rows == (2, 1 + counted, 1 - counted, 0)
    assert [text for text in found.said(code) if label in text]


def test_a_file_name_in_gbk_is_read(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    path = send(folder, "a.xlsx", item(A, "X-01"))
    try:
        path.rename(os.fsdecode(os.fsencode(path.parent) + b"/" + "整改.xlsx".encode("gbk")))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert merge(folder).figures("total") == (1,)


# ------------------------------------------------------------------ rows and their faults


def test_faulty_rows_wait_and_the_others_count(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(
        folder,
        "a.xlsx",
        item(A, "X-01"),
        item(A, "X-02", 整改状态=None),
        item(A, "X-03", 整改状态="基本完成"),
        item(A, "X-04", 问题描述=None),
        item(A, "X-05", 完成日期="2020-10-12", 整改时限="2020-10-31"),
        item(A, "X-06", 完成日期="2020-09-01"),
        item(A, "X-07", 整改时限="2020-09-01", 完成日期="2020-09-10"),
        ongoing(A, "X-08", 整改时限="2020-09-30"),
        item(A, "X-09", 完成日期=None),
        ongoing(A, "X-10", 整改时限="2020-10-09", 完成日期="2020-10-01"),
        item(A, "X-11", 整改状态="撤销"),
    )
    found = merge(folder)
    assert found.code == 1
    assert found.rows == (11, 4, 7, 0)
    assert found.figures(
        "total", "completed", "ongoing", "undecided", "overdue", "completed_undated"
    ) == (11, 2, 2, 7, 1, 1)
    assert found.told() == [
        ("asked-choice", "a.xlsx", 4, "整改状态"),
        ("completed-after-as-of", "a.xlsx", 6, "完成日期"),
        ("completed-before-found", "a.xlsx", 7, "完成日期"),
        ("completed-undated", "a.xlsx", 10, "完成日期"),
        ("deadline-before-found", "a.xlsx", 8, "整改时限"),
        ("ongoing-with-completion-date", "a.xlsx", 11, "完成日期"),
        *[f for f in found.told() if f[0] == "overdue"],
        ("removal-claimed", "a.xlsx", 12, "整改状态"),
        ("required", "a.xlsx", 3, "整改状态"),
        ("required", "a.xlsx", 5, "问题描述"),
    ]


def test_what_is_overdue_names_the_column_and_the_cell_of_the_file(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    header = ["完成时限" if label == "整改时限" else label for label in HEADER]
    send(folder, "a.xlsx", {**ongoing(A, "X-01"), "完成时限": "9月底"}, header=header)
    found = merge(folder)
    assert found.told("overdue") == [("overdue", "a.xlsx", 2, "完成时限")]
    assert [f["value"] for f in found.manifest["findings"] if f["code"] == "overdue"] == ["9月底"]


def test_a_completion_date_nobody_can_read_is_not_late(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    dates = ("9月底", "2020.9", "2020-9-31", "已完成")
    send(folder, "a.xlsx", *(item(A, f"X-0{n}", 完成日期=d) for n, d in enumerate(dates)))
    found = merge(folder)
    assert found.told() == [("unreadable-date", "a.xlsx", row, "完成日期") for row in range(2, 6)]
    assert found.figures("completed", "due_completed", "completed_late") == (4, 4, 0)
    assert found.figures("completed_undated") == (4,)


def test_deadlines_in_words_are_taken_as_said(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    words = ("2020年底前", "11月底", "9月底", "10月中旬", "1月底", "长期坚持", "尽快")
    send(folder, "a.xlsx", *(ongoing(A, f"X-0{n}", 整改时限=w) for n, w in enumerate(words)))
    found = merge(folder)
    assert found.figures("ongoing", "on_schedule", "overdue") == (7, 6, 1)
    assumed = found.said("assumed-date")
    days = ("2020年12月31日", "2020年11月30日", "2020年9月30日", "2020年10月20日", "2021年1月31日")
    assert all(w in t and d in t for w, d, t in zip(words[:5], days, assumed, strict=True))
    assert found.told("unreadable-deadline") == [("unreadable-deadline", "a.xlsx", 8, "整改时限")]


def test_ledger_text_stays_text(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    texts = ['=HYPERLINK("http://example.invalid","点")', "+cmd|' /C calc'!A0", "{{ 7 * 7 }}", "😀"]
    send(folder, "a.xlsx", *(item(A, f"X-0{n}", 问题描述=t) for n, t in enumerate(texts)))
    found = merge(folder)
    assert found.rows == (4, 4, 0, 0)
    sheet = load_workbook(found.folder / "master.xlsx")["整改台账"]
    column = [cell.value for cell in sheet[1]].index("问题描述")
    cells = [row[column] for row in sheet.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in texts]


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
