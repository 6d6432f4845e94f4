"""A briefing on a person's desk: opened as bytes, edited as people edit, looked into again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Element = etree._Element
BODY = "word/document.xml"


def tree(file: Path, part: str = BODY) -> Element:
    """A part of a document."""
    with zipfile.ZipFile(file) as package:
        return etree.fromstring(package.read(part))


def edit(file: Path, change: Callable[[Element], object], to: Path | None = None) -> Path:
    """Change the body of a document, as Word would leave it; the rest keeps its bytes."""
    root = tree(file)
    change(root)
    made = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            part = etree.tostring(root) if entry.filename == BODY else old.read(entry)
            new.writestr(entry, part)
    (to or file).write_bytes(made.getvalue())
    return to or file


def said(element: Element) -> str:
    """The text of an element."""
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def paragraphs(file: Path) -> list[str]:
    """Every paragraph's text, tables' cells among them."""
    return [said(p) for p in tree(file).iter(f"{W}p")]


def lines(file: Path) -> list[str]:
    """The paragraphs outside tables that say something."""
    every = tree(file).iter(f"{W}p")
    free = (p for p in every if next(p.iterancestors(f"{W}tbl"), None) is None)
    return [text for p in free if (text := said(p))]


def table(file: Path, word: str) -> list[list[str]]:
    """The cells of the first table in which a word stands."""
    found = next(t for t in tree(file).iter(f"{W}tbl") if word in said(t))
    return [[said(c) for c in row.iter(f"{W}tc")] for row in found.iter(f"{W}tr")]


def paragraph(root: Element, words: str) -> Element:
    """The first paragraph in which words stand."""
    return next(p for p in root.iter(f"{W}p") if words in said(p))


def reword(root: Element, within: str, old: str, new: str) -> None:
    """Replace words within one run of a paragraph."""
    text = next(t for t in paragraph(root, within).iter(f"{W}t") if old in (t.text or ""))
    text.text = (text.text or "").replace(old, new)


def add_after(root: Element, words: str, text: str) -> None:
    """Type a paragraph behind another, in its style."""
    new = deepcopy(paragraph(root, words))
    for child in list(new):
        if child.tag != f"{W}pPr":
            new.remove(child)
    run = etree.SubElement(new, f"{W}r")
    etree.SubElement(run, f"{W}t").text = text
    paragraph(root, words).addnext(new)
