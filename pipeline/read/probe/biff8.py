"""What an old workbook (.xls, BIFF8) shows: one walk over its records. A door to olefile.

MS-XLS: records (2.4), strings (2.5.240, 2.5.294), formulas' names (2.5.198); MS-ODRAW 2.2.46 for
where a picture lies.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pipeline.read.probe.biff8_strings import rich_strings
from pipeline.read.probe.comments import Note, spoken
from pipeline.read.probe.rich import Rich
from pipeline.read.probe.seen import LAST_COLUMN, NOTED, WORDS, Cell, Partly, Probe, in_filter

ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip
"""Errors by their number in a file (MS-XLS 2.5.10)."""

_STREAMS: Final = ("Workbook", "WORKBOOK", "workbook")
_BIFF8: Final = 0x0600
_CONTINUE: Final = 0x003C
_BOF: Final = 0x0809
_EOF: Final = 0x000A
_NOTE_OBJECT: Final = 0x19
_PICTURE_OBJECT: Final = 0x08
_ANCHOR: Final = b"\x00\x00\x10\xf0\x12\x00\x00\x00"  # record header of OfficeArtClientAnchorSheet
_FILTER_DATABASE: Final = 0x0D  # the built-in name of a filtered range
_AREA: Final = 0x3B


def probe_biff8(data: bytes) -> dict[str, Probe]:
    """Return what each sheet shows, by its name; nothing where the file can't be looked into."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            name = next((name for name in _STREAMS if ole.exists(name)), None)
            stream = ole.openstream(name).read() if name else b""
        return _probed(stream)
    except (OSError, struct.error, ValueError, IndexError, TypeError, AttributeError):
        return {}


def _probed(stream: bytes) -> dict[str, Probe]:
    if len(stream) < 8 or struct.unpack_from("<HHH", stream)[::2] != (_BOF, _BIFF8):
        return {}
    book = _Book()
    for kind, body in _substream(stream, 0):
        if kind == 0x002F:  # FILEPASS: all that follows is encrypted
            return {}
        book.take(kind, body)
    formats = book.struck_formats()
    strings = rich_strings(book.strings, book.is_struck) if book.struck else {}
    found = {}
    for number, (name, start) in enumerate(book.sheets):
        sheet = _Sheet(formats, strings)
        for kind, body in _substream(stream, start):
            sheet.take(kind, body)
        found[name] = sheet.probe([area for tab, area in book.filters if tab == number])
    return found


def _substream(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield types and data of the records from a BOF to its EOF, without the charts in between."""
    depth, end = 0, len(stream)
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif kind == _BOF:
            depth += 1
        elif depth == 1:
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


@dataclass
class _Book:
    """The records of the workbook itself."""

    sheets: list[tuple[str, int]] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    filters: list[tuple[int, tuple[int, int]]] = field(default_factory=list)
    strings: list[bytes] = field(default_factory=list)  # SST and what continues it
    _fonts: int = 0
    _formats: list[int] = field(default_factory=list)
    _last: int = 0

    def take(self, kind: int, body: bytes) -> None:
        """Take a record."""
        if kind == 0x0085:  # BOUNDSHEET
            start, _, _, size, wide = struct.unpack_from("<IBBBB", body)
            self.sheets.append((_text(body[8:], size, wide), start))
        elif kind == 0x0031:  # FONT; there is none of number 4
            if struct.unpack_from("<H", body, 2)[0] & 0x0008:
                self.struck.add(self._fonts + (self._fonts >= 4))
            self._fonts += 1
        elif kind == 0x00E0:  # XF
            self._formats.append(struct.unpack_from("<H", body)[0])
        elif kind == 0x0018:
            self._take_name(body)
        elif kind == 0x00FC or (kind == _CONTINUE and self._last == 0x00FC):
            self.strings.append(body)
        self._last = self._last if kind == _CONTINUE else kind

    def _take_name(self, body: bytes) -> None:
        """Take the range of a sheet's filter, which stands under a built-in name (LBL)."""
        options, _, size, _, _, tab = struct.unpack_from("<HBBHHH", body)
        if not options & 0x20 or size != 1 or len(body) < 27 or body[15] != _FILTER_DATABASE:
            return
        token, _, top, bottom = struct.unpack_from("<BHHH", body, 16)
        if token == _AREA:
            self.filters.append((tab - 1, (top, bottom)))

    def is_struck(self, font: int) -> bool:
        """Whether a font crosses out."""
        return font in self.struck

    def struck_formats(self) -> frozenset[int]:
        """Return the numbers of the cell formats whose font crosses out."""
        return frozenset(n for n, font in enumerate(self._formats) if font in self.struck)


class _Sheet:
    """The records of one sheet."""

    def __init__(self, formats: frozenset[int], strings: Mapping[int, Rich]) -> None:
        self._formats = formats
        self._strings = strings
        self._errors: dict[Cell, str] = {}
        self._hidden: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._filled: set[int] = set()
        self._struck: dict[int, list[int]] = {}
        self._partly: dict[Cell, Partly] = {}
        self._covered: set[Cell] = set()
        self._texts: dict[int, str] = {}  # of comments, by their box
        self._boxes: list[tuple[Cell, int, str]] = []
        self._filtering = False
        self._anchor: Cell | None = None
        self._object, self._wanted = -1, 0
        self._takers: dict[int, Callable[[bytes], None]] = {
            0x0208: self._row, 0x007D: self._columns, 0x009B: self._filter, 0x00FD: self._string,
            0x0203: self._plain, 0x027E: self._plain, 0x0204: self._plain, 0x00D6: self._plain,
            0x0205: self._bool_or_error, 0x0006: self._formula, 0x00BD: self._several,
            0x001C: self._note, 0x00EC: self._drawing, 0x005D: self._obj, 0x01B6: self._text_box,
            _CONTINUE: self._continued,
        }  # fmt: skip

    def take(self, kind: int, body: bytes) -> None:
        """Take a record."""
        taker = self._takers.get(kind)
        if taker is not None:
            taker(body)

    def probe(self, filters: list[tuple[int, int]]) -> Probe:
        """Return what was seen; ``filters`` are the sheet's ranges that have filter buttons."""
        hidden = sorted(self._hidden & self._filled)
        areas = filters if self._filtering else []
        notes = [Note(cell, self._texts.get(box, ""), who) for cell, box, who in self._boxes]
        return Probe(
            errors=self._errors,
            hidden_rows=tuple(row for row in hidden if not in_filter(row, areas)),
            filtered_rows=tuple(row for row in hidden if in_filter(row, areas)),
            hidden_columns=frozenset(self._hidden_columns),
            struck=self._struck,
            partly=self._partly,
            comments=spoken(notes),
            covered=frozenset(self._covered),
        )

    def _row(self, body: bytes) -> None:
        row, options = struct.unpack_from("<H10xI", body)
        if options & 0x20:
            self._hidden.add(row)

    def _columns(self, body: bytes) -> None:
        first, last, options = struct.unpack_from("<HH4xH", body)
        if options & 1:
            self._hidden_columns.update(range(first, min(last + 1, LAST_COLUMN)))

    def _filter(self, _: bytes) -> None:
        self._filtering = True

    # ------------------------------------------------------------ cells

    def _plain(self, body: bytes) -> None:
        self._cell(body)

    def _cell(self, body: bytes) -> Cell:
        row, column, style = struct.unpack_from("<HHH", body)
        self._holds(row, column, style)
        return row, column

    def _holds(self, row: int, column: int, style: int) -> None:
        self._filled.add(row)
        if style in self._formats:
            self._struck.setdefault(row, []).append(column)

    def _string(self, body: bytes) -> None:
        place = row, column = self._cell(body)
        rich = self._strings.get(struct.unpack_from("<I", body, 6)[0])
        if rich is None:
            return
        told = rich.in_plain
        if column in self._struck.get(row, ()):
            told = rich.in_struck
            self._struck[row].remove(column)
        if told is not None and not told.left:
            self._struck.setdefault(row, []).append(column)
        elif told is not None and len(self._partly) < NOTED:
            self._partly[place] = told

    def _several(self, body: bytes) -> None:
        """Take numbers that stand side by side (MULRK)."""
        row, first = struct.unpack_from("<HH", body)
        for place in range((len(body) - 6) // 6):
            self._holds(row, first + place, struct.unpack_from("<H", body, 4 + 6 * place)[0])

    def _bool_or_error(self, body: bytes) -> None:
        place = self._cell(body)
        if body[7]:
            self._errors[place] = ERRORS.get(body[6], "#VALUE!")

    def _formula(self, body: bytes) -> None:
        place = self._cell(body)
        if body[6] == 2 and body[12:14] == b"\xff\xff":
            self._errors[place] = ERRORS.get(body[8], "#VALUE!")

    # ------------------------------------------------------------ comments, pictures

    def _note(self, body: bytes) -> None:
        row, column, _, box, size = struct.unpack_from("<HHHHH", body)
        if len(self._boxes) < NOTED:
            self._boxes.append(((row, column), box, _text(body[11:], size, body[10])))

    def _drawing(self, body: bytes) -> None:
        """Remember where the object that follows lies: in the cell that holds most of it."""
        at = body.rfind(_ANCHOR)
        self._anchor = None
        if at >= 0 and len(body) >= at + 26:
            left, dx, top, dy, right, dx2, bottom, dy2 = struct.unpack_from("<8H", body, at + 10)
            row = _most(top, 256 - dy, bottom, dy2)
            self._anchor = row, _most(left, 1024 - dx, right, dx2)

    def _obj(self, body: bytes) -> None:
        kind, self._object = struct.unpack_from("<HH", body, 4)
        if kind == _PICTURE_OBJECT and self._anchor is not None and len(self._covered) < NOTED:
            self._covered.add(self._anchor)
        if kind != _NOTE_OBJECT:
            self._object = -1

    def _text_box(self, body: bytes) -> None:
        self._wanted = struct.unpack_from("<H", body, 10)[0] if self._object >= 0 else 0

    def _continued(self, body: bytes) -> None:
        """Take a comment's text, which continues its box."""
        if self._wanted and body and len(self._texts) < NOTED:
            self._texts[self._object] = _text(body[1:], min(self._wanted, 4 * WORDS), body[0])
            self._wanted = 0


def _most(first: int, within: int, last: int, beyond: int) -> int:
    """Which row or column holds most of a picture; offsets are parts of its first and last."""
    if last > first + 1:
        return (first + last) // 2
    return last if last > first and beyond > within else first


def _text(body: bytes, size: int, wide: int) -> str:
    if wide & 1:
        return body[: 2 * size].decode("utf-16-le", "replace")
    return body[:size].decode("latin-1")
