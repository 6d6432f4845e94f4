"""How each enterprise filed a ledger: with rows, with a declaration, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import ENTERPRISE, ROW_NO, SHEET_ID, RollCall, Sheet


@dataclass(frozen=True)
class Filing:
    """How an enterprise filed a ledger: how many rows are its, and what it declares.

    ``touched`` are the numbers of those of the rows that say other than the roster before did.
    ``sheets`` are those it sent that hold nobody's rows; ``form`` tells that all its sheets are our
    own blank ledger; ``phone`` that it told something by phone, which is not counted in ``rows``.
    """

    rows: int = 0
    touched: tuple[int, ...] = ()
    nil: bool = False
    unchanged: bool = False
    sheets: tuple[Sheet, ...] = ()
    form: bool = False
    phone: bool = False


def filings(
    rows: pa.Table,
    sheets: Sequence[Sheet],
    owners: Mapping[int, str | None],
    declared: Mapping[str, str],
    same: pa.Array,
) -> dict[str, Filing]:
    """Return what each enterprise filed: by the rows that are its, and the sheets it sent.

    ``declared`` maps enterprises to what a row of theirs says instead of items: nil or unchanged.
    ``same`` tells of each row whether it says what the roster before did (``untouched``).
    """
    calls = {sheet.id for sheet in sheets if sheet.call is not None}
    spoken = {owners[sheet] for sheet in calls}
    written = pc.invert(pc.is_in(rows[SHEET_ID], pa.array(sorted(calls), pa.int32())))
    changed = rows.filter(pc.and_(written, pc.invert(same)))
    rows = rows.filter(written)
    touched: dict[str | None, list[int]] = {}
    for owner, number in zip(
        changed[ENTERPRISE].to_pylist(), changed[ROW_NO].to_pylist(), strict=True
    ):
        touched.setdefault(owner, []).append(number)
    counts = rows.group_by([ENTERPRISE]).aggregate([([], "count_all")]).to_pylist()
    told = {
        r[ENTERPRISE]: Filing(r["count_all"], tuple(touched.get(r[ENTERPRISE], ())))
        for r in counts
        if r[ENTERPRISE]
    }
    for name, filing in declared.items():
        filed = told.get(name, Filing())
        told[name] = replace(
            filed,
            nil=filed.nil or filing == RollCall.NIL,
            unchanged=filed.unchanged or filing == RollCall.UNCHANGED,
        )
    holding = set(pc.unique(rows.column(SHEET_ID)).to_pylist())
    sent: dict[str, list[bool]] = {}
    for sheet in sheets:
        owner = owners.get(sheet.id)
        if owner is None or sheet.id in calls:
            continue
        filed = told.get(owner, Filing())
        filing = sheet.declared.get("filing", "")
        sent.setdefault(owner, []).append("profile" in sheet.declared)
        if sheet.id in holding and not filed.rows and not filing:
            continue  # It holds others' rows: what is odd about that is told of the rows.
        told[owner] = replace(
            filed,
            nil=filed.nil or filing == RollCall.NIL,
            unchanged=filed.unchanged or filing == RollCall.UNCHANGED,
            sheets=(*filed.sheets, sheet),
            form=all(sent[owner]),
        )
    for name in sorted(name for name in spoken if name is not None):
        told[name] = replace(told.get(name, Filing()), phone=True)
    return told


def state_of(filing: Filing | None) -> RollCall:
    """Return the 报送 state. An empty ledger that declares nothing is not a report: it is asked.

    无变化 above rows that say what was known is 无变化: they stood in the ledger beforehand.
    """
    if filing is None:
        return RollCall.MISSING
    if filing.unchanged and not filing.nil and not filing.touched:
        return RollCall.UNCHANGED
    if filing.rows:
        return RollCall.REPORTED
    if filing.nil:
        return RollCall.NIL
    if filing.unchanged:
        return RollCall.UNCHANGED
    return RollCall.PHONE if filing.phone else RollCall.MISSING
