"""Web pages that call themselves .xls: what information systems export. The door to lxml.html.

Excel shows them like workbooks, so clerks send them on. The parser fetches nothing and knows no
entities but HTML's own, so a document type is harmless here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from pipeline.limits import Limits
from pipeline.read.encoding import decode
from pipeline.read.grid import Book, Grid
from pipeline.read.probe.seen import LAST_COLUMN, Merge, Probe
from pipeline.read.refusal import refused
from pipeline.read.text_of_cell import text_of_cell

_DECLARED: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{2,20})", re.I
)
_HEAD: Final = 4096
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_NOT_SHOWN: Final = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS: Final = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3"})
_HIDDEN: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.I)
_SHEET_NAMES: Final = re.compile(r"<x:ExcelWorksheet>\s*<x:Name>([^<]*)</x:Name>", re.I)


def read_html(data: bytes, limits: Limits) -> Book:
    """Return a grid for each outermost table; rows count from 1 within the table.

    Cells over several rows or columns are merged ones; a table within a cell is its text. Raises
    RefusedError where no encoding fits, or a table is larger than ``limits`` allow.
    """
    from lxml import html

    declared = _DECLARED.search(data[:_HEAD])
    text = decode(data, declared[1].decode("ascii") if declared else "").replace("\x00", "")
    if not text.strip():
        return Book(())
    # As bytes with their encoding told: a string that declares another one is refused.
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True
    )
    root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    tables = [t for t in root.iter("table") if not any(a.tag == "table" for a in t.iterancestors())]
    names = _SHEET_NAMES.findall(text)
    grids = []
    for number, table in enumerate(tables):
        name = names[number] if len(names) == len(tables) else ""
        if not name and len(tables) > 1:
            name = f"表{number + 1}"
        grids.append(_grid(table, name, limits))
    return Book(tuple(grids))


def _grid(table: Any, name: str, limits: Limits) -> Grid:
    cells: list[list[str]] = []
    merged: list[Merge] = []
    covered: dict[int, set[int]] = {}  # columns taken by cells that began in a row above
    hidden: list[int] = []
    size = 0
    for number, row in enumerate(_rows(table)):
        if _HIDDEN.search(row.get("style") or ""):
            hidden.append(number)
        line: list[str] = []
        taken = covered.pop(number, set())
        for cell in row.iterchildren("td", "th"):
            while len(line) in taken:
                line.append("")
            left, wide, high = len(line), _span(cell, "colspan"), _span(cell, "rowspan")
            line += [_text(cell), *[""] * (wide - 1)]
            size += wide * high
            if size > limits.cells or len(line) > LAST_COLUMN:
                raise refused("extent")
            for below in range(number + 1, number + high):
                covered.setdefault(below, set()).update(range(left, left + wide))
            if wide > 1 or high > 1:
                merged.append((number, left, number + high - 1, left + wide - 1))
        cells.append(line)
    last = len(cells) - 1
    inside = tuple((top, left, min(bottom, last), right) for top, left, bottom, right in merged)
    return Grid(name, cells, inside, probe=Probe(hidden_rows=tuple(hidden)))


def _rows(table: Any) -> Iterator[Any]:
    """Yield the table's own rows: those of head, body and foot as they stand."""
    for child in table.iterchildren():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _span(cell: Any, attribute: str) -> int:
    """Return how many rows or columns a cell covers; nonsense counts as one (HTML 4.9.11)."""
    given = (cell.get(attribute) or "").strip()
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 1
    return max(1, min(number, LAST_COLUMN if attribute == "colspan" else 65_534))


def _text(cell: Any) -> str:
    """Return a cell's text as it is shown: blanks run together, breaks where the page breaks."""
    pieces: list[str] = []
    _gather(cell, pieces)
    lines = "".join(pieces).split("\n")
    shown = "\n".join(line.replace("\u00a0", " ").strip() for line in lines)
    return text_of_cell(re.sub("\n{2,}", "\n", shown))


def _gather(element: Any, pieces: list[str]) -> None:
    """Collect text in order. A stack of its own: pages can nest deeper than Python calls."""
    stack: list[tuple[str, Any]] = [("open", element)]
    while stack:
        step, item = stack.pop()
        if step == "text":
            pieces.append(_BLANKS.sub(" ", item))
            continue
        if not isinstance(item.tag, str) or item.tag in _NOT_SHOWN:
            continue
        block = item.tag in _BLOCKS
        if block and pieces:
            pieces.append("\n")
        following: list[tuple[str, Any]] = [("text", item.text or "")]
        for child in item:
            following += [("open", child), ("text", child.tail or "")]
        if block and item.tag != "br":
            following.append(("break", None))
        stack += [step for step in reversed(following) if step[0] != "break"]
