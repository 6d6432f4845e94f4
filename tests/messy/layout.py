"""Lay a page out: which cell stands in which row and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from messy.draft import Cell, Column, Line, Page

Box = tuple[int, int, int, int]


@dataclass
class Grid:
    """A laid-out sheet. Rows and columns count from 1; ``places`` maps rows to items."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Box] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    head: int = 0
    rows: int = 0
    width: int = 0
    state: str = "visible"
    filtered: bool = False

    def line(self, row: int) -> list[Cell]:
        """Return a row's cells, blank ones included."""
        return [self.cells.get((row, column), Cell()) for column in range(1, self.width + 1)]


def lay_out(page: Page) -> Grid:
    """Return the page as a grid."""
    grid = Grid(page.name, state=page.state, filtered=page.filtered)
    grid.rows = 0
    for texts in page.above:
        grid.rows += 1
        for place, text in enumerate(texts, start=1 + page.left):
            _put(grid, place, Cell(text))
    if page.columns:
        _head(grid, page)
    _body(grid, page)
    grid.hidden_columns = [
        place + page.left for place, c in enumerate(page.columns, start=1) if c.hidden
    ]
    grid.width = max((column for _, column in grid.cells), default=1)
    return grid


def _put(grid: Grid, column: int, cell: Cell) -> None:
    if isinstance(cell.value, Column):
        cell = Cell(cell.value.alone or cell.value.label)
    if cell.value is not None or cell.format or cell.formula:
        grid.cells[grid.rows, column] = cell


def _head(grid: Grid, page: Page) -> None:
    """The header, over one or two rows."""
    grid.rows += 1
    grid.head = grid.rows
    first = 1 + page.left
    if not page.two_heads:
        for place, column in enumerate(page.columns, start=first):
            _put(grid, place, Cell(column.label or None))
        return
    top = grid.rows
    for start, end in _runs(page.columns):
        group = page.columns[start].group
        grid.rows = top
        if group:
            _put(grid, first + start, Cell(group))
            if page.two_heads == "merged" and end - start > 1:
                grid.merges.append((top, first + start, top, first + end - 1))
        for place in range(start, end):
            column = page.columns[place]
            single = not group and page.two_heads == "merged"
            grid.rows = top if single else top + 1
            _put(grid, first + place, Cell(column.label or None))
            if single and column.label:
                grid.merges.append((top, first + place, top + 1, first + place))
    grid.rows = grid.head = top + 1


def _runs(columns: list[Column]) -> Iterator[tuple[int, int]]:
    """Neighbours of one group; columns without one stand alone."""
    start = 0
    for place in range(1, len(columns) + 1):
        same = place < len(columns) and columns[place].group == columns[start].group
        if same and columns[start].group:
            continue
        yield start, place
        start = place


def _body(grid: Grid, page: Page) -> None:
    rows: dict[int, int] = {}
    usual = [column.key for column in page.columns]
    _share_out(page)
    for line in page.lines:
        grid.rows += 1
        rows[id(line)] = grid.rows
        order = line.order or usual
        for key, cell in line.cells.items():
            if key.startswith("+"):
                _put(grid, 1 + page.left + int(key), cell)
            elif key in order:
                _put(grid, 1 + page.left + order.index(key), cell)
        if line.hidden:
            grid.hidden_rows.append(grid.rows)
        if line.item is not None:
            grid.places[grid.rows] = line.item
        if line.wide and len(usual) > 1:
            grid.merges.append((grid.rows, 1 + page.left, grid.rows, page.left + len(usual)))
    for key, first, last in page.merges:
        order = first.order or usual
        if key in order:
            column = 1 + page.left + order.index(key)
            grid.merges.append((rows[id(first)], column, rows[id(last)], column))


def _share_out(page: Page) -> None:
    """Part merged cells where a line that is no item, or another order, comes between."""
    parts: list[tuple[str, Line, Line]] = []
    for key, first, last in page.merges:
        cell = first.cells[key]
        run: list[Line] = []
        lines = page.lines[page.lines.index(first) : page.lines.index(last) + 1]
        for line in [*lines, Line()]:
            if line.item is not None and (not run or run[0].order == line.order):
                run.append(line)
                continue
            if run:
                run[0].cells[key] = cell
                if len(run) > 1:
                    parts.append((key, run[0], run[-1]))
            run = [line] if line.item is not None else []
    page.merges = parts
