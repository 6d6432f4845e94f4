"""Where a workspace stands: its newest period, what stops it, and the next command to type.

All of it is known from the store, the archived manifest of the newest run, and hashes of files: no
workbook is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pipeline.collect import checked, kept_in
from pipeline.collect.fresh import fresh
from pipeline.store import PeriodState, PeriodStatus, Store
from pipeline.workspace import Workspace
from pipeline.write.calls import Reminder, reminder
from pipeline.write.outputs import hash_of

Next = Literal[
    "collect", "first_merge", "decide", "apply", "remerge", "take_in", "refresh", "rule", "review",
    "sign", "sign_again", "publish", "sign_correction", "publish_correction", "merge", "wait",
]  # fmt: skip
"""What to do next: see ``next_*`` in ``messages/words.toml``."""

EARLIER = 5
"""How many periods before the newest one are told of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the next step depends on, and nothing else.

    ``period`` is "" where nothing was run. ``rulings`` tells of findings.xlsx: "" as it was
    written, "edited" since, or "taken" in and not applied yet. ``signed`` tells whether a signature
    is "on" the draft in the output folder, on "another" document, or "" there is none.
    ``correcting`` is set where a correction of a published period is drafted.
    """

    period: str = ""
    published: bool = False
    correcting: bool = False
    fresh: bool = False
    rulings: Literal["", "edited", "taken"] = ""
    missing_outputs: bool = False
    newer_draft: bool = False
    undecided: int = 0
    reviewed: bool = False
    signed: Literal["", "on", "another"] = ""


def next_step(facts: Facts) -> Next:
    """Return what to do next."""
    if not facts.period:
        return "first_merge" if facts.fresh else "collect"
    if facts.correcting:
        return "publish_correction" if facts.signed == "on" else "sign_correction"
    if facts.published:
        return "merge" if facts.fresh else "wait"
    if facts.signed == "on":
        return "publish"
    if facts.rulings:
        return "decide" if facts.rulings == "edited" else "apply"
    if facts.missing_outputs:
        return "remerge"
    if facts.fresh:
        return "take_in"
    if facts.newer_draft:
        return "refresh"
    if facts.signed == "another":
        return "sign_again"
    if facts.undecided:
        return "rule"
    return "sign" if facts.reviewed else "review"


@dataclass(frozen=True)
class Standing:
    """The workspace: periods, the newest one's manifest, files that are new, edited or gone."""

    root: Path
    facts: Facts
    periods: tuple[PeriodStatus, ...]
    issues: Mapping[str, tuple[Any, ...]]
    manifest: Mapping[str, Any]
    fresh: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    reminders: tuple[Reminder, ...] = field(default_factory=tuple)

    @property
    def newest(self) -> PeriodStatus | None:
        """The newest period."""
        return self.periods[-1] if self.periods else None

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        """The roll calls of the newest period, each with its ``ledger``'s label."""
        return [
            {**line, "ledger": called["label"]["zh"]}
            for called in self.manifest.get("calls", {}).values()
            for line in called["lines"]
        ]


def standing(workspace: Workspace, lang: str = "zh") -> Standing:
    """Look at a workspace; ImpossibleError where a file of it can't be read."""
    with Store.open(workspace.database) as store:
        periods = store.status()
        shown = periods[-1 - EARLIER :]
        issues = {one.period.id: store.issues(one.period.id) for one in shown}
        known = store.taken_before("9999-12-31")
        newest = periods[-1].period if periods else None
        outputs = store.outputs(newest.id) if newest is not None else {}
        composed = store.composed(newest.id) if newest is not None else ()
    new = fresh(workspace.inbox, known)
    new += tuple(f"records/{name}" for name in fresh(workspace.records, known))
    if newest is None:
        return Standing(workspace.root, Facts(fresh=bool(new)), (), {}, {}, new)
    manifest: Mapping[str, Any] = {}
    if composed:
        file = checked(workspace.archive, composed[-1].manifest, ".json", "run.json")
        manifest = json.loads(file.read_bytes())
    folder = workspace.output / newest.id
    found = {name: hash_of(folder / name) for name in outputs}
    edited = tuple(n for n, sha in found.items() if sha is not None and sha != outputs[n])
    gone = tuple(name for name, sha in found.items() if sha is None)
    published = newest.state is PeriodState.PUBLISHED
    last = issues[newest.id][-1] if issues[newest.id] else None
    correcting = published and last is not None and not last.issued
    paper = "correction.docx" if correcting else "briefing.docx"
    facts = Facts(
        period=newest.id,
        published=published,
        correcting=correcting,
        fresh=bool(new),
        rulings=_rulings(found.get("findings.xlsx"), outputs, workspace.archive),
        missing_outputs=not published and "briefing.docx" in gone,
        newer_draft=(folder / "briefing.new.docx").is_file(),
        undecided=sum(one["rows"]["undecided"] for one in manifest.get("ledgers", {}).values()),
        reviewed=(folder / "review.docx").is_file(),
        signed=_signed(last.signed if last is not None else "", hash_of(folder / paper)),
    )
    reminders = _reminders(manifest, lang)
    return Standing(
        workspace.root, facts, periods, issues, manifest, new, edited, gone, reminders
    )  # fmt: skip


def _rulings(
    found: str | None, outputs: Mapping[str, str], archive: Path
) -> Literal["", "edited", "taken"]:
    if found is None or found == outputs.get("findings.xlsx"):
        return ""
    return "taken" if kept_in(archive, found, ".xlsx") else "edited"


def _signed(signed: str, found: str | None) -> Literal["", "on", "another"]:
    if not signed:
        return ""
    return "on" if signed == found else "another"


def _reminders(manifest: Mapping[str, Any], lang: str) -> tuple[Reminder, ...]:
    told = (
        reminder(line, called["label"][lang], manifest["as_of"][ledger])
        for ledger, called in manifest.get("calls", {}).items()
        for line in called["lines"]
    )
    return tuple(one for one in told if one is not None)
