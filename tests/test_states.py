"""States: precedence, extended deadlines, and parts that add up whatever the rows say."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import CASES, CLEAN, CLEAN_CASE, ITEMS, lines, listed, settled

AS_OF = date(2020, 10, 9)
PARTS = {profile.id: profile.partitions for profile in (ITEMS, CASES)}


def state(*columns: str, as_of: date = AS_OF, **row: str) -> tuple[object, ...]:
    """Return some states of one item."""
    rows = settled(ITEMS, lines(CLEAN | row), as_of=as_of).rows
    return listed(rows, *columns)[0]


@pytest.mark.parametrize(
    ("status", "deadline", "stage", "pace"),
    [
        ("整改中", "2020-10-08", "ongoing", "overdue"),
        ("整改中", "2020-10-09", "ongoing", "on_schedule"),
        ("滞后", "2020-10-08", "ongoing", "overdue"),
        ("滞后", "2020-10-09", "ongoing", "behind"),
        ("达到序时进度", "2020-10-08", "ongoing", "overdue"),
        ("达到序时进度", "2020-12-31", "ongoing", "on_schedule"),
        ("核查退回", "", "ongoing", "on_schedule"),
        ("整改中", "长期坚持", "ongoing", "on_schedule"),
        ("整改中", "9月底", "ongoing", "overdue"),
        ("未启动", "尽快", "ongoing", "on_schedule"),
        ("已完成", "2020-10-08", "completed", None),
        ("已完成并长期坚持", "", "completed", None),
        ("撤销", "2020-10-08", "removed", None),
        ("基本完成", "2020-10-08", "undecided", None),
        ("", "2020-10-08", "undecided", None),
    ],
)
def test_overdue_before_behind_before_on_schedule(
    status: str, deadline: str, stage: str, pace: str | None
) -> None:
    assert state("stage", "pace", status=status, deadline=deadline) == (stage, pace)


@pytest.mark.parametrize(
    ("extended", "approval", "pace", "days"),
    [
        ("", "", "overdue", 9),
        ("2020-10-31", "1号", "on_schedule", None),
        ("2020-10-31", "", "overdue", 9),
        ("2020-10-01", "1号", "overdue", 8),
        ("2020-09-15", "1号", "overdue", 24),
        ("待批", "1号", "overdue", 9),
    ],
)
def test_overdue_counts_from_the_approved_deadline(
    extended: str, approval: str, pace: str, days: int | None
) -> None:
    told = {"deadline": "2020-09-30", "extended_deadline": extended, "approval_no": approval}
    assert state("pace", "days_overdue.value", "deadline", **told) == (pace, days, "2020-09-30")


def test_an_item_nobody_touched_becomes_overdue() -> None:
    days = [date(2020, 12, 31), date(2021, 1, 1)]
    assert [state("pace", as_of=day) for day in days] == [("on_schedule",), ("overdue",)]


@pytest.mark.parametrize(
    ("status", "completed_on", "deadline", "punctuality"),
    [
        ("已完成", "2020-09-30", "2020-09-30", "in_time"),
        ("已完成", "2020-10-01", "2020-09-30", "late"),
        ("已完成", "", "2020-09-30", "undated"),
        ("整改中", "", "2020-09-30", "late_open"),
        ("已完成", "2020-09-01", "2020-10-09", None),
        ("已完成", "2020-10-01", "长期坚持", None),
        ("撤销", "", "2020-09-30", None),
        ("部分完成", "", "2020-09-30", None),
    ],
)
def test_punctuality_is_told_of_what_was_due(
    status: str, completed_on: str, deadline: str, punctuality: str | None
) -> None:
    told = {"status": status, "completed_on": completed_on, "deadline": deadline}
    assert state("punctuality", **told) == (punctuality,)


def test_a_completion_date_that_can_not_be_read_makes_nobody_late() -> None:
    told = {"status": "已完成", "completed_on": "9月中旬", "deadline": "2020-09-30"}
    assert state("completed_on.value", "punctuality", **told) == (None, "undated")


@pytest.mark.parametrize(
    ("reported_on", "due_on", "reply"),
    [
        ("2020-09-20", "2020-09-20", "in_time"),
        ("2020-09-21", "2020-09-20", "late"),
        ("", "2020-10-08", "overdue"),
        ("", "2020-10-09", "pending"),
        ("2020-09-21", "", None),
    ],
)
def test_replies_to_cases(reported_on: str, due_on: str, reply: str | None) -> None:
    row = CLEAN_CASE | {"reported_on": reported_on, "due_on": due_on}
    assert listed(settled(CASES, lines(row)).rows, "reply") == [(reply,)]


def test_a_reply_whose_date_can_not_be_read_is_not_called_late() -> None:
    row = CLEAN_CASE | {"reported_on": "9月中旬"}
    ((reply,),) = listed(settled(CASES, lines(row)).rows, "reply")
    assert reply != "late"


dates = st.sampled_from(["", "2020-09-30", "2020-10-09", "2020-12-31", "9月底", "长期坚持", "待定"])
items = st.fixed_dictionaries(
    {
        "status": st.sampled_from(
            [
                "",
                "已完成",
                "√",
                "整改中",
                "滞后",
                "核查退回",
                "已销号",
                "核查通过",
                "撤销",
                "50%",
                "？",
            ]
        ),
        "deadline": dates,
        "extended_deadline": dates,
        "completed_on": dates,
    }
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(items, max_size=12), st.dates(date(2020, 8, 1), date(2021, 2, 1)))
def test_each_item_is_in_one_part_within_and_in_none_without(
    rows: list[dict[str, str]], as_of: date
) -> None:
    table = lines(*(CLEAN | row for row in rows)) if rows else ""
    found = settled(ITEMS, table, as_of=as_of).rows
    for partition in PARTS["rectification"]:
        parts = {part.id for part in partition.parts}
        for row in found.to_pylist():
            within = all(
                row[name] in test if isinstance(test, tuple) else _before(row, name, as_of)
                for name, test in partition.within.items()
            )
            assert (row[partition.id] in parts) == within
            assert (row[partition.id] is None) == (not within)


def _before(row: dict[str, object], name: str, as_of: date) -> bool:
    day = row[f"{name}.value"]
    return isinstance(day, date) and day < as_of
