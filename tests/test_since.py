"""What a briefing is compared with: the last of its form, or one that is asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from briefings import texts
from workbooks import item, merge, ongoing, send, taizhang, workspace

from pipeline.errors import UsageError
from pipeline.model import Previous
from pipeline.replay import replayed
from pipeline.since import chosen, compared_with
from pipeline.store import BriefingNumber, PeriodState, StoredPeriod
from pipeline.workspace import find

A = "示例甲矿业有限公司"


def periods(*told: str) -> list[StoredPeriod]:
    """Periods by "date form": each of rectification, on Fridays of cases too."""
    found = []
    for number, one in enumerate(told, start=1):
        day, _, form = one.partition(" ")
        as_of = {"rectification": date.fromisoformat(day)}
        if date.fromisoformat(day).weekday() == 4:
            as_of["cases"] = date.fromisoformat(day)
        named = BriefingNumber(2020, number, number, series=form) if form else None
        found.append(StoredPeriod(day, as_of, PeriodState.DRAFT, named))
    return found


TWO_WEEKS = periods(
    "2020-09-25 weekly", "2020-09-28 daily", "2020-09-29 daily", "2020-10-02 weekly",
    "2020-10-05 daily", "2020-10-06 daily",
)  # fmt: skip


@pytest.mark.parametrize(
    ("period", "form", "asked", "since"),
    [
        ("2020-10-09", "weekly", "", "2020-10-02"),
        ("2020-10-09", "daily", "", "2020-10-06"),
        ("2020-10-06", "daily", "", "2020-10-05"),  # run again: what is later plays no part
        ("2020-10-02", "daily", "", "2020-09-29"),
        ("2020-10-09", "weekly", "last", "2020-10-06"),
        ("2020-10-09", "weekly", "2020-09-29", "2020-09-29"),
        ("2020-10-29", "weekly", "month", "2020-09-29"),
        ("2020-10-30", "weekly", "month", "2020-09-29"),  # of the 30th there is none
        ("2020-10-31", "daily", "month", "2020-09-29"),  # September has no 31st
        ("2020-09-28", "daily", "", "2020-09-25"),  # the first daily: the last weekly
        ("2020-09-25", "weekly", "", ""),
        ("2020-09-25", "weekly", "last", ""),
    ],
)
def test_what_a_period_is_compared_with(period: str, form: str, asked: str, since: str) -> None:
    assert chosen(TWO_WEEKS, period, form, asked) == since


@pytest.mark.parametrize("asked", ["2020-09-30", "2020-10-09", "2020-10-16", "month", "上月"])
def test_what_is_not_there_is_refused(asked: str) -> None:
    period = "2020-10-09" if asked != "month" else "2020-10-20"
    with pytest.raises(UsageError):
        chosen(TWO_WEEKS, period, "weekly", asked)


def test_the_same_day_of_the_month_before_may_be_in_the_year_before() -> None:
    assert chosen(periods("2020-12-31", "2021-01-08"), "2021-01-31", "weekly", "month") == (
        "2020-12-31"
    )


def test_a_ledger_is_compared_with_the_last_period_that_had_it() -> None:
    def found(ledger: str, since: str) -> Any:
        return compared_with(TWO_WEEKS, "2020-10-09", since, ledger)

    weekly = Previous("2020-10-02", date(2020, 10, 2), "weekly", 4)
    assert found("rectification", "2020-10-02") == (weekly, "2020-10-05")
    assert found("cases", "2020-10-06") == (weekly, "2020-10-05")
    assert found("cases", "2020-09-29")[0].period == "2020-09-25"
    assert found("rectification", "2020-10-06")[1] == "2020-10-09"
    assert found("rectification", "")[0].period == "2020-10-06"
    assert found("letters", "") is None


@pytest.fixture
def two_weeks(tmp_path: Path) -> Path:
    """A weekly, two dailies between, in which one item a day is completed."""
    made = workspace(tmp_path / "w", {"企业名称": A, "简称": "甲矿业"})
    open_ = [ongoing(A, f"A-{n}") for n in range(4)]
    send(made, "0.xlsx", *open_)
    merge(made, "2020-10-02")
    send(made, "1.xlsx", item(A, "A-0"), *open_[1:])
    merge(made, "2020-10-05", "--form", "daily")
    send(made, "2.xlsx", item(A, "A-0"), item(A, "A-1"), *open_[2:])
    merge(made, "2020-10-06", "--form", "daily")
    send(made, "3.xlsx", *(item(A, f"A-{n}") for n in range(3)), open_[3], ongoing(A, "A-4"))
    return made


def body(found: Any) -> str:
    """The words of the briefing's body."""
    return "\n".join(texts(docx.Document(str(found.folder / "briefing.docx"))))


def counts(found: Any) -> tuple[int, ...]:
    figures = found.manifest["ledgers"]["rectification"]["figures"]
    names = ("previous_total", "previous_completed", "new_items", "newly_completed", "total")
    return tuple(figures[name] for name in names)


def test_a_weekly_counts_from_the_last_weekly(two_weeks: Path) -> None:
    weekly = merge(two_weeks, "2020-10-09")
    assert counts(weekly) == (4, 0, 1, 3, 5)
    words = body(weekly)
    assert "较第1期（截至2020年10月2日），新增事项1项" in words
    assert "第2期〔总第2期〕" in words


def test_a_daily_counts_from_the_last_daily(two_weeks: Path) -> None:
    daily = merge(two_weeks, "2020-10-09", "--form", "daily")
    assert counts(daily) == (4, 2, 1, 1, 5)
    words = body(daily)
    assert "较第2期（截至2020年10月6日）" in words
    assert "第3期〔总第3期〕" in words


def test_a_weekly_may_be_compared_with_a_daily_and_says_so(two_weeks: Path) -> None:
    weekly = merge(two_weeks, "2020-10-09", "--since", "2020-10-05")
    assert counts(weekly) == (4, 1, 1, 2, 5)
    assert "较日报第1期（截至2020年10月5日）" in body(weekly)
    newest = merge(two_weeks, "2020-10-09", "--since", "last")
    assert counts(newest) == (4, 2, 1, 1, 5)


@pytest.mark.parametrize("since", ["", "2020-10-05", "last"])
def test_what_was_compared_can_be_computed_again(two_weeks: Path, since: str) -> None:
    merge(two_weeks, "2020-10-09", *(["--since", since] if since else []))
    again = taizhang("verify", "output/2020-10-09/briefing.docx", cwd=two_weeks)
    assert again.code == 0, again.out + again.err
    explained = taizhang("explain", "newly_completed", "--json", cwd=two_weeks)
    assert explained.code == 0, explained.err


def test_what_was_asked_for_and_is_not_there_is_told(two_weeks: Path) -> None:
    said = taizhang("merge", "--as-of", "2020-10-09", "--since", "2020-10-03", cwd=two_weeks)
    assert said.code == 2
    assert "没有比 2020-10-09 早的 2020-10-03 这一期" in said.err
    assert "更早的各期：2020-10-02、2020-10-05、2020-10-06" in said.err


def test_a_trend_is_of_issues_of_one_form(two_weeks: Path) -> None:
    def earlier(form: str) -> list[str]:
        merge(two_weeks, "2020-10-09", "--form", form)
        found = find(two_weeks)
        assert found is not None
        return [one.period for one in replayed(found, "2020-10-09").report.ledgers[0].earlier]

    assert earlier("weekly") == ["2020-10-02"]
    assert earlier("daily") == ["2020-10-05", "2020-10-06"]
