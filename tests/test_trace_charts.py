"""Charts in a briefing: what they show and the workbooks in them, held against the figures."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from test_read_document import MAIN, OFFICE

from pipeline.read.document import LIMITS, Chart, Document
from pipeline.read.document.content import decoded
from pipeline.read.document.task import read_document
from pipeline.trace.charts import compare_charts

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PACKAGES = "http://schemas.openxmlformats.org/package/2006"
EXPECTED = {"a1": "24", "a2": "14", "b1": "63.2", "b2": "—"}
NAMES = (("B2", "fig_a1"), ("B3", "fig_a2"), ("C2", "fig_b1"))
SHOWN = {"已完成": ("B", ["24", "14"]), "完成率": ("C", ["63.2"])}


def workbook(cells: dict[str, float], names: tuple[tuple[str, str], ...]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet("表 1")
        for place, text in (("A2", "甲"), ("A3", "乙"), ("B1", "已完成"), ("C1", "完成率")):
            sheet.write_string(place, text)
        for place, number in cells.items():
            sheet.write_number(place, number)
        for place, name in names:
            book.define_name(name, f"='表 1'!${place[0]}${place[1:]}")
    return made.getvalue()


def chart_xml(shown: dict[str, tuple[str, list[str]]], title: str = "各企业整改进展") -> str:
    def points(values: list[str]) -> str:
        return "".join(
            f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values)
        )

    series = "".join(
        f"<c:ser><c:tx><c:strRef><c:f>'表 1'!${letter}$1</c:f><c:strCache>{points([name])}"
        f"</c:strCache></c:strRef></c:tx><c:cat><c:strRef><c:f>'表 1'!$A$2:$A$3</c:f><c:strCache>"
        f"{points(['甲', '乙'])}</c:strCache></c:strRef></c:cat><c:val><c:numRef>"
        f"<c:f>'表 1'!${letter}$2:${letter}$3</c:f><c:numCache>{points(values)}</c:numCache>"
        "</c:numRef></c:val></c:ser>"
        for name, (letter, values) in shown.items()
    )
    text = f"<c:tx><c:rich><a:p><a:r><a:t>{title}</a:t></a:r></a:p></c:rich></c:tx>"
    return (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart><c:title>{text}</c:title>'
        f"<c:plotArea><c:barChart>{series}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )


def read(place: Path, xml: str, book: bytes | None) -> Document:
    """A document with one chart, read."""
    types = (
        f'<Types xmlns="{PACKAGES}/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
    )

    def relations(**targets: str) -> str:
        inner = "".join(
            f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for kind, target in targets.items()
        )
        return f'<Relationships xmlns="{PACKAGES}/relationships">{inner}</Relationships>'

    body = (
        f'<w:document xmlns:w="{W}" xmlns:r="{OFFICE}" xmlns:c="{C}"><w:body><w:p><w:r><w:drawing>'
        '<c:chart r:id="r1"/></w:drawing></w:r></w:p></w:body></w:document>'
    )
    path = place / "chart.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", types)
        package.writestr("_rels/.rels", relations(officeDocument="word/document.xml"))
        package.writestr("word/document.xml", body)
        package.writestr("word/_rels/document.xml.rels", relations(chart="charts/chart1.xml"))
        package.writestr("word/charts/chart1.xml", xml)
        if book is not None:
            target = relations(package="../embeddings/book.xlsx")
            package.writestr("word/charts/_rels/chart1.xml.rels", target)
            package.writestr("word/embeddings/book.xlsx", book)
    told = json.loads(read_document((path, LIMITS)))
    assert "refused" not in told
    return decoded(told)


CELLS = {"B2": 24.0, "B3": 14.0, "C2": 63.2, "D2": 2020.0}


@pytest.fixture
def original(tmp_path: Path) -> Chart:
    (chart,) = read(tmp_path, chart_xml(SHOWN), workbook(CELLS, NAMES)).charts
    return chart


def wrong(chart: Chart, original: Chart) -> list[tuple[str, str, str, str, str | None, str | None]]:
    _, found = compare_charts([chart], [original], EXPECTED)
    return [(w.fault, w.part, w.label, w.stands, w.should, w.tag) for w in found]


def test_a_chart_is_read_with_its_workbook(original: Chart) -> None:
    assert original.title == "各企业整改进展"
    told = [(s.name, s.categories, s.values, s.cells) for s in original.series]
    assert told == [
        ("已完成", ("甲", "乙"), ("24", "14"), ("表 1!B2", "表 1!B3")),
        ("完成率", ("甲",), ("63.2",), ("表 1!C2",)),
    ]
    assert original.names == {f"表 1!{place}": name for place, name in NAMES}
    assert (original.workbook["表 1!B2"], original.workbook["表 1!A3"]) == ("24", "乙")


def test_as_it_was_nothing_is_wrong(original: Chart) -> None:
    assert compare_charts([original], [original], EXPECTED) == (7, [])


def test_what_the_chart_shows_is_held_against_the_figures(tmp_path: Path, original: Chart) -> None:
    shown = {"已完成": ("B", ["24", "15"]), "完成率": ("C", ["63.2"])}
    (chart,) = read(tmp_path, chart_xml(shown), workbook(CELLS, NAMES)).charts
    assert wrong(chart, original) == [("changed", "chart", "已完成 / 乙", "15", "14", "a2")]


@pytest.mark.parametrize(("place", "should", "tag"), [("B3", "14", "a2"), ("D2", "2020", None)])
def test_what_the_workbook_holds_is_too(
    tmp_path: Path, original: Chart, place: str, should: str, tag: str | None
) -> None:
    book = workbook({**CELLS, place: 99}, NAMES)
    (chart,) = read(tmp_path, chart_xml(SHOWN), book).charts
    expected = [("changed", "workbook", f"表 1!{place}", "99", should, tag)]
    assert wrong(chart, original) == expected


def test_a_cell_that_lost_its_name_is_untraceable(tmp_path: Path, original: Chart) -> None:
    (chart,) = read(tmp_path, chart_xml(SHOWN), workbook(CELLS, NAMES[:2])).charts
    assert wrong(chart, original) == [("untraceable", "workbook", "表 1!C2", "63.2", "63.2", "b1")]


def test_numbers_added_to_a_chart_are_untraced(tmp_path: Path, original: Chart) -> None:
    shown = {**SHOWN, "计划": ("E", ["7"])}
    book = workbook({**CELLS, "E2": 7}, NAMES)
    (chart,) = read(tmp_path, chart_xml(shown), book).charts
    assert wrong(chart, original) == [
        ("untraced", "chart", "计划 / 甲", "7", None, None),
        ("untraced", "workbook", "表 1!E2", "7", None, None),
    ]


def test_without_its_workbook_a_chart_is_held_by_its_labels(
    tmp_path: Path, original: Chart
) -> None:
    xml = chart_xml(SHOWN).replace("'表 1'!", "local-table.")
    (chart,) = read(tmp_path, xml, None).charts
    assert compare_charts([chart], [original], EXPECTED) == (3, [])
    (chart,) = read(tmp_path, xml.replace(">63.2<", ">65<"), None).charts
    assert wrong(chart, original) == [("changed", "chart", "完成率 / 甲", "65", "63.2", "b1")]


def test_binary_fractions_are_the_numbers_that_they_stand_for(
    tmp_path: Path, original: Chart
) -> None:
    xml = chart_xml(SHOWN).replace(">63.2<", ">63.200000000000003<")
    (chart,) = read(tmp_path, xml, workbook(CELLS, NAMES)).charts
    assert wrong(chart, original) == []


def test_a_workbook_that_is_none_does_no_harm(tmp_path: Path, original: Chart) -> None:
    found = read(tmp_path, chart_xml(SHOWN), b"PK\x03\x04 nothing")
    assert found.charts[0].workbook == {}
    assert wrong(found.charts[0], original) == []


def test_texts_in_a_chart_are_passages(tmp_path: Path) -> None:
    found = read(tmp_path, chart_xml(SHOWN, "已完成24项"), None)
    assert [(p.story, p.text) for p in found.passages] == [("chart", "已完成24项")]
