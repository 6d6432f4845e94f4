"""Validate: a settled table and an as-of date in, findings out. All rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import on_rows, together
from pipeline.model import SHEET_ID, Sheet
from pipeline.profile.schema import Profile
from pipeline.rules.families import Check, checks, faulty


def validate(table: pa.Table, sheets: Sequence[Sheet], profile: Profile, as_of: date) -> pa.Table:
    """Return the findings of all the profile's checks on the settled ``table``.

    A column that a sheet lacks altogether is told once for the sheet by reading; its blank cells
    are not told again here.
    """
    present = {sheet.id: sheet.columns.keys() for sheet in sheets if sheet.ledger == profile.id}
    return together([_findings(check, table, present, profile, as_of) for check in checks(profile)])


def _findings(
    check: Check,
    table: pa.Table,
    present: Mapping[int, Any],
    profile: Profile,
    as_of: date,
) -> pa.Table:
    rows = faulty(check, table, as_of)
    if check.code == "required":
        having = [sheet for sheet, columns in present.items() if check.column in columns]
        rows = rows.filter(pc.is_in(rows.column(SHEET_ID), pa.array(having, pa.int32())))
    each = check.of_row(rows) if check.of_row is not None else [{}] * rows.num_rows
    params = [{**check.params, **own, "message": check.message} for own in each]
    if check.life == "trial":
        params = [{**own, "trial": True} for own in params]
    return on_rows(rows, check.code, check.severity, profile.id, check.column, params)
