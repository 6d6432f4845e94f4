"""Weeks of a ledger, each made from the week before by the few cells that changed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
from tables import CLEAN, File, lines, registry, sent

from pipeline.collect import Collected
from pipeline.examine import ledger_result
from pipeline.job import Job
from pipeline.merge import kept_columns
from pipeline.model import Decision, Period
from pipeline.profile import Profile
from pipeline.read import Reading
from pipeline.store import Store
from pipeline.write.report import LedgerResult

Row = Mapping[str, str]
Rows = dict[str, dict[str, str]]
"""Rows by item number."""


def open_item(owner: str, number: str, text: str, **cells: str) -> dict[str, str]:
    """Return the cells of an item that no rule finds fault with."""
    due = {"deadline": "2021-06-30", "progress": "已定方案"}
    names = {"enterprise": owner, "item_no": number, "description": text}
    columns = {"extended_deadline": "", "approval_no": ""}
    return {**CLEAN, **columns, **due, **names, **cells}


def files(rows: Rows) -> list[File]:
    """One workbook for each enterprise, its rows in their order."""
    owners: dict[str, list[dict[str, str]]] = {}
    for row in rows.values():
        owners.setdefault(row["enterprise"], []).append(row)
    return [File(lines(*told), f"{owner}.xlsx") for owner, told in owners.items()]


class Weeks:
    """A store in which a ledger's periods follow one another."""

    def __init__(self, path: Path, profile: Profile) -> None:
        self._store = Store.open(path)
        self._profile = profile

    def week(
        self,
        as_of: str,
        sent_in: Sequence[File],
        known: str,
        rulings: Sequence[Decision] = (),
    ) -> LedgerResult:
        """Run a period on these files, prove it and keep it."""
        profile, day = self._profile, date.fromisoformat(as_of)
        self._store.add_decisions(rulings)
        arrived = sent(profile, *sent_in)
        job = Job(
            folder=Path(), out=Path(), period=Period(as_of, {profile.id: day}),
            profiles=(profile,), registry=registry(known), template=Path(), store=self._store,
        )  # fmt: skip
        reading = Reading(arrived.sheets, {profile.id: arrived.raw}, ())
        collected = replace(Collected((), ()), submissions=arrived.submissions)
        result = ledger_result(profile, job, collected, reading)
        self._store.save(
            job.period,
            (),
            {profile.id: kept_columns(result.merged.roster, profile)},
            {},
            number=None,
            figures={
                profile.id: {ref.figure: n for ref, n in result.figures.items() if not ref.by}
            },
        )
        return result

    def item(self, number: str, as_of: str, schema: pa.Schema) -> str:
        """Return the id of the item with that number, as the roster stood before a period."""
        roster = self._store.roster(self._profile.id, as_of, schema)
        pairs = zip(roster["item_no"].to_pylist(), roster["item_id"].to_pylist(), strict=True)
        return str(next(item for key, item in pairs if key == number))
