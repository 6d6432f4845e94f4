"""Families that compare the numbers of rows with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import ENTERPRISE, KEY, ROW_NO, SHEET_ID, SUBMISSION
from pipeline.profile.schema import Profile, Rule
from pipeline.rules.check import Check, comparison

_TOLD = 5
"""Rows that a finding names at most."""


def unique(rule: Rule, profile: Profile) -> list[Check]:
    """One number, one item, within what one enterprise sent in one file."""
    scope = [SUBMISSION] if profile.key_scope == "group" else [SUBMISSION, ENTERPRISE]

    def others(rows: pa.Table) -> list[Mapping[str, Any]]:
        return _others(rows, scope)

    return [comparison(rule, lambda table: _repeated(table, scope), others)]


def unique_across(rule: Rule, profile: Profile) -> list[Check]:
    """A number that names its series (LX-001) should stand at one enterprise only."""

    def compare(table: pa.Table) -> pa.Table:
        named = table.filter(
            pc.and_(pc.is_valid(table.column(KEY)), pc.is_valid(table.column(ENTERPRISE)))
        )
        series = named.filter(pc.match_substring_regex(named.column(KEY), "[^0-9]"))
        owners = series.group_by([KEY]).aggregate([(ENTERPRISE, "count_distinct")])
        shared = owners.filter(pc.greater(owners.column(f"{ENTERPRISE}_count_distinct"), 1))
        return series.filter(pc.is_in(series.column(KEY), shared.column(KEY).combine_chunks()))

    return [comparison(rule, compare, _owners)]


def _repeated(table: pa.Table, scope: list[str]) -> pa.Table:
    keyed = table.filter(pc.is_valid(table.column(KEY)))
    if ENTERPRISE in scope:
        keyed = keyed.filter(pc.is_valid(keyed.column(ENTERPRISE)))
    counts = keyed.group_by([*scope, KEY]).aggregate([([], "count_all")])
    many = counts.filter(pc.greater(counts.column("count_all"), 1)).select([*scope, KEY])
    wanted = {tuple(row.values()) for row in many.to_pylist()}
    flags = [row in wanted for row in _together(keyed, *scope, KEY)]
    return keyed.filter(pa.array(flags, pa.bool_()))


def _others(rows: pa.Table, scope: list[str]) -> list[Mapping[str, Any]]:
    """Tell each row where else its number stands."""
    keys = _together(rows, *scope, KEY)
    places = _together(rows, SHEET_ID, ROW_NO)
    found: dict[tuple[Any, ...], list[tuple[Any, ...]]] = {}
    for key, place in zip(keys, places, strict=True):
        found.setdefault(key, []).append(place)
    return [
        where_else(place[0], [other for other in found[key] if other != place])
        for key, place in zip(keys, places, strict=True)
    ]


def where_else(sheet: int, others: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Return the parameters that tell other rows (sheet, row) of the file of a row on ``sheet``.

    Sheets are told only where one of the rows stands on another than the row itself.
    """
    first = others[:_TOLD]
    params: dict[str, Any] = {"rows": [row for _, row in first]}
    if any(other != sheet for other, _ in first):
        params["sheets"] = [other for other, _ in first]
    return {**params, "more": True} if len(others) > _TOLD else params


def _together(rows: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(rows.column(name).to_pylist() for name in names), strict=True))


def _owners(rows: pa.Table) -> list[Mapping[str, Any]]:
    owners: dict[str, set[str]] = {}
    pairs = _together(rows, KEY, ENTERPRISE)
    for key, owner in pairs:
        owners.setdefault(key, set()).add(owner)
    return [{"owners": sorted(owners[key] - {owner})} for key, owner in pairs]
