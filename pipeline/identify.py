"""Identify: which rows are about the same item, and which item of the roster that is.

An item has a lasting id. Ways to find it, surest first: enterprise and item number; the hidden id
that a blank ledger gave the row, where the text bears it out; the text alone (told, so that it can
be objected to). Of two versions of an item the later file counts until ruled otherwise.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
from rapidfuzz import fuzz

from pipeline.findings import finding, findings_table, on_rows, together
from pipeline.model import (
    ENTERPRISE,
    FINGERPRINT,
    ITEM_ID,
    KEY,
    ROW_NO,
    SHEET_ID,
    SOURCE_FILE,
    SUBMISSION,
    TOKEN,
    Sheet,
    Submission,
)
from pipeline.profile.schema import Profile
from pipeline.text import fold

ALIKE = 60
"""Per cent of likeness (rapidfuzz ratio) from which two texts pass as wordings of one item."""


@dataclass(frozen=True)
class Identified:
    """Rows with ITEM_ID and, in ``superseded``, a boolean per row: a later version counts."""

    rows: pa.Table
    superseded: pa.Array
    findings: pa.Table


class _Row(NamedTuple):
    """One row. ``scope`` is whose numbers it counts among: an enterprise, or the ledger's own.

    Nobody knows whose it is: then it is its own file's and text's, so that two unknown enterprises
    do not become one.
    """

    place: int
    submission: int
    sheet: int
    number: int
    enterprise: str | None
    scope: str
    key: str | None
    text: str
    print_: str
    token: str | None


def identify(
    rows: pa.Table,
    sheets: Sequence[Sheet],
    submissions: Sequence[Submission],
    roster: pa.Table,
    profile: Profile,
    kept: frozenset[str] = frozenset(),
) -> Identified:
    """Give each row of a settled table the id of its item.

    ``roster`` is the roster before this period. A row whose number stands on different items in
    different files is an error finding (duplicate-key); it gets an item of its own. ``kept`` are
    hashes of files that were ruled to count among versions.
    """
    names = {submission.id: submission.name for submission in submissions}
    listed = _listed(rows, names, profile)
    saved = _saved(sheets)
    rank = _ranks(saved, submissions, kept)
    older, clashes = _versions(listed, rank)
    ids, told = _matched([r for r in listed if r.place not in older], roster, profile)
    for place, newer in older.items():
        ids[place] = ids[newer]
    superseded = pa.array([place in older for place in range(len(listed))], pa.bool_())
    table = rows.append_column(ITEM_ID, pa.array([ids[r.place] for r in listed], pa.string()))
    findings = [
        _two_versions(listed, older, submissions, saved, kept, profile),
        _only_in_older(table, listed, older, names, profile),
        _clashing(table, listed, clashes, names, profile),
        _by_text(table, told, profile),
    ]
    return Identified(table, superseded, together(findings))


def _listed(rows: pa.Table, files: Mapping[int, str], profile: Profile) -> list[_Row]:
    names = (SUBMISSION, SHEET_ID, ROW_NO, ENTERPRISE, KEY, profile.subject, FINGERPRINT, TOKEN)
    columns = [rows.column(name).to_pylist() for name in names]
    columns.append(_owners_told(rows, profile))
    return [
        _Row(place, sub, sheet, number, owner, _scope(owner, told, files[sub], profile), key,
             text or "", print_ or "", token)
        for place, (sub, sheet, number, owner, key, text, print_, token, told) in enumerate(
            zip(*columns, strict=True)
        )
    ]  # fmt: skip


def _owners_told(table: pa.Table, profile: Profile) -> list[str | None]:
    """What the cells say of whose the rows are."""
    column = profile.enterprise_column
    return table.column(column).to_pylist() if column else [None] * table.num_rows


def _scope(owner: str | None, told: str | None, file: str, profile: Profile) -> str:
    if profile.key_scope == "group":
        return ""
    return owner if owner is not None else f"?{fold(told) if told else file}"


def _saved(sheets: Sequence[Sheet]) -> Mapping[int, str]:
    """When each submission's workbook was last saved, "" where it does not say."""
    saved: dict[int, str] = {}
    for sheet in sheets:
        saved[sheet.submission] = max(saved.get(sheet.submission, ""), sheet.modified)
    return saved


def _ranks(
    saved: Mapping[int, str], submissions: Sequence[Submission], kept: frozenset[str]
) -> dict[int, int]:
    """Order submissions by age: when the workbook was last saved, then by name.

    One that was ruled to count comes after all others.
    """
    ordered = sorted(submissions, key=lambda s: (s.sha256 in kept, saved.get(s.id, ""), s.name))
    return {submission.id: place for place, submission in enumerate(ordered)}


def _versions(
    listed: Sequence[_Row], rank: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, _Row]]:
    """Find rows that a later file has anew, and rows whose number a later file uses otherwise.

    Returns row -> later row for the former, row -> the other row for both sides of the latter.
    """
    older: dict[int, int] = {}
    clashes: dict[int, _Row] = {}
    for by_key in (True, False):
        groups: dict[tuple[str, str], list[_Row]] = {}
        for row in listed:
            name = row.key if by_key else row.print_
            if name and row.place not in older:
                groups.setdefault((row.scope, name), []).append(row)
        for group in groups.values():
            if len({row.submission for row in group}) > 1:
                _pair(group, rank, older, clashes, by_key=by_key)
    return older, clashes


def _pair(
    group: Sequence[_Row],
    rank: Mapping[int, int],
    older: dict[int, int],
    clashes: dict[int, _Row],
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
        alike = max(newest, key=lambda n: (_likeness(row, n), -n.place))
        if _likeness(row, alike) >= ALIKE:
            older[row.place] = alike.place
        else:
            clashes[row.place] = alike
            clashes.setdefault(alike.place, row)


def _likeness(one: _Row, other: _Row) -> float:
    if one.print_ == other.print_:
        return 100.0
    return fuzz.ratio(fold(one.text), fold(other.text))


_ANYBODY = "?"
"""Scope under which items of unknown enterprises can be found by whoever turns out to own them."""


class _Known(NamedTuple):
    """The roster before, by every way to find an item. Values are item id, key, text."""

    by_key: dict[tuple[str, str], list[str]]
    by_token: dict[tuple[str, str], str]
    by_text: dict[tuple[str, str], list[str]]
    items: dict[str, tuple[str | None, str, str]]


def _known(roster: pa.Table, profile: Profile) -> _Known:
    known = _Known({}, {}, {}, {})
    names = (ITEM_ID, ENTERPRISE, KEY, TOKEN, FINGERPRINT, profile.subject, SOURCE_FILE)
    columns = [roster.column(name).to_pylist() for name in names]
    for item, owner, key, token, print_, text, file, told in zip(
        *columns, _owners_told(roster, profile), strict=True
    ):
        scope = _scope(owner, told, file or "", profile)
        known.items[item] = (key, print_ or "", text or "")
        if key:
            known.by_key.setdefault((scope, key), []).append(item)
        if token:
            known.by_token[(scope, token)] = item
        if print_:
            known.by_text.setdefault((scope, print_), []).append(item)
            if owner is None:
                known.by_text.setdefault((_ANYBODY, print_), []).append(item)
    return known


def _matched(
    listed: Sequence[_Row], roster: pa.Table, profile: Profile
) -> tuple[dict[int, str], dict[int, str]]:
    """Give rows their items; returns row -> item, and row -> item for those found by text alone."""
    known = _known(roster, profile)
    ids: dict[int, str] = {}
    told: dict[int, str] = {}
    taken: dict[str, _Row] = {}
    for find in (_by_number, _by_token, _by_wording):
        for row in listed:
            if row.place in ids:
                continue
            item = find(row, known, taken)
            if item is not None:
                ids[row.place] = item
                taken[item] = row
                if find is _by_wording and known.items[item][0] and row.key:
                    told[row.place] = item
    fresh: Counter[tuple[str, int]] = Counter()
    for row in listed:
        if row.place not in ids:
            ids[row.place] = _fresh(row, known, fresh, profile)
    return ids, told


def _by_number(row: _Row, known: _Known, taken: Mapping[str, _Row]) -> str | None:
    items = known.by_key.get((row.scope, row.key or ""), [])
    exact = [item for item in items if known.items[item][1] == row.print_]
    for item in [*exact, *items]:
        if item not in taken or taken[item].print_ == row.print_:
            return item
    return None


def _by_token(row: _Row, known: _Known, taken: Mapping[str, _Row]) -> str | None:
    """Pasted rows keep a strange hidden id: the text must bear it out, the numbers not deny it."""
    item = known.by_token.get((row.scope, row.token or ""))
    if item is None or item in taken:
        return None
    key, _, text = known.items[item]
    if key and row.key and key != row.key:
        return None
    return item if fuzz.ratio(fold(text), fold(row.text)) >= ALIKE else None


def _by_wording(row: _Row, known: _Known, taken: Mapping[str, _Row]) -> str | None:
    for scope in (row.scope, _ANYBODY):
        for item in known.by_text.get((scope, row.print_), []):
            if item not in taken:
                return item
    return None


def _fresh(row: _Row, known: _Known, fresh: Counter[tuple[str, int]], profile: Profile) -> str:
    """A new item's id: made from what it is, so that the same input gives the same id."""
    stem = "\x1f".join((profile.id, row.enterprise or row.scope, row.key or "", row.print_))
    again = 0
    if not row.key:
        again = fresh[(stem, row.submission)]
        fresh[(stem, row.submission)] += 1
    while True:
        digest = hashlib.sha256(f"{stem}\x1f{again or ''}".encode()).hexdigest()[:16]
        if digest not in known.items:
            return digest
        again += 1_000


def _two_versions(
    listed: Sequence[_Row],
    older: Mapping[int, int],
    submissions: Sequence[Submission],
    saved: Mapping[int, str],
    kept: frozenset[str],
    profile: Profile,
) -> pa.Table:
    """One finding for each pair of files: which counts, how many items, how many differ."""
    files = {submission.id: submission for submission in submissions}
    pairs: dict[tuple[int, int], list[tuple[_Row, _Row]]] = {}
    for place, newer in older.items():
        one, other = listed[place], listed[newer]
        pairs.setdefault((one.submission, other.submission), []).append((one, other))
    records = []
    for (old, new), rows in sorted(pairs.items()):
        ruled = files[new].sha256 in kept
        by_name = not ruled and saved.get(old, "") == saved.get(new, "")
        params: dict[str, Any] = {"newer": files[new].name, "items": len(rows)}
        if by_name:
            params["message"] = "two-versions-by-name"
        about = {
            "submission": old, "ledger": profile.id, "enterprise": rows[0][0].enterprise,
            "subject": files[old].sha256,
        }  # fmt: skip
        records.append(finding("two-versions", "I" if ruled else "W", **about, params=params))
    return findings_table(records)


def _only_in_older(
    table: pa.Table,
    listed: Sequence[_Row],
    older: Mapping[int, int],
    names: Mapping[int, str],
    profile: Profile,
) -> pa.Table:
    """Rows of a file that a later one replaces in part, which the later one leaves out."""
    newer: dict[tuple[int, str], int] = {}
    for place, other in older.items():
        newer[(listed[place].submission, listed[place].scope)] = listed[other].submission
    left = [r for r in listed if (r.submission, r.scope) in newer and r.place not in older]
    params = [{"newer": names[newer[(row.submission, row.scope)]]} for row in left]
    rows = table.take(pa.array([row.place for row in left], pa.int64()))
    return on_rows(rows, "only-in-older", "W", profile.id, profile.key, params)


def _clashing(
    table: pa.Table,
    listed: Sequence[_Row],
    clashes: Mapping[int, _Row],
    names: Mapping[int, str],
    profile: Profile,
) -> pa.Table:
    places = sorted(clashes)
    params = [
        {"file": names[clashes[p].submission], "rows": [clashes[p].number], "message": "clash"}
        for p in places
    ]
    return on_rows(
        table.take(pa.array(places, pa.int64())),
        "duplicate-key", "E", profile.id, profile.key, params,
    )  # fmt: skip


def _by_text(table: pa.Table, told: Mapping[int, str], profile: Profile) -> pa.Table:
    places = sorted(told)
    return on_rows(
        table.take(pa.array(places, pa.int64())),
        "number-changed", "W", profile.id, profile.key, [{}] * len(places),
    )  # fmt: skip
