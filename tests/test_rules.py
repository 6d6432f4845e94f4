"""Each rule of the shipped ledgers, planted once in a clean row: that finding, on that cell."""

import json
from datetime import date
from decimal import Decimal

import pytest
from rule_faults import AMOUNTS, CHECKED, DONE, DONE_TEXT, OPEN_TEXT, OTHER, TEXTS, THIRD
from tables import CLEAN, ITEMS, File, judged, lines, seen

from pipeline.errors import ProfileError
from pipeline.profile import Profile
from pipeline.profile.base import Words
from pipeline.profile.schema import Rule
from pipeline.rules.families import FAMILIES, checks


def test_clean_rows_have_no_finding_at_all() -> None:
    assert seen(judged(ITEMS, lines(CLEAN, OTHER)), "EWI") == []
    assert seen(judged(ITEMS, lines(DONE)), "EWI") == []


@pytest.mark.parametrize(
    ("base", "changes", "code", "severity", "column"),
    [
        (CLEAN, {"description": ""}, "required", "E", "description"),
        (CLEAN, {"status": ""}, "required", "E", "status"),
        (CLEAN, {"source": "", "method": ""}, "required", "W", "source"),
        (CLEAN, {"category": ""}, "required", "W", "category"),
        (CLEAN, {"measures": ""}, "required", "W", "measures"),
        (CLEAN, {"deadline": ""}, "required", "W", "deadline"),
        (CLEAN, {"person": ""}, "required", "W", "person"),
        (DONE, {"completed_on": ""}, "completed-undated", "W", "completed_on"),
        (DONE, {"evidence": ""}, "completed-no-evidence", "W", "evidence"),
        (DONE, {"completed_on": "2020-10-10"}, "completed-after-as-of", "E", "completed_on"),
        (DONE, {"completed_on": "2020-08-31"}, "completed-before-found", "E", "completed_on"),
        (DONE, {"deadline": "2020-09-19"}, "completed-late", "I", "completed_on"),
        (DONE, {"deadline": "2020-08-31"}, "deadline-before-found", "E", "deadline"),
        (CLEAN, {"completed_on": "2020-09-20"}, "ongoing-with-completion-date", "W",
         "completed_on"),
        (CLEAN, {"planned_funds": ""}, "plan-incomplete", "W", "planned_funds"),
        (CLEAN, {"contingency": ""}, "plan-incomplete", "W", "contingency"),
        (CLEAN, {"deadline": "2020-10-08"}, "overdue", "W", "deadline"),
        (CLEAN, {"extended_deadline": "2021-01-31"}, "extension-without-approval", "W",
         "approval_no"),
        (CLEAN, {"deadline": "2020-10-09"}, "due-soon", "I", "deadline"),
        (CLEAN, {"deadline": "2020-10-16"}, "due-soon", "I", "deadline"),
        (CLEAN, {"status": "滞后", "deadline": "2020-10-16"}, "due-soon", "I", "deadline"),
        (CLEAN, {"description": "待定"}, "placeholder", "W", "description"),
        (CLEAN, {"measures": "／"}, "placeholder", "W", "measures"),
        (CLEAN, {"person": " 无 "}, "placeholder", "W", "person"),
        (CLEAN, {"phone": "1.39E+10"}, "number-lost", "W", "phone"),
        (CLEAN, {"phone": "1390000000"}, "phone-no-phone", "W", "phone"),
        (CLEAN, {"phone": "139000000000"}, "phone-no-phone", "W", "phone"),
        (CLEAN, {"phone": "办公室"}, "phone-no-phone", "W", "phone"),
        (CLEAN, {"phone": "无"}, "phone-no-phone", "W", "phone"),
        (CLEAN, {"item_no": "2003-03-22"}, "number-lost", "W", "item_no"),
    ],
)  # fmt: skip
def test_a_rule_of_the_rectification_ledger(
    base: dict[str, str], changes: dict[str, str], code: str, severity: str, column: str
) -> None:
    found = seen(judged(ITEMS, lines(base | changes, OTHER)), "EWI")
    extra = [("completed-late", "I", 2, "completed_on")] if code == "deadline-before-found" else []
    assert found == sorted([(code, severity, 2, column), *extra])


@pytest.mark.parametrize(
    "changes",
    [
        {"deadline": "2020-10-17"},
        {"deadline": "2020-10-08", "extended_deadline": "2020-10-31", "approval_no": "1号"},
        {"deadline": "长期坚持"},
        {"source": "企业自行提出", "planned_funds": "", "contingency": ""},
        {"method": "立行立改", "found_on": "2020-09-09", "planned_funds": "", "contingency": ""},
        {"planned_funds": "0", "contingency": "无"},
        {"item_no": ""},
        {"phone": " 139 0000 0000 "},
        {"phone": "１３９００００００００"},
        {"phone": "13900000000、0871-0000000"},
        {"phone": "13900000000／13800000000"},
        {"phone": "0871-00000000转801"},
        {"phone": "0871—0000000"},
        {"phone": "（0871）0000000"},
        {"phone": "13900000000⏎13800000000"},
        {"phone": "87100000"},
        {"phone": "+86 13900000000"},
        {"phone": "+86 139-0000-0000"},
        {"description": "无组织排放"},
        {"status": "撤销", "deadline": "2020-10-08"},
    ],
)
def test_what_is_no_fault(changes: dict[str, str]) -> None:
    assert seen(judged(ITEMS, lines(CLEAN | changes, OTHER)), "EWI") == []


@pytest.mark.parametrize("day", ["2020-09-20", "2020-10-09"])
def test_the_as_of_date_and_the_deadline_itself_are_in_time(day: str) -> None:
    assert seen(judged(ITEMS, lines(DONE | {"completed_on": day, "deadline": day})), "EWI") == []


def test_an_item_is_overdue_by_the_cell_that_set_its_deadline() -> None:
    extended = {"deadline": "2020-09-01", "extended_deadline": "2020-10-08"}
    approved = lines(CLEAN | extended | {"approval_no": "1号"})
    assert seen(judged(ITEMS, approved)) == [("overdue", "W", 2, "extended_deadline")]
    assert seen(judged(ITEMS, lines(CLEAN | extended))) == [
        ("extension-without-approval", "W", 2, "approval_no"),
        ("overdue", "W", 2, "deadline"),
    ]


def test_the_same_row_is_overdue_only_from_the_day_after() -> None:
    table = lines(CLEAN | {"deadline": "2020-10-09"})
    codes = [seen(judged(ITEMS, table, as_of=date(2020, 10, d)), "EWI")[0][0] for d in (9, 10)]
    assert codes == ["due-soon", "overdue"]


def test_a_number_twice_in_a_file_tells_each_row_of_the_others() -> None:
    unnumbered = CLEAN | {"item_no": "", "description": "雨水沟淤堵"}
    table = lines(CLEAN, OTHER | {"item_no": "ｌｘ-001"}, OTHER | THIRD, unnumbered)
    found = judged(ITEMS, table)
    assert seen(found) == [
        ("duplicate-key", "E", 2, "item_no"),
        ("duplicate-key", "E", 3, "item_no"),
    ]
    assert [json.loads(f["params"])["rows"] for f in found.to_pylist()] == [[3], [2]]


def test_one_number_at_two_enterprises_is_another_item_but_a_series_is_asked_about() -> None:
    table = lines(
        CLEAN,
        OTHER | {"item_no": "LX-001", "enterprise": "乙公司"},
        OTHER | {"item_no": "7"},
        CLEAN | {"item_no": "7", "enterprise": "乙公司"},
    )
    found = judged(ITEMS, table)
    codes = [f for f in seen(found) if f[0] != "enterprise-differs"]
    assert codes == [
        ("key-elsewhere", "W", 2, "item_no"),
        ("key-elsewhere", "W", 3, "item_no"),
    ]
    owners = [json.loads(f["params"])["owners"] for f in found.to_pylist()]
    assert owners == [["乙公司"], ["甲公司"]]


def test_a_number_in_two_files_is_not_the_rules_business() -> None:
    assert seen(judged(ITEMS, lines(CLEAN), lines(CLEAN)), "EWI") == []


def test_every_rule_is_planted_here() -> None:
    planted = {
        mark.args[1][n][2]
        for mark in test_a_rule_of_the_rectification_ledger.pytestmark
        for n in range(len(mark.args[1]))
    }
    codes = {rule.code for rule in ITEMS.rules}
    elsewhere = {
        code for told in (*CHECKED, *OPEN_TEXT, *DONE_TEXT, *AMOUNTS, *TEXTS) for code in told[2:3]
    }
    compared = {
        "personal-data",
        "duplicate-key",
        "key-elsewhere",
        "description-alike",
        "joint-twice",
    }
    past = ("moved", "rewritten", "back_dated", "stalled", "same_fault", "fell")
    held = {rule.code for rule in ITEMS.rules if rule.family in past}  # see test_eight_weeks.py
    assert codes - planted - elsewhere - held == compared


@pytest.mark.parametrize("told", ITEMS.rules, ids=lambda rule: rule.code)
def test_every_rule_says_why_and_whence(told: Rule) -> None:
    assert told.faulty
    for words in (told.why, told.source):
        assert words is not None
        assert words.zh
        assert words.en


def test_a_column_that_the_sheet_lacks_is_not_asked_for_in_every_row() -> None:
    having = {name: cell for name, cell in CLEAN.items() if name != "category"}
    blank = CLEAN | {"category": ""}
    first, second = File(lines(having), "1.xlsx"), File(lines(blank), "2.xlsx")
    assert [
        (f["code"], f["submission"], f["column"]) for f in judged(ITEMS, first, second).to_pylist()
    ] == [("required", 1, "category")]


def rule(**told: object) -> Rule:
    base = {"code": "own", "family": "not_after", "severity": "E"}
    return Rule.model_validate({**base, **told})


def with_rules(*rules: Rule) -> Profile:
    return ITEMS.model_copy(update={"rules": rules})


def test_days_shift_the_limit() -> None:
    """Verified more than a week after completion; visited up to three days before it was found."""
    late = rule(column="verified_on", other="completed_on", days=7)
    early = rule(code="early", family="not_before", column="reported_on", other="found_on", days=3)
    profile = with_rules(late, early)
    row = DONE | {"verified_on": "2020-09-27", "reported_on": "2020-08-29"}
    assert seen(judged(profile, lines(row))) == []
    row |= {"verified_on": "2020-09-28", "reported_on": "2020-08-28"}
    assert seen(judged(profile, lines(row))) == [
        ("early", "E", 2, "reported_on"),
        ("own", "E", 2, "verified_on"),
    ]


@pytest.mark.parametrize(
    ("life", "marks"), [("active", [False]), ("trial", [True]), ("retired", [])]
)
def test_a_rule_on_trial_is_marked_and_a_retired_one_silent(life: str, marks: list[bool]) -> None:
    profile = with_rules(rule(column="completed_on", other="as_of", life=life))
    found = judged(profile, lines(DONE | {"completed_on": "2020-10-10"})).to_pylist()
    assert [f["trial"] for f in found] == marks


def test_an_unknown_family_is_refused_with_those_there_are() -> None:
    with pytest.raises(ProfileError) as refused:
        checks(with_rules(rule(family="not_afer")))
    assert refused.value.message == "rules(own)：没有名为『not_afer』的规则"
    assert refused.value.remedy == "可用：" + "、".join(FAMILIES)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_a_rule_without_what_its_family_needs_is_refused(family: str) -> None:
    needed, _ = FAMILIES[family]
    whole = {
        "column": "completed_on", "columns": ("evidence",), "other": "due", "days": 0,
        "values": ("无",), "masks": ("9",), "phrases": ("正在",), "least": Decimal(1),
        "most": Decimal(9), "times": Decimal(2), "percent": 90,
        "because": Words(zh="须填", en="needed"),
        "figure": "undecided", "periods": 4,
    }  # fmt: skip
    given = {name: whole[name] for name in needed}
    assert len(checks(with_rules(rule(family=family, **given)))) > len(checks(with_rules()))
    for name in needed:
        lacking = {n: value for n, value in given.items() if n != name}
        with pytest.raises(ProfileError, match=rf"rules\(own\)：{family} 须给出 {name}"):
            checks(with_rules(rule(family=family, **lacking)))
