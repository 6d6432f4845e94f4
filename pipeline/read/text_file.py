"""Text files that hold a table: encoding and delimiter found out, never declared."""

from __future__ import annotations

import csv
import io
import re
from typing import Final

from pipeline.limits import Limits
from pipeline.read.encoding import decode
from pipeline.read.grid import Book, Grid
from pipeline.read.refusal import refused
from pipeline.read.text_of_cell import text_of_cell

_DELIMITERS: Final = (",", "\t", ";")
_LOOK_LINES: Final = 30
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LONGEST_FIELD: Final = 1 << 24


def read_text(data: bytes, limits: Limits) -> Book:
    """Return the one sheet, named "", of a text file with commas, semicolons or tabs.

    Raises RefusedError where no encoding fits, quotes are broken or the table is too large.
    """
    text = decode(data)
    # Excel takes such a first line for itself: it is no row of the sheet.
    told = _SEPARATOR_LINE.match(text)
    text = text[told.end() :] if told else text
    mark = told[1] if told else delimiter(text)
    csv.field_size_limit(_LONGEST_FIELD)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark):
            cells += len(row)
            if cells > limits.cells or len(rows) >= limits.cells:
                raise refused("extent")
            rows.append([text_of_cell(cell) for cell in row])
    except csv.Error as fault:
        raise refused("damaged") from fault
    return Book((Grid("", rows),))


def delimiter(text: str) -> str:
    """Return the delimiter that parts most of the first lines into the same number of cells."""
    lines = text.splitlines()[:_LOOK_LINES]

    def worth(mark: str) -> int:
        counts = [line.count(mark) for line in lines if mark in line]
        return max((counts.count(n) * n for n in set(counts)), default=0)

    return max(_DELIMITERS, key=worth)
