"""A chart as DrawingML (ECMA-376 part 1, 21.2), built directly as the tables are.

Whatever Office and LibreOffice would fill in differently is said: the schema's defaults are not
what either does. Numbers stand in the part as in the workbook behind it, to which ``c:f`` refers.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipeline.write.briefing.figures import Element
from pipeline.write.content import Chart

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_NAMESPACES = {"c": _C[1:-1], "a": _A[1:-1], "r": _R[1:-1]}

SHEET = "data"
"""Name of the workbook's sheet: categories in its first column, a series in each further one."""

PARTS = ("102A4C", "A9CCE9", "CF7F1F", "B5281F", "FFFFFF")
"""Fills of the parts of a whole: as far apart in grey (lightness 17, 80, 60, 40, 100)."""

BESIDE = (PARTS[1], PARTS[0], PARTS[3], PARTS[2], PARTS[4])
"""Fills of what stands side by side: the whole, which comes first, is the pale one."""

HATCHED = PARTS[3]
"""The fill drawn as lines: in grey, too, what is late must not be taken for what is done."""

GROUND = "F2B8B3"
"""What those lines stand on."""

_DARK = PARTS[0]
_GREY, _BLACK, _WHITE = "7F7F7F", "000000", "FFFFFF"
_COUNTS, _RATES = ("50010001", "50010002"), ("50020001", "50020002")

Number = int | float | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart made ready: texts cleaned and cut to their room, numbers as numbers.

    ``plot`` is the plot's left, top, width and height as shares of the whole. ``silent`` says for
    each series which of its numbers get no label. ``latin`` and ``asian`` are typefaces, ``size``
    is in hundredths of a point.
    """

    chart: Chart
    names: tuple[str, ...]
    labels: tuple[str, ...]
    numbers: tuple[tuple[Number, ...], ...]
    plot: tuple[float, float, float, float]
    silent: tuple[frozenset[int], ...]
    latin: str
    asian: str
    size: int
    english: bool


def spelt(number: int | float) -> str:
    """Return a number as the workbook's XML spells it."""
    return f"{number:.16G}"


def chart_space(drawn: Drawn) -> Element:
    """Return the root of the chart part; its workbook is the part's relation ``rId1``."""
    several = len(drawn.chart.series) > 1
    plot = _c("plotArea", _layout(drawn), *_plots(drawn))
    legend = [
        _c(
            "legend",
            _c("legendPos", val="b"),
            _c("overlay", val="0"),
            _text(drawn, _BLACK),
        )
    ]
    inner = _c(
        "chart",
        _c("autoTitleDeleted", val="1"),
        plot,
        *(legend if several else []),
        _c("plotVisOnly", val="1"),
        _c("dispBlanksAs", val="gap"),
    )
    data = _c("externalData", _c("autoUpdate", val="0"))
    data.set(f"{_R}id", "rId1")
    root = etree.Element(f"{_C}chartSpace", nsmap=_NAMESPACES)
    root.extend(
        [
            _c("date1904", val="0"),
            _c("lang", val="en-US" if drawn.english else "zh-CN"),
            _c("roundedCorners", val="0"),
            inner,
            _c("spPr", _a("noFill"), _a("ln", _a("noFill"))),
            _text(drawn, _BLACK),
            data,
        ]
    )
    return root


def _plots(drawn: Drawn) -> list[Element]:
    """Return the groups of series and their axes."""
    chart = drawn.chart
    rates = [n for n, one in enumerate(chart.series) if one.rate] if chart.kind == "trend" else []
    counts = [n for n in range(len(chart.series)) if n not in rates]
    groups: list[Element] = []
    axes: list[Element] = []
    if counts:
        groups.append(_bars(drawn, counts))
        axes += _axes(drawn, _COUNTS, (0, _highest(drawn, counts, lifted=bool(rates))))
    if rates:
        groups.append(_lines(drawn, rates))
        # 0 to 100 per cent take the upper third of the plot, above the columns.
        axes += _axes(drawn, _RATES, (-190, 120) if counts else (0, 110), second=bool(counts))
    return groups + axes


def _highest(drawn: Drawn, counts: list[int], lifted: bool) -> float:
    """Return the end of the axis: room for the longest bar and its label, for rates above it."""
    columns = zip(*(drawn.numbers[n] for n in counts), strict=True)
    values = [[number or 0 for number in column] for column in columns]
    if drawn.chart.kind == "stacked":
        return max(map(sum, values))
    room = 1.75 if lifted else 1.12 if drawn.chart.kind == "bars" else 1.15
    return max(map(max, values)) * room


def _bars(drawn: Drawn, counts: list[int]) -> Element:
    kind = drawn.chart.kind
    stacked = kind == "stacked"
    fills = PARTS if stacked else BESIDE
    return _c(
        "barChart",
        _c("barDir", val="col" if kind == "trend" else "bar"),
        _c("grouping", val="stacked" if stacked else "clustered"),
        _c("varyColors", val="0"),
        *(_bar(drawn, n, fills[drawn.chart.series[n].shade], stacked) for n in counts),
        _c("gapWidth", val="45" if stacked else "25" if len(drawn.labels) > 8 else "60"),
        _c("overlap", val="100" if stacked else "-5"),
        *(_c("axId", val=axis) for axis in _COUNTS),
    )


def _bar(drawn: Drawn, number: int, fill: str, stacked: bool) -> Element:
    dark = stacked and fill == _DARK
    edge = _solid(_GREY) if fill == _WHITE else _solid(_WHITE) if stacked else _a("noFill")
    look = [_hatch(fill), _a("ln", _solid(fill), w="6350")]
    if fill != HATCHED:
        look = [_solid(fill), _a("ln", edge, w="6350")]
    return _c(
        "ser",
        *_named(number, drawn),
        _c("spPr", *look),
        _c("invertIfNegative", val="0"),
        _labels(
            drawn,
            number,
            _WHITE if dark else _BLACK,
            "ctr" if stacked else "outEnd",
            boxed=stacked and fill == HATCHED,
        ),
        *_values(drawn, number),
    )


def _lines(drawn: Drawn, rates: list[int]) -> Element:
    return _c(
        "lineChart",
        _c("grouping", val="standard"),
        _c("varyColors", val="0"),
        *(_line(drawn, n, dashed=order > 0) for order, n in enumerate(rates)),
        _c("marker", val="1"),
        *(_c("axId", val=axis) for axis in _RATES),
    )


def _line(drawn: Drawn, number: int, dashed: bool) -> Element:
    pen = _a("ln", _solid(PARTS[3]), _a("prstDash", val="dash" if dashed else "solid"), w="19050")
    dot = _c("spPr", _solid(_WHITE), _a("ln", _solid(PARTS[3]), w="15875"))
    return _c(
        "ser",
        *_named(number, drawn),
        _c("spPr", pen),
        _c("marker", _c("symbol", val="circle"), _c("size", val="6"), dot),
        _labels(drawn, number, _BLACK, "t"),
        *_values(drawn, number),
        _c("smooth", val="0"),
    )


def _named(number: int, drawn: Drawn) -> list[Element]:
    name = _strings(_cell(number, 0), (drawn.names[number],))
    return [_c("idx", val=str(number)), _c("order", val=str(number)), _c("tx", name)]


def _values(drawn: Drawn, number: int) -> list[Element]:
    count = len(drawn.labels)
    numbers = _c("numCache", _text_of("formatCode", "General"), _c("ptCount", val=str(count)))
    for place, value in enumerate(drawn.numbers[number]):
        if value is not None:
            numbers.append(_c("pt", _text_of("v", spelt(value)), idx=str(place)))
    where = f"{_cell(number, 1)}:{_cell(number, count, sheet=False)}"
    return [
        _c("cat", _strings(f"{_cell(-1, 1)}:{_cell(-1, count, sheet=False)}", drawn.labels)),
        _c("val", _c("numRef", _text_of("f", where), numbers)),
    ]


def _cell(series: int, row: int, sheet: bool = True) -> str:
    """Return the address of a series' name (row 0) or number; series -1 are the categories."""
    return (f"{SHEET}!" if sheet else "") + f"${chr(ord('B') + series)}${row + 1}"


def _strings(where: str, texts: tuple[str, ...]) -> Element:
    cache = _c("strCache", _c("ptCount", val=str(len(texts))))
    cache.extend(_c("pt", _text_of("v", text), idx=str(n)) for n, text in enumerate(texts))
    return _c("strRef", _text_of("f", where), cache)


def _labels(drawn: Drawn, number: int, colour: str, where: str, boxed: bool = False) -> Element:
    """Return the labels of a series: none where there is nothing, or no room for it."""
    shows = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    code = '0.0"%"' if drawn.chart.series[number].rate else "General"
    return _c(
        "dLbls",
        *(
            _c("dLbl", _c("idx", val=str(n)), _c("delete", val="1"))
            for n in sorted(drawn.silent[number])
        ),
        _c("numFmt", formatCode=code, sourceLinked="0"),
        _c("spPr", _solid(_WHITE) if boxed else _a("noFill"), _a("ln", _a("noFill"))),
        _text(drawn, colour),
        _c("dLblPos", val=where),
        *(_c(f"show{what}", val="1" if what == "Val" else "0") for what in shows),
    )


def _axes(
    drawn: Drawn, ids: tuple[str, str], ends: tuple[float, float], second: bool = False
) -> list[Element]:
    """Return the axis of categories and, unseen since each bar is labelled, that of values."""
    category, value = ids
    upright = drawn.chart.kind == "trend"
    # Bars begin where the line would be; columns stand on it.
    pen = _solid(_GREY) if upright else _a("noFill")
    line = _c("spPr", _a("ln", pen, w="6350"))
    categories = _c(
        "catAx",
        _c("axId", val=category),
        # Bars are read from the top down, like the table.
        _c("scaling", _c("orientation", val="minMax" if upright else "maxMin")),
        _c("delete", val="1" if second else "0"),
        _c("axPos", val="b" if upright else "l"),
        _c("numFmt", formatCode="General", sourceLinked="0"),
        *_unmarked("low"),
        line,
        _text(drawn, _BLACK),
        _c("crossAx", val=value),
        _c("crosses", val="autoZero" if ends[0] == 0 else "min"),
        _c("auto", val="0"),
        _c("lblAlgn", val="ctr"),
        _c("lblOffset", val="50"),
        _c("tickLblSkip", val="1"),
        _c("noMultiLvlLbl", val="1"),
    )
    least, most = (spelt(end) for end in ends)
    scaling = _c("scaling", _c("orientation", val="minMax"))
    scaling.extend([_c("max", val=most), _c("min", val=least)])
    values = _c(
        "valAx",
        _c("axId", val=value),
        scaling,
        # LibreOffice draws on the first axis what belongs to a second one that is deleted.
        _c("delete", val="0" if second else "1"),
        _c("axPos", val="r" if second else "l" if upright else "b"),
        _c("numFmt", formatCode="General", sourceLinked="0"),
        *_unmarked("none"),
        _c("spPr", _a("ln", _a("noFill"))),
        _c("crossAx", val=category),
        _c("crosses", val="max" if second else "autoZero"),
        _c("crossBetween", val="between"),
    )
    return [categories, values]


def _unmarked(labels: str) -> list[Element]:
    marks = [_c(f"{size}TickMark", val="none") for size in ("major", "minor")]
    return [*marks, _c("tickLblPos", val=labels)]


def _layout(drawn: Drawn) -> Element:
    parts = zip("xywh", drawn.plot, strict=True)
    return _c(
        "layout",
        _c(
            "manualLayout",
            _c("layoutTarget", val="inner"),
            _c("xMode", val="edge"),
            _c("yMode", val="edge"),
            *(_c(name, val=f"{share:.4f}") for name, share in parts),
        ),
    )


def _text(drawn: Drawn, colour: str) -> Element:
    """Return how text looks; it is said everywhere, as programs differ in what they inherit."""
    face = _a(
        "defRPr",
        _solid(colour),
        _a("latin", typeface=drawn.latin),
        _a("ea", typeface=drawn.asian),
        _a("cs", typeface=drawn.latin),
        sz=str(drawn.size),
        b="0",
    )
    paragraph = _a("p", _a("pPr", face), _a("endParaRPr", lang="zh-CN"))
    return _c("txPr", _a("bodyPr"), _a("lstStyle"), paragraph)


def _hatch(colour: str) -> Element:
    lines, ground = (_a("srgbClr", val=each) for each in (colour, GROUND))
    return _a("pattFill", _a("fgClr", lines), _a("bgClr", ground), prst="dkUpDiag")


def _solid(colour: str) -> Element:
    return _a("solidFill", _a("srgbClr", val=colour))


def _text_of(tag: str, text: str) -> Element:
    made = _c(tag)
    made.text = text
    return made


def _c(tag: str, /, *children: Element, **attributes: str) -> Element:
    return _element(_C + tag, children, attributes)


def _a(tag: str, /, *children: Element, **attributes: str) -> Element:
    return _element(_A + tag, children, attributes)


def _element(name: str, children: tuple[Element, ...], attributes: dict[str, str]) -> Element:
    made = etree.Element(name, attributes, nsmap=_NAMESPACES)
    made.extend(children)
    return made
