"""Which rows say what the roster said before: those that nobody touched in a prefilled ledger."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.model import ITEM_ID, TWINS, typed
from pipeline.profile.schema import Column, Profile
from pipeline.text import fold

_NOT_COMPARED = ("serial", "enterprise")
"""Numbers of rows, and the name, which may be written in full or in short."""


def untouched(rows: pa.Table, before: pa.Table, profile: Profile) -> pa.Array:
    """Return for each of the identified ``rows`` whether it says nothing but ``before`` said.

    Values are compared, not their spelling: 2020.10.9 is 2020-10-09. A new item is no such row.
    """
    columns = [column for column in profile.columns if column.type not in _NOT_COMPARED]
    known = dict(zip(before[ITEM_ID].to_pylist(), _said(before, columns), strict=True))
    told = zip(rows[ITEM_ID].to_pylist(), _said(rows, columns), strict=True)
    return pa.array([item in known and known[item] == said for item, said in told], pa.bool_())


def _said(table: pa.Table, columns: list[Column]) -> list[tuple[Any, ...]]:
    read = [_values(table, column) for column in columns]
    return list(zip(*read, strict=True)) if read else [()] * table.num_rows


def _values(table: pa.Table, column: Column) -> list[Any]:
    """Each cell's value where it has one that was understood, else its folded text."""
    texts = [fold(text) if text else "" for text in table[column.id].to_pylist()]
    if column.type not in TWINS:
        return texts
    twins = table[typed(column.id)].to_pylist()
    return [text if twin is None else twin for text, twin in zip(texts, twins, strict=True)]
