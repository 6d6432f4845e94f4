"""A workbook sent back: coloured, commented, listed; all else as it was, to the byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from office import to_pdf
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName
from python_calamine import CalamineWorkbook

from pipeline.write.returns import Fault, Heading, NotAnnotatedError, annotated
from pipeline.write.returns.styles import ERROR_COLOUR, WARNING_COLOUR

INBOX = Path(__file__).resolve().parent.parent / "input_templates" / "example" / "inbox"
HEADING = Heading("甲公司台账.xlsx", date(2020, 10, 9), date(2020, 10, 12))
HEAD = ["序号", "问题编号", "问题描述", "整改状态", "完成日期"]
ROWS = [[1, "X-01", "挡板破损", "已完成", "2020-09-20"], [2, "X-02", "=不是公式", "基本完成"]]
COMMENTS = "xl/comments"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = {MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
          RELATIONS: "http://purl.oclc.org/ooxml/officeDocument/relationships"}  # fmt: skip


def fault(
    cell: str, severity: str = "E", *, sheet: str = "整改台账", message: str = "须填写。"
) -> Fault:
    """A fault at a cell (D3), in a row (3) or on the sheet as a whole ("")."""
    letter, row = cell.rstrip("0123456789"), cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    number = int(row) if row else None
    return Fault(sheet, number, letter, "列", "值", severity, message, "请改正。")


def book(path: Path, *, sheets: Sequence[str] = ("整改台账",)) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name in sheets:
        sheet = made.create_sheet(name)
        for row in (HEAD, *ROWS):
            sheet.append(row)
        sheet["C3"].data_type = "s"
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def plain(*sheets: str) -> bytes:
    return saved(book(Path(), sheets=sheets or ("整改台账",)))


def back(data: bytes, *faults: Fault, lang: str = "zh") -> bytes:
    made = annotated(data, faults, lang=lang, heading=HEADING)
    assert annotated(data, faults, lang=lang, heading=HEADING) == made
    return made


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def packed(data: bytes) -> dict[str, bytes]:
    """Compressed bytes of the parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for entry in archive.infolist():
            start = entry.header_offset
            lengths = int.from_bytes(data[start + 26 : start + 28], "little")
            lengths += int.from_bytes(data[start + 28 : start + 30], "little")
            found[entry.filename] = data[start + 30 + lengths :][: entry.compress_size]
        return found


def repacked(content: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return stream.getvalue()


def values(data: bytes) -> dict[str, list[list[object]]]:
    """What calamine reads, sheet by sheet, blanks at the ends left out."""
    read = CalamineWorkbook.from_filelike(io.BytesIO(data))
    found = {}
    for name in read.sheet_names:
        rows = [list(r) for r in read.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for row in rows:
            while row and row[-1] == "":
                row.pop()
        found[name] = rows
    return found


def fills(data: bytes, sheet: str = "整改台账") -> dict[str, str]:
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    ours = {ERROR_COLOUR: "E", WARNING_COLOUR: "W"}
    found = {}
    for row in page.iter_rows():
        for cell in row:
            fill = cell.fill
            colour = fill.fgColor.rgb if fill.patternType == "solid" else fill.bgColor.rgb
            if fill.patternType and colour in ours:
                found[cell.coordinate] = ours[colour]
    return found


def comments(data: bytes, sheet: str = "整改台账") -> dict[str, str]:
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return {c.coordinate: c.comment.text for row in page.iter_rows() for c in row if c.comment}


# ---------------------------------------------------------------- what changes, and what not


@pytest.mark.parametrize("path", sorted(INBOX.glob("*.xlsx")), ids=lambda path: path.name)
def test_parts_without_need_keep_their_bytes_packed_and_plain(path: Path) -> None:
    data = path.read_bytes()
    name = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheet_names[0]
    made = back(data, fault("AC5", sheet=name), fault("AD6", "W", sheet=name))
    before, after = packed(data), packed(made)
    must = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
            "xl/styles.xml", "xl/worksheets/sheet1.xml"}  # fmt: skip
    assert {name for name in before if before[name] != after[name]} == must
    new = {f"{COMMENTS}1.xml", "xl/drawings/vmlDrawing1.vml", "xl/worksheets/_rels/sheet1.xml.rels"}
    assert {re.sub(r"sheet\d\.xml$", "sheet.xml", n) for n in after.keys() - before.keys()} == {
        *new,
        "xl/worksheets/sheet.xml",
    }
    read = values(made)
    assert next(iter(read)) == "须修改"
    del read["须修改"]
    assert read == values(data)
    assert fills(made, name) == {"AC5": "E", "AD6": "W"}


def test_cells_are_coloured_and_commented_where_the_faults_are() -> None:
    made = back(
        plain(),
        fault("E3", message="第 3 行『完成日期』为空。"),
        fault("D3", "W"),
        fault("D3", "E", message="状态不明。"),
        fault("2", "W", message="与其他行合并。"),
        fault("", "W", message="有隐藏列。"),
    )
    assert fills(made) == {"E3": "E", "D3": "E", "A2": "W"}
    said = comments(made)
    assert said.keys() == {"E3", "D3", "A2"}
    assert said["E3"] == "台账核对\n【须更正】第 3 行『完成日期』为空。\n怎么改：请改正。"
    assert "【请核对】" in said["D3"]
    assert "【须更正】状态不明" in said["D3"]
    page = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    assert page["A2"].value == "须更正 2 处，请核对 3 处（统计截止 2020年10月9日）。"
    links = {link.ref: link.location for row in page.iter_rows() for c in row
             if (link := c.hyperlink)}  # fmt: skip
    assert list(links.values()) == [
        "'整改台账'!E3", "'整改台账'!D3", "'整改台账'!D3", "'整改台账'!A2", "'整改台账'!A1",
    ]  # fmt: skip
    assert not any(c.data_type == "f" for row in page.iter_rows() for c in row)


def test_the_other_language() -> None:
    made = back(plain(), fault("E3"), lang="en")
    assert CalamineWorkbook.from_filelike(io.BytesIO(made)).sheet_names[0] == "To correct"
    assert comments(made)["E3"].startswith("Ledger check\n[Error]")


def test_a_style_is_cloned_so_that_the_cell_looks_as_before_but_for_its_fill() -> None:
    made = book(Path())
    cell = made.worksheets[0]["B2"]
    cell.number_format, cell.font = "yyyy-mm-dd", openpyxl.styles.Font(bold=True, sz=14)
    made.worksheets[0]["B3"].number_format = "yyyy-mm-dd"
    page = openpyxl.load_workbook(io.BytesIO(back(saved(made), fault("B2"))))["整改台账"]
    assert (page["B2"].number_format, page["B2"].font.b, page["B2"].font.sz) == (
        "yyyy-mm-dd", True, 14,
    )  # fmt: skip
    assert page["B3"].fill.patternType is None
    assert page["B3"].number_format == "yyyy-mm-dd"


def test_a_missing_cell_and_a_missing_row_are_inserted_in_their_order() -> None:
    made = book(Path())
    sheet = made.worksheets[0]
    sheet["H3"] = "远处"
    sheet["A9"] = "尾"
    data = saved(made)
    again = back(data, fault("F3"), fault("J3"), fault("C6"), fault("B12"))
    xml = parts(again)["xl/worksheets/sheet1.xml"].decode()
    assert re.findall(r'<row r="(\d+)"', xml) == ["1", "2", "3", "6", "9", "12"]
    assert re.findall(r'<c r="([A-Z]+)3"', xml) == ["A", "B", "C", "D", "F", "H", "J"]
    assert '<dimension ref="A1:J12"' in xml
    assert fills(again).keys() == {"F3", "J3", "C6", "B12"}


def test_of_merged_cells_the_first_is_marked() -> None:
    made = book(Path())
    made.worksheets[0].merge_cells("A2:A3")
    again = back(saved(made), fault("A3"))
    assert fills(again) == {"A2": "E"}
    assert comments(again).keys() == {"A2"}


# ---------------------------------------------------------------- what is there already


def test_comments_of_others_stay_and_ours_follow() -> None:
    made = book(Path())
    made.worksheets[0]["D3"].comment = Comment("请王工补充", "王工")
    made.worksheets[0]["B2"].comment = Comment("编号待定", "李工")
    said = comments(back(saved(made), fault("D3"), fault("E3")))
    assert said["B2"] == "编号待定"
    assert said["D3"].startswith("请王工补充\n【台账核对】【须更正】")
    assert said["E3"].startswith("台账核对\n")


def test_threaded_comments_are_left_alone() -> None:
    made = book(Path())
    made.worksheets[0]["D3"].comment = Comment("[Threaded comment]", "tc={0-1}")
    again = back(saved(made), fault("D3"))
    assert comments(again)["D3"] == "[Threaded comment]"
    assert fills(again) == {"D3": "E"}


def test_other_shapes_in_a_drawing_keep_their_bytes(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path) as made:
        page = made.add_worksheet("整改台账")
        page.write_row(0, 0, HEAD)
        page.write_comment("A1", "别人的", {"author": "王工"})
        page.insert_button("H2", {"caption": "按钮"})
    before = parts(path.read_bytes())
    drawing = next(name for name in before if name.endswith(".vml"))
    after = parts(back(path.read_bytes(), fault("B1")))[drawing]
    end = before[drawing].rindex(b"</xml>")
    assert after.startswith(before[drawing][:end])
    ids = re.findall(rb'<v:shape (?:xmlns[^ ]* )*id="([^"]+)"', after)
    assert len(set(ids)) == len(ids) == 3


def test_defined_names_print_areas_and_the_active_sheet_follow_their_sheets() -> None:
    made = book(Path(), sheets=("封面", "整改台账"))
    made.active = 1
    second = made.worksheets[1]
    second.print_title_rows = "1:1"
    second.print_area = "A1:E3"
    second.auto_filter.ref = "A1:E3"
    second.defined_names["本表"] = DefinedName("本表", attr_text="整改台账!$A$1")
    made.defined_names["全部"] = DefinedName("全部", attr_text="整改台账!$A$2")
    again = openpyxl.load_workbook(io.BytesIO(back(saved(made), fault("D3"))))
    assert again.sheetnames == ["须修改", "封面", "整改台账"]
    page = again["整改台账"]
    assert (page.print_title_rows, page.print_area) == ("$1:$1", "'整改台账'!$A$1:$E$3")
    assert page.defined_names["本表"].attr_text == "整改台账!$A$1"
    assert again.defined_names["全部"].attr_text == "整改台账!$A$2"
    assert again["须修改"].print_title_rows == "$6:$6"
    assert again.active.title == "须修改"
    assert [s.title for s in again if s.sheet_view.tabSelected] == ["须修改"]


def test_a_sheet_name_that_is_taken() -> None:
    made = back(plain("须修改", "整改台账"), fault("D3"))
    names = CalamineWorkbook.from_filelike(io.BytesIO(made)).sheet_names
    assert names == ["须修改 (2)", "须修改", "整改台账"]


def test_quotes_in_names_and_markup_in_texts() -> None:
    name = "甲's <台账> & 1"
    again = back(plain(name), fault("D3", sheet=name, message='"<b>" & _x0041_ \x00=1+1'))
    page = openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]
    links = [c.hyperlink.location for row in page.iter_rows() for c in row if c.hyperlink]
    assert links == ["'甲''s <台账> & 1'!D3"]
    assert "_x0041_ =1+1" in values(again)["须修改"][6][7]


def test_macros_protection_extensions_and_unknown_parts_stay() -> None:
    made = book(Path())
    made.worksheets[0].protection.sheet = True
    content = parts(saved(made))
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    ).replace(b"<Override", b'<Default Extension="bin" ContentType="application/vnd.ms-office.'
              b'vbaProject"/><Override', 1)  # fmt: skip
    rels = "xl/_rels/workbook.xml.rels"
    content[rels] = content[rels].replace(
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/'
        b'vbaProject" Target="vbaProject.bin"/></Relationships>',
    )
    content["xl/vbaProject.bin"] = bytes(range(256)) * 9
    extension = (
        b'<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.'
        b'microsoft.com/office/spreadsheetml/2009/9/main"><x14:conditionalFormattings/></ext>'
        b"</extLst></worksheet>"
    )
    sheet = "xl/worksheets/sheet1.xml"
    content[sheet] = content[sheet].replace(b"</worksheet>", extension)
    after = parts(back(repacked(content), fault("D3")))
    assert after["xl/vbaProject.bin"] == content["xl/vbaProject.bin"]
    assert b"macroEnabled" in after["[Content_Types].xml"]
    assert b"x14:conditionalFormattings" in after[sheet]
    assert after[sheet].index(b"<legacyDrawing") < after[sheet].index(b"<extLst")
    assert b"sheetProtection" in after[sheet]


# ---------------------------------------------------------------- other dialects


def prefixed(data: bytes, root: str) -> bytes:
    """Give every element of the main namespace the prefix x."""
    text = data.decode().replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    head = text.index(f"<{root}")
    return (text[:head] + re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text[head:])).encode()


def test_prefixed_namespaces() -> None:
    content = parts(plain())
    for name, root in (("workbook", "workbook"), ("styles", "styleSheet"),
                       ("worksheets/sheet1", "worksheet")):  # fmt: skip
        content[f"xl/{name}.xml"] = prefixed(content[f"xl/{name}.xml"], root)
    data = repacked(content)
    made = back(data, fault("E3"), fault("F9", "W"))
    assert values(made)["整改台账"] == values(data)["整改台账"]
    assert fills(made) == {"E3": "E", "F9": "W"}
    assert comments(made).keys() == {"E3", "F9"}


def test_strict_workbooks_stay_strict() -> None:
    content = parts(plain())
    for name, data in content.items():
        text = data.decode("utf-8", "surrogateescape")
        for transitional, strict in STRICT.items():
            text = text.replace(transitional, strict)
        content[name] = text.encode("utf-8", "surrogateescape")
    data = repacked(content)
    made = back(data, fault("E3"))
    after = parts(made)
    for name in ("xl/worksheets/sheet2.xml", f"{COMMENTS}1.xml"):
        assert STRICT[MAIN].encode() in after[name]
    assert (
        f"{STRICT[RELATIONS]}/vmlDrawing".encode() in after["xl/worksheets/_rels/sheet1.xml.rels"]
    )
    assert MAIN.encode() not in b"".join(after.values())
    assert values(made)["整改台账"] == values(data)["整改台账"]


def test_inline_strings_and_cells_without_addresses() -> None:
    content = parts(plain())
    sheet = "xl/worksheets/sheet1.xml"
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in HEAD)
    content[sheet] = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row>{cells}</row><row><c><v>1</v></c><c><v>2</v>'
        "</c></row></sheetData></worksheet>"
    ).encode()
    data = repacked(content)
    made = back(data, fault("B2"), fault("E2"))
    assert values(made)["整改台账"] == values(data)["整改台账"]
    assert fills(made) == {"B2": "E", "E2": "E"}


def test_a_workbook_without_styles() -> None:
    content = parts(plain())
    del content["xl/styles.xml"]
    content["xl/_rels/workbook.xml.rels"] = re.sub(
        rb"<Relationship [^>]*/styles[^>]*/>", b"", content["xl/_rels/workbook.xml.rels"]
    )
    kinds = content["[Content_Types].xml"]
    content["[Content_Types].xml"] = re.sub(rb"<Override [^>]*styles[^>]*/>", b"", kinds)
    sheet = content["xl/worksheets/sheet1.xml"]
    content["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", sheet)
    assert fills(back(repacked(content), fault("E3"))) == {"E3": "E"}


# ---------------------------------------------------------------- the next round


def test_a_second_return_replaces_the_first() -> None:
    made = book(Path(), sheets=("封面", "整改台账"))
    made.worksheets[1]["D2"].comment = Comment("王工的", "王工")
    first = back(saved(made), fault("D2"), fault("E3"), fault("A3", "W"))
    again = openpyxl.load_workbook(io.BytesIO(first))
    again["整改台账"]["E3"] = "2020-09-30"
    second = back(saved(again), fault("A3", message="还是不对。"))
    names = CalamineWorkbook.from_filelike(io.BytesIO(second)).sheet_names
    assert names == ["须修改", "封面", "整改台账"]
    assert fills(second) == {"A3": "E"}
    said = comments(second)
    assert said.keys() == {"A3", "D2"}
    assert said["D2"] == "王工的"
    assert "还是不对" in said["A3"]
    assert len(values(second)["须修改"]) == 7


# ---------------------------------------------------------------- refusals


def test_what_is_no_plain_workbook_is_refused() -> None:
    good = plain()
    content = parts(good)
    doctype = b'<!DOCTYPE worksheet [<!ENTITY a "b">]>'
    sheet = "xl/worksheets/sheet1.xml"
    entity = content[sheet].replace(b"<worksheet", doctype + b"<worksheet")
    bad = [
        b"", b"a,b\n1,2\n", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000), good[:-300],
        repacked({**content, sheet: entity}),
        repacked({**content, sheet: content[sheet][:-20]}),
        repacked({**content, sheet: content[sheet].replace(b'<row r="3"', b'<row r="2"')}),
        repacked({**content, "_xmlsignatures/sig1.xml": b"<a/>"}),
        repacked({n: d for n, d in content.items() if n != "xl/workbook.xml"}),
    ]  # fmt: skip
    for data in bad:
        with pytest.raises(NotAnnotatedError):
            annotated(data, [fault("D3")], lang="zh", heading=HEADING)
    for place in ("ZZZZ3", "D1048577"):
        with pytest.raises(NotAnnotatedError):
            annotated(good, [fault(place)], lang="zh", heading=HEADING)


@pytest.mark.office
def test_it_opens_in_an_office_program(tmp_path: Path) -> None:
    made = book(Path())
    made.worksheets[0]["B2"].comment = Comment("编号待定", "李工")
    path = tmp_path / "back.xlsx"
    path.write_bytes(back(saved(made), fault("B2"), fault("E3"), fault("C3", "W")))
    assert to_pdf(path, tmp_path / "pdf").stat().st_size > 1000
