"""Which enterprise a row belongs to: its own cell first, then what the sheet and the file say.

Order: the row, a sub-title above it, the hidden sheet of our blank ledger, the title line, the
file's name, the folder's (or archive's), the mail's sender. Blank names below a name are that
enterprise's where this is sure (``_below``). Where rows, title and file name say different things,
the nearest counts and this is told once for the sheet, unless the one is above the other in the
registry: a parent sends its subsidiaries' ledgers. Names that fit nobody or several are asked
about, never guessed.
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
from pipeline.settle.blocks import Above, named_above
from pipeline.text import fold


@dataclass(frozen=True, slots=True)
class Owner:
    """Who sent a sheet, as far as it tells: by sheet, title, file, folder or sender.

    ``several`` are those that what told of it may mean, where that is not one. ``file`` is whom the
    file's name means, where a title says otherwise.
    """

    name: str | None
    told_by: str = ""
    several: tuple[str, ...] = ()
    file: str = ""


def owner_of(sheet: Sheet, submission: Submission, registry: Registry) -> Owner:
    """Return the enterprise that the sheet, its title or the file's name tells of."""
    declared = registry.match(sheet.declared.get("enterprise", ""))
    if declared.sure:
        return Owner(declared.sure, "sheet")
    path = PurePosixPath(submission.name)
    stem = path.name[: -len(path.suffix)] if path.suffix else path.name
    folders = (("folder", place.name) for place in path.parents)  # the nearest first
    titles = (("title", title) for title in sheet.title.split("\n"))
    in_file = registry.named_in(stem)
    for told_by, text in (*titles, ("file", stem), *folders):
        match = registry.named_in(text)
        if match.sure:
            differs = told_by == "title" and in_file.sure not in (None, match.sure)
            return Owner(match.sure, told_by, file=in_file.sure or "" if differs else "")
        if match.found and told_by == "file":
            return Owner(None, told_by, match.found)
    sender = registry.sent_by(submission.sender)
    return Owner(sender.sure, "sender" if sender.found else "", sender.found[1:] and sender.found)


def with_owners(
    table: pa.Table,
    aside: pa.Table,
    sheets: Sequence[Sheet],
    owners: Mapping[int, Owner],
    profile: Profile,
    registry: Registry,
    rulings: Rulings,
) -> tuple[pa.Table, list[pa.Table]]:
    """Return ``table`` with the column ENTERPRISE, and findings about unclear owners.

    ``aside`` are the rows set aside, ``owners`` tells of each sheet who sent it.
    """
    column = profile.enterprise_column
    weak = _weak_sheets(sheets, profile)
    ruled = rulings.meanings(column or "")
    texts = table.column(column).to_pylist() if column else [None] * table.num_rows
    places = table.column(SHEET_ID).to_pylist()

    def match(text: str) -> Match:
        return _match(text, registry, ruled)

    matches = [match(text) if text else Match() for text in texts]
    above = named_above(table, aside, texts, profile, registry, match)
    named = {(place, m.sure) for place, m in zip(places, matches, strict=True)}
    names: list[str | None] = []
    doubts: dict[tuple[str, str], list[tuple[int, Mapping[str, Any]]]] = {}
    differing: dict[tuple[int, str, str], list[int]] = {}
    for row, (text, place) in enumerate(zip(texts, places, strict=True)):
        owner, told = owners[place], matches[row]
        if not text and row in above:
            told = _below(above[row], owner.name, (place, owner.name) in named)
        name = told.sure or (owner.name if not told.found and (not text or place in weak) else None)
        names.append(name)
        if row in above and above[row].heads and owner.told_by == "title":
            owner = Owner(name)  # the sheet's title is that of its first part
        doubt = _doubt(text, told, owner, name, profile)
        if doubt is None and not text and row in above and above[row].first:
            told_so = "enterprise-from-above", "I", {"name": name}
            doubt = told_so if name != owners[place].name else None
        if doubt is not None:
            doubts.setdefault(doubt[:2], []).append((row, doubt[2]))
        if profile.reported and (other := _differing(name, told, owner, registry)):
            differing.setdefault((place, *other), []).append(row)
    for (_, other_name, told_by), rows in differing.items():
        params = {"name": names[rows[0]], "other": other_name, "told_by": told_by}
        hits = doubts.setdefault(("enterprise-differs", "W"), [])
        hits.append((rows[0], {**params, "count": len(rows)}))
    table = table.append_column(ENTERPRISE, pa.array(names, pa.string()))
    return table, [
        on_rows(
            table.take([row for row, _ in hits]),
            code, severity, profile.id, column, [params for _, params in hits],
        )
        for (code, severity), hits in sorted(doubts.items())
    ]  # fmt: skip


def _below(above: Above, sender: str | None, sender_named: bool) -> Match:
    """Whom a blank name below another means, or the several that it may mean.

    A sub-title holds for the rows below it. A row's name does where nobody else is known to have
    sent the sheet and names stand only once for each block; where somebody else has, only if the
    numbering goes on too and no row names the sender.
    """
    only = Match(above.found)
    if above.heads:
        return Match((sender,)) if sender in above.found else only
    if sender in above.found:
        return Match()
    if not above.found:  # the name above is asked about itself
        return Match((sender, above.text)) if sender and above.likely else Match()
    if sender is None:
        return only if above.likely else Match()
    return only if above.sure and not sender_named else Match((*above.found, sender))


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
        if not profile.reported and profile.enterprise_column is None:
            return None  # a ledger of nobody's in particular
        severity = "E" if profile.reported else "W"
        if not text:
            return "enterprise-blank", severity, {}
        return "enterprise-unknown", severity, {"nearest": match.nearest}
    return None


def _differing(
    name: str | None, match: Match, owner: Owner, registry: Registry
) -> tuple[str, str] | None:
    """Whom the sheet or the file names instead of a row's enterprise, and where it says so.

    None where that one is above the row's enterprise in the registry.
    """
    if name is None:
        return None
    said = [(owner.name, owner.told_by)] if match.sure else []
    said.append((owner.file, "file"))
    above = registry.above(name)
    return next(((o, by) for o, by in said if o and o != name and o not in above), None)


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
