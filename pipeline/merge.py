"""Merge: the roster before, and this period's rows, into the roster now. Silence changes nothing.

Each row gets exactly one disposition. An item that is not told of keeps its last confirmed state
and its own date. Nothing leaves the roster: a removal is a state, and it takes a ruling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import on_rows
from pipeline.model import (
    BASIS,
    CONFIRMED,
    ENTERPRISE,
    ENTRY,
    EXTRA,
    FAULTS,
    FINGERPRINT,
    ITEM_ID,
    KEY,
    MOVED,
    OVERTAKEN,
    REACH,
    REASON,
    ROW_ID,
    ROW_NO,
    SHEET_ID,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    STANDING,
    SUBMISSION,
    TOKEN,
    TURN,
    TWINS,
    WAS,
    Disposition,
    Sheet,
    Submission,
    typed,
)
from pipeline.profile.schema import Profile
from pipeline.registry import attribute_fields
from pipeline.rulings import RULED, with_ruled_states
from pipeline.states import with_states

DISPOSITION = "disposition"
REPEATED = "repeated"


@dataclass(frozen=True)
class Merged:
    """The roster now, and every row read with DISPOSITION and, where set aside, REASON.

    ``rows`` are the data rows, ``aside`` those set aside on reading; together all rows read.
    """

    roster: pa.Table
    rows: pa.Table
    aside: pa.Table


def roster_schema(profile: Profile) -> pa.Schema:
    """Return the stored columns of a ledger's roster; states are made anew for each date."""
    text = [ITEM_ID, ENTERPRISE, KEY, FINGERPRINT, TOKEN, EXTRA]
    source = [SOURCE_PERIOD, SOURCE_FILE, SOURCE_SHEET, BASIS, MOVED, FAULTS]
    fields = [(name, pa.string()) for name in (*text, *source)]
    fields += [(SOURCE_ROW, pa.int32()), (CONFIRMED, pa.bool_())]
    fields += [(column.id, pa.string()) for column in profile.columns]
    fields += [(typed(c.id), TWINS[c.type]) for c in profile.columns if c.type in TWINS]
    return pa.schema([*fields, *attribute_fields(profile)])


def kept_columns(roster: pa.Table, profile: Profile) -> pa.Table:
    """Return the roster without what belongs to its period alone: states and news."""
    assert {ENTRY, TURN, STANDING} <= set(roster.column_names)
    return roster.select(roster_schema(profile).names)


def removal_claims(rows: pa.Table, profile: Profile) -> pa.Table:
    """Return a finding for each row that takes its item off the list, which needs a ruling."""
    stage = rows.column(profile.stages.partition)
    claimed = pc.is_in(stage, pa.array(profile.stages.removed, pa.string()))
    column = profile.status_column
    return on_rows(rows.filter(claimed), "removal-claimed", "E", profile.id, column, {})


def dispose(
    rows: pa.Table,
    findings: pa.Table,
    profile: Profile,
    ruled_out: frozenset[int] = frozenset(),
) -> pa.Table:
    """Give each data row its disposition.

    Rows with a REASON and those in ``ruled_out`` (row ids) are set aside, faulty ones undecided.
    """
    passed = rows.column(REASON)
    stage = rows.column(profile.stages.partition)
    doubtful = pc.or_(
        _faulted(rows, findings), pc.equal(stage, pa.scalar(profile.stages.undecided))
    )
    found = pc.if_else(doubtful, Disposition.UNDECIDED.value, Disposition.COUNTED.value)
    out = pc.is_in(rows.column(ROW_ID), pa.array(sorted(ruled_out), pa.int64()))
    found = pc.if_else(pc.or_(pc.is_valid(passed), out), Disposition.SET_ASIDE.value, found)
    again = _repeats(rows, pc.equal(found, Disposition.COUNTED.value))
    found = pc.if_else(again, Disposition.SET_ASIDE.value, found)
    reason = pc.if_else(out, pa.scalar(RULED), pa.scalar(None, pa.string()))
    reason = pc.if_else(again, pa.scalar(REPEATED), reason)
    rows = rows.set_column(rows.column_names.index(REASON), REASON, pc.coalesce(passed, reason))
    return rows.append_column(DISPOSITION, found)


def _repeats(rows: pa.Table, counted: pa.ChunkedArray) -> pa.Array:
    """Rows of an item that an earlier counted row is of already: accepted repeats count once."""
    seen: set[str] = set()
    flags = []
    for item, counts in zip(rows.column(ITEM_ID).to_pylist(), counted.to_pylist(), strict=True):
        flags.append(counts and item in seen)
        if counts:
            seen.add(item)
    return pa.array(flags, pa.bool_())


def _faulted(rows: pa.Table, findings: pa.Table) -> pa.ChunkedArray:
    """Rows with a finding of severity E, or on a sheet that has one as a whole."""
    errors = findings.filter(pc.equal(findings.column("severity"), "E"))
    on_row = errors.column("row_id").drop_null().combine_chunks()
    whole = errors.filter(pc.and_(pc.is_null(errors["row_id"]), pc.is_null(errors["row_no"])))
    on_sheet = whole.column("sheet_id").drop_null().combine_chunks()
    return pc.or_(pc.is_in(rows.column(ROW_ID), on_row), pc.is_in(rows.column(SHEET_ID), on_sheet))


def merge(
    rows: pa.Table,
    aside: pa.Table,
    before: pa.Table,
    since: pa.Table,
    sheets: Sequence[Sheet],
    submissions: Sequence[Submission],
    profile: Profile,
    period: str,
    as_of: date,
    ruled: Mapping[str, str] = MappingProxyType({}),
) -> Merged:
    """Return the roster as it stands after this period's rows.

    ``rows`` carry ITEM_ID and DISPOSITION; ``before`` is the roster before, by ``roster_schema``,
    ``since`` that of the period compared with (the same, unless an earlier one was asked for).
    ``ruled`` are states that were ruled on, by item, of items without a row too.
    The roster returned has in addition the states as of ``as_of`` and the partitions ENTRY, TURN,
    WAS, STANDING and REACH; it is sorted by enterprise, number and id.
    """
    base = _with_overtaken(rows, before, sheets, submissions, profile, period)
    counted = rows.filter(pc.equal(rows.column(DISPOSITION), Disposition.COUNTED.value))
    asked = rows.filter(pc.equal(rows.column(DISPOSITION), Disposition.UNDECIDED.value))
    confirmed = before.filter(before.column(CONFIRMED)).column(ITEM_ID).combine_chunks()
    pending = asked.filter(pc.invert(pc.is_in(asked.column(ITEM_ID), confirmed)))
    pending = _first_of_each(_without(pending, counted.column(ITEM_ID)))
    told = pa.concat_tables(
        [
            _as_items(counted, base, sheets, submissions, profile, period, confirmed=True),
            _as_items(pending, base, sheets, submissions, profile, period, confirmed=False),
        ]
    )
    roster = pa.concat_tables([told, _without(before, told.column(ITEM_ID))])
    states = with_ruled_states(with_states(roster, profile, as_of), ruled, profile, as_of)
    states = _with_news(states, since, told, asked, profile, as_of)
    order = [(ENTERPRISE, "ascending"), (KEY, "ascending"), (ITEM_ID, "ascending")]
    every = aside.append_column(DISPOSITION, pa.repeat(Disposition.SET_ASIDE.value, aside.num_rows))
    return Merged(states.sort_by(order), rows, every)


def _with_overtaken(
    rows: pa.Table,
    before: pa.Table,
    sheets: Sequence[Sheet],
    submissions: Sequence[Submission],
    profile: Profile,
    period: str,
) -> pa.Table:
    """The roster before, with what was written of items before more was told of them by phone."""
    written = rows.filter(pc.fill_null(pc.equal(rows.column(REASON), OVERTAKEN), False))
    items = _as_items(written, before, sheets, submissions, profile, period, confirmed=True)
    return pa.concat_tables([items, _without(before, items.column(ITEM_ID))])


def _without(table: pa.Table, items: pa.ChunkedArray) -> pa.Table:
    return table.filter(pc.invert(pc.is_in(table.column(ITEM_ID), items.combine_chunks())))


def _first_of_each(rows: pa.Table) -> pa.Table:
    first: dict[str, int] = {}
    for place, item in enumerate(rows.column(ITEM_ID).to_pylist()):
        first.setdefault(item, place)
    return rows.take(pa.array(sorted(first.values()), pa.int64()))


def _as_items(
    rows: pa.Table,
    before: pa.Table,
    sheets: Sequence[Sheet],
    submissions: Sequence[Submission],
    profile: Profile,
    period: str,
    *,
    confirmed: bool,
) -> pa.Table:
    """Turn rows into items with their source.

    What a sheet has no column for, it says nothing about: the item keeps it. A number once given
    is kept where the row leaves it blank, the first hidden id always. What is told by phone says
    nothing of unknown columns.
    """
    sheet_of = {sheet.id: sheet for sheet in sheets}
    files = {submission.id: submission.name for submission in submissions}
    places = rows.column(SHEET_ID).to_pylist()
    size = rows.num_rows
    known = pc.index_in(rows.column(ITEM_ID), before.column(ITEM_ID).combine_chunks())
    by_phone = pa.array([sheet_of[s].call is not None for s in places], pa.bool_())
    schema = roster_schema(profile)
    columns = {
        SOURCE_PERIOD: pa.repeat(period, size),
        SOURCE_FILE: pa.array([files[s] for s in rows[SUBMISSION].to_pylist()], pa.string()),
        SOURCE_SHEET: pa.array([sheet_of[s].name for s in places], pa.string()),
        SOURCE_ROW: rows.column(ROW_NO),
        CONFIRMED: pa.repeat(confirmed, size),
        BASIS: pc.if_else(by_phone, "phone", "written"),
    }
    owner = {name: c.id for c in profile.columns for name in (c.id, typed(c.id))}
    owner[FINGERPRINT] = profile.subject
    for name in schema.names:
        if name in columns:
            continue
        old = pc.take(before.column(name), known)
        # What is remembered for comparing comes last (``pipeline.compare.with_marks``).
        new = old if name in (MOVED, FAULTS) else rows.column(name)
        if name in owner:
            silent = [owner[name] not in sheet_of[s].columns for s in places]
            new = pc.if_else(pa.array(silent, pa.bool_()), old, new)
        if name == EXTRA:
            new = pc.if_else(by_phone, old, new)
        if name in (KEY, profile.key):
            new = pc.coalesce(new, old)
        if name == TOKEN:
            new = pc.coalesce(old, new)
        columns[name] = new
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _with_news(
    roster: pa.Table,
    since: pa.Table,
    told: pa.Table,
    asked: pa.Table,
    profile: Profile,
    as_of: date,
) -> pa.Table:
    """Add how each item came, how it turned, and whether it was told of in this period.

    It came and turned since the period compared with, whose roster is ``since``.
    """
    stages = profile.stages
    earlier = with_states(since, profile, as_of)
    known = pc.index_in(roster.column(ITEM_ID), earlier.column(ITEM_ID).combine_chunks())
    was = pc.take(earlier.column(stages.partition), known)
    now = roster.column(stages.partition)

    def among(column: pa.ChunkedArray, parts: Sequence[str]) -> pa.ChunkedArray:
        return pc.is_in(column, pa.array(parts, pa.string()))

    existed = pc.is_valid(known)
    completed_now = pc.and_(
        pc.and_(existed, pc.invert(among(was, stages.completed))), among(now, stages.completed)
    )
    reopened = pc.and_(among(was, stages.completed), among(now, stages.ongoing))
    removed = pc.and_(
        pc.and_(existed, pc.invert(among(was, stages.removed))), among(now, stages.removed)
    )
    turn = pc.if_else(completed_now, "completed_now", pc.if_else(reopened, "reopened", "same"))
    off = pc.if_else(existed, "removed", "absent")
    open_ = pc.and_(existed, pc.invert(among(was, (*stages.removed, *stages.completed))))
    before_it = pc.if_else(open_, "open", off)
    before_it = pc.if_else(among(was, stages.completed), "completed", before_it)
    fresh = pc.is_in(roster.column(ITEM_ID), told.column(ITEM_ID).combine_chunks())
    doubted = pc.is_in(roster.column(ITEM_ID), asked.column(ITEM_ID).combine_chunks())
    standing = pc.if_else(doubted, "asked", pc.if_else(fresh, "updated", "carried"))
    waiting = pc.or_(doubted, pc.equal(now, stages.undecided))
    could = pc.and_(waiting, pc.invert(among(now, stages.removed)))
    done = pc.if_else(doubted, "doubted", "completed")
    reach = pc.if_else(among(now, stages.completed), done, pc.if_else(could, "could", "no"))
    return (
        roster.append_column(ENTRY, pc.if_else(existed, "before", "new"))
        .append_column(TURN, pc.if_else(removed, "removed_now", turn))
        .append_column(WAS, before_it)
        .append_column(STANDING, standing)
        .append_column(REACH, reach)
    )
