"""How the briefing's two templates look: styles, page and words of the Chinese and English form.

Chinese: page and type as in GB/T 9704-2012 (A4, margins 37/35/28/26 mm, 22 lines of 28 characters
of 仿宋 16 pt, page numbers "— 1 —" outside). English: A4 with margins of 25 mm, 12 pt, the page
number in the middle. Both have the same styles under the same names. Tables use 简报表格, 简报表头,
简报表文, 简报表数 and 简报合计; 简报名称 marks the name, which shrinks to one line, and 简报编发
the line of office and date, which is broken if too long.
"""

from __future__ import annotations

from dataclasses import dataclass

# One line of GB/T 9704-2012's grid in twips: 22 of them fill the page's 225 mm. 580 gives 21 lines.
LINE = 579
CHARACTER = 320  # 16 pt
# The typeface the standard names, and what stands in for it where it is not installed.
FONTS = {
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "方正小标宋简体": "宋体",
    "黑体": "SimHei",
    "宋体": "SimSun",
    "Times New Roman": "Liberation Serif",
}
SONG, HEI, KAI = "方正小标宋简体", "黑体", "楷体_GB2312"

INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
BOTH = '<w:jc w:val="both"/>'
CENTRE = '<w:jc w:val="center"/>'
LEFT = '<w:jc w:val="left"/>'
NEXT = "<w:keepNext/>"
WHOLE = '<w:widowControl w:val="0"/>'  # lines may stand alone, so that pages hold 22
BREAK = "<w:pageBreakBefore/>"
FIRST = f'<w:ind w:firstLine="{CHARACTER}"/>'
OFF_GRID = '<w:snapToGrid w:val="0"/>'
TOP = NEXT + OFF_GRID


def spaced(before: int = 0, after: int = 0, line: int = LINE) -> str:
    """Say the space around a paragraph and its exact line height, in twips."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


def face(font: str = "", half_points: int = 0, more: str = "") -> str:
    """Say a typeface for Chinese, a size in half-points, and ``more`` between the two.

    Latin letters stay Times New Roman, from the document's defaults; beside 黑体 they would be too
    light for a heading.
    """
    latin = f' w:ascii="{font}" w:hAnsi="{font}"' if font == HEI else ""
    family = f'<w:rFonts{latin} w:eastAsia="{font}"/>' if font else ""
    size = f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>' if half_points else ""
    return family + more + size


RULE = '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="8" w:color="FF0000"/></w:pBdr>'
DATE_TAB = '<w:tabs><w:tab w:val="right" w:pos="{}"/></w:tabs>'
# Without the spread of Normal (-0.25 pt), which is there for 28 characters of 16 pt only.
EVEN = '<w:spacing w:val="0"/>'
RED_WIDE = '<w:color w:val="FF0000"/><w:spacing w:val="60"/>'
HANGING = '<w:ind w:left="840" w:right="280" w:hanging="560"/>'
GREY = '<w:color w:val="7F7F7F"/>'
OUTLINE = '<w:outlineLvl w:val="{}"/>'  # the place in the navigation pane
INSIDE = (("insideH", 4), ("insideV", 4))
BASES = {
    "TableFigure": "TableText",
    "TableHead": "TableText",
    "Copies": "Closing",
    "FirstAnnex": "AnnexLabel",
}
# (id, name, paragraph properties, run properties), properties in the schema's order.
CHINESE_STYLES = (
    (
        "Normal",
        "Normal",
        WHOLE + spaced() + BOTH,
        '<w:spacing w:val="-5"/>',
    ),
    ("Body", "简报正文", INDENT, ""),
    ("Heading1", "heading 1", NEXT + INDENT + OUTLINE.format(0), face(HEI)),
    ("Heading2", "heading 2", NEXT + INDENT + OUTLINE.format(1), face(KAI)),
    ("Heading3", "heading 3", NEXT + INDENT + OUTLINE.format(2), "<w:b/>"),
    ("Marking", "简报标注", LEFT, face(HEI)),
    ("Name", "简报名称", OFF_GRID + spaced(160, 60, 1080) + CENTRE, face(SONG, 96, RED_WIDE)),
    ("Issue", "简报期号", spaced(0, 145) + CENTRE, face(KAI)),
    (
        "Office",
        "简报编发",
        RULE + DATE_TAB.format(8524) + spaced(0, 290) + FIRST + LEFT,
        "",
    ),
    ("Remark", "简报按语", INDENT, face(KAI)),
    ("TableCaption", "简报表题", TOP + spaced(200, 100, 400) + CENTRE, face(HEI, 26, EVEN)),
    ("TablePlace", "简报表位", "", ""),
    ("TableText", "简报表文", OFF_GRID + spaced(line=300) + LEFT, face("", 21, EVEN)),
    ("TableFigure", "简报表数", CENTRE, ""),
    ("TableHead", "简报表头", CENTRE, face(HEI)),
    ("TableNote", "简报表注", OFF_GRID + spaced(80, 120, 320), face(KAI, 21, EVEN)),
    ("TableEnd", "简报表后", OFF_GRID + spaced(line=160), face("", 2)),
    (
        "AnnexLabel",
        "简报附件号",
        NEXT + spaced(before=LINE) + LEFT + OUTLINE.format(0),
        face(HEI),
    ),
    ("FirstAnnex", "简报首附件号", BREAK + spaced(), ""),
    ("AnnexTitle", "简报附件题", TOP + spaced(120, 200, 520) + CENTRE, face(SONG, 36)),
    ("Closing", "简报报尾", OFF_GRID + spaced(line=420) + HANGING + LEFT, face("", 28, EVEN)),
    ("Copies", "简报份数", '<w:jc w:val="right"/>', ""),
    (
        "Log",
        "简报存证",
        OFF_GRID + spaced(line=300) + '<w:ind w:right="280"/><w:jc w:val="right"/>',
        face("", 18, EVEN),
    ),
    ("LastLine", "简报末行", OFF_GRID + spaced(line=20), face("", 2)),
    ("Tag", "模板标签", OFF_GRID + spaced(line=240) + LEFT, face("", 16, GREY + EVEN)),
    ("Footer", "footer", OFF_GRID + spaced(line=400), face("宋体", 28, EVEN)),
)
BOLD = "<w:b/>"


def loose(before: int = 0, after: int = 0, line: int = 300) -> str:
    """Say the space around a paragraph of English and its least line height, in twips."""
    return (
        f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="atLeast"/>'
    )


ENGLISH_STYLES = {
    "Normal": (loose(0, 120) + LEFT, ""),
    "Body": ("", ""),
    "Heading1": (NEXT + loose(240, 80) + OUTLINE.format(0), face("", 28, BOLD)),
    "Heading2": (NEXT + loose(160, 80) + OUTLINE.format(1), face("", 24, BOLD)),
    "Heading3": (NEXT + loose(120, 60) + OUTLINE.format(2), face("", 24, "<w:i/>")),
    "Marking": ("", BOLD),
    "Name": (loose(120, 60, 640) + CENTRE, face("", 56, BOLD + '<w:color w:val="C00000"/>')),
    "Issue": (loose(0, 120) + CENTRE, ""),
    "Office": (RULE.replace("FF0000", "C00000") + DATE_TAB.format(9072) + loose(0, 240), ""),
    "Remark": ('<w:ind w:left="567" w:right="567"/>', "<w:i/>"),
    "TableCaption": (NEXT + loose(200, 80) + CENTRE, face("", 22, BOLD)),
    "TablePlace": ("", ""),
    "TableText": (loose(line=240), face("", 20)),
    "TableFigure": (CENTRE, ""),
    "TableHead": (CENTRE, BOLD),
    "TableNote": (loose(60, 120, 240), face("", 19)),
    "TableEnd": (spaced(line=160), face("", 2)),
    "AnnexLabel": (NEXT + loose(480, 60) + OUTLINE.format(0), BOLD),
    "FirstAnnex": (BREAK + loose(0, 60), ""),
    "AnnexTitle": (NEXT + loose(60, 160, 360) + CENTRE, face("", 28, BOLD)),
    "Closing": (loose(line=280) + '<w:ind w:left="1440" w:hanging="1440"/>', face("", 22)),
    "Copies": ('<w:jc w:val="right"/>', ""),
    "Log": (loose(line=220) + '<w:jc w:val="right"/>', face("", 17)),
    "LastLine": (spaced(line=20), face("", 2)),
    "Tag": (spaced(line=240) + LEFT, face("", 16, GREY)),
    "Footer": (loose(), face("", 20)),
}


@dataclass(frozen=True)
class Form:
    """What the two templates differ in; lengths in twips."""

    file: str
    language: str
    size: int
    styles: tuple[tuple[str, str, str, str], ...]
    margins: str
    left: int
    width: int
    grid: str
    issue: str
    remark: str
    log: str


CHINESE = Form(
    file="briefing.docx",
    language="zh-CN",
    size=32,
    styles=CHINESE_STYLES,
    margins='w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:footer="1247"',
    left=1588,
    width=8844,  # 156 mm
    grid=f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/>',
    issue="{{ draft }}第{{ number }}期〔总第{{ running }}期〕",
    remark="按：",
    log="存证号：{{ log }}",
)
ENGLISH = Form(
    file="briefing.en.docx",
    language="en",
    size=24,
    styles=tuple((key, name, *ENGLISH_STYLES[key]) for key, name, _, _ in CHINESE_STYLES),
    margins='w:top="1417" w:right="1417" w:bottom="1417" w:left="1417" w:footer="709"',
    left=1417,
    width=9072,
    grid="",
    issue="{{ draft }}No. {{ number }} (total {{ running }})",
    remark="Note: ",
    log="Log entry: {{ log }}",
)
