"""Days allowed and working days: what is due where a row names no date, and what is late."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from live_forms import judged as filled_in
from matters import (
    NUMBER,
    OPEN_CASE,
)
from tables import CASES, CLEAN_CASE, judged, lines, period, seen

from pipeline.profile import Profile
from pipeline.profile.schema import Rule
from pipeline.rules.live import live_and_later
from pipeline.workdays import Calendar


def allowing(profile: Profile, calendar: Calendar | None = None, **days: Any) -> Profile:
    """The ledger as a campaign has it that allows so many days."""
    derived = tuple(d.model_copy(update=days) if d.id == "due" else d for d in profile.derived)
    return profile.model_copy(update={"derived": derived, "calendar": calendar or profile.calendar})


def test_days_allowed_count_where_a_row_names_no_date() -> None:
    """From 25 September: 10 days are over on 5 October; 10 working days last until 15 October."""
    row = OPEN_CASE | {"passed_on": "2020-09-25", "due_on": ""}
    found = judged(allowing(CASES, days=10), lines(row))
    assert seen(found, "EWI") == [("case-reply-overdue", "W", 2, "due_on")]
    params = json.loads(found.to_pylist()[0]["params"])
    assert params["date"] == "2020-10-05"
    assert params["reckoned"]["zh"] == "（交办日期后 10 天）"
    working = allowing(CASES, working_days=10)
    assert seen(judged(working, lines(row)), "EWI") == []
    last = judged(working, lines(row), as_of=date(2020, 10, 15))
    assert seen(last, "EWI") == [("case-due-soon", "I", 2, "due_on")]
    over = judged(working, lines(row), as_of=date(2020, 10, 16))
    assert seen(over, "EWI") == [("case-reply-overdue", "W", 2, "due_on")]
    assert json.loads(over.to_pylist()[0]["params"])["date"] == "2020-10-15"


def test_what_came_late_is_told_against_the_column_that_names_the_day() -> None:
    allowed = allowing(CASES, days=10)
    told = {"passed_on": "2020-09-10", "reported_on": "2020-09-22"}
    for due, other, reckoned in (
        ("2020-09-21", "due_on", None), ("", "due", "（交办日期后 10 天）"),
    ):  # fmt: skip
        (found,) = judged(allowed, lines(CLEAN_CASE | told | {"due_on": due})).to_pylist()
        params = json.loads(found["params"])
        assert (found["code"], params["other"]) == ("case-reported-late", other)
        assert params.get("reckoned", {}).get("zh") == reckoned


def test_a_date_in_the_row_goes_before_the_days_allowed() -> None:
    row = OPEN_CASE | {"passed_on": "2020-09-01", "due_on": "2020-10-20"}
    assert seen(judged(allowing(CASES, working_days=5), lines(row)), "EWI") == []


def test_without_either_nothing_is_due() -> None:
    result = period(CASES, lines(OPEN_CASE | {"due_on": "", "passed_on": "2020-01-01"}))
    assert result.ledger.roster.column("reply").to_pylist() == [None]


def test_the_campaigns_own_days_off_and_on_count() -> None:
    row = OPEN_CASE | {"passed_on": "2020-10-09", "due_on": ""}
    for calendar, due in (
        (Calendar(), date(2020, 10, 13)),
        (Calendar(days_off=frozenset({date(2020, 10, 10)})), date(2020, 10, 14)),
        (Calendar(working_days=frozenset({date(2020, 10, 11)})), date(2020, 10, 12)),
    ):
        result = period(allowing(CASES, calendar, working_days=3), lines(row))
        assert result.ledger.roster.column("due.value").to_pylist() == [due]


def test_a_year_that_is_not_arranged_is_told_and_only_its_weekends_are_off() -> None:
    row = OPEN_CASE | {"passed_on": "2027-09-30", "due_on": ""}
    day, profile = date(2027, 10, 9), allowing(CASES, working_days=5)
    found = judged(profile, lines(row, CLEAN_CASE | {"case_no": NUMBER}), as_of=day)
    assert [f for f in seen(found, "EWI") if f[3] is not None] == [
        ("case-reply-overdue", "W", 2, "due_on")
    ]
    (told,) = [f for f in found.to_pylist() if f["code"] == "calendar-unpublished"]
    assert (told["severity"], json.loads(told["params"])) == ("I", {"year": "2027"})
    holidays = Calendar(days_off=frozenset(date(2027, 10, d) for d in range(1, 8)))
    profile = allowing(CASES, holidays, working_days=5)
    assert seen(judged(profile, lines(row), as_of=day), "EWI") == []


def test_a_rule_may_count_working_days() -> None:
    """Reported within 5 working days of 25 September, over the holidays: by 9 October."""
    rule = {"code": "own", "family": "not_after", "severity": "W", "column": "reported_on"}
    week = Rule.model_validate({**rule, "other": "passed_on", "working_days": 5})
    profile = CASES.model_copy(update={"rules": (week,)})
    row = CLEAN_CASE | {"passed_on": "2020-09-25", "reported_on": "2020-10-09"}
    assert seen(judged(profile, lines(row))) == []
    found = judged(profile, lines(row | {"reported_on": "2020-10-10"}), as_of=date(2020, 10, 12))
    assert seen(found) == [("own", "W", 2, "reported_on")]
    params = json.loads(found.to_pylist()[0]["params"])
    assert (params["grace"], params["working"]) == (5, True)


def test_what_needs_a_calendar_is_left_to_the_program_and_this_is_told() -> None:
    week = {"code": "own", "family": "not_after", "severity": "W", "column": "reported_on"}
    rule = Rule.model_validate({**week, "other": "passed_on", "working_days": 5})
    profile = allowing(CASES, working_days=10)
    live, later = live_and_later(profile.model_copy(update={"rules": (*profile.rules, rule)}))
    assert "own" in {check.code for check in later} - {each.code for each in live}
    overdue = "case-reply-overdue"
    assert overdue in {check.code for check in later} & {each.code for each in live}
    assert overdue not in {check.code for check in live_and_later(CASES)[1]}


@pytest.mark.office
def test_the_self_check_is_silent_on_a_deadline_that_is_reckoned(tmp_path: Path) -> None:
    """Where the row tells one it speaks, where the program reckons it does not, nor accuse."""
    base = {name: value for name, value in OPEN_CASE.items() if name != "enterprise"}
    days = [
        ("2020-09-01", "2020-10-08"), ("2020-09-01", "2020-10-20"), ("2020-09-01", ""),
        ("2020-09-01", "月底前"), ("", ""), ("9月初", ""), ("2020-10-08", ""),
    ]  # fmt: skip
    rows = [
        base | {"case_no": f"D2020091000{n}", "complaint": f"{n}号井", "passed_on": a, "due_on": b}
        for n, (a, b) in enumerate(days)
    ]
    done = filled_in(allowing(CASES, working_days=10), rows, tmp_path)
    overdue = "『办理期限』已过，尚未完成：请说明原因"
    meant = [number for number, each in enumerate(done.meant) if overdue in each]
    assert (meant, [n for n, each in enumerate(done.said) if overdue in each]) == ([0, 2], [0])
    for said, told in zip(done.said, done.meant, strict=True):
        assert said == "√ 未见问题" or set(said.split("；")) <= set(told.split("；"))


def test_days_overdue_may_be_working_days() -> None:
    row = OPEN_CASE | {"due_on": "2020-09-30"}
    for working, days in ((False, 9), (True, 1)):
        derived = tuple(
            d.model_copy(update={"working": working}) if d.id == "days_overdue" else d
            for d in CASES.derived
        )
        result = period(CASES.model_copy(update={"derived": derived}), lines(row))
        assert result.ledger.roster.column("days_overdue.value").to_pylist() == [days]
