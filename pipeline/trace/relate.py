"""Which sentence or cell of a document was which of the original, before people edited it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz

from pipeline.trace.units import Unit

_LIKE: Final = 60
"""Percent of likeness from which a sentence is taken for an edited form of another."""

_WITHIN: Final = 85
"""The same for a sentence that became part of a longer one, or was cut in two."""

_SHORTEST: Final = 6
_COMMON: Final = 200
"""What so many rows have in common tells none of them."""

_OTHER: Final = re.compile(r"[\d０-９\s.,，、]+")

_TELLING: Final = 3
"""Weight of what tells a row or table, against that of a bare number."""

_Features = dict[Hashable, float]


def relate(units: Sequence[Unit], originals: Sequence[Unit]) -> list[list[Unit]]:
    """Return, for each unit, the originals that it may come from, the likeliest first."""
    by_cell = _cells(units, originals)
    sentences = [one for one in originals if one.cell is None]
    skeletons = [_skeleton(one.text) for one in sentences]
    alike: defaultdict[str, list[Unit]] = defaultdict(list)
    for one, other in zip(sentences, skeletons, strict=True):
        alike[one.passage.story + other].append(one)
    related: list[list[Unit]] = []
    for unit in units:
        if unit.cell is not None:
            related.append(by_cell.get(unit.number, []))
            continue
        skeleton = _skeleton(unit.text)
        if unit.passage.story + skeleton in alike:
            related.append(alike[unit.passage.story + skeleton])
            continue
        scored = [
            (score, -one.number, one)
            for one, other in zip(sentences, skeletons, strict=True)
            if one.passage.story == unit.passage.story
            and (score := _likeness(unit, skeleton, one, other))
        ]
        related.append([one for *_, one in sorted(scored, key=lambda s: s[:2], reverse=True)])
    return related


def _skeleton(text: str) -> str:
    return _OTHER.sub("", text)


def _likeness(unit: Unit, skeleton: str, one: Unit, other: str) -> float:
    """How much a sentence is like an original, 0 where it is none of it."""
    shared = 100.0 * bool(unit.tags & one.tags)
    whole = fuzz.ratio(skeleton, other, score_cutoff=_LIKE)
    if whole or shared:
        return shared + whole
    if min(len(skeleton), len(other)) < _SHORTEST:
        return 0.0
    return fuzz.partial_ratio(skeleton, other, score_cutoff=_WITHIN) / 2


# ---------------------------------------------------------------- tables


def _cells(units: Sequence[Unit], originals: Sequence[Unit]) -> dict[int, list[Unit]]:
    """Pair tables, then their rows, then columns; return the originals of each cell's unit."""
    mine, theirs = _rows(units), _rows(originals)
    tables = _paired(
        {t: _table_features(rows) for t, rows in mine.items()},
        {t: _table_features(rows) for t, rows in theirs.items()},
    )
    found: dict[int, list[Unit]] = {}
    for table, other in tables.items():
        rows = _paired(
            {n: _row_features(row) for n, row in mine[table].items()},
            {n: _row_features(row) for n, row in theirs[other].items()},
        )
        columns = _columns(mine[table], theirs[other])
        cells: defaultdict[tuple[int, int], list[Unit]] = defaultdict(list)
        for number, row in theirs[other].items():
            for unit in row:
                assert unit.cell is not None
                cells[number, unit.cell.column].append(unit)
        for number, row in mine[table].items():
            for unit in row:
                assert unit.cell is not None
                place = columns.get(unit.cell.column, unit.cell.column)
                found[unit.number] = cells.get((rows.get(number, -1), place), [])
    return found


_Rows = dict[int, list[Unit]]


def _rows(units: Iterable[Unit]) -> dict[int, _Rows]:
    found: dict[int, _Rows] = {}
    for unit in units:
        if unit.cell is not None:
            found.setdefault(unit.cell.table, {}).setdefault(unit.cell.row, []).append(unit)
    return found


def _table_features(rows: _Rows) -> _Features:
    units = [unit for row in rows.values() for unit in row]
    features: _Features = {("tag", tag): _TELLING for unit in units for tag in unit.tags}
    features |= {("caption", _skeleton(unit.passage.caption)): _TELLING for unit in units[:1]}
    return features | {("words", words): 1 for unit in units if (words := _skeleton(unit.text))}


def _row_features(row: Sequence[Unit]) -> _Features:
    """Words and figures tell a row; its numbers less, since it may have been numbered anew."""
    features: _Features = {("tag", tag): _TELLING for unit in row for tag in unit.tags}
    for unit in row:
        assert unit.cell is not None
        words = _skeleton(unit.text)
        features[unit.cell.column, words or unit.text.strip()] = _TELLING if words else 1
    return features


def _paired(mine: Mapping[int, _Features], theirs: Mapping[int, _Features]) -> dict[int, int]:
    """Pair what has most in common; what few have counts for more. The rest go by their order."""
    holders: defaultdict[Hashable, list[int]] = defaultdict(list)
    for number, features in theirs.items():
        for feature in features:
            holders[feature].append(number)
    scored: list[tuple[float, int, int]] = []
    for number, features in mine.items():
        votes: defaultdict[int, float] = defaultdict(float)
        for feature, weight in features.items():
            among = holders.get(feature, ())
            for other in among if len(among) <= _COMMON else ():
                votes[other] += weight / len(among)
        scored += [(score, number, other) for other, score in votes.items()]
    paired: dict[int, int] = {}
    taken: set[int] = set()
    for _, number, other in sorted(scored, key=lambda s: (-s[0], abs(s[1] - s[2]), s[1])):
        if number not in paired and other not in taken:
            paired[number] = other
            taken.add(other)
    for number in sorted(mine):
        following = paired.get(number - 1, -1) + 1
        if number not in paired and following in theirs and following not in taken:
            paired[number] = following
            taken.add(following)
    return paired


def _columns(mine: _Rows, theirs: _Rows) -> dict[int, int]:
    """Pair columns by what stands in their first rows."""
    heads = {u.text.strip(): u.cell.column for u in theirs.get(0, ()) if u.cell is not None}
    return {
        u.cell.column: heads[u.text.strip()]
        for u in mine.get(0, ())
        if u.cell is not None and u.text.strip() in heads
    }
