"""Which reader opens what: the one list of readable kinds. Runs in the child."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final
from zipfile import BadZipFile

from pipeline.limits import Limits
from pipeline.read.grid import Book, Grid, read_book, without_formulas_of_pictures
from pipeline.read.html import read_html
from pipeline.read.package import Package
from pipeline.read.refusal import RefusedError, refused
from pipeline.read.sniff import Kind, sniff
from pipeline.read.spreadsheet_xml import read_spreadsheet_xml
from pipeline.read.text_file import read_text
from pipeline.text import trimmed

Reader = Callable[[bytes, Kind, Package | None, Limits], Book]

READERS: Final[Mapping[Kind, Reader]] = {
    "xlsx": read_book,
    "xlsb": read_book,
    "ods": read_book,
    "xls": read_book,
    "csv": lambda data, kind, package, limits: read_text(data, limits),
    "html": lambda data, kind, package, limits: read_html(data, limits),
    "xml": lambda data, kind, package, limits: read_spreadsheet_xml(data, limits),
}
"""Every kind of file that is read, and its reader. ``sniff`` tells kinds by content; .xlsm, .xltx
and .et's newer form are xlsx, .et and .xlt are xls, HTML and XML are mostly called .xls."""


def open_book(data: bytes, limits: Limits, passwords: tuple[str, ...] = ()) -> Book:
    """Return the sheets of a file of any readable kind; RefusedError where it is not read.

    A locked file is opened with the first of ``passwords`` that fits.
    """
    if len(data) > limits.file_bytes:
        raise refused("too-large")
    try:
        return _open(data, limits)
    except RefusedError as refusal:
        if refusal.code != "encrypted":
            raise
    from pipeline.read.locked import EXCELS_OWN, unlocked

    plain, password = unlocked(data, passwords)
    return replace(_open(plain, limits), unlocked=password != EXCELS_OWN)


def _open(data: bytes, limits: Limits) -> Book:
    try:
        kind, package = sniff(data, limits)
        book = READERS[kind](data, kind, package, limits)
    except (BadZipFile, EOFError, zlib.error) as fault:
        raise refused("damaged") from fault
    grids = map(without_formulas_of_pictures, book.grids)
    return replace(book, grids=tuple(map(_without_ends, grids)))


def _without_ends(grid: Grid) -> Grid:
    """Trim all cells; those that change are kept as they came, to be told of."""
    ends = {}
    for number, row in enumerate(grid.cells):
        for place, text in enumerate(row):
            if text and (kept := trimmed(text)) != text:
                row[place] = kept
                if kept:
                    ends[number, place] = text
    return replace(grid, ends=ends) if ends else grid
