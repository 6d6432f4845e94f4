"""Where a number stands, in words that lead a person to it in Word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.messages import say
from pipeline.read.document import Place
from pipeline.trace.compare import Wrong
from pipeline.trace.units import Unit
from pipeline.write.briefing.figures import clean

_FIRST: Final = 12
_EACH_SIDE: Final = 16
_COLUMNS: Final = 64


Tables = Mapping[int, Mapping[tuple[int, int], str]]
"""What stands in each table of a document, by row and column."""


def tables_of(units: Sequence[Unit]) -> Tables:
    """Return the texts of a document's tables."""
    found: dict[int, dict[tuple[int, int], str]] = {}
    for unit in units:
        if unit.cell is not None:
            cells = found.setdefault(unit.cell.table, {})
            place = (unit.cell.row, unit.cell.column)
            cells[place] = f"{cells.get(place, '')}{unit.text.strip()}"
    return found


def place_of(unit: Unit, tables: Tables, lang: str) -> str:
    """Return the heading and first words of a paragraph, or the table, row and column of a cell."""
    passage = unit.passage
    if passage.cell is None:
        start = _short(passage.text)
        if passage.story != "body":
            return say("place_story", lang, story=say(f"story_{passage.story}", lang), start=start)
        if passage.heading and passage.heading != passage.text.strip():
            return say("place_paragraph", lang, heading=_short(passage.heading), start=start)
        return say("place_line", lang, start=start)
    row, column = _heads(passage.cell, tables[passage.cell.table])
    table = _short(passage.caption, 24) or _short(passage.heading)
    return say("place_cell", lang, table=table, row=row, column=column)


def _heads(here: Place, cells: Mapping[tuple[int, int], str]) -> tuple[str, str]:
    """Return what a cell's row and column are headed by: the row's first words, the column's head.

    A row that begins with its number is known by that and what follows.
    """
    words: list[str] = []
    for column in range(_COLUMNS):
        text = cells.get((here.row, column), "")
        if text and column != here.column:
            words.append(text)
            if not text.isdecimal():
                break
    head = " ".join(words) or str(here.row)
    return _short(head, 20), _short(cells.get((0, here.column), ""), 20) or str(here.column + 1)


def around(unit: Unit, one: Wrong) -> str:
    """Return the number within the words around it, in 【】."""
    end = one.start + len(one.stands)
    left, right = unit.text[: one.start].lstrip(), unit.text[end:].rstrip()
    before = ("…" if len(left) > _EACH_SIDE else "") + left[-_EACH_SIDE:]
    after = right[:_EACH_SIDE] + ("…" if len(right) > _EACH_SIDE else "")
    return clean(f"{before}【{unit.text[one.start : end]}】{after}")


def _short(text: str, most: int = _FIRST) -> str:
    line = " ".join(clean(text).split())
    return line if len(line) <= most else line[:most] + "…"
