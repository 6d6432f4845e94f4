"""What a person would see on a sheet, or not see, and the values do not tell: notices of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from pipeline.model import Notice
from pipeline.read.grid import Grid
from pipeline.read.header import letter
from pipeline.read.layout import Ledger, Lines
from pipeline.read.probe.seen import Cell

PICTURE: Final = "[图片]"
"""What stands for a picture in a column where one is an answer."""

_LISTED: Final = 10  # rows, columns or strays named in one notice


def noticed(grid: Grid, ledger: Ledger, *, own: bool) -> Iterator[Notice]:
    """Tell what is within the ledger's rows; ``own``: the file is our form, which hides columns."""
    data = {n for n, r in zip(ledger.lines.row_no, ledger.lines.reason, strict=True) if r is None}
    heads = ledger.header.heads
    yield from _not_got(grid, heads, data)
    yield from _hidden_rows(grid, data)
    yield from _hidden_columns(grid, ledger, own)
    yield from _crossed_out(grid, ledger, data)
    yield from _pictures(grid, ledger, data)
    rows = set(ledger.lines.row_no)
    for (row, column), text in sorted(grid.probe.comments.items()):
        if row + 1 in rows:
            yield Notice("cell-comment", row=row + 1, column=_head(heads, column), value=text)
    probe = grid.probe
    if probe.extent[0] * probe.extent[1] > probe.body[0] * probe.body[1] and _cut(grid):
        cells = [f"{letter(column)}{row + 1}" for row, column in probe.strays]
        yield Notice("stray-cells", params={"count": len(cells), "cells": cells[:_LISTED]})


def _not_got(grid: Grid, heads: Sequence[str], data: set[int]) -> Iterator[Notice]:
    for (row, column), value in sorted(grid.probe.errors.items()):
        if row + 1 in data:
            yield Notice("error-cell", row=row + 1, column=_head(heads, column), value=value)
    for row, column in grid.probe.unstored:
        if row + 1 in data and column < len(heads) and heads[column]:
            yield Notice("formula-without-value", row=row + 1, column=_head(heads, column))


def _hidden_rows(grid: Grid, data: set[int]) -> Iterator[Notice]:
    for code, hidden in (
        ("filtered-rows", grid.probe.filtered_rows),
        ("hidden-rows", grid.probe.hidden_rows),
    ):
        rows = [row + 1 for row in hidden if row + 1 in data]
        if rows:
            yield Notice(code, row=rows[0], params={"count": len(rows), "rows": rows[:_LISTED]})


def _hidden_columns(grid: Grid, ledger: Ledger, own: bool) -> Iterator[Notice]:
    """Tell of hidden columns that hold values in the ledger's data; our form hides its own."""
    columns, lines = ledger.columns, ledger.lines
    names = [
        ledger.header.heads[place]
        for name, place in sorted(columns.known.items(), key=lambda pair: pair[1])
        if place in grid.probe.hidden_columns and any(lines.texts[name])
    ]
    names += [
        head
        for place, head in columns.extra.items()
        if not own and place in grid.probe.hidden_columns and _filled(grid, ledger, place)
    ]
    if names:
        params = {"count": len(names), "columns": names[:_LISTED]}
        yield Notice("hidden-columns", column=names[0], params=params)


# ---------------------------------------------------------------- crossed out


def _crossed_out(grid: Grid, ledger: Ledger, data: set[int]) -> Iterator[Notice]:
    """Tell of rows that are crossed out, else of each such cell.

    A row is, if the cell that says what the item is about is crossed out, or more than half of the
    filled cells of its known columns.
    """
    probe, heads = grid.probe, ledger.header.heads
    known = ledger.columns.known
    subject = known.get(ledger.labels.profile.subject)
    for row, columns in sorted(probe.struck.items()):
        struck = [c for c in columns if _at(grid, (row, c))]
        if row + 1 not in data or not struck:
            continue
        filled = [c for c in known.values() if _at(grid, (row, c))]
        if subject in struck or 2 * len(set(filled).intersection(struck)) > len(filled):
            yield Notice("struck-through", row=row + 1)
            continue
        for column in sorted(struck):
            text = _at(grid, (row, column))
            yield Notice("struck-cell", row=row + 1, column=_head(heads, column), value=text)
    for (row, column), told in sorted(probe.partly.items()):
        if row + 1 in data:
            params = {"struck": _quoted(told.struck)}
            left = _at(grid, (row, column))
            yield Notice("struck-partly", "", row + 1, _head(heads, column), left, params)


# ---------------------------------------------------------------- pictures


def with_pictures(grid: Grid, ledger: Ledger) -> Lines:
    """Return the ledger's lines, with a word for each picture where a picture is an answer."""
    lines, pictures = ledger.lines, grid.probe.pictures | grid.probe.covered
    texts = {}
    for column, place in _answered_by_pictures(ledger).items():
        if any(at == place for _, at in pictures):
            cells = zip(lines.row_no, lines.reason, lines.texts[column], strict=True)
            texts[column] = [
                PICTURE if not text and reason is None and (row - 1, place) in pictures else text
                for row, reason, text in cells
            ]
    return replace(lines, texts={**lines.texts, **texts}) if texts else lines


def _pictures(grid: Grid, ledger: Ledger, data: set[int]) -> Iterator[Notice]:
    """Tell of pictures: asked about where a known column wants a text and has none."""
    heads, known = ledger.header.heads, set(ledger.columns.known.values())
    answers = set(_answered_by_pictures(ledger).values())
    for row, column in sorted(grid.probe.pictures | grid.probe.covered):
        if row + 1 not in data:
            continue
        wanted = column in known and column not in answers and not _at(grid, (row, column))
        code = "picture-not-text" if wanted else "cell-picture"
        yield Notice(code, row=row + 1, column=_head(heads, column))


def _answered_by_pictures(ledger: Ledger) -> dict[str, int]:
    profile, known = ledger.labels.profile, ledger.columns.known
    return {c.id: known[c.id] for c in profile.columns if c.pictures and c.id in known}


# ---------------------------------------------------------------- cells


def _at(grid: Grid, cell: Cell) -> str:
    row, column = cell
    line = grid.cells[row] if row < len(grid.cells) else []
    return line[column] if column < len(line) else ""


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"


def _filled(grid: Grid, ledger: Ledger, column: int) -> bool:
    below = grid.cells[ledger.header.bottom + 1 :]
    return any(column < len(row) and row[column] for row in below)


def _cut(grid: Grid) -> bool:
    """Whether strays were left out: the grid is smaller than where values stand."""
    return len(grid.cells) < grid.probe.extent[0] or any(
        column >= max(map(len, grid.cells), default=0) for _, column in grid.probe.strays
    )


def _head(heads: Sequence[str], column: int) -> str:
    return heads[column] if column < len(heads) and heads[column] else letter(column)
