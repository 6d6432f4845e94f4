"""The fault sheet: a small new workbook instead of one that can't go back as it was sent.

It holds the list of faults and the rows they are about, those of the recipient only.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.messages import say
from pipeline.write.returns.cells import reference_of
from pipeline.write.returns.fault import (
    NOTHING_TAKEN,
    AllTaken,
    Fault,
    Heading,
    Quoted,
    authors,
    note,
)
from pipeline.write.returns.page import (
    CELL,
    COLUMNS,
    LOOKS,
    Below,
    Page,
    height,
    location,
    page_of,
)
from pipeline.write.returns.styles import ERROR_COLOUR, WARNING_COLOUR, WARNING_DOTS
from pipeline.write.style import (
    FONT,
    LINE,
    GrowingSheet,
    Styles,
    clean,
    finished,
    lines_needed,
    put,
    row_height,
    sheet_name,
    text_width,
    workbook,
)

_NUMBER = 8.0  # width of the column with the rows' numbers
_WIDE = 40.0
_DOTS = 17  # XlsxWriter's number of gray0625


def fault_sheet(
    faults: Sequence[Fault],
    quoted: Sequence[Quoted] = (),
    taken: AllTaken = NOTHING_TAKEN,
    *,
    lang: str,
    heading: Heading,
) -> bytes:
    """Return a workbook that lists ``faults`` and quotes rows, each with its own number.

    Below the faults it lists what was understood (``taken``). Quoted columns stand in their order
    and under their own headers; faulty cells are coloured and commented. Whatever came from outside
    is text. The same arguments give the same bytes.
    """
    book, stream = workbook(heading.as_of)
    styles = Styles(book, lang)
    marks = {"E": _mark(book, "E"), "W": _mark(book, "W")}
    first = book.add_worksheet(sheet_name(say("return_sheet", lang)), GrowingSheet)
    links: dict[Fault, str] = {}
    for number, sheet in enumerate(quoted, start=1):
        name = say("return_rows_sheet", lang) + (f" {number}" if len(quoted) > 1 else "")
        page = book.add_worksheet(name, GrowingSheet)
        mine = [f for f in faults if f.sheet == sheet.name]
        places = _quote(page, styles, marks, sheet, mine, lang)
        links |= {fault: location(name, places[fault]) for fault in mine if fault in places}
    how = "return_how_rows" if links else "return_how_file"
    _list(book, first, styles, page_of(faults, taken, heading, lang, how=how), links)
    return finished(book, stream, heading.as_of)


def _mark(book: Workbook, severity: str, *, listed: bool = False) -> Format:
    """The colours of a marked cell, as in an annotated workbook; ``listed``, of the list's."""
    about: dict[str, object] = {
        "font_name": FONT, "font_size": 10, "text_wrap": True, "valign": "vcenter",
        "border": 1, "border_color": LINE, "num_format": "@",
    }  # fmt: skip
    if listed:
        about |= {"align": "center", "bold": severity == "E"}
    if severity == "E":
        fill: dict[str, object] = {"pattern": 1, "bg_color": f"#{ERROR_COLOUR[2:]}"}
    else:
        fill = {
            "pattern": _DOTS,
            "fg_color": f"#{WARNING_DOTS[2:]}",
            "bg_color": f"#{WARNING_COLOUR[2:]}",
        }
    return book.add_format({**about, **fill})


def _linked(book: Workbook) -> Format:
    about = {
        "font_name": FONT, "font_size": 10, "font_color": "#0563C1", "underline": 1,
        "align": "center", "valign": "vcenter", "border": 1, "border_color": LINE,
    }  # fmt: skip
    return book.add_format(about)


def _list(
    book: Workbook,
    sheet: Worksheet,
    styles: Styles,
    page: Page,
    links: dict[Fault, str],
) -> None:
    looks = {"center": "cell_short", "link": "cell_short", "cell": "cell_text"}
    bold = {name: _mark(book, name, listed=True) for name in ("E", "W")}
    linked = _linked(book)
    for column, (_, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 26)
    put(sheet, 0, 0, page.title, styles["title"])
    for row, line in enumerate(page.lines, start=1):
        put(sheet, row, 0, line, styles["plain" if row == 1 else "hint"])
    top = page.head_row - 1
    for column, text in enumerate(page.head):
        put(sheet, top, column, text, styles["cell_E"])
    for row, (cells, fault) in enumerate(zip(page.rows, page.faults, strict=True), start=top + 1):
        sheet.set_row(row, height(cells))
        for column, (look, text) in enumerate(zip(LOOKS, cells, strict=True)):
            style = styles[looks[look]] if look else bold[fault.severity]
            if column == CELL and fault in links:
                told = clean(text) or "→"
                sheet.write_url(row, column, f"internal:{links[fault]}", linked, told)
            else:
                put(sheet, row, column, text, style)
    if page.below is not None:
        _add_below(sheet, styles, page.below, page.below_row - 1)
    _printed(sheet, top)


def _add_below(sheet: Worksheet, styles: Styles, below: Below, row: int) -> None:
    """Write what was understood, from ``row`` (from 0) on."""
    put(sheet, row, 0, below.heading, styles["heading"])
    for column, text in enumerate(below.head):
        put(sheet, row + 1, column, text, styles["header_may"])
    for number, cells in enumerate(below.rows, start=row + 2):
        sheet.set_row(number, height(cells))
        for column, (look, text) in enumerate(zip(LOOKS, cells, strict=True)):
            put(
                sheet, number, column, text, styles["cell_text" if look == "cell" else "cell_short"]
            )
    if below.more:
        put(sheet, row + 2 + len(below.rows), 0, below.more, styles["hint"])


def _quote(
    sheet: Worksheet,
    styles: Styles,
    marks: dict[str, Format],
    quoted: Quoted,
    faults: Sequence[Fault],
    lang: str,
) -> dict[Fault, str]:
    """Write one sheet's rows; returns where each fault stands on this page, as A1 reference."""
    heads = [say("return_row", lang), *(" ".join(head.split()) for _, head in quoted.columns)]
    widths = [_NUMBER, *_widths(quoted)]
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        put(sheet, 0, column, head, styles["header_should"])
    columns = {letter: n for n, (letter, _) in enumerate(quoted.columns, start=1) if letter}
    places: dict[Fault, str] = {}
    said: dict[tuple[int, int], list[Fault]] = {}
    for row, (number, cells) in enumerate(quoted.rows, start=1):
        for fault in faults:
            if fault.row == number:
                column = columns.get(fault.letter, 0)
                places[fault] = reference_of((row + 1, column + 1))
                said.setdefault((row, column), []).append(fault)
        lines = (lines_needed(c, w) for c, w in zip(cells, widths[1:], strict=True) if c)
        sheet.set_row(row, row_height(min(max(lines, default=1), 12)))
        for column, text in enumerate((str(number), *cells)):
            style = styles["cell_text" if column else "cell_short"]
            told = said.get((row, column), [])
            if told:
                style = marks[min(fault.severity for fault in told)]
                text_of = "\n".join(dict.fromkeys(note(fault, lang) for fault in told))
                size = {"author": authors(lang)[0], "x_scale": 2.0, "y_scale": 1.5}
                sheet.write_comment(row, column, clean(text_of), size)
            put(sheet, row, column, text, style)
    sheet.freeze_panes(1, 1)
    _printed(sheet, 0)
    return places


def _widths(quoted: Quoted) -> list[float]:
    """As wide as the header or what stands below needs, within reason."""
    found = []
    for column, (_, head) in enumerate(quoted.columns):
        texts = [head, *(cells[column] for _, cells in quoted.rows)]
        found.append(float(min(max(max(text_width(t) for t in texts) + 2, 8), _WIDE)))
    return found


def _printed(sheet: Worksheet, head: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_footer("&C&P / &N")
