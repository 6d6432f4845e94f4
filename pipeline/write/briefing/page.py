"""The page a document is printed on: how wide its text is, and a masthead that fits."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.shared import Pt
from docx.text.run import Run

from pipeline.write.briefing.figures import Element, W, element
from pipeline.write.briefing.template import roots

TITLE_STYLE = "简报名称"
OFFICE_STYLE = "简报编发"
SMALLEST_TITLE = 22
"""Points; the size GB/T 9704-2012 7.3.1 gives a title."""

SMALLEST_OFFICE = 12
"""Points; a name that is too long even so takes two lines."""

GB_WIDTH = 8844
"""Twips: 156 mm between the margins, GB/T 9704-2012 5.2."""


def text_width(document: WordDocument, inner: Element) -> int:
    """Return the width between the margins, in twips, of the section ``inner`` stands in."""
    block = inner
    while (parent := block.getparent()) is not None and parent.tag != f"{W}body":
        block = parent
    # A section's properties stand in its last paragraph, the last section's at the end.
    following = (e for one in (block, *block.itersiblings()) for e in one.iter(f"{W}sectPr"))
    section = next(following, document.sections[-1]._sectPr)
    size, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    if size is None or margin is None:
        return GB_WIDTH
    sides = sum(int(margin.get(W + side, "0")) for side in ("left", "right"))
    return int(size.get(f"{W}w", "0")) - sides


def fit_masthead(document: WordDocument) -> None:
    """Make a name too long for its line smaller, to 22 pt at the least; break a long office line.

    Widths are estimates: Latin letters are about half as wide as Chinese characters.
    """
    for paragraph in document.paragraphs:
        style = paragraph.style
        if style is None or style.name not in (TITLE_STYLE, OFFICE_STYLE):
            continue
        # Not paragraph.runs and .text, which leave out what stands in controls.
        runs = [Run(each, paragraph) for each in paragraph._p.xpath(".//w:r")]
        said = "".join(one.text for one in runs)
        points = text_width(document, paragraph._p) / 20
        size = style.font.size.pt if style.font.size is not None else 16
        if style.name == TITLE_STYLE:
            wide = ems(said) * 1.07  # its letters stand apart
            if wide * size > points:
                _shrink(runs, max(int(points / wide * 2) / 2, SMALLEST_TITLE))
        elif (ems(said) + 2) * size > points:  # one character in on either side
            for tab in [t for one in runs for t in one._r.iterchildren(f"{W}tab")][:1]:
                tab.addprevious(element("br"))
            wide = max(map(ems, said.split("\t"))) + 1
            if wide * size > points:
                _shrink(runs, max(int(points / wide * 2) / 2, SMALLEST_OFFICE))


def narrow_quotes(document: WordDocument) -> None:
    """Take the hint from the runs that makes quotes and dashes as wide as a Chinese character."""
    for root in roots(document):
        for fonts in root.iter(f"{W}rFonts"):
            fonts.attrib.pop(f"{W}hint", "")


def ems(text: str) -> float:
    """Return how wide a text is, in Chinese characters, by estimate."""
    return sum(0.55 if ord(letter) < 0x2E80 else 1 for letter in text)


def _shrink(runs: list[Run], points: float) -> None:
    """Set the size of runs, and their letters close together."""
    for one in runs:
        one.font.size = Pt(points)
        properties: Element = one._r.get_or_add_rPr()
        for size in properties.findall(f"{W}sz"):
            size.addprevious(element("spacing", val="0"))
