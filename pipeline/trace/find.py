"""Find a number in a document: which figures it may be, and the words around each."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.read.document import Document
from pipeline.trace.compare import Wrong
from pipeline.trace.original import Original
from pipeline.trace.places import around, place_of, tables_of
from pipeline.trace.printed import plain, same
from pipeline.trace.units import units_of


@dataclass(frozen=True, slots=True)
class Found:
    """A place at which a number stands. ``tag`` is the figure's short id, None for no figure."""

    tag: str | None
    place: str
    around: str

    def record(self) -> dict[str, str | None]:
        """Return it as JSON takes it."""
        return {"id": self.tag, "place": self.place, "around": self.around}


def find(original: Original, held: Document, number: str, lang: str) -> list[Found]:
    """Return where ``number`` stands in a document; figures come before other numbers."""
    wanted = plain(number.strip().rstrip("%％"))
    units = units_of(held, original.expected)
    tables = tables_of(units)
    found = []
    for unit in units:
        for one in unit.standings:
            if same(one.value, wanted):
                shown = Wrong("changed", unit, one.start, one.text, None, one.tag)
                found.append(Found(one.tag, place_of(unit, tables, lang), around(unit, shown)))
    return sorted(found, key=lambda each: each.tag is None)
