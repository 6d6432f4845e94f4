"""Sheets as grids of text, whatever kind of file they stand in. The one door to calamine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zipfile import BadZipFile

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from pipeline.limits import Limits
from pipeline.read.package import Package
from pipeline.read.probe.biff8 import probe_biff8
from pipeline.read.probe.ods import probe_ods
from pipeline.read.probe.seen import Cell, Merge, Probe
from pipeline.read.probe.workbook import probe_workbook
from pipeline.read.refusal import RefusedError, refused
from pipeline.read.sniff import Kind
from pipeline.read.text_of_cell import text_of_cell

_CORE: Final = "docProps/core.xml"
_UNSEEN: Final = Probe(complete=False)
_WPS_PICTURE: Final = re.compile(r"=?(_xlfn\.)?DISPIMG\(.*\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet's cells as text, from A1; rows may be of different length.

    ``cells`` are without blanks at their ends; ``ends`` has those that came with such, by row and
    column from 0, as they came. ``probe`` is what its XML showed, where it has one; ``refusal``
    why it was not read.
    """

    name: str
    cells: list[list[str]] = field(default_factory=list)
    merged: tuple[Merge, ...] = ()
    hidden: bool = False
    probe: Probe = field(default_factory=Probe)
    refusal: RefusedError | None = None
    ends: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def has_values(self) -> bool:
        """Whether any cell holds text."""
        return any(any(row) for row in self.cells)


@dataclass(frozen=True, slots=True)
class Book:
    """A file's sheets in their order, and when it was last saved, ISO 8601, or "".

    ``unlocked`` tells that a password from the environment opened it.
    """

    grids: tuple[Grid, ...]
    modified: str = ""
    unlocked: bool = False


def read_book(data: bytes, kind: Kind, package: Package | None, limits: Limits) -> Book:
    """Return the sheets of a workbook that is no text file.

    Raises RefusedError where the file can't be opened; a sheet that can't be read is told by its
    grid's ``refusal``, so that the sheets beside it are not lost.
    """
    # Probed first: an address that no sheet has aborts calamine as soon as it parses the sheet.
    probes: Mapping[str, Probe | RefusedError] = {}
    if kind == "xlsx" and package is not None:
        probes = probe_workbook(package)
    try:
        book = load_workbook(io.BytesIO(data))
    except PasswordError as fault:
        raise RefusedError("encrypted") from fault
    except (CalamineError, ValueError, OSError) as fault:
        raise refused("damaged") from fault
    if kind != "xlsx":
        probes = _look(data, kind, package)
    grids = []
    for number, about in enumerate(book.sheets_metadata):
        hidden = about.visible != SheetVisibleEnum.Visible
        if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
            continue
        probe = probes.get(about.name, _UNSEEN)
        grids.append(_grid(book, data, number, about.name, hidden, probe, limits))
    return Book(tuple(grids), _modified(package))


def _look(data: bytes, kind: Kind, package: Package | None) -> Mapping[str, Probe | RefusedError]:
    """Return what the sheets show, nothing for those of which it can't be seen."""
    if kind == "ods" and package is not None:
        return probe_ods(package)
    return probe_biff8(data) if kind == "xls" else {}


def _grid(
    book: CalamineWorkbook,
    data: bytes,
    number: int,
    name: str,
    hidden: bool,
    probe: Probe | RefusedError,
    limits: Limits,
) -> Grid:
    if isinstance(probe, RefusedError):
        return Grid(name, hidden=hidden, refusal=probe)
    try:
        if probe.extent[0] * probe.extent[1] > limits.cells:
            cells = _without_strays(data, name, probe, limits)
            merged: tuple[Merge, ...] = ()
        else:
            cells, merged = _by_calamine(book, number, limits)
    except RefusedError as refusal:
        return Grid(name, hidden=hidden, refusal=refusal)
    put(cells, probe.errors)
    put(cells, {cell: text_of_cell(told.left) for cell, told in probe.partly.items()})
    return Grid(name, cells, merged or probe.merged, hidden, probe)


def _by_calamine(
    book: CalamineWorkbook, number: int, limits: Limits
) -> tuple[list[list[str]], tuple[Merge, ...]]:
    try:
        sheet = book.get_sheet_by_index(number)
    except (CalamineError, ValueError, OSError) as fault:
        raise refused("damaged") from fault
    if sheet.end is None:
        return [], ()
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > limits.cells:
        raise refused("extent")
    merged = sheet.merged_cell_ranges or ()
    ranges = tuple((top, left, bottom, right) for (top, left), (bottom, right) in merged)
    return _texts(sheet.to_python(skip_empty_area=False)), ranges


def _texts(rows: Iterable[Iterable[Any]]) -> list[list[str]]:
    return [[text_of_cell(value) if value != "" else "" for value in row] for row in rows]


def _without_strays(data: bytes, name: str, probe: Probe, limits: Limits) -> list[list[str]]:
    """Read a sheet's table where some cell far out would cost the other reader gigabytes."""
    rows, columns = probe.body
    if not probe.few_strays or rows * columns > limits.cells:
        raise refused("extent")
    from openpyxl import load_workbook as load_slowly

    try:
        book = load_slowly(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book[name]
        sheet.reset_dimensions()
        found = sheet.iter_rows(max_row=rows, max_col=columns, values_only=True)
        return _texts(("" if v is None else v for v in row) for row in found)
    except (MemoryError, RefusedError):
        raise
    except Exception as fault:  # it fails in many ways, and there is no third reader
        raise refused("extent") from fault


def put(cells: list[list[str]], texts: Mapping[Cell, str]) -> None:
    """Put texts in their places: errors that calamine blanked, what a crossed-out text leaves."""
    for (row, column), text in texts.items():
        while len(cells) <= row:
            cells.append([])
        line = cells[row]
        line.extend("" for _ in range(column + 1 - len(line)))
        line[column] = text


def without_formulas_of_pictures(grid: Grid) -> Grid:
    """Return the grid with pictures noted in its probe, and their cells blank.

    WPS shows a picture in a cell by a formula, =DISPIMG("ID_…",1), which readers and other formats
    take for its text.
    """
    found = [
        (row, column)
        for row, line in enumerate(grid.cells)
        if "DISPIMG(" in "\n".join(line)
        for column, text in enumerate(line)
        if _WPS_PICTURE.fullmatch(text)
    ]
    pictures = grid.probe.pictures.union(found)
    for row, column in pictures:
        if row < len(grid.cells) and column < len(grid.cells[row]):
            grid.cells[row][column] = ""
    return replace(grid, probe=replace(grid.probe, pictures=pictures)) if found else grid


def _modified(package: Package | None) -> str:
    """Return dcterms:modified of the core properties, as it stands there."""
    if package is None:
        return ""
    from xml.parsers import expat

    inside, text = False, ""

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside
        inside = name.rpartition(":")[2] == "modified"

    def end(name: str) -> None:
        nonlocal inside
        inside = False

    def take(data: str) -> None:
        nonlocal text
        if inside and len(text) < 64:
            text += data

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = take
    try:
        parser.Parse(package.read(_CORE), True)
    except (expat.ExpatError, BadZipFile):
        return ""
    return text.strip()
