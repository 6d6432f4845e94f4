"""Sheets whose labels stand beside the cells: a form for one item, or a table turned round."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from pipeline.read.grid import Grid
from pipeline.read.labels import Labels, folded_label
from pipeline.text import fold

_ROWS: Final = 60
_COLUMNS: Final = 30


def stands_sideways(grid: Grid, known: Sequence[Labels]) -> bool:
    """Whether a description and its state stand to the right of their labels.

    A list that explains the columns has no state there that could be an item's.
    """
    return any(_described(grid, labels) and _stated(grid, labels) for labels in known)


def _described(grid: Grid, labels: Labels) -> bool:
    return bool(_beside(grid, labels, labels.profile.subject))


def _stated(grid: Grid, labels: Labels) -> bool:
    required = (c.id for c in labels.profile.columns if c.required == "E" and c.choices)
    return any(
        fold(text) in labels.spellings[name]
        for name in required
        for text in _beside(grid, labels, name)
    )


def _beside(grid: Grid, labels: Labels, name: str) -> list[str]:
    """The texts right of a column's label."""
    found = []
    for row in grid.cells[:_ROWS]:
        filled = [cell for cell in row[:_COLUMNS] if cell]
        for label, text in pairwise(filled):
            key = labels.read(folded_label(label))
            if labels.column_of(key) == name or name in labels.shared.get(key, ()):
                found.append(text)
    return found
