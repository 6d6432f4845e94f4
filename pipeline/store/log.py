"""The log in the database: what was done, by whom, when. It is only ever added to.

Each entry carries a hash of itself and of the hash before it: whoever changes, drops or slips in
an entry changes every hash after it, and the head that a published briefing prints is gone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from sqlalchemy import Connection, RowMapping, insert, select

from pipeline.store.encoding import canonical
from pipeline.store.records import Entry, Hand
from pipeline.store.tables import log

START = ""
"""What stands for the hash before the first entry."""


def append(
    connection: Connection, hand: Hand, what: str, about: str, detail: Mapping[str, str]
) -> Entry:
    """Add an entry: what was done, about what (a period's id), and whatever tells it apart.

    ``detail`` holds names and values such as hashes of documents.
    """
    last = last_entry(connection)
    position, before = (last.position, last.hash) if last is not None else (0, START)
    entry = Entry(position + 1, hand.at, hand.by, what, about, dict(detail), "")
    entry = replace(entry, hash=hash_of(entry, before))
    values = {**asdict(entry), "detail": canonical(entry.detail)}
    connection.execute(insert(log).values(values))
    return entry


def last_entry(connection: Connection) -> Entry | None:
    """Return the newest entry, whose hash is the log's head; None before there is any."""
    row = connection.execute(select(log).order_by(log.c.position.desc()).limit(1)).mappings()
    return next((_entry(one) for one in row), None)


def entry_at(connection: Connection, position: int) -> Entry | None:
    """Return the entry at a position, None where there is none."""
    row = connection.execute(select(log).where(log.c.position == position)).mappings()
    return next((_entry(one) for one in row), None)


def entries(connection: Connection) -> tuple[Entry, ...]:
    """Return all entries, oldest first."""
    rows = connection.execute(select(log).order_by(log.c.position)).mappings()
    return tuple(_entry(row) for row in rows)


def _entry(row: RowMapping) -> Entry:
    return Entry(**{**row, "detail": json.loads(row["detail"])})


def hash_of(entry: Entry, before: str) -> str:
    """Return what an entry's hash must be after one with the hash ``before``."""
    told = {name: value for name, value in asdict(entry).items() if name != "hash"}
    return hashlib.sha256(canonical({**told, "before": before}).encode()).hexdigest()


def broken(entries: Iterable[Entry]) -> int | None:
    """Return the position of the first entry whose hash does not follow; None where all do."""
    before = START
    for number, entry in enumerate(entries, 1):
        if entry.position != number or entry.hash != hash_of(entry, before):
            return number
        before = entry.hash
    return None
