"""Compose a table of figures: by a breakdown column, by days, or over periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import FigureRef, Number
from pipeline.profile.base import Words
from pipeline.profile.printed import BriefingTable
from pipeline.write.cells import one_note, ranked
from pipeline.write.content import Cell, Grid
from pipeline.write.counted import Counted

if TYPE_CHECKING:
    from pipeline.write.compose import Composer

_WIDE = 3.0

Line = tuple[Cell, ...]


def tabled(composer: Composer, counted: Counted, caption: Words, told: BriefingTable) -> Grid:
    """Return the table; by a breakdown, the last line is the total."""
    lang, profile = composer.lang, counted.ledger.profile
    nothing = {n for n in told.if_any if not counted.figures[FigureRef(profile.id, n)]}
    names = [name for name in told.figures if name not in nothing]
    if told.over:
        first, notes = say("as_of_date", lang), []
        rows = _over_periods(composer, counted, told, names)
    else:
        first, notes = profile.labels[told.by].say(lang), _notes(composer, counted, told)
        rows = _by_column(composer, counted, told, names)
    total = not told.over and told.by not in profile.days
    if total:
        rows.append((say("total", lang), *_line(composer, counted, names)))
    return Grid(
        caption=composer.sentence(counted, caption),
        header=(first, *(profile.figure(name).heading(lang) for name in names)),
        rows=tuple(rows),
        numeric=(False, *(True for _ in names)),
        weights=(_WIDE, *(1.2 for _ in names)),
        total=total,
        note=one_note(notes, lang),
    )


def _over_periods(
    composer: Composer, counted: Counted, told: BriefingTable, names: Sequence[str]
) -> list[Line]:
    return [
        (day(as_of, composer.lang), *_line(composer, counted, names, period=period))
        for as_of, period in counted.last(told.last)
    ]


def _by_column(
    composer: Composer, counted: Counted, told: BriefingTable, names: Sequence[str]
) -> list[Line]:
    by = told.by
    return [
        (composer.value(counted, by, at), *_line(composer, counted, names, by=by, at=at))
        for at in _told(counted, told)
    ]


def _told(counted: Counted, told: BriefingTable) -> list[str]:
    """The values of the breakdown that have a line."""
    values = [*counted.ledger.slices[told.by]]
    if told.by in counted.ledger.profile.days:
        return values
    return ranked(values, told.most, _weights(counted, told, values))


def _weights(counted: Counted, told: BriefingTable, values: Iterable[str]) -> Mapping[str, Number]:
    """What the values of a breakdown are ranked by; nothing where they are not."""
    if told.rank is None:
        return {}
    ledger = counted.ledger.profile.id
    refs = {at: FigureRef(ledger, told.rank, told.by, at) for at in values}
    return {at: counted.figures[ref] for at, ref in refs.items()}


def _notes(composer: Composer, counted: Counted, told: BriefingTable) -> list[str]:
    profile = counted.ledger.profile
    several = any(c.id == told.by and c.type == "choices" for c in profile.columns)
    notes = [say("multi_note", composer.lang)] if several else []
    every, shown = len(counted.ledger.slices[told.by]), len(_told(counted, told))
    if shown < every and told.rank is None:
        more = {"all": every, "shown": shown, "where": "master.xlsx"}
        notes.append(say("annex_more", composer.lang, **more))
    elif shown < every:
        label = profile.figure(str(told.rank)).label.say(composer.lang)
        notes.append(say("annex_ranked", composer.lang, all=every, shown=shown, figure=label))
    return notes


def _line(composer: Composer, counted: Counted, names: Sequence[str], **where: str) -> Line:
    refs = (FigureRef(counted.ledger.profile.id, name, **where) for name in names)
    return tuple(composer.place(counted, ref) for ref in refs)
