"""Working days: against the arrangement day by day, with what a campaign adds, at the edges."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.workdays import FIRST, LAST, PUBLISHED, Calendar
from pipeline.workspace import CONFIG, find

DAY = timedelta(days=1)


def column(*days: date | None) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(days, pa.date32())])


def after(day: date | None, days: int, calendar: Calendar = PUBLISHED) -> date | None:
    found: date | None = calendar.after(column(day), days)[0].as_py()
    return found


def by_hand(day: date, days: int) -> date:
    """Count day by day, as a clerk does with a calendar on the wall."""
    while not chinese_calendar.is_workday(day):
        day -= DAY
    for _ in range(days):
        day += DAY
        while not chinese_calendar.is_workday(day):
            day += DAY
    return day


@given(st.dates(date(2005, 1, 1), date(2026, 9, 1)), st.integers(1, 40))
def test_it_is_as_counted_by_hand(day: date, days: int) -> None:
    assert after(day, days) == by_hand(day, days)


@given(st.dates(date(2019, 1, 1), date(2021, 1, 1)), st.integers(0, 60))
def test_days_between_are_those_that_one_counts(day: date, days: int) -> None:
    end = day + days * DAY
    counted = sum(chinese_calendar.is_workday(day + n * DAY) for n in range(1, days + 1))
    assert PUBLISHED.between(column(day), end).to_pylist() == [counted]


def test_a_weekend_that_is_worked_counts_and_a_holiday_does_not() -> None:
    assert after(date(2020, 9, 25), 1) == date(2020, 9, 27)  # a Sunday
    assert after(date(2020, 9, 30), 1) == date(2020, 10, 9)
    assert after(date(2020, 10, 3), 1) == date(2020, 10, 9)  # from within the holidays


def test_what_is_not_there_stays_so_and_nothing_is_told_beyond_the_calendar() -> None:
    assert PUBLISHED.after(column(None), 3).to_pylist() == [None]
    assert PUBLISHED.after(column(), 3).to_pylist() == []
    assert PUBLISHED.between(column(None, date(2020, 10, 8)), date(2020, 10, 9)).to_pylist() == [
        None,
        1,
    ]
    assert PUBLISHED.after(column(LAST, FIRST), 1).to_pylist() == [None, date(1990, 1, 2)]
    assert after(date(1800, 1, 1), 1) is None


def test_years_without_an_arrangement_are_told_of() -> None:
    assert PUBLISHED.unpublished([2020, 2101, 1999, 2101]) == [1999, 2101]
    told = Calendar(days_off=frozenset({date(2101, 10, 3)}))
    assert told.unpublished([2101, 2100]) == [2100]


def test_later_words_go_before_earlier_ones() -> None:
    day = date(2020, 10, 12)
    off, on = Calendar(days_off=frozenset({day})), Calendar(working_days=frozenset({day}))
    assert after(date(2020, 10, 10), 1, off) == date(2020, 10, 13)
    assert after(date(2020, 10, 10), 1, off.joined(on)) == day
    assert after(date(2020, 10, 10), 1, on.joined(off)) == date(2020, 10, 13)


def configured(folder: Path, told: str) -> Path:
    text = f'[ledgers]\nuse = ["rectification", "cases"]\n\n{told}\n'
    (folder / CONFIG).write_text(text, encoding="utf-8")
    return folder


def test_a_campaign_says_how_many_days_and_which_are_off(tmp_path: Path) -> None:
    told = (
        "[days_allowed]\ncases = { due = { working_days = 10 } }\n\n"
        "[calendar]\ndays_off = [2027-02-08]\nworking_days = [2027-02-20]"
    )
    _, cases = find(configured(tmp_path, told)).profiles()
    (due,) = [d for d in cases.derived if d.id == "due"]
    assert (due.days, due.working_days) == (None, 10)
    assert cases.calendar == Calendar(frozenset({date(2027, 2, 8)}), frozenset({date(2027, 2, 20)}))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("[days_allowed]\nletters = { due = { days = 3 } }", "没有使用名为『letters』的台账"),
        ("[days_allowed]\ncases = { passed_on = { days = 3 } }", "台账没有这样推算的期限"),
        ("[days_allowed]\ncases = { due = { days = 3, working_days = 3 } }", "须给出其中一个"),
        ("[days_allowed]\ncases = { due = {} }", "须给出其中一个"),
        ("[days_allowed]\ncases = { due = { days = 0 } }", "days_allowed.cases.due.days"),
        ("[calendar]\ndays_off = ['十月一日']", "calendar.days_off"),
        ("[calendar]\nholidays = [2027-01-01]", "calendar.holidays"),
    ],
)
def test_a_slip_is_refused_with_its_place(tmp_path: Path, told: str, said: str) -> None:
    configured(tmp_path, told)
    with pytest.raises(ConfigurationError) as refused:
        find(tmp_path).profiles()
    assert said in refused.value.message
