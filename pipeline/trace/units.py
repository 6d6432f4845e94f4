"""A document as units of sense (sentences, cells), each with its numbers and what they carry."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.read.document import Document, Passage, Place, Span
from pipeline.trace.printed import Kind, Number, numbers, plain, same
from pipeline.write.briefing.figures import PREFIX

_STOPS: Final = re.compile(r"[。；;！？!?\n]+")
_AROUND: Final = 4
_SUFFIX: Final = re.compile(r"_\d+$")


@dataclass(frozen=True, slots=True)
class Standing:
    """A number where it stands: ``unit`` is the place of its unit, ``start`` its own in that.

    ``before`` and ``after`` are the letters around it. ``tag`` is the short id that it carries,
    None where it carries none that is known.
    """

    unit: int
    start: int
    text: str
    value: str
    kind: Kind
    before: str
    after: str
    tag: str | None


@dataclass(slots=True)
class Unit:
    """A sentence of the running text, or a cell of a table.

    ``place`` is its passage's in the document, ``low`` where it begins within that.
    """

    number: int
    passage: Passage
    text: str
    place: int
    low: int
    standings: list[Standing] = field(default_factory=list)

    @property
    def cell(self) -> Place | None:
        """Where it stands in a table."""
        return self.passage.cell

    @property
    def tags(self) -> set[str]:
        """The figures that stand in it."""
        return {one.tag for one in self.standings if one.tag is not None}


def units_of(document: Document, expected: Mapping[str, str]) -> list[Unit]:
    """Return the units of a document; ``expected`` are the printed figures by short id."""
    known = {(PREFIX + tag).casefold(): tag for tag in expected}
    every = [numbers(passage.text) for passage in document.passages]
    carried = _carried(document.passages, every, known, expected)
    units: list[Unit] = []
    for number, passage in enumerate(document.passages):
        here = carried.get(number, {})
        found = {one.start: (one, here.get(one.start)) for one in every[number]}
        for start, (tag, text) in here.items():
            if start not in found:  # printed without a digit, such as the dash for no rate
                shown = Number(start, start + len(text), text, plain(text), "number")
                found[start] = (shown, (tag, text))
        for low, high in _cuts(passage):
            unit = Unit(len(units), passage, passage.text[low:high], number, low)
            for start, (one, mark) in sorted(found.items()):
                if low <= start < max(high, low + 1):
                    unit.standings.append(_standing(unit, one, low, mark))
            units.append(unit)
    return units


def _cuts(passage: Passage) -> list[tuple[int, int]]:
    if passage.cell is not None:
        return [(0, len(passage.text))]
    cuts, low = [], 0
    for stop in _STOPS.finditer(passage.text):
        cuts.append((low, stop.end()))
        low = stop.end()
    return [*cuts, (low, len(passage.text))] if low < len(passage.text) or not cuts else cuts


def _standing(unit: Unit, one: Number, low: int, mark: tuple[str, str] | None) -> Standing:
    text = unit.passage.text
    tag, shown = mark if mark is not None else (None, one.text)
    value = plain(shown) if tag is not None else one.value
    return Standing(
        unit.number, one.start - low, shown, value, one.kind,
        text[max(0, one.start - _AROUND, low) : one.start], text[one.end : one.end + _AROUND], tag,
    )  # fmt: skip


_Carried = dict[int, dict[int, tuple[str, str]]]
"""Passage -> place in it -> short id, and what stands there."""


def _carried(
    passages: Sequence[Passage],
    every: list[list[Number]],
    known: Mapping[str, str],
    expected: Mapping[str, str],
) -> _Carried:
    """Find the number that each bookmark and control is about.

    It is one that it holds, even in part; where its text was deleted, one that touches it. Of
    several that it holds now, the one that it should hold. Where blanks or commas part a number in
    two, these become one in ``every`` passage's numbers.
    """
    pieces: dict[int, list[tuple[int, Span]]] = {}
    for number, passage in enumerate(passages):
        for span in passage.spans:
            pieces.setdefault(span.key, []).append((number, span))
    found: _Carried = {}
    for spans in pieces.values():
        name = spans[0][1].name.casefold()
        tag = known.get(name) or known.get(_SUFFIX.sub("", name))
        if tag is None:
            continue
        for p, span in spans:
            every[p] = _joined(every[p], span, passages[p].text, expected[tag])
        held = [(p, one) for p, span in spans for one in _held(every[p], span)]
        told = [(p, one) for p, one in held if same(one.text, expected[tag])]
        if told or held:
            place, one = (told or held)[0]
            if one.start not in found.setdefault(place, {}) or told:
                found[place][one.start] = (tag, one.text)
            continue
        place, span = max(spans, key=lambda each: each[1].end - each[1].start)
        text = passages[place].text[span.start : span.end].strip()
        if text:
            found.setdefault(place, {}).setdefault(span.start, (tag, text))
    return found


def _joined(every: list[Number], span: Span, text: str, expected: str) -> list[Number]:
    held, said = _held(every, span), text[span.start : span.end]
    within = all(span.start <= one.start and one.end <= span.end for one in held)
    if len(held) < 2 or not within or not same(said, expected):
        return every
    start, end = held[0].start, held[-1].end
    whole = Number(start, end, text[start:end], plain(said), "number")
    return sorted([*(one for one in every if one not in held), whole], key=lambda one: one.start)


def _held(every: Sequence[Number], span: Span) -> list[Number]:
    if span.start == span.end:
        return [one for one in every if span.start in (one.start, one.end)]
    return [one for one in every if one.start < span.end and one.end > span.start]
