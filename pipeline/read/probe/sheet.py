"""One streaming look at a worksheet's XML for what the reader hides or would choke on.

calamine turns error cells and formulas without a stored value into empty strings, does not tell of
hidden rows and columns or of what is crossed out, and takes as much memory as the rectangle around
all values (FACTS). No tree is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from pipeline.read.probe.lean import lean
from pipeline.read.probe.rich import Rich, Runs, is_on
from pipeline.read.probe.seen import (
    LAST_COLUMN,
    LAST_ROW,
    NOTED,
    Cell,
    Partly,
    Probe,
    address,
    area,
    in_filter,
)
from pipeline.read.refusal import refused

_GAP: Final = 1_000  # blank rows that no person leaves inside a table
_WIDE: Final = 512  # columns beyond which a lone value is a slip of the hand
_HEARD: Final = 64  # signs of a value or formula that are listened to
_PICTURE: Final = "DISPIMG("  # begins the formula by which WPS shows a picture in a cell


@dataclass(frozen=True, slots=True)
class Known:
    """What a workbook's other parts say that its sheets refer to, each by the number used there.

    ``struck`` are cell styles that cross out, ``strings`` shared strings of which some is, or is
    not, ``pictures`` the rich values that are pictures.
    """

    struck: frozenset[str] = frozenset()
    strings: Mapping[str, Rich] = field(default_factory=dict)
    pictures: frozenset[str] = frozenset()


def probe_sheet(chunks: Iterable[bytes], known: Known = Known()) -> Probe:
    """Return what the worksheet part in ``chunks`` shows.

    Raises RefusedError: ``damaged`` for broken XML, ``extent`` for addresses no sheet has.
    """
    watch = _Watch(known)
    parser = expat.ParserCreate()
    parser.StartElementHandler = watch.start

    def listen(on: bool) -> None:
        parser.CharacterDataHandler = watch.text if on else None
        parser.EndElementHandler = watch.end if on else None

    watch.listen = listen
    try:
        for chunk in lean(chunks):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise refused("damaged") from fault
    return watch.found()


class _Watch:
    """Collects what start tags show; text is listened to only where it matters."""

    def __init__(self, known: Known) -> None:
        self.listen: Callable[[bool], None] = lambda on: None
        self.known = known
        self.errors: dict[Cell, str] = {}
        self.unstored: list[Cell] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.filters: list[tuple[int, int]] = []
        self.struck: dict[int, list[int]] = {}
        self.partly: dict[Cell, Partly] = {}
        self.pictures: set[Cell] = set()
        self.reach: dict[int, int] = {}
        self.far: list[Cell] = []
        self._handlers: dict[str, Callable[[dict[str, str]], None] | None] = {}
        self._columns: dict[str, int] = {}
        self._row, self._column = -1, -1
        self._type, self._is_struck, self._is_picture = "", False, False
        self._formula, self._value, self._written, self._hears = False, "", "", ""
        self._runs, self._busy = Runs(), False
        self._filter: tuple[int, int] | None = None

    def start(self, name: str, given: dict[str, str]) -> None:
        """Hand an element to what knows it; names are looked up once, without their prefix."""
        if name not in self._handlers:
            local = name.rpartition(":")[2]
            self._handlers[name] = getattr(self, f"_on_{local}") if local in _ELEMENTS else None
        handler = self._handlers[name]
        if handler:
            handler(given)

    def text(self, data: str) -> None:
        """Take a piece of a value, a formula or a run; only runs are wanted as a whole."""
        if self._hears == "v" and len(self._value) < _HEARD:
            self._value += data
        elif self._hears == "f" and len(self._written) < _HEARD:
            self._written += data
        elif self._hears == "t":
            self._runs.text(data)

    def end(self, name: str) -> None:
        """Take the end of what was listened to."""
        if name.rpartition(":")[2] == self._hears:
            self._hears = ""
            self.listen(False)

    def _hear(self, name: str) -> None:
        self._hears, self._busy = name, True
        self.listen(True)

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
        if self.known.struck:
            self._is_struck = given.get("s", "0") in self.known.struck
        if self._type == "e":
            self._is_picture = self._busy = given.get("vm", "") in self.known.pictures

    def _on_v(self, given: dict[str, str]) -> None:
        self._holds_value()
        shared = self._type == "s" and self.known.strings
        if self._type == "e" or shared or (self._formula and self._type != "str"):
            self._hear("v")
        self._formula = self._formula and self._type != "str"

    def _on_is(self, given: dict[str, str]) -> None:
        self._holds_value()

    def _on_f(self, given: dict[str, str]) -> None:
        self._formula = True
        self._hear("f")

    def _on_r(self, given: dict[str, str]) -> None:
        self._busy = True
        self._runs.begin()

    def _on_rPr(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        self._runs.strike(False)

    def _on_strike(self, given: dict[str, str]) -> None:
        self._runs.strike(is_on(given))

    def _on_t(self, given: dict[str, str]) -> None:
        if self._runs:
            self._hear("t")

    def _on_rPh(self, given: dict[str, str]) -> None:  # noqa: N802 - the element's name
        self._end_runs()

    def _holds_value(self) -> None:
        if self._is_struck:
            self.struck.setdefault(self._row, []).append(self._column)
        self._reaches()

    def _reaches(self) -> None:
        if self._column >= _WIDE:
            self.far.append((self._row, self._column))
        elif self.reach.get(self._row, -1) < self._column:
            self.reach[self._row] = self._column

    def _end_cell(self) -> None:
        """Settle the cell before: only now is it known whether its formula had a value."""
        if not self._busy:
            return
        self._busy = False
        value, self._value = self._value.strip(), ""
        written, self._written = self._written, ""
        if self._is_picture or _PICTURE in written:
            self._is_picture = self._formula = False
            self._reaches()
            if len(self.pictures) < NOTED:
                self.pictures.add((self._row, self._column))
        elif value:
            self._settle(value)
        if self._formula:
            self._formula = False
            self.unstored.append((self._row, self._column))
        self._end_runs()

    def _settle(self, value: str) -> None:
        """Say what a cell's value tells: an error, a string that is crossed out, or a result."""
        if self._type == "s":
            self._cross(self.known.strings.get(value))
        elif self._type == "e":
            self.errors[self._row, self._column] = value
        self._formula = False

    def _end_runs(self) -> None:
        if self._runs:
            self._cross(self._runs.done())

    def _cross(self, found: Rich | None) -> None:
        """Note what is crossed out of a text in runs, which outweigh the cell's own look."""
        if found is None:
            return
        told = found.in_plain
        if self._is_struck:
            told = found.in_struck
            self.struck[self._row].remove(self._column)
        if told is not None and not told.left:
            self.struck.setdefault(self._row, []).append(self._column)
        elif told is not None and len(self.partly) < NOTED:
            self.partly[self._row, self._column] = told

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
        hidden = sorted(self.hidden_rows & self.reach.keys())
        return Probe(
            errors=self.errors,
            unstored=tuple(self.unstored),
            hidden_rows=tuple(row for row in hidden if not in_filter(row, self.filters)),
            filtered_rows=tuple(row for row in hidden if in_filter(row, self.filters)),
            hidden_columns=frozenset(self.hidden_columns),
            struck=self.struck,
            partly=self.partly,
            pictures=frozenset(self.pictures),
            extent=(last_row + 1, widest + 1),
            body=(body[-1] + 1 if body else 0, body_width),
            strays=tuple(sorted(strays)),
        )


_ELEMENTS: Final = frozenset(
    name.removeprefix("_on_") for name in vars(_Watch) if name.startswith("_on_")
)
