"""Prove, before anything is written, that parts add up to totals and that nothing got lost.

A failure here is a fault of the program, never of a respondent: the run stops and writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.count import Ledger
from pipeline.merge import DISPOSITION, Merged
from pipeline.model import (
    ENTERPRISE,
    ENTRY,
    ITEM_ID,
    SHEET_ID,
    TURN,
    Disposition,
    FigureRef,
    Number,
)
from pipeline.profile.schema import Profile


class NotProvedError(AssertionError):
    """A sum does not add up; the message says which, with both numbers."""


def prove(
    merged: Merged,
    read: int,
    since: pa.Table,
    ledger: Ledger,
    figures: Mapping[FigureRef, Number],
) -> None:
    """Raise NotProvedError unless rows, roster and figures add up.

    ``read`` is how many rows reading returned, ``since`` the roster of the period compared with,
    with its states.
    """
    tally = dispositions(merged)
    _same("rows read = counted + undecided + set aside", read, sum(tally.values()))
    _same("rows counted or undecided without an item", _lost(merged), 0)
    items = merged.roster.column(ITEM_ID)
    _same("items of the roster are distinct", len(items), len(pc.unique(items)))
    _roll_forward(merged.roster, since, ledger.profile)
    _identities(ledger.profile, figures)
    _breakdowns(ledger.profile, figures)


def _lost(merged: Merged) -> int:
    """How many rows that were not set aside have no item in the roster."""
    aside = pc.equal(merged.rows.column(DISPOSITION), Disposition.SET_ASIDE.value)
    told = merged.rows.filter(pc.invert(aside)).column(ITEM_ID)
    found = pc.is_in(told, merged.roster.column(ITEM_ID).combine_chunks())
    return int(len(told) - (pc.sum(found).as_py() or 0))


def dispositions(merged: Merged) -> dict[str, int]:
    """Return how many rows read have each disposition."""
    found = {disposition.value: 0 for disposition in Disposition}
    for table in (merged.rows, merged.aside):
        for entry in pc.value_counts(table.column(DISPOSITION)).to_pylist():
            found[entry["values"]] += entry["counts"]
    return found


def dispositions_by_enterprise(
    merged: Merged, owners: Mapping[int, str | None]
) -> dict[str | None, Counter[str]]:
    """Return how many rows of each enterprise have each disposition; None is nobody's for sure.

    A row is that of the enterprise that it names, else of the one that sent its sheet (``owners``).
    """
    found: dict[str | None, Counter[str]] = {}
    for table in (merged.rows, merged.aside):
        own = ENTERPRISE in table.column_names
        named = table[ENTERPRISE].to_pylist() if own else [None] * table.num_rows
        sheets, told = table[SHEET_ID].to_pylist(), table[DISPOSITION].to_pylist()
        for name, sheet, disposition in zip(named, sheets, told, strict=True):
            found.setdefault(name or owners.get(sheet), Counter())[disposition] += 1
    return found


def _same(what: str, left: Number, right: Number) -> None:
    if left != right:
        raise NotProvedError(f"{what}: {left} ≠ {right}")


def _standing(roster: pa.Table, profile: Profile) -> pa.Table:
    removed = pa.array(profile.stages.removed, pa.string())
    return roster.filter(pc.invert(pc.is_in(roster.column(profile.stages.partition), removed)))


def _roll_forward(roster: pa.Table, before: pa.Table, profile: Profile) -> None:
    """Per enterprise: items now = before + new − removed; ongoing follows likewise.

    An item that was removed and is told of again is restored: it counts as one that came.
    """
    stages = profile.stages
    now, then = _standing(roster, profile), _standing(before, profile)
    gone = before.filter(pc.is_in(before[stages.partition], pa.array(stages.removed, pa.string())))
    restored = now.filter(pc.is_in(now.column(ITEM_ID), gone.column(ITEM_ID).combine_chunks()))
    new = now.filter(pc.equal(now.column(ENTRY), "new"))
    off = roster.filter(pc.equal(roster.column(TURN), "removed_now")).column(ITEM_ID)
    # What leaves, leaves where it stood: its owner may have become known only now.
    removed = then.filter(pc.is_in(then.column(ITEM_ID), off.combine_chunks()))
    came, left = _moved(now, then)
    groups = [_by_enterprise(table) for table in (now, then, new, restored, removed)]
    for name in set().union(*groups, came, left):
        held, was, fresh, back, out = (group.get(name, 0) for group in groups)
        expected = was + fresh + back + came[name] - left[name] - out
        what = f"items of {name}: now = before + new + restored + taken over − removed"
        _same(what, held, expected)
    _open_items(now, then, roster, restored, profile)


def _open_items(
    now: pa.Table, then: pa.Table, roster: pa.Table, restored: pa.Table, profile: Profile
) -> None:
    """Open now = before + new + restored + reopened − completed − removed, each counted apart."""
    stages = profile.stages
    still = pa.array((*stages.ongoing, stages.undecided), pa.string())

    def opened(table: pa.Table) -> pa.Table:
        return table.filter(pc.is_in(table.column(stages.partition), still))

    new = now.filter(pc.equal(now.column(ENTRY), "new"))
    was_open = opened(then).column(ITEM_ID).combine_chunks()
    turns = {e["values"]: e["counts"] for e in pc.value_counts(roster.column(TURN)).to_pylist()}
    back = opened(restored).num_rows
    completed = roster.filter(pc.equal(roster.column(TURN), "completed_now"))
    removed = roster.filter(pc.equal(roster.column(TURN), "removed_now"))
    left = [pc.sum(pc.is_in(t[ITEM_ID], was_open)).as_py() or 0 for t in (completed, removed)]
    expected = len(was_open) + opened(new).num_rows + back + turns.get("reopened", 0)
    _same(
        "open items: now = before + new + restored + reopened − completed − removed",
        opened(now).num_rows,
        expected - sum(left),
    )


def _moved(now: pa.Table, then: pa.Table) -> tuple[Counter[str | None], Counter[str | None]]:
    """Items whose enterprise is another one than before: taken over by whom, given up by whom."""
    owner = dict(zip(then[ITEM_ID].to_pylist(), then[ENTERPRISE].to_pylist(), strict=True))
    pairs = zip(now[ITEM_ID].to_pylist(), now[ENTERPRISE].to_pylist(), strict=True)
    moved = [(owner[item], name) for item, name in pairs if item in owner and owner[item] != name]
    return Counter(new for _, new in moved), Counter(old for old, _ in moved)


def _by_enterprise(table: pa.Table) -> dict[str | None, int]:
    counts = pc.value_counts(table.column(ENTERPRISE)).to_pylist()
    return {entry["values"]: entry["counts"] for entry in counts}


def _identities(profile: Profile, figures: Mapping[FigureRef, Number]) -> None:
    places = {(ref.by, ref.at) for ref in figures}
    for identity in profile.identities:
        for by, at in places:
            names = (identity.total, *identity.parts, *identity.less)
            refs = [FigureRef(profile.id, name, by, at) for name in names]
            if all(ref in figures for ref in refs):
                total, *parts = (figures[ref] or 0 for ref in refs)
                less = len(identity.less)
                for number in range(len(parts) - less, len(parts)):
                    parts[number] = -parts[number]
                where = f" at {by} = {at}" if by else ""
                what = " − ".join((" + ".join(identity.parts), *identity.less))
                _same(f"{identity.total} = {what}{where}", total, sum(parts))


def _breakdowns(profile: Profile, figures: Mapping[FigureRef, Number]) -> None:
    """Counts by a column of single values add up to the whole."""
    several = {c.id for c in profile.columns if c.type == "choices"}
    for figure in profile.figures:
        if figure.kind not in ("count", "sum") or figure.table != "roster":
            continue
        whole = figures[FigureRef(profile.id, figure.id)] or 0
        for by in set(profile.breakdowns) - several:
            parts = [v or 0 for r, v in figures.items() if r.figure == figure.id and r.by == by]
            _same(f"{figure.id} by {by} = {figure.id}", whole, sum(parts))
