"""What two versions of an item say differently: column by column, with the rows on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from pipeline.findings import findings_table, on_rows, together
from pipeline.identify.rows import Row
from pipeline.model import TWINS, Sheet, typed
from pipeline.profile.schema import Column, Profile
from pipeline.text import fold

MOST: Final = 500
"""Differing cells that are told of two files one by one; beyond that they are only counted."""

Files = tuple[int, int]
"""An older and a newer submission."""


@dataclass(frozen=True)
class Differing:
    """How two files differ in the items that both have: items, and cells by column."""

    items: int
    columns: Mapping[str, int]


def differences(
    table: pa.Table,
    listed: Sequence[Row],
    older: Mapping[int, int],
    sheets: Sequence[Sheet],
    names: Mapping[int, str],
    profile: Profile,
) -> tuple[pa.Table, dict[Files, Differing]]:
    """Compare rows with those that replace them; ``older`` maps the one to the other.

    Returns a finding (version-differs) on the newer row for each cell that says something else,
    and how much differs between each two files. What one of the sheets has no column for is no
    difference, nor is another way to write the same date, number or choice.
    """
    heads = {sheet.id: sheet.columns.keys() for sheet in sheets}
    named = (table.column(name).to_pylist() for name in (profile.key, profile.subject))
    items = [key or text or "" for key, text in zip(*named, strict=True)]
    pairs = [(listed[place], listed[newer]) for place, newer in sorted(older.items())]
    cells: Counter[tuple[int, int, str]] = Counter()
    total: Counter[Files] = Counter()
    rows: dict[Files, set[int]] = {}
    told: list[pa.Table] = []
    for column in profile.columns:
        if column.id == profile.enterprise_column:
            continue  # one item, one enterprise, by whichever of its names
        both = [pair for pair in pairs if all(column.id in heads[side.sheet] for side in pair)]
        shown = []
        for one, other, before in _differing(table, both, column):
            files = (one.submission, other.submission)
            rows.setdefault(files, set()).add(one.place)
            cells[(*files, column.id)] += 1
            total[files] += 1
            if total[files] <= MOST:
                shown.append((other, _params(one, before, names, items[other.place])))
        at = pa.array([row.place for row, _ in shown], pa.int64())
        told.append(
            on_rows(
                table.take(at), "version-differs", "I", profile.id, column.id,
                [params for _, params in shown],
            )
        )  # fmt: skip
    counted = {
        files: Differing(
            len(places), {c.id: n for c in profile.columns if (n := cells[(*files, c.id)])}
        )
        for files, places in rows.items()
    }
    return together([findings_table(), *told]), counted


def _params(one: Row, before: str, names: Mapping[int, str], item: str) -> dict[str, Any]:
    file = names[one.submission]
    return {"older": before, "file": file, "older_row": one.number, "item": item}


def _differing(
    table: pa.Table, pairs: Sequence[tuple[Row, Row]], column: Column
) -> list[tuple[Row, Row, str]]:
    """Return pairs of rows, older and newer, that differ in a column, and what the older says."""
    sides = [pa.array([pair[side].place for pair in pairs], pa.int64()) for side in (0, 1)]
    texts = [table.column(column.id).take(places).to_pylist() for places in sides]
    twins: list[list[Any]] = [[None] * len(pairs)] * 2
    if column.type in TWINS:
        twins = [table.column(typed(column.id)).take(places).to_pylist() for places in sides]
    return [
        (*pair, before or "")
        for pair, before, after, was, now in zip(pairs, *texts, *twins, strict=True)
        if fold(before or "") != fold(after or "") and (was is None or was != now)
    ]
