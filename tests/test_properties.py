"""Whatever the tables: nothing is lost, nothing counts twice, and order does not matter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from portions import portion
from tables import CLEAN, ITEMS, File, lines, listed, period, registry, roster

from pipeline.count import Number, rows_behind, value
from pipeline.merge import roster_schema
from pipeline.model import FigureRef
from pipeline.write.report import LedgerResult

LEDGER = ITEMS.model_copy(update={"breakdowns": ("enterprise", "category")})
KNOWN = registry("企业名称｜简称\n甲公司｜东山\n乙公司｜东山\n丙公司｜")
NEXT = date(2020, 10, 16)
TEXTS = ["漏水", "异味", "扬尘严重", "防渗层破损", "防渗层有破损", "标识缺失"]
STATES = ["已完成", "√", "整改中", "滞后", "核查退回", "已销号", "50%", "？", "撤销", ""]

rows = st.fixed_dictionaries(
    {
        "enterprise": st.sampled_from(["甲公司", "乙公司", "丙公司", "东山", "己公司", ""]),
        "item_no": st.sampled_from(["", "LX-1", "LX-2", "LX-3", "LX-4"]),
        "description": st.sampled_from([*TEXTS, ""]),
        "status": st.sampled_from(STATES),
        "deadline": st.sampled_from(["", "2020-10-08", "2020-10-12", "9月底", "长期坚持", "待定"]),
        "completed_on": st.sampled_from(["", "2020-09-20", "2020-10-20", "2020-08-01"]),
        "planned_funds": st.sampled_from(["", "0.1", "3333元", "无需资金"]),
        "category": st.sampled_from(["废水", "废气", "别的", ""]),
    }
)
sheets = st.lists(rows, max_size=5)
names = ("甲公司.xlsx", "乙公司.xlsx", "台账.xlsx")


def told_apart(row: dict[str, str]) -> tuple[str, str, str]:
    return row["enterprise"], row["item_no"], row["description"]


def inboxes(rows: Any, **more: Any) -> Any:
    """Three files of rows."""
    sheets = st.lists(rows, max_size=4, **more)
    return st.tuples(sheets, sheets, sheets).map(
        lambda tables: [File(table(t), n) for t, n in zip(tables, names, strict=True)]
    )


ANY = inboxes(rows)
NAMED = inboxes(
    rows.filter(lambda row: row["enterprise"] in KNOWN.names and row["description"]),
    unique_by=told_apart,
)
"""Rows that name an enterprise and a fault; in one file no two that nobody could tell apart."""

bounded = settings(
    max_examples=portion(8, 25),
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def table(told: list[dict[str, str]]) -> str:
    return lines(*(CLEAN | row for row in told)) if told else "|".join(CLEAN)


def run(files: list[File], before: LedgerResult | None = None, **more: Any) -> LedgerResult:
    """Run a period; whatever does not add up stops it (NotProvedError)."""
    return period(LEDGER, *files, before=before, known=KNOWN, **more)


def whole(result: LedgerResult) -> dict[str, Number]:
    """Return the figures of the whole ledger."""
    return {ref.figure: number for ref, number in result.figures.items() if not ref.by}


@bounded
@given(ANY)
def test_each_row_read_has_one_disposition_and_no_item_stands_twice(files: list[File]) -> None:
    result = run(files)
    read = sum(file.table.count("\n") for file in files)
    assert sum(result.dispositions.values()) == read == result.merged.rows.num_rows
    told = {
        item
        for item, disposition in listed(result.merged.rows, "item_id", "disposition")
        if disposition != "set_aside"
    }
    items = [item for (item,) in roster(result, "item_id")]
    assert len(items) == len(set(items))
    assert set(items) == told


@settings(bounded, max_examples=portion(16, 60))
@given(ANY)
def test_any_rows_again_change_no_figure(files: list[File]) -> None:
    first = run(files)
    again = whole(run(files, before=first))
    past = ("previous_total", "previous_completed", "previous_completion_rate", "previous_open")
    assert (again["rate_up"] or 0, again["rate_down"] or 0) == (0, 0)
    news = dict.fromkeys(
        ("new_items", "new_completed", "new_open", "carried", "rate_up", "rate_down", *past), 0
    )
    assert again | news == whole(first) | news


@bounded
@given(NAMED, st.permutations(range(3)))
def test_the_order_of_files_changes_nothing(files: list[File], order: list[int]) -> None:
    one, other = run(files), run([files[n] for n in order])
    assert one.dispositions == other.dispositions
    assert one.ledger.roster.equals(other.ledger.roster)
    assert one.figures == other.figures


@bounded
@given(NAMED)
def test_the_same_rows_again_change_nothing(files: list[File]) -> None:
    first = run(files)
    again = run(files, before=first)
    kept = [name for name in roster_schema(ITEMS).names if name != "source_row"]
    assert again.ledger.roster.select(kept).equals(first.ledger.roster.select(kept))
    assert set(again.ledger.roster["entry"].to_pylist()) <= {"before"}
    assert set(again.ledger.roster["turn"].to_pylist()) <= {"same"}


@bounded
@given(ANY, ANY)
def test_two_periods_add_up_and_lose_no_item(one: list[File], other: list[File]) -> None:
    first = run(one)
    second = run(other, before=first, as_of=NEXT)
    items = {item for (item,) in roster(first, "item_id")}
    assert items <= {item for (item,) in roster(second, "item_id")}
    figures = whole(second)
    assert figures["total"] == len(items) + (figures["new_items"] or 0)


@bounded
@given(ANY)
def test_a_silent_period_changes_no_total(files: list[File]) -> None:
    first = run(files)
    silent = run([], before=first, as_of=NEXT)
    assert silent.ledger.roster.num_rows == first.ledger.roster.num_rows
    figures, before = whole(silent), whole(first)
    for name in ("total", "completed", "ongoing", "undecided", "planned_funds", "enterprises"):
        assert figures[name] == before[name]
    assert figures["carried"] == figures["total"]
    assert figures["new_items"] == figures["newly_completed"] == figures["reopened"] == 0


@bounded
@given(ANY)
def test_a_count_is_the_number_of_the_rows_behind_it(files: list[File]) -> None:
    ledger = run(files).ledger
    for figure in ITEMS.figures:
        if figure.kind != "count":
            continue
        refs = [FigureRef("rectification", figure.id)]
        if figure.table == "roster":
            refs += [
                FigureRef("rectification", figure.id, by, at)
                for by, slices in ledger.slices.items()
                for at in slices
            ]
        for ref in refs:
            behind: pa.Table = rows_behind(ledger, ref)
            assert value(ledger, ref) == behind.num_rows
