"""Write the briefing 《督察整改简报》: a template filled in, then tables and figures put in.

The template belongs to whoever edits it (``input_templates/briefing.docx``; its tags are listed in
``scripts/make_briefing_template.py``). docxtpl fills it in once, with private-use characters where
figures and tables belong; then each figure gets its run and bookmark, and each table is built.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.shared import Pt
from docx.text.run import Run

from pipeline.errors import ConfigurationError
from pipeline.write.briefing.charts import chart
from pipeline.write.briefing.figures import (
    MARKS,
    Bookmarks,
    Element,
    Marks,
    W,
    clean,
    element,
    guarded,
    place,
    plain,
    run,
    tag_of,
)
from pipeline.write.briefing.tables import STYLES, TEXT_STYLE, Look, table
from pipeline.write.briefing.template import fill_in, roots
from pipeline.write.content import Briefing, Chart, Grid, Placed
from pipeline.write.repack import repack

__all__ = ["tag_of", "write_briefing"]

TITLE_STYLE = "简报名称"
OFFICE_STYLE = "简报编发"
SMALLEST_TITLE = 22
"""Points; the size GB/T 9704-2012 7.3.1 gives a title."""

GB_WIDTH = 8844
"""Twips: 156 mm between the margins, GB/T 9704-2012 5.2."""

_NUMERALS = "零一二三四五六七八九十"


def write_briefing(briefing: Briefing, template: Path, created: date) -> bytes:
    """Return the briefing as a .docx; the same values and template give the same bytes.

    Each figure stands in a bookmark ``fig_<tag>``; where a tag occurs again, ``fig_<tag>_2`` and
    so on. ``created`` becomes the document's date. Raises ``ConfigurationError`` when the template
    can't be filled in, lacks a style the tables need, or leaves out a part of the briefing.
    """
    marks = Marks()
    document = docx.Document(io.BytesIO(fill_in(template, _context(briefing, marks))))
    _put_in(document, marks, briefing, template)
    _fit_masthead(document)
    if _english(briefing):
        _narrow_quotes(document)
    core = document.core_properties
    core.title, core.language = clean(briefing.title), "en" if _english(briefing) else "zh-CN"
    core.author, core.revision = clean(briefing.office), 1
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue(), created)


def _english(briefing: Briefing) -> bool:
    return briefing.lang == "en"


def _context(briefing: Briefing, marks: Marks) -> dict[str, Any]:
    """Return what the template's tags stand for: plain dicts, lists and strings."""
    english = _english(briefing)
    comma, colon, stop = (", ", ": ", "") if english else ("、", "：", "。")
    labels = ("Reported to", "Sent to", "Copied to") if english else ("报", "送", "发")
    listed = (briefing.report_to, briefing.send_to, briefing.copy_to)
    names = [guarded(comma.join(part)) for part in listed]
    copies = f"{briefing.copies} copies printed" if english else f"共印{briefing.copies}份"
    return {
        "title": guarded(briefing.title),
        # A draft has no number before it is published; ×, as official drafts leave it open.
        "number": str(briefing.number or "×"),
        "running": str(briefing.running or "×"),
        "office": guarded(briefing.office),
        "date": guarded(briefing.date),
        "marking": guarded(briefing.marking),
        "english": english,
        "sections": [
            {
                "heading": marks.sentence((numeral(n, english) + section.heading,)),
                "blocks": [_block(block, marks) for block in section.blocks],
            }
            for n, section in enumerate(briefing.sections, 1)
        ],
        "annexes": [
            {"label": f"Annex {n}" if english else f"附件{n}", **_block(annex, marks)}
            for n, annex in enumerate(briefing.annexes, 1)
        ],
        "closing": [
            {"label": label + colon, "names": part + stop}
            for label, part in zip(labels, names, strict=True)
            if part
        ],
        "report_to": names[0],
        "send_to": names[1],
        "copy_to": names[2],
        "copies": copies if briefing.copies else "",
    }


def _block(block: Any, marks: Marks) -> dict[str, str]:
    if not isinstance(block, (Grid, Chart)):
        return {"text": marks.sentence(block), "table": "", "caption": "", "note": ""}
    return {
        "text": "",
        "table": _drawn(block, marks) + marks.mark(block),
        "caption": marks.sentence(block.caption),
        "note": marks.sentence((block.note,)) if block.note else "",
    }


def _drawn(block: Grid | Chart, marks: Marks) -> str:
    """Mark the chart above a table, if there is one: it is put where the table is."""
    return marks.mark(block.chart) if isinstance(block, Grid) and block.chart is not None else ""


def numeral(number: int, english: bool = False) -> str:
    """Return a section's number from 1 to 99 with its mark: ``十二、`` or ``12. ``.

    >>> numeral(1), numeral(10), numeral(12), numeral(20), numeral(21)
    ('一、', '十、', '十二、', '二十、', '二十一、')
    """
    if english:
        return f"{number}. "
    tens, ones = divmod(number, 10)
    said = (_NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "")
    return f"{said}{_NUMERALS[ones] if ones else ''}、"


def _put_in(document: WordDocument, marks: Marks, briefing: Briefing, template: Path) -> None:
    """Turn every mark into what it stands for; refuse a template that has left one out."""
    bookmarks = _bookmarks(document, briefing)
    seen: set[str] = set()
    for root in roots(document):
        for text in [t for t in root.iter(f"{W}t") if MARKS.search(t.text or "")]:
            found = MARKS.findall(text.text or "")
            seen.update(found)
            grids = [held for held in map(marks.held, found) if isinstance(held, (Grid, Chart))]
            if grids:
                look = look_at(document, text, _english(briefing), template)
                made = [
                    chart(held, look, document)
                    if isinstance(held, Chart)
                    else table(held, look, bookmarks)
                    for held in grids
                ]
                _put_blocks(text, made, template)
            else:
                _put_figures(text, marks, bookmarks)
    missing = marks.missing(seen)
    if missing:
        lost = f"“{_said(missing[0])}”等{len(missing)}处"
        raise ConfigurationError(
            f"简报模板 {template} 没有放下简报的全部内容，缺：{lost}",
            "请对照自带模板，补上 sections、annexes 的循环和其中的 text、table、caption、note",
        )


def _said(held: Placed | Grid | Chart | str) -> str:
    if isinstance(held, Chart):
        return "图：" + "".join(map(plain, held.caption))
    if isinstance(held, Grid):
        return "表：" + "".join(map(plain, held.caption or held.header))
    return (plain(held) if isinstance(held, Placed) else held)[:40]


def _bookmarks(document: WordDocument, briefing: Briefing) -> Bookmarks:
    """Return the document's bookmarks, past what the template itself holds."""
    old = [m for root in roots(document) for m in root.iter(f"{W}bookmarkStart")]
    ids = [int(mark.get(f"{W}id", "0")) for mark in old]
    names = [mark.get(f"{W}name", "") for mark in old]
    return Bookmarks(_tags(briefing), names, max(ids, default=0) + 1)


def _tags(briefing: Briefing) -> set[str]:
    cells: list[Any] = []
    for block in [b for section in briefing.sections for b in section.blocks] + [*briefing.annexes]:
        if isinstance(block, Chart):
            continue  # its numbers stand in cells, not in bookmarks
        parts = (block.caption, *block.rows) if isinstance(block, Grid) else (block,)
        cells += [cell for part in parts for cell in part]
    return {cell.tag for cell in cells if isinstance(cell, Placed)}


def _put_figures(text: Element, marks: Marks, bookmarks: Bookmarks) -> None:
    """Split the run around ``text`` into runs of the same properties, figures in bookmarks."""
    old = text.getparent()
    assert old is not None
    properties = old.find(f"{W}rPr")
    made: list[Element] = []
    for child in list(old):
        if child is text:
            for piece in filter(None, MARKS.split(text.text or "")):
                held = marks.held(piece) if MARKS.fullmatch(piece) else run(piece, properties)
                if isinstance(held, Placed):
                    made += place(held, bookmarks, properties)
                elif not isinstance(held, (str, Grid, Chart)):
                    made.append(held)
        elif child is not properties:
            made.append(_alone(child, properties))
    for new in made:
        old.addprevious(new)
    parent = old.getparent()
    assert parent is not None
    parent.remove(old)


def _alone(child: Element, properties: Element | None) -> Element:
    """Return a run with nothing but ``child`` (a tab, a break, another text) in it."""
    made = run("", properties)
    made[-1] = child
    return made


def _put_blocks(text: Element, made: list[Element], template: Path) -> None:
    """Replace the paragraph around ``text`` by a table, a chart, or a chart and its table."""
    paragraph = next(text.iterancestors(f"{W}p"))
    said = "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
    if len(MARKS.sub("", said.strip())) > 0:
        around = MARKS.sub("{{ table }}", said).strip()
        raise ConfigurationError(
            f"简报模板 {template} 的表格标签没有单独成段：“{around[:60]}”",
            "请让 {{ block.table }}、{{ annex.table }} 各占一段，段内不写别的",
        )
    # Two tables in a row would become one; a cell, and the document, must end with a paragraph.
    before, after = paragraph.getprevious(), paragraph.getnext()
    if before is not None and before.tag == f"{W}tbl":
        paragraph.addprevious(element("p"))
    if after is None or after.tag in (f"{W}sectPr", f"{W}tbl"):
        paragraph.addnext(element("p"))
    for block in made:
        paragraph.addprevious(block)
    parent = paragraph.getparent()
    assert parent is not None
    parent.remove(paragraph)


def look_at(document: WordDocument, text: Element, english: bool, template: Path) -> Look:
    """Return how a table looks at a place: the template's styles, the width of the text there."""
    known = {style.name: style.style_id for style in document.styles}
    lacking = [name for name in STYLES if name not in known]
    if lacking:
        raise ConfigurationError(
            f"简报模板 {template} 缺少样式：{'、'.join(lacking)}", "请从自带模板复制这些样式"
        )
    size = document.styles[TEXT_STYLE].font.size or Pt(10.5)
    return Look(known, _width(document, text), round(size.pt * 20), english)


def _width(document: WordDocument, inner: Element) -> int:
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


def _fit_masthead(document: WordDocument) -> None:
    """Make a name too long for its line smaller, to 22 pt at the least; break a long office line.

    Widths are estimates: Latin letters are about half as wide as Chinese characters.
    """
    for paragraph in document.paragraphs:
        style = paragraph.style
        if style is None or style.name not in (TITLE_STYLE, OFFICE_STYLE):
            continue
        points = _width(document, paragraph._p) / 20
        size = style.font.size.pt if style.font.size is not None else 16
        if style.name == TITLE_STYLE:
            wide = _ems(paragraph.text) * 1.07  # its letters stand apart
            if wide * size > points:
                _shrink(paragraph.runs, max(int(points / wide * 2) / 2, SMALLEST_TITLE))
        elif (_ems(paragraph.text) + 2) * size > points:  # one character in on either side
            for tab in [t for one in paragraph.runs for t in one._r.iterchildren(f"{W}tab")][:1]:
                tab.addprevious(element("br"))
            wide = max(map(_ems, paragraph.text.split("\n"))) + 1
            if wide * size > points:
                _shrink(paragraph.runs, int(points / wide * 2) / 2)


def _narrow_quotes(document: WordDocument) -> None:
    """Take the hint from the runs that makes quotes and dashes as wide as a Chinese character."""
    for root in roots(document):
        for fonts in root.iter(f"{W}rFonts"):
            fonts.attrib.pop(f"{W}hint", "")


def _ems(text: str) -> float:
    return sum(0.55 if ord(letter) < 0x2E80 else 1 for letter in text)


def _shrink(runs: list[Run], points: float) -> None:
    """Set the size of runs, and their letters close together."""
    for one in runs:
        one.font.size = Pt(points)
        properties: Element = one._r.get_or_add_rPr()
        for size in properties.findall(f"{W}sz"):
            size.addprevious(element("spacing", val="0"))
