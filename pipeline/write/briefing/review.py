"""Write the review sheet (核稿单): one A4 page in the typefaces of the briefing's template."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from pipeline.messages import say
from pipeline.write.briefing import look_at
from pipeline.write.briefing.figures import Bookmarks, W, clean, element, run
from pipeline.write.briefing.tables import FIGURE_STYLE, TEXT_STYLE, table
from pipeline.write.briefing.template import opened
from pipeline.write.content import Grid
from pipeline.write.repack import repack
from pipeline.write.review import Review, grids

_MARGINS = Mm(16), Mm(18), Mm(22), Mm(22)  # top, bottom, left, right
_SIGNED = ("review_drafter", "review_checker", "review_signer")


def write_review(review: Review, template: Path, created: date) -> bytes:
    """Return the sheet as a .docx; the same values and template give the same bytes.

    Raises ``ConfigurationError`` where the template lacks a style that it needs.
    """
    document = opened(template)
    body = document.element.body
    for child in [c for c in body if c.tag != f"{W}sectPr"]:
        body.remove(child)
    section = document.sections[0]
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = _MARGINS
    section.header_distance = section.footer_distance = Mm(8)
    lang, center = review.lang, WD_ALIGN_PARAGRAPH.CENTER
    _line(document, "简报附件题", say("review_title", lang), 20, 30, center)
    head = say("review_head", lang, title=review.title, issue=review.issue, date=review.as_of)
    _line(document, TEXT_STYLE, head, 12, 22, center)
    bookmarks = Bookmarks(set())
    for heading, held in grids(review):
        _heading(document, heading)
        if isinstance(held, str):
            _line(document, TEXT_STYLE, held, 10.5, 18)
            continue
        after = _line(document, TEXT_STYLE, held.note, 9, 12)
        look = look_at(document, after._p, lang == "en", template)
        after._p.addprevious(table(held, look, bookmarks))
    _heading(document, say("review_numbers", lang))
    said = "review_wrong" if review.wrong else "review_right"
    verdict = say(said, lang, checked=review.checked, wrong=review.wrong)
    _line(document, TEXT_STYLE, verdict, 10.5, 18)
    _signatures(document, template, lang, bookmarks)
    core = document.core_properties
    core.title = clean(f"{say('review_title', lang)} {review.issue}")
    core.author, core.revision, core.language = "", 1, "en" if lang == "en" else "zh-CN"
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue(), created)


def _heading(document: WordDocument, text: str) -> None:
    made = _line(document, "Heading 1", text, 12, 20)
    made.paragraph_format.space_before = Pt(4)


def _line(
    document: WordDocument,
    style: str,
    text: str,
    size: float,
    height: float,
    aligned: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
) -> Paragraph:
    """Add a paragraph of a style, closer than in a briefing: a signer sees all on one page."""
    made = document.add_paragraph(style=style)
    form = made.paragraph_format
    form.alignment, form.first_line_indent, form.left_indent = aligned, Pt(0), Pt(0)
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(height)
    made._p.get_or_add_pPr().get_or_add_ind().set(f"{W}firstLineChars", "0")
    if text:
        half = str(round(size * 2))
        look = element("rPr", element("rFonts", hint="eastAsia"),
                       element("sz", val=half), element("szCs", val=half))  # fmt: skip
        made._p.append(run(clean(text), look))
    return made


def _signatures(document: WordDocument, template: Path, lang: str, bookmarks: Bookmarks) -> None:
    """Room for an opinion, a name and a date: drafted, checked, signed."""
    _heading(document, say("review_opinion", lang))
    header = tuple(say(name, lang) for name in _SIGNED)
    after = _line(document, TEXT_STYLE, "", 9, 2)
    look = look_at(document, after._p, lang == "en", template)
    blank = say("review_blank", lang)
    grid = Grid((), header, ((blank,) * 3,), (True,) * 3, (1.0,) * 3)
    made = table(grid, look, bookmarks)
    row = made.findall(f"{W}tr")[-1]
    properties = row.find(f"{W}trPr")
    assert properties is not None
    properties.append(element("trHeight", val="1150", hRule="atLeast"))
    for cell in row.iter(f"{W}vAlign"):
        cell.set(f"{W}val", "bottom")
    assert FIGURE_STYLE in look.styles
    after._p.addprevious(made)
