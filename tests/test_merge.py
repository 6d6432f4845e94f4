"""The roster before, and this period's rows, into the roster now: silence changes nothing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from tables import (
    CLEAN,
    ITEMS,
    File,
    coded,
    figures,
    lines,
    listed,
    period,
    registry,
    roster,
)

from pipeline.registry import Registry
from pipeline.write.report import LedgerResult

HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
NEXT = date(2020, 10, 16)
FIRST = period(
    ITEMS,
    HEAD + "甲公司｜LX-1｜漏水｜已完成\n甲公司｜LX-2｜扬尘｜整改中\n乙公司｜LX-3｜噪声｜整改中",
)
SOURCE = ("source_period", "source_file", "source_sheet", "source_row")


def test_each_row_has_one_disposition_and_each_item_its_source() -> None:
    table = (
        "reason｜企业名称｜问题编号｜问题描述｜整改状态\n"
        "｜甲公司｜LX-1｜漏水｜已完成\nexample｜｜｜｜\n｜甲公司｜LX-2｜扬尘｜50%\ntotal｜｜｜｜"
    )
    result = period(ITEMS, File(table, "甲公司.xlsx"))
    assert result.dispositions == {"counted": 1, "undecided": 1, "set_aside": 2}
    assert listed(result.merged.rows, "row_no", "disposition", "reason") == [
        (2, "counted", None),
        (4, "undecided", None),
    ]
    assert listed(result.merged.aside, "row_no", "disposition", "reason") == [
        (3, "set_aside", "example"),
        (5, "set_aside", "total"),
    ]
    assert roster(result, "item_no", "confirmed", "stage", *SOURCE) == [
        ("LX-1", True, "completed", "2020-10-09", "甲公司.xlsx", "整改台账", 2),
        ("LX-2", False, "undecided", "2020-10-09", "甲公司.xlsx", "整改台账", 4),
    ]


def test_a_silent_enterprise_is_carried_with_its_own_date() -> None:
    second = period(
        ITEMS, File(HEAD + "乙公司｜LX-3｜噪声｜已完成", "乙.xlsx"), before=FIRST, as_of=NEXT
    )
    assert roster(second, "item_no", "stage", "standing", *SOURCE[:2]) == [
        ("LX-3", "completed", "updated", "2020-10-16", "乙.xlsx"),
        ("LX-1", "completed", "carried", "2020-10-09", "1.xlsx"),
        ("LX-2", "ongoing", "carried", "2020-10-09", "1.xlsx"),
    ]
    assert figures(second, "total", "new_items", "newly_completed", "carried") == [3, 0, 1, 2]


def test_an_undecided_row_keeps_the_last_confirmed_state() -> None:
    second = period(ITEMS, HEAD + "甲公司｜LX-1｜改了说法的漏水｜基本完成", before=FIRST)
    assert roster(second, "item_no", "description", "stage", "standing", "confirmed")[1:] == [
        ("LX-1", "漏水", "completed", "asked", True),
        ("LX-2", "扬尘", "ongoing", "carried", True),
    ]
    assert figures(second, "total", "completed", "undecided", "carried") == [3, 1, 0, 3]


def test_an_unconfirmed_item_is_confirmed_later_and_was_never_new_twice() -> None:
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜50%")
    assert figures(first, "total", "undecided", "new_items") == [1, 1, 1]
    silent = period(ITEMS, before=first)
    assert figures(silent, "total", "undecided", "new_items") == [1, 1, 0]
    asked = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜部分完成", before=silent)
    assert figures(asked, "total", "undecided", "new_items") == [1, 1, 0]
    assert roster(asked, "status", "standing", "turn") == [("部分完成", "asked", "same")]
    done = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜已完成", before=asked)
    assert figures(done, "total", "completed", "undecided", "newly_completed") == [1, 1, 0, 1]
    assert roster(done, "confirmed", "item_id") == [(True, *roster(first, "item_id")[0])]


def test_an_unconfirmed_item_whose_text_says_completed_is_undecided() -> None:
    """Completed after the as-of date: the cell can be read, the row can't count."""
    row = CLEAN | {"status": "已完成", "completed_on": "2020-10-20", "evidence": "照片"}
    assert roster(period(ITEMS, lines(row)), "status", "stage", "pace", "confirmation") == [
        ("已完成", "undecided", None, None)
    ]


def test_a_column_that_the_sheet_lacks_keeps_what_the_roster_has() -> None:
    first = period(ITEMS, lines(CLEAN | {"deadline": "9月30日"}))
    assert roster(first, "pace") == [("overdue",)]
    second = period(
        ITEMS,
        "企业名称｜问题编号｜问题描述｜整改状态｜整改措施\n"
        "甲公司｜LX-001｜2号沉淀池挡板破损｜滞后｜",
        before=first,
        as_of=NEXT,
    )
    columns = ("deadline", "deadline.value", "planned_funds.value", "category.value", "measures")
    assert roster(second, *columns, "pace", "status.value") == [
        ("9月30日", date(2020, 9, 30), Decimal("1.5"), "废水类", None, "overdue", "未达到序时进度")
    ]


def test_a_removal_takes_a_ruling_and_until_then_the_item_counts() -> None:
    second = period(
        ITEMS, HEAD + "甲公司｜LX-1｜漏水｜撤销\n甲公司｜LX-9｜异味｜移交", before=FIRST
    )
    told = coded(second, "removal-claimed")
    assert [(f["severity"], f["row_no"], f["column"], f["value"]) for f in told] == [
        ("E", 2, "status", "撤销"),
        ("E", 3, "status", "移交"),
    ]
    assert roster(second, "item_no", "stage", "turn")[1:] == [
        ("LX-1", "completed", "same"),
        ("LX-2", "ongoing", "same"),
        ("LX-9", "undecided", "same"),
    ]
    assert figures(second, "total", "completed", "ongoing", "undecided") == [4, 1, 2, 1]


def test_reopened_and_completed_again() -> None:
    reopened = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜核查退回", before=FIRST)
    assert roster(reopened, "item_no", "turn")[1] == ("LX-1", "reopened")
    again = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜已完成", before=reopened)
    assert roster(again, "item_no", "turn")[1] == ("LX-1", "completed_now")
    assert figures(again, "total", "completed", "newly_completed", "reopened") == [3, 1, 1, 0]


def test_an_item_that_comes_in_completed_is_new_and_not_newly_completed() -> None:
    second = period(ITEMS, HEAD + "丙公司｜LX-5｜异味｜已完成", before=FIRST)
    assert figures(second, "new_items", "newly_completed", "total") == [1, 0, 4]
    assert roster(second, "item_no", "entry", "turn")[0] == ("LX-5", "new", "same")


def test_an_item_of_nobody_known_is_taken_over_when_its_enterprise_is() -> None:
    first = period(ITEMS, HEAD + "戊公司｜LX-8｜异味｜整改中", known=registry("甲公司"))
    assert roster(first, "enterprise.name", "stage") == [(None, "undecided")]
    second = period(
        ITEMS,
        HEAD + "戊公司｜LX-8｜异味｜整改中",
        before=first,
        known=registry("甲公司 戊公司"),
    )
    assert roster(second, "enterprise.name", "stage", "entry", "item_id") == [
        ("戊公司", "ongoing", "before", *roster(first, "item_id")[0])
    ]
    assert figures(second, "total", "new_items") == [1, 0]


def test_a_blank_cell_takes_a_value_away_but_never_the_number() -> None:
    first = period(ITEMS, lines(CLEAN))
    second = period(ITEMS, lines(CLEAN | {"item_no": "", "deadline": ""}), before=first)
    assert roster(second, "item_no", "key", "deadline", "deadline.value") == [
        ("LX-001", "lx-001", None, None)
    ]


def test_both_rows_of_a_doubled_number_wait_and_the_item_keeps_its_state() -> None:
    doubled = HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-1｜漏水｜已完成"
    first = period(ITEMS, doubled)
    assert first.dispositions == {"counted": 0, "undecided": 2, "set_aside": 0}
    assert figures(first, "total", "undecided") == [1, 1]
    second = period(ITEMS, doubled, before=FIRST)
    assert figures(second, "total", "completed", "undecided") == [3, 1, 0]


def test_a_finding_on_trial_takes_no_row_out() -> None:
    rules = tuple(
        rule.model_copy(update={"life": "trial"}) if rule.code == "completed-after-as-of" else rule
        for rule in ITEMS.rules
    )
    row = CLEAN | {"status": "已完成", "completed_on": "2020-10-20", "evidence": "照片"}
    profile = ITEMS.model_copy(update={"rules": rules})
    assert figures(period(profile, lines(row)), "completed", "undecided") == [1, 0]


@pytest.mark.parametrize("life", ["trial", "retired"])
def test_a_doubled_number_with_its_rule_off_is_still_one_item(life: str) -> None:
    rules = tuple(
        rule.model_copy(update={"life": life}) if rule.code == "duplicate-key" else rule
        for rule in ITEMS.rules
    )
    doubled = HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-1｜漏水｜已完成"
    profile = ITEMS.model_copy(update={"rules": rules})
    assert figures(period(profile, doubled), "total") == [1]


def test_a_row_counts_whoever_else_errs() -> None:
    table = HEAD + "甲公司｜LX-1｜漏水｜已完成\n己公司｜LX-2｜扬尘｜整改中\n｜LX-3｜｜"
    result = period(ITEMS, table)
    assert listed(result.merged.rows, "row_no", "disposition") == [
        (2, "counted"),
        (3, "undecided"),
        (4, "undecided"),
    ]


def test_without_a_registry_items_are_kept_by_the_names_given() -> None:
    unnamed = Registry(given=False)
    first = period(ITEMS, HEAD + "丁公司｜LX-1｜漏水｜整改中", known=unnamed)
    second = period(ITEMS, HEAD + "丁公司｜LX-1｜漏水｜已完成", before=first, known=unnamed)
    assert roster(second, "enterprise.name", "turn") == [("丁公司", "completed_now")]


@pytest.mark.parametrize("status", ["整改中", "已完成"])
def test_a_removed_item_that_is_told_of_again_is_counted_again(status: str) -> None:
    """Removed by a ruling in a period before; the enterprise still lists it."""
    before = with_status(FIRST, "LX-2", "撤销")
    again = period(ITEMS, HEAD + f"甲公司｜LX-2｜扬尘｜{status}", before=before)
    assert figures(again, "total") == [3]


def test_a_removed_item_stays_on_the_roster_and_in_no_total() -> None:
    before = with_status(FIRST, "LX-2", "撤销")
    silent = period(ITEMS, before=before)
    assert roster(silent, "item_no", "stage", "turn")[-1] == ("LX-2", "removed", "same")
    assert figures(silent, "total", "completed", "ongoing", "undecided") == [2, 1, 1, 0]
    others = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜已完成", before=before)
    assert coded(others, "item-missing") == []


def with_status(result: LedgerResult, number: str, status: str) -> LedgerResult:
    """Return the result as a ruling on one item would leave it."""
    table = result.ledger.roster
    pairs = listed(table, "item_no", "status.value")
    column = pa.array([status if no == number else text for no, text in pairs], pa.string())
    place = table.column_names.index("status.value")
    changed = table.set_column(place, "status.value", column)
    return replace(result, ledger=replace(result.ledger, roster=changed))
