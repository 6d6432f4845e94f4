"""The review sheet (核稿单) for who signs, as plain values: one page, whatever there is to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.messages import say
from pipeline.write.content import Grid

REVIEW_FILE = "review.docx"
MOST_FIGURES, MOST_DOUBTS, MOST_WORDS = 7, 4, 4
_LONG, _SHORT = 38, 34
"""Characters of a line of a wide column and of a narrower one: longer ones are cut, the whole
stands in the documents themselves."""

_NAME = 16
"""Characters of a figure's name."""

_NOTED = 80
"""Characters of a note of two lines."""


@dataclass(frozen=True, slots=True)
class Turned:
    """A headline figure before and now (as printed), and how many rows came and went."""

    name: str
    was: str
    now: str
    by: str
    came: int
    left: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not settled, and how many rows it is about."""

    what: str
    rows: int


@dataclass(frozen=True, slots=True)
class Worded:
    """A paragraph that a person changed: ``kind`` is changed, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Review:
    """What the sheet says. ``previous`` names the issue before, "" where there is none.

    ``effects`` are what doubts could change: figures as they stand with their bounds, in words.
    """

    title: str
    issue: str
    as_of: str
    previous: str
    turned: tuple[Turned, ...]
    doubts: tuple[Doubt, ...]
    effects: tuple[str, ...]
    worded: tuple[Worded, ...]
    checked: int
    wrong: int
    undecided: int
    lang: str


def grids(review: Review) -> tuple[tuple[str, Grid | str], ...]:
    """Return the sheet's parts: a heading each, and a table or the sentence that there is nothing.

    What is more than fits a page is counted in the table's note.
    """
    lang = review.lang
    return (
        (say("review_figures", lang, previous=review.previous), _figures(review)),
        (say("review_doubts", lang, count=review.undecided), _doubts(review)),
        (say("review_words", lang), _words(review)),
    )


def _figures(review: Review) -> Grid | str:
    lang = review.lang
    if not review.previous:
        return say("review_first", lang)
    rows = [
        (_short(t.name, _NAME), t.was, t.now, t.by, f"+{t.came} / −{t.left}")
        for t in review.turned[:MOST_FIGURES]
    ]
    heads = ("figure", "was", "now", "by", "rows_head")
    header = tuple(say(f"review_{name}", lang) for name in heads)
    numeric, weights = (False, True, True, True, True), (4.0, 1.4, 1.4, 1.4, 1.8)
    if not rows:
        return say("review_unchanged", lang)
    return Grid((), header, tuple(rows), numeric, weights,
                note=_more(review.turned, MOST_FIGURES, lang))  # fmt: skip


def _doubts(review: Review) -> Grid | str:
    lang = review.lang
    if not review.doubts:
        return say("effect_none", lang)
    rows = tuple((_short(d.what, _SHORT), str(d.rows)) for d in review.doubts[:MOST_DOUBTS])
    header = (say("review_doubt", lang), say("review_count", lang))
    note = _more(review.doubts, MOST_DOUBTS, lang)
    if review.effects:
        between = "; " if lang == "en" else "；"
        effects = _short(between.join(review.effects), _NOTED)
        note += (" " if note and lang == "en" else "") + say(
            "review_effects", lang, effects=effects
        )
    return Grid((), header, rows, (False, True), (7.0, 1.0), note=note)


def _words(review: Review) -> Grid | str:
    lang = review.lang
    if not review.worded:
        return say("review_unedited", lang)
    rows = tuple(
        (say(f"review_{w.kind}", lang), _short(w.text, _LONG)) for w in review.worded[:MOST_WORDS]
    )
    header = (say("review_edit", lang), say("review_paragraph", lang))
    return Grid((), header, rows, (False, False), (1.0, 7.0),
                note=_more(review.worded, MOST_WORDS, lang))  # fmt: skip


def _more(every: Sequence[object], most: int, lang: str) -> str:
    return say("review_more", lang, count=len(every) - most) if len(every) > most else ""


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
