"""Grids as files: workbooks by XlsxWriter or saved again by LibreOffice, text in GB18030."""

from __future__ import annotations

import csv
import subprocess
import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

from example.grid import Cell, Grid

FACE = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
BOX = {**FACE, "border": 1, "text_wrap": True}
STYLES: dict[str, dict[str, Any]] = {
    "title": {**FACE, "font_name": "黑体", "font_size": 18, "bold": True, "align": "center"},
    "subtitle": {**FACE, "font_name": "黑体", "font_size": 14, "align": "center"},
    "unit": {**FACE, "align": "right"},
    "line": {**FACE, "align": "left"},
    "tail": {**FACE, "align": "left"},
    "head": {**BOX, "font_name": "黑体", "align": "center", "bg_color": "#DDEBF7"},
    "text": BOX,
    "centre": {**BOX, "align": "center"},
    "date": {**BOX, "align": "center", "num_format": 'yyyy"年"m"月"d"日"'},
}
HEIGHTS = {"title": 32, "subtitle": 24, "unit": 18, "line": 18, "tail": 24}


def save(books: list[tuple[Path, list[Grid], str]], day: date) -> None:
    """Write each file by its writer; those for LibreOffice go through it in one call."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office: dict[str, Path] = {}
        for number, (path, grids, writer) in enumerate(books):
            if writer == "csv":
                _csv(path, grids[0])
            elif writer == "office":
                draft = folder / f"{number:02d}.xlsx"
                _xlsx(draft, grids, day)
                office[draft.name] = path
            else:
                _xlsx(path, grids, day)
        _through_office(folder, office)


def set_properties(book: xlsxwriter.Workbook, day: date) -> None:
    """Give a workbook a fixed date, so that the same facts make the same bytes."""
    book.set_properties({"author": "示例", "created": datetime.combine(day, time(9))})


def _through_office(folder: Path, office: dict[str, Path]) -> None:
    if not office:
        return
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{folder}/saved"]
    command += [str(folder / draft) for draft in office]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for draft, path in office.items():
        path.write_bytes((folder / "saved" / draft).read_bytes())


def _csv(path: Path, grid: Grid) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        for row in grid.rows:
            writer.writerow(["" if cell.value is None else cell.value for cell in row])


def _xlsx(path: Path, grids: list[Grid], day: date) -> None:
    with xlsxwriter.Workbook(path) as book:
        set_properties(book, day)
        formats = {name: book.add_format(style) for name, style in STYLES.items()}
        for grid in grids:
            sheet = book.add_worksheet(grid.name)
            if grid.rows:
                _page(sheet, grid)
                _fill(sheet, grid, formats)


def _page(sheet: Any, grid: Grid) -> None:
    """Set widths and the printed page: landscape, one page wide, the header on each."""
    for place, width in enumerate(grid.widths):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.repeat_rows(*grid.header)
    sheet.freeze_panes(grid.header[1] + 1, 0)


def _fill(sheet: Any, grid: Grid, formats: dict[str, Any]) -> None:
    merged = {(top, left): (top, left, bottom, right) for top, left, bottom, right in grid.merges}
    inside = {
        (row, place)
        for top, left, bottom, right in grid.merges
        for row in range(top, bottom + 1)
        for place in range(left, right + 1)
    } - set(merged)
    for number, row in enumerate(grid.rows):
        sheet.set_row(number, _height(row, grid.widths))
        for place, cell in enumerate(row):
            look = formats["date" if isinstance(cell.value, date) else cell.style]
            area = merged.get((number, place))
            if area is not None and area[:2] != area[2:]:
                sheet.merge_range(*area, cell.value, look)
            elif (number, place) not in inside:
                _write(sheet, number, place, cell, look, grid)


def _height(row: list[Cell], widths: list[int]) -> float:
    """Return the height that wrapped text needs: a Chinese character is two columns wide."""
    if row[0].style in HEIGHTS:
        return HEIGHTS[row[0].style]
    lines = 1
    for cell, width in zip(row, widths, strict=True):
        if isinstance(cell.value, str):
            pieces = cell.value.split("\n")
            lengths = (sum(1 + (ord(sign) > 0x2000) for sign in piece) for piece in pieces)
            lines = max(lines, sum(max(1, -(-length // (width - 1))) for length in lengths))
    return 10 + 14.5 * lines


def _write(sheet: Any, number: int, place: int, cell: Cell, look: Any, grid: Grid) -> None:
    if cell.total_of is not None:
        first, last = cell.total_of
        values = [grid.rows[row][place].value for row in range(first, last + 1)]
        total = round(sum(v for v in values if isinstance(v, int | float)), 4)
        area = xl_range(first, place, last, place)
        sheet.write_formula(number, place, f"=SUM({area})", look, total)
    elif isinstance(cell.value, date):
        sheet.write_datetime(number, place, cell.value, look)
    elif isinstance(cell.value, str):
        sheet.write_string(number, place, cell.value, look)
    elif cell.value is None:
        sheet.write_blank(number, place, None, look)
    else:
        sheet.write_number(number, place, cell.value, look)
