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
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

import pyarrow as pa

from pipeline.collect import checked
from pipeline.count import Ledger, rows_behind, value_column
from pipeline.inputs import COLLECTED, DECISIONS, REGISTRY
from pipeline.job import Progress
from pipeline.model import (
    ENTERPRISE,
    ITEM_ID,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    Decision,
    FigureRef,
    Number,
)
from pipeline.profile.schema import Figure, Profile
from pipeline.replay import PARTS, Run, between
from pipeline.trace.runs import Told
from pipeline.workspace import Workspace
from pipeline.write.numbers import plain, shown, state_in_words
from pipeline.write.report import LedgerResult, Report

LISTED: Final = 200
"""Items told of each part of a figure's move; how many there are is told besides."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item that a figure counts now and did not ("in"), no longer does ("out"), or adds up with
    another value ("value"); how it stood before and stands now, and the row that told it.
    """

    how: str
    enterprise: str
    number: str
    text: str
    was: str
    now: str
    period: str
    file: str
    sheet: str
    row: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a figure's move. ``count`` items changed, of which ``items`` are told."""

    part: str
    before: Number
    after: Number
    count: int
    items: tuple[Item, ...]

    @property
    def move(self) -> Number:
        """By how much the figure moved; None from or to a ratio of nothing."""
        return _less(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that has another value in the second run, and why. Of a ratio the reasons name no
    items: those are its parts', of which ``made_of`` tells name and both values.
    """

    ref: FigureRef
    label: str
    rate: bool
    before: Number
    after: Number
    reasons: tuple[Reason, ...]
    made_of: tuple[tuple[str, Number, Number], ...] = ()

    @property
    def move(self) -> Number:
        """By how much it moved."""
        return _less(self.after, self.before)


@dataclass(frozen=True)
class Difference:
    """Two runs, what of their inputs differs, and the figures that moved.

    ``compared`` figures were looked at; ``parts`` are what differs, ``files`` those that only the
    first or the second had, ``rulings`` likewise, ``ledgers`` those that only one of them has.
    """

    one: Told
    other: Told
    compared: int
    parts: tuple[str, ...]
    files: tuple[tuple[str, ...], tuple[str, ...]]
    rulings: tuple[tuple[Decision, ...], tuple[Decision, ...]]
    ledgers: tuple[str, ...]
    moved: tuple[Moved, ...]

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "runs": [asdict(self.one), asdict(self.other)],
            "differs": list(self.parts),
            "files": {"gone": list(self.files[0]), "new": list(self.files[1])},
            "rulings": dict(zip(("ended", "added"), ([asdict(d) for d in each]
                                for each in self.rulings), strict=True)),
            "ledgers_of_one": list(self.ledgers),
            "compared": self.compared,
            "moved": [_record(one) for one in self.moved],
        }  # fmt: skip


def _record(one: Moved) -> dict[str, Any]:
    return {
        "figure": f"{one.ref.ledger}.{one.ref.figure}",
        "label": one.label,
        "before": plain(one.before),
        "after": plain(one.after),
        "move": plain(one.move),
        "reasons": [
            {"part": r.part, "before": plain(r.before), "after": plain(r.after),
             "move": plain(r.move), "count": r.count, "items": [asdict(i) for i in r.items]}
            for r in one.reasons
        ],
        "made_of": [{"label": n, "before": plain(a), "after": plain(b)} for n, a, b in one.made_of],
    }  # fmt: skip


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
    items = () if part == "" else tuple(_items(one, other, ref, lang))
    return Reason(part, was.figures[ref], now.figures[ref], len(items), items[:LISTED])


def _items(one: LedgerResult, other: LedgerResult, ref: FigureRef, lang: str) -> Iterator[Item]:
    """Items that one of the two counts in a figure and the other does not, or otherwise."""
    figure = other.profile.figure(ref.figure)
    if figure.over is not None:
        return
    before, after = _behind(one, ref), _behind(other, ref)
    rosters = _all(one.ledger), _all(other.ledger)
    for key in sorted(before.keys() | after.keys()):
        how = "out" if key not in after else "in" if key not in before else "value"
        if how == "value" and before[key] == after[key]:
            continue
        yield _item(how, key, one, other, figure, rosters, (before.get(key), after.get(key)), lang)


def _behind(result: LedgerResult, ref: FigureRef) -> dict[str, Any]:
    """The rows behind a figure by their key, with what a sum adds up of each."""
    table = rows_behind(result.ledger, ref)
    figure = result.profile.figure(ref.figure)
    values: list[Any] = [None] * table.num_rows
    if figure.of is not None and figure.table == "roster":
        values = table.column(value_column(result.profile, figure.of)).to_pylist()
    return dict(zip(_keys(table), values, strict=True))


def _keys(table: pa.Table) -> list[str]:
    names = (ITEM_ID, "enterprise", "name", ENTERPRISE)
    return [
        str(k) for k in table.column(next(n for n in names if n in table.column_names)).to_pylist()
    ]


def _all(ledger: Ledger) -> dict[str, dict[str, Any]]:
    """The roster's rows as far as they are told, by item."""
    profile = ledger.profile
    wanted = {ITEM_ID, ENTERPRISE, SOURCE_PERIOD, SOURCE_FILE, SOURCE_SHEET, SOURCE_ROW,
              profile.key, profile.subject, *(p.id for p in profile.partitions)}  # fmt: skip
    names = [name for name in ledger.roster.column_names if name in wanted]
    return {row[ITEM_ID]: row for row in ledger.roster.select(names).to_pylist()}


def _item(
    how: str,
    key: str,
    one: LedgerResult,
    other: LedgerResult,
    figure: Figure,
    rosters: tuple[Mapping[str, dict[str, Any]], Mapping[str, dict[str, Any]]],
    values: tuple[Any, Any],
    lang: str,
) -> Item:
    was, now = rosters[0].get(key), rosters[1].get(key)
    row = now or was
    if figure.table != "roster" or row is None:
        return Item(how, key, "", "", "", "", "", "", "", None)
    profile: Profile = other.profile
    if how == "value":
        states = shown(values[0], lang), shown(values[1], lang)
    else:
        column = _telling(profile, figure)
        states = (
            _state(was, column, one.ledger, lang),
            _state(now, column, other.ledger, lang),
        )
    return Item(
        how, shown(row[ENTERPRISE], lang), shown(row.get(profile.key), lang),
        shown(row.get(profile.subject), lang), *states, row[SOURCE_PERIOD] or "",
        row[SOURCE_FILE] or "", row[SOURCE_SHEET] or "", row[SOURCE_ROW],
    )  # fmt: skip


def _telling(profile: Profile, figure: Figure) -> str:
    """The partition whose parts say why an item counts: the figure's own, or how far it is."""
    own = {partition.id for partition in profile.partitions}
    return next((name for name in figure.where if name in own), profile.stages.partition)


def _state(row: Mapping[str, Any] | None, column: str, ledger: Ledger, lang: str) -> str:
    return state_in_words(column, row.get(column) or "", ledger, lang) if row else ""


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


def _less(after: Number, before: Number) -> Number:
    return after - before if after is not None and before is not None else None
