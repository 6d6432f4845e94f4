"""Rules of the ledgers beside items, planted once in a clean row: that finding, on that cell."""

from __future__ import annotations

import json
from typing import Any

import pytest
from matters import (
    DIARY,
    GROUPS,
    LETTER,
    LETTERS,
    MEETING,
    NUMBER,
    OPEN_CASE,
    PLACES,
    POSTING,
    POSTINGS,
    UNITS,
    VISIT,
    at_all,
    counted,
)
from tables import CASES, CLEAN, CLEAN_CASE, ITEMS, coded, judged, lines, registry, seen

from pipeline.profile import Profile

Row = dict[str, str]
Planted = tuple[Row, Row, str, str, str]

OTHER_CASE = OPEN_CASE | {"case_no": NUMBER, "complaint": "夜间风机噪声（示例）"}
STAGE = CLEAN_CASE | {"closure": "阶段性办结", "final_due": "2020-11-15"}
NO_CASE = CLEAN_CASE | {
    "validity": "不属实", "findings": "经现场核查，不属实", "handling": "", "accountability": "",
}  # fmt: skip

CASE_RULES: list[Planted] = [
    (CLEAN_CASE, {"batch": ""}, "required", "W", "batch"),
    (CLEAN_CASE, {"case_no": ""}, "required", "E", "case_no"),
    (CLEAN_CASE, {"complaint": ""}, "required", "E", "complaint"),
    (CLEAN_CASE, {"closure": ""}, "required", "E", "closure"),
    (CLEAN_CASE, {"passed_on": ""}, "required", "W", "passed_on"),
    (CLEAN_CASE, {"case_no": "2020年9月第1号"}, "case-number-shape", "W", "case_no"),
    (CLEAN_CASE, {"case_no": "D2020091001"}, "case-number-shape", "W", "case_no"),
    (CLEAN_CASE, {"case_no": "1.23E+11"}, "number-lost", "W", "case_no"),
    (CLEAN_CASE, {"findings": "联系13800138000核实"}, "personal-data", "W", "findings"),
    (CLEAN_CASE, {"handling": "已向举报人张某反馈"}, "personal-data", "W", "handling"),
    (CLEAN_CASE, {"key_case": "是"}, "key-case-without-leader", "W", "leader"),
    (CLEAN_CASE, {"case_no": "D20200910001*"}, "key-case-without-leader", "W", "leader"),
    (CLEAN_CASE, {"case_no": "D20200910001★", "leader": "示例甲", "key_case": "否"},
     "key-case-unmarked", "W", "key_case"),
    (CLEAN_CASE, {"repeated": "是", "repeat_of": ""}, "case-repeat-without-number", "W",
     "repeat_of"),
    (CLEAN_CASE, {"reported_on": "2020-09-09"}, "case-reported-before-passed-on", "E",
     "reported_on"),
    (CLEAN_CASE, {"reported_on": "2020-10-10", "due_on": ""}, "case-reported-after-as-of", "E",
     "reported_on"),
    (CLEAN_CASE, {"reported_on": "2020-09-21"}, "case-reported-late", "I", "reported_on"),
    (OPEN_CASE, {"due_on": "2020-10-08"}, "case-reply-overdue", "W", "due_on"),
    (OPEN_CASE, {"due_on": "2020-10-12"}, "case-due-soon", "I", "due_on"),
    (OPEN_CASE, {"closed_on": "2020-10-01"}, "case-open-but-closing-day", "W", "closed_on"),
    (CLEAN_CASE, {"findings": ""}, "case-closed-without-findings", "W", "findings"),
    (STAGE, {"validity": ""}, "case-closed-validity", "W", "validity"),
    (CLEAN_CASE, {"reported_on": "", "due_on": ""}, "case-closed-unreported", "W", "reported_on"),
    (STAGE, {"handling": ""}, "case-closed-without-handling", "W", "handling"),
    (CLEAN_CASE, {"accountability": ""}, "case-closed-without-accountability", "W",
     "accountability"),
    (NO_CASE, {"accountability": "约谈车间主任"}, "unfounded-but-accountability", "W",
     "accountability"),
    (NO_CASE, {"handling": "已更换密封，责令限期整改"}, "unfounded-but-measures", "W", "handling"),
    (CLEAN_CASE, {"closed_on": "2020-09-09"}, "case-closed-before-passed-on", "E", "closed_on"),
    (CLEAN_CASE, {"closed_on": "2020-10-10"}, "case-closed-after-as-of", "E", "closed_on"),
    (STAGE, {"final_due": ""}, "case-stage-without-term", "W", "final_due"),
    (STAGE, {"final_due": "2020-10-08"}, "case-stage-overdue", "W", "final_due"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "changes", "code", "severity", "column"), CASE_RULES)
def test_a_rule_of_the_case_ledger(
    base: Row, changes: Row, code: str, severity: str, column: str
) -> None:
    table = lines(base | changes, OTHER_CASE)
    assert seen(judged(CASES, table), "EWI") == [(code, severity, 2, column)]


@pytest.mark.parametrize(
    "row",
    [
        CLEAN_CASE,
        OPEN_CASE,
        STAGE,
        NO_CASE,
        NO_CASE | {"accountability": " 不涉及 "},
        NO_CASE | {"handling": "无需整改，不予处罚"},
        CLEAN_CASE | {"case_no": "d2020 0910 001"},
        CLEAN_CASE | {"case_no": "Ｘ２０２００９１０００１"},
        CLEAN_CASE | {"case_no": "X3HN202009100001"},
        CLEAN_CASE | {"case_no": "D20200910001*", "leader": "示例甲"},
        CLEAN_CASE | {"repeated": "是", "repeat_of": "D20200901001"},
        CLEAN_CASE | {"complaint": "举报人张某（13800138000）反映异味"},
        CLEAN_CASE | {"accountability": "约谈李某，电话13800138000"},
        CLEAN_CASE | {"closed_on": "2020-09-18"},
        OPEN_CASE | {"due_on": "2020-10-13"},
        OPEN_CASE | {"due_on": ""},
        STAGE | {"final_due": "2020-10-09"},
        STAGE | {"accountability": ""},
    ],
)
def test_what_is_no_fault_of_a_case(row: Row) -> None:
    assert seen(judged(CASES, lines(row, OTHER_CASE)), "EWI") == []


@pytest.mark.parametrize(
    ("again", "found"),
    [
        ({"complaint": "厂区有异味（示例）"}, [("complaint-alike", "W", 3, "complaint")]),
        ({"complaint": "厂区有异味（示例）", "repeated": "是", "repeat_of": "D20200910001"}, []),
        ({"complaint": "厂区异味（示例）", "enterprise": "乙公司"}, []),
        ({"complaint": "2号厂区异味（示例）"}, []),
    ],
)
def test_the_same_complaint_again_is_a_repeated_case(again: Row, found: list[Any]) -> None:
    other = CLEAN_CASE | {"case_no": NUMBER} | again
    assert seen(judged(CASES, lines(CLEAN_CASE, other))) == found


def test_an_older_ledger_is_not_asked_for_columns_that_it_never_had() -> None:
    old = {n: v for n, v in STAGE.items() if n != "final_due"} | {"repeated": "是"}
    assert seen(judged(CASES, lines(old)), "EWI") == []


def test_a_case_number_twice() -> None:
    found = judged(CASES, lines(CLEAN_CASE, OPEN_CASE, OTHER_CASE))
    assert seen(found) == [
        ("duplicate-key", "E", 2, "case_no"),
        ("duplicate-key", "E", 3, "case_no"),
    ]


def test_a_case_number_at_two_enterprises_tells_where_else_it_stands() -> None:
    found = judged(CASES, lines(CLEAN_CASE, OPEN_CASE | {"enterprise": "乙公司"}))
    told = [f for f in found.to_pylist() if f["code"] == "duplicate-key"]
    assert [json.loads(f["params"])["rows"] for f in told] == [[3], [2]]


OTHERS: list[tuple[Profile, Row, Row, str, str, str]] = [
    (POSTINGS, POSTING, {"posted_on": ""}, "posting-undated", "W", "posted_on"),
    (POSTINGS, POSTING, {"photo": ""}, "posting-without-photo", "W", "photo"),
    (POSTINGS, POSTING, {"seen_on": ""}, "posting-unseen", "W", "seen_on"),
    (POSTINGS, POSTING, {"phone_posted": "否"}, "posting-without-phone", "W", "phone_posted"),
    (POSTINGS, POSTING, {"box_posted": "否"}, "posting-without-box", "W", "box_posted"),
    (POSTINGS, POSTING, {"posted_on": "2020-09-04"}, "posting-late", "W", "posted_on"),
    (POSTINGS, POSTING, {"seen_on": "2020-10-10"}, "seen-after-as-of", "E", "seen_on"),
    (POSTINGS, POSTING, {"seen_on": "2020-09-28"}, "seen-long-ago", "W", "seen_on"),
    (POSTINGS, POSTING, {"posted_on": "2020-10-08", "due_on": "", "seen_on": "2020-10-07"},
     "seen-before-posted", "W", "seen_on"),
    (POSTINGS, POSTING, {"condition": "未张贴"}, "not-posted-but-dated", "W", "posted_on"),
    (POSTINGS, POSTING, {"location": "阳光小区5号楼402室门口"}, "personal-data", "W", "location"),
    (GROUPS, VISIT, {"inspected_on": ""}, "inspection-undated", "W", "inspected_on"),
    (GROUPS, VISIT, {"inspected_on": "2020-10-10"}, "inspection-after-as-of", "E",
     "inspected_on"),
    (GROUPS, VISIT, {"state": "未开展"}, "inspection-plan-passed", "W", "inspected_on"),
    (GROUPS, VISIT, {"report": ""}, "inspection-without-report", "W", "report"),
    (GROUPS, VISIT, {"problems": ""}, "inspection-without-count", "W", "problems"),
    (GROUPS, VISIT, {"scope": "核实投诉人李四反映的异味"}, "personal-data", "W", "scope"),
    (LETTERS, LETTER, {"read_on": ""}, "letter-read-undated", "W", "read_on"),
    (LETTERS, LETTER, {"self_check": ""}, "letter-without-self-check", "W", "self_check"),
    (LETTERS, LETTER, {"self_check": "有问题已整改", "problems": ""}, "letter-problems-uncounted",
     "W", "problems"),
    (LETTERS, LETTER, {"problems": "2"}, "letter-problems-though-none", "W", "problems"),
    (LETTERS, LETTER, {"replied_on": ""}, "letter-reply-undated", "W", "replied_on"),
    (LETTERS, LETTER, {"state": "已自查", "due_on": ""}, "letter-reply-not-told", "W",
     "replied_on"),
    (LETTERS, LETTER, {"state": "已自查", "replied_on": ""}, "letter-reply-overdue", "W", "due_on"),
    (LETTERS, LETTER, {"replied_on": "2020-09-26"}, "letter-replied-late", "I", "replied_on"),
    (LETTERS, LETTER, {"replied_on": "2020-10-10", "due_on": ""}, "letter-replied-after-as-of",
     "E", "replied_on"),
    (LETTERS, LETTER, {"read_on": "2020-10-10", "replied_on": "", "state": "已自查", "due_on": ""},
     "letter-read-after-as-of", "E", "read_on"),
    (LETTERS, LETTER, {"read_on": "2020-09-13"}, "letter-read-before-issued", "E", "read_on"),
    (LETTERS, LETTER, {"replied_on": "2020-09-14"}, "letter-replied-before-read", "W",
     "replied_on"),
    (LETTERS, LETTER, {"title": "关于举报人王女士来信的函"}, "personal-data", "W", "title"),
    (DIARY, MEETING, {"done_on": ""}, "entry-undated", "W", "done_on"),
    (DIARY, MEETING, {"kind": "领导交办", "asked_by": "分管领导", "asked_on": "2020-09-01",
     "done_on": "2020-10-10"}, "entry-done-after-as-of", "E", "done_on"),
    (DIARY, MEETING, {"asked_on": "2020-09-08"}, "entry-done-before-asked", "E", "done_on"),
    (DIARY, MEETING, {"state": "办理中"}, "entry-open-with-day", "W", "done_on"),
    (DIARY, MEETING, {"done_on": "2020-09-08"}, "later-than-visit", "W", "done_on"),
    (DIARY, MEETING, {"done_on": "2020-09-06"}, "earlier-than-visit", "W", "done_on"),
    (DIARY, MEETING, {"kind": "调阅资料", "asked_on": "2020-09-07"}, "document-asked-by-whom",
     "W", "asked_by"),
    (DIARY, MEETING, {"kind": "调阅资料", "asked_by": "资料组"}, "document-asked-when", "W",
     "asked_on"),
    (DIARY, MEETING, {"state": "办理中", "done_on": "", "due_on": "2020-10-08"}, "entry-overdue",
     "W", "due_on"),
    (DIARY, MEETING, {"due_on": "2020-09-06"}, "entry-done-late", "I", "done_on"),
    (DIARY, MEETING, {"kind": "问责"}, "accountability-without-number", "W", "people"),
    (DIARY, MEETING, {"people": "2"}, "accountability-for-nothing", "W", "people"),
    (DIARY, MEETING, {"matter": "回访13800138000"}, "personal-data", "W", "matter"),
    (ITEMS, CLEAN, {"description": "投诉人李四反映粉尘"}, "personal-data", "W", "description"),
]  # fmt: skip


@pytest.mark.parametrize(("profile", "base", "changes", "code", "severity", "column"), OTHERS)
def test_a_rule_of_another_ledger(
    profile: Profile, base: Row, changes: Row, code: str, severity: str, column: str
) -> None:
    found = judged(profile, lines(base | changes), known=UNITS)
    assert seen(found, "EWI") == [(code, severity, 2, column)]


@pytest.mark.parametrize(
    ("profile", "row"),
    [
        (POSTINGS, POSTING | {"seen_on": "2020-09-29"}),
        (POSTINGS, POSTING | {"condition": "未张贴", "posted_on": "", "seen_on": "2020-09-01"}),
        (GROUPS, VISIT | {"state": "未开展", "inspected_on": "2020-10-09"}),
        (LETTERS, LETTER | {"due_on": ""}),
        (DIARY, MEETING | {"people": "0"}),
        (DIARY, MEETING | {"kind": "领导交办", "asked_by": "甲", "asked_on": "2020-09-01",
                           "people": "2"}),
    ],
)  # fmt: skip
def test_what_is_no_fault_of_another_ledger(profile: Profile, row: Row) -> None:
    assert seen(judged(profile, lines(row), known=UNITS), "EWI") == []


def test_a_posting_of_tomorrow_was_not_seen_either() -> None:
    row = POSTING | {"posted_on": "2020-10-10", "seen_on": "2020-10-10", "due_on": ""}
    assert seen(judged(POSTINGS, lines(row), known=UNITS), "EWI") == [
        ("posting-after-as-of", "E", 2, "posted_on"),
        ("seen-after-as-of", "E", 2, "seen_on"),
    ]


COVERED = {
    "operating-without-posting", "production-lacking-place", "production-not-inspected",
    "letters-not-reached", "visit-day-lacking",
}  # fmt: skip


def test_every_rule_is_planted_here() -> None:
    for profile in (CASES, POSTINGS, GROUPS, LETTERS, DIARY):
        planted = {case[2] for case in CASE_RULES} if profile is CASES else set()
        planted |= {case[3] for case in OTHERS if case[0] is profile}
        past = ("moved", "rewritten", "back_dated", "fell")  # see test_rules_past.py
        codes = {rule.code for rule in profile.rules if rule.family not in past}
        assert (
            codes - planted <= {"duplicate-key", "complaint-alike", "posting-after-as-of"} | COVERED
        ), profile.id


# ---------------------------------------------------------------- personal data


def test_the_finding_names_the_kinds_and_never_repeats_the_value() -> None:
    told = "举报人张某，13800138000，110101199001011234"
    (found,) = judged(CASES, lines(CLEAN_CASE | {"findings": told})).to_pylist()
    assert found["value"] == "举报人＊＊＊，138＊＊＊＊8000，＊＊＊"
    assert json.loads(found["params"])["kinds"]["zh"] == "姓名、手机号码、身份证号码"
    assert "13800138000" not in json.dumps(found)


# ---------------------------------------------------------------- who is not covered


def uncovered(profile: Profile, code: str, *rows: Row) -> list[tuple[str, str]]:
    """Enterprises told of, and what each lacks."""
    found = coded(counted(profile, *rows), code)
    assert {(f["severity"], f["row_id"], f["column"]) for f in found} <= {("W", None, None)}
    return [(f["enterprise"], json.loads(f["params"])["missing"]["zh"]) for f in found]


def test_each_producer_is_told_which_places_it_lacks() -> None:
    rows = [*at_all("甲公司", *PLACES), *at_all("乙公司", *PLACES[:2])]
    rows[4] |= {"box_posted": "否"}
    assert uncovered(POSTINGS, "production-lacking-place", *rows) == [
        ("乙公司", "（缺：大门外、居民区或繁华处）"),
        ("丙公司", "（缺：厂区内、大门外、居民区或繁华处）"),
    ]
    lacking = uncovered(POSTINGS, "operating-without-posting", *rows)
    assert lacking == [("丙公司", ""), ("丁公司", "")]


def test_a_producer_that_is_only_planned_is_not_inspected() -> None:
    rows = [VISIT, VISIT | {"inspection_no": "DC-02", "enterprise": "乙公司", "state": "未开展"}]
    found = uncovered(GROUPS, "production-not-inspected", *rows)
    assert found == [("乙公司", ""), ("丙公司", "")]


def test_units_that_read_no_letter_are_named() -> None:
    rows = [LETTER | {"enterprise": name} for name in ("示例总部", "甲公司", "乙公司", "丙公司")]
    rows[3] |= {"state": "未传达", "read_on": "", "replied_on": "", "due_on": ""}
    found = uncovered(LETTERS, "letters-not-reached", *rows)
    assert found == [("丙公司", ""), ("丁公司", "")]


def test_a_visit_lacks_what_is_not_done_whatever_the_day() -> None:
    kinds = ("当日会议", "整改方案", "情况报告")
    rows = [MEETING | {"entry_no": k, "kind": k, "done_on": "2020-09-09"} for k in kinds]
    rows += [MEETING | {"entry_no": "4", "enterprise": "乙公司", "done_on": "2020-09-08"}]
    found = uncovered(DIARY, "visit-day-lacking", *rows)
    assert found == [("乙公司", "（缺：整改方案、情况报告）")]


def test_a_ledger_without_rows_accuses_nobody() -> None:
    assert uncovered(POSTINGS, "production-lacking-place") == []


def test_a_retired_rule_is_silent_and_one_on_trial_says_so() -> None:
    for life, marks in (("retired", []), ("trial", [True])):
        rules = tuple(
            r.model_copy(update={"life": life}) for r in GROUPS.rules if r.family == "covered"
        )
        profile = GROUPS.model_copy(update={"rules": rules})
        rows = [VISIT, VISIT | {"inspection_no": "2", "enterprise": "乙公司"}]
        found = coded(counted(profile, *rows), "production-not-inspected")
        assert [json.loads(f["params"]).get("trial") for f in found] == marks


def test_registries_without_the_enterprise_do_no_harm() -> None:
    assert seen(judged(CASES, lines(CLEAN_CASE), known=registry("甲公司")), "EWI") == []
