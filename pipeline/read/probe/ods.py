"""What an OpenDocument spreadsheet shows: one streaming look at its styles and its content.

OASIS ODF 1.3, part 3: tables (9), annotations (14.3), styles (16). Names are taken with the usual
prefixes, as the reader of the values takes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from zipfile import BadZipFile

from pipeline.read.package import Package
from pipeline.read.probe.comments import Note, spoken
from pipeline.read.probe.rich import Runs, stream
from pipeline.read.probe.seen import (
    LAST_COLUMN,
    LAST_ROW,
    NOTED,
    Cell,
    Merge,
    Partly,
    Probe,
    number,
)
from pipeline.read.refusal import RefusedError, refused

_DEEPEST: Final = 20  # styles that are made from others
_LONGEST: Final = 32_767
_SPACES: Final = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}


def probe_ods(package: Package) -> dict[str, Probe]:
    """Return what each sheet shows, by its name; nothing where the content can't be looked into."""
    styles = _Styles()
    content = _Content(styles)
    try:
        stream(package.chunks("styles.xml"), styles.start, styles.end, lambda text: None)
        stream(package.chunks("content.xml"), content.start, content.end, content.text)
    except (RefusedError, BadZipFile):
        return {}
    return {table.name: table.probe() for table in content.tables}


class _Styles:
    """Which styles cross text out: their own word, or that of the style they are made from."""

    def __init__(self) -> None:
        self._parents: dict[tuple[str, str], str] = {}
        self._words: dict[tuple[str, str], bool] = {}
        self._style: tuple[str, str] | None = None

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take an element's beginning."""
        if name == "style:style":
            self._style = given.get("style:family", ""), given.get("style:name", "")
            self._parents[self._style] = given.get("style:parent-style-name", "")
        elif name == "style:text-properties" and self._style is not None:
            said = [
                given[key]
                for key in ("style:text-line-through-style", "style:text-line-through-type")
                if key in given
            ]
            if said:
                self._words[self._style] = "none" not in said

    def end(self, name: str) -> None:
        """Take an element's end."""
        if name == "style:style":
            self._style = None

    def strikes(self, family: str, name: str) -> bool | None:
        """Whether the style crosses out; None where it does not say."""
        for _ in range(_DEEPEST):
            if (family, name) in self._words:
                return self._words[family, name]
            name = self._parents.get((family, name), "")
            if not name:
                break
        return None


@dataclass
class _Table:
    """One sheet while it is read."""

    name: str
    styles: list[str] = field(default_factory=list)  # of its columns
    errors: dict[Cell, str] = field(default_factory=dict)
    unstored: list[Cell] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    filtered_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    struck: dict[int, list[int]] = field(default_factory=dict)
    partly: dict[Cell, Partly] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    covered: set[Cell] = field(default_factory=set)
    merged: list[Merge] = field(default_factory=list)

    def probe(self) -> Probe:
        """Return what was seen."""
        return Probe(
            errors=self.errors,
            unstored=tuple(self.unstored),
            hidden_rows=tuple(self.hidden_rows),
            filtered_rows=tuple(self.filtered_rows),
            hidden_columns=frozenset(self.hidden_columns),
            struck=self.struck,
            partly=self.partly,
            comments=spoken(self.notes),
            covered=frozenset(self.covered),
            merged=tuple(self.merged),
        )


class _Content:
    """Handlers of the parser: builds the tables as the elements come."""

    def __init__(self, styles: _Styles) -> None:
        self.tables: list[_Table] = []
        self._styles = styles
        self._depth = 0  # of tables within tables, which a cell may hold
        self._row, self._rows, self._shown, self._filled = 0, 0, "visible", False
        self._column, self._columns = 0, 0
        self._cell: Mapping[str, str] = {}
        self._runs, self._text, self._spans = Runs(), "", False
        self._note: list[str] | None = None  # author and text
        self._inside = ""
        self._chart = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "table:table-column": self._start_column,
            "table:table-row": self._start_row,
            "table:table-cell": self._start_cell,
            "table:covered-table-cell": self._start_cell,
            "office:annotation": self._start_note,
            "draw:image": self._picture,
        }

    def start(self, name: str, given: dict[str, str]) -> None:
        """Take an element's beginning."""
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(_Table(given.get("table:name", "")))
                self._row = self._rows = 0
        elif not self.tables:
            self._styles.start(name, given)
        elif self._depth == 1:
            if name in self._starts:
                self._starts[name](given)
            else:
                self._start_text(name, given)

    def end(self, name: str) -> None:
        """Take an element's end."""
        if name == "table:table":
            self._depth -= 1
        elif not self.tables:
            self._styles.end(name)
        elif self._depth != 1:
            return
        elif name in ("text:p", "dc:creator"):
            self._inside = ""
        elif name == "text:span":
            self._runs.begin()
        elif name == "office:annotation":
            self._end_note()
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._end_cell()
        elif name == "table:table-row":
            self._end_row()

    def text(self, data: str) -> None:
        """Take text, of a cell or of a comment on it."""
        if not self._inside:
            return
        if self._note is not None:
            at = self._inside == "text:p"
            self._note[at] = (self._note[at] + data)[:_LONGEST]
        elif self._inside == "text:p":
            self._text = self._text or data.strip()
            self._runs.text(data)

    def _start_text(self, name: str, given: dict[str, str]) -> None:
        if name in ("text:p", "dc:creator"):
            self._inside = name
            if self._note is not None:
                self._note[1] += "\n" if self._note[1] else ""
            elif name == "text:p":
                self._runs.text("\n" if self._runs else "")
                self._runs.begin()
        elif name == "text:span":
            struck = self._styles.strikes("text", given.get("text:style-name", ""))
            self._spans = True
            self._runs.begin(struck=struck)
        elif name in _SPACES:
            self._runs.text(_SPACES[name])
        elif name in ("draw:frame", "draw:object"):
            self._chart = name == "draw:object"

    # ------------------------------------------------------------ columns, rows

    def _start_column(self, given: dict[str, str]) -> None:
        table = self.tables[-1]
        first, size = len(table.styles), _times(given, "columns")
        if first + size > LAST_COLUMN:
            raise refused("extent")
        table.styles += [given.get("table:default-cell-style-name", "")] * size
        if given.get("table:visibility", "visible") != "visible":
            table.hidden_columns.update(range(first, first + size))

    def _start_row(self, given: dict[str, str]) -> None:
        self._rows = _times(given, "rows")
        if self._row + self._rows > LAST_ROW:
            raise refused("extent")
        self._shown = given.get("table:visibility", "visible")
        self._column, self._columns, self._filled = 0, 0, False

    def _end_row(self) -> None:
        """Pass on; rows that repeat what they hold are few, as no two items are the same."""
        table, rows = self.tables[-1], range(self._row, self._row + self._rows)
        if self._filled and self._shown == "filter":
            table.filtered_rows += rows
        elif self._filled and self._shown != "visible":
            table.hidden_rows += rows
        if self._row in table.struck:
            table.struck.update((row, table.struck[self._row]) for row in rows[1:NOTED])
        self._row += self._rows

    # ------------------------------------------------------------ cells

    def _start_cell(self, given: dict[str, str]) -> None:
        self._cell, self._columns = given, _times(given, "columns")
        if self._column + self._columns > LAST_COLUMN:
            raise refused("extent")
        self._runs, self._text, self._spans = Runs(), "", False
        wide = max(number(given.get("table:number-columns-spanned")), 1)
        high = max(number(given.get("table:number-rows-spanned")), 1)
        if wide > 1 or high > 1:
            bottom, right = self._row + high - 1, self._column + wide - 1
            if bottom >= LAST_ROW or right >= LAST_COLUMN:
                raise refused("extent")
            self.tables[-1].merged.append((self._row, self._column, bottom, right))

    def _end_cell(self) -> None:
        table, place, given = self.tables[-1], (self._row, self._column), self._cell
        if self._text:
            self._filled = True
            if given.get("calcext:value-type") == "error":
                table.errors[place] = self._text
            self._cross(table, place)
        elif "table:formula" in given and "office:value-type" not in given:
            self._filled = True
            table.unstored.append(place)
        self._column += self._columns

    def _cross(self, table: _Table, place: Cell) -> None:
        row, column = place
        style = self._cell.get("table:style-name")
        if style is None and column < len(table.styles):
            style = table.styles[column]
        as_whole = self._styles.strikes("table-cell", style or "")
        if not as_whole and not self._spans:
            return
        rich = self._runs.done()
        told = rich.in_struck if as_whole else rich.in_plain
        if told is not None and not told.left:
            table.struck.setdefault(row, []).extend(range(column, column + self._columns))
        elif told is not None and len(table.partly) < NOTED:
            table.partly[place] = told

    def _picture(self, _: dict[str, str]) -> None:
        """Take a picture that is anchored to the cell; a chart, too, has one that stands for it."""
        if not self._chart and len(self.tables[-1].covered) < NOTED:
            self.tables[-1].covered.add((self._row, self._column))

    # ------------------------------------------------------------ comments

    def _start_note(self, _: dict[str, str]) -> None:
        self._note = ["", ""]

    def _end_note(self) -> None:
        notes = self.tables[-1].notes
        if self._note is not None and len(notes) < NOTED:
            author, text = self._note
            notes.append(Note((self._row, self._column), text, author))
        self._note = None


def _times(given: Mapping[str, str], what: str) -> int:
    return max(number(given.get(f"table:number-{what}-repeated")), 1)
