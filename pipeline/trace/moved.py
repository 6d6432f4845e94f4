"""Why a figure moved between two runs: one input exchanged after the other, each with its part.

From the run before to the run after, what differs is exchanged in this order: the as-of date (time
passed), the files (with all that periods in between brought), rulings, registry, profile. What the
figure moves by in a step is that step's part, so that the parts add up to the whole. Where another
version of the program counted then, what it counted otherwise is a part of its own.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from pipeline.collect import checked
from pipeline.errors import UsageError
from pipeline.inputs import COLLECTED, DECISIONS, REGISTRY
from pipeline.job import Progress
from pipeline.model import Decision, FigureRef, Number
from pipeline.profile.schema import Figure
from pipeline.replay import PARTS, Run, between
from pipeline.trace.moved_items import items_moved
from pipeline.trace.reasons import Difference, Moved, Reason
from pipeline.trace.runs import Told
from pipeline.workspace import Workspace
from pipeline.write.report import LedgerResult, Report

LISTED: Final = 200
"""Items told of each part of a figure's move; how many there are is told besides."""


def difference(
    workspace: Workspace,
    runs: tuple[tuple[Told, Run], tuple[Told, Run]],
    figures: Sequence[tuple[str, str]],
    lang: str,
    progress: Progress = lambda *_: None,
) -> Difference:
    """Tell why figures moved from the first run to the second: those named, or the headlines.

    ``figures`` are ledger and name of each. Raises ImpossibleError where a run can't be computed
    again, or the parts do not add up.
    """
    (one_told, one), (other_told, other) = runs
    if not one.job.period.as_of.keys() & other.job.period.as_of.keys():
        raise UsageError("两次汇总没有同一本台账，无从比较", "请另选两次汇总")
    states = list(_states(workspace, one, other, progress))
    first, last = states[0][1], states[-1][1]
    shared = {p.id for p in first.profiles} & {p.id for p in last.profiles}
    refs = [
        ref for ref in _refs(first, last, figures)
        if ref.ledger in shared and ref in first.figures and ref in last.figures
    ]  # fmt: skip
    ends = (
        _counted_then(workspace, one, one_told, first),
        _counted_then(workspace, other, other_told, last),
    )
    moved = (_moved(states, ref, ends, lang) for ref in refs)
    alone = {p.id for p in first.profiles} ^ {p.id for p in last.profiles}
    return Difference(
        one=one_told,
        other=other_told,
        compared=len(refs),
        parts=tuple(part for part, _ in states[1:]),
        files=_apart(_files(one), _files(other)),
        rulings=_rulings(one, other),
        ledgers=tuple(sorted(alone)),
        moved=tuple(each for each in moved if each.before != each.after),
    )


def _states(
    workspace: Workspace, one: Run, other: Run, progress: Progress
) -> Iterator[tuple[str, Report]]:
    """The first run's report, then what came out after each part that differs was exchanged."""
    parts = [part for part in PARTS if _differs(part, one, other)]
    yield "", one.examined(progress)
    for number, part in enumerate(parts, 1):
        if number == len(parts):
            yield part, other.examined(progress)
        else:
            yield part, between(workspace, one, other, parts[:number]).examined(progress)


def _differs(part: str, one: Run, other: Run) -> bool:
    a, b = one.hashes, other.hashes
    match part:
        case "as_of":
            return one.job.period.as_of != other.job.period.as_of
        case "files":
            # With the roster and the earlier figures that they came upon.
            return one.job.period.id != other.job.period.id or any(
                a.get(name) != b.get(name)
                for name in a.keys() | b.keys()
                if name == COLLECTED or name.startswith(("rosters/", "since/", "earlier/"))
            )
        case "rulings":
            return a.get(DECISIONS) != b.get(DECISIONS)
        case "registry":
            return a.get(REGISTRY) != b.get(REGISTRY)
    names = {name for name in a.keys() | b.keys() if name.startswith("profiles/")}
    return any(a.get(name) != b.get(name) for name in names)


def _refs(first: Report, last: Report, figures: Sequence[tuple[str, str]]) -> tuple[FigureRef, ...]:
    named = figures or [
        (p.id, name) for report in (last, first) for p in report.profiles for name in p.headline
    ]
    return tuple(dict.fromkeys(FigureRef(ledger, name) for ledger, name in named))


def _counted_then(
    workspace: Workspace, run: Run, told: Told, report: Report
) -> Mapping[FigureRef, Number]:
    """What a run counted itself, where another version of the program counts otherwise now."""
    if run.counted_alike(report) or not told.manifest:
        return {}
    file = checked(workspace.archive, told.manifest, ".json", "run.json")
    ledgers = json.loads(file.read_bytes())["ledgers"]
    return {
        FigureRef(ledger, name): Decimal(str(value)) if isinstance(value, float) else value
        for ledger, part in ledgers.items()
        for name, value in part["figures"].items()
    }


def _moved(
    states: Sequence[tuple[str, Report]],
    ref: FigureRef,
    ends: tuple[Mapping[FigureRef, Number], Mapping[FigureRef, Number]],
    lang: str,
) -> Moved:
    first, last = states[0][1], states[-1][1]
    reasons = []
    before = ends[0].get(ref, first.figures[ref])
    after = ends[1].get(ref, last.figures[ref])
    if before != first.figures[ref]:
        reasons.append(Reason("program", before, first.figures[ref], 0, ()))
    for (_, was), (part, now) in itertools.pairwise(states):
        reason = _reason(part, was, now, ref, lang)
        if reason.before != reason.after or reason.count:
            reasons.append(reason)
    if after != last.figures[ref]:
        reasons.append(Reason("program", last.figures[ref], after, 0, ()))
    figure = _result(last, ref).profile.figure(ref.figure)
    moved = Moved(
        ref=ref,
        label=figure.label.say(lang),
        rate=figure.kind in ("ratio", "coverage"),
        before=before,
        after=after,
        reasons=tuple(reasons),
        made_of=tuple(_made_of(figure, ref, first, last, lang)),
    )
    _adds_up(moved)
    return moved


def _adds_up(moved: Moved) -> None:
    """The parts lead from the one value to the other without a leap. A mistake of ours if not."""
    at = moved.before
    for reason in moved.reasons:
        assert reason.before == at, (moved.ref, reason)
        at = reason.after
    assert at == moved.after, moved.ref
    moves = [reason.move for reason in moved.reasons]
    if moved.move is not None and None not in moves:
        assert sum(m for m in moves if m is not None) == moved.move, moved.ref


def _reason(part: str, was: Report, now: Report, ref: FigureRef, lang: str) -> Reason:
    one, other = _result(was, ref), _result(now, ref)
    items = () if part == "" else tuple(items_moved(one, other, ref, lang))
    return Reason(part, was.figures[ref], now.figures[ref], len(items), items[:LISTED])


def _made_of(
    figure: Figure, ref: FigureRef, first: Report, last: Report, lang: str
) -> Iterator[tuple[str, Number, Number]]:
    for name in (figure.of, figure.over) if figure.over is not None else ():
        part = FigureRef(ref.ledger, str(name))
        label = _result(last, ref).profile.figure(str(name)).label.say(lang)
        yield label, first.figures.get(part), last.figures[part]


def _result(report: Report, ref: FigureRef) -> LedgerResult:
    return next(result for result in report.ledgers if result.profile.id == ref.ledger)


def _files(run: Run) -> dict[str, str]:
    return {one.sha256: one.name for one in run.collected.everything}


def _apart(
    one: Mapping[str, str], other: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of what only the first has, and of what only the second has."""
    gone, new = one.keys() - other.keys(), other.keys() - one.keys()
    return tuple(sorted(one[k] for k in gone)), tuple(sorted(other[k] for k in new))


def _rulings(one: Run, other: Run) -> tuple[tuple[Decision, ...], tuple[Decision, ...]]:
    ledgers = dict.fromkeys((*one.job.period.as_of, *other.job.period.as_of))
    had = {d.id: d for name in ledgers for d in one.archived.decisions(name)}
    has = {d.id: d for name in ledgers for d in other.archived.decisions(name)}
    return (
        tuple(had[i] for i in sorted(had.keys() - has.keys())),
        tuple(has[i] for i in sorted(has.keys() - had.keys())),
    )
