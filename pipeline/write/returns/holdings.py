"""Whose is what in the files that arrived: who gets a return, and what may stand in it.

A return holds nothing of enterprises other than the recipient and those under it in the registry
(上级单位). Where it can't be told whose a row is, it counts as somebody else's, unless nobody but
the sender can be meant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import (
    ENTERPRISE,
    EXTRA,
    REASON,
    ROW_NO,
    SHEET_ID,
    SUBMISSION,
    SUPERSEDED,
    Sheet,
    Submission,
)
from pipeline.settle.owners import owner_of
from pipeline.text import fold
from pipeline.write.report import LedgerResult, Report

_UNCLEAR = ["enterprise-unknown", "enterprise-ambiguous"]

RowPlace = tuple[int, int]
"""A row: the sheet's id and the row's number as Excel shows it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row read: whose it is (None: not known), its ledger, and its place in the ledger's rows.

    ``meant`` are those whom an unclear name may mean. ``old`` tells that a later version counts.
    ``place`` is None for rows set aside on reading.
    """

    owner: str | None
    result: LedgerResult
    place: int | None
    meant: tuple[str, ...] = ()
    old: bool = False


class Holdings:
    """The rows of a run by file, and the families of enterprises."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.registry = report.ledgers[0].ledger.registry
        self.sheets: dict[int, list[Sheet]] = {s.id: [] for s in report.submissions}
        for sheet in report.sheets:
            self.sheets[sheet.submission].append(sheet)
        self.central = {r.profile.id for r in report.ledgers if not r.profile.reported}
        self.owners: dict[int, str | None] = {}
        self.rows: dict[RowPlace, Row] = {}
        self._of_file: dict[int, list[Row]] = {s.id: [] for s in report.submissions}
        self._strangers: dict[int, set[str]] = {}
        meant = self._meant()
        for result in report.ledgers:
            self.owners |= result.owners
            self._take(result, meant)
            self._look_aside(result)

    # ------------------------------------------------------------ whose

    def sender(self, submission: Submission) -> str | None:
        """Return who sent a file: what its ledgers tell, or, if none is read, its name or mail."""
        ledgers = [s for s in self.sheets[submission.id] if s.ledger]
        told = {owner for s in ledgers if (owner := self.owners.get(s.id)) is not None}
        if ledgers:
            return next(iter(told)) if len(told) == 1 else None
        nothing = Sheet(0, submission.id, "", None)
        return owner_of(nothing, submission, self.registry).name

    def family(self, name: str) -> frozenset[str]:
        """Return the enterprise and all those under it in the registry, at any depth."""
        if name not in self._families:
            members, waiting = {name}, [name]
            while waiting:
                below = self._below.get(waiting.pop(), ())
                waiting += [other for other in below if other not in members]
                members.update(below)
            self._families[name] = frozenset(members)
        return self._families[name]

    @cached_property
    def _families(self) -> dict[str, frozenset[str]]:
        return {}

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for enterprise in self.registry.enterprises:
            text = enterprise.attributes.get("parent", "")
            parent = self.registry.match(text).sure if text else None
            if parent is not None:
                below.setdefault(parent, []).append(enterprise.name)
        return {parent: tuple(names) for parent, names in below.items()}

    def recipients(self, submission: Submission) -> tuple[str, ...]:
        """Return who gets a return of a file: its sender, and others whose rows it holds.

        One whose parent is among them is not told apart: the parent gets its rows.
        """
        sender = self.sender(submission)
        rows = self._of_file[submission.id]
        own = {r.owner for r in rows if r.owner and r.result.profile.id not in self.central}
        named = sorted(own | ({sender} if sender is not None else set()))
        return tuple(
            name
            for name in named
            if not any(name in self.family(other) for other in named if other != name)
            or name == sender
        )

    def belongs(self, row: Row, name: str, sender: str | None) -> bool:
        """Tell whether ``name`` may be shown a row of a file that ``sender`` sent.

        "" for both stands for whoever sent it: rows of which nobody knows whose they are.
        """
        family = self.family(name)
        if row.owner is not None:
            return row.owner in family
        return name == (sender or "") and (not name or set(row.meant) <= family)

    def rows_of(self, submission: Submission) -> Sequence[Row]:
        """Return a file's data rows."""
        return self._of_file[submission.id]

    def whole(self, submission: Submission, name: str) -> bool:
        """Tell whether ``name`` may get a file back as a whole: it sent it, and all in it is its.

        Files with sheets of a ledger that is kept centrally stay with the desk.
        """
        sender = self.sender(submission) or ""
        if name != sender or self._strangers.get(submission.id, set()) - self.family(name):
            return False
        ledgers = {s.ledger for s in self.sheets[submission.id]}
        rows = self._of_file[submission.id]
        return not ledgers & self.central and all(self.belongs(r, name, sender) for r in rows)

    # ------------------------------------------------------------ rows

    def _take(self, result: LedgerResult, meant: Mapping[RowPlace, tuple[str, ...]]) -> None:
        rows = result.merged.rows
        names = (SUBMISSION, SHEET_ID, ROW_NO, ENTERPRISE, REASON)
        columns = (rows.column(name).to_pylist() for name in names)
        for place, (file, sheet, number, owner, reason) in enumerate(zip(*columns, strict=True)):
            at = (sheet, number)
            row = Row(owner, result, place, meant.get(at, ()), reason == SUPERSEDED)
            self.rows[at] = row
            self._of_file[file].append(row)

    def _look_aside(self, result: LedgerResult) -> None:
        """Rows set aside on reading are the sheet's sender's, unless a cell names somebody else."""
        known = self._known
        aside = result.merged.aside
        names = (SUBMISSION, SHEET_ID, ROW_NO, EXTRA)
        columns = (aside.column(name).to_pylist() for name in names)
        for file, sheet, number, extra in zip(*columns, strict=True):
            self.rows.setdefault((sheet, number), Row(self.owners.get(sheet), result, None))
            told = json.loads(extra) if extra else []
            cells = told.values() if isinstance(told, dict) else told
            found = {known[text] for cell in cells if (text := fold(str(cell))) in known}
            self._strangers.setdefault(file, set()).update(found)

    @cached_property
    def _known(self) -> Mapping[str, str]:
        names = ((e, name) for e in self.registry.enterprises for name in (e.name, *e.names))
        return {fold(name): e.name for e, name in names if fold(name)}

    def _meant(self) -> Mapping[RowPlace, tuple[str, ...]]:
        """Whom the unclear names of rows may mean, by row."""
        findings = self._report.findings
        codes = pc.is_in(findings["code"], pa.array(_UNCLEAR))
        found: dict[RowPlace, tuple[str, ...]] = {}
        for finding in findings.filter(codes).to_pylist():
            params: dict[str, Any] = json.loads(finding["params"] or "{}")
            names = [*params.get("names", ()), params.get("nearest") or ""]
            if finding["sheet_id"] is not None and finding["row_no"] is not None:
                at = (finding["sheet_id"], finding["row_no"])
                found[at] = tuple(name for name in names if name)
        return found
