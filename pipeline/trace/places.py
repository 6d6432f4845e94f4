"""Where a number stands, in words that lead a person to it in Word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.messages import say
from pipeline.trace.compare import Wrong
from pipeline.trace.units import Unit

_FIRST: Final = 12
_EACH_SIDE: Final = 16


def place_of(unit: Unit, units: Sequence[Unit], lang: str) -> str:
    """Return the heading and first words of a paragraph, or the table, row and column of a cell."""
    passage = unit.passage
    if passage.cell is None:
        start = _short(passage.text)
        if passage.story != "body":
            return say("place_story", lang, story=say(f"story_{passage.story}", lang), start=start)
        if passage.heading and passage.heading != passage.text.strip():
            return say("place_paragraph", lang, heading=_short(passage.heading), start=start)
        return say("place_line", lang, start=start)
    row, column = heads(unit, units)
    table = _short(passage.caption, 24) or _short(passage.heading)
    return say("place_cell", lang, table=table, row=row, column=column)


def heads(unit: Unit, units: Sequence[Unit]) -> tuple[str, str]:
    """Return what a cell's row and column are headed by: the row's first words, the column's head.

    A row that begins with its number is known by that and what follows.
    """
    here = unit.passage.cell
    assert here is not None
    near = [u for u in units if u.passage.cell is not None and u.passage.cell.table == here.table]
    row = {u.passage.cell.column: u.text.strip() for u in near
           if u.passage.cell is not None and u.passage.cell.row == here.row}  # fmt: skip
    top = {u.passage.cell.column: u.text.strip() for u in near
           if u.passage.cell is not None and u.passage.cell.row == 0}  # fmt: skip
    words = [text for place, text in sorted(row.items()) if text and place != here.column]
    named = next((n for n, text in enumerate(words) if not text.isdecimal()), 0)
    head = " ".join(words[: named + 1]) or str(here.row)
    return _short(head, 20), top.get(here.column, "") or str(here.column + 1)


def around(unit: Unit, one: Wrong) -> str:
    """Return the number within the words around it, in 【】."""
    end = one.start + len(one.stands)
    left, right = unit.text[: one.start].lstrip(), unit.text[end:].rstrip()
    before = ("…" if len(left) > _EACH_SIDE else "") + left[-_EACH_SIDE:]
    after = right[:_EACH_SIDE] + ("…" if len(right) > _EACH_SIDE else "")
    return f"{before}【{unit.text[one.start : end]}】{after}"


def _short(text: str, most: int = _FIRST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[:most] + "…"
