"""One streaming look at a sheet's XML for what the reader hides or would choke on.

calamine turns error cells and formulas without a stored value into empty strings, does not tell of
hidden rows and columns, and takes as much memory as the rectangle around all values (FACTS). No
tree is built; cells without content are cut out before the parser sees them, so that a million
formatted empty rows cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from pipeline.read.refusal import refused

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_GAP: Final = 1_000  # blank rows that no person leaves inside a table
_WIDE: Final = 512  # columns beyond which a lone value is a slip of the hand
_STRAYS: Final = 100
_CARRIED: Final = 1 << 20

_EMPTY_CELL: Final = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d+")?(?:/>|></c>)')
_EMPTY_ROW: Final = re.compile(
    rb'<row r="\d{1,7}"(?: (?!hidden)[a-zA-Z0-9:]+="[^"<]*")*(?:/>|></row>)'
)
_CONTROLS: Final = bytes(b for b in range(32) if b not in b"\t\n\r")
_BAD_REFERENCE: Final = re.compile(
    rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef])"
    rb"|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})\Z")

Cell = tuple[int, int]
"""Row and column, both counted from 0."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a sheet's XML shows. Rows and columns count from 0; only cells with values count.

    ``body`` is (rows, columns) of the table without strays: few values far from everything else.
    ``hidden_columns`` are those declared hidden, whether or not they hold values.
    """

    errors: Mapping[Cell, str] = field(default_factory=dict)
    unstored: tuple[Cell, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    filters: tuple[tuple[int, int], ...] = ()
    extent: tuple[int, int] = (0, 0)
    body: tuple[int, int] = (0, 0)
    strays: tuple[Cell, ...] = ()

    @property
    def few_strays(self) -> bool:
        """Whether what stands outside the body is a slip rather than a second table."""
        return len(self.strays) < _STRAYS


def probe_sheet(chunks: Iterable[bytes]) -> Probe:
    """Return what the worksheet part in ``chunks`` shows.

    Raises RefusedError: ``damaged`` for broken XML, ``extent`` for addresses no sheet has.
    """
    watch = _Watch()
    parser = expat.ParserCreate()
    parser.StartElementHandler = watch.start
    watch.listen = lambda on: setattr(parser, "CharacterDataHandler", watch.text if on else None)
    try:
        for chunk in _lean(chunks):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise refused("damaged") from fault
    return watch.found()


def _lean(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut out empty cells and rows, and characters that expat refuses but readers accept."""
    carry, plain = b"", True
    for number, chunk in enumerate(chunks):
        if number == 0:
            plain = not (chunk.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in chunk[:8])
        if not plain:
            yield chunk
            continue
        chunk = carry + chunk
        end = chunk.rfind(b">") + 1
        if not end and len(chunk) > _CARRIED:
            end = len(chunk)
        carry = chunk[end:]
        if end:
            yield _trimmed(chunk[:end])
    if carry:
        yield _trimmed(carry)


def _trimmed(chunk: bytes) -> bytes:
    chunk = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", chunk))
    if b"&#" in chunk:
        chunk = _BAD_REFERENCE.sub(b"", chunk)
    return chunk.translate(None, _CONTROLS)


def address(reference: str) -> Cell:
    """Return row and column, from 0, of a reference such as ``AB12``; refuse impossible ones."""
    found = _REFERENCE.match(reference)
    if not found:
        raise refused("extent")
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    row = int(found[2])
    if column > LAST_COLUMN or not 1 <= row <= LAST_ROW:
        raise refused("extent")
    return row - 1, column - 1


def area(reference: str) -> tuple[Cell, Cell]:
    """Return the first and last cell of a range such as ``A1:C9`` or ``A1``."""
    first, _, last = reference.replace("$", "").partition(":")
    return address(first), address(last or first)


class _Watch:
    """Collects what start tags show; text is listened to only where it matters."""

    def __init__(self) -> None:
        self.listen: Callable[[bool], None] = lambda on: None
        self.errors: dict[Cell, str] = {}
        self.unstored: list[Cell] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.filters: list[tuple[int, int]] = []
        self.reach: dict[int, int] = {}
        self.far: list[Cell] = []
        self._handlers: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._columns: dict[str, int] = {}
        self._row, self._column = -1, -1
        self._type = ""
        self._formula, self._value, self._open = False, "", False
        self._filter: tuple[int, int] | None = None

    def start(self, name: str, given: dict[str, str]) -> None:
        """Hand an element to what knows it; names are looked up once, without their prefix."""
        if name not in self._handlers:
            local = name.rpartition(":")[2]
            known = ("row", "c", "v", "f", "is", "col", "autoFilter", "filterColumn", "mergeCell")
            self._handlers[name] = getattr(self, f"_on_{local}") if local in known else None
        handler = self._handlers[name]
        if handler:
            handler(given)

    def text(self, data: str) -> None:
        """Take a piece of a value; errors are short, so a long one is cut."""
        if len(self._value) < 64:
            self._value += data

    def _on_row(self, given: dict[str, str]) -> None:
        self._end_cell()
        number = given.get("r")
        try:
            self._row = int(number) - 1 if number else self._row + 1
        except ValueError as fault:
            raise refused("extent") from fault
        if not 0 <= self._row < LAST_ROW:
            raise refused("extent")
        self._column = -1
        if given.get("hidden") in ("1", "true"):
            self.hidden_rows.add(self._row)

    def _on_c(self, given: dict[str, str]) -> None:
        self._end_cell()
        reference = given.get("r")
        if reference:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters)
            if column is None or reference[len(letters) :] != str(self._row + 1):
                self._row, column = address(reference)
                self._columns[letters] = column
            self._column = column
        else:
            self._column += 1
            if self._column >= LAST_COLUMN:
                raise refused("extent")
        self._type = given.get("t", "n")

    def _on_v(self, given: dict[str, str]) -> None:
        self._holds_value()
        if self._type == "e" or (self._formula and self._type != "str"):
            self._open = True
            self.listen(True)
        self._formula = self._formula and self._type != "str"

    def _on_is(self, given: dict[str, str]) -> None:
        self._holds_value()

    def _on_f(self, given: dict[str, str]) -> None:
        self._formula = True

    def _holds_value(self) -> None:
        if self._column >= _WIDE:
            self.far.append((self._row, self._column))
        elif self.reach.get(self._row, -1) < self._column:
            self.reach[self._row] = self._column

    def _end_cell(self) -> None:
        """Settle the cell before: only now is it known whether its formula had a value."""
        if self._open:
            self._open = False
            self.listen(False)
            value, self._value = self._value.strip(), ""
            if self._type == "e" and value:
                self.errors[self._row, self._column] = value
                self._formula = False
            elif value:
                self._formula = False
        if self._formula:
            self._formula = False
            self.unstored.append((self._row, self._column))

    def _on_col(self, given: dict[str, str]) -> None:
        if given.get("hidden") not in ("1", "true"):
            return
        try:
            first, last = int(given.get("min", "1")), int(given.get("max", "1"))
        except ValueError:
            return
        self.hidden_columns.update(range(max(first, 1) - 1, min(last, LAST_COLUMN)))

    def _on_autoFilter(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        self._end_cell()
        if given.get("ref"):
            (top, _), (bottom, _) = area(given["ref"])
            self._filter = (top, bottom)

    def _on_filterColumn(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        if self._filter:
            self.filters.append(self._filter)
            self._filter = None

    def _on_mergeCell(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        if given.get("ref"):
            area(given["ref"])

    def found(self) -> Probe:
        """Return all that was seen."""
        self._end_cell()
        rows = sorted(self.reach)
        dense = 0
        while dense < len(rows) and (dense == 0 or rows[dense] - rows[dense - 1] <= _GAP):
            dense += 1
        body, outside = rows[:dense], rows[dense:]
        strays = [*self.far, *((row, self.reach[row]) for row in outside)]
        last_row = max((*rows[-1:], *(row for row, _ in self.far)), default=-1)
        widest = max((c for _, c in self.far), default=max(self.reach.values(), default=-1))
        body_width = max((self.reach[row] for row in body), default=-1) + 1
        return Probe(
            errors=self.errors,
            unstored=tuple(self.unstored),
            hidden_rows=tuple(sorted(self.hidden_rows & self.reach.keys())),
            hidden_columns=frozenset(self.hidden_columns),
            filters=tuple(self.filters),
            extent=(last_row + 1, widest + 1),
            body=(body[-1] + 1 if body else 0, body_width),
            strays=tuple(sorted(strays)),
        )
