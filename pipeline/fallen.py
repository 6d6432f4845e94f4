"""Figures that only count up, against what the last period counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.count import Ledger, rows_behind
from pipeline.findings import finding, findings_table
from pipeline.model import ENTERPRISE, ITEM_ID, KEY, TURN, Earlier, FigureRef, Number
from pipeline.rules.algebra import matching
from pipeline.rules.check import Check
from pipeline.rules.families import checks
from pipeline.rulings import RULED, Rulings, applied, digest_of

_ITEMS_TOLD = 5


def fallen(
    ledger: Ledger,
    figures: Mapping[FigureRef, Number],
    before: pa.Table,
    earlier: Sequence[Earlier],
    ruled: pa.Table,
    rulings: Rulings,
) -> pa.Table:
    """Return a finding for each such figure that is less than it was.

    ``before`` is the roster before with its states, ``earlier`` what the periods before counted.
    Items that a ruling took out do not make it fall: those removed, and those of ``ruled`` (the
    findings after ruling) on which a note says so. A ruling may accept the rest.
    """
    if not earlier:
        return findings_table()
    last = earlier[-1]
    found: list[dict[str, Any]] = []
    for check in checks(ledger.profile):
        if check.past is None or check.figure is None:
            continue
        now = figures[FigureRef(ledger.profile.id, check.figure)]
        then = last.figures.get(check.figure)
        if now is not None and then is not None and now < then:
            found.extend(_told(check, ledger, now, then, before, last, ruled))
    return applied(findings_table(found), rulings).findings


def _told(
    check: Check,
    ledger: Ledger,
    now: Number,
    then: Number,
    before: pa.Table,
    last: Earlier,
    ruled: pa.Table,
) -> Iterator[dict[str, Any]]:
    profile = ledger.profile
    figure = profile.figure(str(check.figure))
    lost = pa.table({ITEM_ID: pa.array([], pa.string())})
    if figure.kind == "count" and figure.table == "roster":
        counted = rows_behind(ledger, FigureRef(profile.id, figure.id))[ITEM_ID]
        lost = matching(figure.where, before, ledger.as_of)
        lost = lost.filter(pc.invert(pc.is_in(lost[ITEM_ID], counted.combine_chunks())))
        decided = _decided(ledger, ruled)
        lost = lost.filter(
            pc.invert(pc.is_in(lost[ITEM_ID], pa.array(sorted(decided), pa.string())))
        )
        if not lost.num_rows:
            return
    params = {
        **check.params, "message": check.message, "then": str(then), "fallen_to": str(now),
        "since": last.period, "lost": _items(lost),
    }  # fmt: skip
    yield finding(
        check.code, check.severity, ledger=profile.id, params=params, value=str(now),
        subject=f"figure:{figure.id}", digest=digest_of([str(then), str(now)]),
        trial=check.life == "trial",
    )  # fmt: skip


def _decided(ledger: Ledger, ruled: pa.Table) -> set[str]:
    """Items that were removed, which takes a ruling, and those of which another thing was ruled."""
    off = ledger.roster.filter(pc.equal(ledger.roster.column(TURN), "removed_now"))
    noted = ruled.filter(pc.match_substring(pc.fill_null(ruled["params"], ""), f'"{RULED}"'))
    items = (*off[ITEM_ID].to_pylist(), *noted["subject"].to_pylist())
    return {item for item in items if item is not None}


def _items(lost: pa.Table) -> dict[str, str]:
    """The items that are no longer counted, in words."""
    if not lost.num_rows:
        return {"zh": "", "en": ""}
    named = zip(lost[ENTERPRISE].to_pylist(), lost[KEY].to_pylist(), strict=True)
    names = [" ".join(part for part in pair if part) for pair in named]
    told, more = names[:_ITEMS_TOLD], len(names) > _ITEMS_TOLD
    rest = (f"等 {len(names)} 项", f" and others, {len(names)}") if more else ("", "")
    return {
        "zh": f"（不再计入：{'、'.join(told)}{rest[0]}）",
        "en": f" (no longer counted: {', '.join(told)}{rest[1]})",
    }
