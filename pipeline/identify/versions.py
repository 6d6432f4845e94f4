"""Versions: of several files that tell of one item, which counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.identify.rows import ALIKE, Row, likeness
from pipeline.model import Sheet, Submission


def saved_at(sheets: Sequence[Sheet]) -> Mapping[int, str]:
    """When each submission's workbook was last saved, "" where it does not say."""
    saved: dict[int, str] = {}
    for sheet in sheets:
        saved[sheet.submission] = max(saved.get(sheet.submission, ""), sheet.modified)
    return saved


def ranks(
    saved: Mapping[int, str], submissions: Sequence[Submission], kept: frozenset[str]
) -> dict[int, int]:
    """Order submissions by age: when the workbook was last saved, then by name.

    One that was ruled to count comes after all others.
    """
    ordered = sorted(submissions, key=lambda s: (s.sha256 in kept, saved.get(s.id, ""), s.name))
    return {submission.id: place for place, submission in enumerate(ordered)}


def versions(
    listed: Sequence[Row], rank: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, Row]]:
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
                _pair(group, rank, older, clashes, by_key=by_key)
    return {place: _last(place, older) for place in older}, clashes


def _last(place: int, older: Mapping[int, int]) -> int:
    """Of three versions the last one counts: follow a row to what replaced what replaced it."""
    while place in older:
        place = older[place]
    return place


def _pair(
    group: Sequence[Row],
    rank: Mapping[int, int],
    older: dict[int, int],
    clashes: dict[int, Row],
    *,
    by_key: bool,
) -> None:
    latest = max(rank[row.submission] for row in group)
    newest = [row for row in group if rank[row.submission] == latest]
    for row in group:
        if rank[row.submission] == latest:
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
