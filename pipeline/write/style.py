"""How workbooks look, and the one door to XlsxWriter: safe options, clean text, fixed bytes.

Every writer of a workbook takes its fonts, colours and formats from here, so that a clerk who gets
the blank ledger, the findings and the next ledger sees one hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.write.repack import repack

FONT: Final = "微软雅黑"
"""On every Windows and in WPS; elsewhere the system's own sans serif stands in for it."""

MOST_TEXT: Final = 32_767
"""Characters a cell can hold (Excel specifications and limits), counted in UTF-16 units."""

DATE_FORMAT: Final = 'yyyy"年"m"月"d"日"'
DATE_FORMAT_EN: Final = "yyyy-mm-dd"

DARK: Final = "#1F4E79"
MIDDLE: Final = "#2E75B6"
LIGHT: Final = "#DDEBF7"
LINE: Final = "#A6A6A6"
GREY: Final = "#595959"

_BASE: Final[Mapping[str, Any]] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
_HEADER: Final[Mapping[str, Any]] = {
    "bold": True,
    "align": "center",
    "text_wrap": True,
    "border": 1,
    "border_color": LINE,
}
_CELL: Final[Mapping[str, Any]] = {"text_wrap": True, "border": 1, "border_color": LINE}

_LINED: Final[Mapping[str, Any]] = {
    "bottom": 1,
    "bottom_color": DARK,
    "align": "left",
    "indent": 1,
}

STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "plain": {},
    "plain_date": {"align": "left"},
    "title": {"bold": True, "font_size": 16, "font_color": DARK},
    "heading": {"bold": True, "font_size": 12, "font_color": DARK},
    "prose": {"text_wrap": True, "valign": "top"},
    "hint": {"font_color": GREY, "font_size": 9},
    "field": {"bold": True, "align": "right", "font_color": GREY},
    "field_left": {"bold": True, "font_color": GREY},
    "value": {**_LINED, "num_format": "@", "text_wrap": True},
    "value_date": _LINED,
    # Dark and light tell apart in black and white too: the colour is not the only sign.
    "header_must": {**_HEADER, "bg_color": DARK, "font_color": "#FFFFFF"},
    "header_should": {**_HEADER, "bg_color": MIDDLE, "font_color": "#FFFFFF"},
    "header_may": {**_HEADER, "bg_color": LIGHT, "font_color": "#000000"},
    "status": {"bold": True, "font_color": DARK},
    # At the top: where a row is too low for all that is said, its beginning shows.
    "told_plain": {**_CELL, "align": "left", "indent": 1, "font_color": GREY, "valign": "top"},
    # The red frame shows in black and white what the fill does not.
    "to_correct": {
        "bg_color": "#FFE5CC",
        "font_color": "#000000",
        "border": 1,
        "border_color": "#C00000",
    },
    "last_fault": {"bg_color": "#FFF2CC", "font_color": "#000000"},
    "last_hint": {"bold": True, "font_color": "#C00000"},
    "cell_text": {**_CELL, "num_format": "@", "align": "left"},
    "told": {**_CELL, "align": "left", "indent": 1},
    "cell_short": {**_CELL, "num_format": "@", "align": "center"},
    "cell_date": {**_CELL, "align": "center"},
    "cell_number": {**_CELL, "align": "right"},
    "cell_rate": {**_CELL, "align": "right", "num_format": "0.0"},
    "cell_serial": {**_CELL, "align": "center"},
    # How much a column is needed, in the table of the instructions: the header's own colours.
    "cell_E": {**_HEADER, "bg_color": DARK, "font_color": "#FFFFFF"},
    "cell_W": {**_HEADER, "bg_color": MIDDLE, "font_color": "#FFFFFF"},
    "cell_may": {**_HEADER, "bg_color": LIGHT, "font_color": "#000000", "bold": False},
    # Rows below the drawn ones: the same without lines.
    "open_text": {"text_wrap": True, "num_format": "@", "align": "left"},
    "open_told": {"text_wrap": True, "align": "left", "indent": 1, "valign": "top"},
    "open_short": {"text_wrap": True, "num_format": "@", "align": "center"},
    "open_date": {"text_wrap": True, "align": "center"},
    "open_number": {"align": "right"},
    "open_serial": {"align": "center"},
}
"""Named looks, laid over the base font; "…_date" get the date format of the workbook's language."""

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]")


def clean(text: str, limit: int = MOST_TEXT) -> str:
    """Return ``text`` as a cell can hold it.

    What XML 1.0 (2.2, Char) forbids goes: control characters, lone surrogates, U+FFFE and U+FFFF.
    Line ends become one line feed. What is longer than ``limit`` UTF-16 units, as Excel counts, is
    cut and ends with an ellipsis.

    >>> clean("a\\x00b\\r\\nc"), clean("一二三四", 3)
    ('ab\\nc', '一二…')
    """
    legal = _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    units = legal.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return legal
    return units[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore") + "…"


def sheet_name(text: str) -> str:
    """Return ``text`` as a sheet's name: none of ``[]:*?/\\``, no quote at an end, 31 characters.

    >>> sheet_name("整改/销号")
    '整改_销号'
    """
    return clean(_NOT_IN_SHEET_NAMES.sub("_", text), 31).strip("' \n\t") or "_"


def text_width(text: str) -> int:
    """Return how many digits wide ``text`` is on screen, its longest line; 汉字 count two."""
    lines = text.split("\n")
    return max(sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in x) for x in lines)


def lines_needed(text: str, width: float) -> int:
    """Estimate the lines that ``text`` takes, wrapped in a column ``width`` digits wide."""
    usable = max(width - 1, 2)
    return sum(max(1, -(-text_width(line) // int(usable))) for line in text.split("\n"))


def workbook(created: date) -> tuple[Workbook, BytesIO]:
    """Open an empty workbook in memory in which nothing that came from outside comes alive.

    Text that looks like a formula or an address stays text. ``created`` is the date the file says
    of itself: a date of the period, never the clock, so that the same input gives the same bytes.
    Close it with ``finished``.
    """
    stream = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10, "font_scheme": "none"},
        "default_row_height": 22,
    }
    book = Workbook(stream, options)
    book.set_properties({"created": datetime.combine(created, time())})
    return book, stream


def finished(book: Workbook, stream: BytesIO, created: date) -> bytes:
    """Close the workbook and return the file's bytes, the same for the same content."""
    book.close()
    return repack(stream.getvalue(), created)


class Styles:
    """The named looks as formats of one workbook, each made when first asked for."""

    def __init__(self, book: Workbook, lang: str = "zh") -> None:
        self._book = book
        self._date = DATE_FORMAT_EN if lang == "en" else DATE_FORMAT
        self._made: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        """Return the format called ``name``, one of ``STYLES``; KeyError where there is none."""
        if name not in self._made:
            base = {} if name in ("to_correct", "last_fault") else _BASE
            look = {**base, **STYLES[name]}
            if name.endswith("_date"):
                look["num_format"] = self._date
            self._made[name] = self._book.add_format(look)
        return self._made[name]


class GrowingSheet(Worksheet):  # type: ignore[misc]
    """A sheet whose row heights are a start: a row still grows when more is typed into it.

    XlsxWriter marks every height given as the user's own, which Excel then never changes. Without
    any height LibreOffice cuts wrapped text off. A height without the mark serves both.
    """

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = None) -> None:
        kept = [a for a in attributes or [] if tag != "row" or a[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, kept)


def row_height(lines: int) -> float:
    """Return the points that a row of so many lines of 10 pt type takes."""
    return max(18.0, 14.5 * lines + 5)


def put(sheet: Worksheet, row: int, column: int, text: str, look: Format | None = None) -> None:
    """Write ``text`` into a cell as text, whatever it looks like; an empty one stays empty.

    ``row`` and ``column`` count from 0, as XlsxWriter does.
    """
    told = clean(text)
    if told:
        sheet.write_string(row, column, told, look)
    else:
        sheet.write_blank(row, column, None, look)
