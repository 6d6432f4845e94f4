"""The figures in the database: what each period counted of the whole of each ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from pipeline.model import Earlier, Number
from pipeline.store.encoding import number_of, number_text
from pipeline.store.periods import all_periods
from pipeline.store.tables import figure


def figure_rows(figures: Mapping[str, Mapping[str, Number]]) -> list[dict[str, Any]]:
    """Return figures by ledger and name as rows of their table."""
    return [
        {"ledger": ledger, "name": name, "value": number_text(value)}
        for ledger, told in sorted(figures.items())
        for name, value in sorted(told.items())
    ]


def earlier(
    connection: Connection, ledger: str, before: str, since: str = ""
) -> tuple[Earlier, ...]:
    """Return what each period before ``before`` counted of a ledger, oldest first.

    Those before ``since`` are left out. Figures are as that period's last run had them. Periods
    without the ledger are left out.
    """
    query = select(figure).where(
        figure.c.ledger == ledger, figure.c.period_id < before, figure.c.period_id >= since
    )
    found: dict[str, dict[str, Number]] = {}
    for row in connection.execute(query.order_by(figure.c.period_id, figure.c.name)):
        found.setdefault(row.period_id, {})[row.name] = number_of(row.value)
    periods = {p.id: p for p in all_periods(connection)}
    return tuple(Earlier(p, periods[p].as_of[ledger], told) for p, told in found.items())
