"""Where a sheet's headers stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.read.grid import Grid
from pipeline.read.labels import Labels, folded_label
from pipeline.text import tidy

_LONGEST_LABEL: Final = 80  # what is longer is no label and not worth folding


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

    One row, or two where that shows more or where labels are merged over both; the uppermost of
    equals. None where fewer than the profile's ``at_least`` are found.
    """
    hints = labels.profile.sheet
    best: tuple[Header, int] | None = None
    singles = [
        _single(grid, row, labels) for row in range(min(hints.header_within + 1, len(grid.cells)))
    ]
    for top in range(min(hints.header_within, len(grid.cells))):
        here = _one_or_two(grid, singles[top : top + 2], labels)
        if best is None or here[1] > best[1]:
            best = here
    return best if best and best[1] >= hints.at_least else None


def further_headers(grid: Grid, first: int, labels: Labels) -> Iterator[tuple[Header, int]]:
    """Yield the headers among rows from ``first`` on, each with how many columns it shows.

    A header there is a row of which at least half the cells are labels.
    """
    row = first
    while row < len(grid.cells):
        if not _may_be_header(grid.cells[row], labels):
            row += 1
            continue
        rows = [_single(grid, n, labels) for n in range(row, min(row + 2, len(grid.cells)))]
        found = _one_or_two(grid, rows, labels)
        if row > first:  # group heads alone are no labels
            above = _single(grid, row - 1, labels)
            double = _double(grid, above, rows[0], labels)
            if _score(double, labels) > found[1]:
                found = (double, _score(double, labels))
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


def _one_or_two(grid: Grid, rows: Sequence[Header], labels: Labels) -> tuple[Header, int]:
    """Return the first of these rows as a header, or both where that shows more, and how much."""
    scores = [_score(row, labels) for row in rows]
    if len(rows) > 1 and any(scores):
        double = _double(grid, rows[0], rows[1], labels)
        score = _score(double, labels)
        if score > max(scores) or (score == scores[0] and _spans(grid, double, labels)):
            return double, score
    return rows[0], scores[0]


def _single(grid: Grid, row: int, labels: Labels) -> Header:
    heads = tuple(tidy(cell) if cell else "" for cell in grid.cells[row])
    keys = (
        labels.read(folded_label(head)) if 0 < len(head) <= _LONGEST_LABEL else "" for head in heads
    )
    return Header(row, row, heads, tuple(keys))


def _double(grid: Grid, upper: Header, lower: Header, labels: Labels) -> Header:
    """Read two rows as one header: a label below, the group above it, or one label for both.

    Group and label together come first (核查 over 日期 is 核查日期), then the label by itself.
    """
    top = upper.top
    groups = _groups(grid, top, upper)
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
    return Header(top, top + 1, tuple(heads), tuple(keys))


def _key(text: str, labels: Labels) -> str:
    return labels.read(folded_label(text))


def _groups(grid: Grid, top: int, upper: Header) -> dict[int, str]:
    groups = {}
    for first, left, last, right in grid.merged:
        if first == last == top and left < len(upper.heads):
            groups.update(dict.fromkeys(range(left, right + 1), upper.heads[left]))
    return groups


def _spans(grid: Grid, double: Header, labels: Labels) -> bool:
    """Whether a known label is merged over both rows, which no row of data below it would be."""
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
