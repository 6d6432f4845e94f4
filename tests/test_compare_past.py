"""What the rules on the last period find, and what an honest update does not."""

from __future__ import annotations

import json
from datetime import date

import pytest
from tables import AS_OF, ITEMS, File, coded, lines, period, registry
from weeks import open_item

from pipeline.messages import tell
from pipeline.write.report import LedgerResult

A = "甲公司"
NEXT = date(2020, 10, 16)
OLD = open_item(A, "A-1", "北侧雨水沟与污水沟相通", deadline="2020-10-31")


def _next(before: LedgerResult, *rows: dict[str, str]) -> LedgerResult:
    return period(
        ITEMS, File(lines(*rows), "十六日.xlsx"), before=before, known=registry(A), as_of=NEXT
    )


def _first(*rows: dict[str, str]) -> LedgerResult:
    return period(ITEMS, File(lines(*rows), "九日.xlsx"), known=registry(A), as_of=AS_OF)


def _codes(result: LedgerResult) -> list[str]:
    return sorted(f["code"] for f in result.findings.to_pylist() if f["severity"] in "EW")


@pytest.mark.parametrize(
    "news",
    [
        {},
        {"status": "已完成", "completed_on": "2020-10-14", "evidence": "照片"},
        {"status": "已完成", "completed_on": "2020-10-07", "evidence": "照片"},  # entered late
        {"progress": "已定方案，正在施工"},
        {"description": "北侧雨水沟 与污水沟相通。"},
        {"measures": "更换挡板，并加装围堰 20 米"},
        {"deadline": "10月31日"},
        {"extended_deadline": "2020-12-31", "approval_no": "示例环督〔2020〕12号"},
    ],
)
def test_an_honest_update_gives_no_finding(news: dict[str, str]) -> None:
    assert _codes(_next(_first(OLD), {**OLD, **news})) == []


@pytest.mark.parametrize(
    ("news", "code"),
    [
        ({"deadline": "2020-12-31"}, "deadline-moved"),
        ({"deadline": "长期坚持"}, "deadline-moved"),
        ({"description": "南侧雨水沟与污水沟相通"}, "text-rewritten"),
        ({"measures": "维持现状"}, "text-rewritten"),
        (
            {"status": "已完成", "completed_on": "2020-10-05", "evidence": "照片"},
            "completion-back-dated",
        ),
    ],
)
def test_what_is_asked_is_asked_once(news: dict[str, str], code: str) -> None:
    assert _codes(_next(_first(OLD), {**OLD, **news})) == [code]


def test_one_day_is_too_many_where_it_makes_late_into_in_time() -> None:
    late = {**OLD, "deadline": "2020-10-08"}
    done = {"status": "已完成", "completed_on": "2020-10-08", "evidence": "照片"}
    second = _next(_first(late), {**late, **done})
    assert _codes(second) == ["completion-back-dated"]


def test_both_values_and_both_sources_are_told() -> None:
    second = _next(_first(OLD), {**OLD, "deadline": "2020-12-31"})
    (found,) = coded(second, "deadline-moved")
    params = json.loads(found["params"])
    words = tell("deadline-moved", params, "zh", row=2, column="整改时限", value=found["value"])
    assert words.message == (
        "第 2 行『整改时限』为『2020-12-31』，上次为『2020-10-31』"
        "（2020-10-09 一期，九日.xlsx，工作表『整改台账』第 2 行），没有看到批准。"
    )
    assert "调整后时限" in words.remedy


def test_a_fault_that_was_changed_is_not_the_same_fault() -> None:
    wrong = {**OLD, "status": "已完成", "completed_on": "国庆前后", "evidence": "照片"}
    first = _first(wrong)
    assert "fault-unmended" in _codes(_next(first, wrong))
    assert "fault-unmended" not in _codes(_next(first, {**wrong, "completed_on": "节后"}))


@pytest.mark.parametrize("rows", [("A-2",), ("A-2", "A-1")])
def test_numbers_given_anew_are_told_once(rows: tuple[str, ...]) -> None:
    other = open_item(A, "A-2", "危废间标识牌缺失")
    first = _first(OLD, other)
    moved = [{**row, "item_no": f"N-{n}"} for n, row in enumerate((OLD, other))]
    if len(rows) == 1:
        assert _codes(_next(first, moved[0], other)) == ["number-changed"]
    else:
        assert _codes(_next(first, *moved)) == ["numbers-reassigned"]


def test_a_first_part_may_keep_the_number() -> None:
    whole = open_item(A, "A-3", "原料堆场未设围挡且雨天黑水流出厂外")
    parts = ({**whole, "description": "原料堆场未设围挡"}, open_item(A, "A-4", "雨天黑水流出厂外"))
    assert _codes(_next(_first(whole), *parts)) == ["split-proposed"]


def test_items_alike_but_for_a_number_are_no_parts() -> None:
    gone = open_item(A, "A-3", "3号沉淀池挡板破损漏泥")
    new = (
        open_item(A, "A-5", "5号沉淀池挡板破损漏泥"),
        open_item(A, "A-6", "6号沉淀池挡板破损漏泥"),
    )
    assert _codes(_next(_first(gone), *new)) == ["item-missing"]
