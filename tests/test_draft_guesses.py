"""What ``profile new`` takes a column, a row or a value for: one small case after another."""

from __future__ import annotations

import pytest

from pipeline.draft import Draft, draft
from pipeline.draft.columns import Seen, guess
from pipeline.draft.names import slug
from pipeline.draft.words import stage_of
from pipeline.read import Page


def drafted(text: str, name: str = "Sheet1", merged: tuple[tuple[int, int, int, int], ...] = (),
            file: str = "list.xlsx") -> Draft:  # fmt: skip
    rows = [line.split("|") for line in text.splitlines()]
    return draft([Page(name, rows, merged)], file)


TWENTY = [str(n) for n in range(1, 21)]


@pytest.mark.parametrize(
    ("label", "cells", "type"),
    [
        ("序号", TWENTY, "serial"),
        ("No.", TWENTY, "serial"),
        ("No.", ["7", "12", "3"], "text"),
        ("Case No", ["7", "12", "3"], "text"),
        ("作業NO", ["7", "12", "3"], "text"),
        ("Item", ["23711", "23712", "23715", "23811", "23911", "23990", "24001"], "text"),
        ("Cost", ["23711", "23712", "23715", "23811", "23911", "23990", "240"], "number"),
        ("Cost", ["23711", "23711", "23715", "23811", "23911", "23990", "24001"], "number"),
        ("Plant", ["0101", "0102", "2203"], "text"),
        ("电话", ["13800138000", "13800138001"], "text"),
        ("金额(万元)", ["1.5", "3", "1,200"], "number"),
        ("Rate", ["5%", "7.5%", "12%"], "text"),
        ("Date", ["2020-10-09", "10/31/2020", "9 Oct 2020"], "date"),
        ("When", ["2020-10-09", "10/31/2020", "soon", "later"], "text"),
        ("Date", ["20201009", "20201010", "20201011"], "date"),
        ("Born", ["1961-02-03", "1975-01-01", "1999-05-05"], "text"),
        ("整改时限", ["2020-10-09", "11月底", "长期坚持"], "deadline"),
        ("Due", ["2020-10-09", "2020-11-01"], "deadline"),
        ("批次", ["第一批", "第二批", "第3批"], "ordinal"),
        ("Done", ["TRUE", "FALSE", "TRUE"], "choice"),
        ("Risk", ["High", "Low"] * 3, "choice"),
        ("Risk", ["High", "low", "HIGH", "Low"], "choice"),
        ("Risk", ["High", "Low", "Medium", "None"], "text"),
        ("Status", ["Open", "Closed", "In progress", "Open"], "choice"),
        ("Owner", ["P. Example", "R. Sample"] * 5, "text"),
        ("污染类型", ["水、大气", "水", "大气、噪声", "噪声", "水、噪声", "大气"], "choices"),
        ("备注", ["", "", ""], "text"),
    ],
)
def test_a_column_is_taken_for_what_it_holds(label: str, cells: list[str], type: str) -> None:
    assert guess(Seen(label, cells), None).type == type


def test_spellings_that_differ_in_case_are_one_choice() -> None:
    found = guess(Seen("Risk", ["High", "low", "HIGH", "Low", "High"]), None)
    assert found.choices == (("High", 3), ("low", 2))


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["01/02/2020", "10/31/2020"], "mdy"),
        (["01/02/2020", "31/10/2020"], "dmy"),
        (["01/02/2020", "03/04/2020"], None),
        (["31/10/2020", "10/31/2020"], None),
        (["2020-10-31", "9 Oct 2020"], None),
    ],
)
def test_the_order_of_day_and_month_is_told_by_days_that_allow_but_one(
    dates: list[str], order: str | None
) -> None:
    rows = "\n".join(f"R-{n}|Leak in hall {n}|{day}" for n, day in enumerate(dates))
    assert drafted(f"Ref|Finding|Raised\n{rows}").dates == order


@pytest.mark.parametrize(
    ("above", "header"),
    [("", (0, 0)), ("Title\n", (1, 1)), ("Title\n\nUnit: t|2020\n", (3, 3))],
    ids=["first row", "under a title", "under more"],
)
def test_the_header_is_found(above: str, header: tuple[int, int]) -> None:
    made = drafted(f"{above}Ref|Finding|Cost\nA-1|Leak in hall 1|20\nA-2|No label|5")
    assert (made.header, made.rows) == (header, 2)


def test_two_rows_of_header_become_one_where_cells_are_merged() -> None:
    text = "Ref|2019||2020\n|Plan|Spent|Plan|Spent\nA-1|1|2|3|4\nA-2|5|6|7|8"
    made = drafted(text, merged=((0, 1, 0, 2), (0, 3, 0, 4), (0, 0, 1, 0)))
    labels = [c.label.en for c in made.columns if c.seen is not None]
    assert (made.header, made.rows) == ((0, 1), 2)
    assert labels[:2] == ["Ref", "2019 Plan"]


def test_rows_that_are_no_data_are_left_out() -> None:
    text = (
        "Ref|Finding|Status\nA-1|Leak|Open\nRef|Finding|Status\nA-2|Smell|Closed\nA-3|Dust|Open\nTotal|3\n"
        "Note: ask Pat\n\n|Finding|Meaning\n|Leak|water comes out"
    )
    made = drafted(text)
    assert made.rows == 3
    assert made.column("status").choices == (("Open", 2), ("Closed", 1))


def test_columns_without_a_label_or_with_another_s_are_told_of() -> None:
    text = "Ref|Finding||Cost|Cost\nA-1|Leak|x|1|2\nA-2|Smell|y|3|4\nA-3|Dust|z|5|6"
    assert [told.en for told in drafted(text).left_out] == [
        "column C of “Sheet1” has no label",
        "column E of “Sheet1” repeats a label",
    ]


def test_without_a_number_a_status_or_an_enterprise_these_are_added_or_left() -> None:
    made = drafted("Finding|Cost\nLeak in the hall|1\nLeak in the hall|2\nSmell|2")
    assert [(c.id, c.type, c.seen is None) for c in made.columns] == [
        ("item_no", "text", True), ("finding", "text", False), ("cost", "number", False),
        ("status", "choice", True),
    ]  # fmt: skip
    assert (made.key, made.reported) == ("item_no", False)
    assert (made.states.blank_is_open, made.states.by_date) == (True, "")


def test_where_no_status_stands_a_date_of_closing_tells() -> None:
    made = drafted("Ref|Finding|Closed on\nA-1|Leak|2020-10-09\nA-2|Smell|\nA-3|Dust|2020-10-01")
    assert made.states.by_date == "closed_on"


@pytest.mark.parametrize(
    ("rows", "reported"), [("North\nNorth\nNorth", True), ("North\nSouth\nNorth", False)]
)
def test_a_list_of_one_unit_is_one_that_each_sends(rows: str, reported: bool) -> None:
    lines = [f"A-{n}|{unit}|Leak in hall {n}" for n, unit in enumerate(rows.splitlines())]
    assert drafted("\n".join(["Ref|Business Unit|Finding", *lines])).reported is reported


def test_people_are_kept_from_leadership_and_are_no_breakdown() -> None:
    text = "Ref|Finding|Phone|Owner|Area\n" + "\n".join(
        f"A-{n}|Leak in hall {n}|1380013800{n}|{'Pat' if n % 2 else 'Kim'}|{'N' if n % 2 else 'S'}"
        for n in range(8)
    )
    made = drafted(text)
    closed = [c.id for c in made.columns if c.audience]
    assert (closed, made.breakdowns) == (["phone", "owner"], ("area",))


@pytest.mark.parametrize(
    ("text", "asked", "stage"),
    [
        ("Closed", False, "completed"), ("已办结", False, "completed"), ("完了", True, "completed"),
        ("In Progress", False, "ongoing"), ("未完成", False, "ongoing"),
        ("是", True, "completed"), ("是", False, ""), ("No", True, "ongoing"),
        ("基本完成", False, ""), ("50%", False, ""), ("Mostly closed", False, ""),
    ],
)  # fmt: skip
def test_only_what_surely_says_so_is_a_stage(text: str, asked: bool, stage: str) -> None:
    assert stage_of(text, asked=asked) == stage


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Date Closed (MM/DD)", "date_closed_mm_dd"), ("dateClosed", "date_closed"),
        ("Échéance", "echeance"), ("2004 Projected", "c_2004_projected"), ("隐患编号", ""),
        ("费用 (RMB)", "rmb"), ("#", ""), ("x" * 60, "x" * 40),
    ],
)  # fmt: skip
def test_a_label_becomes_an_identifier_where_it_is_latin(label: str, name: str) -> None:
    assert slug(label) == name
