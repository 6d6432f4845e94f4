"""The blank ledger, read back: what the clerk sees, what the reader needs, what must not happen."""

from __future__ import annotations

import time
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from pipeline.profile.load import shipped_profile
from pipeline.write.form import row_token
from tests.blank_forms import NAMES, OWN, at, below, blank, day, ledger, listed, opened, values
from tests.office import to_pdf, to_xlsx

# ---------------------------------------------------------------- what stands where


def test_header_is_the_profiles_labels_and_the_hidden_row_id() -> None:
    profile = shipped_profile("rectification")
    sheet = ledger(blank())
    assert values(sheet, 6)[: len(profile.columns) + 2] == [
        *[c.label.zh for c in profile.columns],
        "行标识",
        "自检（自动）",
    ]


def test_above_the_header() -> None:
    sheet = ledger(blank())
    assert sheet.title == "整改台账"
    assert sheet["A1"].value == "整改台账（示例甲矿业有限公司）"
    assert [v for v in values(sheet, 2) if v] == [
        "填报单位",
        OWN,
        "统计截止日期",
        day("2020-10-09"),
    ]
    assert [v for v in values(sheet, 3) if v] == ["报送类型", "正常报送"]
    assert "2020-10-09" in sheet["A4"].value


def test_filing_type_is_a_dropdown_right_of_its_label() -> None:
    book = opened(blank())
    told = at(book.worksheets[1], "B3")
    assert told.formula1 == "list_filing.type"
    assert listed(book, "list_filing.type") == ["正常报送", "零报告", "无变化"]
    assert "没有事项可报：零报告" in (told.prompt or "")


def test_required_columns_are_darker_and_keep_their_words() -> None:
    sheet = ledger(blank())
    fills = {c.value: c.fill.fgColor.rgb for c in sheet[6]}
    assert fills["问题描述"] == "FF1F4E79"  # E
    assert fills["整改措施"] == "FF2E75B6"  # W
    assert fills["备注"] == "FFDDEBF7"


def test_frozen_right_of_the_enterprise_and_below_the_header() -> None:
    assert ledger(blank()).freeze_panes == "C7"
    assert ledger(blank("cases")).freeze_panes == "F7"


def test_print_setup() -> None:
    sheet = ledger(blank())
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == "$6:$6"
    last = get_column_letter(len(shipped_profile("rectification").columns))
    assert sheet.print_area == f"'整改台账'!$A$1:${last}$18"
    assert sheet.oddFooter
    assert "&P" in (sheet.oddFooter.center.text or "")


@pytest.mark.parametrize("name, pages", [("rectification", 4), ("cases", 2)])
def test_print_is_as_many_pages_wide_as_stay_legible(name: str, pages: int) -> None:
    assert ledger(blank(name)).page_setup.fitToWidth == pages


def test_a_narrow_ledger_prints_one_page_wide() -> None:
    narrow = shipped_profile("rectification")
    kept = narrow.columns[:9]
    none: dict[str, object] = {"rules": (), "derived": (), "partitions": ()}
    narrow = narrow.model_copy(update={"columns": kept, **none})
    assert ledger(blank(narrow)).page_setup.fitToWidth in (None, 1)


def test_nothing_is_protected_and_only_the_self_check_is_computed() -> None:
    book = opened(blank(items=[{"item_no": "LX-001"}]))
    assert not any(sheet.protection.sheet for sheet in book.worksheets)
    computed = [
        c for s in book.worksheets for row in s.iter_rows() for c in row if c.data_type == "f"
    ]
    assert {c.parent.title for c in computed} == {"整改台账"}
    own = len(shipped_profile("rectification").columns) + 1
    assert {c.coordinate for c in computed if c.column <= own} == {"A5"}  # the status line
    assert {c.row for c in computed} == {5, *range(7, 19)}
    names = zipfile.ZipFile(BytesIO(blank())).namelist()
    assert not [n for n in names if "vba" in n or "external" in n or "comment" in n]


# ---------------------------------------------------------------- hidden parts


def test_hidden_sheets_tell_the_reader_what_it_is() -> None:
    book = opened(blank())
    assert [(s.title, s.sheet_state) for s in book.worksheets] == [
        ("填报说明", "visible"),
        ("整改台账", "visible"),
        ("_lists", "hidden"),
        ("_taizhang", "veryHidden"),
    ]
    assert [[c.value for c in row] for row in book["_taizhang"].iter_rows()] == [
        ["profile", "rectification"],
        ["version", str(shipped_profile("rectification").version)],
        ["enterprise", OWN],
        ["period", "2020-10-09"],
        ["as_of", "2020-10-09"],
    ]


def tokens(data: bytes) -> list[str]:
    sheet = ledger(data)
    end = next(c.column for c in sheet[6] if c.value == "行标识")
    assert sheet.column_dimensions[get_column_letter(end)].hidden
    return [str(sheet.cell(row, end).value) for row in range(7, sheet.max_row + 1)]


def test_row_tokens_are_unique_and_stable() -> None:
    first = tokens(blank())
    assert len(first) == len(set(first)) == 12
    assert first == tokens(blank(as_of=date(2020, 10, 10)))
    assert first[0] == row_token("rectification", OWN, "2020-10-09", 1)
    assert all(len(t) == 11 and t.startswith("r") and t.isalnum() for t in first)


@pytest.mark.parametrize(
    "change",
    [{"enterprise": NAMES[1]}, {"period": "2020-10-16"}, {"profile": "cases"}],
    ids=["enterprise", "period", "profile"],
)
def test_row_tokens_differ_between_forms(change: dict[str, Any]) -> None:
    assert not set(tokens(blank())) & set(tokens(blank(**change)))


def test_items_keep_their_token_and_no_new_row_takes_it() -> None:
    second = row_token("rectification", OWN, "2020-10-09", 2)
    found = tokens(blank(items=[{"row_token": second}, {"row_token": "rolder"}, {}]))
    assert found[:2] == [second, "rolder"]
    assert len(found) == len(set(found)) == 12


# ---------------------------------------------------------------- rows filled beforehand


def test_items_are_filled_in_as_what_they_are() -> None:
    item = {
        "item_no": "007",
        "phone": "01234567",
        "found_on": "2020年9月8日",
        "deadline": "2020年底前",
        "completed_on": "2020-9-31",
        "planned_funds": "无需资金",
        "spent_funds": "1.5",
        "description": '=HYPERLINK("http://example.invalid")',
    }
    sheet = ledger(blank(items=[item]))
    row = {head.value: cell for head, cell in zip(sheet[6], sheet[7], strict=True)}
    told = {label: cell.value for label, cell in row.items() if cell.value is not None}
    told = {label: value for label, value in told.items() if "自检" not in label}
    told.pop("行标识")
    assert told == {
        "序号": 1,
        "企业名称": OWN,
        "问题编号": "007",
        "联系电话": "01234567",
        "发现日期": day("2020-09-08"),
        "整改时限": "2020年底前",
        "完成日期": "2020-9-31",  # no such day: kept for the clerk to see
        "计划资金(万元)": "无需资金",
        "已投入资金(万元)": 1.5,
        "问题描述": '=HYPERLINK("http://example.invalid")',
    }
    assert row["问题描述"].data_type == "s"
    assert row["发现日期"].number_format == 'yyyy"年"m"月"d"日"'


def test_blank_rows_hold_nothing_but_their_token() -> None:
    sheet = ledger(blank())
    told = [c.value for c in sheet[7] if c.value is not None and c.data_type != "f"]
    assert told == [tokens(blank())[0]]


def test_text_columns_keep_leading_zeros_also_below_the_drawn_rows() -> None:
    sheet = ledger(blank())
    for label in ("问题编号", "联系电话"):
        cell = below(sheet, label)
        assert sheet[cell].number_format == "@"
        assert sheet.column_dimensions[cell[:-1]].number_format == "@"


def test_more_items_than_rows() -> None:
    found = tokens(blank(rows=2, items=[{"item_no": str(n)} for n in range(5)]))
    assert len(set(found)) == 5


def test_rows_still_grow_when_more_is_typed() -> None:
    data = blank(items=[{"description": "很长的描述" * 20}])
    xml = zipfile.ZipFile(BytesIO(data)).read("xl/worksheets/sheet2.xml").decode()
    assert "customHeight" not in xml
    assert (ledger(data).row_dimensions[7].height or 0) > 60


# ---------------------------------------------------------------- what comes from outside


def test_formula_looking_name_is_text_everywhere() -> None:
    book = opened(blank(enterprise="=1+1", enterprises=["=1+1", "@SUM(A1)"]))
    found = [c for s in book.worksheets for row in s.iter_rows() for c in row if c.value == "=1+1"]
    assert len(found) == 4  # instructions, ledger, list, hidden sheet
    assert {c.data_type for c in found} == {"s"}


def test_unwritable_characters_and_excess_go() -> None:
    book = opened(blank(enterprise="示例\x00\ud800公司", items=[{"description": "长" * 40_000}]))
    assert book.worksheets[1]["B2"].value == "示例公司"
    text = book.worksheets[1][below(book.worksheets[1], "问题描述")].value
    assert len(text) == 32_767
    assert text.endswith("长…")


def test_same_call_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = blank(items=[{"item_no": "LX-001"}])
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert blank(items=[{"item_no": "LX-001"}]) == first


# ---------------------------------------------------------------- any enterprise, central, English


def test_without_enterprise_it_is_chosen_above_the_header() -> None:
    sheet = ledger(blank(enterprise=None))
    assert sheet["A1"].value == "整改台账"
    assert (sheet["A2"].value, sheet["B2"].value) == ("填报单位", None)
    assert at(sheet, "B2").formula1 == "list_enterprise"
    assert opened(blank(enterprise=None))["_taizhang"]["B3"].value is None


def test_a_ledger_kept_centrally_asks_nobody_to_file() -> None:
    book = opened(blank("cases", enterprise=None))
    above = [v for row in (1, 2, 3) for v in values(book.worksheets[1], row) if v]
    assert above == ["转办案件台账", "统计截止日期", day("2020-10-09")]
    assert "零报告" not in "".join(str(c.value) for c in book.worksheets[0]["A"])


def test_english_form_keeps_the_ledgers_values() -> None:
    book = opened(blank(lang="en"))
    sheet = book.worksheets[1]
    assert [s.title for s in book.worksheets[:2]] == ["Instructions", "Rectification ledger"]
    assert values(sheet, 6)[:4] == ["No.", "Enterprise", "Lead and joint units", "Item no."]
    assert "报送类型" in values(sheet, 3)
    assert listed(book, "list_category")[1] == "废水类"
    assert "废水类 (Waste water)" in (at(sheet, below(sheet, "Category")).prompt or "")
    steps = [str(c.value) for c in book.worksheets[0]["A"]]
    assert any(s.startswith("1. Fill in the second sheet") for s in steps)


def test_instructions_say_what_to_do_and_list_every_column() -> None:
    told = opened(blank(items=[{}, {}], contact="集团环保部（示例）")).worksheets[0]
    text = "\n".join(str(c.value) for c in told["A"] if c.value)
    for part in (
        "第2张表“整改台账”",
        "2 项",
        "零报告",
        "无变化",
        "插行、排序",
        "集团环保部（示例）",
    ):
        assert part in text
    rows = {r[0]: r[1:5] for r in told.iter_rows(values_only=True) if r[0]}
    assert rows["问题描述"][:3] == (
        "具体写明地点、设施和问题。",
        "必填",
        "2号沉淀池出水口挡板破损（示例）",
    )
    assert rows["是否重点"][3] == "是、否"
    assert {c.label.zh for c in shipped_profile("rectification").columns} <= set(rows)


# ---------------------------------------------------------------- in an office suite


@pytest.mark.office
@pytest.mark.parametrize("name", ["rectification", "cases"])
def test_office_opens_prints_and_keeps_the_dropdowns(name: str, tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(blank(name, items=[{"description": "=1+1"}]))
    assert to_pdf(path, tmp_path).read_bytes().startswith(b"%PDF")
    before = ledger(path.read_bytes())
    book = load_workbook(to_xlsx(path, tmp_path / "again"))
    after = book.worksheets[1]
    for i, column in enumerate(shipped_profile(name).columns, start=1):
        cell = f"{get_column_letter(i)}7"
        assert at(after, cell).type == at(before, cell).type, column.id
        if at(before, cell).type == "list":
            assert at(after, cell).formula1 == at(before, cell).formula1
    assert set(opened(path.read_bytes()).defined_names) <= set(book.defined_names)
    assert after[below(after, shipped_profile(name).column(shipped_profile(name).subject).label.zh)]
    assert book["_taizhang"].sheet_state != "visible"


def test_what_is_checked_on_arrival_is_told_once_for_all_its_columns() -> None:
    told = "".join(str(row[0].value or "") for row in opened(blank()).worksheets[0].iter_rows())
    assert "『问题描述、整改措施、进展情况、未完成原因、变更说明、备注』含有个人信息；" in told
    assert "『问题编号、联系电话』被表格软件改成了日期或科学计数法；" in told
