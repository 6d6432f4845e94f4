"""Hold the log against itself, and what the store holds against what the log says was done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, select

from pipeline.model import Decision
from pipeline.store import rosters
from pipeline.store.content import content
from pipeline.store.deeds import (
    CORRECTED,
    COUNT,
    DECIDED,
    MERGED,
    PUBLISHED,
    RULINGS,
    SIGNED,
    composed_of,
    issue_of,
    rulings_digest,
)
from pipeline.store.encoding import Records, restored
from pipeline.store.issues import composed_of as composed_rows
from pipeline.store.issues import issues_of
from pipeline.store.log import START, entries, hash_of
from pipeline.store.periods import all_periods
from pipeline.store.records import Composed, Entry, Issue, NumberState, PeriodState
from pipeline.store.tables import change, decision, item


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as the log says, or an entry that does not follow from those before.

    ``kind`` names it (``flaw_*`` in ``messages/words.toml``). ``position`` is the entry's, 0 where
    there is none; ``about`` the period or ledger, "" for none; ``part`` what of it.
    """

    kind: str
    position: int = 0
    about: str = ""
    part: str = ""


@dataclass
class _Told:
    """What the log tells of a period: by which entry, and what came of all of them."""

    run: Entry | None = None
    published: Entry | None = None
    composed: list[Composed] = field(default_factory=list)
    issues: dict[int, Issue] = field(default_factory=dict)
    issued_by: dict[int, int] = field(default_factory=dict)


def audited(connection: Connection) -> tuple[Flaw, ...]:
    """Return all that is wrong, in the order of the log, then of the store."""
    every = entries(connection)
    told: dict[str, _Told] = {}
    for entry in every:
        _take_in(entry, told)
    return (
        *chain_flaws(every),
        *_period_flaws(connection, told),
        *_ruling_flaws(connection, every),
        *_roster_flaws(connection),
    )


def chain_flaws(every: Sequence[Entry]) -> Iterator[Flaw]:
    """Yield each place where the chain is broken.

    Positions that are left out, and entries whose hash does not follow from them and the entry
    before; the chain goes on from the hash that stands there.
    """
    before, expected = START, 1
    for entry in every:
        if entry.position != expected:
            yield Flaw("gap", expected, part=str(entry.position))
        elif entry.hash != hash_of(entry, before):
            yield Flaw("entry", entry.position, entry.about)
        before, expected = entry.hash, entry.position + 1


def _take_in(entry: Entry, told: dict[str, _Told]) -> None:
    """Let an entry change what the log tells of its period."""
    if entry.what not in (MERGED, CORRECTED, SIGNED, PUBLISHED):
        return
    period = told.setdefault(entry.about, _Told())
    if entry.what in (MERGED, CORRECTED):
        period.run = entry
        made = composed_of(entry.detail)
        if made is not None and period.composed[-1:] != [made]:
            period.composed.append(made)
    if entry.what == PUBLISHED:
        period.published = entry
    edition = entry.detail.get("edition", "")
    if edition.isdecimal():
        number = int(edition)
        before = period.issues.get(number, Issue(number))
        if entry.what == CORRECTED:  # a signature on a former draft is void
            before = Issue(number)
        period.issues[number] = issue_of(entry.detail, before)
        period.issued_by[number] = entry.position


def _period_flaws(connection: Connection, told: dict[str, _Told]) -> Iterator[Flaw]:
    stored = {period.id: period for period in all_periods(connection)}
    for period_id in sorted(told.keys() - stored.keys()):
        run = told[period_id].run
        yield Flaw("period_lost", run.position if run else 0, period_id)
    for period_id, period in sorted(stored.items()):
        own = told.get(period_id)
        if own is None or own.run is None:
            yield Flaw("period_unlogged", 0, period_id)
            continue
        now = content(connection, period_id)
        for part, line in now.items():
            if own.run.detail.get(part) != line:
                yield Flaw("part", own.run.position, period_id, part)
        published = period.state is PeriodState.PUBLISHED
        if published != (own.published is not None):
            at = own.published.position if own.published else 0
            yield Flaw("unpublished" if at else "published", at, period_id)
        elif period.number and (period.number.state is NumberState.ISSUED) != published:
            yield Flaw("number_state", own.run.position, period_id)
        if list(composed_rows(connection, period_id)) != own.composed:
            yield Flaw("composed", own.run.position, period_id)
        yield from _issue_flaws(issues_of(connection, period_id), own, period_id)


def _issue_flaws(issues: Sequence[Issue], told: _Told, period_id: str) -> Iterator[Flaw]:
    found = {issue.edition: issue for issue in issues}
    for edition in sorted(found.keys() | told.issues.keys()):
        mine, logged = found.get(edition), told.issues.get(edition)
        at = told.issued_by.get(edition, 0)
        if mine is None or logged is None:
            kind = "issue_lost" if mine is None else "issue_unlogged"
            yield Flaw(kind, at, period_id, str(edition))
            continue
        for name in Issue.__dataclass_fields__:
            if getattr(mine, name) != getattr(logged, name):
                yield Flaw("issue", at, period_id, name)


def _ruling_flaws(connection: Connection, every: Sequence[Entry]) -> Iterator[Flaw]:
    """Rulings stand in the order in which they were recorded: each entry's are the next ones."""
    rows = connection.execute(select(decision).order_by(decision.c.id)).mappings()
    stored = [replace(Decision(**row), id=0) for row in rows]
    at = 0
    for entry in every:
        count = entry.detail.get(COUNT, "")
        if entry.what != DECIDED or not count.isdecimal():
            continue
        own = stored[at : at + int(count)]
        at += int(count)
        if rulings_digest(own) != entry.detail.get(RULINGS):
            yield Flaw("rulings", entry.position, entry.about, f"{at - int(count) + 1}–{at}")
    if at < len(stored):
        yield Flaw("rulings_unlogged", 0, "", str(len(stored) - at))


def _roster_flaws(connection: Connection) -> Iterator[Flaw]:
    """The roster is what all periods' changes lead to, from nothing."""
    made: dict[str, Records] = {}
    query = select(change.c.ledger, change.c.item_id, change.c.after).order_by(change.c.period_id)
    for ledger, item_id, after in connection.execute(query):
        records = made.setdefault(ledger, {})
        record = restored(records.get(item_id), after)  # either way alike
        if record is None:
            records.pop(item_id, None)
        else:
            records[item_id] = record
    ledgers = made.keys() | set(connection.scalars(select(item.c.ledger).distinct()))
    for ledger in sorted(ledgers):
        now, due = rosters.current(connection, ledger), made.get(ledger, {})
        others = sorted(i for i in now.keys() | due.keys() if now.get(i) != due.get(i))
        if others:
            yield Flaw("roster", 0, ledger, "、".join(others[:3]) + ("…" if others[3:] else ""))
