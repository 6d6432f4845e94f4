"""Which enterprise a row belongs to: its own cell first, then what the sheet and the file say.

Order: the row, the hidden sheet of our blank ledger, the title line, the file's name, the folder's
(or archive's), the mail's sender. Where the row says something else than the file, the row counts
and this is told once for the sheet, unless the sender is above it in the registry: a parent sends
its subsidiaries' ledgers. Names that fit nobody or several are asked about, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from pipeline.findings import finding, findings_table, on_rows
from pipeline.model import ENTERPRISE, SHEET_ID, Decision, Sheet, Submission
from pipeline.profile.schema import Profile
from pipeline.registry import Match, Registry
from pipeline.rulings import Rulings
from pipeline.text import fold


@dataclass(frozen=True, slots=True)
class Owner:
    """Who sent a sheet, as far as it tells: by sheet, title, file, folder or sender.

    ``several`` are those that what told of it may mean, where that is not one.
    """

    name: str | None
    told_by: str = ""
    several: tuple[str, ...] = ()


def owner_of(sheet: Sheet, submission: Submission, registry: Registry) -> Owner:
    """Return the enterprise that the sheet, its title or the file's name tells of."""
    declared = registry.match(sheet.declared.get("enterprise", ""))
    if declared.sure:
        return Owner(declared.sure, "sheet")
    path = PurePosixPath(submission.name)
    stem = path.name[: -len(path.suffix)] if path.suffix else path.name
    folders = (("folder", place.name) for place in path.parents)  # the nearest first
    for told_by, text in (("title", sheet.title), ("file", stem), *folders):
        match = registry.named_in(text)
        if match.sure:
            return Owner(match.sure, told_by)
        if match.found and told_by == "file":
            return Owner(None, told_by, match.found)
    sender = registry.sent_by(submission.sender)
    return Owner(sender.sure, "sender" if sender.found else "", sender.found[1:] and sender.found)


def with_owners(
    table: pa.Table,
    sheets: Sequence[Sheet],
    owners: Mapping[int, Owner],
    profile: Profile,
    registry: Registry,
    rulings: Rulings,
) -> tuple[pa.Table, list[pa.Table]]:
    """Return ``table`` with the column ENTERPRISE, and findings about unclear owners.

    ``owners`` tells of each sheet who sent it.
    """
    column = profile.enterprise_column
    weak = _weak_sheets(sheets, profile)
    ruled = rulings.meanings(column or "")
    size = table.num_rows
    texts = table.column(column).to_pylist() if column else [None] * size
    places = table.column(SHEET_ID).to_pylist()
    names: list[str | None] = []
    doubts: dict[tuple[str, str], list[tuple[int, Mapping[str, Any]]]] = {}
    differing: dict[int, list[int]] = {}
    for row, (text, place) in enumerate(zip(texts, places, strict=True)):
        owner = owners[place]
        match = _match(text, registry, ruled) if text else Match()
        name = match.sure or (owner.name if not text or place in weak else None)
        names.append(name)
        doubt = _doubt(text, match, owner, name, profile)
        if doubt is not None:
            doubts.setdefault(doubt[:2], []).append((row, doubt[2]))
        elif _differs(match, owner, registry) and profile.reported:
            differing.setdefault(place, []).append(row)
    for place, rows in differing.items():
        told = {"other": owners[place].name, "told_by": owners[place].told_by, "count": len(rows)}
        doubts.setdefault(("enterprise-differs", "W"), []).append((rows[0], told))
    table = table.append_column(ENTERPRISE, pa.array(names, pa.string()))
    return table, [
        on_rows(
            table.take([row for row, _ in hits]),
            code, severity, profile.id, column, [params for _, params in hits],
        )
        for (code, severity), hits in sorted(doubts.items())
    ]  # fmt: skip


def _match(text: str, registry: Registry, ruled: Mapping[str, Decision]) -> Match:
    """Who a cell names: as it was ruled, else as the registry knows."""
    ruling = ruled.get(fold(text))
    return registry.match(ruling.value if ruling is not None else text)


def _weak_sheets(sheets: Sequence[Sheet], profile: Profile) -> set[int]:
    """Sheets whose enterprise column is one that often names a workshop instead (责任单位)."""
    column = profile.enterprise_column
    if column is None:
        return set()
    weak = {fold(label) for label in profile.column(column).weak_aliases}
    return {s.id for s in sheets if fold(s.columns.get(column, "")) in weak}


def _doubt(
    text: str | None, match: Match, owner: Owner, name: str | None, profile: Profile
) -> tuple[str, str, Mapping[str, Any]] | None:
    """Return code, severity and parameters of what is unclear about a row's owner."""
    if name is None:
        several = match.found or owner.several
        if several:
            return "enterprise-ambiguous", "E", {"names": list(several)}
        severity = "E" if profile.reported else "W"
        if not text:
            return "enterprise-blank", severity, {}
        return "enterprise-unknown", severity, {"nearest": match.nearest}
    return None


def _differs(match: Match, owner: Owner, registry: Registry) -> bool:
    """Whether a row names another enterprise than its sheet's sender, and none below that one."""
    named = match.sure
    if named is None or owner.name is None:
        return False
    return named != owner.name and owner.name not in registry.above(named)


def unknown_senders(
    sheets: Sequence[Sheet],
    owners: Mapping[int, Owner],
    profile: Profile,
    having_rows: set[int],
) -> pa.Table:
    """Return a finding for each ledger sheet without rows that does not tell who sent it."""
    return findings_table(
        [
            finding(
                "sender-unknown", "E", ledger=profile.id, submission=s.submission, sheet_id=s.id
            )
            for s in sheets
            if s.id not in having_rows and profile.reported and owners[s.id].name is None
        ]
    )
