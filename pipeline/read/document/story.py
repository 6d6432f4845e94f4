"""One part of a document (body, header, notes) as the passages that are printed.

What people and programs do to a document is told apart here: text split over runs, tracked changes
(what is deleted does not count, what is inserted does), hidden text, fields, text boxes, controls
around anything, bookmarks that reach from one paragraph into another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.read.document.content import Passage, Place, Span, Story
from pipeline.read.document.xml import Element, child, given, name, on

MARKED: Final = ("fig_", "no_")
"""How the names begin of bookmarks and controls that are looked for."""

_COPY: Final = re.compile(r"_copy_\d+$", re.IGNORECASE)
"""What LibreOffice puts behind a bookmark's name where it writes a floating table twice."""

_PAGES: Final = ("PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "PAGEREF")
_SILENT: Final = frozenset(
    {"w:rPr", "w:pPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:sectPr", "w:sdtPr",
     "w:sdtEndPr", "w:moveFrom", "w:delText", "w:delInstrText"}
)  # fmt: skip
_BLANKS: Final = frozenset({"w:tab", "w:br", "w:cr", "w:ptab"})


@dataclass
class _Open:
    """A bookmark, control or field that is open, and where its part of the passage began."""

    name: str
    kind: str
    key: int
    start: int


@dataclass
class _Paragraph:
    """A passage while it is read."""

    text: list[str] = field(default_factory=list)
    length: int = 0
    spans: list[Span] = field(default_factory=list)


@dataclass
class _Field:
    """A complex field: its code until it is separated from its result."""

    code: str = ""
    shown: bool = False
    quiet: bool = False
    reference: _Open | None = None


class StoryReader:
    """Reads the parts of one document, one after the other.

    ``outlined`` tells which paragraph styles are headings.
    """

    def __init__(self, outlined: frozenset[str]) -> None:
        self.passages: list[Passage] = []
        self.charts: list[tuple[str, str, str]] = []  # relation, heading, title
        self._outlined = outlined
        self._story: Story = "body"
        self._heading = ""
        self._above = ""
        self._tables = 0
        self._cell: Place | None = None
        self._caption = ""
        self._title = ""
        self._here: _Paragraph | None = None
        self._open: dict[str, _Open] = {}
        self._controls: list[_Open] = []
        self._fields: list[_Field] = []
        self._ends: frozenset[str] = frozenset()
        self._quiet = 0
        self._keys = 0
        self._handlers: Mapping[str, Callable[[Element], None]] = {
            "w:p": self._paragraph, "w:r": self._run, "w:t": self._letters, "m:t": self._letters,
            "w:tbl": self._table, "w:sdt": self._control, "w:del": self._deleted,
            "w:bookmarkStart": self._bookmark, "w:bookmarkEnd": self._bookmark_end,
            "w:fldChar": self._field_mark, "w:instrText": self._field_code,
            "w:fldSimple": self._simple_field, "mc:AlternateContent": self._alternatives,
            "wp:docPr": self._described, "c:chart": self._chart,
        }  # fmt: skip

    def read(self, root: Element, story: Story) -> None:
        """Read one part."""
        self._story = story
        self._open, self._controls, self._fields, self._quiet = {}, [], [], 0
        self._ends = frozenset(
            given(one, "id") for one in root.iter() if name(one) == "w:bookmarkEnd"
        )
        if story != "body":
            self._heading = ""
        self._within(root)

    # ------------------------------------------------------------------ the tree

    def _within(self, element: Element) -> None:
        for one in element:
            self._one(one)

    def _one(self, element: Element) -> None:
        known = name(element)
        if known in _SILENT or not known:
            return
        handler = self._handlers.get(known)
        if handler is not None:
            handler(element)
        elif known in _BLANKS:
            self._put(" ")
        elif known == "w:noBreakHyphen":
            self._put("-")
        else:
            self._within(element)

    def _paragraph(self, element: Element) -> None:
        outer, opened = self._here, [*self._open.values(), *self._controls]
        starts = [one.start for one in opened]
        self._here = _Paragraph()
        for one in opened:
            one.start = 0
        self._within(element)
        # A field of pages is within a line; one whose result never comes would hide all the rest.
        self._fields = [one for one in self._fields if one.shown and not one.quiet]
        self._emit(self._here, self._outline(element))
        self._here = outer
        if outer is not None:  # the paragraph of a text box's anchor goes on
            for one, start in zip(opened, starts, strict=True):
                one.start = start

    def _emit(self, done: _Paragraph, heading: bool) -> None:
        for one in [*self._open.values(), *self._controls]:
            done.spans.append(Span(one.name, one.kind, one.key, one.start, done.length))  # type: ignore[arg-type]
        text = "".join(done.text)
        if heading and self._cell is None and text.strip():
            self._heading = text.strip()
        if text.strip() or done.spans:
            self.passages.append(
                Passage(
                    self._story, text, self._heading,
                    self._caption if self._cell is not None else "", self._cell, tuple(done.spans),
                )
            )  # fmt: skip
        if self._cell is None and text.strip():
            self._above = text.strip()

    def _outline(self, paragraph: Element) -> bool:
        properties = child(paragraph, "w:pPr")
        if properties is None:
            return False
        style, level = child(properties, "w:pStyle"), child(properties, "w:outlineLvl")
        if level is not None:
            return given(level, "val") != "9"
        return style is not None and given(style, "val") in self._outlined

    def _run(self, element: Element) -> None:
        properties = child(element, "w:rPr")
        hidden = properties is not None and on(child(properties, "w:vanish"))
        self._quiet += hidden
        self._within(element)
        self._quiet -= hidden

    def _letters(self, element: Element) -> None:
        self._put(element.text or "")

    def _put(self, text: str) -> None:
        hidden = self._quiet or any(one.quiet or not one.shown for one in self._fields)
        if self._here is not None and not hidden and text:
            self._here.text.append(text)
            self._here.length += len(text)

    def _deleted(self, element: Element) -> None:
        self._quiet += 1
        self._within(element)
        self._quiet -= 1

    def _alternatives(self, element: Element) -> None:
        """Of several renderings of the same thing read the first; the others repeat it."""
        if len(element):
            self._within(element[0])

    # ------------------------------------------------------------------ what marks a figure

    def _opening(self, called: str, kind: str) -> _Open:
        self._keys += 1
        return _Open(called, kind, self._keys, self._here.length if self._here else 0)

    def _close(self, opened: _Open) -> None:
        if self._here is not None:
            span = Span(opened.name, opened.kind, opened.key, opened.start, self._here.length)  # type: ignore[arg-type]
            self._here.spans.append(span)

    def _bookmark(self, element: Element) -> None:
        called, number = _COPY.sub("", given(element, "name")), given(element, "id")
        if not called.casefold().startswith(MARKED) or number in self._open:
            return
        opened = self._opening(called, "bookmark")
        if number in self._ends:
            self._open[number] = opened
        else:
            self._close(opened)

    def _bookmark_end(self, element: Element) -> None:
        opened = self._open.pop(given(element, "id"), None)
        if opened is not None:
            self._close(opened)

    def _control(self, element: Element) -> None:
        called = _tag(element)
        if not called:
            self._within(element)
            return
        opened = self._opening(called, "control")
        self._controls.append(opened)
        self._within(element)
        self._controls.remove(opened)
        self._close(opened)

    # ------------------------------------------------------------------ fields

    def _field_mark(self, element: Element) -> None:
        kind = given(element, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            last = self._fields[-1]
            last.shown = True
            last.quiet, last.reference = self._coded(last.code)
        elif kind == "end" and self._fields:
            last = self._fields.pop()
            if last.reference is not None:
                self._close(last.reference)

    def _field_code(self, element: Element) -> None:
        if self._fields:
            self._fields[-1].code += element.text or ""

    def _simple_field(self, element: Element) -> None:
        quiet, reference = self._coded(given(element, "instr"))
        self._fields.append(_Field(shown=True, quiet=quiet))
        self._within(element)
        self._fields.pop()
        if reference is not None:
            self._close(reference)

    def _coded(self, code: str) -> tuple[bool, _Open | None]:
        """Whether a field shows a page's number, and the figure that it repeats."""
        words = code.split()
        kind = words[0].upper() if words else ""
        if kind == "REF" and len(words) > 1 and words[1].casefold().startswith(MARKED):
            return False, self._opening(words[1], "field")
        return kind in _PAGES, None

    # ------------------------------------------------------------------ tables, drawings

    def _table(self, element: Element) -> None:
        outer = self._cell, self._caption
        number, self._caption = self._tables, self._above
        self._tables += 1
        row = -1
        for line, _ in _inner(element, "w:tr"):
            if child(line, "w:trPr", "w:del") is not None:
                continue
            row += 1
            column = _number(child(line, "w:trPr", "w:gridBefore"), 0)
            for cell, tags in _inner(line, "w:tc"):
                self._cell = Place(number, row, column)
                around = [self._opening(tag, "control") for tag in tags]
                self._controls += around
                self._within(cell)
                self._controls = [one for one in self._controls if one not in around]
                column += _number(child(cell, "w:tcPr", "w:gridSpan"), 1)
        self._cell, self._caption = outer

    def _described(self, element: Element) -> None:
        self._title = given(element, "title")
        text = given(element, "descr")
        if text.strip():
            self.passages.append(Passage("alt", text, self._heading))
        self._within(element)

    def _chart(self, element: Element) -> None:
        self.charts.append((given(element, "id"), self._heading, self._title))


def _inner(
    element: Element, wanted: str, around: tuple[str, ...] = ()
) -> list[tuple[Element, tuple[str, ...]]]:
    """Rows of a table, or cells of a row, with the tags of the controls around each."""
    found: list[tuple[Element, tuple[str, ...]]] = []
    for one in element:
        known = name(one)
        if known == wanted:
            found.append((one, around))
        elif known == "w:sdt":
            tag = _tag(one)
            content = child(one, "w:sdtContent")
            if content is not None:
                found += _inner(content, wanted, (*around, tag) if tag else around)
        elif known in ("w:customXml", "w:ins", "w:moveTo"):
            found += _inner(one, wanted, around)
    return found


def _tag(control: Element) -> str:
    """The tag of a content control, if it is one that is looked for."""
    tag = child(control, "w:sdtPr", "w:tag")
    called = given(tag, "val") if tag is not None else ""
    return called if called.casefold().startswith(MARKED) else ""


def _number(element: Element | None, otherwise: int) -> int:
    text = given(element, "val") if element is not None else ""
    return min(int(text), 1000) if text.isdecimal() else otherwise
