"""Names within a sentence, each with figures of its own, and the annex of those that are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.count import names_told
from pipeline.messages import say
from pipeline.model import FigureRef
from pipeline.personal import mask
from pipeline.profile.base import Words
from pipeline.profile.schema import Phrase
from pipeline.write.content import Cell, Grid, Sentence
from pipeline.write.counted import Counted

if TYPE_CHECKING:
    from pipeline.write.compose import Composer

LONGEST_NAMES = 60
"""Characters: a list of names in a sentence that is longer tells no further name."""

MOST_LISTED = 100
"""Names in an annex."""


def phrased(composer: Composer, counted: Counted, told: Phrase) -> Sentence:
    """Return names as a sentence takes them: 甲公司（2项）、乙公司（1项）等5家（名单见附件“…”）.

    Where they are cut, the composer is given the annex that lists them all.
    """
    lang, short = composer.lang, counted.ledger.registry.short
    names = names_told(counted.ledger, told)
    cells: list[Cell] = []
    for number, name in enumerate(names):
        written = sum(len(cell) for cell in cells if isinstance(cell, str))
        if number >= told.most or (number > 1 and written > LONGEST_NAMES):
            return (*cells, *_cut(composer, counted, told))
        shown = mask(short.get(name, name)) if name else say("unattributed", lang)
        cells += [say("names_between", lang) if cells else "", shown]
        if told.each is not None:
            before, after = say("in_brackets", lang, text="\0").split("\0")
            cells += [before, *_of(composer, counted, told, told.each, name), after]
    return tuple(cells)


def _cut(composer: Composer, counted: Counted, told: Phrase) -> Sentence:
    """Return how many there are in all, and where the rest is to be found."""
    lang = composer.lang
    whole = FigureRef(counted.ledger.profile.id, str(told.figure or told.whole))
    before, after = say("names_more", lang, all="\0").split("\0")
    if composer.terse:
        return (before, composer.place(counted, whole), after)
    if composer.daily:  # a page without annexes
        see = say("see_file", lang, file=_file(told))
    elif told.see is not None:
        see = told.see.say(lang)
    else:
        caption = composer.sentence(counted, told.caption or Words(zh="", en=""))
        title = "".join(cell if isinstance(cell, str) else cell.text for cell in caption)
        composer.listed.setdefault(told.id, _annex(composer, counted, told, caption))
        see = say("see_annex", lang, title=title)
    return (before, composer.place(counted, whole), after, say("in_brackets", lang, text=see))


def _file(told: Phrase) -> str:
    return "master.xlsx" if told.table == "roster" and told.figure is None else "findings.xlsx"


def _annex(composer: Composer, counted: Counted, told: Phrase, caption: Sentence) -> Grid:
    """Return the table of all names, with the figures that are told of each."""
    lang, profile = composer.lang, counted.ledger.profile
    names = names_told(counted.ledger, told)
    figures = told.each.placeholders(lang) if told.each is not None else ()
    rows: list[tuple[Cell, ...]] = []
    for number, name in enumerate(names[:MOST_LISTED], start=1):
        refs = (FigureRef(profile.id, figure, told.column, name) for figure in figures)
        placed = (composer.place(counted, ref) for ref in refs)
        rows.append((str(number), mask(name) if name else say("unattributed", lang), *placed))
    more = {"all": len(names), "shown": MOST_LISTED, "where": _file(told)}
    return Grid(
        caption=caption,
        header=(
            say("row_number", lang),
            say("enterprise", lang),
            *(profile.figure(name).heading(lang) for name in figures),
        ),
        rows=tuple(rows),
        numeric=(True, False, *(True for _ in figures)),
        weights=(0.7, 4.0, *(1.5 for _ in figures)),
        note=say("annex_more", lang, **more) if len(names) > MOST_LISTED else "",
    )


def _of(composer: Composer, counted: Counted, told: Phrase, words: Words, name: str) -> list[Cell]:
    """Return what is said of one name; its figures are that name's own."""
    ledger = counted.ledger.profile.id
    return [
        composer.place(counted, FigureRef(ledger, piece, told.column, name)) if odd % 2 else piece
        for odd, piece in enumerate(words.pieces(composer.lang))
    ]
