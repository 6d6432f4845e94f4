"""What the cells of a blank ledger say and warn of; none forbids anything."""

from __future__ import annotations

import pytest
from openpyxl.utils import get_column_letter

from pipeline.profile.base import Words
from pipeline.profile.load import shipped_profile
from pipeline.profile.schema import Column
from pipeline.write.guide import prompt
from tests.blank_forms import NAMES, OWN, at, below, blank, ledger, listed, opened

EXPECTED = {
    # label: type, first formula, style of the error
    "企业名称": ("list", "list_enterprise", "warning"),
    "问题来源": ("list", "list_source", "warning"),
    "整改状态": ("list", "list_status", "warning"),
    "发现日期": ("date", "36526", "warning"),
    "整改时限": ("date", "36526", "warning"),
    "计划资金(万元)": ("custom", None, "warning"),
    "问题描述": (None, None, None),
    "备注": (None, None, None),
}


@pytest.mark.parametrize("label", EXPECTED)
def test_validation_by_type(label: str) -> None:
    sheet = ledger(blank())
    told = at(sheet, below(sheet, label))
    kind, formula, style = EXPECTED[label]
    assert told.type == kind
    assert told.errorStyle == style
    assert formula is None or told.formula1 == formula
    assert told.promptTitle == label


@pytest.mark.parametrize("name", ["rectification", "cases"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_column_has_one_validation_for_all_rows_and_none_forbids(
    name: str, lang: str
) -> None:
    sheet = ledger(blank(name, lang=lang))
    for i, _ in enumerate(shipped_profile(name).columns, start=1):
        letter = get_column_letter(i)
        told = at(sheet, f"{letter}7")
        assert str(told.sqref) == f"{letter}7:{letter}218"
        assert told.errorStyle in (None, "warning")
        assert 0 < len(told.promptTitle or "") <= 32
        assert 0 < len(told.prompt or "") <= 255
        assert len(told.error or "") <= 255


def test_date_bounds() -> None:
    sheet = ledger(blank())
    told = at(sheet, below(sheet, "完成日期"))
    assert (told.formula1, told.formula2) == ("36526", "73050")  # 2000-01-01, 2099-12-31
    assert "2020-10-09" in (told.error or "")
    deadline = at(sheet, below(sheet, "整改时限"))
    assert "2020年底前" in (deadline.error or "")


def test_answers_in_words_pass_a_number_column_in_silence() -> None:
    sheet = ledger(blank())
    cell = below(sheet, "计划资金(万元)")
    formula = at(sheet, cell).formula1 or ""
    assert formula.startswith(f"OR(AND(ISNUMBER({cell}),{cell}>=0),")
    assert f'{cell}="无需资金"' in formula


def test_a_plain_number_column_is_at_least_nothing() -> None:
    profile = shipped_profile("rectification")
    plain = tuple(c.model_copy(update={"answers": ()}) for c in profile.columns)
    sheet = ledger(blank(profile.model_copy(update={"columns": plain})))
    told = at(sheet, below(sheet, "计划资金(万元)"))
    assert (told.type, told.operator, told.formula1) == ("decimal", "greaterThanOrEqual", "0")


def test_several_choices_have_a_message_and_no_dropdown() -> None:
    sheet = ledger(blank("cases"))
    told = at(sheet, below(sheet, "污染类型"))
    assert told.type is None
    assert "水、大气、噪声" in (told.prompt or "")


def test_every_dropdown_has_a_defined_name_with_the_profiles_values() -> None:
    book = opened(blank())
    for column in shipped_profile("rectification").columns:
        if column.type == "choice":
            assert listed(book, f"list_{column.id}") == [c.value for c in column.choices]
    assert listed(book, "list_enterprise") == list(NAMES)


def test_without_a_registry_the_enterprise_is_its_own_only_choice() -> None:
    assert listed(opened(blank(enterprises=())), "list_enterprise") == [OWN]
    anyone = opened(blank(enterprise=None, enterprises=()))
    assert "list_enterprise" not in anyone.defined_names


def test_prompt_says_purpose_need_form_and_example() -> None:
    deadline = shipped_profile("rectification").column("deadline")
    assert prompt(deadline, "zh").split("\n") == [
        f"【应填】{deadline.purpose.zh}",
        "写成 2020-10-09，或“2020年底前”",
        f"例：{deadline.example}",
    ]


def test_prompt_is_cut_at_what_excel_shows() -> None:
    words = Words(zh="长" * 300, en="long")
    assert len(prompt(Column(id="a", label=words, purpose=words), "zh")) == 255
