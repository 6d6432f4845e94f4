"""Write laid-out sheets as files: by openpyxl, XlsxWriter and xlwt, as CSV and as HTML."""

from __future__ import annotations

import csv
import html
import io
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from messy.draft import Cell
from messy.layout import Box, Grid

SUFFIXES = {"openpyxl": ".xlsx", "xlsxwriter": ".xlsx", "xls": ".xls", "xls_html": ".xls"}
CSV = {
    "csv": ("utf-8-sig", ","),
    "csv_plain": ("utf-8", ","),
    "csv_gb": ("gb18030", ","),
    "csv_gb_tab": ("gb18030", "\t"),
    "csv_semicolon": ("utf-8-sig", ";"),
    "csv_tab": ("utf-8", "\t"),
    "csv_utf16": ("utf-16", "\t"),
    "csv_long_dates": ("gb18030", ","),
}


def write(path: Path, writer: str, grids: Sequence[Grid], epoch_1904: bool, dimension: str) -> None:
    """Write the sheets to ``path`` the way ``writer`` names."""
    if writer == "openpyxl":
        _by_openpyxl(path, grids, epoch_1904)
    elif writer == "xlsxwriter":
        _by_xlsxwriter(path, grids, epoch_1904)
    elif writer == "xls":
        _by_xlwt(path, grids)
    elif writer == "xls_html":
        path.write_text(_html(grids[0]), encoding="utf-8")
    else:
        path.write_bytes(_csv(grids[0], writer))
    if dimension:
        _declare(path, dimension)


def _boxes(grid: Grid) -> list[Box]:
    """The merged cells, without those that overlap one before."""
    kept: list[Box] = []
    for box in sorted(grid.merges):
        if box[:2] == box[2:]:
            continue
        if all(box[2] < b[0] or box[0] > b[2] or box[3] < b[1] or box[1] > b[3] for b in kept):
            kept.append(box)
    return kept


def _by_openpyxl(path: Path, grids: Sequence[Grid], epoch_1904: bool) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    for grid in grids:
        sheet = book.create_sheet(grid.name)
        sheet.sheet_state = grid.state
        for (row, column), cell in grid.cells.items():
            made = sheet.cell(row, column)
            error = isinstance(cell.value, str) and cell.value.startswith("#") and cell.formula
            made.value = cell.value if error or not cell.formula else cell.formula
            if isinstance(cell.value, str) and not cell.formula:
                made.data_type = "s"
            if cell.format:
                made.number_format = cell.format
            if cell.strike:
                made.font = Font(strike=True)
            if cell.note:
                made.comment = Comment(cell.note, "示例")
        for top, left, bottom, right in _boxes(grid):
            sheet.merge_cells(None, top, left, bottom, right)
        for row in grid.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in grid.hidden_columns:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
        if grid.filtered:
            sheet.auto_filter.ref = f"A{grid.head}:{get_column_letter(grid.width)}{grid.rows}"
    book.active = next(i for i, grid in enumerate(grids) if grid.state == "visible")
    book.save(path)


def _by_xlsxwriter(path: Path, grids: Sequence[Grid], epoch_1904: bool) -> None:
    options = {"date_1904": epoch_1904, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    styles: dict[tuple[str, bool], Any] = {}
    first = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    for grid in grids:
        sheet = book.add_worksheet(grid.name)
        if grid.state == "hidden":
            sheet.hide()
        for top, left, bottom, right in _boxes(grid):
            sheet.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
        for (row, column), cell in grid.cells.items():
            look = (cell.format, cell.strike)
            if look not in styles and any(look):
                styles[look] = book.add_format(
                    {"num_format": cell.format or "General", "font_strikeout": cell.strike}
                )
            _put(sheet, (row - 1, column - 1), cell, styles.get(look), first)
        for row in grid.hidden_rows:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        for column in grid.hidden_columns:
            sheet.set_column(column - 1, column - 1, None, None, {"hidden": True})
        if grid.filtered:
            sheet.autofilter(grid.head - 1, 0, grid.rows - 1, grid.width - 1)
    visible = next(i for i, grid in enumerate(grids) if grid.state == "visible")
    book.worksheets()[visible].activate()
    book.worksheets()[visible].set_first_sheet()
    book.close()


def _put(sheet: Any, place: tuple[int, int], cell: Cell, style: Any, first: date) -> None:
    """Write a cell; ``first`` is the day from which days are counted."""
    (row, column), value = place, cell.value
    if cell.formula:
        stored = (value - first).days if isinstance(value, date) else value
        sheet.write_formula(row, column, cell.formula, style, stored)
    elif isinstance(value, str) and value:
        sheet.write_string(row, column, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, style)
    elif value is None or value == "":
        sheet.write_blank(row, column, None, style)
    else:
        sheet.write(row, column, value, style)


def _by_xlwt(path: Path, grids: Sequence[Grid]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    styles: dict[str, Any] = {}
    for grid in grids:
        sheet = book.add_sheet(grid.name)
        for (row, column), cell in grid.cells.items():
            if cell.format not in styles:
                styles[cell.format] = xlwt.XFStyle()
                styles[cell.format].num_format_str = cell.format or "General"
            value = "" if cell.value is None else cell.value
            sheet.write(row - 1, column - 1, value, styles[cell.format])
        for top, left, bottom, right in _boxes(grid):
            sheet.merge(top - 1, bottom - 1, left - 1, right - 1)
        for row in grid.hidden_rows:
            sheet.row(row - 1).hidden = True
    book.save(str(path))


def shown(cell: Cell, writer: str = "") -> str:
    """Return what a cell shows, as formats without types keep it."""
    value = cell.value
    if isinstance(value, datetime):
        return f"{value.year}/{value.month}/{value.day} {value:%H:%M}"
    if isinstance(value, date):
        if writer == "csv_long_dates":
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.year}/{value.month}/{value.day}"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _csv(grid: Grid, writer: str) -> bytes:
    encoding, separator = CSV[writer]
    text = io.StringIO(newline="")
    lines = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    for row in range(1, grid.rows + 1):
        lines.writerow([shown(cell, writer) for cell in grid.line(row)])
    return text.getvalue().encode(encoding)


def _html(grid: Grid) -> str:
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(shown(c))}</td>" for c in grid.line(row)) + "</tr>"
        for row in range(1, grid.rows + 1)
    )
    head = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
    return f"<html><head>{head}</head><body><table border=1>\n{rows}\n</table></body></html>"


def _declare(path: Path, dimension: str) -> None:
    """Put another dimension into every sheet of a package."""
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.startswith("xl/worksheets/sheet"):
                told = f'<dimension ref="{dimension}"/>'.encode()
                data = re.sub(rb"<dimension [^>]*/>", told, data)
            new.writestr(part.filename, data)


def convert(paths: Sequence[Path], suffix: str, out: Path) -> list[Path]:
    """Let LibreOffice save the files in another format, such as ``ods``."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless",
             "--convert-to", suffix, "--outdir", str(out), *map(str, paths)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
    return [out / f"{path.stem}.{suffix}" for path in paths]
