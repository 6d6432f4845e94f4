"""The stage: identified rows and the roster before in, findings out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.compare.cells import against_past, pairs
from pipeline.compare.items import heard, left_out, reopened, still_undecided, told_missing
from pipeline.compare.regroup import proposed
from pipeline.findings import findings_table, together
from pipeline.model import ITEM_ID, REASON, Sheet
from pipeline.profile.schema import Profile


def compare(
    rows: pa.Table,
    before: pa.Table,
    sheets: Sequence[Sheet],
    reporting: Collection[str],
    forms: Collection[str],
    profile: Profile,
    as_of: date,
    dates: Mapping[str, date],
) -> pa.Table:
    """Return findings about items that turned back, changed, or are no longer told of.

    ``rows`` are the identified rows, ``before`` the roster before with its states, ``reporting``
    the enterprises that sent a ledger with rows: what they leave out is missed, what silent ones
    leave out is not. Those in ``forms`` filled in our own blank ledger, which lists what was open:
    completed items are not missed there. What was told by phone is confirmed or contradicted.
    ``dates`` are the ledger's as-of dates in earlier periods, by period, the oldest first.
    """
    calls = {sheet.id: sheet.call for sheet in sheets if sheet.call is not None}
    phoned = heard(rows, before, calls, profile)
    rows = rows.filter(pc.is_null(rows.column(REASON)))
    missed = left_out(rows, before, reporting, forms, profile)
    regrouped = proposed(missed, rows, before, profile)
    explained = pc.is_in(missed[ITEM_ID], pa.array(list(regrouped.records), pa.string()))
    known = pairs(rows, before, dates)
    parts = pc.is_in(known.now[ITEM_ID], pa.array(sorted(regrouped.rewritten), pa.string()))
    return together(
        [
            reopened(rows, before, profile),
            told_missing(missed.filter(pc.invert(explained)), profile),
            findings_table(list(regrouped.records.values())),
            still_undecided(rows, before, profile),
            phoned,
            against_past(known, profile, as_of, parts),
        ]
    )
