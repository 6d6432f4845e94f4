"""Findings on their way from stage to stage: a table that is built row by row or by mask."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import ENTERPRISE, FINDINGS, ROW_ID, ROW_NO, SHEET_ID, SUBMISSION


def finding(code: str, severity: str, **place: Any) -> dict[str, Any]:
    """Return one finding as a record of FINDINGS; ``params`` may be a mapping."""
    params = place.pop("params", {})
    known = {name: place.pop(name, None) for name in FINDINGS.names if name in place}
    if place:
        raise TypeError(f"findings have no {sorted(place)}")
    about = {"code": code, "severity": severity, "params": dumps(params)}
    return {"trial": False, **known, **about}


def dumps(params: Mapping[str, Any]) -> str:
    """Return a message's parameters as JSON whose bytes depend on nothing but the values."""
    return json.dumps(params, ensure_ascii=False, sort_keys=True, default=str)


def findings_table(records: Sequence[Mapping[str, Any]] = ()) -> pa.Table:
    """Return records made by ``finding`` as a table."""
    return pa.Table.from_pylist(list(records), schema=FINDINGS)


def on_rows(
    rows: pa.Table,
    code: str,
    severity: str,
    ledger: str,
    column: str | None,
    params: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    trial: bool = False,
) -> pa.Table:
    """Return one finding for each of ``rows``, all of one code and column.

    ``rows`` is part of a settled table; ``params`` one mapping for all, or one for each row.
    ``trial``: the rule is on trial.
    """
    size = rows.num_rows
    each = [params] * size if isinstance(params, Mapping) else params
    told = [dumps(own) for own in each]
    names = rows.column_names
    value = rows.column(column) if column in names else pa.nulls(size, pa.string())
    nothing = pa.nulls(size, pa.string())
    return pa.table(
        {
            "code": pa.repeat(code, size),
            "severity": pa.repeat(severity, size),
            "ledger": pa.repeat(ledger, size),
            "enterprise": rows.column(ENTERPRISE) if ENTERPRISE in names else nothing,
            "submission": rows.column(SUBMISSION),
            "sheet_id": rows.column(SHEET_ID),
            "row_id": rows.column(ROW_ID),
            "row_no": rows.column(ROW_NO),
            "column": pa.repeat(pa.scalar(column, pa.string()), size),
            "value": pc.cast(value, pa.string()),
            "params": pa.array(told, pa.string()),
            "subject": nothing,
            "digest": nothing,
            "trial": pa.repeat(trial, size),
        },
        schema=FINDINGS,
    )


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Return findings of several stages as one table."""
    return pa.concat_tables([findings_table(), *tables])


def parted(findings: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Part the findings that stand from those of rules on trial.

    Here alone it is decided what stands. What a rule on trial finds is kept beside, for the
    coordinator to look at: it keeps no row from counting, is ruled on by nobody, goes to no
    enterprise and into no number.
    """
    trial = findings["trial"]
    return findings.filter(pc.invert(trial)), findings.filter(trial)
