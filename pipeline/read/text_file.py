"""Text files that hold a table: encoding and delimiter found out, never declared."""

from __future__ import annotations

import codecs
import csv
import io
from typing import Final

from pipeline.read.grid import Book, Grid
from pipeline.read.limits import Limits
from pipeline.read.refusal import RefusedError, refused
from pipeline.read.text_of_cell import text_of_cell

_DELIMITERS: Final = (",", "\t", ";")
_LOOK_LINES: Final = 30
_LONGEST_FIELD: Final = 1 << 24


def read_text(data: bytes, limits: Limits) -> Book:
    """Return the one sheet, named "", of a text file with commas, semicolons or tabs.

    Raises RefusedError where no encoding fits, quotes are broken or the table is too large.
    """
    text = decode(data)
    csv.field_size_limit(_LONGEST_FIELD)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text)):
            cells += len(row)
            if cells > limits.cells or len(rows) >= limits.cells:
                raise refused("extent")
            rows.append([text_of_cell(cell) for cell in row])
    except csv.Error as fault:
        raise refused("damaged") from fault
    return Book((Grid("", rows),))


def decode(data: bytes) -> str:
    """Return the text: UTF-8, UTF-16 with a mark, GB18030 (which GBK is part of), else a guess.

    Raises RefusedError (``unreadable-type``, kind "text") where nothing fits.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise RefusedError("unreadable-type", kind="text")
    return str(best)


def delimiter(text: str) -> str:
    """Return the delimiter that parts most of the first lines into the same number of cells."""
    lines = text.splitlines()[:_LOOK_LINES]

    def worth(mark: str) -> int:
        counts = [line.count(mark) for line in lines if mark in line]
        return max((counts.count(n) * n for n in set(counts)), default=0)

    return max(_DELIMITERS, key=worth)
