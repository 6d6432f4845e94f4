"""A chart in an edited document gets new numbers; its look stays while its shape does."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import xlsxwriter
from lxml import etree

from pipeline.read.document import Chart, document
from pipeline.write.edit.apply import changed
from pipeline.write.edit.changes import Changes, Charted

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OOXML = "application/vnd.openxmlformats-officedocument"
PART = "word/charts/chart1.xml"


def workbook(values: list[int]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("表")
        for row, value in enumerate(values, start=1):
            sheet.write_number(row, 1, value)
            book.define_name(f"fig_f{row}", f"=表!$B${row + 1}")
    return made.getvalue()


def chart(values: list[int], names: list[str], date: str, colour: str) -> str:
    def points(said: list[str]) -> str:
        every = "".join(f'<c:pt idx="{n}"><c:v>{v}</c:v></c:pt>' for n, v in enumerate(said))
        return f'<c:ptCount val="{len(said)}"/>{every}'

    last = len(values) + 1
    return (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}" xmlns:r="{R}"><c:chart><c:title><c:tx><c:rich>'
        f"<a:p><a:r><a:t>进展（截至{date}）</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea>"
        f'<c:barChart><c:ser><c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
        "</c:spPr>"
        f"<c:cat><c:strRef><c:f>表!$A$2:$A${last}</c:f><c:strCache>{points(names)}</c:strCache>"
        f"</c:strRef></c:cat><c:val><c:numRef><c:f>表!$B$2:$B${last}</c:f><c:numCache>"
        f"{points(list(map(str, values)))}</c:numCache></c:numRef></c:val></c:ser></c:barChart>"
        '</c:plotArea></c:chart><c:externalData r:id="rId1"/></c:chartSpace>'
    )


def written(values: list[int], names: list[str], date: str, colour: str) -> bytes:
    def related(*each: tuple[str, str]) -> str:
        inner = "".join(
            f'<Relationship Id="rId{n}" Type="{R}/{kind}" Target="{target}"/>'
            for n, (kind, target) in enumerate(each, start=1)
        )
        return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'

    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xlsx" ContentType="{OOXML}.spreadsheetml.sheet"/>'
        f'<Override PartName="/word/document.xml" ContentType="{OOXML}.wordprocessingml.document.'
        f'main+xml"/><Override PartName="/{PART}" ContentType="{OOXML}.drawingml.chart+xml"/>'
        "</Types>",
        "_rels/.rels": related(("officeDocument", "word/document.xml")),
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:c="{C}" xmlns:r="{R}"><w:body><w:p>'
        '<w:r><c:chart r:id="rId1"/></w:r></w:p></w:body></w:document>',
        "word/_rels/document.xml.rels": related(("chart", "charts/chart1.xml")),
        PART: chart(values, names, date, colour),
        "word/charts/_rels/chart1.xml.rels": related(("package", "../embeddings/book.xlsx")),
        "word/embeddings/book.xlsx": workbook(values),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return made.getvalue()


def renewed(folder: Path, old: bytes, new: bytes, *, whole: bool) -> tuple[Chart, str]:
    """The chart of ``old`` with the numbers of ``new``, and its colour."""
    changes = Changes(charts=(Charted(PART, PART, whole),))
    file = folder / "made.docx"
    file.write_bytes(changed(old, changes, new, file))
    with zipfile.ZipFile(file) as package:
        root = etree.fromstring(package.read(PART))
    colour = next(root.iter(f"{{{A}}}srgbClr")).get("val")
    (found,) = document(file).charts
    return found, str(colour)


OLD = written([24, 14], ["甲", "乙"], "10月9日", "AA0000")


def test_numbers_are_new_and_the_look_stays(tmp_path: Path) -> None:
    new = written([26, 13], ["甲", "丙"], "10月16日", "000000")
    found, colour = renewed(tmp_path, OLD, new, whole=False)
    (series,) = found.series
    assert (series.categories, series.values) == (("甲", "丙"), ("26", "13"))
    assert found.workbook == {"表!B2": "26", "表!B3": "13"}
    assert found.names == {"表!B2": "fig_f1", "表!B3": "fig_f2"}
    assert (found.title, colour) == ("进展（截至10月16日）", "AA0000")


def test_of_another_shape_it_is_replaced(tmp_path: Path) -> None:
    new = written([26, 13, 1], ["甲", "乙", "丙"], "10月16日", "000000")
    found, colour = renewed(tmp_path, OLD, new, whole=True)
    assert found.series[0].values == ("26", "13", "1")
    assert found.workbook == {"表!B2": "26", "表!B3": "13", "表!B4": "1"}
    assert colour == "000000"
