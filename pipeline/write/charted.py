"""Compose a chart from the figures that the tables are made of, and tell it in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import FigureRef
from pipeline.profile.printed import BriefingChart
from pipeline.profile.schema import Figure
from pipeline.write.content import Chart, Placed, Sentence, Series
from pipeline.write.counted import Counted
from pipeline.write.numbers import NOTHING

LONGEST = 1000
"""Characters of the words that tell a chart: who listens to them wants an end."""

Place = Callable[[FigureRef], Placed]
Line = tuple[str, tuple[FigureRef, ...]]
"""A category: what it is called, and its figures in the order of the series."""


def chart(
    counted: Counted,
    told: BriefingChart,
    caption: Sentence,
    place: Place,
    named: Callable[[str], str],
    lang: str,
) -> Chart | None:
    """Return the chart, None where it would show nothing.

    ``place`` places a figure, ``named`` says what a value of the breakdown is called.
    """
    profile = counted.ledger.profile
    if told.over:
        lines, left_out = _over_periods(counted, told, lang), 0
    else:
        lines, left_out = _by_column(counted, told, named)
    figures = [profile.figure(name) for name in told.figures]
    kept = [n for n in range(len(figures)) if any(counted.value(r[n])[1] for _, r in lines)]
    if not kept:
        return None
    series = tuple(
        Series(
            name=figures[n].label.say(lang),
            values=tuple(_placed(counted, refs[n], place) for _, refs in lines),
            shade=n,
            rate=figures[n].kind in ("ratio", "coverage"),
        )
        for n in kept
    )
    note = _left_out(counted, told, len(lines), left_out, lang) if left_out else ""
    names = tuple(name for name, _ in lines)
    units = [_unit(counted, figures[n], lang) for n in kept]
    return Chart(
        caption=caption,
        kind="trend" if told.over else told.kind,
        categories=names,
        series=series,
        words=_in_words(caption, names, series, units, note, lang),
        note=note,
    )


def _placed(counted: Counted, ref: FigureRef, place: Place) -> Placed | None:
    return None if counted.value(ref)[1] is None else place(ref)


def _by_column(
    counted: Counted, told: BriefingChart, named: Callable[[str], str]
) -> tuple[list[Line], int]:
    """The lines of a breakdown in its order; of too many, those that have most, and how many not.

    What has nothing to show is no line.
    """
    ledger = counted.ledger
    refs = {
        at: tuple(FigureRef(ledger.profile.id, name, told.by, at) for name in told.figures)
        for at in ledger.slices[told.by]
    }
    some = [at for at in refs if any(counted.figures[ref] for ref in refs[at])]
    ranked = sorted(some, key=lambda at: -_rank(counted, told, at))  # stable: ties in their order
    most = set(ranked[: told.most])
    return [(named(at), refs[at]) for at in some if at in most], max(0, len(some) - told.most)


def _left_out(counted: Counted, told: BriefingChart, shown: int, left_out: int, lang: str) -> str:
    enterprises = told.by == counted.ledger.profile.enterprise_column
    words = "chart_most_enterprises" if enterprises else "chart_most_values"
    ranked = counted.ledger.profile.figure(told.rank).label.say(lang) if told.rank else ""
    what = ranked or say("total", lang)
    return say(words, lang, shown=shown, all=shown + left_out, what=what)


def _rank(counted: Counted, told: BriefingChart, at: str) -> int | Decimal:
    names = (told.rank,) if told.rank else told.figures
    ledger = counted.ledger.profile.id
    return sum(counted.figures[FigureRef(ledger, name, told.by, at)] or 0 for name in names)


def _over_periods(counted: Counted, told: BriefingChart, lang: str) -> list[Line]:
    """One line for each of the last periods, this one included, called by its as-of date."""
    ledger = counted.ledger
    periods = counted.last(told.last)
    names = _dates([as_of for as_of, _ in periods], lang)
    return [
        (name, tuple(FigureRef(ledger.profile.id, n, period=period) for n in told.figures))
        for name, (_, period) in zip(names, periods, strict=True)
    ]


def _dates(days: Sequence[date], lang: str) -> list[str]:
    """Dates as an axis has room for them: without the year where all are of one."""
    if len({day.year for day in days}) > 1:
        return [day(each, lang) for each in days]
    year = str(days[0].year)
    return [day(each, lang).replace(f"{year}年", "").replace(f" {year}", "") for each in days]


def _unit(counted: Counted, figure: Figure, lang: str) -> str:
    if figure.kind in ("ratio", "coverage"):
        return "%"
    return "" if lang == "en" else (figure.unit or counted.ledger.profile.unit).say(lang)


def _in_words(
    caption: Sentence,
    names: Sequence[str],
    series: Sequence[Series],
    units: Sequence[str],
    note: str,
    lang: str,
) -> str:
    """Tell a chart to those who can't see it: every number, until the words grow too long."""
    comma, colon, semicolon, stop = (", ", ": ", "; ", ". ") if lang == "en" else "、：；。"
    between = " " if lang == "en" else ""
    said = "".join(cell if isinstance(cell, str) else cell.text for cell in caption) + stop
    for number, name in enumerate(names):
        values = [one.values[number] for one in series]
        parts = [
            f"{one.name}{between}{value.text + unit if value is not None else NOTHING}"
            for one, value, unit in zip(series, values, units, strict=True)
        ]
        line = name + colon + comma.join(parts)
        if len(said) + len(line) > LONGEST:
            said += say("chart_more", lang, left=len(names) - number)
            break
        said += line + (stop if number == len(names) - 1 else semicolon)
    return (said + note).strip()
