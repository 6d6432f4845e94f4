"""Write the briefing 《督察整改简报》: a template filled in, then tables and figures put in.

The template belongs to whoever edits it; its tags are declared in ``tags.py``. docxtpl fills it in
once, with private-use characters where figures and tables belong; then each figure gets its run,
bookmark and control, and each table is built.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.shared import Pt

from pipeline.errors import ConfigurationError
from pipeline.write.briefing.charts import chart, note_below
from pipeline.write.briefing.context import context
from pipeline.write.briefing.figures import (
    MARKS,
    Bookmarks,
    Detail,
    Element,
    Held,
    Marks,
    W,
    bared,
    clean,
    element,
    loosened,
    plain,
    run,
    tag_of,
)
from pipeline.write.briefing.onepage import fit_on_page
from pipeline.write.briefing.page import fit_masthead, narrow_quotes, text_width
from pipeline.write.briefing.properties import set_properties
from pipeline.write.briefing.tables import STYLES, TEXT_STYLE, Look, table
from pipeline.write.briefing.template import fill_in, roots
from pipeline.write.content import Briefing, Chart, Grid, Placed
from pipeline.write.repack import repack

__all__ = ["printable", "tag_of", "write_briefing"]


def write_briefing(briefing: Briefing, template: Path, created: date) -> bytes:
    """Return the briefing as a .docx; the same values and template give the same bytes.

    Each figure stands in a bookmark ``fig_<tag>`` (where a tag occurs again, ``fig_<tag>_2`` and
    so on) and within it in a content control with the tag ``fig_<tag>``; so do ``no_draft``,
    ``no_issue``, ``no_running`` and ``no_date``, which publishing sets. ``created`` becomes the
    document's date. Raises ``ConfigurationError`` when the template can't be filled in, lacks a
    style the tables need, or leaves out a part of the briefing.
    """
    marks = Marks()
    document = docx.Document(io.BytesIO(fill_in(template, context(briefing, marks))))
    _put_in(document, marks, briefing, template)
    fit_masthead(document)
    if briefing.daily:
        fit_on_page(document)
    if _english(briefing):
        narrow_quotes(document)
    core = document.core_properties
    core.title, core.language = clean(briefing.title), "en" if _english(briefing) else "zh-CN"
    core.author, core.revision = clean(briefing.office), 1
    set_properties(document, briefing.origin)
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue(), created)


def printable(document: bytes) -> bytes:
    """Return a written briefing, edited or not, without its content controls, to be printed."""
    word = docx.Document(io.BytesIO(document))
    for root in roots(word):
        bared(root)
    written = io.BytesIO()
    word.save(written)
    return written.getvalue()


def _english(briefing: Briefing) -> bool:
    return briefing.lang == "en"


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
                _put_blocks(text, _made(grids, look, document, bookmarks), template)
            else:
                loosened(text)
                _put_figures(text, marks, bookmarks)
    missing = marks.missing(seen)
    if missing:
        lost = f"“{_said(missing[0])}”等{len(missing)}处"
        raise ConfigurationError(
            f"简报模板 {template} 没有放下简报的全部内容，缺：{lost}",
            "请对照自带模板，补上 sections、annexes 的循环和其中的 text、table、caption、note",
        )


def _made(
    blocks: Sequence[Grid | Chart], look: Look, document: WordDocument, bookmarks: Bookmarks
) -> list[Element]:
    """Return a table, a chart, or a chart and its table; between these two, the chart's note."""
    made = []
    for block in blocks:
        if isinstance(block, Grid):
            made.append(table(block, look, bookmarks))
            continue
        made.append(chart(block, look, document))
        if block.note and block is not blocks[-1]:
            made.append(note_below(block.note, document))
    return made


def _said(held: Held) -> str:
    if isinstance(held, Chart):
        return "图：" + "".join(map(plain, held.caption))
    if isinstance(held, Grid):
        return "表：" + "".join(map(plain, held.caption or held.header))
    return plain(held)[:40]


def _bookmarks(document: WordDocument, briefing: Briefing) -> Bookmarks:
    """Return the document's bookmarks, past what the template itself holds."""
    old = [m for root in roots(document) for m in root.iter(f"{W}bookmarkStart")]
    controls = [i for root in roots(document) for i in root.iter(f"{W}id")]
    return Bookmarks(
        _tags(briefing),
        [mark.get(f"{W}name", "") for mark in old],
        [int(mark.get(f"{W}id", "0")) for mark in old],
        [int(mark.get(f"{W}val", "0")) for mark in controls],
    )


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
                if isinstance(held, (Placed, Detail)):
                    made += bookmarks.place(held, properties)
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
    return Look(known, text_width(document, text), round(size.pt * 20), english)
