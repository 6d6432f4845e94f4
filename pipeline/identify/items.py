"""Items: which item of the roster a row is about, and ids for those that are new."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import pyarrow as pa

from pipeline.identify.rows import ALIKE, Row, owners_told, scope_of
from pipeline.model import (
    ENTERPRISE,
    FINGERPRINT,
    ITEM_ID,
    KEY,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    TOKEN,
    item_token,
)
from pipeline.profile.schema import Profile
from pipeline.rules.alike import likeness

_ANYBODY = "?"
"""Scope under which items of unknown enterprises can be found by whoever turns out to own them."""

_MOST_RIVALS = 2_000
"""Items left over with which a rewritten text is compared; where more are, nobody can be sure."""


class _Item(NamedTuple):
    key: str | None
    print_: str
    text: str


class _Known(NamedTuple):
    """The roster before, by every way to find an item; lists are in the order of their sources."""

    by_key: dict[tuple[str, str], list[str]]
    by_token: dict[tuple[str, str], list[str]]
    by_text: dict[tuple[str, str], list[str]]
    of_scope: dict[str, list[str]]
    items: dict[str, _Item]


def _known(roster: pa.Table, profile: Profile) -> _Known:
    known = _Known({}, {}, {}, {}, {})
    places = (SOURCE_PERIOD, SOURCE_FILE, SOURCE_SHEET, SOURCE_ROW, ITEM_ID)
    roster = roster.sort_by([(name, "ascending") for name in places])
    names = (ITEM_ID, ENTERPRISE, KEY, TOKEN, FINGERPRINT, profile.subject, SOURCE_FILE)
    columns = [roster.column(name).to_pylist() for name in names]
    for item, owner, key, token, print_, text, file, told in zip(
        *columns, owners_told(roster, profile), strict=True
    ):
        scope = scope_of(owner, told, file or "", profile)
        known.items[item] = _Item(key, print_ or "", text or "")
        known.of_scope.setdefault(scope, []).append(item)
        if key:
            known.by_key.setdefault((scope, key), []).append(item)
        known.by_token.setdefault((scope, token or item_token(item)), []).append(item)
        known.by_text.setdefault((scope, print_ or ""), []).append(item)
        if owner is None and print_:
            known.by_text.setdefault((_ANYBODY, print_), []).append(item)
    return known


def matched(
    listed: Sequence[Row], roster: pa.Table, profile: Profile
) -> tuple[dict[int, str], dict[int, str]]:
    """Give rows their items; returns row -> item, and row -> item for those found by text alone.

    Surest ways first, each for all rows before the next: so a number that moved by an inserted row
    does not take an item whose own text still stands in the sheet.
    """
    known = _known(roster, profile)
    carried = Counter((row.scope, row.token) for row in listed if row.token)
    # A row copied with its hidden id leaves nobody knowing which of the two the id is for.
    listed = [
        row._replace(token=None) if row.token and carried[row.scope, row.token] > 1 else row
        for row in listed
    ]
    ids: dict[int, str] = {}
    told: dict[int, str] = {}
    taken: dict[str, Row] = {}
    for find in _WAYS:
        for row in listed:
            if row.place in ids:
                continue
            item = find(row, known, taken)
            if item is not None:
                ids[row.place] = item
                taken[item] = row
                before = known.items[item].key
                if find is _by_wording and before and row.key and before != row.key:
                    told[row.place] = item
    return ids | _new([r for r in listed if r.place not in ids], known, profile), told


def own_tokens(
    listed: Sequence[Row], ids: Mapping[int, str], roster: pa.Table, profile: Profile
) -> dict[int, str]:
    """Return the hidden ids that rows may hand on to their items: none that another item has.

    A copied row keeps the id of the row it was copied from; the first row of a new id keeps it.
    """
    known = _known(roster, profile)
    holders = {place: owners[0] for place, owners in known.by_token.items()}
    kept: dict[int, str] = {}
    for row in listed:
        item = ids.get(row.place)
        if row.token and item and holders.setdefault((row.scope, row.token), item) == item:
            kept[row.place] = row.token
    return kept


def new_items(rows: Sequence[Row], roster: pa.Table, profile: Profile) -> dict[int, str]:
    """Give rows that are about no known item an id each."""
    return _new(rows, _known(roster, profile), profile)


def _new(rows: Sequence[Row], known: _Known, profile: Profile) -> dict[int, str]:
    fresh: Counter[tuple[str, int]] = Counter()
    return {row.place: _fresh(row, known, fresh, profile) for row in rows}


def _by_number_and_text(row: Row, known: _Known, taken: Mapping[str, Row]) -> str | None:
    """The same number and the same text; a row that repeats both is about the same item."""
    for item in known.by_key.get((row.scope, row.key or ""), []):
        if known.items[item].print_ == row.print_:
            return item
    return None


def _by_number_and_likeness(row: Row, known: _Known, taken: Mapping[str, Row]) -> str | None:
    for item in known.by_key.get((row.scope, row.key or ""), []):
        if item not in taken and likeness(known.items[item].text, row.text) >= ALIKE:
            return item
    return None


def _by_wording(row: Row, known: _Known, taken: Mapping[str, Row]) -> str | None:
    scopes = (row.scope, _ANYBODY) if row.print_ else (row.scope,)
    if not row.print_ and row.key:
        return None
    for scope in scopes:
        for item in known.by_text.get((scope, row.print_), []):
            if item not in taken:
                return item
    return None


def _by_token(row: Row, known: _Known, taken: Mapping[str, Row]) -> str | None:
    """Pasted rows keep a strange hidden id: the text must bear it out, the numbers not deny it, and
    no other item that is left may be more like the row.
    """
    owners = known.by_token.get((row.scope, row.token or ""), [])
    if len(owners) != 1 or owners[0] in taken:
        return None
    item, before = owners[0], known.items[owners[0]]
    if before.key and row.key and before.key != row.key:
        return None
    alike = likeness(before.text, row.text)
    if alike < ALIKE:
        return None
    others = (i for i in known.of_scope[row.scope] if i != item and i not in taken)
    few = list(islice(others, _MOST_RIVALS + 1))
    if len(few) > _MOST_RIVALS or any(likeness(known.items[i].text, row.text) > alike for i in few):
        return None
    return item


def _by_number(row: Row, known: _Known, taken: Mapping[str, Row]) -> str | None:
    """A number whose text was rewritten: nothing else claims the item, and the number is its."""
    for item in known.by_key.get((row.scope, row.key or ""), []):
        if item not in taken:
            return item
    return None


_WAYS: tuple[Callable[[Row, _Known, Mapping[str, Row]], str | None], ...] = (
    _by_number_and_text,
    _by_wording,
    _by_token,
    _by_number_and_likeness,
    _by_number,
)


def _fresh(row: Row, known: _Known, fresh: Counter[tuple[str, int]], profile: Profile) -> str:
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
