"""The register of what was reported upwards, in the database."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from pipeline.store.records import Upward
from pipeline.store.tables import upward


def all_of(connection: Connection) -> tuple[Upward, ...]:
    """Return all reports, oldest first."""
    rows = connection.execute(select(upward).order_by(upward.c.id)).mappings()
    return tuple(
        Upward(
            **{k: v for k, v in row.items() if k not in ("id", "figures")},
            figures=tuple(tuple(one) for one in json.loads(row["figures"])),
        )
        for row in rows
    )


def add(connection: Connection, new: Upward) -> None:
    """Note a report, unless it is noted already."""
    if new not in all_of(connection):
        told = json.dumps(new.figures, ensure_ascii=False)
        connection.execute(insert(upward), [{**asdict(new), "figures": told}])
