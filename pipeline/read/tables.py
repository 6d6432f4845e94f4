"""Which tables stand on a sheet: one as a rule, several where their headers differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.read.grid import Grid
from pipeline.read.header import Header, find_header, further_headers
from pipeline.read.labels import Labels
from pipeline.text import fold


@dataclass(frozen=True, slots=True)
class Table:
    """A header and what is read by it: the rows from ``first`` on of ``grid``, the sheet as far as
    it is this table's; other cells of it are blank.

    ``again`` are rows that repeat the header.
    ``above`` are the
    lines above the header, of a further table those that are its title.
    """

    grid: Grid
    labels: Labels
    header: Header
    first: int
    above: tuple[Sequence[str], ...]
    again: frozenset[int] = frozenset()


def find_tables(grid: Grid, known: Sequence[Labels], word: str = "") -> tuple[Table, ...]:
    """Return the tables of a sheet, from above; none where no header of a known ledger is found.

    ``word`` is the profile that the file itself claims to be; it wins if its header is there. Then
    the profile with most of its columns wins, then the one whose hints the sheet's name bears.
    """
    found = [(labels, *place) for labels in known if (place := find_header(grid, labels))]
    if not found:
        return ()
    name = fold(grid.name)

    def worth(candidate: tuple[Labels, Header, int]) -> tuple[bool, int, bool]:
        profile = candidate[0].profile
        hinted = any(fold(hint) in name for hint in profile.sheet.names)
        return profile.id == word, candidate[2], hinted

    labels, header, _ = max(found, key=worth)
    places = list(_before(grid, header.top, known))
    places += [(labels, header), *_further(grid, header.bottom + 1, known)]
    labels, header = places[0]
    tables = [Table(grid, labels, header, 0, tuple(grid.cells[: header.top]))]
    for other, further in places[1:]:
        last, top = tables[-1], further.top
        if other is last.labels and _repeats(further, last.header, other):
            again = last.again | set(range(top, further.bottom + 1))
            tables[-1] = replace(last, again=again)
        else:
            tables.append(Table(grid, other, further, top, _above(grid, top)))
    ends = [*(table.first for table in tables[1:]), len(grid.cells)]
    return tuple(
        part
        for table, end in zip(tables, ends, strict=True)
        for part in _side_by_side(_cut(table, end))
    )


def _before(grid: Grid, end: int, known: Sequence[Labels]) -> Iterator[tuple[Labels, Header]]:
    """The headers of tables that stand above the one that shows most columns."""
    found = list(_further(replace(grid, cells=grid.cells[:end]), 0, known))
    ends = [*(header.top for _, header in found), end][1:]
    for (labels, header), below in zip(found, ends, strict=True):
        rows = grid.cells[header.bottom + 1 : below]
        if any(sum(map(bool, row)) > 1 for row in rows):
            yield labels, header


def _above(grid: Grid, top: int) -> tuple[Sequence[str], ...]:
    """The lines right above a further header that hold one text each, with blank ones between."""
    first = top
    while first and sum(map(bool, grid.cells[first - 1])) <= 1:
        first -= 1
    return tuple(grid.cells[first:top])


def _further(grid: Grid, first: int, known: Sequence[Labels]) -> Iterator[tuple[Labels, Header]]:
    """The headers from a row on; of two ledgers' for one row that which shows more columns."""
    best: dict[int, tuple[int, Labels, Header]] = {}
    for labels in known:
        for header, score in further_headers(grid, first, labels):
            if header.bottom not in best or best[header.bottom][0] < score:
                best[header.bottom] = (score, labels, header)
    for _, (_, labels, header) in sorted(best.items()):
        yield labels, header


def _repeats(header: Header, first: Header, labels: Labels) -> bool:
    """Whether each label that is known stands where it stood before."""
    known = {i: label for i, label in enumerate(header.labels) if label and labels.knows(label)}
    return all(i < len(first.labels) and first.labels[i] == text for i, text in known.items())


def _cut(table: Table, end: int) -> Table:
    """Leave out the rows of the tables below."""
    grid = table.grid
    if end < len(grid.cells):
        table = replace(table, grid=replace(grid, cells=grid.cells[:end]))
    return table


def _side_by_side(table: Table) -> Iterator[Table]:
    """Part tables that stand beside one another: the labels begin anew with the first of them."""
    starts = _starts(table.header, table.labels)
    if len(starts) == 1:
        yield table
        return
    header, width = table.header, max(map(len, table.grid.cells))
    for start, end in zip(starts, [*starts[1:], width], strict=True):
        cells = [[*[""] * start, *row[start:end]] for row in table.grid.cells]
        heads, labels = (
            ("",) * start + texts[start:end] for texts in (header.heads, header.labels)
        )
        part = replace(header, heads=heads, labels=labels)
        first = header.top if start else table.first
        yield replace(table, grid=replace(table.grid, cells=cells), header=part, first=first)


def _starts(header: Header, labels: Labels) -> list[int]:
    names = [labels.column_of(label) for label in header.labels]
    places = [place for place, name in enumerate(names) if name]
    starts = [0]
    for place in places[1:]:
        if names[place] == names[places[0]]:
            seen, rest = set(names[starts[-1] : place]), set(names[place:])
            if labels.profile.subject in seen & rest and rest <= seen | {None}:
                starts.append(place)
    return starts
