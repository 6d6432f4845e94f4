"""Validate: a settled table and an as-of date in, findings out. All rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table, on_rows, together
from pipeline.model import SHEET_ID, Sheet
from pipeline.profile.schema import Derived, Profile
from pipeline.rules.algebra import AS_OF
from pipeline.rules.check import Check
from pipeline.rules.deadlines import sources, told_on, years_reckoned
from pipeline.rules.families import checks, faulty

_VERSION = 5  # digits


def validate(table: pa.Table, sheets: Sequence[Sheet], profile: Profile, as_of: date) -> pa.Table:
    """Return the findings of all the profile's checks on the settled ``table``.

    A column that a sheet lacks altogether is told once for the sheet by reading; its blank cells
    are not told again here, nor is what a rule asks of such columns only where they are there. Who
    tells of an item by phone says nothing of what he does not mention.
    """
    mine = [sheet for sheet in sheets if sheet.ledger == profile.id]
    found = [_findings(check, table, mine, profile, as_of) for check in checks(profile)]
    return together([*found, _unpublished(table, profile, as_of)])


def _unpublished(table: pa.Table, profile: Profile, as_of: date) -> pa.Table:
    """Tell of years whose working days were counted and are not arranged yet."""
    years = profile.calendar.unpublished(years_reckoned(table, profile, as_of))
    told = ({"year": str(year)} for year in years)
    code = "calendar-unpublished"
    return findings_table([finding(code, "I", ledger=profile.id, params=p) for p in told])


def _findings(
    check: Check,
    table: pa.Table,
    sheets: Sequence[Sheet],
    profile: Profile,
    as_of: date,
) -> pa.Table:
    rows = faulty(check, table, as_of)
    derived = next((d for d in profile.derived if d.id == check.column and d.a_deadline), None)
    if derived is not None:
        return together(
            [
                _told(replace(check, column=name), part, profile, as_of)
                for name in told_on(derived)
                if (part := rows.filter(_taken_from(rows, derived, name))).num_rows
            ]
        )
    lacking = [
        sheet.id
        for sheet in sheets
        if check.column not in sheet.columns
        and (
            check.code == "required"
            or check.where_asked
            or sheet.call
            or _came_later(check.column, sheet, profile)
        )
    ]
    rows = rows.filter(pc.invert(pc.is_in(rows[SHEET_ID], pa.array(lacking, pa.int32()))))
    return _told(check, rows, profile, as_of)


def _came_later(column: str, sheet: Sheet, profile: Profile) -> bool:
    """Whether the blank ledger that the sheet was made from did not have the column yet."""
    version = sheet.declared.get("version", "")
    since = next((c.since for c in profile.columns if c.id == column), 1)
    return version.isdecimal() and len(version) <= _VERSION and int(version) < since


def _taken_from(rows: pa.Table, derived: Derived, name: str) -> pa.ChunkedArray:
    """Rows whose deadline is that of column ``name``: the clerk looks for it there."""
    return pc.equal(pc.fill_null(sources(rows, derived), told_on(derived)[0]), name)


def _told(check: Check, rows: pa.Table, profile: Profile, as_of: date) -> pa.Table:
    each = check.of_row(rows) if check.of_row is not None else [{}] * rows.num_rows
    if check.shown is not None:
        cells = rows.column(check.column).to_pylist()
        quoted = pa.array([c and check.shown(c) for c in cells], pa.string())
        rows = rows.set_column(rows.column_names.index(check.column), check.column, quoted)
    params = [{**check.params, **own, "message": check.message} for own in each]
    if check.params.get("other") == AS_OF:
        params = [{**own, "other_value": str(as_of)} for own in params]
    trial = check.life == "trial"
    return on_rows(rows, check.code, check.severity, profile.id, check.column, params, trial=trial)
