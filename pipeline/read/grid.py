"""Sheets as grids of text, whatever kind of file they stand in. The one door to calamine."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
from pipeline.read.package import Package, elements
from pipeline.read.probe import Probe, probe_sheet
from pipeline.read.refusal import RefusedError, refused
from pipeline.read.sniff import Kind
from pipeline.read.text_of_cell import text_of_cell

Merge = tuple[int, int, int, int]
"""Top, left, bottom, right of merged cells, from 0, ends included."""

_CORE: Final = "docProps/core.xml"
_WORKBOOK: Final = "xl/workbook.xml"


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
    inner = package if kind == "xlsx" else None
    parts = _sheet_parts(inner) if inner else {}
    # Probed first: an address that no sheet has aborts calamine as soon as it parses the sheet.
    probes = {name: _probe(inner, part) for name, part in parts.items()} if inner else {}
    try:
        book = load_workbook(io.BytesIO(data))
    except PasswordError as fault:
        raise RefusedError("encrypted") from fault
    except (CalamineError, ValueError, OSError) as fault:
        raise refused("damaged") from fault
    grids = []
    for number, about in enumerate(book.sheets_metadata):
        hidden = about.visible != SheetVisibleEnum.Visible
        if about.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
            continue
        probe = probes.get(about.name, Probe())
        grids.append(_grid(book, data, number, about.name, hidden, probe, limits))
    return Book(tuple(grids), _modified(package))


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
    _put_errors(cells, probe.errors)
    return Grid(name, cells, merged, hidden, probe)


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


def _put_errors(cells: list[list[str]], errors: Mapping[tuple[int, int], str]) -> None:
    """Put back what calamine blanked: an error cell is not an empty one."""
    for (row, column), text in errors.items():
        while len(cells) <= row:
            cells.append([])
        line = cells[row]
        line.extend("" for _ in range(column + 1 - len(line)))
        line[column] = text


def _sheet_parts(package: Package) -> dict[str, str]:
    """Return the worksheet part of each sheet by the sheet's name."""
    roots = [t for _, kind, t in package.relations("") if kind.endswith("/officeDocument")]
    workbook = roots[0] if roots and package.has(roots[0]) else _WORKBOOK
    targets = {i: (kind, part) for i, kind, part in package.relations(workbook)}
    found = {}
    for tag, given in elements(package.read(workbook)):
        if tag == "sheet" and given.get("id") in targets:
            kind, part = targets[given["id"]]
            if kind.endswith("/worksheet"):
                found[given.get("name", "")] = part
    return found


def _probe(package: Package, part: str) -> Probe | RefusedError:
    try:
        probe = probe_sheet(package.chunks(part))
    except RefusedError as refusal:
        return refusal
    except BadZipFile:
        return refused("damaged")
    return probe


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
