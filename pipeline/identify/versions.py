"""Versions: of several files that tell of one item, which counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.identify.age import Ages
from pipeline.identify.rows import ALIKE, Row
from pipeline.rules.alike import likeness


def versions(listed: Sequence[Row], ages: Ages) -> tuple[dict[int, int], dict[int, Row]]:
    """Find rows that a later file has anew, and rows whose number a later file uses otherwise.

    Returns row -> later row for the former, row -> the other row for both sides of the latter.
    """
    older: dict[int, int] = {}
    clashes: dict[int, Row] = {}
    for by_key in (True, False):
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in listed:
            name = row.key if by_key else row.print_
            if name and row.place not in older:
                groups.setdefault((row.scope, name), []).append(row)
        for group in groups.values():
            if len({row.submission for row in group}) > 1:
                _pair(group, ages, older, clashes, by_key=by_key)
    return {place: _last(place, older) for place in older}, clashes


def _last(place: int, older: Mapping[int, int]) -> int:
    """Of three versions the last one counts: follow a row to what replaced what replaced it."""
    while place in older:
        place = older[place]
    return place


def _pair(
    group: Sequence[Row],
    ages: Ages,
    older: dict[int, int],
    clashes: dict[int, Row],
    *,
    by_key: bool,
) -> None:
    latest = ages.latest(frozenset(row.submission for row in group))
    newest = [row for row in group if row.submission == latest]
    for row in group:
        if row.submission == latest:
            continue
        if not by_key and all(row.key and n.key for n in newest):
            continue  # Two numbers, one text: two items until somebody says otherwise.
        alike = max(newest, key=lambda n: (_alike(row, n), -n.place))
        if _alike(row, alike) >= ALIKE:
            older[row.place] = alike.place
        else:
            clashes[row.place] = alike
            clashes.setdefault(alike.place, row)


def _alike(one: Row, other: Row) -> float:
    return 100.0 if one.print_ == other.print_ else likeness(one.text, other.text)
