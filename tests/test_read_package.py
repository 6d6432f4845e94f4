"""Packages that must not reach a parser, files that are not what they are called, sheet XML."""

import io
import struct
import zipfile

import pytest
from xlsxwriter import Workbook

from pipeline.limits import Limits
from pipeline.read.encoding import decode
from pipeline.read.package import open_package
from pipeline.read.probe.seen import Probe
from pipeline.read.probe.sheet import probe_sheet
from pipeline.read.refusal import RefusedError
from pipeline.read.sniff import sniff
from pipeline.read.text_file import delimiter
from pipeline.read.text_of_cell import text_of_cell

LIMITS = Limits()
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def package(*parts: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def workbook() -> bytes:
    stream = io.BytesIO()
    book = Workbook(stream)
    book.add_worksheet("a").write(0, 0, "x")
    book.close()
    return stream.getvalue()


def why(data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(RefusedError) as refusal:
        open_package(data, limits)
    return refusal.value.params.get("why", refusal.value.code)


def lying(declared: int) -> bytes:
    """A part that unpacks to 5,000 bytes, and a directory that says otherwise."""
    data = bytearray(package(("a.xml", b"<a>" + b" " * 4_993 + b"</a>")))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", declared)
    return bytes(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_each_guard_refuses_for_its_reason() -> None:
    small = Limits(parts=1, part_bytes=1_000, total_bytes=1_500, ratio=5, ratio_from=100)
    assert why(package(("a.xml", b""), ("b.xml", b"")), small) == "too-many-parts"
    assert why(package(("a.xml", b"x" * 1_200)), small) == "part-too-large"
    assert why(package(("a.xml", b"x" * 2_000)), small) == "bomb"
    assert why(package(("a.xml", b"x" * 900)), small) == "bomb"
    assert why(package(("a.xml", b"1"), ("a.xml", b"2"))) == "doubled-name"
    assert why(package(("xl/a.xml", b"1"), ("XL/A.xml", b"2"))) == "doubled-name"
    assert why(package(("../a.xml", b""))) == "bad-name"
    assert why(package(("/a.xml", b""))) == "bad-name"
    assert why(package(("c:/a.xml", b""))) == "bad-name"
    assert why(b"PK\x03\x04 and no more") == "damaged"
    assert why(workbook()[:-300]) == "damaged"
    assert why(lying(4_000)) == "size-lie"
    assert why(lying(6_000)) == "size-lie"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_dtd_is_refused_but_not_in_pictures(encoding: str) -> None:
    dtd = '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode(encoding)
    padding = b" " * ((1 << 18) - 5)  # the sign straddles two pieces
    assert why(package(("xl/a.xml", dtd))) == "dtd"
    if encoding == "utf-8":
        assert why(package(("xl/a.xml", padding + dtd))) == "dtd"
    assert open_package(package(("xl/media/a.svg", dtd)), LIMITS).has("XL/Media/a.svg")


@pytest.mark.parametrize(
    "data, kind",
    [
        (b"", "empty"),
        (b"\r\n  ", "empty"),
        (b"%PDF-1.4", "pdf"),
        (b"\xff\xd8\xff\xe0", "image"),
        (b"MIME-Version: 1.0\r\n", "mht"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "xml"),
        (b"abc\x00\x01\x02" * 20, "binary"),
        (OLE2 + "WordDocument".encode("utf-16-le"), "doc"),
        (package(("word/document.xml", b"<a/>")), "docx"),
        (package(("a.txt", b"a")), "zip"),
    ],
)
def test_types_that_are_not_read(data: bytes, kind: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        sniff(data, LIMITS)
    assert (refusal.value.code, refusal.value.params) == ("unreadable-type", {"kind": kind})


def test_types_that_are_read() -> None:
    assert sniff(workbook(), LIMITS)[0] == "xlsx"
    assert sniff("序号,问题\n".encode("gbk"), LIMITS)[0] == "csv"
    assert sniff(OLE2 + "Workbook\x00".encode("utf-16-le"), LIMITS)[0] == "xls"
    with pytest.raises(RefusedError) as refusal:
        sniff(OLE2 + "EncryptionInfo".encode("utf-16-le"), LIMITS)
    assert refusal.value.code == "encrypted"


# ---------------------------------------------------------------- sheet XML


def probe(rows: str, before: str = "", after: str = "") -> Probe:
    xml = f'<worksheet xmlns="m">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    return probe_sheet([xml.encode()[i : i + 50] for i in range(0, len(xml.encode()), 50)])


def test_the_probe_sees_errors_formulas_and_what_is_hidden() -> None:
    found = probe(
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c>'
        '<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><f>1+1</f></c><c r="B2"><f>1+1</f><v>2</v></c></row>'
        '<row r="3" hidden="1"><c r="A3" s="1"/></row>'
        '<row r="4"><c r="A4"><f>1+1</f><v></v></c><c r="B4" t="str"><f>A1</f><v></v></c></row>',
        before='<cols><col min="2" max="3" hidden="1"/></cols>',
        after='<autoFilter ref="A1:B9"><filterColumn colId="0"/></autoFilter>',
    )
    assert found.errors == {(0, 0): "#REF!", (0, 1): "#DIV/0!"}
    assert found.unstored == ((1, 0), (3, 0))
    assert (found.hidden_rows, found.filtered_rows) == ((), (1,))
    assert found.hidden_columns == {1, 2}
    assert (found.extent, found.body, found.strays) == ((4, 2), (4, 2), ())


def test_prefixes_missing_addresses_and_forbidden_characters_change_nothing() -> None:
    xml = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c>'
        '<x:c t="e"><x:v>#N/A</x:v></x:c>'
        '<x:c t="inlineStr"><x:is><x:t>&#x1;\x02&#xD800;</x:t></x:is>'
        "</x:c></x:row></x:sheetData></x:worksheet>"
    )
    found = probe_sheet([xml.encode()])
    assert (found.errors, found.extent) == ({(0, 1): "#N/A"}, (1, 3))


def test_empty_cells_and_rows_do_not_count() -> None:
    empty = "".join(f'<row r="{r}" ht="15"><c r="A{r}" s="1"/></row>' for r in range(2, 5_000))
    found = probe(f'<row r="1"><c r="B1"><v>1</v></c></row>{empty}')
    assert (found.extent, found.hidden_rows) == ((1, 2), ())


def test_strays_are_told_from_the_table() -> None:
    found = probe(
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="C9"><v>1</v></c></row>'
        '<row r="1048576"><c r="Z1048576"><v>1</v></c></row>'
    )
    assert (found.extent, found.body) == ((1_048_576, 26), (9, 3))
    assert (found.strays, found.few_strays) == (((1_048_575, 25),), True)


@pytest.mark.parametrize(
    "cell", ['r="ZZZZZZZ99999999999"', 'r="XFE1"', 'r="A1048577"', 'r="A0"', 'r="1A"']
)
def test_impossible_addresses_are_refused(cell: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        probe(f'<row r="1"><c {cell}><v>1</v></c></row>')
    assert refusal.value.params == {"why": "extent"}


def test_broken_xml_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        probe('<row r="1"><c r="A1"></row>')
    assert refusal.value.params == {"why": "damaged"}


# ---------------------------------------------------------------- text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert decode("序号,问题描述，镕".encode(encoding)) == "序号,问题描述，镕"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiters(mark: str) -> None:
    lines = ["整改台账", mark.join("abcd"), mark.join(["1", "甲;乙", "3", "4,5"])]
    assert delimiter("\n".join(lines)) == mark


@pytest.mark.parametrize(
    "value, text",
    [
        (" a\r\nb\u200b ", " a\nb\u200b "),
        ("x\x0by\ud800", "xy\ufffd"),
        (13_900_000_000.0, "13900000000"),
        (0.1, "0.1"),
        (False, "FALSE"),
        (None, ""),
    ],
)
def test_text_of_a_cell(value: object, text: str) -> None:
    assert text_of_cell(value) == text
