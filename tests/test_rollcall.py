"""Roll call: who must report a ledger, who did and how, and with what its items stand."""

import json
from datetime import date

import pytest
from tables import (
    AS_OF,
    CASES,
    CLEAN,
    CLEAN_CASE,
    ITEMS,
    File,
    coded,
    figures,
    lines,
    period,
    registry,
)

from pipeline.model import RollCall
from pipeline.registry import Registry
from pipeline.rollcall import Filing, must_report, state_of
from pipeline.write.report import LedgerResult

HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
NEXT = date(2020, 10, 16)
NIL = {"filing": "nil"}
UNCHANGED = {"filing": "unchanged"}


def called(result: LedgerResult) -> list[tuple[str, str, int, str]]:
    table = result.ledger.roll_call.select(["enterprise", "state", "items", "as_at"])
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("filing", "state"),
    [
        (None, RollCall.MISSING),
        (Filing(), RollCall.MISSING),
        (Filing(rows=1), RollCall.REPORTED),
        (Filing(rows=1, nil=True), RollCall.REPORTED),
        (Filing(nil=True), RollCall.NIL),
        (Filing(nil=True, unchanged=True), RollCall.NIL),
        (Filing(unchanged=True), RollCall.UNCHANGED),
    ],
)
def test_how_an_enterprise_filed(filing: Filing | None, state: RollCall) -> None:
    assert state_of(filing) == state


def test_the_roll_is_called_in_the_registrys_order_and_adds_up_to_it() -> None:
    known = registry("企业名称｜排序\n甲公司｜5\n乙公司｜1\n丙公司｜3\n丁公司｜4\n戊公司｜2")
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-2｜扬尘｜50%", "1.xlsx"),
        File(HEAD, "乙公司.xlsx", declared=NIL),
        File(HEAD, "丙公司.xlsx", declared=UNCHANGED),
        File(HEAD, "丁公司.xlsx"),
        known=known,
    )
    assert called(result) == [
        ("乙公司", "nil", 0, ""),
        ("戊公司", "missing", 0, ""),
        ("丙公司", "unchanged", 0, ""),
        ("丁公司", "missing", 0, ""),
        ("甲公司", "reported", 2, "2020-10-09"),
    ]
    names = ("expected", "reporting", "nil_returns", "unchanged_returns", "missing")
    assert figures(result, *names) == [5, 3, 1, 1, 2]
    assert [
        (f["code"], f["severity"], f["enterprise"], f["submission"])
        for f in result.findings.to_pylist()
        if f["code"] in ("not-reported", "empty-return")
    ] == [("not-reported", "W", "戊公司", None), ("empty-return", "W", "丁公司", 3)]


def test_a_silent_enterprise_is_named_with_what_stands_of_it() -> None:
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-2｜扬尘｜已完成")
    second = period(ITEMS, before=first, as_of=NEXT, known=registry("甲公司"))
    assert called(second) == [("甲公司", "missing", 2, "2020-10-09")]
    (told,) = coded(second, "not-reported")
    assert json.loads(told["params"]) == {"items": 2, "period": "2020-10-09"}
    assert figures(second, "total") == [2]


def test_a_nil_return_of_one_that_has_items_takes_none_away() -> None:
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜整改中")
    nil = File(HEAD, "甲公司.xlsx", declared=NIL)
    second = period(ITEMS, nil, before=first, as_of=NEXT, known=registry("甲公司"))
    assert called(second) == [("甲公司", "nil", 1, "2020-10-09")]
    (told,) = coded(second, "nil-but-items")
    assert (told["submission"], json.loads(told["params"])["items"]) == (0, 1)
    assert figures(second, "total") == [1]


@pytest.mark.parametrize("declared", [NIL, UNCHANGED])
def test_a_declaration_that_the_rows_deny_is_asked_about(declared: dict[str, str]) -> None:
    told = File(HEAD + "甲公司｜LX-1｜漏水｜整改中", "甲公司.xlsx", declared=declared)
    result = period(ITEMS, told, known=registry("甲公司"))
    assert called(result) == [("甲公司", "reported", 1, "2020-10-09")]
    code = "nil-with-rows" if declared == NIL else "unchanged-with-changes"
    assert len(coded(result, code)) == 1


def test_an_unchanged_return_carries_the_items_without_a_question() -> None:
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜整改中")
    same = File(HEAD, "甲公司.xlsx", declared=UNCHANGED)
    second = period(ITEMS, same, before=first, as_of=NEXT, known=registry("甲公司"))
    assert called(second) == [("甲公司", "unchanged", 1, "2020-10-09")]
    assert second.findings.num_rows == 0


def test_a_plant_reports_by_its_rows_in_the_subsidiarys_file() -> None:
    table = HEAD + "甲公司｜LX-1｜漏水｜整改中\n乙公司｜LX-2｜扬尘｜整改中"
    result = period(ITEMS, File(table, "甲公司.xlsx"), known=registry("甲公司 乙公司"))
    assert [(name, state) for name, state, *_ in called(result)] == [
        ("甲公司", "reported"),
        ("乙公司", "reported"),
    ]


def test_who_must_report_is_the_profiles_to_say() -> None:
    known = registry("企业名称｜实体\n甲公司｜是\n乙公司｜否\n丙公司｜")
    assert [e.name for e in known.enterprises if must_report(e, ITEMS)] == ["甲公司", "丙公司"]
    rows = HEAD + "乙公司｜LX-1｜漏水｜整改中"
    result = period(ITEMS, rows, known=known)
    assert [name for name, *_ in called(result)] == ["甲公司", "丙公司"]
    assert figures(result, "total", "expected", "missing") == [1, 2, 2]


def test_without_a_registry_nobody_new_can_be_missed_but_those_with_items_can() -> None:
    unnamed = Registry(given=False)
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜整改中", known=unnamed)
    assert called(first) == [("甲公司", "reported", 1, "2020-10-09")]
    second = period(
        ITEMS, HEAD + "乙公司｜LX-2｜扬尘｜整改中", before=first, as_of=NEXT, known=unnamed
    )
    assert called(second) == [
        ("乙公司", "reported", 1, "2020-10-16"),
        ("甲公司", "missing", 1, "2020-10-09"),
    ]


def test_a_ledger_kept_centrally_has_no_roll_call() -> None:
    result = period(CASES, lines(CLEAN_CASE), as_of=AS_OF)
    assert called(result) == []
    assert result.findings.num_rows == 0


def test_unchanged_above_rows_that_nobody_touched_is_one_cell_and_no_contradiction() -> None:
    table = lines(CLEAN, {**CLEAN, "item_no": "LX-2", "description": "危废间没有标识"})
    first = period(ITEMS, File(table, "甲公司.xlsx"), known=registry("甲公司"))
    again = table.replace("2020-12-31", "2020.12.31")
    same = File(again, "甲公司2.xlsx", declared=UNCHANGED)
    later = {"before": first, "as_of": date(2020, 10, 16), "known": registry("甲公司")}
    result = period(ITEMS, same, **later)
    assert called(result) == [("甲公司", "unchanged", 2, "2020-10-16")]
    assert coded(result, "unchanged-with-changes") == coded(result, "nil-with-rows") == []
    mended = again.replace("更换挡板", "更换闸门", 1)
    touched = File(mended, "甲公司3.xlsx", declared=UNCHANGED)
    result = period(ITEMS, touched, **later)
    assert called(result) == [("甲公司", "reported", 2, "2020-10-16")]
    (told,) = coded(result, "unchanged-with-changes")
    assert (told["severity"], told["params"]) == ("W", '{"rows": 1, "where": "2"}')
