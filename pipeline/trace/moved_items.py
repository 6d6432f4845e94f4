"""Items that one run counts in a figure and another does not, or with another value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from pipeline.count import Ledger, rows_behind, value_column
from pipeline.model import (
    ENTERPRISE,
    ITEM_ID,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    FigureRef,
)
from pipeline.profile.schema import Figure, Profile
from pipeline.trace.reasons import Item
from pipeline.write.numbers import shown, state_in_words
from pipeline.write.report import LedgerResult


def items_moved(
    one: LedgerResult, other: LedgerResult, ref: FigureRef, lang: str
) -> Iterator[Item]:
    """Items that one of the two counts in a figure and the other does not, or otherwise."""
    figure = other.profile.figure(ref.figure)
    if figure.over is not None:
        return
    before, after = _behind(one, ref), _behind(other, ref)
    rosters = _all(one.ledger), _all(other.ledger)
    for key in sorted(before.keys() | after.keys()):
        how = "out" if key not in after else "in" if key not in before else "value"
        if how == "value" and before[key] == after[key]:
            continue
        yield _item(how, key, one, other, figure, rosters, (before.get(key), after.get(key)), lang)


def _behind(result: LedgerResult, ref: FigureRef) -> dict[str, Any]:
    """The rows behind a figure by their key, with what a sum adds up of each."""
    table = rows_behind(result.ledger, ref)
    figure = result.profile.figure(ref.figure)
    values: list[Any] = [None] * table.num_rows
    if figure.of is not None and figure.table == "roster":
        values = table.column(value_column(result.profile, figure.of)).to_pylist()
    return dict(zip(_keys(table), values, strict=True))


def _keys(table: pa.Table) -> list[str]:
    names = (ITEM_ID, "enterprise", "name", ENTERPRISE)
    return [
        str(k) for k in table.column(next(n for n in names if n in table.column_names)).to_pylist()
    ]


def _all(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """The roster's rows as far as they are told, by item."""
    profile = ledger.profile
    wanted = {ITEM_ID, ENTERPRISE, SOURCE_PERIOD, SOURCE_FILE, SOURCE_SHEET, SOURCE_ROW,
              profile.key, profile.subject, *(p.id for p in profile.partitions)}  # fmt: skip
    names = [name for name in ledger.roster.column_names if name in wanted]
    return {row[ITEM_ID]: row for row in ledger.roster.select(names).to_pylist()}


def _item(
    how: str,
    key: str,
    one: LedgerResult,
    other: LedgerResult,
    figure: Figure,
    rosters: tuple[Mapping[str, dict[str, Any]], Mapping[str, dict[str, Any]]],
    values: tuple[Any, Any],
    lang: str,
) -> Item:
    was, now = rosters[0].get(key), rosters[1].get(key)
    row = now or was
    if figure.table != "roster" or row is None:
        return Item(how, key, "", "", "", "", "", "", "", None)
    profile: Profile = other.profile
    if how == "value":
        states = shown(values[0], lang), shown(values[1], lang)
    else:
        column = _telling(profile, figure)
        states = (
            _state(was, column, one.ledger, lang),
            _state(now, column, other.ledger, lang),
        )
    return Item(
        how, shown(row[ENTERPRISE], lang), shown(row.get(profile.key), lang),
        shown(row.get(profile.subject), lang), *states, row[SOURCE_PERIOD] or "",
        row[SOURCE_FILE] or "", row[SOURCE_SHEET] or "", row[SOURCE_ROW],
    )  # fmt: skip


def _telling(profile: Profile, figure: Figure) -> str:
    """The partition whose parts say why an item counts: the figure's own, or how far it is."""
    own = {partition.id for partition in profile.partitions}
    return next((name for name in figure.where if name in own), profile.stages.partition)


def _state(row: Mapping[str, Any] | None, column: str, ledger: Ledger, lang: str) -> str:
    return state_in_words(column, row.get(column) or "", ledger, lang) if row else ""
