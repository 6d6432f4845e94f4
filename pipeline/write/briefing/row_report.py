"""Write the report on one row: a plain paper in the typefaces and styles of the briefing.

The styles are those of the briefing's template, so that an edited one changes both.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from pipeline.errors import ConfigurationError
from pipeline.write.briefing import look_at
from pipeline.write.briefing.context import numeral
from pipeline.write.briefing.figures import DATE, Bookmarks, Detail, W, clean, element, plain, run
from pipeline.write.briefing.page import SMALLEST_TITLE
from pipeline.write.briefing.properties import set_properties
from pipeline.write.briefing.tables import table
from pipeline.write.briefing.template import opened
from pipeline.write.content import Grid, RowPaper
from pipeline.write.repack import repack

LINE = 28
"""Points of a line, GB/T 9704-2012 7.2."""

_TITLE, _HEADING, _BODY, _AFTER = "简报附件题", "Heading 1", "简报正文", "简报表后"


def write_row_report(paper: RowPaper, template: Path, created: date) -> bytes:
    """Return the report as a .docx; the same values and template give the same bytes.

    Raises ``ConfigurationError`` where the template lacks a style that it needs.
    """
    document = opened(template)
    body = document.element.body
    for child in [c for c in body if c.tag != f"{W}sectPr"]:
        body.remove(child)
    english = paper.lang == "en"
    title = _paragraph(document, _TITLE, paper.title, template)
    title.runs[0].font.size = Pt(SMALLEST_TITLE)
    as_of = paper.date if english else f"（{paper.date}）"
    _aligned(_paragraph(document, _BODY, as_of, template), WD_ALIGN_PARAGRAPH.CENTER)
    bookmarks = Bookmarks(set())
    for number, section in enumerate(paper.sections, start=1):
        heading = numeral(number, english) + section.heading
        _paragraph(document, _HEADING, heading, template)
        for block in section.blocks:
            if isinstance(block, Grid):
                after = _paragraph(document, _AFTER, "", template)
                look = look_at(document, after._p, english, template)
                after._p.addprevious(table(block, look, bookmarks))
            elif isinstance(block, tuple):
                _paragraph(document, _BODY, "".join(map(plain, block)), template)
    if paper.office:
        signed = _paragraph(document, _BODY, paper.office, template)
        _aligned(signed, WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.space_before = Pt(LINE)
    if paper.issued:
        dated = _paragraph(document, _BODY, "", template)
        dated._p.extend(bookmarks.place(Detail(paper.issued, DATE), None))
        _aligned(dated, WD_ALIGN_PARAGRAPH.RIGHT)
    set_properties(document, paper.origin)
    core = document.core_properties
    core.title, core.language = clean(paper.title), "en" if english else "zh-CN"
    core.author, core.revision = clean(paper.office), 1
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue(), created)


def _aligned(paragraph: Paragraph, way: WD_ALIGN_PARAGRAPH) -> None:
    """Set a paragraph of the body apart: aligned, and not indented."""
    paragraph.alignment = way
    paragraph.paragraph_format.first_line_indent = Pt(0)
    paragraph._p.get_or_add_pPr().get_or_add_ind().set(f"{W}firstLineChars", "0")


def _paragraph(document: WordDocument, style: str, text: str, template: Path) -> Paragraph:
    """Add a paragraph at the end, its quotes and dashes as wide as Chinese characters."""
    if style not in {known.name for known in document.styles}:
        raise ConfigurationError(
            f"简报模板 {template} 缺少样式：{style}", "请从自带模板复制这些样式"
        )
    made = document.add_paragraph(style=style)
    if text:
        hint = element("rPr", element("rFonts", hint="eastAsia"))
        made._p.append(run(clean(text), hint))
    return made
