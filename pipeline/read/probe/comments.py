"""Comments on cells: notes (ECMA-376 Part 1, 18.7) and threads (MS-XLSX 2.4), but not our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.messages import say
from pipeline.read.package import Package
from pipeline.read.probe.rich import hear
from pipeline.read.probe.seen import NOTED, WORDS, Cell, address, number

COMMENTS: Final = ("comments", "threadedComment")
"""Last parts of the relations by which a sheet refers to its comments."""

_STAND_IN: Final = "tc="  # begins the author of the note that stands in for a thread
_LONGEST: Final = 32_767


class Note(NamedTuple):
    """A comment as it stands; ``author`` "" where the file does not tell it."""

    cell: Cell
    text: str
    author: str = ""


@lru_cache(maxsize=1)
def _ours() -> frozenset[str]:
    """The names under which returns carry comments."""
    return frozenset(say("return_author", lang) for lang in ("zh", "en"))


def spoken(notes: Iterable[Note]) -> Mapping[Cell, str]:
    """Return what others said on cells, cut to what is worth quoting.

    Comments of a return that comes back are ours: their author tells it, or, where the program that
    saved the file keeps no authors, their first line. Behind another's comment ours has a mark.
    """
    found: dict[Cell, str] = {}
    for cell, text, author in notes:
        if author in _ours() or author.startswith(_STAND_IN):
            continue
        if text.lstrip().partition("\n")[0].strip() in _ours():
            continue
        for name in _ours():
            text = text.partition(f"【{name}】")[0]
        text = " ".join(text.split())[:WORDS]
        if text and len(found) < NOTED:
            found[cell] = f"{found[cell]} {text}"[:WORDS] if cell in found else text
    return found


def notes_of(package: Package, part: str) -> Iterator[Note]:
    """Yield the comments of a part of either kind."""
    authors: list[str] = []
    found: list[tuple[str, int]] = []
    texts: list[str] = []
    inside, threaded = "", False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside, threaded
        inside = name
        if name in ("comment", "threadedComment") and len(found) < NOTED:
            threaded = name == "threadedComment"
            found.append((given.get("ref", ""), number(given.get("authorId"))))
            texts.append("")
        elif name == "author" and len(authors) < NOTED:
            authors.append("")

    def end(name: str) -> None:
        nonlocal inside
        inside = ""

    def text(data: str) -> None:
        if inside == "author":
            authors[-1] += data
        elif inside == ("text" if threaded else "t") and texts and len(texts[-1]) < _LONGEST:
            texts[-1] += data

    hear(package.chunks(part), start, end, text)
    for (reference, author), said in zip(found, texts, strict=True):
        name = authors[author] if 0 <= author < len(authors) else ""
        yield Note(address(reference), said, name)
