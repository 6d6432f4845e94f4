"""Who is not covered: enterprises of the registry of which a ledger tells nothing, or not all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.count import Ledger, rows_behind
from pipeline.findings import finding, findings_table
from pipeline.model import ENTERPRISE, FigureRef
from pipeline.profile.schema import Figure, Profile
from pipeline.rules.algebra import matching
from pipeline.rules.check import Check
from pipeline.rules.families import checks


def uncovered(ledger: Ledger) -> pa.Table:
    """Return the findings of rules on coverage: one for each enterprise, with what it lacks.

    A ledger without rows is not in use: nobody is told of.
    """
    if not ledger.roster.num_rows:
        return findings_table()
    found = (f for check in checks(ledger.profile) if _asks(check) for f in _told(check, ledger))
    return findings_table(list(found))


def _asks(check: Check) -> bool:
    return check.figure is not None and check.past is None


def _told(check: Check, ledger: Ledger) -> Iterator[dict[str, Any]]:
    profile = ledger.profile
    figure = profile.figure(str(check.figure))
    lacking = rows_behind(ledger, FigureRef(profile.id, figure.id)).column("name").to_pylist()
    having = matching(figure.where, ledger.roster, ledger.as_of)
    for name in lacking:
        rows = having.filter(pc.equal(having.column(ENTERPRISE), name))
        missing = _missing(figure, rows, ledger)
        params = {**check.params, "message": check.message, "missing": _listed(missing, profile)}
        if check.life == "trial":
            params["trial"] = True
        yield finding(check.code, check.severity, ledger=profile.id, enterprise=name, params=params)


def _missing(figure: Figure, rows: pa.Table, ledger: Ledger) -> list[tuple[str, str]]:
    """Values of which the enterprise has no row, where it needs one of each."""
    return [
        (column, value)
        for column, values in figure.every.items()
        for value in values
        if not matching({column: (value,)}, rows, ledger.as_of).num_rows
    ]


def _listed(missing: list[tuple[str, str]], profile: Profile) -> dict[str, str]:
    if not missing:
        return {"zh": "", "en": ""}
    english = {(c.id, each.value): each.en for c in profile.columns for each in c.choices}
    zh = "、".join(value for _, value in missing)
    en = ", ".join(english.get(each, each[1]) for each in missing)
    return {"zh": f"（缺：{zh}）", "en": f" (missing: {en})"}
