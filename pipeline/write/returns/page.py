"""The page that lists every fault: what stands on it, whichever way it is written.

A return's first sheet is either put into the enterprise's own workbook (``listed``) or written into
a new one (``pipeline.write.returns.sheet``); both show the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.write.returns.cells import letters_of
from pipeline.write.returns.comments import escaped
from pipeline.write.returns.fault import Fault, Heading, counts
from pipeline.write.style import lines_needed, row_height

COLUMNS: Final = (
    ("row_number", 6.0), ("severity", 9.0), ("sheet", 15.0), ("row", 6.0), ("column", 15.0),
    ("return_cell", 9.0), ("value", 22.0), ("what", 46.0), ("remedy", 42.0),
)  # fmt: skip
"""Columns of the list and their widths in characters."""

CELL: Final = 5
"""Place of the column that leads to the cell, from 0."""

LOOKS: Final = ("center", "", "cell", "center", "cell", "link", "cell", "cell", "cell")
"""Looks by column; that of the severity is the severity's own."""

_NEEDS_SPACE: Final = 'xml:space="preserve"'


@dataclass(frozen=True, slots=True)
class Page:
    """The list: lines above the table, its head, and a row for each fault."""

    title: str
    lines: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...]

    @property
    def head_row(self) -> int:
        """The head's row, from 1; a blank one stands before it."""
        return len(self.lines) + 3


def page_of(faults: Sequence[Fault], heading: Heading, lang: str, *, how: str) -> Page:
    """Return the list of ``faults``; ``how`` is the word that tells what to do with the file."""
    errors, warnings = counts(faults)
    as_of = day(heading.as_of, lang)
    lines = [say("return_counts", lang, errors=errors, warnings=warnings, as_of=as_of)]
    lines.append(say(how, lang))
    if heading.until is not None:
        lines.append(say("return_until", lang, until=day(heading.until, lang)))
    rows = [
        (
            str(number), say(f"severity_{f.severity}", lang), f.sheet,
            str(f.row or ""), " ".join(f.header.split()), address(f), f.value, f.message, f.remedy,
        )
        for number, f in enumerate(faults, start=1)
    ]  # fmt: skip
    title = say("return_title", lang, file=heading.file)
    head = tuple(say(name, lang) for name, _ in COLUMNS)
    return Page(title, tuple(lines), head, tuple(rows), tuple(faults))


def address(fault: Fault) -> str:
    """Return where a fault stands as A1 reference; "" where that is no cell."""
    return f"{fault.letter}{fault.row}" if fault.row and fault.letter else ""


def height(cells: Sequence[str]) -> float:
    """Return the points that a row of the list takes."""
    wrapped = (lines_needed(c, w - 1) for c, (_, w) in zip(cells, COLUMNS, strict=True) if c)
    return row_height(max(wrapped, default=1))


def location(sheet: str, reference: str) -> str:
    """Return a place within the workbook, its sheet quoted as in a formula (18.17.2.2)."""
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{reference}"


def listed(
    page: Page, looks: Callable[[str], int], anchors: Sequence[str], namespace: str
) -> bytes:
    """Return the list as a worksheet's part (ECMA-376 Part 1, 18.3.1.99).

    ``looks`` gives a cell format by name; ``anchors`` the place that each fault's row leads to, ""
    for none. Texts stand in the cells, so that the workbook's shared strings stay as they are.
    """
    title = _row(1, 26, [("title", page.title)], looks)
    above = [
        _row(n, 18, [("plain" if n == 2 else "hint", line)], looks)
        for n, line in enumerate(page.lines, start=2)
    ]
    head = _row(page.head_row, 22, [("head", text) for text in page.head], looks)
    body, links = [], []
    for number, (row, fault, anchor) in enumerate(
        zip(page.rows, page.faults, anchors, strict=True), start=page.head_row + 1
    ):
        names = [look or fault.severity for look in LOOKS]
        cells = list(row)
        if anchor:
            cells[CELL] = cells[CELL] or "→"
            place = f"{letters_of(CELL + 1)}{number}"
            about = f"location={quoteattr(anchor)} display={quoteattr(cells[CELL])}"
            links.append(f'<hyperlink ref="{place}" {about}/>')
        else:
            names[CELL] = "center"
        body.append(_row(number, height(row), list(zip(names, cells, strict=True)), looks))
    last = f"{letters_of(len(COLUMNS))}{page.head_row + len(page.rows)}"
    return _SHEET.format(
        namespace=namespace,
        last=last,
        top=page.head_row,
        below=page.head_row + 1,
        columns="".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, (_, width) in enumerate(COLUMNS, start=1)
        ),
        rows="".join([title, *above, head, *body]),
        links=f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "",
    ).encode()


def _row(
    number: int, points: float, cells: Sequence[tuple[str, str]], looks: Callable[[str], int]
) -> str:
    made = []
    for column, (look, text) in enumerate(cells, start=1):
        start = f'<c r="{letters_of(column)}{number}" s="{looks(look)}"'
        if text:
            told = escape(escaped(text))
            made.append(f'{start} t="inlineStr"><is><t {_NEEDS_SPACE}>{told}</t></is></c>')
        else:
            made.append(f"{start}/>")
    return f'<row r="{number}" ht="{points}">{"".join(made)}</row>'


_SHEET: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="{namespace}"><sheetPr><tabColor rgb="FFC00000"/>'
    '<pageSetUpPr fitToPage="1"/></sheetPr><dimension ref="A1:{last}"/>'
    '<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0">'
    '<pane ySplit="{top}" topLeftCell="A{below}" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft" activeCell="A{below}" sqref="A{below}"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="18"/><cols>{columns}</cols><sheetData>{rows}</sheetData>'
    '{links}<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
    "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
)
