"""Where a sheet's headers stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.read.grid import Grid
from pipeline.read.labels import Labels, folded_label
from pipeline.text import tidy

_LONGEST_LABEL: Final = 80  # what is longer is no label and not worth folding
_DEEPEST: Final = 3  # rows of a header


def letter(column: int) -> str:
    """Return the sheet's letters of a column counted from 0.

    >>> letter(27)
    'AB'
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass(frozen=True, slots=True)
class Header:
    """Rows ``top`` to ``bottom``, from 0; each column's header as it stands, and folded."""

    top: int
    bottom: int
    heads: tuple[str, ...]
    labels: tuple[str, ...]


def find_header(grid: Grid, labels: Labels) -> tuple[Header, int] | None:
    """Return the header that shows most of the profile's columns, and how many it shows.

    One row, or up to three where they show more or labels are merged over them; the uppermost of
    equals. None where fewer than the profile's ``at_least`` are found.
    """
    hints = labels.profile.sheet
    best: tuple[Header, int] | None = None
    singles = [
        _single(grid, row, labels)
        for row in range(min(hints.header_within + _DEEPEST - 1, len(grid.cells)))
    ]
    for top in range(min(hints.header_within, len(grid.cells))):
        here = _deepest(grid, singles[top : top + _DEEPEST], labels)
        if best is None or here[1] > best[1] or _adds_nothing(best, here):
            best = here
    return best if best and best[1] >= hints.at_least else None


def _adds_nothing(deep: tuple[Header, int], here: tuple[Header, int]) -> bool:
    """Whether the rows that ``deep`` has above ``here``, a title as a rule, show nothing more."""
    return deep[0].bottom == here[0].bottom and deep[1] == here[1]


def further_headers(grid: Grid, first: int, labels: Labels) -> Iterator[tuple[Header, int]]:
    """Yield the headers among rows from ``first`` on, each with how many columns it shows.

    A header there is a row of which at least half the cells are labels.
    """
    row = first
    while row < len(grid.cells):
        if not _may_be_header(grid.cells[row], labels):
            row += 1
            continue
        end = min(row + _DEEPEST, len(grid.cells))
        tops = range(row, max(first, row - _DEEPEST + 1) - 1, -1)  # group heads alone show little
        rows = {n: _single(grid, n, labels) for n in range(tops[-1], end)}
        found = max(
            (_deepest(grid, [rows[n] for n in range(top, end)][:_DEEPEST], labels) for top in tops),
            key=lambda deep: deep[1],
        )
        yield found
        row = first = found[0].bottom + 1


def _may_be_header(cells: Sequence[str], labels: Labels) -> bool:
    filled = [cell for cell in cells if cell]
    needed = max(labels.profile.sheet.at_least, (len(filled) + 1) // 2)
    spare = len(filled) - needed
    if spare < 0 or filled[0].isdigit():
        return False
    for cell in filled:
        if len(cell) > _LONGEST_LABEL or not labels.knows(labels.read(folded_label(cell))):
            spare -= 1
            if spare < 0:
                return False
    return True


def _deepest(grid: Grid, rows: Sequence[Header], labels: Labels) -> tuple[Header, int]:
    """Return the first of these rows as a header, or with those below where that shows more."""
    header = rows[0]
    alone = _score(header, labels)  # the most that one of the rows shows by itself
    best = (header, alone)
    for lower in rows[1:]:
        header = _double(grid, header, lower, labels)
        score = _score(header, labels)
        alone = max(alone, _score(lower, labels))
        spans = score == best[1] > 0 and _spans(grid, header, labels)
        if spans or score > max(best[1], alone):
            best = (header, score)
    return best


def _single(grid: Grid, row: int, labels: Labels) -> Header:
    heads = tuple(tidy(cell) if cell else "" for cell in grid.cells[row])
    keys = (
        labels.read(folded_label(head)) if 0 < len(head) <= _LONGEST_LABEL else "" for head in heads
    )
    return Header(row, row, heads, tuple(keys))


def _double(grid: Grid, upper: Header, lower: Header, labels: Labels) -> Header:
    """Read one more row into a header: a label below, the group above it, or one label for both.

    Group and label together come first (核查 over 日期 is 核查日期), then the label by itself.
    """
    groups = _groups(grid, upper)
    heads, keys = [], []
    for column in range(max(len(upper.heads), len(lower.heads))):
        above = upper.heads[column] if column < len(upper.heads) else ""
        group = groups.get(column, above)
        below = lower.heads[column] if column < len(lower.heads) else ""
        both = (group + below, below + group) if below and group else ()
        known = next((text for text in both if labels.knows(_key(text, labels))), None)
        if known is not None:
            heads.append(known)
            keys.append(_key(known, labels))
        else:
            heads.append(below or above)
            keys.append(_key(below or above, labels))
    return Header(upper.top, upper.bottom + 1, tuple(heads), tuple(keys))


def _key(text: str, labels: Labels) -> str:
    return labels.read(folded_label(text))


def _groups(grid: Grid, upper: Header) -> dict[int, str]:
    groups = {}
    for first, left, last, right in grid.merged:
        if first == last == upper.bottom and left < len(upper.heads):
            groups.update(dict.fromkeys(range(left, right + 1), upper.heads[left]))
    return groups


def _spans(grid: Grid, double: Header, labels: Labels) -> bool:
    """Whether a known label is merged over all rows, which no row of data below it would be."""
    return any(
        first == double.top
        and last == double.bottom
        and left < len(double.labels)
        and labels.knows(double.labels[left])
        for first, left, last, _ in grid.merged
    )


def _score(header: Header, labels: Labels) -> int:
    present = set(header.labels) - {""}
    columns = {c for label in present if (c := labels.column_of(label))}
    columns |= {labels.weak[label] for label in present if label in labels.weak}
    shared = sum(label in labels.shared for label in present)
    return len(columns) + shared
