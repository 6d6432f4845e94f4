"""Make the briefing's templates, which people edit in Word: Chinese and English.

    python scripts/make_briefing_template.py [FOLDER]

How they look is said in ``briefing_forms.py``, what their tags mean in
``pipeline/write/briefing/tags.py``. The bytes never differ.

``{%p … %}`` takes its whole paragraph away when filled in, ``{%tr … %}`` its table row; a table
takes the place of the paragraph its tag stands in.
"""

from __future__ import annotations

import io
import sys
import zipfile
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from briefing_forms import BASES, CENTRE, CHINESE, ENGLISH, FONTS, INSIDE, Form

from pipeline.write.repack import repack

TARGET = Path(__file__).resolve().parent.parent / "input_templates"
MADE = date(2020, 1, 1)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def styles(form: Form) -> str:
    """Return ``word/styles.xml``."""
    defaults = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman"'
        ' w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="仿宋_GB2312"/>'
        f'<w:sz w:val="{form.size}"/><w:szCs w:val="{form.size}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    body = "".join(_style(*style) for style in form.styles)
    return f"{HEAD}<w:styles {W}>{defaults}{body}{_other_styles()}</w:styles>"


def _style(key: str, name: str, paragraph: str, run: str) -> str:
    default = ' w:default="1"' if key == "Normal" else ""
    custom = "" if name.isascii() else ' w:customStyle="1"'
    english = "" if name.isascii() else f'<w:aliases w:val="Briefing {key}"/>'
    based = "" if key == "Normal" else f'<w:basedOn w:val="{BASES.get(key, "Normal")}"/>'
    return (
        f'<w:style w:type="paragraph"{default}{custom} w:styleId="{key}"><w:name w:val="{name}"/>'
        f"{english}{based}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


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


def masthead(form: Form) -> str:
    """Return the 报头 and the 按语."""
    first = f"{{% if loop.first %}}{form.remark}{{% endif %}}"
    return (
        tag("if marking")
        + paragraph("Marking", "{{ marking }}")
        + tag("endif")
        + paragraph("Name", "{{ title }}")
        + paragraph("Issue", form.issue)
        + paragraph("Office", "{{ office }}", "{{ date }}")
        + tag("for remark in remarks")
        + paragraph("Remark", first + "{{ remark.text }}")
        + tag("endfor")
    )


def body() -> str:
    """Return the numbered sections and the annexes."""
    return (
        tag("for section in sections")
        + tag("if section.heading")
        + paragraph("Heading1", "{{ section.heading }}")
        + tag("endif")
        + tag("for block in section.blocks")
        + tag("if block.table")
        + _table_place("block", "TableCaption")
        + tag("else")
        + paragraph("Body", "{{ block.text }}")
        + tag("endif")
        + tag("endfor")
        + tag("endfor")
        + tag("for annex in annexes")
        + tag("if loop.first")
        + paragraph("FirstAnnex", "{{ annex.label }}")
        + tag("else")
        + paragraph("AnnexLabel", "{{ annex.label }}")
        + tag("endif")
        + _table_place("annex", "AnnexTitle")
        + tag("endfor")
    )


def _row(width: int, *cell: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{width}"'
        f' w:type="dxa"/></w:tcPr>{"".join(cell)}</w:tc></w:tr>'
    )


def closing(form: Form) -> str:
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
        f' w:horzAnchor="page" w:tblpX="{form.left}" w:tblpYSpec="bottom"/>'
        f'<w:tblOverlap w:val="never"/><w:tblW w:w="{form.width}" w:type="dxa"/>'
        f"<w:tblBorders>{rules}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{form.width}"/></w:tblGrid>'
        + _row(form.width, paragraph("Tag", "{%tr for line in closing %}"))
        + _row(form.width, paragraph("Closing", "{{ line.label }}{{ line.names }}"))
        + _row(form.width, paragraph("Tag", "{%tr endfor %}"))
        + _row(form.width, paragraph("Tag", "{%tr if copies %}"))
        + _row(form.width, paragraph("Copies", "{{ copies }}"))
        + _row(form.width, paragraph("Tag", "{%tr endif %}"))
        + _row(form.width, paragraph("Log", form.log))
        + "</w:tbl>"
    )
    return table + paragraph("LastLine")


def document(form: Form) -> str:
    """Return ``word/document.xml``: A4, the form's margins and grid (GB/T 9704-2012 5.2)."""
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/>'
        '<w:footerReference w:type="even" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/>'
        f'<w:pgMar {form.margins} w:header="851" w:gutter="0"/>{form.grid}</w:sectPr>'
    )
    return (
        f"{HEAD}<w:document {W} {R}><w:body>{masthead(form)}{body()}{closing(form)}{section}"
        "</w:body></w:document>"
    )


def footer(form: Form, odd: bool) -> str:
    """Return a footer: the page number between dashes, outside, one character from the edge.

    In English it stands in the middle.
    """
    side = "right" if odd else "left"
    place = f'<w:ind w:{side}="280"/><w:jc w:val="{side}"/>' if form is CHINESE else CENTRE
    field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    number = (
        field.format("begin")
        + '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        + field.format("separate")
        + "<w:r><w:t>1</w:t></w:r>"
        + field.format("end")
    )
    return (
        f'{HEAD}<w:ftr {W}><w:p><w:pPr><w:pStyle w:val="Footer"/>'
        f"{place}</w:pPr>{run('— ')}{number}{run(' —')}</w:p></w:ftr>"
    )


SETTINGS = (
    f'{HEAD}<w:settings {W}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting'
    ' w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)

CORE = (
    HEAD + "<cp:coreProperties"
    ' xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>简报模板</dc:title>'
    "<dc:language>{}</dc:language></cp:coreProperties>"
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


def template(form: Form) -> bytes:
    """Return the template's bytes."""
    parts = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": relations(
            ("word/document.xml", f"{RELATION}/officeDocument"),
            ("docProps/core.xml", f"{PACKAGE}/relationships/metadata/core-properties"),
        ),
        "docProps/core.xml": CORE.format(form.language),
        "word/_rels/document.xml.rels": relations(
            *((target, f"{RELATION}/{kind}") for target, kind, _ in WORD_PARTS)
        ),
        "word/document.xml": document(form),
        "word/styles.xml": styles(form),
        "word/settings.xml": SETTINGS,
        "word/fontTable.xml": fonts(),
        "word/footer1.xml": footer(form, odd=True),
        "word/footer2.xml": footer(form, odd=False),
    }
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return repack(package.getvalue(), MADE)


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    for form in (CHINESE, ENGLISH):
        (folder / form.file).write_bytes(template(form))
        print(folder / form.file)
