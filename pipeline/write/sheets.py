"""Plain tables in workbooks: a header that stays in sight, a filter, widths by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.write.style import (
    GrowingSheet,
    Styles,
    lines_needed,
    put,
    row_height,
    sheet_name,
)

_ROOM = 60.0
_MOST_LINES = 4


def table_sheet(
    book: Workbook,
    styles: Styles,
    name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
) -> Worksheet:
    """Write a sheet with ``header`` in its first row and ``rows`` of text, numbers or dates.

    ``widths`` are in characters. The header is frozen and filters; it repeats when printed.
    """
    sheet = book.add_worksheet(sheet_name(name), GrowingSheet)
    looks = {kind: styles[f"cell_{kind}"] for kind in ("text", "date", "number")}
    for column, (label, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(column, column, min(width, _ROOM))
        put(sheet, 0, column, label, styles["header_should"])
    for number, row in enumerate(rows, start=1):
        height = _height(row, widths)
        if height is not None:
            sheet.set_row(number, height)
        for column, value in enumerate(row):
            _cell(sheet, number, column, value, looks)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(header) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return sheet


def _height(row: Sequence[Any], widths: Sequence[float]) -> float | None:
    """Return the height that wrapped text needs, within reason; None where one line will do."""
    most = 1
    for value, width in zip(row, widths, strict=True):
        if isinstance(value, str) and 2 * len(value) > width:
            most = max(most, lines_needed(value, min(width, _ROOM)))
    return row_height(min(most, _MOST_LINES)) if most > 1 else None


def _cell(sheet: Worksheet, row: int, column: int, value: Any, looks: dict[str, Any]) -> None:
    """What came from outside is text; only numbers and dates of ours are typed."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, looks["text"])
    elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal, date)):
        put(sheet, row, column, str(value), looks["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks["date"])
    else:
        sheet.write_number(row, column, value, looks["number"])
