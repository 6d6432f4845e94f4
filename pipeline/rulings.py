"""Rulings: what was decided on doubts, applied at settling and to findings, and shown as applied.

A ruling on a text (基本完成 means 整改中) holds wherever that text stands in the column. One on an
item holds while the columns that its rule reads stay as they were, or until its date.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import dumps
from pipeline.model import CONFIRMED, FINDINGS, ITEM_ID, ROW_ID, Action, Decision, Period, typed
from pipeline.profile.schema import Profile
from pipeline.rules.algebra import reads
from pipeline.rules.families import checks
from pipeline.states import with_states
from pipeline.text import fold

RULED = "ruled"
"""Reason of rows that a ruling sets aside, and the parameter that tells of an applied ruling."""


@dataclass(frozen=True)
class Rulings:
    """A ledger's rulings in force, in the order in which they were made; the later one counts."""

    decisions: tuple[Decision, ...] = ()

    @classmethod
    def in_force(cls, decisions: Sequence[Decision], period: Period, ledger: str) -> Rulings:
        """Leave out those whose time has run out in ``period``, and those made after it."""
        day = str(period.as_of[ledger])
        made = (d for d in decisions if d.period_id <= period.id)
        return cls(tuple(d for d in made if d.until is None or day <= d.until))

    def meanings(self, column: str) -> Mapping[str, Decision]:
        """Rulings on what texts in a column mean, by the folded text."""
        return {
            d.subject: d for d in self.decisions if d.action == Action.MEANS and d.column == column
        }

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """Hashes of the files that count among versions; of two that were, the later ruled."""
        return tuple(d.subject for d in self.decisions if d.action == Action.KEEP)

    @cached_property
    def on_findings(self) -> Mapping[tuple[str, str, str], Decision]:
        """Rulings on findings, by subject, code and column."""
        return {
            (d.subject, d.code, d.column): d
            for d in self.decisions
            if d.action in (Action.ACCEPT, Action.SET_ASIDE, Action.STATE)
        }


def addressed(findings: pa.Table, rows: pa.Table, profile: Profile) -> pa.Table:
    """Fill subject and digest of findings on rows: the item, and the columns that the rule reads.

    ``rows`` are the identified rows. Findings that have a subject already keep it.
    """
    items = dict(zip(rows[ROW_ID].to_pylist(), rows[ITEM_ID].to_pylist(), strict=True))
    place = {row: number for number, row in enumerate(rows[ROW_ID].to_pylist())}
    read = _columns_read(profile)
    texts: dict[str, list[Any]] = {}
    subjects, digests = findings["subject"].to_pylist(), findings["digest"].to_pylist()
    keys = zip(*(findings[n].to_pylist() for n in ("row_id", "code", "column")), strict=True)
    for number, (row, code, column) in enumerate(keys):
        if row is None or subjects[number] is not None:
            continue
        cells = []
        for name in read.get((code, column or ""), (column or "",)):
            if name not in texts:
                texts[name] = _texts(rows, name)
            cells.append(texts[name][place[row]])
        subjects[number], digests[number] = items[row], digest_of(cells)
    for name, values in (("subject", subjects), ("digest", digests)):
        at = FINDINGS.get_field_index(name)
        findings = findings.set_column(at, name, pa.array(values, pa.string()))
    return findings


def _columns_read(profile: Profile) -> dict[tuple[str, str], tuple[str, ...]]:
    """Which columns each check reads: those of its predicate, not the partitions made of them."""
    partitions = {partition.id for partition in profile.partitions}
    found = {}
    for check in checks(profile):
        names = reads(check.fault) if check.fault is not None else (check.column,)
        if check.past is not None:
            others = (check.past.other,) if check.past.other else ()
            names = (check.column, *others, *names)
        own = {name for name in names if name not in partitions}
        states = {profile.status_column} if own != set(names) else set()
        found[(check.code, check.column)] = tuple(sorted(own | states))
    return found


def _texts(rows: pa.Table, name: str) -> list[Any]:
    column = name if name in rows.column_names else typed(name)
    if column not in rows.column_names:
        return [None] * rows.num_rows
    return list(pc.cast(rows.column(column), pa.string()).to_pylist())


def digest_of(cells: Sequence[str | None]) -> str:
    """Return the digest of the texts that a ruling is about."""
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Applied:
    """Findings after ruling, rows ruled to be set aside, and items' states that were ruled on."""

    findings: pa.Table
    aside: frozenset[int] = frozenset()
    states: Mapping[str, str] = field(default_factory=dict)


def applied(findings: pa.Table, rulings: Rulings) -> Applied:
    """Turn what was ruled on into notes that say so.

    A ruling whose digest is not the present one is not applied: what it was about has changed.
    """
    if not rulings.decisions:
        return Applied(findings)
    severities, params = findings["severity"].to_pylist(), findings["params"].to_pylist()
    values = findings["value"].to_pylist()
    aside: set[int] = set()
    states: dict[str, str] = {}
    names = ("subject", "code", "column", "digest", "row_id")
    keys = zip(*(findings[name].to_pylist() for name in names), strict=True)
    for number, (subject, code, column, digest, row) in enumerate(keys):
        ruling = rulings.on_findings.get((subject or "", code, column or ""))
        if ruling is None and code == "still-undecided":
            ruling = rulings.meanings(column or "").get(fold(values[number] or ""))
        if ruling is None or ruling.digest not in ("", digest) or severities[number] == "I":
            continue
        severities[number] = "I"
        params[number] = dumps({**json.loads(params[number] or "{}"), RULED: told(ruling)})
        if ruling.action == Action.SET_ASIDE and row is not None:
            aside.add(row)
        if ruling.action == Action.STATE or code == "still-undecided":
            states[subject] = ruling.value
    for name, values in (("severity", severities), ("params", params)):
        at = FINDINGS.get_field_index(name)
        findings = findings.set_column(at, name, pa.array(values, pa.string()))
    return Applied(findings, frozenset(aside), states)


def with_ruled_states(
    table: pa.Table, states: Mapping[str, str], profile: Profile, as_of: date
) -> pa.Table:
    """Give items the status they were ruled to have, and make their states anew.

    ``table`` has ITEM_ID; the text of the status stays as it was written.
    """
    if not states:
        return table
    column = typed(profile.status_column)
    ruled = [states.get(item) for item in table.column(ITEM_ID).to_pylist()]
    new = pa.array(ruled, pa.string())
    at = table.column_names.index(column)
    table = table.set_column(at, column, pc.coalesce(new, table.column(column)))
    if CONFIRMED in table.column_names:
        at = table.column_names.index(CONFIRMED)
        table = table.set_column(at, CONFIRMED, pc.or_(pc.is_valid(new), table.column(CONFIRMED)))
    return with_states(table, profile, as_of)


def told(ruling: Decision) -> dict[str, str]:
    """What a message says of an applied ruling."""
    return {
        "action": ruling.action, "value": ruling.value, "by": ruling.by,
        "reason": ruling.reason, "period": ruling.period_id,
    }  # fmt: skip
