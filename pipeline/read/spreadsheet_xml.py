"""Workbooks in the XML of 2003 (SpreadsheetML), which are mostly called .xls.

Office 2003 XML Reference Schemas: rows and cells carry ss:Index only where some before them are
blank. Names are taken without their namespaces' prefixes, which programs choose freely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from xml.parsers import expat

from pipeline.limits import Limits
from pipeline.read.encoding import decode
from pipeline.read.grid import Book, Grid
from pipeline.read.probe.comments import Note, spoken
from pipeline.read.probe.seen import LAST_COLUMN, LAST_ROW, NOTED, Cell, Merge, Probe
from pipeline.read.refusal import refused
from pipeline.read.text_of_cell import text_of_cell

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{2,20})[\"']")
_HEAD: Final = 4096
_LONGEST: Final = 1 << 20
_LONGEST_NOTE: Final = 32_767


def read_spreadsheet_xml(data: bytes, limits: Limits) -> Book:
    """Return the sheets of a SpreadsheetML workbook.

    Raises RefusedError: ``damaged`` for broken XML, ``dtd`` for a document type, ``extent`` for
    more cells than ``limits`` allow.
    """
    declared = _DECLARED.search(data[:_HEAD])
    text = decode(data, declared[1].decode("ascii") if declared else "")
    sheets = _Sheets(limits)
    # Decoded here: the parser knows no encoding of several bytes but UTF, and would trust the word.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = sheets.start, sheets.end
    parser.CharacterDataHandler = sheets.take
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as fault:
        raise refused("damaged") from fault
    return Book(tuple(sheet.grid() for sheet in sheets.found), sheets.modified.strip())


def _refuse(*_: object) -> None:
    raise refused("dtd")


@dataclass
class _Sheet:
    """One worksheet while it is read. Rows and columns count from 0."""

    name: str
    cells: list[list[str]] = field(default_factory=list)
    merged: list[Merge] = field(default_factory=list)
    errors: dict[Cell, str] = field(default_factory=dict)
    unstored: list[Cell] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    struck: dict[int, list[int]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    hidden: bool = False

    def grid(self) -> Grid:
        """Return what was read."""
        probe = Probe(
            errors=self.errors,
            unstored=tuple(self.unstored),
            hidden_rows=tuple(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            struck=self.struck,
            comments=spoken(self.notes),
        )
        return Grid(self.name, self.cells, tuple(self.merged), self.hidden, probe)


class _Sheets:
    """Handlers of the parser: builds the sheets as the elements come."""

    def __init__(self, limits: Limits) -> None:
        self.found: list[_Sheet] = []
        self.modified = ""
        self._limits = limits
        self._size = 0
        self._row = self._column = self._next_row = self._next_column = 0
        self._open: list[str] = []
        self._text: list[str] = []
        self._kind = ""
        self._formula = False
        self._style = ""
        self._struck: set[str] = set()  # styles that cross out
        self._row_style = self._cell_style = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take an element's beginning."""
        tag = name.rpartition(":")[2]
        attributes = {key.rpartition(":")[2]: value for key, value in given.items()}
        self._open.append(tag)
        if tag == "Worksheet":
            self.found.append(_Sheet(attributes.get("Name", "")))
            self._next_row = self._next_column = 0
        elif not self.found:
            self._look_at_style(tag, attributes)
        elif tag == "Column":
            self._start_column(attributes)
        elif tag == "Row":
            self._start_row(attributes)
        elif tag == "Cell":
            self._start_cell(attributes)
        elif tag == "Data" and not self._in_comment:
            self._text, self._kind = [], attributes.get("Type", "String")
        elif tag == "Comment" and len(self.found[-1].notes) < NOTED:
            note = Note((self._row, self._column), "", attributes.get("Author", ""))
            self.found[-1].notes.append(note)

    def take(self, data: str) -> None:
        """Take text."""
        if not self._open:
            return
        if self._open[-1] == "LastSaved" and len(self.modified) < 64:
            self.modified += data
        elif self._kind and not self._in_comment:
            self._text.append(data)
        elif self._in_comment and "Data" in self._open and self.found[-1].notes:
            note = self.found[-1].notes[-1]
            self.found[-1].notes[-1] = note._replace(text=(note.text + data)[:_LONGEST_NOTE])
        elif self._open[-1] == "Visible" and self.found and data.strip() != "SheetVisible":
            self.found[-1].hidden = self.found[-1].hidden or data.strip().startswith("SheetHid")
            self.found[-1].hidden = self.found[-1].hidden or data.strip().startswith("SheetVeryHid")

    def end(self, name: str) -> None:
        """Take an element's end."""
        tag = self._open.pop()
        if tag == "Data" and not self._in_comment and self.found:
            self._put(_value("".join(self._text), self._kind))
            self._kind, self._formula = "", False
        elif tag == "Cell" and self._formula and self.found:
            self.found[-1].unstored.append((self._row, self._column))
        elif tag == "Table":
            self._next_column = 0

    def _look_at_style(self, tag: str, given: dict[str, str]) -> None:
        if tag == "Style":
            self._style = given.get("ID", "")
        elif tag == "Font" and given.get("StrikeThrough") == "1":
            self._struck.add(self._style)

    @property
    def _in_comment(self) -> bool:
        return "Comment" in self._open

    def _start_column(self, given: dict[str, str]) -> None:
        first = _number(given.get("Index"), self._next_column + 1) - 1
        last = first + _number(given.get("Span"), 0)
        if last >= LAST_COLUMN:
            raise refused("extent")
        if given.get("Hidden") == "1":
            self.found[-1].hidden_columns.update(range(first, last + 1))
        self._next_column = last + 1

    def _start_row(self, given: dict[str, str]) -> None:
        self._row = _number(given.get("Index"), self._next_row + 1) - 1
        span = _number(given.get("Span"), 0)
        if self._row + span >= LAST_ROW:
            raise refused("extent")
        self._row_style = given.get("StyleID", "")
        if given.get("Hidden") == "1":
            self.found[-1].hidden_rows += range(self._row, self._row + span + 1)
        self._next_row, self._next_column = self._row + span + 1, 0

    def _start_cell(self, given: dict[str, str]) -> None:
        self._column = _number(given.get("Index"), self._next_column + 1) - 1
        right = self._column + _number(given.get("MergeAcross"), 0)
        bottom = self._row + _number(given.get("MergeDown"), 0)
        if right >= LAST_COLUMN or bottom >= LAST_ROW:
            raise refused("extent")
        if (right, bottom) != (self._column, self._row):
            self.found[-1].merged.append((self._row, self._column, bottom, right))
        self._next_column, self._formula = right + 1, "Formula" in given
        self._cell_style = given.get("StyleID", self._row_style)

    def _put(self, text: str) -> None:
        """Put a value in its place; blank cells before it on its row, and rows, are made."""
        if not text:
            return
        sheet = self.found[-1]
        self._size += max(0, self._row + 1 - len(sheet.cells))
        self._size += max(0, self._column + 1 - self._width(sheet))
        if self._size > self._limits.cells:
            raise refused("extent")
        while len(sheet.cells) <= self._row:
            sheet.cells.append([])
        line = sheet.cells[self._row]
        line.extend("" for _ in range(self._column + 1 - len(line)))
        line[self._column] = text
        if self._cell_style in self._struck:
            sheet.struck.setdefault(self._row, []).append(self._column)
        if self._kind == "Error":
            sheet.errors[self._row, self._column] = text

    def _width(self, sheet: _Sheet) -> int:
        return len(sheet.cells[self._row]) if self._row < len(sheet.cells) else 0


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise refused("extent")
    return int(text)


def _value(text: str, kind: str) -> str:
    """Return a value as a person sees it; what does not fit its type stays as it stands."""
    plain = text.strip()
    try:
        if kind == "Number":
            return text_of_cell(float(plain))
        if kind == "DateTime":
            return text_of_cell(datetime.fromisoformat(plain))
    except (ValueError, OverflowError):
        return text_of_cell(plain)
    if kind == "Boolean":
        return text_of_cell(plain not in ("0", "false", ""))
    return text_of_cell(text)
