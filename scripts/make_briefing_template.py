"""Make ``input_templates/briefing.docx``, the briefing's template, which a person can edit in Word.

    python scripts/make_briefing_template.py [FILE]

Form: a 简报 with 报头, body and 报尾; page and type as in GB/T 9704-2012 (A4, margins 37/35/28/26
mm, 22 lines of 28 characters of 仿宋 16 pt, page numbers "— 1 —" outside). The bytes never differ.
Whoever edits the file may change wording, order and styles; these tags are filled in:

    {{ title }}      the briefing's name             {{ number }}   the issue within the year
    {{ marking }}    内部资料, or empty               {{ running }}  the running total of issues
    {{ office }}     the issuing office              {{ date }}     the as-of date in words
    {{ copies }}     "共印30份", or empty
    {{ english }}    whether the briefing is in English, for {%p if english %}

    sections         {%p for section in sections %}: section.heading ("一、总体进展") and
                     {%p for block in section.blocks %}: either block.text, a paragraph, or
                     block.table with block.caption above and block.note below, empty if none;
                     a chart stands where a table would, or above it, with the same tags
    annexes          {%p for annex in annexes %}: annex.label ("附件1"), and caption, table, note
    closing          {%tr for line in closing %}: line.label ("报："), line.names; report_to,
                     send_to and copy_to are the same names one by one

``{%p … %}`` takes its whole paragraph away when filled in, ``{%tr … %}`` its table row; a table
takes the place of the paragraph its tag stands in, alone. Braces are half-width. Every heading,
paragraph, table, caption and note must find a place: a template that drops one is refused. Tables
use the styles 简报表格, 简报表头, 简报表文, 简报表数 and 简报合计; the styles 简报名称 and 简报编发
mark the name, which shrinks to one line, and the line of office and date, broken if too long.
"""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipeline.write.repack import repack

TARGET = Path(__file__).resolve().parent.parent / "input_templates" / "briefing.docx"
MADE = date(2020, 1, 1)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# One line of GB/T 9704-2012's grid in twips: 22 of them fill the page's 225 mm. 580 gives 21 lines.
LINE = 579
TEXT_WIDTH = 8844  # 156 mm
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
CENTRE = '<w:jc w:val="center"/>'
LEFT = '<w:jc w:val="left"/>'
NEXT = "<w:keepNext/>"
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
DATE_TAB = f'<w:tabs><w:tab w:val="right" w:pos="{TEXT_WIDTH - CHARACTER}"/></w:tabs>'
# Without the spread of Normal (-0.25 pt), which is there for 28 characters of 16 pt only.
EVEN = '<w:spacing w:val="0"/>'
RED_WIDE = '<w:color w:val="FF0000"/><w:spacing w:val="60"/>'
HANGING = '<w:ind w:left="840" w:right="280" w:hanging="560"/>'
GREY = '<w:color w:val="7F7F7F"/>'
OUTLINE = '<w:outlineLvl w:val="{}"/>'  # the place in the navigation pane
INSIDE = (("insideH", 4), ("insideV", 4))
BASES = {"TableFigure": "TableText", "TableHead": "TableText", "Copies": "Closing"}
# (id, name, paragraph properties, run properties), properties in the schema's order.
STYLES = (
    ("Body", "简报正文", INDENT, ""),
    ("Heading1", "heading 1", NEXT + INDENT + OUTLINE.format(0), face(HEI)),
    ("Heading2", "heading 2", NEXT + INDENT + OUTLINE.format(1), face(KAI)),
    ("Heading3", "heading 3", NEXT + INDENT + OUTLINE.format(2), "<w:b/>"),
    ("Marking", "简报标注", LEFT, face(HEI)),
    ("Name", "简报名称", OFF_GRID + spaced(160, 60, 1080) + CENTRE, face(SONG, 96, RED_WIDE)),
    ("Issue", "简报期号", spaced(0, 145) + CENTRE, face(KAI)),
    ("Office", "简报编发", RULE + DATE_TAB + spaced(0, 290) + FIRST + LEFT, ""),
    ("TableCaption", "简报表题", TOP + spaced(200, 100, 400) + CENTRE, face(HEI, 26, EVEN)),
    ("TablePlace", "简报表位", "", ""),
    ("TableText", "简报表文", OFF_GRID + spaced(line=300) + LEFT, face("", 21, EVEN)),
    ("TableFigure", "简报表数", CENTRE, ""),
    ("TableHead", "简报表头", CENTRE, face(HEI)),
    ("TableNote", "简报表注", OFF_GRID + spaced(80, 120, 320), face(KAI, 21, EVEN)),
    ("TableEnd", "简报表后", OFF_GRID + spaced(line=160), face("", 2)),
    ("AnnexLabel", "简报附件号", NEXT + BREAK + LEFT + OUTLINE.format(0), face(HEI)),
    ("AnnexTitle", "简报附件题", TOP + spaced(120, 200, 520) + CENTRE, face(SONG, 36)),
    ("Closing", "简报报尾", OFF_GRID + spaced(line=420) + HANGING + LEFT, face("", 28, EVEN)),
    ("Copies", "简报份数", '<w:jc w:val="right"/>', ""),
    ("LastLine", "简报末行", OFF_GRID + spaced(line=20), face("", 2)),
    ("Tag", "模板标签", OFF_GRID + spaced(line=240) + LEFT, face("", 16, GREY + EVEN)),
    ("Footer", "footer", OFF_GRID + spaced(line=400), face("宋体", 28, EVEN)),
)


def styles() -> str:
    """Return ``word/styles.xml``."""
    defaults = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"'
        ' w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="仿宋_GB2312"/>'
        '<w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    normal = (
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        f'<w:qFormat/><w:pPr><w:widowControl w:val="0"/>{spaced()}<w:jc w:val="both"/></w:pPr>'
        '<w:rPr><w:spacing w:val="-5"/></w:rPr></w:style>'
    )
    body = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"'
        + ("" if name.isascii() else ' w:customStyle="1"')
        + f'><w:name w:val="{name}"/><w:basedOn w:val="{BASES.get(key, "Normal")}"/><w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
        for key, name, paragraph, run in STYLES
    )
    return f"{HEAD}<w:styles {W}>{defaults}{normal}{body}{_other_styles()}</w:styles>"


def _other_styles() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", 8), ("left", 4), ("bottom", 8), ("right", 4), *INSIDE)
    )
    margins = (
        '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar>'
    )
    return (
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/></w:style>'
        '<w:style w:type="character" w:customStyle="1" w:styleId="Total">'
        '<w:name w:val="简报合计"/><w:qFormat/><w:rPr><w:b/></w:rPr></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
        '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
        '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        "</w:style>"
        '<w:style w:type="table" w:customStyle="1" w:styleId="BriefingTable">'
        '<w:name w:val="简报表格"/><w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders>{margins}</w:tblPr></w:style>"
    )


def run(text: str) -> str:
    """Return a run. The hint makes “ ” — · full-width, as Chinese text wants them."""
    return (
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def paragraph(style: str, *texts: str) -> str:
    """Return a paragraph; a tab stands between texts."""
    runs = "<w:r><w:tab/></w:r>".join(run(text) for text in texts)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def tag(text: str) -> str:
    """Return a paragraph that holds a control tag only and vanishes when filled in."""
    return paragraph("Tag", f"{{%p {text} %}}")


def _table_place(name: str, caption: str) -> str:
    return (
        tag(f"if {name}.caption")
        + paragraph(caption, f"{{{{ {name}.caption }}}}")
        + tag("endif")
        + paragraph("TablePlace", f"{{{{ {name}.table }}}}")
        + tag(f"if {name}.note")
        + paragraph("TableNote", f"{{{{ {name}.note }}}}")
        + tag("else")
        + paragraph("TableEnd")
        + tag("endif")
    )


def masthead() -> str:
    """Return the 报头."""
    return (
        tag("if marking")
        + paragraph("Marking", "{{ marking }}")
        + tag("endif")
        + paragraph("Name", "{{ title }}")
        + tag("if english")
        + paragraph("Issue", "No. {{ number }} (total {{ running }})")
        + tag("else")
        + paragraph("Issue", "第{{ number }}期〔总第{{ running }}期〕")
        + tag("endif")
        + paragraph("Office", "{{ office }}", "{{ date }}")
    )


def body() -> str:
    """Return the numbered sections and the annexes."""
    return (
        tag("for section in sections")
        + paragraph("Heading1", "{{ section.heading }}")
        + tag("for block in section.blocks")
        + tag("if block.table")
        + _table_place("block", "TableCaption")
        + tag("else")
        + paragraph("Body", "{{ block.text }}")
        + tag("endif")
        + tag("endfor")
        + tag("endfor")
        + tag("for annex in annexes")
        + paragraph("AnnexLabel", "{{ annex.label }}")
        + _table_place("annex", "AnnexTitle")
        + tag("endfor")
    )


def _row(*cell: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{TEXT_WIDTH}"'
        f' w:type="dxa"/></w:tcPr>{"".join(cell)}</w:tc></w:tr>'
    )


def closing() -> str:
    """Return the 报尾: a floating table at the foot of the last page, and the line it hangs on.

    GB/T 9704-2012 7.4: outer rules 0.35 mm, inner 0.25 mm, text 14 pt, one character in. With the
    horizontal anchor at the margin instead of the page, or without the line after it, LibreOffice
    lets the table flow or drops it.
    """
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    table = (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="margin"'
        ' w:horzAnchor="page" w:tblpX="1588" w:tblpYSpec="bottom"/><w:tblOverlap w:val="never"/>'
        f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{rules}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid>'
        + _row(paragraph("Tag", "{%tr for line in closing %}"))
        + _row(paragraph("Closing", "{{ line.label }}{{ line.names }}"))
        + _row(paragraph("Tag", "{%tr endfor %}"))
        + _row(paragraph("Tag", "{%tr if copies %}"))
        + _row(paragraph("Copies", "{{ copies }}"))
        + _row(paragraph("Tag", "{%tr endif %}"))
        + "</w:tbl>"
    )
    return tag("if closing or copies") + table + tag("endif") + paragraph("LastLine")


def document() -> str:
    """Return ``word/document.xml``: A4, the margins and the grid of GB/T 9704-2012 5.2."""
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/>'
        '<w:footerReference w:type="even" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851"'
        f' w:footer="1247" w:gutter="0"/><w:docGrid w:type="lines"'
        f' w:linePitch="{LINE}"/></w:sectPr>'
    )
    return (
        f"{HEAD}<w:document {W} {R}><w:body>{masthead()}{body()}{closing()}{section}"
        "</w:body></w:document>"
    )


def footer(odd: bool) -> str:
    """Return a footer: the page number between dashes, outside, one character from the edge."""
    side = "right" if odd else "left"
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    number = (
        field.format("begin")
        + '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        + field.format("separate")
        + "<w:r><w:t>1</w:t></w:r>"
        + field.format("end")
    )
    return (
        f'{HEAD}<w:ftr {W}><w:p><w:pPr><w:pStyle w:val="Footer"/><w:ind w:{side}="280"/>'
        f'<w:jc w:val="{side}"/></w:pPr>{run("— ")}{number}{run(" —")}</w:p></w:ftr>'
    )


SETTINGS = (
    f'{HEAD}<w:settings {W}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting'
    ' w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)

CORE = (
    f"{HEAD}<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>简报模板</dc:title>'
    "<dc:language>zh-CN</dc:language></cp:coreProperties>"
)

# Target, type of the relation and of the content; rId1 is the first.
WORD_PARTS = (
    ("styles.xml", "styles", f"{OFFICE}.styles+xml"),
    ("settings.xml", "settings", f"{OFFICE}.settings+xml"),
    ("fontTable.xml", "fontTable", f"{OFFICE}.fontTable+xml"),
    ("footer1.xml", "footer", f"{OFFICE}.footer+xml"),
    ("footer2.xml", "footer", f"{OFFICE}.footer+xml"),
)


def fonts() -> str:
    """Return ``word/fontTable.xml``, which tells Word what to take where a typeface is missing."""
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
        for name, other in FONTS.items()
    )
    return f"{HEAD}<w:fonts {W}>{listed}</w:fonts>"


def relations(*targets: tuple[str, str]) -> str:
    """Return a ``.rels`` part for targets and their types."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def content_types() -> str:
    """Return ``[Content_Types].xml``."""
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    parts = [("/word/document.xml", f"{OFFICE}.document.main+xml"), ("/docProps/core.xml", core)]
    parts += [(f"/word/{target}", content) for target, _, content in WORD_PARTS]
    listed = "".join(f'<Override PartName="{n}" ContentType="{t}"/>' for n, t in parts)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )


def template() -> bytes:
    """Return the template's bytes."""
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(
            ("word/document.xml", f"{RELATION}/officeDocument"),
            ("docProps/core.xml", f"{PACKAGE}/relationships/metadata/core-properties"),
        ),
        "docProps/core.xml": CORE,
        "word/_rels/document.xml.rels": relations(
            *((target, f"{RELATION}/{kind}") for target, kind, _ in WORD_PARTS)
        ),
        "word/document.xml": document(),
        "word/styles.xml": styles(),
        "word/settings.xml": SETTINGS,
        "word/fontTable.xml": fonts(),
        "word/footer1.xml": footer(odd=True),
        "word/footer2.xml": footer(odd=False),
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return repack(package.getvalue(), MADE)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.write_bytes(template())
    print(target)
