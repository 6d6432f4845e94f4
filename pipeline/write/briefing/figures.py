"""Text and figures on their way into the document: cleaned, marked, and given bookmarks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy

from lxml import etree

from pipeline.write.content import Cell, Chart, Grid, Placed, Sentence

Element = etree._Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

PREFIX = "fig_"
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


def clean(text: str) -> str:
    """Return ``text`` as it can stand in a document.

    Line breaks and tabs become a blank (docxtpl makes paragraphs and page breaks of some), control
    characters and bidirectional overrides go, and what no XML document can hold (lone surrogates,
    noncharacters) or only this program uses is shown as □ rather than lost.
    """
    return _UNPRINTABLE.sub("□", _INVISIBLE.sub("", _BLANKS.sub(" ", text)))


def plain(cell: Cell) -> str:
    """Return what a reader sees of a cell."""
    return clean(cell.text if isinstance(cell, Placed) else cell)


class Marks:
    """Stands one private-use character for each figure, table and block while docxtpl renders."""

    def __init__(self) -> None:
        self._held: list[Placed | Grid | Chart | str] = []

    def mark(self, held: Placed | Grid | Chart | str) -> str:
        """Return the character standing for ``held``; a string is a block's text, for messages."""
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

    def held(self, mark: str) -> Placed | Grid | Chart | str:
        """Return what ``mark`` stands for; nothing ("") for a guard."""
        return "" if mark == _GUARD else self._held[ord(mark) - _FIRST_MARK]

    def missing(self, seen: set[str]) -> list[Placed | Grid | Chart | str]:
        """Return what was marked but is not among the ``seen`` marks."""
        return [held for n, held in enumerate(self._held) if chr(_FIRST_MARK + n) not in seen]


def guarded(text: str) -> str:
    """Clean a string and keep docxtpl from reading an escape of its own in it."""
    return _DOCXTPL_ESCAPE.sub(f"{_GUARD}_", clean(text))


class Bookmarks:
    """Hands out bookmarks: names and ids unique in the document, whatever the template holds.

    Word compares names without regard to case. A suffix never makes the name of another tag, so
    that ``tag_of`` finds the way back.
    """

    def __init__(self, tags: Iterable[str], taken: Iterable[str] = (), first_id: int = 1) -> None:
        self._reserved = {(PREFIX + tag).casefold() for tag in tags}
        self._used = {name.casefold() for name in taken}
        self._id = first_id

    def issue(self, tag: str) -> tuple[int, str]:
        """Return id and name of the next bookmark for ``tag``."""
        if not re.fullmatch(rf"[A-Za-z0-9_]{{1,{LONGEST_TAG}}}", tag):
            raise ValueError(f"not a figure's tag: {tag!r}")
        name, number = PREFIX + tag, 1
        while name.casefold() in self._used or (number > 1 and name.casefold() in self._reserved):
            number += 1
            name = f"{PREFIX}{tag}_{number}"
        if len(name) > LONGEST_NAME:
            raise ValueError(f"figure {tag!r} occurs too often for a bookmark's name")
        self._used.add(name.casefold())
        self._id += 1
        return self._id - 1, name


def tag_of(bookmark: str, tags: Iterable[str]) -> str | None:
    """Return the figure's tag a bookmark was issued for, None if for none of ``tags``."""
    known = {(PREFIX + tag).casefold(): tag for tag in tags}
    name = bookmark.casefold()
    return known.get(name) or known.get(re.sub(r"_\d+$", "", name))


def place(figure: Placed, bookmarks: Bookmarks, properties: Element | None) -> list[Element]:
    """Return a figure's run between the ends of its bookmark.

    Every figure of a document is put in through here; ``properties`` is the ``w:rPr`` of the text
    around it.
    """
    number, name = bookmarks.issue(figure.tag)
    start = element("bookmarkStart", id=str(number), name=name)
    return [start, run(plain(figure), properties), element("bookmarkEnd", id=str(number))]


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
