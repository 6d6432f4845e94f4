"""Dates as people write them: understood for sure, or asked about."""

from datetime import date

import pytest

from pipeline.dates import Understood, is_wordy_deadline, understand

AS_OF = date(2020, 10, 9)
DAY = Understood(date(2020, 10, 9))
NOTHING = Understood(None)


def plain(text: str, as_of: date = AS_OF) -> Understood:
    return understand(text, as_of, deadline=False)


def limit(text: str, as_of: date = AS_OF) -> Understood:
    return understand(text, as_of, deadline=True)


@pytest.mark.parametrize(
    "text",
    [
        "2020.10.9", "2020-10-9", "2020/10/09", "2020年10月9日", "2020年10月9号", "20201009",
        "２０２０年１０月９日", "２０２０．１０．９", " 2020 年 10 月 9 日 ", "2020年\n10月9日",
        "二〇二〇年十月九日", "二○二○年十月九日", "二零二零年十月九日",
        "2020-10-09 00:00:00", "2020-10-09T08:30", "2020-10-09 08:30:00.123",
    ],
)  # fmt: skip
def test_a_full_date_is_a_date_in_any_column(text: str) -> None:
    assert plain(text) == limit(text) == DAY


@pytest.mark.parametrize(
    ("text", "as_of", "day"),
    [
        ("10月9日", date(2020, 10, 12), date(2020, 10, 9)),
        ("十月九日", date(2020, 10, 12), date(2020, 10, 9)),
        ("12月30日", date(2021, 1, 5), date(2020, 12, 30)),
        ("1月5日", date(2020, 12, 30), date(2021, 1, 5)),
        ("十二月三十一日", date(2021, 1, 1), date(2020, 12, 31)),
        ("2月29日", date(2020, 3, 2), date(2020, 2, 29)),
        ("2月29日", date(2021, 2, 1), date(2020, 2, 29)),
    ],
)
def test_a_day_without_a_year_lies_nearest_to_the_as_of_date(
    text: str, as_of: date, day: date
) -> None:
    assert plain(text, as_of) == Understood(day, "year")


@pytest.mark.parametrize(
    ("text", "day"),
    [("44113", date(2020, 10, 9)), ("43890", date(2020, 2, 29)), ("44562", date(2022, 1, 1))],
)
def test_a_number_that_lost_its_format_is_a_day_and_this_is_said(text: str, day: date) -> None:
    assert plain(text) == limit(text) == Understood(day, "serial")


@pytest.mark.parametrize(
    "text",
    [
        "2020.1", "2020.10", "2020-10", "10.9", "2020年13月1日", "20201399", "20200230", "2月30日",
        "2019年2月29日", "2020年9月31日", "2020年0月9日", "约10月", "10月左右", "0", "9", "2020",
        "20.10.9", "1900.1.1", "2020年10.9", "2020.10.9-10.12", "待定", "/", "", "441130",
    ],
)  # fmt: skip
def test_what_is_no_day_for_sure_is_not_guessed(text: str) -> None:
    assert plain(text) == NOTHING
    assert limit(text) == NOTHING


def test_no_neighbouring_leap_year_no_leap_day() -> None:
    assert plain("2月29日", date(2022, 10, 9)) == NOTHING


@pytest.mark.parametrize(
    "text", ["9月底", "10月中旬", "10月", "2020年10月", "2020年底前", "11月底", "三季度"]
)
def test_a_period_names_no_day_where_a_day_is_wanted(text: str) -> None:
    assert plain(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "as_of", "day"),
    [
        ("2024年底前", AS_OF, date(2024, 12, 31)),
        ("2020年", AS_OF, date(2020, 12, 31)),
        ("2020年内", AS_OF, date(2020, 12, 31)),
        ("年底前", AS_OF, date(2020, 12, 31)),
        ("11月底", AS_OF, date(2020, 11, 30)),
        ("11月底前", AS_OF, date(2020, 11, 30)),
        ("十一月底", AS_OF, date(2020, 11, 30)),
        ("１１月末", AS_OF, date(2020, 11, 30)),
        ("11月份", AS_OF, date(2020, 11, 30)),
        ("10月上旬", AS_OF, date(2020, 10, 10)),
        ("10月中旬", AS_OF, date(2020, 10, 20)),
        ("10月下旬", AS_OF, date(2020, 10, 31)),
        ("2020年10月", AS_OF, date(2020, 10, 31)),
        ("2020.10月底", AS_OF, date(2020, 10, 31)),
        ("2021年2月底", AS_OF, date(2021, 2, 28)),
        ("2月底", date(2020, 1, 20), date(2020, 2, 29)),
        ("1月底", date(2020, 12, 20), date(2021, 1, 31)),
        ("12月底", date(2021, 1, 5), date(2020, 12, 31)),
        ("第四季度", AS_OF, date(2020, 12, 31)),
        ("2021年一季度末", AS_OF, date(2021, 3, 31)),
    ],
)
def test_a_deadline_in_words_is_the_last_day_of_its_period(
    text: str, as_of: date, day: date
) -> None:
    assert limit(text, as_of) == Understood(day, "period")


@pytest.mark.parametrize(
    "text", ["2020年10月9日前", "2020.10.9之前", "2020年10月9日以前", "2020年10月9日前完成"]
)
def test_before_a_day_is_that_day(text: str) -> None:
    assert limit(text) == DAY
    assert plain(text) == NOTHING


def test_before_a_day_without_a_year_says_which_year_was_taken() -> None:
    assert limit("1月5日前", date(2020, 12, 30)) == Understood(date(2021, 1, 5), "year")


@pytest.mark.parametrize(
    "text", ["立即", "立行立改", "长期坚持", "长期", "持续整改", "常态化", " 立 即 "]
)
def test_some_deadlines_name_no_day_and_are_answers(text: str) -> None:
    assert is_wordy_deadline(text)
    assert limit(text) == NOTHING


@pytest.mark.parametrize("text", ["待定", "不立即", "尽快", "10月底", ""])
def test_other_words_are_no_answer(text: str) -> None:
    assert not is_wordy_deadline(text)
