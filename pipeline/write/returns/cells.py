"""Cells of a sheet's part: found, inserted where they are missing, given another format.

ECMA-376 Part 1, 18.3.1.4 (c), 18.3.1.73 (row), 18.3.1.80 (sheetData), 18.3.1.99 (worksheet).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from pipeline.write.returns.package import NotAnnotatedError, local, namespace
from pipeline.write.returns.styles import Looks

Place = tuple[int, int]
"""Row and column of a cell, both from 1."""

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_LINE: Final = 20.0  # pixels of a row of which nothing is said
_COLUMN: Final = 64.0
_BEFORE_DRAWING: Final = frozenset(
    {
        "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
        "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
        "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
        "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter",
        "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
        "drawing",
    }
)  # fmt: skip
"""What stands before legacyDrawing in a sheet (18.3.1.99, CT_Worksheet)."""


def number_of(letters: str) -> int:
    """Return the number of a column, from 1; NotAnnotatedError where there is no such column."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    if not letters.isascii() or not letters.isalpha() or not 1 <= number <= LAST_COLUMN:
        raise NotAnnotatedError("column")
    return number


def letters_of(number: int) -> str:
    """Return a column's letters.

    >>> letters_of(28)
    'AB'
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place_of(reference: str) -> Place:
    """Return the place of a reference such as AB12."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise NotAnnotatedError("reference")
    return int(found[2]), number_of(found[1])


def reference_of(place: Place) -> str:
    """Return a place as A1 reference."""
    return f"{letters_of(place[1])}{place[0]}"


class Cells:
    """The cells of one sheet's part; changes go into the element tree."""

    def __init__(self, root: etree._Element) -> None:
        if local(root) != "worksheet":
            raise NotAnnotatedError("no worksheet")
        self.root = root
        self._ns = namespace(root)
        self._data = self.part("sheetData")
        if self._data is None:
            raise NotAnnotatedError("no sheetData")
        self._rows: dict[int, etree._Element] = {}
        number = 0
        for row in self._data:
            if local(row) == "row":
                number = int(row.get("r", number + 1))
                if not 1 <= number <= LAST_ROW or number in self._rows:
                    raise NotAnnotatedError("rows")
                self._rows[number] = row
        self._merged = [_area(e.get("ref", "")) for e in self._children("mergeCells")]
        self._styles = self._column_styles()

    def part(self, name: str) -> etree._Element | None:
        """Return a child of the sheet's root by name."""
        return next((element for element in self.root if local(element) == name), None)

    def anchor(self, row: int, letter: str) -> Place | None:
        """Return the cell that shows a fault: the first of a merged area, of a row, or itself.

        None where a row without a column has no cell.
        """
        if not 1 <= row <= LAST_ROW:
            raise NotAnnotatedError("row")
        if letter:
            place = (row, number_of(letter))
        else:
            cells = self.cells_in(row)
            filled = [column for column, cell in cells.items() if len(cell)]
            if not cells:
                return None
            place = (row, min(filled or cells))
        for (top, left), (bottom, right) in self._merged:
            if top <= place[0] <= bottom and left <= place[1] <= right:
                return top, left
        return place

    def mark(self, severities: Mapping[Place, str], looks: Looks) -> None:
        """Colour cells; those that an earlier return coloured, and are right now, lose it."""
        if looks.left_over:
            self._unmark(looks, set(severities))
        for place in sorted(severities):
            cell = self.cell(place)
            style = int(cell.get("s") or 0)
            cell.set("s", str(looks.marked(style, severities[place])))

    def _unmark(self, looks: Looks, kept: set[Place]) -> None:
        for number in self._rows:
            for column, cell in self.cells_in(number).items():
                style = int(cell.get("s") or 0)
                if style in looks.left_over and (number, column) not in kept:
                    cell.set("s", str(looks.marked(style, "")))

    @property
    def last_row(self) -> int:
        """The number of the last row that the part holds, 0 where there is none."""
        return max(self._rows, default=0)

    def merged(self, place: Place) -> bool:
        """Tell whether a place lies in a merged area."""
        return any(
            top <= place[0] <= bottom and left <= place[1] <= right
            for (top, left), (bottom, right) in self._merged
        )

    def _children(self, name: str) -> list[etree._Element]:
        found = self.part(name)
        return [] if found is None else [e for e in found if local(e)]

    def cells_in(self, number: int) -> dict[int, etree._Element]:
        """A row's cells by column; a cell without an address follows the one before (18.3.1.4)."""
        found: dict[int, etree._Element] = {}
        row = self._rows.get(number)
        column = 0
        for cell in row if row is not None else ():
            if local(cell) != "c":
                continue
            reference = cell.get("r")
            column = place_of(reference)[1] if reference else column + 1
            if column in found or column <= max(found, default=0):
                raise NotAnnotatedError("cells")
            found[column] = cell
        return found

    def cell(self, place: Place) -> etree._Element:
        """Return the cell at a place; one that is missing is made, in its column's format."""
        number, column = place
        row = self._row(number)
        cells = self.cells_in(number)
        if column in cells:
            return cells[column]
        cell = etree.Element(f"{self._ns}c", {"r": reference_of(place)})
        style = row.get("s") if row.get("customFormat") in ("1", "true") else None
        cell.set("s", style or self._styles(column))
        behind = next((c for number, c in cells.items() if number > column), None)
        if behind is not None:
            behind.addprevious(cell)
        elif cells:
            cells[max(cells)].addnext(cell)
        else:
            row.insert(0, cell)
        row.attrib.pop("spans", "")  # only a hint (18.3.1.73), and it may be wrong now
        self._reach(place)
        return cell

    def _row(self, number: int) -> etree._Element:
        if number not in self._rows:
            row = etree.Element(f"{self._ns}row", {"r": str(number)})
            behind = min((n for n in self._rows if n > number), default=None)
            if behind is not None:
                self._rows[behind].addprevious(row)
            else:
                assert self._data is not None
                self._data.append(row)
            self._rows[number] = row
        return self._rows[number]

    def _reach(self, place: Place) -> None:
        """Let the sheet's dimension hold a new cell."""
        dimension = self.part("dimension")
        if dimension is None:
            return
        (top, left), (bottom, right) = _area(dimension.get("ref", ""))
        first = min(top, place[0]), min(left, place[1])
        last = max(bottom, place[0]), max(right, place[1])
        dimension.set("ref", f"{reference_of(first)}:{reference_of(last)}")

    def _column_styles(self) -> Callable[[int], str]:
        spans = [
            (int(c.get("min", "0")), int(c.get("max", "0")), c.get("style", "0"))
            for c in self._children("cols")
        ]
        return lambda column: next((s for a, b, s in spans if a <= column <= b), "0")

    # ------------------------------------------------------------ drawing

    def widths(self) -> Callable[[int], float]:
        """Return a function that gives a column's width in pixels (18.3.1.13), 0 if hidden."""
        about = self.part("sheetFormatPr")
        usual = about.get("defaultColWidth") if about is not None else None
        plain = float(usual) * 7 + 5 if usual else _COLUMN
        spans = []
        for c in self._children("cols"):
            hidden = c.get("hidden") in ("1", "true")
            width = 0.0 if hidden else float(c.get("width", (plain - 5) / 7)) * 7 + 5
            spans.append((int(c.get("min", "0")), int(c.get("max", "0")), width))
        return lambda column: next((w for a, b, w in spans if a <= column <= b), plain)

    def heights(self) -> Callable[[int], float]:
        """Return a function that gives a row's height in pixels at 96 to the inch."""
        about = self.part("sheetFormatPr")
        usual = about.get("defaultRowHeight") if about is not None else None
        plain = float(usual) * 4 / 3 if usual else _LINE

        def height(number: int) -> float:
            row = self._rows.get(number)
            if row is None:
                return plain
            if row.get("hidden") in ("1", "true"):
                return 0.0
            return float(row.get("ht", plain * 3 / 4)) * 4 / 3

        return height

    def set_legacy_drawing(self, key: str, relations: str) -> None:
        """Refer to the drawing of the comments' boxes; ``relations`` is the ids' namespace."""
        named = None if relations in self.root.nsmap.values() else {"r": relations}
        drawing = etree.Element(f"{self._ns}legacyDrawing", nsmap=named)
        drawing.set(f"{{{relations}}}id", key)
        before = [e for e in self.root if local(e) in _BEFORE_DRAWING]
        before[-1].addnext(drawing)


def _area(reference: str) -> tuple[Place, Place]:
    first, _, last = reference.partition(":")
    return place_of(first), place_of(last or first)
