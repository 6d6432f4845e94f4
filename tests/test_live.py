"""The self-check in the workbook says what the program finds: no more anywhere, and no less on the
declared domain of values. LibreOffice computes; Excel and WPS were not tried.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from openpyxl import Workbook, load_workbook

from pipeline.errors import ProfileError
from pipeline.model import Submission
from pipeline.profile import Profile
from pipeline.read import read
from pipeline.rules.algebra import (
    AS_OF,
    After,
    And,
    Before,
    Blank,
    Contains,
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
from pipeline.rules.live import live_and_later
from pipeline.write.returns import Fault, Heading, annotated
from pipeline.write.selfcheck import self_check
from tests.live_forms import Row, by_the_program, filled, judged
from tests.office import to_xlsx
from tests.tables import CASES, CLEAN, CLEAN_CASE, ITEMS

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
        if column.type == "choice":
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


def base_of(profile: Profile) -> Row:
    clean = CLEAN if profile is ITEMS else CLEAN_CASE
    return {n: v for n, v in clean.items() if n != "enterprise"}


@pytest.mark.slow
@pytest.mark.parametrize("profile", [ITEMS, CASES], ids=["rectification", "cases"])
def test_the_self_check_says_what_the_program_finds(profile: Profile, tmp_path: Path) -> None:
    values = domain(profile)
    base = base_of(profile)
    rows = [*one_at_a_time(base, values, profile.key), *together(base, values, 400)]
    rows += [{**base, profile.key: n} for n in NUMBERS]
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
    Shaped("description", ("LX-999", "A9?", "<9", "?")), Longer("description", 3),
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
    )
    values = domain(ITEMS) | {"description": list(texts)}
    names = ("description", "found_on", "deadline", "extended_deadline", "approval_no", "status",
             "planned_funds", "completed_on", "evidence")  # fmt: skip
    kept = {name: values[name] for name in names}
    due = {**base, "deadline": date(2020, 9, 15), "status": "√"}
    late = [{**due, "completed_on": day} for day in DAYS]
    return [*one_at_a_time(base, kept, "item_no"), *together(base, kept, 250), *late]


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


# ---------------------------------------------------------------- what comes back


def returned(path: Path) -> tuple[Any, Any]:
    """What reading makes of a workbook."""
    data = path.read_bytes()
    reading = read([Submission(0, path.name, "", path, len(data))], [ITEMS], jobs=1)
    table = reading.rows[ITEMS.id]
    return reading, table.filter(pc.greater_equal(table["row_no"], 7))


def test_a_returned_self_check_is_not_read(tmp_path: Path) -> None:
    base = base_of(ITEMS)
    rows = [
        base,
        {**base, "item_no": "LX-001", "status": "已完成"},
        {},
        {"description": "只有描述"},
    ]
    typed = tmp_path / "typed.xlsx"
    typed.write_bytes(filled(ITEMS, rows))
    computed = to_xlsx(typed, tmp_path / "computed")
    told = {}
    for path in (typed, computed):
        reading, table = returned(path)
        assert reading.notices == ()
        assert reading.sheets[1].unknown == ()
        assert "自检" not in reading.sheets[1].title
        told[path] = table.select(["row_no", "reason", "extra", *(c.id for c in ITEMS.columns)])
    assert told[typed].equals(told[computed])
    assert told[typed]["row_no"].to_pylist() == [7, 8, 9, 10]
    assert told[typed]["reason"].to_pylist() == [None, None, "blank", None]
    aside = [[c for c in json.loads(e) if c] if e else [] for e in told[typed]["extra"].to_pylist()]
    token = str(load_workbook(typed).worksheets[1].cell(9, len(ITEMS.columns) + 1).value)
    assert aside == [[], [], [token], []]


def test_a_self_check_that_was_typed_over_changes_nothing(tmp_path: Path) -> None:
    base = base_of(ITEMS)
    path = tmp_path / "typed.xlsx"
    path.write_bytes(filled(ITEMS, [{**base, "person": None}]))
    book = load_workbook(path)
    sheet = book.worksheets[1]
    sheet["A5"] = "自检：已填 1 行，未见需要修改的地方。"
    for cell in sheet[6]:
        if "自检" in str(cell.value):
            sheet.cell(7, cell.column, "#REF!" if cell.column % 2 else "√ 未见问题")
            sheet.cell(9, cell.column, "编出来的")
    book.save(path)
    reading, table = returned(path)
    assert [n.code for _, n in reading.notices] == []
    assert table["row_no"].to_pylist() == [7]
    said, _ = by_the_program(ITEMS, path, [7])
    assert said == ["『责任人』为空：须填写"]


def test_a_column_of_the_clerks_own_is_kept_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    book = Workbook()
    book.active.append(["序号", "问题描述", "整改状态", "自检", "自检情况"])
    book.active.append([1, "挡板破损", "已完成", "合格", "自检：好"])
    book.save(path)
    reading, _ = returned(path)
    table = reading.rows[ITEMS.id].filter(pc.equal(reading.rows[ITEMS.id]["row_no"], 2))
    assert table["extra"].to_pylist() == ['{"自检": "合格", "自检情况": "自检：好"}']


def test_a_workbook_sent_back_with_comments_still_checks_itself(tmp_path: Path) -> None:
    path = tmp_path / "typed.xlsx"
    path.write_bytes(filled(ITEMS, [{**base_of(ITEMS), "person": None}]))
    fault = Fault("整改台账", 7, "U", "责任人", "", "W", "第 7 行『责任人』为空。", "请填写。")
    heading = Heading("台账.xlsx", date(2020, 10, 9), None)
    back = tmp_path / "back.xlsx"
    back.write_bytes(annotated(path.read_bytes(), [fault], lang="zh", heading=heading))
    sheet = load_workbook(to_xlsx(back, tmp_path / "again"), data_only=True)["整改台账"]
    assert "先看第 7 行：『责任人』为空：须填写。" in str(sheet["A5"].value)
    assert sheet["U7"].comment is not None
    before, after = (returned(each)[1].drop_columns(["sheet_id"]) for each in (path, back))
    assert after.equals(before)


# ---------------------------------------------------------------- what clerks do to it


def test_rows_sorted_inserted_and_pasted_over_keep_being_checked(tmp_path: Path) -> None:
    """Sorted rows are values moved; a row inserted has no self-check, and the line says so."""
    base = base_of(ITEMS)
    faulty = {**base, "person": None, "item_no": "LX-009"}
    done = judged(ITEMS, [faulty, base, {**base, "item_no": "lx-001"}], tmp_path)
    assert done.said == [
        "『责任人』为空：须填写",
        "『问题编号』与其他行重复",
        "『问题编号』与其他行重复",
    ]
    assert done.status.startswith("自检：已填 3 行，还有 3 处需要修改")
    assert "先看第 7 行：『责任人』为空：须填写。" in done.status
    path = tmp_path / "more.xlsx"
    path.write_bytes(filled(ITEMS, [base, *[{}] * 30, {"description": "表外一行"}], rows=4))
    sheet = load_workbook(to_xlsx(path, tmp_path / "again"), data_only=True).worksheets[1]
    assert str(sheet["A5"].value) == (
        "自检：已填 1 行，未见需要修改的地方。 另有 1 行没有自检（新插入或表外的行），不影响填报。"
    )


def test_the_as_of_date_is_read_from_its_cell(tmp_path: Path) -> None:
    late = {**base_of(ITEMS), "deadline": date(2020, 12, 31)}
    path = tmp_path / "typed.xlsx"
    path.write_bytes(filled(ITEMS, [late]))
    book = load_workbook(path)
    name = book.defined_names["check_as_of"].attr_text.split("!")[1].replace("$", "")
    book.worksheets[1][name] = date(2021, 1, 1)
    book.save(path)
    sheet = load_workbook(to_xlsx(path, tmp_path / "again"), data_only=True).worksheets[1]
    assert "『整改时限』已过，尚未完成" in str(sheet["A5"].value)


def test_in_english(tmp_path: Path) -> None:
    base = base_of(ITEMS)
    done = judged(ITEMS, [base, {**base, "status": "已完成"}], tmp_path, lang="en")
    assert done.said == done.meant
    assert done.status.startswith("Self-check: 2 rows filled in, 4 places to correct")
    assert "“Completed on” is blank: needed where the status is completed" in done.said[1]


# ---------------------------------------------------------------- what is in the workbook


def test_rules_on_trial_and_retired_ones_are_not_in_the_workbook() -> None:
    def living(life: str) -> Profile:
        rules = (r.model_copy(update={"life": life}) for r in ITEMS.rules)
        return ITEMS.model_copy(update={"rules": tuple(rules)})

    def codes(profile: Profile) -> set[str]:
        live, later = live_and_later(profile)
        return {each.code for each in live} | {each.code for each in later}

    of_columns = {"required", "unknown-choice", "asked-choice", "unreadable-date"}
    of_columns |= {"unreadable-deadline"}
    assert codes(living("trial")) == codes(living("retired")) == of_columns
    assert codes(ITEMS) == of_columns | {rule.code for rule in ITEMS.rules}


LATER = {
    "rectification": {"number-lost", "key-elsewhere"},
    "cases": {"number-lost"},
}
"""Checks that no formula does, because they compare files or need what Excel hides."""


@pytest.mark.parametrize("profile", [ITEMS, CASES], ids=["rectification", "cases"])
def test_what_is_checked_on_arrival_only_is_known(profile: Profile) -> None:
    _, later = live_and_later(profile)
    assert {check.code for check in later} == LATER[profile.id]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("profile", [ITEMS, CASES], ids=["rectification", "cases"])
def test_formulas_keep_to_what_excel_2010_takes(profile: Profile, lang: str) -> None:
    check = self_check(profile, lang, 7, 507)
    known = {
        "AND", "CHAR", "CLEAN", "COUNT", "DATE", "DAY", "EXACT", "FIND", "IF", "IFERROR", "INDEX",
        "INT", "ISERROR", "ISLOGICAL", "ISNUMBER", "LEFT", "LEN", "MATCH", "MID", "MONTH", "NOT",
        "OR", "RIGHT", "ROUND", "ROW", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TRIM", "UPPER", "VALUE",
        "YEAR", "ABS",
    }  # fmt: skip
    for formula in (*check.formulas, check.status):
        assert len(formula) < 2_000
        bare = re.sub(r'"[^"]*"', "", formula)
        assert set(re.findall(r"[A-Z]+(?=\()", bare)) <= known
        assert not re.search(r"[{}!]", bare)  # neither array constants nor other sheets
        depth = max(accumulate((c == "(") - (c == ")") for c in bare))
        assert depth <= 64
    for texts in check.lists.values():
        assert all(texts)


def test_a_column_with_too_many_phrases_is_refused() -> None:
    rule = next(r for r in ITEMS.rules if r.family == "not_one_of")
    long = rule.model_copy(update={"values": tuple(f"不许出现的内容{n}" for n in range(400))})
    profile = ITEMS.model_copy(update={"rules": (long,)})
    with pytest.raises(ProfileError, match="超过 Excel 的上限"):
        self_check(profile, "zh", 7, 507)
