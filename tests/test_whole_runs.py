"""Whole runs on workbooks made here: files and rows come in, exact figures go out.

Each test tells a situation a coordinator meets. Expected numbers are counted by hand from the rows.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import (
    HEADER,
    A,
    B,
    C,
    D,
    comma_file,
    item,
    lines,
    merge,
    ongoing,
    send,
    workbook,
    workspace,
)

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
