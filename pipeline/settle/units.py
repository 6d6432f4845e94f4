"""The unit line above a table: where it says yuan and the ledger counts in 万元, it is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table
from pipeline.model import SHEET_ID, Sheet, typed
from pipeline.profile.schema import Profile
from pipeline.text import fold

_YUAN = re.compile(r"(金额)?(计量)?单位:?(人民币)?元")


def in_its_unit(
    rows: pa.Table, sheets: Sequence[Sheet], profile: Profile
) -> tuple[pa.Table, pa.Table]:
    """Return the rows without the amounts that stand under another unit, and the findings.

    An amount ten thousand times too large would count as if it were right; the texts stay.
    """
    amounts = [c.id for c in profile.columns if c.type == "number" and "万元" in c.label.zh]
    doubtful = [sheet for sheet in sheets if _YUAN.search(fold(sheet.title))]
    doubtful = [sheet for sheet in doubtful if set(amounts) & set(sheet.columns)]
    if not doubtful:
        return rows, findings_table()
    there = pc.is_in(rows.column(SHEET_ID), pa.array([s.id for s in doubtful], pa.int32()))
    for name in amounts:
        at = rows.column_names.index(typed(name))
        column = rows.column(at)
        kept = pc.if_else(there, pa.scalar(None, column.type), column)
        rows = rows.set_column(at, typed(name), kept)
    return rows, findings_table(
        [
            finding(
                "unit-line",
                "W",
                ledger=profile.id,
                submission=s.submission,
                sheet_id=s.id,
                column=name,
            )
            for s in doubtful
            for name in amounts
            if name in s.columns
        ]
    )
