"""Proof before anything is written: a figure that was tampered with stops the run."""

import re
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest
from tables import AS_OF, CLEAN, ITEMS, lines, listed, period, registry

from pipeline.model import FigureRef
from pipeline.prove import NotProvedError, prove
from pipeline.states import with_states
from pipeline.write.report import LedgerResult

HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
FIRST = period(
    ITEMS,
    HEAD + "甲公司｜LX-1｜漏水｜已完成\n甲公司｜LX-2｜扬尘｜整改中\n乙公司｜LX-3｜噪声｜整改中",
)
SECOND = period(
    ITEMS,
    HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-2｜扬尘｜已完成\n丙公司｜LX-4｜异味｜50%",
    before=FIRST,
)


def attempt(result: LedgerResult = SECOND, read: int = 3, **figures: int) -> None:
    """Prove the second period with some figures replaced."""
    changed = dict(result.figures)
    for name, number in figures.items():
        changed[FigureRef("rectification", name)] = number
    roster = FIRST.ledger.roster
    before = with_states(roster.drop_columns(["entry", "turn", "standing"]), ITEMS, AS_OF)
    prove(result.merged, read, before, result.ledger, changed)


def with_column(name: str, old: str, new: str | None) -> LedgerResult:
    """Return the second period with a value of its roster exchanged."""
    table = SECOND.merged.roster
    cells = [new if cell == old else cell for (cell,) in listed(table, name)]
    assert old not in cells
    place = table.column_names.index(name)
    roster = table.set_column(place, name, pa.array(cells, table.schema.field(name).type))
    return replace(
        SECOND,
        merged=replace(SECOND.merged, roster=roster),
        ledger=replace(SECOND.ledger, roster=roster),
    )


def test_what_adds_up_is_proved() -> None:
    attempt()


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"total": 5}, r"total = completed \+ ongoing \+ undecided: 5 ≠ 4"),
        ({"completed": 2}, r"total = completed \+ ongoing \+ undecided: 4 ≠ 5"),
        ({"overdue": 1}, r"ongoing = on_schedule \+ behind \+ overdue: 2 ≠ 3"),
        ({"missing": 2}, r"expected = reporting \+ missing: 3 ≠ 4"),
        ({"verified": 1}, r"verified by \w+ = verified: 1 ≠ 0"),
    ],
)
def test_a_figure_that_was_tampered_with(figures: dict[str, int], message: str) -> None:
    with pytest.raises(NotProvedError) as refused:
        attempt(**figures)
    assert re.fullmatch(message, str(refused.value))


def test_a_figure_of_one_enterprise_that_was_tampered_with() -> None:
    ref = FigureRef("rectification", "completed", "enterprise", "甲公司")
    assert SECOND.figures[ref] == 1
    with pytest.raises(NotProvedError, match="at enterprise = 甲公司: 2 ≠ 3"):
        attempt(replace(SECOND, figures=SECOND.figures | {ref: 2}))


def test_a_sum_that_does_not_equal_its_parts() -> None:
    result = period(ITEMS, lines(CLEAN), known=registry("甲公司"))
    ref = FigureRef("rectification", "planned_funds", "category", "废水类")
    assert result.figures[ref] == Decimal("1.5")
    spoilt = replace(result, figures=result.figures | {ref: Decimal("1.500001")})
    before = with_states(
        result.ledger.roster.drop_columns(["entry", "turn", "standing"]).slice(0, 0), ITEMS, AS_OF
    )
    prove(result.merged, 1, before, result.ledger, result.figures)
    with pytest.raises(NotProvedError, match=r"planned_funds by category.*1\.5 ≠ 1\.500001"):
        prove(spoilt.merged, 1, before, spoilt.ledger, spoilt.figures)


@pytest.mark.parametrize("read", [2, 4])
def test_a_row_that_got_lost_or_came_from_nowhere(read: int) -> None:
    with pytest.raises(NotProvedError, match=f"rows read .*: {read} ≠ 3"):
        attempt(read=read)


def without(number: str) -> LedgerResult:
    """Return the second period with one item dropped from its roster."""
    roster = SECOND.merged.roster
    kept = [place for place, (no,) in enumerate(listed(roster, "item_no")) if no != number]
    return replace(SECOND, merged=replace(SECOND.merged, roster=roster.take(kept)))


def test_an_item_of_before_that_got_lost() -> None:
    with pytest.raises(NotProvedError, match=r"items of 乙公司.*: 0 ≠ 1"):
        attempt(without("LX-3"))


def test_a_new_item_that_got_lost_between_the_rows_and_the_roster() -> None:
    with pytest.raises(NotProvedError):
        attempt(without("LX-4"))


def test_an_item_twice() -> None:
    roster = pa.concat_tables([SECOND.merged.roster, SECOND.merged.roster.slice(0, 1)])
    with pytest.raises(NotProvedError, match="items of the roster are distinct: 5 ≠ 4"):
        attempt(replace(SECOND, merged=replace(SECOND.merged, roster=roster)))


@pytest.mark.parametrize(
    ("column", "old", "new", "message"),
    [
        ("entry", "new", "before", r"items of 丙公司.*: 1 ≠ 0"),
        ("turn", "reopened", "same", r"open items.*: 3 ≠ 2"),
        ("turn", "completed_now", "same", r"open items.*: 3 ≠ 4"),
        ("stage", "completed", "removed", r"items of 甲公司.*: 1 ≠ 2"),
    ],
)
def test_news_that_do_not_explain_the_change(column: str, old: str, new: str, message: str) -> None:
    with pytest.raises(NotProvedError, match=message):
        attempt(with_column(column, old, new))
