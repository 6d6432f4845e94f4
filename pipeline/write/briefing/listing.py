"""A copy of a template with a page that lists its tags, for people who edit it.

The page stands between the ends of a bookmark and is taken away whenever the template is used.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from docx.document import Document as WordDocument

from pipeline.messages import say
from pipeline.write.briefing import look_at
from pipeline.write.briefing.figures import Bookmarks, Element, W, element, run
from pipeline.write.briefing.tables import TEXT_STYLE, table
from pipeline.write.briefing.tags import spelt
from pipeline.write.briefing.template import LISTING, opened
from pipeline.write.content import Grid
from pipeline.write.repack import repack

CAPTION_STYLE = "简报表题"

MADE = date(2020, 1, 1)
"""Nothing in a template depends on the day, and nothing here reads the clock."""


def with_listing(template: Path, values: Mapping[str, str], lang: str) -> bytes:
    """Return the template with a last page that lists each tag, its meaning and its value today.

    ``values`` is by tag as ``values`` in ``context.py`` gives it; a tag without one has a dash.
    Raises ``ConfigurationError`` where the template can't be opened or lacks a table style.
    """
    document = opened(template)
    body: Element = document.element.body
    end = body[-1]  # the section's properties
    page = _page(document, end, template, values, lang)
    for made in page:
        end.addprevious(made)
    taken = [int(m.get(f"{W}id", "0")) for m in body.iter(f"{W}bookmarkStart")]
    number = str(max(taken, default=0) + 1)
    page[0].append(element("bookmarkStart", id=number, name=LISTING))
    page[-1].append(element("bookmarkEnd", id=number))
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue(), MADE)


def _page(
    document: WordDocument, place: Element, template: Path, values: Mapping[str, str], lang: str
) -> list[Element]:
    look = look_at(document, place, lang == "en", template)
    rows = tuple((written, tag.meaning(lang), values.get(written, "—")) for written, tag in spelt())
    header = tuple(say(name, lang) for name in ("tag", "tag_meaning", "tag_today"))
    grid = Grid((), header, rows, (False, False, False), (5, 4, 4))
    style = look.styles[TEXT_STYLE]
    first = _paragraph(look.styles[CAPTION_STYLE], say("tags_title", lang))
    first[0].append(element("pageBreakBefore"))
    said = [_paragraph(style, line) for line in say("tags_how", lang).splitlines()]
    return [first, *said, table(grid, look, Bookmarks(())), _paragraph(style, "")]


def _paragraph(style: str, text: str) -> Element:
    properties = element("pPr", element("pStyle", val=style))
    return element("p", properties, *([run(text, None)] if text else []))
