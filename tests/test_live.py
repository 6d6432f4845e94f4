"""The self-check in the workbook says what the program finds: no more anywhere, and no less on the
declared domain of values. LibreOffice computes; Excel and WPS were not tried.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from portions import portion
from rule_faults import AMOUNTS as FAULTY_AMOUNTS
from rule_faults import CHECKED, DONE, DONE_FINE, DONE_TEXT, OPEN_FINE, OPEN_TEXT, VERIFIED
from rule_faults import TEXTS as FAULTY_TEXTS

from pipeline.profile import Profile
from pipeline.rules.algebra import (
    AS_OF,
    After,
    And,
    Before,
    Blank,
    Contains,
    Exceeds,
    Longer,
    Missing,
    Not,
    OneOf,
    Or,
    Outside,
    Predicate,
    Reads,
    Shaped,
    Understood,
)
from tests.live_forms import Row, base_of, judged
from tests.tables import CASES, ITEMS

pytestmark = pytest.mark.office

BLANKS = (None, " ", "\u3000", "\u00a0", "\u200b", "\n", " \u3000 ")
DAYS = (
    date(2020, 10, 9), datetime.fromisoformat("2020-10-09T12:30"), date(2020, 9, 1),
    date(2021, 1, 1), date(2020, 10, 10), date(2020, 10, 12), date(1999, 12, 31),
    44113, 44113.5, 20201009,
    "2020-10-09", "2020-9-1", "2020.10.9", "2020/10/10", "2020年10月9日", "2020年10月09号",
    "20201010", " 2020-10-09 ", "2020 年 9 月 30 日", "2020-10/9",
    "2020-9-31", "2020年13月1日", "1985-01-01", "2020-02-30", 2020.1, 5, 20201301,
)  # fmt: skip
"""Dates that Excel and the program understand alike, or alike not."""

UNSURE_DAYS = (
    "10月9日", "9月底", "二〇二〇年十月九日", "2020-10-09 12:30", "待定", "长期坚持", "2020年底前",
    "44113", "２０２０－１０－０９", "2020年10月", "2020-10-09.", "约2020年10月9日", "立即", "1.2",
    "2020年10.9", "2020-10-9星期五", True, 31000, date(1985, 1, 1),
)  # fmt: skip
"""What only the program understands, or can tell to be no date: Excel is silent."""

TEXTS = (
    *BLANKS, "文字", "无", " 无 ", "待定", "/", "／", "-", "—", "－", "待 补 充", "*", "?", "<5",
    "~", "#", "=1+1", 5, 0, "0", "同上。",
)  # fmt: skip
NUMBERS = (
    "LX-001",
    "lx-001",
    "LX- 001",
    "LX*",
    "LX?",
    "*",
    "?",
    "<5",
    ">0",
    7,
    "7",
    None,
    " ",
    "~1",
)
"""Item numbers, patterns and repeated ones among them."""

AMOUNTS = (
    *BLANKS,
    0,
    1.5,
    -1,
    100,
    100.0000001,
    1e13,
    "0",
    "1.5",
    "100",
    "101",
    "无需资金",
    "不涉及",
)
NARRATIVES = (
    *DONE_FINE,
    *OPEN_FINE,
    *(row["progress"] for _, row, *_ in (*DONE_TEXT, *OPEN_TEXT)),
)
"""Progress in words, with negations and with what only looks like a contradiction."""

PHONES = (
    13900000000,
    "13900000000",
    " 139 0000 0000 ",
    "１３９００００００００",
    "139-0000-0000",
    "0871—0000000",
    "（0871）0000000",
    "0871-00000000转801",
    "13900000000、0871-0000000",
    "13900000000／13800000000",
    "87100000",
    "+86 13900000000",
    "+86 139-0000-0000",
    "1390000000",
    "139000000000",
    "办公室",
    "张三 13900000000",
    "1391234567O",
    "1.39E+10",
    "23900000000",
    "0000-1234567",
)
UNSURE_AMOUNTS = ("5万元", "1,000", "约30", "１２", "-5", "1 000", "1e3", True, ".5")


def choices(profile: Profile, name: str) -> list[Any]:
    """Every spelling of a column, dressed as clerks dress them, and what is none."""
    column = profile.column(name)
    known = [s for c in column.choices for s in (c.value, c.en, *c.accepts)]
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in known[-1])
    first = column.choices[0].value
    dressed = [f" {first}", f"{first[0]} {first[1:]}", f"【{first}】", f"“{first}”", f"{first}。"]
    return [*known, *dressed, wide, known[0].lower(), *column.asks, "差不多", "*", "？", 1, *BLANKS]


def domain(profile: Profile) -> dict[str, list[Any]]:
    """The declared values of each column that has any."""
    found: dict[str, list[Any]] = {}
    for column in profile.columns:
        if column.id == "phone":
            found[column.id] = [*PHONES, *TEXTS]
        elif column.id == "progress":
            found[column.id] = [*NARRATIVES, *TEXTS]
        elif column.type == "choice":
            found[column.id] = choices(profile, column.id)
        elif column.type in ("date", "deadline"):
            found[column.id] = [*DAYS, *BLANKS]
        elif column.type == "number":
            found[column.id] = list(AMOUNTS)
        elif column.type == "text" and column.id != profile.key:
            found[column.id] = list(TEXTS)
    found[profile.key] = list(NUMBERS)
    return found


def one_at_a_time(base: Row, values: dict[str, list[Any]], key: str) -> Iterator[Row]:
    for name, told in values.items():
        for number, value in enumerate(told):
            row = {**base, key: f"{name}{number}", name: value}
            yield row


def together(base: Row, values: dict[str, list[Any]], count: int) -> Iterator[Row]:
    """Rows in which anything may stand anywhere."""
    dice = random.Random(20201009)
    for _ in range(count):
        changed = dice.sample(sorted(values), dice.randint(2, len(values)))
        yield {**base, **{name: dice.choice(values[name]) for name in changed}}


@pytest.mark.slow
@pytest.mark.parametrize("profile", [ITEMS, CASES], ids=["rectification", "cases"])
def test_the_self_check_says_what_the_program_finds(profile: Profile, tmp_path: Path) -> None:
    values = domain(profile)
    base = base_of(profile)
    rows = [*one_at_a_time(base, values, profile.key), *together(base, values, 400)]
    rows += [{**base, profile.key: n} for n in NUMBERS]
    if profile is ITEMS:
        rows += [{**done, "progress": text} for done in (DONE, VERIFIED) for text in NARRATIVES]
        typed = [(r, {n: float(v) for n, v in told.items()}) for r, told, *_ in FAULTY_AMOUNTS]
        planted = (*CHECKED, *FAULTY_TEXTS, *typed)
        rows += [{**row, **changes} for row, changes, *_ in planted]
        rows = [{n: v for n, v in row.items() if n != "enterprise"} for row in rows]
    done = judged(profile, rows, tmp_path)
    differ = [
        (row, said, meant)
        for row, said, meant in zip(rows, done.said, done.meant, strict=True)
        if said != meant
    ]
    assert differ == []
    assert len(rows) > 500
    assert sum(said != "√ 未见问题" for said in done.said) > 400


@pytest.mark.slow
@pytest.mark.parametrize("profile", [ITEMS, CASES], ids=["rectification", "cases"])
def test_what_excel_cannot_be_sure_of_is_never_accused(profile: Profile, tmp_path: Path) -> None:
    """Excluded from the domain, by code: whatever is said of such a row, the program finds too."""
    values: dict[str, list[Any]] = {
        c.id: [*UNSURE_DAYS, "2020-10-09"]
        for c in profile.columns
        if c.type in ("date", "deadline")
    }
    values |= {c.id: [*UNSURE_AMOUNTS, None] for c in profile.columns if c.type == "number"}
    base = base_of(profile)
    rows = [*one_at_a_time(base, values, profile.key), *together(base, values, 300)]
    done = judged(profile, rows, tmp_path)
    more = [
        (row, extra)
        for row, said, meant in zip(rows, done.said, done.meant, strict=True)
        if said != "√ 未见问题" and (extra := set(said.split("；")) - set(meant.split("；")))
    ]
    assert more == []
    silent = sum(said != meant for said, meant in zip(done.said, done.meant, strict=True))
    assert silent > 50  # the exclusion is one: Excel does leave things to the program


PREDICATES: list[Predicate] = [
    Blank("description"), Blank("found_on"), Blank("status"), Blank("planned_funds"), Blank("due"),
    OneOf("status", ("已完成", "整改中")), OneOf("stage", ("undecided",)),
    OneOf("pace", ("overdue", "behind")), OneOf("punctuality", ("late", "in_time", "undated")),
    OneOf("confirmation", ("claimed",)), OneOf("status", ()),
    Reads("description", ("待定", "/", "-", "同上。")), Reads("status", ("50%", "√")),
    Contains("description", ("字", "-", "x")), Contains("description", ()),
    Contains("description", ("字", "x"), ("四个汉字", "x y", "文 字")),
    Exceeds("planned_funds", "spent_funds", Decimal(2)),
    Shaped("description", ("LX-999", "A9?", "<9", "?")), Longer("description", 3),
    Shaped("description", ("LX…", "9(…", "a-A")),
    Outside("planned_funds", Decimal(0), Decimal(100)),
    Outside("planned_funds", Decimal("0.5"), Decimal("1.5")),
    Understood("found_on"), Understood("status"), Understood("planned_funds"), Understood("due"),
    Understood("description"),
    Before("found_on", AS_OF), Before("deadline", "found_on", 3), Before("due", AS_OF),
    After("found_on", AS_OF), After("completed_on", "found_on", -3), After("completed_on", "due"),
    Missing("completed_on", "due"), Missing("completed_on", AS_OF), Missing("due", "found_on"),
    Not(Blank("evidence")), And(()), Or(()),
    And((OneOf("stage", ("completed",)), Blank("completed_on"))),
    Or((Blank("evidence"), Not(Before("due", AS_OF)))),
]  # fmt: skip
"""At least one of each kind of predicate; days, amounts, choices, texts, derived and parts."""


def predicate_rows() -> list[Row]:
    base = base_of(ITEMS)
    texts = (
        *TEXTS,
        "LX-001",
        "ｌｘ－００２",
        "lx-1",
        "b3。",
        "四个汉字",
        " 三个字 ",
        "a　　b",
        "x y",
        "９（转）2",
        "a—B",
        "7【x",
        "Ａ７。",
    )
    values = domain(ITEMS) | {"description": list(texts)}
    names = ("description", "spent_funds", "found_on", "deadline", "extended_deadline",
             "approval_no", "status", "planned_funds", "completed_on", "evidence")  # fmt: skip
    kept = {name: values[name] for name in names}
    due = {**base, "deadline": date(2020, 9, 15), "status": "√"}
    late = [{**due, "completed_on": day} for day in DAYS]
    return [*one_at_a_time(base, kept, "item_no"), *together(base, kept, portion(100, 250)), *late]


def test_each_predicate_holds_in_excel_where_it_holds_in_the_program(tmp_path: Path) -> None:
    rows = predicate_rows()
    done = judged(ITEMS, rows, tmp_path, PREDICATES)
    differ = [
        (predicate, row)
        for row, excel, program in zip(rows, done.excel, done.program, strict=True)
        for predicate, there, here in zip(PREDICATES, excel, program, strict=True)
        if there != here
    ]
    assert differ == []
    held = [sum(flags) for flags in zip(*done.program, strict=True)]
    constant = {n for n, p in enumerate(PREDICATES) if p in (And(()), Or(()), OneOf("status", ()))}
    constant |= {n for n, p in enumerate(PREDICATES) if p == Contains("description", ())}
    idle = [p for n, p in enumerate(PREDICATES) if n not in constant and held[n] in (0, len(rows))]
    assert idle == []  # each is seen to hold and not to hold


def test_every_kind_of_predicate_is_proved() -> None:
    def kinds(predicate: Predicate) -> set[type]:
        inner = getattr(predicate, "parts", ()) or tuple(
            p for p in (getattr(predicate, "inner", None),) if p is not None
        )
        return {type(predicate)}.union(*(kinds(p) for p in inner))

    # By name: a class with slots is made twice.
    proved = {kind.__name__ for predicate in PREDICATES for kind in kinds(predicate)}
    assert proved == {kind.__name__ for kind in Predicate.__subclasses__()}
