"""Put the newest figures into a briefing that a person has edited, and keep every word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from pipeline.collect import checked
from pipeline.errors import UsageError
from pipeline.job import Progress
from pipeline.messages import say
from pipeline.read.document import Document, document
from pipeline.replay import Replay, replayed, stored_period
from pipeline.store import Composed, PeriodState, Store
from pipeline.trace.changing import TOLD, Change
from pipeline.trace.original import Original, is_draft, marked_in, original_of, period_of, reread
from pipeline.trace.places import place_of, tables_of
from pipeline.trace.plan import Plan
from pipeline.trace.tokens import Reading
from pipeline.trace.units import Unit, units_of
from pipeline.trace.verify import Verification, against, figure_label
from pipeline.workspace import Workspace
from pipeline.write.content import AS_OF, INPUTS, PERIOD
from pipeline.write.edit.apply import changed
from pipeline.write.numbers import short_id

_DETAIL: Final = "no_"
"""How the names of what publishing sets begin."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change in words: its kind (``pipeline.trace.changing``), where, what stood, what stands.

    ``table`` is the caption of the table it is in, "" outside tables. ``hand`` says that what stood
    there was typed by hand.
    """

    kind: str
    place: str
    table: str
    old: str
    new: str
    label: str
    hand: bool

    @property
    def open(self) -> bool:
        """Whether a person has to see to it."""
        return self.kind in TOLD


@dataclass(frozen=True)
class Refreshed:
    """The document with the figures of ``period``, what changed, and what verify says of it."""

    period: str
    data: bytes
    changes: tuple[ToldChange, ...]
    verification: Verification

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "period": self.period,
            "changes": [asdict(one) for one in self.changes],
            "mismatches": [one.record() for one in self.verification.wrong],
        }


def refreshed(
    workspace: Workspace,
    path: Path,
    period: str | None = None,
    *,
    lang: str = "zh",
    progress: Progress = lambda *_: None,
) -> Refreshed:
    """Return the document at ``path`` with the figures of the newest run of ``period``.

    Without one, it is the document's own period. Nothing is written. Raises UsageError for what is
    no briefing of this workspace, and where the period was issued.
    """
    held = document(path)
    own = period_of(held, workspace, path)
    wanted = stored_period(workspace, period or own)
    if wanted.state is PeriodState.PUBLISHED or (not period and not is_draft(held)):
        raise UsageError(
            f"{wanted.id} 一期已经印发，不能再更新数字", "如需更正，请用 taizhang correct"
        )
    original = original_of(replayed(workspace, wanted.id, progress=progress))
    base = base_of(workspace, held, own)
    renamed = _renamed(original.replay, base.properties)
    expected = marked_in(base)
    units = units_of(held, expected)
    plan = Plan(
        Reading(held, units, renamed),
        Reading(base, units_of(base, expected), renamed),
        Reading(original.document, original.units, {}),
        original.expected,
    ).made()
    properties = {name: original.document.properties.get(name, "") for name in
                  (PERIOD, AS_OF, INPUTS)}  # fmt: skip
    changes = plan.changes({a: b for a, b in renamed.items() if a != b}, properties)
    data = changed(path.read_bytes(), changes, original.data, path)
    told = tuple(_told(one, plan, units, original, lang) for one in plan.told)
    return Refreshed(
        original.replay.report.period.id, data, told, against(original, reread(data), lang)
    )


def base_of(workspace: Workspace, held: Document, period: str) -> Document:
    """The briefing as it was composed before a person edited it: of that run, or of the last."""
    with Store.open(workspace.database) as store:
        known = store.composed(period)
    if not known:
        raise UsageError(
            f"{period} 一期没有存档的简报，不知道稿子改过哪些地方",
            f"请重新运行 taizhang merge --as-of {period}",
        )
    digest = held.properties.get(INPUTS, "")
    one: Composed = next((c for c in reversed(known) if c.inputs == digest), known[-1])
    return document(checked(workspace.archive, one.briefing, ".docx", "briefing.docx"))


def _renamed(replay: Replay, properties: Mapping[str, str]) -> dict[str, str]:
    """Short ids as they are now by what they were: they depend on the period and its dates."""
    days = dict(one.split("=", 1) for one in properties.get(AS_OF, "").split("; ") if "=" in one)
    ledgers = {result.profile.id: result.ledger for result in replay.report.ledgers}
    was, now = properties.get(PERIOD, ""), replay.report.period.id
    found: dict[str, str] = {}
    for ref in replay.report.figures:
        day = ledgers[ref.ledger].as_of
        then = date.fromisoformat(days.get(ref.ledger, str(day)))
        found[short_id(ref, then, was)] = short_id(ref, day, now)
    return found


def _told(one: Change, plan: Plan, units: list[Unit], original: Original, lang: str) -> ToldChange:
    place = table = ""
    if one.passage is not None:
        near = [unit for unit in units if unit.place == one.passage]
        place = place_of(near[0], tables_of(units), lang) if near else ""
        if near and one.kind in ("row_added", "row_removed"):
            place = say("place_table", lang, table=near[0].passage.caption)
        if near and near[0].cell is not None:
            table = near[0].passage.caption
    if one.tag is not None and one.tag.startswith(_DETAIL):
        label = say(f"detail_{one.tag}", lang)
    else:
        label = figure_label(original, one.tag, lang)
    return ToldChange(one.kind, place, table, one.old, one.new, label, one.hand)
