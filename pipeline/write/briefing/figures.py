"""Text and figures on their way into the document: cleaned, marked, and made to be found again.

Each figure stands in a bookmark, which outlives editing in any program, and within it in a content
control, which outlives retyping in Word. So do the details that publishing sets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count

from lxml import etree

from pipeline.write.content import Cell, Chart, Grid, Placed, Sentence

Element = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

PREFIX = "fig_"
DRAFT, NUMBER, RUNNING, DATE, SIGNER, LOG = DETAILS = (
    "no_draft", "no_issue", "no_running", "no_date", "no_signer", "no_log",
)  # fmt: skip
"""Bookmarks and controls of what publishing sets: 拟, the two numbers, the date, who signed,
the entry of the log."""

LONGEST_NAME = 40
"""What Word accepts as a bookmark's name."""

LONGEST_TAG = 32
"""Leaves room for the prefix and a suffix up to ``_999``."""

# The last private-use plane: no national standard uses it, and ``clean`` lets none of it in.
_FIRST_MARK = 0x100000
_LAST_MARK = 0x10FFF0
_GUARD = "\U0010fffd"
MARKS = re.compile(f"([\U00100000-\U0010fff0]|{_GUARD})")

_BLANKS = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_UNPRINTABLE = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef\U00100000-\U0010ffff"
    + "".join(chr(plane * 0x10000 + last) for plane in range(16) for last in (0xFFFE, 0xFFFF))
    + "]"
)
# After rendering, docxtpl turns {_{ into {{ and so on wherever it stands, data included.
_DOCXTPL_ESCAPE = re.compile("(?<=[{}%])_(?=[{}%])")


@dataclass(frozen=True, slots=True)
class Detail:
    """A detail of the issue, and the name it is found by (one of ``DETAILS``)."""

    text: str
    name: str


Held = Placed | Detail | Grid | Chart | str
"""What a mark stands for; a string is a block's text, for messages."""


def clean(text: str) -> str:
    """Return ``text`` as it can stand in a document.

    Line breaks and tabs become a blank (docxtpl makes paragraphs and page breaks of some), control
    characters and bidirectional overrides go, and what no XML document can hold (lone surrogates,
    noncharacters) or only this program uses is shown as □ rather than lost.
    """
    return _UNPRINTABLE.sub("□", _INVISIBLE.sub("", _BLANKS.sub(" ", text)))


def plain(cell: Cell | Detail) -> str:
    """Return what a reader sees of a cell."""
    return clean(cell if isinstance(cell, str) else cell.text)


class Marks:
    """Stands one private-use character for each figure, table and block while docxtpl renders."""

    def __init__(self) -> None:
        self._held: list[Held] = []

    def mark(self, held: Held) -> str:
        """Return the character standing for ``held``."""
        if _FIRST_MARK + len(self._held) > _LAST_MARK:
            raise ValueError("a briefing holds at most 65,521 figures, tables and paragraphs")
        self._held.append(held)
        return chr(_FIRST_MARK + len(self._held) - 1)

    def sentence(self, sentence: Sentence) -> str:
        """Return a sentence as docxtpl gets it: a mark for the block, and one for each figure."""
        if not sentence:
            return ""
        return self.mark("".join(map(plain, sentence))) + "".join(
            self.mark(cell) if isinstance(cell, Placed) else guarded(cell) for cell in sentence
        )

    def shown(self, text: str) -> str:
        """Return a text with marks as a reader sees it; a table or chart is told by its caption."""
        return MARKS.sub(lambda found: _shown(self.held(found.group())), text)

    def held(self, mark: str) -> Held:
        """Return what ``mark`` stands for; nothing ("") for a guard."""
        return "" if mark == _GUARD else self._held[ord(mark) - _FIRST_MARK]

    def missing(self, seen: set[str]) -> list[Held]:
        """Return what was marked but is not among the ``seen`` marks; details may be left out."""
        return [
            held
            for n, held in enumerate(self._held)
            if chr(_FIRST_MARK + n) not in seen and not isinstance(held, Detail)
        ]


def _shown(held: Held) -> str:
    if isinstance(held, Chart):
        return "".join(map(plain, held.caption))
    if isinstance(held, Grid):
        return "".join(map(plain, held.caption or held.header))
    return "" if isinstance(held, str) else plain(held)


def guarded(text: str) -> str:
    """Clean a string and keep docxtpl from reading an escape of its own in it."""
    return _DOCXTPL_ESCAPE.sub(f"{_GUARD}_", clean(text))


class Bookmarks:
    """Hands out names and ids unique in the document, whatever the template holds.

    Word compares names without regard to case. A suffix never makes the name of another tag, so
    that ``tag_of`` finds the way back.
    """

    def __init__(
        self,
        tags: Iterable[str],
        taken: Iterable[str] = (),
        ids: Iterable[int] = (),
        controls: Iterable[int] = (),
    ) -> None:
        self._reserved = {(PREFIX + tag).casefold() for tag in tags}
        self._used = {name.casefold() for name in taken}
        self._ids, self._controls = _free(ids), _free(controls)

    def place(self, held: Placed | Detail, properties: Element | None) -> list[Element]:
        """Return a value's run in a content control, between the ends of its bookmark.

        The control is plain text without lock, placeholder or data binding (whose stored value
        Word would show over the one that stands here); its tag is the bookmark's name without a
        suffix. A text that is not ASCII (拟, a Chinese date) gets the bookmark alone: where
        LibreOffice 7.4 saves its control, it writes the text several times over. ``properties``
        is the ``w:rPr`` of the text around it.
        """
        tag = held.name if isinstance(held, Detail) else PREFIX + _checked(held.tag)
        name, number = self.name(tag), str(next(self._ids))
        start = element("bookmarkStart", id=number, name=name)
        within = run(plain(held), properties)
        if plain(held).isascii():
            within = self._control(tag, within)
        return [start, within, element("bookmarkEnd", id=number)]

    def name(self, tag: str) -> str:
        """Return the next bookmark's name for a tag with its prefix."""
        name, number = tag, 1
        while name.casefold() in self._used or (number > 1 and name.casefold() in self._reserved):
            number += 1
            name = f"{tag}_{number}"
        if len(name) > LONGEST_NAME:
            raise ValueError(f"figure {tag!r} occurs too often for a bookmark's name")
        self._used.add(name.casefold())
        return name

    def _control(self, tag: str, within: Element) -> Element:
        properties = element("sdtPr", *deepcopy(within.findall(f"{W}rPr")))
        properties.append(element("tag", val=tag))
        properties.append(element("id", val=str(next(self._controls))))
        properties.append(element("text"))
        return element("sdt", properties, element("sdtContent", within))


def _free(taken: Iterable[int]) -> Iterator[int]:
    used = set(taken)
    return (number for number in count(1) if number not in used)


def _checked(tag: str) -> str:
    if not re.fullmatch(rf"[A-Za-z0-9_]{{1,{LONGEST_TAG}}}", tag):
        raise ValueError(f"not a figure's tag: {tag!r}")
    return tag


def tag_of(bookmark: str, tags: Iterable[str]) -> str | None:
    """Return the figure's tag a bookmark was issued for, None if for none of ``tags``."""
    known = {(PREFIX + tag).casefold(): tag for tag in tags}
    name = bookmark.casefold()
    return known.get(name) or known.get(re.sub(r"_\d+$", "", name))


def bared(root: Element) -> None:
    """Take the controls that were put in away, and leave what stands in them and the bookmarks.

    For printing: LibreOffice 7.4 loses the look of what stands in a plain-text control, and the
    quarter of a blank between Chinese and a figure; later ones make form fields of them.
    """
    for control in list(root.iter(f"{W}sdt")):
        tag = control.find(f"{W}sdtPr/{W}tag")
        if tag is not None and (tag.get(f"{W}val") or "").startswith((PREFIX, *DETAILS)):
            unwrapped(control)


def unwrapped(control: Element) -> None:
    """Take a content control away and leave what stands in it."""
    for content in control.findall(f"{W}sdtContent"):
        for child in list(content):
            control.addprevious(child)
    parent = control.getparent()
    assert parent is not None
    parent.remove(control)


def loosened(text: Element) -> None:
    """Let the template's own controls around ``text`` hold controls, and show what is put there."""
    for control in text.iterancestors(f"{W}sdt"):
        for properties in control.findall(f"{W}sdtPr"):
            for name in ("text", "dataBinding"):
                for bound in properties.findall(W + name):
                    properties.remove(bound)


def run(text: str, properties: Element | None) -> Element:
    """Return a ``w:r`` with a copy of the properties."""
    made = element("r")
    if properties is not None:
        made.append(deepcopy(properties))
    written = etree.SubElement(made, f"{W}t")
    written.text = text
    written.set(SPACE, "preserve")
    return made


def element(tag: str, /, *children: Element, **attributes: str) -> Element:
    """Return an element of WordprocessingML; attributes are of its namespace too."""
    made = etree.Element(W + tag, {W + key: value for key, value in attributes.items()})
    made.extend(children)
    return made
