"""A self-checking blank ledger: what comes back of it, what clerks do to it, what is in it."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from openpyxl import Workbook, load_workbook

from pipeline.errors import ProfileError
from pipeline.messages.catalogue import tell_short
from pipeline.model import Submission
from pipeline.profile import Profile
from pipeline.read import read
from pipeline.rules.live import live_and_later
from pipeline.write.returns import Fault, Heading, annotated
from pipeline.write.selfcheck import self_check
from tests.live_forms import base_of, by_the_program, filled, judged
from tests.office import to_xlsx
from tests.tables import CASES, ITEMS

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
    told = {rule.code for rule in ITEMS.rules if "enterprise" in rule.audience}
    assert codes(ITEMS) == of_columns | told
    assert len(told) < len(ITEMS.rules)  # what only the desk is told is not there either


LATER = {
    "rectification": {
        "number-lost",
        "personal-data",
        "key-elsewhere",
        "description-alike",
        "joint-twice",
        "verifies-own-item",
        "deadline-moved",
        "extension-moved",
        "text-rewritten",
        "completion-back-dated",
        "no-progress",
        "fault-unmended",
    },
    "cases": {
        "number-lost",
        "personal-data",
        "complaint-alike",
        "case-deadline-moved",
        "case-rewritten",
    },
}
"""Checks that no formula does: they compare files or periods, or need what Excel hides."""


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
        assert len(formula) < 4_000
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


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("profile", [ITEMS, CASES], ids=["rectification", "cases"])
def test_what_is_said_is_whole_and_names_its_column(profile: Profile, lang: str) -> None:
    check = self_check(profile, lang, 7, 507)
    labels = [column.label.say(lang) for column in profile.columns]
    for told in (*check.lists["check_said"], *check.later):
        text = str(told)
        assert any(re.search(f"[『“、,] ?{re.escape(label)}[』”、,]", text) for label in labels)
        assert 5 < len(text) <= 150
        assert "{" not in text


def test_a_message_without_a_short_form_says_what_to_do() -> None:
    said = tell_short("item-missing", {}, "zh", column="问题编号")
    assert said == "『问题编号』：台账须包含全部事项，请补报；如已核减，请附依据"
