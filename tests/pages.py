"""A briefing on paper: its pages as LibreOffice prints them, with the place of each word.

Lengths are in millimetres from the page's upper left corner. A word's box is that of its typeface,
which is higher than its letters: a third of the size, with the typefaces the tests use.
"""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from office import to_pdf

from pipeline.write.briefing import printable

POINT = 25.4 / 72
POINTS = "，。、；：）”》"
HANGING = 16 * POINT + 0.5
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')
_WORD = re.compile(
    r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>', re.S
)


@dataclass(frozen=True)
class Word:
    """A word and its box."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """A page's size and words."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """Everything on the page, as it is read, without blanks."""
        return "".join(line.text for line in self.lines)

    @property
    def lines(self) -> list[Word]:
        """Words that stand beside each other, put together."""
        rows: dict[int, list[Word]] = {}
        for word in sorted(self.words, key=lambda w: (w.bottom, w.left)):
            near = next((row for row in rows if abs(row - word.bottom * 10) < 12), None)
            rows.setdefault(round(word.bottom * 10) if near is None else near, []).append(word)
        return [_joined(sorted(row, key=lambda w: w.left)) for row in rows.values()]

    @property
    def number(self) -> Word:
        """The page number: the last line."""
        return self.lines[-1]

    def inside(self, top: float, right: float, bottom: float, left: float) -> list[str]:
        """Words, but for the page number, that stand out of an area given by its margins.

        A point or comma at the end of a line may hang into the margin, as Chinese is set.
        """
        return [
            w.text
            for w in self.words
            if w.bottom < self.number.top
            and not (
                w.left > left - 0.5
                and w.right < self.width - right + (HANGING if w.text[-1] in POINTS else 0.5)
                and w.top > top - 0.5
                and w.bottom < self.height - bottom + 0.5
            )
        ]


def _joined(words: Sequence[Word]) -> Word:
    return Word(
        "".join(w.text for w in words),
        min(w.left for w in words),
        min(w.top for w in words),
        max(w.right for w in words),
        max(w.bottom for w in words),
    )


def printed(document: bytes, folder: Path) -> list[Page]:
    """Print a briefing; return its pages."""
    path = folder / "printed.docx"
    path.write_bytes(printable(document))
    command = ["pdftotext", "-bbox", str(to_pdf(path, folder)), "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = []
    for width, height, *_, words in zip(*[iter(_PAGE.split(said)[1:])] * 3, strict=True):
        found = (
            Word(html.unescape(text), *(float(n) * POINT for n in box))
            for *box, text in _WORD.findall(words)
        )
        pages.append(Page(float(width) * POINT, float(height) * POINT, tuple(found)))
    return pages
