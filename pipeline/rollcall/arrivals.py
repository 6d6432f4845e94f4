"""When each enterprise's report arrived, as far as mails and calls tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import (
    ENTERPRISE,
    REASON,
    SHEET_ID,
    SUBMISSION,
    SUPERSEDED,
    Letter,
    RollCall,
    Sheet,
    Submission,
)
from pipeline.punctual import in_zone, latest
from pipeline.rollcall.filings import Filing, state_of


def arrivals(
    filed: Mapping[str, Filing],
    rows: pa.Table,
    sheets: Sequence[Sheet],
    owners: Mapping[int, str | None],
    submissions: Sequence[Submission],
    claimed: Mapping[str, Letter],
    cutoff: str,
) -> dict[str, str]:
    """Return when all of each enterprise's report was there, in the cut-off's zone.

    A report in rows is there with the last file whose rows count (a version that another replaced
    plays no part); a declaration with the file or the mail that makes it; what was told by phone
    with the call. A file that came in no mail tells nothing, whatever its own time: such an
    enterprise is left out.
    """
    sent = {one.id: in_zone(one.sent_at, cutoff) for one in submissions}
    of_rows = _files_of_rows(rows, sheets)
    found: dict[str, str] = {}
    for name, filing in filed.items():
        state = state_of(filing)
        if state is RollCall.REPORTED:
            moments = [sent[file] for file in of_rows.get(name, ())]
        elif state is RollCall.PHONE:
            calls = (s.call for s in sheets if s.call is not None and owners.get(s.id) == name)
            moments = [in_zone(call.at, cutoff) for call in calls]
        elif filing.sheets:
            moments = [sent[sheet.submission] for sheet in filing.sheets]
        else:
            moments = [in_zone(claimed[name].sent_at, cutoff)] if name in claimed else []
        if moment := latest(moments):
            found[name] = moment
    return found


def _files_of_rows(rows: pa.Table, sheets: Sequence[Sheet]) -> dict[str, set[int]]:
    """The submissions whose rows count, or may come to count, by enterprise."""
    calls = pa.array(sorted(s.id for s in sheets if s.call is not None), pa.int32())
    old = pc.fill_null(pc.equal(rows[REASON], SUPERSEDED), False)
    rows = rows.filter(pc.invert(pc.or_(old, pc.is_in(rows[SHEET_ID], calls))))
    pairs = rows.group_by([ENTERPRISE, SUBMISSION]).aggregate([]).to_pylist()
    found: dict[str, set[int]] = {}
    for pair in pairs:
        if pair[ENTERPRISE]:
            found.setdefault(pair[ENTERPRISE], set()).add(pair[SUBMISSION])
    return found
