"""Told by phone: it counts until it comes in writing, and nobody guesses which item it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from workbooks import item, merge, ongoing, send, taizhang, workspace

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER, LAST = "2020-10-16", "2020-10-23"
PHONE = ("--by", "示例王某", "--at")


def call(folder: Path, who: str, when: str, *more: str) -> str:
    said = taizhang("record", who, *PHONE, when, *more, cwd=folder)
    assert said.code == 0, said.err
    return said.out


def two_items(tmp_path: Path) -> Path:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", ongoing(A, "A-1"), ongoing(A, "A-2", 整改状态="未达到序时进度"))
    assert merge(folder).figures("total", "completed", "behind") == (2, 0, 1)
    return folder


def test_an_item_told_completed_counts_and_keeps_what_was_not_mentioned(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    told = ("--item", "A-1=已完成", "--set", "完成日期=2020年10月13日")
    out = call(folder, A, "2020-10-14 15:30", *told)
    assert "A-1 A-1号沉淀池挡板破损：整改中 → 已完成" in out
    told = merge(folder, LATER)
    assert told.figures("total", "completed", "behind", "by_phone") == (2, 1, 1, 1)
    assert told.rows == (1, 1, 0, 0)
    assert told.roll_call == {A: "phone", B: "missing"}
    assert [code for code, *_ in told.told()] == ["not-reported", "phone-only"]
    line = next(s for s in told.manifest["submissions"] if s["file"].startswith("records/"))
    assert (line["enterprise"], line["state"], line["rows"]["counted"]) == (A, "phone", 1)


@pytest.mark.parametrize(
    ("written", "code", "completed"),
    [("已完成", "phone-confirmed", 1), ("整改中", "phone-contradicted", 0)],
)
def test_the_next_file_confirms_or_contradicts(
    tmp_path: Path, written: str, code: str, completed: int
) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--item", "A-1=已完成")
    merge(folder, LATER)
    first = (item if completed else ongoing)(A, "A-1", 整改状态=written)
    send(folder, "a3.xlsx", first, ongoing(A, "A-2"), saved="2020-10-20")
    after = merge(folder, LAST)
    assert after.figures("total", "completed", "by_phone") == (2, completed, 0)
    codes = {f["code"] for f in after.manifest["findings"]}
    assert code in codes
    assert not {"phone-confirmed", "phone-contradicted", "completed-to-ongoing"} & codes - {code}


def test_a_call_after_the_file_of_the_same_week_is_newer(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", ongoing(A, "A-1", 责任人="示例李四"), saved="2020-10-06")
    first = merge(folder)
    call(folder, A, "2020-10-08", "--item", "A-1=已完成")
    again = merge(folder)
    assert first.figures("completed") == (0,)
    assert again.figures("total", "completed", "by_phone") == (1, 1, 1)
    assert again.rows == (2, 1, 0, 1)
    assert again.roll_call == {A: "reported"}


def test_a_file_saved_after_the_call_counts(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-12", "--item", "A-1=已完成")
    send(folder, "a2.xlsx", ongoing(A, "A-1"), ongoing(A, "A-2"), saved="2020-10-15")
    told = merge(folder, LATER)
    assert told.figures("total", "completed", "by_phone") == (2, 0, 0)
    assert "phone-contradicted" in {f["code"] for f in told.manifest["findings"]}


def test_counts_that_agree_change_nothing(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--count", "整改中=2")
    told = merge(folder, LATER)
    assert told.figures("total", "completed", "behind", "by_phone") == (2, 0, 1, 0)
    assert told.rows == (2, 0, 0, 2)
    assert told.roll_call[A] == "phone"


def test_counts_that_differ_are_asked_and_never_given_to_an_item(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--count", "已完成=1", "--count", "整改中=1")
    told = merge(folder, LATER)
    assert told.figures("total", "completed") == (2, 0)
    assert told.said("phone-figures") == [
        f"『{A}』电话报数：已完成 1、持续整改 1；名册现为：持续整改 2。"
        "多出的 0 项按电话报数计入，其余以名册为准。"
    ]


def test_items_nobody_knew_count_as_told_until_the_ledger_names_them(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, B, "2020-10-14", "--count", "已完成=1", "--count", "整改中=2")
    told = merge(folder, LATER)
    assert told.figures("total", "completed", "new_items", "by_phone") == (5, 1, 3, 3)
    send(folder, "b.xlsx", ongoing(B, "B-1"), item(B, "B-2"), ongoing(B, "B-3"), ongoing(B, "B-4"))
    after = merge(folder, LAST)
    names = ("total", "completed", "new_items", "newly_completed", "reopened", "by_phone")
    assert after.figures(*names) == (6, 1, 1, 0, 0, 0)


def test_fewer_in_writing_than_told_are_missed(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, B, "2020-10-14", "--count", "整改中=3")
    merge(folder, LATER)
    send(folder, "b.xlsx", ongoing(B, "B-1"))
    after = merge(folder, LAST)
    assert after.figures("total", "by_phone") == (5, 2)
    assert [f["code"] for f in after.manifest["findings"]].count("item-missing") == 2


def test_the_last_of_two_calls_counts_and_order_of_typing_does_not(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-15", "--item", "A-1=整改中")
    call(folder, A, "2020-10-13", "--item", "A-1=已完成")
    assert merge(folder, LATER).figures("completed") == (0,)


def test_no_news_by_phone(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, B, "2020-10-14", "--nil", "--how", "微信")
    assert merge(folder, LATER).roll_call == {A: "missing", B: "phone"}


def test_a_call_after_the_as_of_date_waits_for_the_next_period(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-20", "--item", "A-1=已完成")
    assert merge(folder, LATER).figures("completed") == (0,)
    assert merge(folder, LAST).figures("completed") == (1,)
    assert merge(folder, "2020-10-30").rows == (0, 0, 0, 0)


def test_deleting_the_record_takes_it_back(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--item", "A-1=已完成")
    assert merge(folder, LATER).figures("completed") == (1,)
    (record,) = (folder / "records").iterdir()
    record.unlink()
    assert merge(folder, LATER).figures("completed") == (0,)


def test_a_removal_told_by_phone_needs_a_ruling(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--item", "A-1=撤销")
    told = merge(folder, LATER)
    assert told.figures("total", "in_doubt") == (2, 1)
    assert "removal-claimed" in {f["code"] for f in told.manifest["findings"]}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--item", "A-1=基本完成"), "基本完成"),
        (("--item", "A-9=已完成"), "没有编号为『A-9』的事项，相近的有 A-1、A-2"),
        (("--item", "A-1=已完成", "--set", "完成日其=10月9日"), "是不是『完成日期』"),
        (("--count", "已完成=很多"), "状态=项数"),
        (("--item", "A-1=已完成", "--nil"), "一种"),
        ((), "一种"),
    ],
)
def test_what_is_not_sure_is_asked_at_once(
    tmp_path: Path, more: tuple[str, ...], said: str
) -> None:
    folder = two_items(tmp_path)
    told = taizhang("record", A, *PHONE, "2020-10-14", *more, cwd=folder)
    assert told.code == 2
    assert said in told.err
    assert not (folder / "records").exists()


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--item", "A-1=已完成")
    (record,) = (folder / "records").iterdir()
    record.write_text(json.dumps({**json.loads(record.read_text()), "told_at": "下周"}))
    told = taizhang("merge", "--as-of", LATER, cwd=folder)
    assert told.code == 2
    assert f"records/{record.name}" in told.err


def test_a_record_that_somebody_mails_is_no_record(tmp_path: Path) -> None:
    folder = two_items(tmp_path)
    call(folder, A, "2020-10-14", "--item", "A-1=已完成")
    (record,) = (folder / "records").iterdir()
    record.rename(folder / "inbox" / record.name)
    assert merge(folder, LATER).figures("completed", "by_phone") == (0, 0)
