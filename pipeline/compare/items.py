"""Items against the roster before: what turned back, what is no longer told of, what was phoned."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.compare.sources import sources
from pipeline.findings import finding, findings_table, on_rows, together
from pipeline.model import (
    BASIS,
    CONFIRMED,
    ENTERPRISE,
    ITEM_ID,
    REASON,
    SHEET_ID,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SUPERSEDED,
    Call,
    typed,
)
from pipeline.profile.schema import Profile
from pipeline.rulings import digest_of


def heard(
    rows: pa.Table, before: pa.Table, calls: Mapping[int, Call], profile: Profile
) -> pa.Table:
    """Written rows about items whose state was told by phone, and whether they bear it out.

    Told in an earlier period, or in this one before the ledger was saved. That an item has got
    further since is no contradiction.
    """
    stage, status = profile.stages.partition, typed(profile.status_column)
    by_phone = pc.is_in(rows.column(SHEET_ID), pa.array(sorted(calls), pa.int32()))
    spoken = rows.filter(pc.and_(by_phone, pc.equal(rows.column(REASON), SUPERSEDED)))
    told = {
        item: (part, text)
        for table in (before.filter(_told_by_phone(before)), spoken)
        for item, part, text in zip(
            *(table[name].to_pylist() for name in (ITEM_ID, stage, status)), strict=True
        )
    }
    written = rows.filter(pc.and_(pc.is_null(rows.column(REASON)), pc.invert(by_phone)))
    written = written.filter(pc.is_in(written[ITEM_ID], pa.array(sorted(told), pa.string())))
    said = [told[item] for item in written[ITEM_ID].to_pylist()]
    pairs = zip(said, written[stage].to_pylist(), strict=True)
    borne = pa.array([one in (now, *profile.stages.ongoing) for (one, _), now in pairs], pa.bool_())
    params = [
        {"phone": text or ""}
        for (_, text), true in zip(said, borne.to_pylist(), strict=True)
        if not true
    ]
    column = profile.status_column
    return together(
        [
            on_rows(written.filter(borne), "phone-confirmed", "I", profile.id, column, {}),
            on_rows(
                written.filter(pc.invert(borne)),
                "phone-contradicted", "W", profile.id, column, params,
            ),
        ]
    )  # fmt: skip


def _told_by_phone(roster: pa.Table) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(roster.column(BASIS), "phone"), False)


def reopened(rows: pa.Table, before: pa.Table, profile: Profile) -> pa.Table:
    """Return a finding for each row that says an item is ongoing that was completed."""
    stage = profile.stages.partition
    completed = pa.array(profile.stages.completed, pa.string())
    done = before.filter(
        pc.and_(pc.is_in(before.column(stage), completed), pc.invert(_told_by_phone(before)))
    )
    back = rows.filter(
        pc.and_(
            pc.is_in(rows.column(ITEM_ID), done.column(ITEM_ID).combine_chunks()),
            pc.is_in(rows.column(stage), pa.array(profile.stages.ongoing, pa.string())),
        )
    )
    at = pc.index_in(back.column(ITEM_ID), before.column(ITEM_ID).combine_chunks())
    then = before.take(at)
    told = zip(then.column(profile.status_column).to_pylist(), sources(then), strict=True)
    params = [{"older": status, "period": last["period"], "last": last} for status, last in told]
    return on_rows(back, "completed-to-ongoing", "W", profile.id, profile.status_column, params)


def left_out(
    rows: pa.Table,
    before: pa.Table,
    reporting: Collection[str],
    forms: Collection[str],
    profile: Profile,
) -> pa.Table:
    """Items of enterprises that reported, without a row. Removed ones are not missed."""
    stage = before.column(profile.stages.partition)
    removed = pa.array(profile.stages.removed, pa.string())
    missed = before.filter(
        pc.and_(
            pc.and_(
                pc.is_in(before.column(ENTERPRISE), pa.array(sorted(reporting), pa.string())),
                pc.invert(pc.is_in(before.column(ITEM_ID), rows[ITEM_ID].combine_chunks())),
            ),
            pc.invert(pc.is_in(stage, removed)),
        )
    )
    completed = pa.array(profile.stages.completed, pa.string())
    listed = pc.invert(
        pc.and_(
            pc.is_in(missed.column(ENTERPRISE), pa.array(sorted(forms), pa.string())),
            pc.is_in(missed.column(profile.stages.partition), completed),
        )
    )
    return missed.filter(listed)


def told_missing(missed: pa.Table, profile: Profile) -> pa.Table:
    """Return a finding for each item that is missed."""
    names = (ENTERPRISE, profile.key, profile.subject, CONFIRMED, ITEM_ID)
    return findings_table(
        [
            finding(
                "item-missing", "W", ledger=profile.id, enterprise=enterprise,
                column=profile.key, value=key or text,
                params={"text": text, "period": last["period"], "last": last,
                        "pending": not confirmed}, subject=item, digest=digest,
            )
            for enterprise, key, text, confirmed, item, last, digest in zip(
                *(missed.column(name).to_pylist() for name in names),
                sources(missed),
                _digests(missed, profile),
                strict=True,
            )
        ]
    )  # fmt: skip


def still_undecided(rows: pa.Table, before: pa.Table, profile: Profile) -> pa.Table:
    """Items that were never confirmed and are not told of: the doubt is asked about again."""
    told = pc.is_in(before.column(ITEM_ID), rows.column(ITEM_ID).combine_chunks())
    waiting = before.filter(pc.invert(pc.or_(before.column(CONFIRMED), told)))
    status = profile.status_column
    names = (ENTERPRISE, status, profile.key, profile.subject, SOURCE_PERIOD, ITEM_ID)
    return findings_table(
        [
            finding(
                "still-undecided", "E", ledger=profile.id, enterprise=enterprise, column=status,
                value=value, params={"item": key or text, "named": bool(key), "period": period},
                subject=item, digest=digest,
            )
            for enterprise, value, key, text, period, item, digest in zip(
                *(waiting.column(name).to_pylist() for name in names),
                _digests(waiting, profile),
                strict=True,
            )
        ]
    )  # fmt: skip


def _digests(items: pa.Table, profile: Profile) -> list[str]:
    """What a ruling on an absent item is about: the news that was last heard of it."""
    names = (profile.status_column, SOURCE_PERIOD, SOURCE_FILE, SOURCE_ROW)
    columns = (pc.cast(items.column(name), pa.string()).to_pylist() for name in names)
    return [digest_of(cells) for cells in zip(*columns, strict=True)]
