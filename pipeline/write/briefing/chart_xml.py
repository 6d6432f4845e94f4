"""A chart as DrawingML (ECMA-376 part 1, 21.2), built directly as the tables are.

Whatever Office and LibreOffice would fill in differently is said: the schema's defaults are not
what either does. Numbers stand in the part as in the workbook behind it, to which ``c:f`` refers.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipeline.write.briefing.drawing import (
    BESIDE,
    BLACK,
    GREY,
    HATCHED,
    NAMESPACES,
    PARTS,
    WHITE,
    C,
    R,
    a,
    c,
    hatch,
    solid,
    text_of,
)
from pipeline.write.briefing.figures import Element
from pipeline.write.content import Chart

SHEET = "data"
"""Name of the workbook's sheet: categories in its first column, a series in each further one."""

_DARK = PARTS[0]
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
    plot = c("plotArea", _layout(drawn), *_plots(drawn))
    legend = [
        c(
            "legend",
            c("legendPos", val="b"),
            c("overlay", val="0"),
            _text(drawn, BLACK),
        )
    ]
    inner = c(
        "chart",
        c("autoTitleDeleted", val="1"),
        plot,
        *(legend if several else []),
        c("plotVisOnly", val="1"),
        c("dispBlanksAs", val="gap"),
    )
    data = c("externalData", c("autoUpdate", val="0"))
    data.set(f"{R}id", "rId1")
    root = etree.Element(f"{C}chartSpace", nsmap=NAMESPACES)
    root.extend(
        [
            c("date1904", val="0"),
            c("lang", val="en-US" if drawn.english else "zh-CN"),
            c("roundedCorners", val="0"),
            inner,
            c("spPr", a("noFill"), a("ln", a("noFill"))),
            _text(drawn, BLACK),
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
    return c(
        "barChart",
        c("barDir", val="col" if kind == "trend" else "bar"),
        c("grouping", val="stacked" if stacked else "clustered"),
        c("varyColors", val="0"),
        *(_bar(drawn, n, fills[drawn.chart.series[n].shade], stacked) for n in counts),
        c("gapWidth", val="45" if stacked else "25" if len(drawn.labels) > 8 else "60"),
        c("overlap", val="100" if stacked else "-5"),
        *(c("axId", val=axis) for axis in _COUNTS),
    )


def _bar(drawn: Drawn, number: int, fill: str, stacked: bool) -> Element:
    dark = stacked and fill == _DARK
    edge = solid(GREY) if fill == WHITE else solid(WHITE) if stacked else a("noFill")
    look = [hatch(fill), a("ln", solid(fill), w="6350")]
    if fill != HATCHED:
        look = [solid(fill), a("ln", edge, w="6350")]
    return c(
        "ser",
        *_named(number, drawn),
        c("spPr", *look),
        c("invertIfNegative", val="0"),
        _labels(
            drawn,
            number,
            WHITE if dark else BLACK,
            "ctr" if stacked else "outEnd",
            boxed=stacked and fill == HATCHED,
        ),
        *_values(drawn, number),
    )


def _lines(drawn: Drawn, rates: list[int]) -> Element:
    return c(
        "lineChart",
        c("grouping", val="standard"),
        c("varyColors", val="0"),
        *(_line(drawn, n, dashed=order > 0) for order, n in enumerate(rates)),
        c("marker", val="1"),
        *(c("axId", val=axis) for axis in _RATES),
    )


def _line(drawn: Drawn, number: int, dashed: bool) -> Element:
    pen = a("ln", solid(PARTS[3]), a("prstDash", val="dash" if dashed else "solid"), w="19050")
    dot = c("spPr", solid(WHITE), a("ln", solid(PARTS[3]), w="15875"))
    return c(
        "ser",
        *_named(number, drawn),
        c("spPr", pen),
        c("marker", c("symbol", val="circle"), c("size", val="6"), dot),
        _labels(drawn, number, BLACK, "t"),
        *_values(drawn, number),
        c("smooth", val="0"),
    )


def _named(number: int, drawn: Drawn) -> list[Element]:
    name = _strings(_cell(number, 0), (drawn.names[number],))
    return [c("idx", val=str(number)), c("order", val=str(number)), c("tx", name)]


def _values(drawn: Drawn, number: int) -> list[Element]:
    count = len(drawn.labels)
    numbers = c("numCache", text_of("formatCode", "General"), c("ptCount", val=str(count)))
    for place, value in enumerate(drawn.numbers[number]):
        if value is not None:
            numbers.append(c("pt", text_of("v", spelt(value)), idx=str(place)))
    where = f"{_cell(number, 1)}:{_cell(number, count, sheet=False)}"
    return [
        c("cat", _strings(f"{_cell(-1, 1)}:{_cell(-1, count, sheet=False)}", drawn.labels)),
        c("val", c("numRef", text_of("f", where), numbers)),
    ]


def _cell(series: int, row: int, sheet: bool = True) -> str:
    """Return the address of a series' name (row 0) or number; series -1 are the categories."""
    return (f"{SHEET}!" if sheet else "") + f"${chr(ord('B') + series)}${row + 1}"


def _strings(where: str, texts: tuple[str, ...]) -> Element:
    cache = c("strCache", c("ptCount", val=str(len(texts))))
    cache.extend(c("pt", text_of("v", text), idx=str(n)) for n, text in enumerate(texts))
    return c("strRef", text_of("f", where), cache)


def _labels(drawn: Drawn, number: int, colour: str, where: str, boxed: bool = False) -> Element:
    """Return the labels of a series: none where there is nothing, or no room for it."""
    shows = ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
    code = '0.0"%"' if drawn.chart.series[number].rate else "General"
    return c(
        "dLbls",
        *(
            c("dLbl", c("idx", val=str(n)), c("delete", val="1"))
            for n in sorted(drawn.silent[number])
        ),
        c("numFmt", formatCode=code, sourceLinked="0"),
        c("spPr", solid(WHITE) if boxed else a("noFill"), a("ln", a("noFill"))),
        _text(drawn, colour),
        c("dLblPos", val=where),
        *(c(f"show{what}", val="1" if what == "Val" else "0") for what in shows),
    )


def _axes(
    drawn: Drawn, ids: tuple[str, str], ends: tuple[float, float], second: bool = False
) -> list[Element]:
    """Return the axis of categories and, unseen since each bar is labelled, that of values."""
    category, value = ids
    upright = drawn.chart.kind == "trend"
    # Bars begin where the line would be; columns stand on it.
    pen = solid(GREY) if upright else a("noFill")
    line = c("spPr", a("ln", pen, w="6350"))
    categories = c(
        "catAx",
        c("axId", val=category),
        # Bars are read from the top down, like the table.
        c("scaling", c("orientation", val="minMax" if upright else "maxMin")),
        c("delete", val="1" if second else "0"),
        c("axPos", val="b" if upright else "l"),
        c("numFmt", formatCode="General", sourceLinked="0"),
        *_unmarked("low"),
        line,
        _text(drawn, BLACK),
        c("crossAx", val=value),
        c("crosses", val="autoZero" if ends[0] == 0 else "min"),
        c("auto", val="0"),
        c("lblAlgn", val="ctr"),
        c("lblOffset", val="50"),
        c("tickLblSkip", val="1"),
        c("noMultiLvlLbl", val="1"),
    )
    least, most = (spelt(end) for end in ends)
    scaling = c("scaling", c("orientation", val="minMax"))
    scaling.extend([c("max", val=most), c("min", val=least)])
    values = c(
        "valAx",
        c("axId", val=value),
        scaling,
        # LibreOffice draws on the first axis what belongs to a second one that is deleted.
        c("delete", val="0" if second else "1"),
        c("axPos", val="r" if second else "l" if upright else "b"),
        c("numFmt", formatCode="General", sourceLinked="0"),
        *_unmarked("none"),
        c("spPr", a("ln", a("noFill"))),
        c("crossAx", val=category),
        c("crosses", val="max" if second else "autoZero"),
        c("crossBetween", val="between"),
    )
    return [categories, values]


def _unmarked(labels: str) -> list[Element]:
    marks = [c(f"{size}TickMark", val="none") for size in ("major", "minor")]
    return [*marks, c("tickLblPos", val=labels)]


def _layout(drawn: Drawn) -> Element:
    parts = zip("xywh", drawn.plot, strict=True)
    return c(
        "layout",
        c(
            "manualLayout",
            c("layoutTarget", val="inner"),
            c("xMode", val="edge"),
            c("yMode", val="edge"),
            *(c(name, val=f"{share:.4f}") for name, share in parts),
        ),
    )


def _text(drawn: Drawn, colour: str) -> Element:
    """Return how text looks; it is said everywhere, as programs differ in what they inherit."""
    face = a(
        "defRPr",
        solid(colour),
        a("latin", typeface=drawn.latin),
        a("ea", typeface=drawn.asian),
        a("cs", typeface=drawn.latin),
        sz=str(drawn.size),
        b="0",
    )
    paragraph = a("p", a("pPr", face), a("endParaRPr", lang="zh-CN"))
    return c("txPr", a("bodyPr"), a("lstStyle"), paragraph)
