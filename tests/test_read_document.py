"""Reading a briefing back: what is printed and what marks it, whatever was done to it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from briefings import BRIEFING, DAY, TEMPLATE

from pipeline.errors import UsageError
from pipeline.read.document import Document, Passage, document
from pipeline.write.briefing import write_briefing

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def made(tmp_path: Path, body: str, space: str = W, types: str = TYPES, **parts: str) -> Path:
    path = tmp_path / "made.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("_rels/.rels", RELATIONS)
        main = f'<w:document xmlns:w="{space}" {MC}><w:body>{body}</w:body></w:document>'
        package.writestr("word/document.xml", main)
        for name, text in parts.items():
            package.writestr(name, text)
    return path


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


def marked(inner: str, name: str = "fig_a", number: int = 1) -> str:
    start = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'
    return f'{start}{inner}<w:bookmarkEnd w:id="{number}"/>'


def control(inner: str, tag: str = "fig_a") -> str:
    properties = f'<w:sdtPr><w:tag w:val="{tag}"/><w:text/></w:sdtPr>'
    return f"<w:sdt>{properties}<w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def field(code: str, result: str) -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    told = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return mark("begin") + told + mark("separate") + result + mark("end")


def passages(tmp_path: Path, *paragraphs: str) -> tuple[Passage, ...]:
    return document(made(tmp_path, "".join(f"<w:p>{p}</w:p>" for p in paragraphs))).passages


def marks(found: Passage) -> set[tuple[str, str, str]]:
    return {(s.kind, s.name, found.text[s.start : s.end]) for s in found.spans}


CASES = {
    "bookmark": (marked(run("24")), "24", {("bookmark", "fig_a", "24")}),
    "control": (control(run("24")), "24", {("control", "fig_a", "24")}),
    "both, split over runs": (
        marked(control(run("2") + '<w:proofErr w:type="spellStart"/>' + run("4"))),
        "24",
        {("bookmark", "fig_a", "24"), ("control", "fig_a", "24")},
    ),
    "nested bookmarks": (
        marked(run("共") + marked(run("24"), "fig_b", 2)),
        "共24",
        {("bookmark", "fig_a", "共24"), ("bookmark", "fig_b", "24")},
    ),
    "overlapping bookmarks": (
        '<w:bookmarkStart w:id="1" w:name="fig_a"/>' + run("2")
        + '<w:bookmarkStart w:id="2" w:name="fig_b"/>' + run("4")
        + '<w:bookmarkEnd w:id="1"/>' + run("8") + '<w:bookmarkEnd w:id="2"/>',
        "248",
        {("bookmark", "fig_a", "24"), ("bookmark", "fig_b", "48")},
    ),
    "text deleted out of the bookmark": (
        run("有") + marked("") + run("项"), "有项", {("bookmark", "fig_a", "")},
    ),
    "a bookmark without an end": (
        run("有") + '<w:bookmarkStart w:id="1" w:name="fig_a"/>' + run("24"),
        "有24",
        {("bookmark", "fig_a", "")},
    ),
    "tracked change": (
        marked(
            "<w:del><w:r><w:delText>24</w:delText></w:r></w:del><w:ins>" + run("25") + "</w:ins>"
        ),
        "25",
        {("bookmark", "fig_a", "25")},
    ),
    "tracked move": (
        "<w:moveFrom>" + marked(run("24")) + "</w:moveFrom><w:moveTo>"
        + marked(run("24"), "fig_a", 2) + "</w:moveTo>",
        "24",
        {("bookmark", "fig_a", "24")},
    ),
    "hidden": (run("99", "<w:rPr><w:vanish/></w:rPr>") + run("有"), "有", set()),
    "not hidden": (run("9", '<w:rPr><w:vanish w:val="0"/></w:rPr>'), "9", set()),
    "page number": (run("— ") + field(" PAGE ", run("7")) + run(" —"), "—  —", set()),
    "page number, simple": (
        '<w:fldSimple w:instr=" NUMPAGES ">' + run("7") + "</w:fldSimple>" + run("页"), "页", set(),
    ),
    "another field": (field(" = 1 + 23 ", run("24")), "24", set()),
    "a field that repeats a figure": (
        field(r" REF fig_a \h ", run("24")), "24", {("field", "fig_a", "24")},
    ),
    "a field without an end": (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("x"), "", set(),
    ),
    "link, smart tag, tab": (
        "<w:hyperlink>" + run("见") + "</w:hyperlink><w:smartTag>" + run("第") + "</w:smartTag>"
        "<w:r><w:tab/><w:t>3</w:t></w:r>",
        "见第 3",
        set(),
    ),
    "two renderings of one thing": (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent><w:p>" + run("框5")
        + "</w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p>" + run("框5")
        + "</w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>",
        "框5",
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_printed_and_what_marks_it(case: str, tmp_path: Path) -> None:
    inner, text, expected = CASES[case]
    found = [p for p in passages(tmp_path, inner, run("尾")) if p.text != "尾"]
    assert "".join(p.text for p in found) == text
    assert set().union(*map(marks, found)) == expected


def test_a_bookmark_over_two_paragraphs_has_a_piece_in_each(tmp_path: Path) -> None:
    start, end = '<w:bookmarkStart w:id="1" w:name="fig_a"/>', '<w:bookmarkEnd w:id="1"/>'
    one, two, three = passages(tmp_path, run("甲") + start + run("24"), run("乙") + end, run("丙"))
    assert [marks(p) for p in (one, two, three)] == [
        {("bookmark", "fig_a", "24")}, {("bookmark", "fig_a", "乙")}, set(),
    ]  # fmt: skip
    assert one.spans[0].key == two.spans[0].key


def test_strict_documents_read_alike(tmp_path: Path) -> None:
    body = f"<w:p>{marked(run('24'))}</w:p>"
    found = document(made(tmp_path, body, STRICT)).passages
    assert [(p.text, marks(p)) for p in found] == [("24", {("bookmark", "fig_a", "24")})]


def test_cells_have_their_table_row_and_column(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc>{properties}<w:p>{run(text)}</w:p></w:tc>"

    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('删')}</w:tr>"
    body = (
        f"<w:p>{run('表1')}</w:p><w:tbl><w:tr>{cell('甲', wide)}{cell('3')}</w:tr>{gone}"
        f"<w:sdt><w:sdtContent><w:tr>{cell('4')}{cell('5')}</w:tr></w:sdtContent></w:sdt></w:tbl>"
    )
    found = document(made(tmp_path, body)).passages
    places = [(p.text, p.cell and (p.cell.table, p.cell.row, p.cell.column)) for p in found]
    assert places == [
        ("表1", None), ("甲", (0, 0, 0)), ("3", (0, 0, 2)), ("4", (0, 1, 0)), ("5", (0, 1, 1)),
    ]  # fmt: skip
    assert {p.caption for p in found if p.cell} == {"表1"}


def test_a_control_around_a_paragraph_or_a_cell_marks_what_is_in_it(tmp_path: Path) -> None:
    cell = f"<w:tc><w:p>{run('24')}</w:p></w:tc><w:tc><w:p>{run('25')}</w:p></w:tc>"
    cells = cell.replace("<w:tc>", control("<w:tc>", "fig_b").partition("</w:sdtContent>")[0], 1)
    cells = cells.replace("</w:tc>", "</w:tc></w:sdtContent></w:sdt>", 1)
    body = control(f"<w:p>{run('共26')}</w:p>") + f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
    found = document(made(tmp_path, body)).passages
    assert [(p.text, marks(p)) for p in found] == [
        ("共26", {("control", "fig_a", "共26")}),
        ("24", {("control", "fig_b", "24")}),
        ("25", set()),
    ]


@pytest.fixture(scope="module")
def briefing(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("b") / "b.docx"
    path.write_bytes(write_briefing(BRIEFING, TEMPLATE, DAY))
    return document(path)


def test_a_briefing_reads_back(briefing: Document) -> None:
    body = [p for p in briefing.passages if p.text.startswith("提出事项")]
    assert [(p.text, p.heading) for p in body] == [("提出事项38项，已完成24项。", "一、总体进展")]
    told = {(name, text) for kind, name, text in marks(body[0]) if kind == "bookmark"}
    assert told == {("fig_total", "38"), ("fig_done", "24")}
    cells = {(p.cell.table, p.cell.row, p.cell.column): p for p in briefing.passages if p.cell}
    assert cells[0, 1, 1].text == "9"
    assert ("bookmark", "fig_water", "9") in marks(cells[0, 1, 1])
    assert cells[0, 1, 1].caption == "表1　按类别统计"
    assert not any("1" in p.text for p in briefing.passages if p.story == "footer")


HOSTILE = {
    "no zip": b"hello",
    "a damaged zip": b"PK\x03\x04" + b"x" * 100,
    "an old document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "nothing": b"",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_document_is_said(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(HOSTILE[kind])
    with pytest.raises(UsageError, match="读不了"):
        document(path)


def test_a_workbook_is_no_document(tmp_path: Path) -> None:
    path = made(tmp_path, "", types=TYPES.replace("wordprocessingml", "spreadsheetml"))
    with pytest.raises(UsageError, match=r"不是 \.docx"):
        document(path)


def test_entities_bombs_and_broken_xml_are_refused(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", b" " * (50 << 20))
    entity = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    for data in (
        bomb.getvalue(),
        made(tmp_path, "<w:p>").read_bytes(),
        made(tmp_path, "", **{"word/x.xml": f"{entity}<w>&e;</w>"}).read_bytes(),
    ):
        path = tmp_path / "x.docx"
        path.write_bytes(data)
        with pytest.raises(UsageError, match="读不了"):
            document(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有这个文件"):
        document(tmp_path / "no.docx")
