"""Charts that Word knows as such: a chart part, the workbook behind it, and the picture's place.

A double click opens the workbook: each number is a cell named ``fig_<tag>``, as figures in the text
stand in bookmarks of that name. XlsxWriter writes it; the part is built directly (``chart_xml``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from math import ceil

import xlsxwriter
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from lxml import etree

from pipeline.write.briefing.chart_xml import SHEET, Drawn, Number, chart_space
from pipeline.write.briefing.drawing import NAMESPACES, WP, A, C, R
from pipeline.write.briefing.figures import PREFIX, Element, W, clean, element, plain, run
from pipeline.write.briefing.tables import NOTE_STYLE, TEXT_STYLE, Look, ems
from pipeline.write.content import Chart, Placed

_EMU = 635
"""English metric units in a twip."""

SMALLER = 86
"""Percent of the tables' size at which charts are lettered: 9 pt for 10.5."""

ROOM = 16
"""Ems of a line of a category's name at the left of its bar."""

LINES = 2, 4
"""Lines of such a name; a longer one loses its middle. It may take more to differ from others."""

_BAR, _BESIDE, _GAP = 1.85, 1.3, 1.0
"""Ems: a stacked bar with the space around it; a bar among others; the space around these."""

_LINE = 1.65
"""Ems from line to line of a name, with the space between names."""

CROWDED = 8
"""More periods, or more bars with names of two lines, are lettered smaller."""

_UPRIGHT = 19
"""Ems: height of a trend's plot."""

TALLEST = 11000
"""Twips: what a page has room for below a caption and above a note."""


def chart(drawn: Chart, look: Look, document: WordDocument) -> Element:
    """Return the paragraph that holds a chart as wide as the text, its parts put into the document.

    Raises ``ValueError`` when a series has more or fewer values than there are categories.
    """
    if {len(one.values) for one in drawn.series} != {len(drawn.categories)}:
        raise ValueError(f"values and categories differ in number in chart {drawn.caption!r}")
    em = look.em * SMALLER // 100
    crowded = drawn.kind == "trend" or any(ems(clean(name)) > ROOM for name in drawn.categories)
    if crowded and len(drawn.categories) > CROWDED:
        em = em * SMALLER // 100
    labels = _labels(drawn, look.width, em)
    numbers = tuple(tuple(map(_number, one.values)) for one in drawn.series)
    height, plot = _measured(drawn, labels, look.width, em)
    latin, asian = _typefaces(document)
    ready = Drawn(
        chart=drawn,
        names=tuple(clean(one.name) for one in drawn.series),
        labels=labels,
        numbers=numbers,
        plot=plot,
        silent=_silent(drawn, numbers, look.width * plot[2], em),
        latin=latin,
        asian=asian,
        size=em * 5,
        english=look.english,
    )
    return _paragraph(drawn, look.width, height, _related(ready, document), document)


def note_below(text: str, document: WordDocument) -> Element:
    """Return the paragraph that says what the chart above it leaves out, kept with its table."""
    known = {style.name: style.style_id for style in document.styles}
    style = known.get(NOTE_STYLE, known[TEXT_STYLE])
    properties = element("pPr", element("pStyle", val=style), element("keepNext"))
    hint = element("rPr", element("rFonts", hint="eastAsia"))
    return element("p", properties, run(clean(text), hint))


def _number(value: Placed | None) -> Number:
    """Return a printed figure as a number."""
    if value is None:
        return None
    number = Decimal(value.text)
    return int(number) if number == number.to_integral_value() else float(number)


def _labels(chart: Chart, width: int, em: int) -> tuple[str, ...]:
    """Break the categories' names into lines, and cut what is too long; number those alike.

    Left to itself, LibreOffice squeezes a chart of long names, and breaks a date anywhere.
    """
    names = tuple(map(clean, chart.categories))
    if chart.kind == "trend":
        return tuple(_broken(name, width * 0.9 / len(names) / em) for name in names)
    for lines in LINES:
        cut = tuple(_cut(name, ROOM * lines - 1) for name in names)
        if len(set(cut)) == len(set(names)):
            return tuple(map(_even, cut))
    short = (_cut(name, ROOM * LINES[0] - 3) for name in names)
    return tuple(_even(f"{number}. {name}") for number, name in enumerate(short, start=1))


_PIECES = re.compile(r"\d+[年月日] ?|[!-~]{1,28} ?|.")
"""What stays on one line: a part of a date, a Latin word, a Chinese character."""


def _even(name: str) -> str:
    """Break a name into as few lines as it needs, of much the same length."""
    count = max(1, ceil(ems(name) / ROOM))
    for more in range(1, ROOM // 2):
        label = _broken(name, ems(name) / count + more)
        if label.count("\n") < count:
            break
    return label


def _broken(name: str, room: float) -> str:
    lines = [""]
    for piece in _PIECES.findall(name):
        if lines[-1] and ems(lines[-1] + piece.rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _cut(name: str, room: float) -> str:
    """Take out the middle: companies' names begin alike and end alike."""
    if len(name) <= 2 * room and ems(name) <= room:
        return name
    kept = min(len(name), int(2 * room))
    while ems(cut := f"{name[: kept - kept // 2]}…{name[len(name) - kept // 2 :]}") > room + 1:
        kept -= 1
    return cut


def _measured(
    chart: Chart, labels: Sequence[str], width: int, em: int
) -> tuple[int, tuple[float, float, float, float]]:
    """Return the height in twips, and the plot's left, top, width and height as shares."""
    upright = chart.kind == "trend"
    lines = max(label.count("\n") + 1 for label in labels)
    names = sum(ems(one.name) + 3 for one in chart.series) * em if len(chart.series) > 1 else 0
    legend = -(-int(names) // width) * em * 2.2  # one line of it, or more
    if upright:
        left, plot, below = em * 0.5, float(em * _UPRIGHT), em * (1.2 + _LINE * lines)
    else:
        longest = max(ems(line) for label in labels for line in label.split("\n"))
        bar = _BAR if chart.kind == "stacked" else len(chart.series) * _BESIDE + _GAP
        bar = max(bar, _LINE * lines)
        left = (longest + 1.2) * em
        plot = min(len(labels) * bar * em, TALLEST - legend)
        below = em * 0.6
    height = round(em * 0.6 + plot + below + legend)
    shares = (left / width, em * 0.6 / height, 1 - (left + em * 0.5) / width, plot / height)
    return height, shares


def _silent(
    chart: Chart, numbers: Sequence[Sequence[Number]], width: float, em: int
) -> tuple[frozenset[int], ...]:
    """Say for each series where its bar is too small for its label."""
    if chart.kind != "stacked":
        return tuple(frozenset() for _ in numbers)
    most = max(sum(value or 0 for value in column) for column in zip(*numbers, strict=True))

    def small(value: Number) -> bool:
        return (value or 0) * width < (ems(str(value)) + 0.3) * em * most

    return tuple(frozenset(n for n, v in enumerate(one) if small(v)) for one in numbers)


def _typefaces(document: WordDocument) -> tuple[str, str]:
    """Return the Latin and the East Asian typeface of tables, through all that it is based on."""
    style = document.styles[TEXT_STYLE]
    layers: list[Element] = []
    while style is not None:
        layers.append(style.element)
        style = style.base_style
    layers += document.styles.element.findall(f"{W}docDefaults/{W}rPrDefault")
    found = [fonts for layer in layers for fonts in layer.iterfind(f"{W}rPr/{W}rFonts")]

    def first(kind: str) -> str:
        return next((name for fonts in found if (name := fonts.get(W + kind))), "")

    latin = first("ascii") or "Times New Roman"
    return latin, first("eastAsia") or latin


def _related(ready: Drawn, document: WordDocument) -> str:
    """Put the chart and its workbook into the package; return the document's relation to it."""
    package = document.part.package
    book = Part(
        package.next_partname("/word/embeddings/Microsoft_Excel_Sheet%d.xlsx"),
        CONTENT_TYPE.SML_SHEET,
        _workbook(ready),
        package,
    )
    xml = etree.tostring(
        chart_space(ready), encoding="UTF-8", xml_declaration=True, standalone=True
    )
    name = package.next_partname("/word/charts/chart%d.xml")
    part = Part(name, CONTENT_TYPE.DML_CHART, xml, package)
    part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    return document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)


def _workbook(ready: Drawn) -> bytes:
    """Return the workbook that opens when the chart's data are asked for; all text stays text."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.set_column(0, 0, 32, book.add_format({"text_wrap": True}))
        sheet.set_column(1, len(ready.names), 14)
        for row, label in enumerate(ready.labels, start=1):
            sheet.write_string(row, 0, label)
        for column, (name, one) in enumerate(
            zip(ready.names, ready.chart.series, strict=True), start=1
        ):
            sheet.write_string(0, column, name)
            for row, value in enumerate(one.values, start=1):
                number = ready.numbers[column - 1][row - 1]
                if value is not None and number is not None:
                    sheet.write_number(row, column, number)
                    cell = xlsxwriter.utility.xl_rowcol_to_cell(row, column, True, True)
                    book.define_name(PREFIX + value.tag, f"={SHEET}!{cell}")
    return file.getvalue()


def _paragraph(
    chart: Chart, width: int, height: int, relation: str, document: WordDocument
) -> Element:
    """Return a paragraph with the chart in its line; the line is as high as the chart."""
    taken = {int(each.get("id", "0")) for each in document.element.iter(f"{WP}docPr")}
    number = str(next(n for n in count(1) if n not in taken))
    size = {"cx": str(width * _EMU), "cy": str(height * _EMU)}
    caption = "".join(map(plain, chart.caption))
    inline = etree.Element(
        f"{WP}inline",
        {f"dist{side}": "0" for side in "TBLR"},
        nsmap=NAMESPACES,
    )
    etree.SubElement(inline, f"{WP}extent", size)
    etree.SubElement(inline, f"{WP}effectExtent", dict.fromkeys("ltrb", "0"))
    told = {"id": number, "name": f"Chart {number}", "descr": clean(chart.words)}
    etree.SubElement(inline, f"{WP}docPr", told | ({"title": caption} if caption else {}))
    etree.SubElement(inline, f"{WP}cNvGraphicFramePr")
    graphic = etree.SubElement(inline, f"{A}graphic")
    data = etree.SubElement(graphic, f"{A}graphicData", uri=NAMESPACES["c"])
    etree.SubElement(data, f"{C}chart", {f"{R}id": relation})
    properties = element(
        "pPr",
        element("keepNext"),
        element("snapToGrid", val="0"),
        element("spacing", before="0", after="120", line="240", lineRule="auto"),
        element("ind", left="0", right="0", firstLine="0"),
        element("jc", val="center"),
    )
    return element("p", properties, element("r", element("drawing", inline)))
