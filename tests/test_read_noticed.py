"""What a sheet shows beside its values: hidden, crossed out, commented on, pictures; by format."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font
from test_read import data, take
from test_read_formats import saved_as
from test_write_returns import back, fault

from pipeline.limits import Limits
from pipeline.model import Notice
from pipeline.read.opening import open_book
from pipeline.read.probe.biff8 import probe_biff8
from pipeline.read.probe.seen import Partly

SHEET = "整改台账"
HEADER = (
    "问题编号", "问题描述", "问题来源", "问题类别", "整改措施", "整改时限", "责任人", "整改状态",
    "佐证材料", "备注",
)  # fmt: skip
EVIDENCE, REMARKS, STATUS, DEADLINE, MEASURES = 8, 9, 7, 5, 4
STRUCK = InlineFont(strike=True)


def row(number: int) -> list[str]:
    return [
        f"A-{number}", f"{number}号沉淀池漏水", "企业自行提出", "废水类", "更换挡板", "2020-12-31",
        "示例张三", "整改中", "", "",
    ]  # fmt: skip


def ledger(path: Path, rows: int, change: Callable[[Any, Any], None]) -> Path:
    """Save a ledger by openpyxl after ``change(workbook, sheet)``; items from row 2."""
    work = openpyxl.Workbook()
    sheet = work.active
    assert sheet is not None
    sheet.title = SHEET
    for line in (HEADER, *(row(n) for n in range(1, rows + 1))):
        sheet.append(line)
    change(work, sheet)
    work.save(path)
    return path


def told(path: Path) -> list[tuple[str, int | None, str, str]]:
    """Code, row, column, value of what was noticed."""
    return [(n.code, n.row, n.column, n.value) for _, n in take(path).notices]


def column(path: Path, name: str) -> list[str | None]:
    return data(take(path).rows["rectification"], name)


# ---------------------------------------------------------------- crossed out


def struck(sheet: Any, *references: str) -> None:
    for reference in references:
        sheet[reference].font = Font(strike=True)


def test_a_row_is_crossed_out_by_its_description_or_most_of_its_cells(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        struck(sheet, *(f"{letter}2" for letter in "ABCDEFGH"))  # the whole row
        struck(sheet, "B3")  # what it is about
        struck(sheet, *(f"{letter}4" for letter in "ACDEF"))  # five of eight
        struck(sheet, *(f"{letter}5" for letter in "ACDE"))  # four of eight
        struck(sheet, "I6", "J6", "M6")  # blank cells
        struck(sheet, "B1")

    path = ledger(tmp_path / "a.xlsx", 5, change)
    assert told(path) == [
        ("struck-through", 2, "", ""),
        ("struck-through", 3, "", ""),
        ("struck-through", 4, "", ""),
        ("struck-cell", 5, "问题编号", "A-4"),
        ("struck-cell", 5, "问题来源", "企业自行提出"),
        ("struck-cell", 5, "问题类别", "废水类"),
        ("struck-cell", 5, "整改措施", "更换挡板"),
    ]
    assert len(column(path, "description")) == 5


def test_text_crossed_out_in_part_is_asked_about_and_left_out(tmp_path: Path) -> None:
    """The font of a run outweighs the cell's; a run without one looks like its cell."""

    def change(_: Any, sheet: Any) -> None:
        plain = InlineFont()
        sheet["F2"] = CellRichText(TextBlock(STRUCK, "2020-10-31"), TextBlock(plain, "2020-12-15"))
        sheet["F3"] = CellRichText(TextBlock(STRUCK, "2020-10-31"), "2020-12-16")
        sheet["F4"] = CellRichText(TextBlock(STRUCK, "2020-"), TextBlock(STRUCK, "10-31"))
        sheet["F5"] = CellRichText("2020-10-31", TextBlock(plain, "2020-12-17"))
        sheet["F6"] = CellRichText(TextBlock(plain, "2020-12-"), TextBlock(plain, "18"))
        sheet["F7"] = CellRichText(TextBlock(InlineFont(strike=False), "2020-12-19"))
        struck(sheet, "F5", "F6")

    path = ledger(tmp_path / "a.xlsx", 6, change)
    dates = ["2020-12-15", "2020-12-16", "2020-10-31", "2020-12-17", "2020-12-18", "2020-12-19"]
    assert column(path, "deadline") == dates
    assert told(path) == [
        ("struck-cell", 4, "整改时限", "2020-10-31"),
        ("struck-partly", 2, "整改时限", "2020-12-15"),
        ("struck-partly", 3, "整改时限", "2020-12-16"),
        ("struck-partly", 5, "整改时限", "2020-12-17"),
    ]


def test_shared_strings_with_runs(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as work:
        sheet = work.add_worksheet(SHEET)
        out, plain = work.add_format({"font_strikeout": True}), work.add_format({"bold": True})
        for number, line in enumerate((HEADER, row(1), row(2), row(3))):
            sheet.write_row(number, 0, line)
        sheet.write_rich_string(1, STATUS, out, "未启动", plain, "整改中")
        sheet.write_rich_string(2, STATUS, out, "整改", out, "中")
        sheet.write_rich_string(3, STATUS, plain, "整改", "中")
    path = tmp_path / "a.xlsx"
    assert column(path, "status") == ["整改中", "整改中", "整改中"]
    assert told(path) == [
        ("struck-cell", 3, "整改状态", "整改中"),
        ("struck-partly", 2, "整改状态", "整改中"),
    ]
    (notice,) = (n for _, n in take(path).notices if n.code == "struck-partly")
    assert notice.params == {"struck": "未启动"}


def test_fonts_of_conditional_formats_cross_nothing_out(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as work:
        sheet = work.add_worksheet(SHEET)
        for number, line in enumerate((HEADER, row(1))):
            sheet.write_row(number, 0, line)
        rule = {"type": "no_blanks", "format": work.add_format({"font_strikeout": True})}
        sheet.conditional_format("A1:J9", rule)
    assert told(tmp_path / "a.xlsx") == []


# ---------------------------------------------------------------- pictures


def png() -> io.BytesIO:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 60, 15, 8, 0, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + bytes(60) for _ in range(15)))
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def pictured(path: Path, change: Callable[[Any], None]) -> Path:
    with xlsxwriter.Workbook(path) as work:
        sheet = work.add_worksheet(SHEET)
        for number, line in enumerate((HEADER, row(1), row(2), row(3))):
            sheet.write_row(number, 0, [text or None for text in line])
        change(sheet)
    return path


def test_pictures_that_a_cell_holds(tmp_path: Path) -> None:
    """WPS writes a formula, Excel a rich value whose cell shows #VALUE! to older programs."""

    def change(sheet: Any) -> None:
        sheet.write_formula(
            1, EVIDENCE, '=_xlfn.DISPIMG("ID_0A1B",1)', None, '=DISPIMG("ID_0A1B",1)'
        )
        sheet.write_formula(
            1, MEASURES, '=_xlfn.DISPIMG("ID_0A1C",1)', None, '=DISPIMG("ID_0A1C",1)'
        )
        sheet.embed_image(2, EVIDENCE, "a.png", {"image_data": png()})
        sheet.embed_image(2, MEASURES, "a.png", {"image_data": png()})
        sheet.write_formula(3, MEASURES, "=1+#VALUE!", None, "#VALUE!")

    path = pictured(tmp_path / "a.xlsx", change)
    assert column(path, "evidence") == ["[图片]", "[图片]", None]
    assert column(path, "measures") == [None, None, "#VALUE!"]
    assert told(path) == [
        ("error-cell", 4, "整改措施", "#VALUE!"),
        ("picture-not-text", 2, "整改措施", ""),
        ("cell-picture", 2, "佐证材料", ""),
        ("picture-not-text", 3, "整改措施", ""),
        ("cell-picture", 3, "佐证材料", ""),
    ]


def test_pictures_that_lie_over_a_cell(tmp_path: Path) -> None:
    """Over a text they are told of; the cell is the one that holds most of the picture."""

    def change(sheet: Any) -> None:
        sheet.insert_image(1, EVIDENCE, "a.png", {"image_data": png()})
        sheet.insert_image(2, STATUS, "a.png", {"image_data": png(), "x_offset": 50})
        sheet.insert_image(3, STATUS, "a.png", {"image_data": png()})
        sheet.insert_image(3, REMARKS, "a.png", {"image_data": png()})
        sheet.insert_image(9, REMARKS, "a.png", {"image_data": png()})

    path = pictured(tmp_path / "a.xlsx", change)
    assert column(path, "evidence") == ["[图片]", "[图片]", None]
    assert column(path, "status") == ["整改中"] * 3
    assert told(path) == [
        ("cell-picture", 2, "佐证材料", ""),
        ("cell-picture", 3, "佐证材料", ""),
        ("cell-picture", 4, "整改状态", ""),
        ("picture-not-text", 4, "备注", ""),
    ]


def test_the_formula_of_a_picture_is_no_text_in_any_format(tmp_path: Path) -> None:
    line = [*row(1)[:EVIDENCE], '"=DISPIMG(""ID_0A1B"",1)"', ""]
    text = ",".join(HEADER) + "\n" + ",".join(line)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert column(tmp_path / "a.csv", "evidence") == ["[图片]"]
    assert told(tmp_path / "a.csv") == [("cell-picture", 2, "佐证材料", "")]


# ---------------------------------------------------------------- comments


def test_comments_are_told_and_our_own_are_not(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["B1"].comment = Comment("填写说明", "示例集团")
        sheet["B2"].comment = Comment("示例李四:\n下周完成", "示例李四")
        sheet["C2"].comment = Comment("台账核对\n须修改", "台账核对")
        sheet["D2"].comment = Comment("Ledger check\nto correct", "saved by another program")
        sheet["E3"].comment = Comment("请看\n【台账核对】须修改", "示例李四")
        sheet["F3"].comment = Comment("长" * 5_000, "示例李四")
        sheet["G3"].comment = Comment("[Threaded comment]", "tc={0A1B}")

    path = ledger(tmp_path / "a.xlsx", 2, change)
    assert told(path) == [
        ("cell-comment", 2, "问题描述", "示例李四: 下周完成"),
        ("cell-comment", 3, "整改措施", "请看"),
        ("cell-comment", 3, "整改时限", "长" * 300),
    ]


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_a_return_that_comes_back_says_nothing_of_its_own(tmp_path: Path, suffix: str) -> None:
    """Not even where another program saved it, which keeps no authors."""

    def change(_: Any, sheet: Any) -> None:
        sheet["E2"].comment = Comment("下周完成", "示例李四")

    sent = ledger(tmp_path / "a.xlsx", 2, change).read_bytes()
    returned = tmp_path / "b.xlsx"
    returned.write_bytes(back(sent, fault("B2"), fault("E2"), fault("F3", "W")))
    made = saved_as(returned, suffix, tmp_path / "out")
    for path in (returned, made):
        assert told(path) == [("cell-comment", 2, "整改措施", "下周完成")]


def test_threads_are_told_with_their_answers(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as work:
        sheet = work.add_worksheet(SHEET)
        for number, line in enumerate((HEADER, row(1))):
            sheet.write_row(number, 0, line)
        sheet.write_comment("B2", "[Threaded comment]", {"author": "tc={0A1B}"})
    thread = (
        '<ThreadedComments xmlns="t"><threadedComment ref="B2" id="{0A1B}"><text>何时完成？</text>'
        '</threadedComment><threadedComment ref="B2"><text>下周</text></threadedComment>'
        "</ThreadedComments>"
    )
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/_rels/sheet1.xml.rels":
                more = (
                    b'<Relationship Id="rId9" Type="http://schemas.microsoft.com/office/2017/10/'
                    b'relationships/threadedComment" Target="../threadedComments/t1.xml"/></Rel'
                )
                content = content.replace(b"</Rel", more)
            new.writestr(part, content)
        new.writestr("xl/threadedComments/t1.xml", thread)
    assert told(path) == [("cell-comment", 2, "问题描述", "何时完成？ 下周")]


def test_a_broken_part_beside_the_sheet_costs_no_item_and_is_said(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["B2"].comment = Comment("甲", "示例李四")

    ledger(tmp_path / "a.xlsx", 1, change)
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, content[:-9] if part.endswith("comment1.xml") else content)
    assert column(path, "description") == ["1号沉淀池漏水"]
    assert told(path) == [("not-looked-through", None, "", "")]


# ---------------------------------------------------------------- other formats


def everything(work: Any, sheet: Any) -> None:
    struck(sheet, *(f"{letter}3" for letter in "ABCDEFGH"))
    sheet["F4"] = CellRichText(
        TextBlock(STRUCK, "2020-10-31"), TextBlock(InlineFont(), "2020-12-15")
    )
    struck(sheet, "G5")
    sheet["E5"].comment = Comment("下周完成\n请核", "示例李四")
    sheet["J6"] = "=1/0"
    sheet.row_dimensions[7].hidden = True
    sheet.column_dimensions["G"].hidden = True
    sheet.merge_cells("E8:E9")
    old = work.create_sheet("旧台账")
    for line in (HEADER, row(20)):
        old.append(line)
    old.sheet_state = "hidden"


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_all_of_it_as_libreoffice_saves_it(tmp_path: Path, suffix: str) -> None:
    made = saved_as(ledger(tmp_path / "a.xlsx", 8, everything), suffix, tmp_path / "out")
    assert told(made) == [
        ("error-cell", 6, "备注", "#DIV/0!"),
        ("hidden-rows", 7, "", ""),
        ("hidden-columns", None, "责任人", ""),
        ("struck-through", 3, "", ""),
        ("struck-cell", 5, "责任人", "示例张三"),
        ("struck-partly", 4, "整改时限", "2020-12-15"),
        ("cell-comment", 5, "整改措施", "下周完成 请核"),
        ("hidden-sheet", None, "", ""),
    ]
    assert column(made, "deadline")[2] == "2020-12-15"
    assert column(made, "measures")[6:8] == ["更换挡板", "更换挡板"]


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_filters_as_libreoffice_saves_them(tmp_path: Path, suffix: str) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet.auto_filter.ref = "A1:J4"
        sheet.auto_filter.add_filter_column(0, ["A-1", "A-3"])
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[6].hidden = True

    made = saved_as(ledger(tmp_path / "a.xlsx", 6, change), suffix, tmp_path / "out")
    assert [n for _, n in take(made).notices] == [
        Notice("filtered-rows", SHEET, 3, params={"count": 1, "rows": [3]}),
        Notice("hidden-rows", SHEET, 6, params={"count": 1, "rows": [6]}),
    ]


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_pictures_as_libreoffice_saves_them(tmp_path: Path, suffix: str) -> None:
    def change(sheet: Any) -> None:
        sheet.insert_image(1, EVIDENCE, "a.png", {"image_data": png(), "object_position": 1})

    made = saved_as(pictured(tmp_path / "a.xlsx", change), suffix, tmp_path / "out")
    assert told(made) == [("cell-picture", 2, "佐证材料", "")]
    assert column(made, "evidence") == ["[图片]", None, None]


def old_workbook(path: Path) -> Path:
    work = xlwt.Workbook()
    sheet, hidden = work.add_sheet(SHEET), work.add_sheet("旧台账")
    hidden.visibility = 1
    crossed = xlwt.easyxf("font: struck_out on")
    out, plain = xlwt.easyfont("struck_out on"), xlwt.easyfont("bold on")
    for number, line in enumerate((HEADER, *(row(n) for n in range(1, 5)))):
        for place, text in enumerate(line[:REMARKS]):
            sheet.write(number, place, text, crossed if number == 2 else xlwt.Style.default_style)
            if number < 2:
                hidden.write(number, place, text)
    sheet.write(0, REMARKS, "备注")
    sheet.write_rich_text(3, REMARKS, (("旧" * 5_000, out), ("新" * 5_000, plain)))
    sheet.write(4, REMARKS, 3.5, crossed)
    sheet.row(1).hidden = True
    sheet.col(MEASURES).hidden = True
    work.save(str(path))
    return path


def test_an_old_workbook(tmp_path: Path) -> None:
    """Its one long text runs on over two records, cut among its signs."""
    path = old_workbook(tmp_path / "a.xls")
    found = take(path)
    assert [(n.code, n.sheet, n.row, n.column) for _, n in found.notices] == [
        ("hidden-rows", SHEET, 2, ""),
        ("hidden-columns", SHEET, None, "整改措施"),
        ("struck-through", SHEET, 3, ""),
        ("struck-cell", SHEET, 5, "备注"),
        ("struck-partly", SHEET, 4, "备注"),
        ("hidden-sheet", "旧台账", None, ""),
    ]
    grid = open_book(path.read_bytes(), Limits()).grids[0]
    assert grid.probe.partly == {(3, REMARKS): Partly("旧" * 5_000, "新" * 5_000)}
    assert data(found.rows["rectification"], "remarks")[2] == "新" * 5_000


def test_a_damaged_old_workbook_tells_nothing_and_ends_nothing(tmp_path: Path) -> None:
    """Whatever is wrong with it, looking never fails: the reader of the values decides."""
    content = old_workbook(tmp_path / "a.xls").read_bytes()
    assert set(probe_biff8(content)) == {SHEET, "旧台账"}
    start = content.index(struct.pack("<HHH", 0x0809, 16, 0x0600))
    for at in range(start, len(content), 97):
        probe_biff8(content[:at])
        probe_biff8(content[:at] + b"\xff\xff" + content[at + 2 :])
    older = content.replace(struct.pack("<HHH", 0x0809, 16, 0x0600), b"\x09\x08\x10\0\0\x05")
    locked = content[: start + 20] + struct.pack("<HH", 0x002F, 4) + content[start + 24 :]
    assert (probe_biff8(older), probe_biff8(locked)) == ({}, {})
