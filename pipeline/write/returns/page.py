"""The page that lists every fault, and below what was understood, whichever way it is written.

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
from pipeline.write.causes import causes
from pipeline.write.returns.cells import letters_of
from pipeline.write.returns.comments import escaped
from pipeline.write.returns.fault import AllTaken, Fault, Heading, Taken, counts
from pipeline.write.style import lines_needed, row_height

COLUMNS: Final = (
    ("row_number", 6.0), ("severity", 9.0), ("sheet", 15.0), ("row", 6.0), ("column", 15.0),
    ("return_cell", 9.0), ("value", 22.0), ("what", 46.0), ("remedy", 42.0),
)  # fmt: skip
"""Columns of the list and their widths in characters."""

CELL: Final = 5
"""Place of the column that leads to the cell, from 0."""

TAKEN_HEADS: Final = (
    "row_number", "times", "sheet", "row", "column", "return_cell", "value", "understood_as",
    "understood_how",
)  # fmt: skip
"""The heads of what was understood, in the same columns."""

LOOKS: Final = ("center", "", "cell", "center", "cell", "link", "cell", "cell", "cell")
"""Looks by column; that of the severity is the severity's own."""

_NEEDS_SPACE: Final = 'xml:space="preserve"'


@dataclass(frozen=True, slots=True)
class Page:
    """The list: lines above the table, its head, and a row for each fault or cause of many.

    ``faults`` are those that the rows lead to, the first of each cause.
    ``below`` is a second, calmer table: its heading, head and rows, and a line on what is left out.
    """

    title: str
    lines: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    faults: tuple[Fault, ...]
    below: Below | None

    @property
    def head_row(self) -> int:
        """The head's row, from 1; a blank one stands before it."""
        return len(self.lines) + 3

    @property
    def below_row(self) -> int:
        """The row of the heading of what stands below, from 1; a blank one stands before it."""
        return self.head_row + len(self.rows) + 2


@dataclass(frozen=True, slots=True)
class Below:
    """What was understood, one row for each text; ``more`` is "" where all of it is listed."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    taken: tuple[Taken, ...]
    more: str


def page_of(
    faults: Sequence[Fault], taken: AllTaken, heading: Heading, lang: str, *, how: str
) -> Page:
    """Return the list of ``faults`` and of what was understood.

    ``how`` is the word that tells what to do with the file.
    """
    errors, warnings = counts(faults)
    as_of = day(heading.as_of, lang)
    lines = [say("return_counts", lang, errors=errors, warnings=warnings, as_of=as_of)]
    lines.append(say(how, lang))
    if heading.until is not None:
        lines.append(say("return_until", lang, until=day(heading.until, lang)))
    told = causes(faults)
    if len(told) < len(faults):
        lines[0] += say("return_causes", lang, lines=len(told))
    rows = [
        (
            str(number), say(f"severity_{f.severity}", lang), f.sheet, each.row_told(lang),
            " ".join(f.header.split()), address(f), f.value, each.message(lang), f.remedy,
        )
        for number, each in enumerate(told, start=1)
        for f in (each.first,)
    ]  # fmt: skip
    title = say("return_title", lang, file=heading.file)
    head = tuple(say(name, lang) for name, _ in COLUMNS)
    about = tuple(each.first for each in told)
    return Page(title, tuple(lines), head, tuple(rows), about, _below(taken, lang))


def _below(taken: AllTaken, lang: str) -> Below | None:
    if not taken.first:
        return None
    rows = [
        (
            str(number), str(t.count), t.sheet, str(t.row), " ".join(t.header.split()), address(t),
            t.value, t.meaning, t.how,
        )
        for number, t in enumerate(taken.first, start=1)
    ]  # fmt: skip
    head = tuple(say(name, lang) for name in TAKEN_HEADS)
    more = say("understood_more", lang, count=taken.more) if taken.more else ""
    heading = say("understood_heading", lang)
    return Below(heading, head, tuple(rows), taken.first, more)


def address(fault: Fault | Taken) -> str:
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
    page: Page, looks: Callable[[str], int], anchor: Callable[[Fault | Taken], str], namespace: str
) -> bytes:
    """Return the list as a worksheet's part (ECMA-376 Part 1, 18.3.1.99).

    ``looks`` gives a cell format by name; ``anchor`` the place that a row leads to, "" for none.
    Texts stand in the cells, so that the workbook's shared strings stay as they are.
    """
    sheet = _Rows(looks, anchor)
    sheet.add(1, 26, [("title", page.title)])
    for number, line in enumerate(page.lines, start=2):
        sheet.add(number, 18, [("plain" if number == 2 else "hint", line)])
    sheet.table(page.head_row, page.head, page.rows, page.faults)
    below = page.below
    if below is not None:
        sheet.add(page.below_row, 22, [("subtitle", below.heading)])
        sheet.table(page.below_row + 1, below.head, below.rows, below.taken)
        if below.more:
            sheet.add(sheet.last + 1, 18, [("hint", below.more)])
    return _SHEET.format(
        namespace=namespace,
        last=f"{letters_of(len(COLUMNS))}{sheet.last}",
        top=page.head_row,
        below=page.head_row + 1,
        columns="".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, (_, width) in enumerate(COLUMNS, start=1)
        ),
        rows="".join(sheet.rows),
        links=f"<hyperlinks>{''.join(sheet.links)}</hyperlinks>" if sheet.links else "",
    ).encode()


class _Rows:
    """The rows of the list's part, and the links from them; ``last`` is the last row's number."""

    def __init__(self, looks: Callable[[str], int], anchor: Callable[[Fault | Taken], str]) -> None:
        self._looks = looks
        self._anchor = anchor
        self.rows: list[str] = []
        self.links: list[str] = []
        self.last = 0

    def add(self, number: int, points: float, cells: Sequence[tuple[str, str]]) -> None:
        self.rows.append(_row(number, points, cells, self._looks))
        self.last = number

    def table(
        self,
        top: int,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        about: Sequence[Fault | Taken],
    ) -> None:
        """Add a head and a row for each thing told of."""
        look = "head" if about and isinstance(about[0], Fault) else "subhead"
        self.add(top, 22, [(look, text) for text in head])
        for number, (row, one) in enumerate(zip(rows, about, strict=True), start=top + 1):
            names = [
                name or (one.severity if isinstance(one, Fault) else "center") for name in LOOKS
            ]
            cells = list(row)
            place = self._anchor(one)
            if place:
                cells[CELL] = cells[CELL] or "→"
                reference = f"{letters_of(CELL + 1)}{number}"
                target = f"location={quoteattr(place)} display={quoteattr(cells[CELL])}"
                self.links.append(f'<hyperlink ref="{reference}" {target}/>')
            else:
                names[CELL] = "center"
            self.add(number, height(row), list(zip(names, cells, strict=True)))


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
