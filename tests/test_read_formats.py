"""Kinds of files: old ones, ones that call themselves something else, locked ones."""

import contextlib
import io
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import msoffcrypto
import office
import pytest
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from test_read import HEADER, ROWS, book, data, take, told

from pipeline.limits import Limits
from pipeline.model import Notice
from pipeline.passwords import VARIABLE
from pipeline.read.encoding import decode, utf16
from pipeline.read.grid import Book
from pipeline.read.opening import READERS, open_book
from pipeline.read.refusal import RefusedError
from pipeline.read.sniff import Kind

LIMITS = Limits()
TABLE = [HEADER, *ROWS]


def rows(path: Path) -> list[str]:
    """Return what a file says of its two items, and that nothing was amiss."""
    found = take(path)
    assert told(found) == []
    assert found.sheets[0].ledger == "rectification"
    return data(found.rows["rectification"], "description")


def refused(content: bytes) -> tuple[str, dict[str, str]]:
    with pytest.raises(RefusedError) as refusal:
        open_book(content, LIMITS)
    return refusal.value.code, refusal.value.params


def one(content: bytes | str) -> Book:
    return open_book(content.encode() if isinstance(content, str) else content, LIMITS)


def cells(content: bytes | str) -> list[list[str]]:
    (grid,) = one(content).grids
    return grid.cells


def test_every_kind_has_a_reader() -> None:
    assert set(READERS) == set(Kind.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["a.xls", "a.et", "a.xlsx", "台账"])
def test_old_workbooks_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    work = xlwt.Workbook()
    sheet = work.add_sheet("整改台账")
    for number, row in enumerate(TABLE):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    work.save(str(tmp_path / name))
    assert rows(tmp_path / name) == ["漏水", "破损"]


def saved_as(path: Path, suffix: str, out: Path) -> Path:
    """Have LibreOffice save a workbook as another kind; a stuck one is killed with its group."""
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless"]
        command += ["--convert-to", suffix, "--outdir", str(out), str(path)]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(timeout=office.SECONDS)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return out / f"{path.stem}.{suffix}"


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx", "html", "fods"])
def test_workbooks_that_libreoffice_saved(tmp_path: Path, suffix: str) -> None:
    source = book(tmp_path / "a.xlsx")
    made = saved_as(source, suffix, tmp_path / "out")
    if suffix == "fods":
        assert refused(made.read_bytes()) == ("unreadable-type", {"kind": "xml"})
    else:
        assert rows(made) == ["漏水", "破损"]


# ---------------------------------------------------------------- web pages


def page(charset: str, encoding: str) -> bytes:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in TABLE)
    head = f'<meta http-equiv=Content-Type content="text/html; charset={charset}">'
    text = f"<html><head>{head}<style>td {{}}</style></head><table>{lines}</table></html>"
    return text.encode(encoding)


@pytest.mark.parametrize(
    "charset, encoding",
    [
        ("gb2312", "gb18030"),
        ("utf-8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("utf-8", "gbk"),
        ("unicode", "utf-16"),
        ("nonsense", "utf-8"),
    ],
)
def test_a_web_page_called_xls(tmp_path: Path, charset: str, encoding: str) -> None:
    (tmp_path / "a.xls").write_bytes(page(charset, encoding))
    assert rows(tmp_path / "a.xls") == ["漏水", "破损"]


def test_cells_of_a_web_page() -> None:
    (grid,) = one(
        """<!DOCTYPE html><table>
        <thead><tr><th rowspan=2>序号<th colspan="2">整改\n 情况</tr>
        <tr><th>问题</th><th>状态</th></tr></thead>
        <tr style="display: none"><td>1</td><td>甲<br>乙<p>丙</p></td>
        <td>a&nbsp;&amp;&nbsp;b<script>x</script><!-- y --></td></tr>
        <tr><td>2<td><table><tr><td>里<td>外</table><td> 2020-10-09 </tr>
        </table>"""
    ).grids
    assert grid.cells == [
        ["序号", "整改 情况", ""],
        ["", "问题", "状态"],
        ["1", "甲\n乙\n丙", "a & b"],
        ["2", "里外", "2020-10-09"],
    ]
    assert set(grid.merged) == {(0, 0, 1, 0), (0, 1, 0, 2)}
    assert grid.probe.hidden_rows == (2,)


def test_tables_of_a_page_are_sheets_with_the_names_excel_gave() -> None:
    names = "".join(
        f"<x:ExcelWorksheet><x:Name>{n}</x:Name></x:ExcelWorksheet>" for n in ("台账", "说明")
    )
    tables = "<table><tr><td>a</table><table><tr><td>b</table>"
    named = one(f"<html><!--[if gte mso 9]><xml>{names}</xml><![endif]-->{tables}")
    assert [(g.name, g.cells) for g in named.grids] == [("台账", [["a"]]), ("说明", [["b"]])]
    assert [g.name for g in one(f"<html>{tables}").grids] == ["表1", "表2"]
    assert one("<html>no table").grids == ()


def test_spans_that_cover_more_than_a_sheet_are_refused_or_cut() -> None:
    assert refused(b"<table><tr><td colspan=16384 rowspan=65534>x</table>") == (
        "package-refused", {"why": "extent"},
    )  # fmt: skip
    assert cells("<table><tr><td colspan=-3 rowspan=x>x<td>y</table>") == [["x", "y"]]


def test_a_page_that_nests_without_end_ends() -> None:
    assert one("<table><tr><td>x" + "<div>" * 50_000).grids[0].cells[0][0] == "x"


# ---------------------------------------------------------------- the XML of 2003

XML = """<?xml version="1.0"{encoding}?>{more}
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:x="urn:x">
<DocumentProperties><LastSaved>2020-10-09T08:00:00Z</LastSaved></DocumentProperties>
<Styles><Style ss:ID="s1"><Font ss:Size="9"/></Style>
<Style ss:ID="s2"><Font ss:StrikeThrough="1"/></Style></Styles>
<Worksheet ss:Name="整改台账"><Table>{rows}</Table>{options}</Worksheet></Workbook>"""


STRUCK = ' ss:StyleID="s2"'


def xml(lines: str = "", *, encoding: str = "", more: str = "", options: str = "") -> str:
    return XML.format(rows=lines, encoding=encoding, more=more, options=options)


def plain_rows() -> str:
    def cell(text: str) -> str:
        return f'<Cell><Data ss:Type="String">{text}</Data></Cell>'

    return "".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in TABLE)


@pytest.mark.parametrize(
    "declared, encoding",
    [("utf-8", "utf-8"), ("GB2312", "gbk"), ("UTF-16", "utf-16"), ("utf-8", "utf-8-sig")],
)
def test_an_xml_workbook_called_xls(tmp_path: Path, declared: str, encoding: str) -> None:
    text = xml(plain_rows(), encoding=f' encoding="{declared}"')
    (tmp_path / "a.xls").write_bytes(text.encode(encoding))
    assert rows(tmp_path / "a.xls") == ["漏水", "破损"]
    assert take(tmp_path / "a.xls").sheets[0].modified == "2020-10-09T08:00:00Z"


def test_cells_of_an_xml_workbook() -> None:
    def cell(kind: str, text: str, more: str = "") -> str:
        return f'<Cell{more}><Data ss:Type="{kind}">{text}</Data></Cell>'

    made = xml(
        '<Column ss:Index="3" ss:Hidden="1" ss:Span="1"/>'
        f"<Row>{cell('String', '序号', ' ss:MergeDown=' + chr(34) + '1' + chr(34))}"
        f"{cell('Number', '3', ' ss:Index=' + chr(34) + '3' + chr(34))}</Row>"
        '<Row ss:Index="4" ss:Hidden="1">'
        f"{cell('DateTime', '2020-10-09T00:00:00.000', STRUCK)}{cell('Boolean', '1')}"
        f'{cell("Error", "#N/A")}<Cell ss:Formula="=1"/></Row>'
        '<Row><Cell><ss:Data ss:Type="String" xmlns="urn:h"><B>粗</B>体</ss:Data>'
        '<Comment ss:Author="示例李四"><ss:Data><B>示例李四:</B>\n批注</ss:Data></Comment>'
        "</Cell></Row>",
        options="<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions>",
    )
    (grid,) = one(made).grids
    assert grid.cells == [
        ["序号", "", "3"], [], [], ["2020-10-09", "TRUE", "#N/A"], ["粗体"],
    ]  # fmt: skip
    assert grid.merged == ((0, 0, 1, 0),)
    assert grid.hidden
    assert grid.probe.errors == {(3, 2): "#N/A"}
    assert grid.probe.unstored == ((3, 3),)
    assert grid.probe.hidden_rows == (3,)
    assert grid.probe.hidden_columns == {2, 3}
    assert grid.probe.struck == {3: [0]}
    assert grid.probe.comments == {(4, 0): "示例李四: 批注"}


@pytest.mark.parametrize(
    "text, why",
    [
        (xml(more='<!DOCTYPE a [<!ENTITY b "c">]>'), "dtd"),
        (xml()[:-20], "damaged"),
        (xml('<Row ss:Index="1048577"/>'), "extent"),
        (xml('<Row ss:Index="99999999999"/>'), "extent"),
        (xml('<Row><Cell ss:Index="16385"/></Row>'), "extent"),
        (
            xml('<Row ss:Index="1048576"><Cell ss:Index="16384"><Data>x</Data></Cell></Row>' * 1),
            None,
        ),
    ],
)
def test_xml_that_is_refused(text: str, why: str | None) -> None:
    if why is None:
        assert cells(text)[-1][-1] == "x"
    else:
        assert refused(text.encode()) == ("package-refused", {"why": why})


def test_other_xml_is_no_workbook() -> None:
    assert refused(b'<?xml version="1.0"?><note/>') == ("unreadable-type", {"kind": "xml"})
    assert cells('<?xml version="1.0"?><html><table><tr><td>x</td></tr></table></html>') == [["x"]]
    assert refused(b"MIME-Version: 1.0\r\nX: y") == ("unreadable-type", {"kind": "mht"})


# ---------------------------------------------------------------- text


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "gb18030"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(row) for row in TABLE)
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert rows(tmp_path / "a.csv") == ["漏水", "破损"]


def test_what_only_looks_like_utf_16() -> None:
    assert utf16(b"a\x00b") == ""
    assert utf16(bytes(range(256))) == ""
    assert utf16("序号,状态\n".encode("utf-16-le") + b"\x00\xd8") == ""
    assert refused(b"\x01\x00\x02\x00" * 50) == ("unreadable-type", {"kind": "binary"})
    assert decode("镕".encode("gbk"), "gb2312") == "镕"


def test_the_line_that_tells_excel_the_delimiter_is_no_row() -> None:
    assert cells("sep=;\r\na,b;c\r\n") == [["a,b", "c"]]


# ---------------------------------------------------------------- locked, cut off


def lock(path: Path, password: str) -> Path:
    """Return the workbook at ``path``, locked as Excel does since 2010."""
    locked = path.with_name("locked.xlsx")
    with path.open("rb") as plain, locked.open("wb") as out:
        OOXMLFile(plain).encrypt(password, out)
    assert msoffcrypto.OfficeFile(io.BytesIO(locked.read_bytes())).is_encrypted()
    return locked


def test_a_locked_workbook_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lock(book(tmp_path / "a.xlsx"), "示例2020")
    monkeypatch.delenv(VARIABLE, raising=False)
    assert told(take(path)) == [Notice("encrypted")]
    monkeypatch.setenv(VARIABLE, "wrong")
    assert told(take(path)) == [Notice("encrypted")]


def test_a_password_from_the_environment_opens_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = lock(book(tmp_path / "a.xlsx"), "示例2020")
    monkeypatch.setenv(VARIABLE, "wrong|示例2020")
    found = take(path)
    assert told(found) == [Notice("opened-by-password")]
    assert data(found.rows["rectification"], "description") == ["漏水", "破损"]
    assert "示例2020" not in repr(found)


def test_what_excel_opens_without_a_question_opens(tmp_path: Path) -> None:
    assert rows(lock(book(tmp_path / "a.xlsx"), "VelvetSweatshop")) == ["漏水", "破损"]


def test_a_workbook_cut_off_is_damaged(tmp_path: Path) -> None:
    whole = book(tmp_path / "a.xlsx").read_bytes()
    for share in (0.3, 0.7, 0.99):
        assert refused(whole[: int(len(whole) * share)]) == ("package-refused", {"why": "damaged"})
