"""Items of several enterprises count once, for the lead, where rows surely say who leads."""

import pytest
from tables import CLEAN, ITEMS, figures, lines, period

from pipeline.model import ENTERPRISE
from pipeline.rules.joint import sure_lead
from pipeline.write.report import LedgerResult

LEAD = CLEAN | {"joint_units": "牵头：甲公司；配合：乙公司"}
JOINT = CLEAN | {"enterprise": "乙公司", "item_no": "YX-003", "joint_units": "牵头：甲公司"}
JOINT_CODES = ("joint-elsewhere", "joint-known", "joint-twice")


def told(result: LedgerResult) -> list[tuple[str, str, int]]:
    found = result.findings.to_pylist()
    return sorted(
        (f["code"], f["severity"], f["row_no"]) for f in found if f["code"] in JOINT_CODES
    )


def owners(result: LedgerResult) -> list[str]:
    return sorted(result.merged.roster[ENTERPRISE].to_pylist())


def test_it_counts_for_the_lead_and_the_others_row_is_set_aside() -> None:
    result = period(ITEMS, lines(LEAD, JOINT))
    assert figures(result, "total", "joint") == [1, 1]
    assert owners(result) == ["甲公司"]
    assert result.dispositions == {"counted": 1, "undecided": 0, "set_aside": 1}
    assert told(result) == [("joint-elsewhere", "I", 3)]


def test_nothing_changes_when_both_report_again_or_the_lead_alone_is_silent() -> None:
    first = period(ITEMS, lines(LEAD, JOINT))
    again = period(ITEMS, lines(JOINT, LEAD), before=first)
    assert (figures(again, "total"), told(again)) == ([1], [("joint-elsewhere", "I", 2)])
    silent = period(ITEMS, lines(JOINT), before=first)
    assert (figures(silent, "total"), owners(silent)) == ([1], ["甲公司"])


@pytest.mark.parametrize(
    ("lead", "joint"),
    [
        ("牵头单位：甲公司，配合单位：乙公司", ""),
        ("甲公司（牵头）、乙公司（配合）", ""),
        ("乙公司配合", "甲公司牵头"),
        ("", "牵头: 甲公司"),
    ],
)
def test_ways_of_saying_who_leads(lead: str, joint: str) -> None:
    result = period(ITEMS, lines(LEAD | {"joint_units": lead}, JOINT | {"joint_units": joint}))
    assert (figures(result, "total"), told(result)) == ([1], [("joint-elsewhere", "I", 3)])


def test_two_leads_or_none_are_asked_about_and_both_count() -> None:
    for lead, joint in (("牵头：甲公司，乙公司", "牵头：乙公司，甲公司"), ("配合：乙公司", "")):
        result = period(ITEMS, lines(LEAD | {"joint_units": lead}, JOINT | {"joint_units": joint}))
        assert figures(result, "total") == [2]
        assert {code for code, _, _ in told(result)} == {"joint-twice"}


def test_one_counted_before_is_asked_about_not_dropped() -> None:
    first = period(ITEMS, lines(JOINT))
    assert (figures(first, "total"), told(first)) == ([1], [])
    result = period(ITEMS, lines(LEAD, JOINT), before=first)
    assert (figures(result, "total"), told(result)) == ([2], [("joint-known", "W", 3)])


def test_another_text_is_another_item() -> None:
    other = JOINT | {"description": "3号沉淀池出水口挡板破损"}
    assert figures(period(ITEMS, lines(LEAD, other)), "total") == [2]


def test_a_name_that_fits_two_of_them_is_not_sure() -> None:
    assert sure_lead({"甲公司": "牵头：甲公司", "乙公司": None}) == "甲公司"
    assert sure_lead({"甲公司一厂": "牵头：甲公司", "甲公司二厂": None}) is None
    assert sure_lead({"乙公司": "牵头：丙公司", "甲公司": None}) is None
    assert sure_lead({"甲公司": "（" * 5000 + "牵头", "乙公司": None}) is None
