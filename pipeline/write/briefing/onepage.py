"""The daily form: one page, its lines drawn together where the words need it.

Only the distance of the lines and, if that is not enough, the size of the text give way; both are
the document's own, so that a person can change them in Word. Heights are estimates on the safe
side: what Word and LibreOffice make of a page can't be known here.
"""

from __future__ import annotations

from math import ceil
from typing import Any

from docx.document import Document as WordDocument
from docx.shared import Length, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from pipeline.write.briefing.figures import Element, W
from pipeline.write.briefing.page import ems, text_width

TIGHTEST = 1.3
"""Lines are never closer than this much of the text's size."""

SMALLER = 2
"""Points by which the text becomes smaller at the most: 14 pt is 四号, the size of the 报尾."""

INDENT = 2
"""Ems: how far a paragraph of the body is indented."""


def fit_on_page(document: WordDocument) -> None:
    """Set the distance of lines, and the size of the text, so that the document is one page."""
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    section = document.sections[0]
    sides = (section.page_height, section.top_margin, section.bottom_margin)
    if None in sides or not isinstance(normal.paragraph_format.line_spacing, Length):
        return
    height = sides[0].pt - sides[1].pt - sides[2].pt  # type: ignore[union-attr]
    usual = normal.paragraph_format.line_spacing.pt
    size = (normal.font.size or _default_size(document)).pt
    for points in (size, size - SMALLER):
        lines, fixed = _measured(document, normal, points)
        between = int((height - fixed) / (lines + 1) * 2) / 2
        if between >= usual and points == size:
            return
        if between >= points * TIGHTEST:
            break
    normal.paragraph_format.line_spacing = Pt(max(min(between, usual), points * TIGHTEST))
    normal.font.size = Pt(points)
    for grid in document.element.iter(f"{W}docGrid"):
        grid.attrib.pop(f"{W}linePitch", "")
        grid.attrib.pop(f"{W}type", "")


def _default_size(document: WordDocument) -> Length:
    sizes = document.styles.element.iter(f"{W}sz")  # the defaults come first
    return Pt(next((int(size.get(f"{W}val", "32")) for size in sizes), 32) / 2)


def _measured(document: WordDocument, normal: ParagraphStyle, size: float) -> tuple[int, float]:
    """Return how many lines of text there are, and the points that all else takes."""
    width = text_width(document, document.element.body[0]) / 20
    lines, fixed = 0, 0.0
    for paragraph in document.paragraphs:
        own = _own_line(paragraph, normal)
        fixed += _around(paragraph)
        if own is None:
            lines += ceil((_wide(paragraph._p) + INDENT) * size / width)
        else:
            fixed += own
    for table in document.tables:
        for row in table.rows:
            for paragraph in row.cells[0].paragraphs:
                own = _own_line(paragraph, normal) or 0
                letters = paragraph.style.font.size if paragraph.style else None
                within = (_wide(paragraph._p) + INDENT) * (letters.pt if letters else size)
                fixed += ceil(within / width) * own + 3  # rule and margin
    return lines, fixed


def _own_line(paragraph: Paragraph, normal: ParagraphStyle) -> float | None:
    """Return the line height, in points, of a style that sets one of its own."""
    style: Any = paragraph.style
    while isinstance(style, ParagraphStyle) and style.style_id != normal.style_id:
        spacing = style.paragraph_format.line_spacing
        if isinstance(spacing, Length):
            return float(spacing.pt)
        style = style.base_style
    return None


def _around(paragraph: Paragraph) -> float:
    """Return the space, in points, that a paragraph's style keeps above and below it."""
    style = paragraph.style
    if not isinstance(style, ParagraphStyle):
        return 0
    space = (style.paragraph_format.space_before, style.paragraph_format.space_after)
    return float(sum(each.pt for each in space if each is not None))


def _wide(paragraph: Element) -> float:
    return ems("".join(text.text or "" for text in paragraph.iter(f"{W}t")))
