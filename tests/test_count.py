"""Figures: halves, nothing, exact sums, cells with several values, names in sentences."""

from decimal import Decimal

import pytest
from tables import CASES, CLEAN, CLEAN_CASE, ITEMS, figures, lines, period, registry

from pipeline.configuration import Campaign
from pipeline.count import percent, rows_behind, value
from pipeline.model import FigureRef
from pipeline.profile.base import Words
from pipeline.write.briefing.figures import plain
from pipeline.write.compose import Composer
from pipeline.write.content import Placed
from pipeline.write.counted import Counted
from pipeline.write.phrased import phrased
from pipeline.write.report import LedgerResult

OVERDUE = CLEAN | {"deadline": "2020-09-30"}
KNOWN = registry(
    "企业名称｜简称｜被督察\n丙公司｜丙｜是\n甲公司｜甲｜是\n乙公司｜甲｜是\n丁公司｜｜否"
)


def items(*rows: dict[str, str]) -> LedgerResult:
    """Run a period in which each row is an item of its own."""
    numbered = [
        {**row, "item_no": f"LX-{n}", "description": f"第{n}项问题"} for n, row in enumerate(rows)
    ]
    return period(ITEMS, lines(*numbered), known=KNOWN)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        (24, 38, "63.2"),
        (1, 16, "6.3"),
        (3, 16, "18.8"),
        (1, 32, "3.1"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (2, 3, "66.7"),
        (0, 5, "0.0"),
        (5, 5, "100.0"),
        (Decimal("0.45"), Decimal(100), "0.5"),
    ],
)
def test_a_rate_has_one_decimal_and_rounds_halves_up(part: int, whole: int, share: str) -> None:
    assert percent(part, whole) == Decimal(share)
    assert str(percent(part, whole)) == share


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (3, 0), (None, 5), (3, None)])
def test_a_ratio_of_nothing_is_nothing(part: int | None, whole: int | None) -> None:
    assert percent(part, whole) is None


def test_an_empty_ledger_has_noughts_and_no_rates() -> None:
    result = period(ITEMS, known=KNOWN)
    names = ("total", "completed", "enterprises", "planned_funds", "visited")
    assert figures(result, *names) == [0, 0, 0, 0, 3]
    assert figures(result, "completion_rate", "due_completion_rate") == [None, None]
    assert figures(result, "visited_coverage") == [Decimal("0.0")]


def test_amounts_are_exact() -> None:
    result = items(*[CLEAN | {"planned_funds": "0.1"}] * 3, CLEAN | {"planned_funds": "1200元"})
    assert figures(result, "planned_funds") == [Decimal("0.42")]
    whole = items(CLEAN | {"planned_funds": "1200"}, CLEAN | {"planned_funds": "无需资金"})
    assert [str(n) for n in figures(whole, "planned_funds")] == ["1200"]


def test_figures_by_enterprise_stand_in_the_registrys_order() -> None:
    done = CLEAN | {"status": "已完成", "completed_on": "2020-09-20"}
    result = items(done, OVERDUE, CLEAN, CLEAN | {"enterprise": "丙公司"},
                   CLEAN | {"enterprise": "己公司"})  # fmt: skip
    assert list(result.ledger.slices["enterprise"]) == ["丙公司", "甲公司", ""]
    names = ("total", "completed", "ongoing", "overdue", "completion_rate", "undecided")
    assert [figures(result, *names, by="enterprise", at=at) for at in ("丙公司", "甲公司", "")] == [
        [1, 0, 1, 0, Decimal("0.0"), 0],
        [3, 1, 2, 1, Decimal("33.3"), 0],
        [1, 0, 0, 0, Decimal("0.0"), 1],
    ]
    assert figures(result, "enterprises", "visited_coverage") == [2, Decimal("66.7")]


def test_choices_stand_in_the_profiles_order_and_the_unfilled_last() -> None:
    kinds = ("", "其他", "废气", "看不懂", "依法合规")
    result = items(*(CLEAN | {"category": kind} for kind in kinds))
    assert {at: t.num_rows for at, t in result.ledger.slices["category"].items()} == {
        "依法合规类": 1,
        "废气类": 1,
        "其它类": 1,
        "": 2,
    }
    assert list(result.ledger.slices["category"]) == ["依法合规类", "废气类", "其它类", ""]


def test_a_case_of_two_kinds_is_in_both_and_counts_once() -> None:
    kinds = ("水、大气", "大气", "", "光")
    cases = [
        CLEAN_CASE | {"case_no": f"D{n}", "complaint": f"第{n}件", "pollution": kind}
        for n, kind in enumerate(kinds)
    ]
    result = period(CASES, lines(*cases))
    found = {at: table.num_rows for at, table in result.ledger.slices["pollution"].items()}
    assert found == {"水": 1, "大气": 2, "": 2}
    assert figures(result, "total", "batches") == [4, 1]


def test_the_rates_of_cases_say_whether_closed_for_the_stage_counts() -> None:
    states = ("已办结", "已办结", "已办结", "已办结", "阶段性办结")
    cases = [
        CLEAN_CASE | {"case_no": f"D{n}", "complaint": f"第{n}件", "closure": state}
        for n, state in enumerate(states)
    ]
    result = period(CASES, lines(*cases))
    assert figures(result, "closed", "stage_closed", "closure_rate", "closure_rate_in_all") == [
        4,
        1,
        Decimal("80.0"),
        Decimal("100.0"),
    ]


def test_due_is_completed_in_time_and_late_and_undated_and_overdue() -> None:
    def done(day: str) -> dict[str, str]:
        return OVERDUE | {"status": "已完成", "completed_on": day}

    result = items(done("2020-09-30"), done("2020-10-01"), done(""), OVERDUE, CLEAN)
    names = ("due", "completed_in_time", "completed_late", "completed_undated", "overdue")
    assert figures(result, *names, "due_completed", "due_completion_rate") == [
        4, 1, 1, 1, 1, 3, Decimal("75.0"),
    ]  # fmt: skip


def test_rows_behind_a_rate_are_its_numerators_and_of_a_coverage_those_covered() -> None:
    done = CLEAN | {"status": "已完成", "completed_on": "2020-09-20"}
    ledger = items(done, CLEAN, CLEAN | {"enterprise": "丁公司"}).ledger

    def behind(name: str, by: str = "", at: str = "") -> int:
        return rows_behind(ledger, FigureRef("rectification", name, by, at)).num_rows

    assert [behind(n) for n in ("total", "completion_rate", "visited_coverage", "visited")] == [
        3, 1, 2, 3,
    ]  # fmt: skip
    assert behind("total", "enterprise", "丁公司") == 1
    assert value(ledger, FigureRef("rectification", "completion_rate")) == Decimal("33.3")


@pytest.mark.parametrize(
    "ref",
    [
        pytest.param(
            FigureRef("rectification", "totals"),
        ),
        FigureRef("rectification", "total", "enterprise", "戊公司"),
        FigureRef("rectification", "total", "colour", "红"),
    ],
)
def test_what_is_no_figure_is_refused(ref: FigureRef) -> None:
    with pytest.raises(KeyError):
        rows_behind(items(CLEAN).ledger, ref)


def say(result: LedgerResult, lang: str = "zh", **changes: object) -> str:
    (told,) = [p for p in ITEMS.phrases if p.id == "overdue_enterprises"]
    composer = Composer("2020-10-09", Campaign(), lang)
    cells = phrased(
        composer, Counted(result.ledger, result.figures, None), told.model_copy(update=changes)
    )
    figures = [cell.tag for cell in cells if isinstance(cell, Placed)]
    assert set(figures) == set(composer.placed)
    assert not any(any(map(str.isdigit, cell)) for cell in cells if isinstance(cell, str))
    return "".join(map(plain, cells))


def test_names_in_a_sentence_are_short_in_order_and_counted() -> None:
    result = items(
        OVERDUE,
        OVERDUE | {"enterprise": "乙公司"},
        OVERDUE | {"enterprise": "丙公司"},
        OVERDUE,
        CLEAN,
    )
    each = Words(zh="{overdue}项", en="{overdue} items")
    assert say(result, each=each) == "丙（1项）、甲公司（2项）、乙公司（1项）"
    assert say(result, each=None) == "丙、甲公司、乙公司"
    assert say(result, each=each, most=2) == "丙（1项）、甲公司（2项）等3家（见超期事项清单）"
    assert say(result, each=each, most=3) == say(result, each=each)
    english = say(result, "en", each=each, most=2)
    assert english == (
        "丙 (1 items), 甲公司 (2 items) and others, 3 in all (see the list of overdue items)"
    )
    assert say(items(CLEAN)) == ""


def test_who_is_late_is_told_with_the_longest_delay() -> None:
    result = items(
        OVERDUE, OVERDUE | {"deadline": "2020-09-01"}, OVERDUE | {"enterprise": "丙公司"}
    )
    assert say(result) == "丙（1项，最长超期9天）、甲公司（2项，最长超期38天）"
    greatest = FigureRef("rectification", "longest_overdue")
    assert (value(result.ledger, greatest), value(items(CLEAN).ledger, greatest)) == (38, None)
