"""What a chart tells: composed from counted figures, and in the shipped example."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import docx
import pytest
from briefings import bookmarks
from charts import charts, faults
from demo_runs import Ran
from tables import CLEAN, ITEMS, lines, period, registry

from pipeline.configuration import Campaign
from pipeline.model import Earlier
from pipeline.profile.base import Words
from pipeline.profile.printed import BriefingChart, BriefingTable
from pipeline.write.compose import Composer
from pipeline.write.content import Chart
from pipeline.write.counted import Counted
from pipeline.write.tabled import tabled

CAPTION = Words(zh="各企业（截至{as_of}）", en="By enterprise (as of {as_of})")
STACKED = BriefingChart(
    by="enterprise",
    figures=("completed", "on_schedule", "behind", "overdue", "undecided"),
    kind="stacked",
    rank="ongoing",
)
DONE = CLEAN | {"status": "已完成", "completed_on": "2020-09-20"}
LATE = CLEAN | {"deadline": "2020-09-30"}


def composed(
    *rows: dict[str, str],
    chart: BriefingChart = STACKED,
    known: str = "企业名称｜简称\n丙公司｜\n甲公司｜甲\n乙公司｜",
    earlier: tuple[Earlier, ...] = (),
    lang: str = "zh",
) -> tuple[Chart | None, Composer]:
    """Compose a chart over items, one a row."""
    numbered = [
        {**row, "item_no": f"LX-{n}", "description": f"第{n}项问题"} for n, row in enumerate(rows)
    ]
    result = period(ITEMS, *([lines(*numbered)] if rows else []), known=registry(known))
    composer = Composer("2020-10-09", Campaign(), lang)
    counted = Counted(result.ledger, result.figures, None, earlier)
    return composer.chart(counted, CAPTION, chart), composer


def values(chart: Chart | None) -> dict[str, list[str | None]]:
    assert chart is not None
    return {s.name: [v.text if v is not None else None for v in s.values] for s in chart.series}


# ------------------------------------------------------------------ what is drawn


def test_bars_stand_in_the_registrys_order_under_short_names_without_what_is_nowhere() -> None:
    chart, composer = composed(DONE, LATE, CLEAN | {"enterprise": "丙公司"}, DONE)
    assert chart is not None
    assert (chart.kind, chart.categories, chart.note) == ("stacked", ("丙公司", "甲"), "")
    assert values(chart) == {
        "已完成": ["0", "2"],
        "达到序时进度": ["1", "0"],
        "超期": ["0", "1"],
    }
    assert [one.shade for one in chart.series] == [0, 1, 3]
    tags = {v.tag for one in chart.series for v in one.values if v is not None}
    assert len(tags) == 6
    assert tags == set(composer.placed)


def test_the_words_tell_every_number() -> None:
    chart, _ = composed(DONE, LATE)
    assert chart is not None
    assert chart.words == "各企业（截至2020年10月9日）。甲：已完成1项、超期1项。"
    chart, _ = composed(DONE, LATE, lang="en")
    assert chart is not None
    assert chart.words == "By enterprise (as of 9 October 2020). 甲: Completed 1, Overdue 1."


def test_of_many_enterprises_those_with_most_open_items_are_drawn() -> None:
    names = [f"第{n}公司" for n in range(100, 700)]
    rows = [CLEAN | {"enterprise": name} for name in names]
    rows += [CLEAN | {"enterprise": name} for name in names[::50]]
    chart, composer = composed(*rows, DONE, known="企业名称\n" + "\n".join([*names, "甲公司"]))
    assert chart is not None
    # 12 have two open items; of those that have one the first in the registry's order follow.
    assert chart.categories == tuple(
        sorted([*names[::50], *[n for n in names if n not in names[::50]][:8]])
    )
    assert chart.note == "图中为持续整改最多的20家，共601家。"
    assert len(composer.placed) == 20
    assert len(chart.words) <= 1000
    assert chart.words.endswith("。" + chart.note)


def test_long_words_end_with_how_much_is_left() -> None:
    names = [f"第{n}号{'长' * 40}公司" for n in range(100, 140)]
    rows = [CLEAN | {"enterprise": name} for name in names]
    chart, _ = composed(
        *rows,
        chart=STACKED.model_copy(update={"most": 40}),
        known="企业名称\n" + "\n".join(names),
    )
    assert chart is not None
    assert len(chart.words) < 1020
    told = chart.words.count("达到序时进度1项")
    assert 0 < told < 40
    assert chart.words.endswith(f"……其余{40 - told}项见图中数据。")


def test_of_nothing_there_is_no_chart() -> None:
    assert composed()[0] is None
    assert composed(DONE, chart=BriefingChart(by="category", figures=("overdue",)))[0] is None


OVER = BriefingChart(over="periods", figures=("total", "completed", "completion_rate"), last=3)


def test_a_trend_tells_what_each_period_counted() -> None:
    past = tuple(
        Earlier(f"2020-09-{day}", date(2020, 9, day), {"total": total, "completed": done} | more)
        for day, total, done, more in [
            (11, 9, 0, {}),
            (18, 10, 4, {"completion_rate": Decimal("40.0")}),
            (25, 12, 5, {}),
        ]
    )
    chart, composer = composed(DONE, CLEAN, chart=OVER, earlier=past)
    assert chart is not None
    assert chart.kind == "trend"
    assert chart.categories == ("9月18日", "9月25日", "10月9日")
    assert values(chart) == {
        "事项总数": ["10", "12", "2"],
        "已完成": ["4", "5", "1"],
        "整改完成率": ["40.0", None, "50.0"],
    }
    assert [one.rate for one in chart.series] == [False, False, True]
    assert {ref.period for ref in composer.placed.values()} == {"2020-09-18", "2020-09-25", ""}
    assert "9月25日：事项总数12项、已完成5项、整改完成率—；" in chart.words


def test_a_trend_over_the_turn_of_the_year_names_the_year() -> None:
    past = (Earlier("2019-12-27", date(2019, 12, 27), {"total": 1}),)
    chart, _ = composed(DONE, chart=OVER, earlier=past)
    assert chart is not None
    assert chart.categories == ("2019年12月27日", "2020年10月9日")


def test_a_table_over_periods_holds_the_same_figures() -> None:
    past = (Earlier("2020-09-25", date(2020, 9, 25), {"total": 12, "completed": 5}),)
    result = period(ITEMS, lines(DONE))
    composer = Composer("2020-10-09", Campaign(), "zh")
    counted = Counted(result.ledger, result.figures, None, past)
    told = BriefingTable(over="periods", figures=("total",))
    grid = tabled(composer, counted, CAPTION, told)
    chart = composer.chart(counted, CAPTION, OVER)
    assert chart is not None
    assert grid.header == ("统计日期", "事项总数")
    assert [row[0] for row in grid.rows] == ["2020年9月25日", "2020年10月9日"]
    assert [row[1] for row in grid.rows] == list(chart.series[0].values)
    assert not grid.total


# ------------------------------------------------------------------ the shipped example


@pytest.fixture
def periods(three_periods: Ran) -> tuple[Any, ...]:
    """Three periods of the example, the third without news."""
    return three_periods.outcomes


def written(outcome: Any) -> bytes:
    return bytes((outcome.folder / "briefing.docx").read_bytes())


def test_every_number_of_the_examples_charts_is_its_figure(periods: tuple[Any, ...]) -> None:
    for outcome, expected in zip(periods, (2, 2, 3), strict=True):
        found = charts(written(outcome))
        assert len(found) == expected
        for seen in found:
            for name, told in seen.series.items():
                for text, place in zip(told, seen.places[name], strict=True):
                    traced = outcome.manifest["trace"][seen.tags[place]]
                    assert Decimal(text) == Decimal(str(traced["value"]))
                    assert seen.cells[place] == traced["value"]


def test_charts_and_tables_say_the_same(periods: tuple[Any, ...]) -> None:
    data = written(periods[2])
    marks = bookmarks(docx.Document(io.BytesIO(data)))
    both = 0
    for seen in charts(data):
        for name, told in seen.series.items():
            for text, place in zip(told, seen.places[name], strict=True):
                printed = marks.get(f"fig_{seen.tags[place]}")
                both += printed is not None
                assert printed is None or Decimal(printed) == Decimal(text)
    assert both > 50


def test_a_trend_has_the_ids_and_numbers_of_the_issues_it_tells_of(
    periods: tuple[Any, ...],
) -> None:
    trend = charts(written(periods[2]))[-1]
    assert trend.categories == ("10月9日", "10月16日", "10月23日")
    assert trend.series["事项总数"][0] == "38"
    assert trend.series["已完成"][0] == "24"
    assert trend.series["整改完成率"][0] == "63.2"
    for at, outcome in enumerate(periods):
        for name, figure in (("事项总数", "total"), ("整改完成率", "completion_rate")):
            tag = trend.tags[trend.places[name][at]]
            own = outcome.manifest["trace"][tag]
            told = periods[2].manifest["trace"][tag]
            assert told["figure"] == f"rectification.{figure}"
            assert (told["value"], told["as_of"]) == (own["value"], own["as_of"])
            assert told.get("period", "") == (outcome.manifest["period"] if at < 2 else "")


def test_the_examples_briefing_is_valid_by_the_published_schemas(periods: tuple[Any, ...]) -> None:
    assert [faults(written(outcome)) for outcome in periods] == [[], [], []]
