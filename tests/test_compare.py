"""Against the roster before: what turned back, and what is no longer told of."""

import json
from datetime import date
from typing import Any

import pytest
from tables import CASES, CLEAN_CASE, ITEMS, File, coded, figures, lines, period, roster

HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
NEXT = date(2020, 10, 16)
FIRST = period(
    ITEMS,
    File(
        HEAD + "甲公司｜LX-1｜漏水｜已完成\n甲公司｜LX-2｜扬尘｜整改中\n"
        "甲公司｜LX-3｜异味｜50%\n乙公司｜LX-4｜噪声｜已完成",
        "第一期.xlsx",
    ),
)


def test_completed_to_ongoing_is_asked_with_the_period_that_said_completed() -> None:
    again = (
        HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-2｜扬尘｜整改中\n甲公司｜LX-3｜异味｜滞后"
    )
    second = period(ITEMS, again, before=FIRST, as_of=NEXT)
    (told,) = coded(second, "completed-to-ongoing")
    assert (told["severity"], told["row_no"], told["column"]) == ("W", 2, "status")
    last = {"file": "第一期.xlsx", "period": "2020-10-09", "row": 2, "sheet": "整改台账"}
    assert told["value"] == "整改中"
    assert json.loads(told["params"]) == {"older": "已完成", "period": "2020-10-09", "last": last}
    assert coded(second, "item-missing") == []
    assert figures(second, "reopened", "newly_completed", "carried") == [1, 0, 1]


@pytest.mark.parametrize("status", ["已完成", "已销号", "核查通过", "50%", "撤销"])
def test_not_every_other_state_is_a_turning_back(status: str) -> None:
    second = period(ITEMS, HEAD + f"甲公司｜LX-1｜漏水｜{status}", before=FIRST, as_of=NEXT)
    assert coded(second, "completed-to-ongoing") == []
    assert figures(second, "reopened") == [0]


def test_what_a_reporting_enterprise_leaves_out_is_asked_and_stays() -> None:
    second = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜已完成", before=FIRST, as_of=NEXT)
    told = [
        (f["severity"], f["enterprise"], f["value"], json.loads(f["params"]))
        for f in coded(second, "item-missing")
    ]
    source = {"file": "第一期.xlsx", "period": "2020-10-09", "sheet": "整改台账"}
    assert told == [
        ("W", "甲公司", "LX-2", _missed({**source, "row": 3}, "扬尘", False)),
        ("W", "甲公司", "LX-3", _missed({**source, "row": 4}, "异味", True)),
    ]
    assert figures(second, "total", "completed", "ongoing", "undecided") == [4, 2, 1, 1]


def _missed(last: dict[str, Any], text: str, pending: bool) -> dict[str, Any]:
    return {"last": last, "period": last["period"], "text": text, "pending": pending}


def test_silence_is_not_asked_item_by_item() -> None:
    second = period(ITEMS, before=FIRST, as_of=NEXT)
    assert coded(second, "item-missing") == []
    assert figures(second, "total", "carried") == [4, 4]


@pytest.mark.parametrize("filing", ["nil", "unchanged"])
def test_a_return_without_rows_leaves_nothing_out(filing: str) -> None:
    empty = File(HEAD, "甲公司.xlsx", declared={"filing": filing})
    second = period(ITEMS, empty, before=FIRST, as_of=NEXT)
    assert coded(second, "item-missing") == []
    assert figures(second, "total") == [4]


def test_an_undecided_row_still_tells_of_its_item() -> None:
    table = HEAD + "甲公司｜LX-1｜漏水｜已完成\n甲公司｜LX-2｜扬尘｜撤销\n甲公司｜LX-3｜异味｜50%"
    second = period(ITEMS, table, before=FIRST, as_of=NEXT)
    assert coded(second, "item-missing") == []


def test_a_case_ledger_is_not_reported_and_misses_nothing() -> None:
    first = period(CASES, lines(CLEAN_CASE, CLEAN_CASE | {"case_no": "2", "complaint": "异响"}))
    second = period(CASES, lines(CLEAN_CASE | {"closure": "未办结"}), before=first)
    assert coded(second, "item-missing") == []
    assert len(coded(second, "completed-to-ongoing")) == 1
    assert roster(second, "stage", "turn") == [("closed", "same"), ("open", "reopened")]


def test_an_older_version_turns_nothing_back() -> None:
    old = File(HEAD + "乙公司｜LX-4｜噪声｜整改中", "乙公司1.xlsx")
    new = File(HEAD + "乙公司｜LX-4｜噪声｜已完成", "乙公司2.xlsx")
    second = period(ITEMS, old, new, before=FIRST, as_of=NEXT)
    assert figures(second, "reopened") == [0]
    assert coded(second, "completed-to-ongoing") == []
