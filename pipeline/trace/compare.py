"""A document against the original it was: every number that is not what it should be.

A number that carries a figure's id is held against the figure. One that carries none must have been
in the same sentence or cell of the original: as it stands, or else it was changed, or lost its
bookmark and control, or was added by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.trace.printed import same
from pipeline.trace.relate import relate
from pipeline.trace.units import Standing, Unit

Fault = Literal["changed", "untraceable", "untraced"]
"""What is wrong with a number: it is not what it should be; it is a figure's, but neither bookmark
nor control says so any more; nobody knows where it comes from."""

_NUMERALS: Final = "〇零一二两三四五六七八九十百千"
_SURE: Final = 3
_ITEM: Final = re.compile(r"\d{3}|[-_/]")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A number that is not what it should be. ``should`` is None where there should be none."""

    fault: Fault
    unit: Unit
    start: int
    stands: str
    should: str | None
    tag: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """``checked`` numbers; what is ``wrong``; figures ``left_out`` with the words around them."""

    checked: int
    wrong: tuple[Wrong, ...]
    left_out: tuple[Standing, ...]


def compare(
    units: Sequence[Unit],
    originals: Sequence[Unit],
    expected: Mapping[str, str],
    dates: Collection[str],
) -> Compared:
    """Compare a document's units with the original's.

    ``expected`` are the printed figures by short id; ``dates`` are those of the period, which a new
    sentence may name.
    """
    comparison = _Comparison(units, originals, expected, dates)
    comparison.figures()
    for unit in comparison.surest_first():
        comparison.unit(unit)
    left_out = comparison.missing()
    wrong = sorted(comparison.wrong, key=lambda one: (one.unit.number, one.start))
    checked = sum(len(unit.standings) for unit in units)
    return Compared(checked, tuple(wrong), tuple(left_out))


@dataclass
class _Comparison:
    """The state of one comparison: what of the original is still to be found."""

    units: Sequence[Unit]
    originals: Sequence[Unit]
    expected: Mapping[str, str]
    dates: Collection[str]
    wrong: list[Wrong] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.related = relate(self.units, self.originals)
        self.taken: set[tuple[int, int]] = set()
        had = Counter(s.tag for u in self.originals for s in u.standings if s.tag)
        has = Counter(s.tag for u in self.units for s in u.standings if s.tag)
        self.lost = had - has

    def surest_first(self) -> list[Unit]:
        """Units whose text is an original's come before those that resemble one."""
        return sorted(
            self.units,
            key=lambda u: not (self.related[u.number] and self.related[u.number][0].text == u.text),
        )

    def figures(self) -> None:
        """Hold each number that carries an id against its figure."""
        for unit in self.units:
            for one in unit.standings:
                if one.tag is not None and not same(one.text, self.expected[one.tag]):
                    self._found("changed", one, self.expected[one.tag], one.tag)

    def unit(self, unit: Unit) -> None:
        """Account for the numbers of a unit that carry no id."""
        rest = [s for s in unit.standings if s.tag is None and not _row_number(unit, s)]
        near = [s for other in self.related[unit.number] for s in other.standings]
        in_cell = unit.cell is not None
        plain = [s for s in near if s.tag is None]
        rest = self._pair(
            rest, plain, lambda u, v: (1 + _context(u, v)) * same(u.value, v.value), 1
        )
        lost = [s for s in near if s.tag is not None]
        rest = self._pair(rest, lost, _as_figure, 0 if in_cell else 2, self._untraceable)
        rest = self._pair(rest, plain, _as_changed, 0 if in_cell else _SURE, self._changed)
        for one in rest:
            if not self._harmless(unit, one):
                self._found("untraced", one, None, None)

    def _pair(
        self,
        mine: Sequence[Standing],
        theirs: Iterable[Standing],
        score: Callable[[Standing, Standing], float],
        least: float,
        told: Callable[[Standing, Standing], None] | None = None,
    ) -> list[Standing]:
        """Pair numbers with numbers of the original, the best first; return those left over."""
        found = [
            (points, u.start, v.unit, v.start, u, v)
            for u in mine
            for v in theirs
            if (points := score(u, v)) >= least
        ]
        paired: set[int] = set()
        for *_, u, v in sorted(found, key=lambda f: (-f[0], *f[1:4])):
            key = (v.unit, v.start)
            if u.start in paired or key in self.taken or (v.tag and not self.lost[v.tag]):
                continue
            paired.add(u.start)
            self.taken.add(key)
            if v.tag:
                self.lost[v.tag] -= 1
            if told is not None:
                told(u, v)
        return [u for u in mine if u.start not in paired]

    def _untraceable(self, one: Standing, original: Standing) -> None:
        assert original.tag is not None
        self._found("untraceable", one, self.expected[original.tag], original.tag)

    def _changed(self, one: Standing, original: Standing) -> None:
        self._found("changed", one, original.text, None)

    def _harmless(self, unit: Unit, one: Standing) -> bool:
        """What numbers a paragraph; a date once more, or the period's in a new sentence; a word
        with a digit in it (PM2.5), which is no item's number.
        """
        if one.kind == "numbering" or unit.cell is not None:
            return one.kind == "numbering"
        if one.kind != "date":
            return one.kind == "code" and not _ITEM.search(one.value)
        near = {s.value for other in self.related[unit.number] for s in other.standings}
        return any(same(one.value, day) for day in near or self.dates)

    def missing(self) -> list[Standing]:
        """Tell of figures written in words now; return those that left with their words."""
        left: list[Standing] = []
        after: dict[int, list[Unit]] = {}
        for unit, originals in zip(self.units, self.related, strict=True):
            for other in originals:
                after.setdefault(other.number, []).append(unit)
        for original in self.originals:
            near = after.get(original.number, [])
            for one in original.standings:
                stays = any(one.tag in unit.tags for unit in near)
                if one.tag is None or not self.lost[one.tag] or stays:
                    continue
                self.lost[one.tag] -= 1
                written = _in_words(one, original, near)
                if written is None:
                    left.append(one)
                else:
                    told = Wrong("untraceable", *written, self.expected[one.tag], one.tag)
                    self.wrong.append(told)
        return left

    def _found(self, fault: Fault, one: Standing, should: str | None, tag: str | None) -> None:
        self.wrong.append(Wrong(fault, self.units[one.unit], one.start, one.text, should, tag))


def _row_number(unit: Unit, one: Standing) -> bool:
    """Whether this is the number of its row, at its beginning."""
    cell = unit.cell
    return cell is not None and cell.column == 0 and one.value == str(cell.row) == unit.text.strip()


def _in_words(one: Standing, original: Unit, units: Sequence[Unit]) -> tuple[Unit, int, str] | None:
    """Find numerals (二十四项) where the number stood; None where it went with its words."""
    follows = one.after[:1]
    for unit in units if follows else ():
        for found in re.finditer(f"[{_NUMERALS}]+(?={re.escape(follows)})", unit.text):
            if found.group() + follows not in original.text:
                return unit, found.start(), found.group()
    return None


def _context(one: Standing, other: Standing) -> float:
    """How much the letters around two numbers agree, 0 to 6."""
    points = 0.0
    for mine, theirs in ((one.before[::-1], other.before[::-1]), (one.after, other.after)):
        points += 2 * (mine[:1] == theirs[:1]) + (mine[:2] == theirs[:2])
    return points


def _as_figure(one: Standing, other: Standing) -> float:
    if one.kind in ("date", "numbering"):
        return -1
    return 3 * same(one.value, other.value) + _context(one, other)


def _as_changed(one: Standing, other: Standing) -> float:
    if one.kind == "numbering" or (one.kind == "date") != (other.kind == "date"):
        return -1
    return _context(one, other)
