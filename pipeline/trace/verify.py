"""Verify a briefing: every number in it held against the period computed again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import ImpossibleError, UsageError
from pipeline.job import Progress
from pipeline.merge import kept_columns
from pipeline.messages import say
from pipeline.model import FigureRef
from pipeline.read.document import Document, document
from pipeline.replay import Replay, replayed
from pipeline.store import Store
from pipeline.store.encoding import digest_of
from pipeline.trace.charts import WrongPoint, compare_charts
from pipeline.trace.compare import Wrong, compare
from pipeline.trace.correction import correction_of
from pipeline.trace.original import Original, issued_of, original_of, period_of, short_ids
from pipeline.trace.places import Tables, around, place_of, tables_of
from pipeline.trace.units import units_of
from pipeline.workspace import Workspace
from pipeline.write.content import CORRECTION, INPUTS

_NEVER = "9999-12-31"
"""After every period."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A number that is not what it should be, in words.

    ``fault`` is changed, untraceable or untraced; ``part`` body, table, header, footer, note, alt,
    chart or workbook. ``should`` is None where nobody knows of such a number.
    """

    fault: str
    part: str
    place: str
    around: str
    stands: str
    should: str | None
    tag: str | None
    figure: FigureRef | None
    label: str

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        ref = self.figure
        return {
            "fault": self.fault, "part": self.part, "place": self.place, "around": self.around,
            "stands": self.stands, "should": self.should, "id": self.tag,
            "figure": f"{ref.ledger}.{ref.figure}" if ref is not None else None,
            "by": {ref.by: ref.at} if ref is not None and ref.by else None,
            "period": ref.period if ref is not None and ref.period else None,
        }  # fmt: skip


@dataclass(frozen=True)
class Verification:
    """What was found in a document of ``period``.

    ``checked`` numbers; the ``wrong`` ones; figures ``left_out`` with the words around them;
    ``older``: whether the document is of an earlier run of the period than the last.
    """

    period: str
    checked: int
    wrong: tuple[Mismatch, ...]
    left_out: tuple[str, ...]
    older: bool

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "period": self.period,
            "checked": self.checked,
            "mismatches": [one.record() for one in self.wrong],
            "left_out": list(self.left_out),
            "earlier_run": self.older,
        }


def verified(
    workspace: Workspace,
    path: Path,
    period: str | None = None,
    *,
    full: bool = False,
    lang: str = "zh",
    progress: Progress = lambda *_: None,
) -> Verification:
    """Hold every number of the document at ``path`` against its period computed again.

    With ``full`` all periods up to it are computed again too, and each must leave the roster from
    which the next one starts. Raises UsageError for what is no briefing of this workspace,
    ImpossibleError where a period can't be computed again.
    """
    held = document(path)
    wanted = period or period_of(held, workspace, path)
    if CORRECTION in held.properties:
        return _correction_verified(workspace, held, wanted, lang, progress)
    issued = issued_of(held, workspace, wanted)
    run = issued.inputs if issued is not None else ""
    replay = replayed(workspace, wanted, progress=progress, run=run)
    if full:
        _prove_history(workspace, wanted, replay, progress)
    original = original_of(replay, issued)
    _refuse_other_period(held, original, path)
    return against(original, held, lang)


def _refuse_other_period(held: Document, original: Original, path: Path) -> None:
    """Where no mark is the period's, comparing number by number would tell nothing."""
    marked = short_ids(held)
    own = {tag for tag, ref in original.figures.items() if not ref.period}
    if marked and not marked & own:
        period = original.replay.report.period.id
        raise UsageError(
            f"{path} 里的数字标记没有一个是 {period} 一期的",
            "请去掉 --period，或改为它自己的那一期",
        )


def _correction_verified(
    workspace: Workspace, held: Document, period: str, lang: str, progress: Progress
) -> Verification:
    """Hold a correction against what it was: the issue before it, and its own run."""
    with Store.open(workspace.database) as store:
        issues = store.issues(period)
    editions = [one for one in issues if str(one.edition) == held.properties[CORRECTION]]
    if not editions:
        raise UsageError(f"登记簿中没有 {period} 一期的这份更正", "请用 taizhang correct 重新写出")
    before = tuple(one for one in issues if one.edition < editions[0].edition)
    replay = replayed(workspace, period, progress=progress, run=editions[0].inputs)
    return against(correction_of(workspace, replay, (*before, editions[0])), held, lang)


def against(original: Original, held: Document, lang: str) -> Verification:
    """Hold every number of a document that was read against what it was when it was written."""
    units = units_of(held, original.expected)
    days = {f"{d.year}-{d.month}-{d.day}" for d in _days(original.replay)}
    found = compare(units, original.units, original.expected, days)
    points, charts = compare_charts(held.charts, original.document.charts, original.expected)
    told = _Teller(original, tables_of(units), lang)
    wrong = [told.number(one) for one in found.wrong]
    wrong += [told.point(one) for one in charts]
    return Verification(
        period=original.replay.report.period.id,
        checked=found.checked + points,
        wrong=tuple(wrong),
        left_out=tuple(figure_label(original, one.tag, lang) for one in found.left_out),
        older=held.properties.get(INPUTS, original.digest) != original.digest,
    )


def _days(replay: Replay) -> list[Any]:
    results = replay.report.ledgers
    return [r.ledger.as_of for r in results] + [r.previous.as_of for r in results if r.previous]


def _prove_history(workspace: Workspace, last: str, newest: Replay, progress: Progress) -> None:
    """Compute every period up to ``last`` again; each must leave what the next one found."""
    with Store.open(workspace.database) as store:
        ids = [period.id for period in store.periods()]
        for period, after in zip(ids, [*ids[1:], _NEVER], strict=True):
            if period > last:
                return
            replay = newest if period == last else replayed(workspace, period, progress=progress)
            for result in replay.report.ledgers:
                left = digest_of(kept_columns(result.merged.roster, result.profile))
                if store.roster_digest(result.profile.id, after) != left:
                    raise ImpossibleError(
                        f"{period} 一期重算后的『{result.profile.id}』名册与台账库中的不同",
                        "台账库可能被改动，请从备份恢复 taizhang.db 后重试",
                    )


def figure_label(original: Original, tag: str | None, lang: str) -> str:
    """Return a figure's name, as 已完成（企业名称：示例甲）."""
    ref = original.figures.get(tag or "")
    if ref is None:
        return ""
    profile = next(p for p in original.replay.report.profiles if p.id == ref.ledger)
    name = profile.figure(ref.figure).label.say(lang)
    if ref.period:
        return say("figure_then", lang, figure=name, period=ref.period)
    if not ref.by:
        return name
    by, at = profile.labels[ref.by].say(lang), ref.at or say("unfilled", lang)
    return say("figure_by", lang, figure=name, by=by, at=at)


@dataclass(frozen=True)
class _Teller:
    """Says in words where a number stands and what it is."""

    original: Original
    tables: Tables
    lang: str

    def number(self, one: Wrong) -> Mismatch:
        """A number of the text or of a table."""
        passage = one.unit.passage
        part = "table" if passage.cell is not None else passage.story
        return Mismatch(
            one.fault, part, place_of(one.unit, self.tables, self.lang), around(one.unit, one),
            one.stands, one.should, one.tag, self.original.figures.get(one.tag or ""),
            figure_label(self.original, one.tag, self.lang),
        )  # fmt: skip

    def point(self, one: WrongPoint) -> Mismatch:
        """A number of a chart."""
        word = "place_workbook" if one.part == "workbook" else "place_chart"
        title = one.chart.title or one.chart.heading
        place = say(word, self.lang, chart=title, label=one.label)
        return Mismatch(
            one.fault, one.part, place, one.label, one.stands, one.should, one.tag,
            self.original.figures.get(one.tag or ""),
            figure_label(self.original, one.tag, self.lang),
        )  # fmt: skip
