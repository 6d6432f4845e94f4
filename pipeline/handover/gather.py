"""Gather what a successor needs: what is open, rulings, promises, contacts, where all lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline.kept import ArchiveState, archive_state
from pipeline.merge import roster_schema
from pipeline.model import BASIS, ENTERPRISE, Decision, typed
from pipeline.profile.schema import Profile
from pipeline.recall import recall
from pipeline.registry import Registry
from pipeline.states import with_states
from pipeline.store import Store, StoredPeriod
from pipeline.workspace import CONFIG, Workspace
from pipeline.write.told import ToldFinding, told

ALWAYS = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Promise:
    """An item to be watched. ``why``: undecided, phone (to be confirmed), due or overdue."""

    ledger: str
    enterprise: str
    number: str
    text: str
    why: str
    due: date | None


@dataclass(frozen=True)
class Handover:
    """All of it as values, as of ``as_of``; ``soon`` is the last day that counts as near."""

    as_of: date
    soon: date
    period: StoredPeriod
    issue: str
    asked: tuple[ToldFinding, ...]
    rulings: tuple[Decision, ...]
    promises: tuple[Promise, ...]
    contacts: tuple[tuple[str, str, str], ...]
    places: tuple[tuple[str, str], ...]
    archive: ArchiveState


def handover(
    workspace: Workspace, store: Store, period: StoredPeriod, days: int, lang: str
) -> Handover:
    """Return what a successor needs after ``period``; promises within ``days`` count as near."""
    profiles = [p for p in workspace.profiles() if p.id in period.as_of]
    as_of = date.fromisoformat(period.id)
    soon = as_of + timedelta(days=days)
    then = recall(store, workspace.archive, period.id)
    every = told(then.findings, then.names, (), profiles, lang)
    asked = tuple(f for f in every if f.severity != "I")
    rulings = tuple(
        d for p in profiles for d in store.decisions(p.id)
        if d.until is None or d.until >= str(period.as_of[p.id])
    )  # fmt: skip
    promises = tuple(
        promise for p in profiles for promise in _promises(store, p, period.as_of[p.id], soon)
    )
    named = {f.enterprise for f in asked} | {p.enterprise for p in promises}
    return Handover(
        as_of, soon, period, _issue(store, period), asked, rulings, promises,
        _contacts(workspace.registry(), named), _places(workspace, period),
        archive_state(store, workspace.archive),
    )  # fmt: skip


def _promises(store: Store, profile: Profile, as_of: date, soon: date) -> list[Promise]:
    table = with_states(store.roster(profile.id, ALWAYS, roster_schema(profile)), profile, as_of)
    due = next((d.id for d in profile.derived if d.a_deadline), None)
    due = due or next((c.id for c in profile.columns if c.type == "deadline"), None)
    names = (ENTERPRISE, profile.key, profile.subject, profile.stages.partition, BASIS)
    rows = zip(*(table.column(n).to_pylist() for n in names), strict=True)
    days = table.column(typed(due)).to_pylist() if due else [None] * table.num_rows
    found = []
    for (owner, number, text, stage, basis), until in zip(rows, days, strict=True):
        why = ""
        if stage == profile.stages.undecided:
            why = "undecided"
        elif basis == "phone":
            why = "phone"
        elif stage in profile.stages.ongoing and until is not None and until <= soon:
            why = "overdue" if until < as_of else "due"
        if why:
            found.append(Promise(profile.id, owner or "", number or "", text or "", why, until))
    return sorted(found, key=lambda p: (p.why, p.due or date.max, p.enterprise, p.number))


def _issue(store: Store, period: StoredPeriod) -> str:
    issues = store.issues(period.id)
    if not issues or not issues[-1].signed:
        return "unsigned"
    return "issued" if issues[-1].issued else "signed"


def _contacts(registry: Registry, named: set[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (e.name, e.attributes.get("contact", ""), e.attributes.get("email", ""))
        for e in registry.enterprises
        if e.name in named
    )


def _places(workspace: Workspace, period: StoredPeriod) -> tuple[tuple[str, str], ...]:
    """What lies where in the workspace, by its name there; what is not there is left out."""
    named: list[tuple[str, Path]] = [
        ("config", workspace.root / CONFIG), ("registry", workspace.registry_file),
        ("inbox", workspace.inbox), ("records", workspace.records),
        ("archive", workspace.archive), ("database", workspace.database),
        ("output", workspace.output / period.id), ("aliases", workspace.aliases),
        ("notes", workspace.notes(period.id)),
    ]  # fmt: skip
    own = workspace.root / "input_templates"
    named += [("own", path) for path in (sorted(own.iterdir()) if own.is_dir() else ())]
    return tuple(
        (what, path.relative_to(workspace.root).as_posix()) for what, path in named if path.exists()
    )
