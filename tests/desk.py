"""A person's desk: a briefing, edited in memory as people edit and verified again."""

from __future__ import annotations

import io
import json
import zipfile
from copy import deepcopy
from pathlib import Path

from lxml import etree

from pipeline.read.document import LIMITS
from pipeline.read.document.content import Document, decoded
from pipeline.read.document.task import read_document
from pipeline.trace.original import Original
from pipeline.trace.verify import Verification, against

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Element = etree._Element


def tree(briefing: bytes) -> Element:
    with zipfile.ZipFile(io.BytesIO(briefing)) as package:
        return etree.fromstring(package.read("word/document.xml"))


def packed(briefing: bytes, root: Element) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(briefing)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = etree.tostring(root) if name == "word/document.xml" else old.read(name)
            new.writestr(name, part)
    return made.getvalue()


class Desk:
    """A person's desk: the briefing, to be edited and looked through again."""

    def __init__(self, original: Original, briefing: bytes, place: Path) -> None:
        self._original = original
        self._briefing = briefing
        self._file = place / "edited.docx"
        self._root = tree(briefing)

    def copy(self) -> Element:
        return deepcopy(self._root)

    def read(self, root: Element) -> Document:
        self._file.write_bytes(packed(self._briefing, root))
        return decoded(json.loads(read_document((self._file, LIMITS))))

    def verify(self, root: Element) -> Verification:
        return against(self._original, self.read(root), "zh")

    def wrong(self, root: Element) -> list[tuple[str, str, str | None]]:
        return [(w.fault, w.stands, w.should) for w in self.verify(root).wrong]


def figures(root: Element) -> list[tuple[Element, Element]]:
    """Every bookmark of a figure with the text in it."""
    return [
        (start, next(text for one in start.itersiblings() for text in one.iter(f"{W}t")))
        for start in root.iter(f"{W}bookmarkStart")
        if (start.get(f"{W}name") or "").startswith("fig_")
    ]


def paragraph(root: Element, words: str) -> Element:
    return next(p for p in root.iter(f"{W}p") if words in "".join(map(str, p.itertext())))


def figure_in(within: Element, text: str) -> tuple[Element, Element]:
    return next((s, t) for s, t in figures(within) if t.text == text)


def put(text: Element, said: str) -> None:
    text.text = said
