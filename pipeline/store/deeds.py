"""What the log says was done, and what each entry tells of it: names and plain texts.

What is told is enough to rebuild the register, the states of periods and the list of rulings from
the log alone; ``audit`` does so and compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, fields

from pipeline.model import Decision
from pipeline.store.content import digest_of_rows
from pipeline.store.records import Composed, Issue

MERGED, CORRECTED, DECIDED, SIGNED, PUBLISHED, RECORDED, REPORTED = DEEDS = (
    "merged", "corrected", "decided", "signed", "published", "recorded", "reported_up",
)  # fmt: skip
"""What the store itself, and recording a phone call, have to tell; other parts add their own."""

DELIVERY = "delivery"
"""Under this name stands the token of files that were moved into place with an entry."""

HEAD = "head"
"""Under this name stands which entry of the log an issued document prints."""

COUNT, RULINGS = "count", "rulings"
_SIGNED = ("edition", "signed_by", "signed_on", "signed")
_ISSUED = ("edition", "issued_on", "issued", "inputs", "manifest")
_COMPOSED = ("run", "briefing", "manifest")


def composed_told(composed: Composed | None) -> dict[str, str]:
    """Tell which briefing a run composed, by hash: of its inputs, the document, the manifest."""
    if composed is None:
        return {}
    return dict(zip(_COMPOSED, astuple(composed), strict=True))


def composed_of(detail: Mapping[str, str]) -> Composed | None:
    """Return the briefing that an entry tells of."""
    return Composed(*(detail[name] for name in _COMPOSED)) if _COMPOSED[0] in detail else None


def corrected_told(issue: Issue) -> dict[str, str]:
    """Tell which edition a correction opened, and why."""
    return {"edition": str(issue.edition), "reason": issue.reason}


def signed_told(issue: Issue) -> dict[str, str]:
    """Tell who signed which document, and on what day."""
    return {name: str(getattr(issue, name)) for name in _SIGNED}


def issued_told(issue: Issue) -> dict[str, str]:
    """Tell which document was issued, on what day, and from what it was made."""
    return {name: str(getattr(issue, name)) for name in _ISSUED}


def issue_of(detail: Mapping[str, str], before: Issue) -> Issue:
    """Return an edition as an entry says it became."""
    known = {field.name for field in fields(Issue)} - {"edition"}
    told = {name: text for name, text in detail.items() if name in known}
    every = {field.name: getattr(before, field.name) for field in fields(Issue)}
    return Issue(**{**every, **told, "edition": int(detail["edition"])})


def decided_told(rulings: Sequence[Decision]) -> dict[str, str]:
    """Tell how many rulings were recorded, and their hash."""
    return {COUNT: str(len(rulings)), RULINGS: rulings_digest(rulings)}


def rulings_digest(rulings: Sequence[Decision]) -> str:
    """Return the hash of rulings in their order; their ids are not looked at."""
    names = [field.name for field in fields(Decision) if field.name != "id"]
    return digest_of_rows([getattr(one, name) for name in names] for one in rulings)
