"""Marks on cells that were faulty last period, in the rows filled beforehand.

A cell stays marked as long as it says what it said: the mark is looked up by the row's hidden id,
the column and what stands in the cell, and so moves along when rows are sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlsxwriter.worksheet import Worksheet

from pipeline.rules.helpers import letters
from pipeline.write.form import Form
from pipeline.write.lastfaults import LastFault
from pipeline.write.style import Styles

MARKS: Final = "last.faults"
"""The workbook's name for what marked cells said."""

_KEPT: Final = 40  # characters of a cell: what is compared may have 255


def marks(form: Form, faults: Sequence[LastFault], cells: Sequence[Sequence[str]]) -> list[str]:
    """Return what marked cells are looked up by; ``cells`` are what a formula sees of the rows."""
    tokens = [token for token, _ in zip(form.tokens(), form.items, strict=False)]
    places = {column.id: place for place, column in enumerate(form.profile.columns)}
    found = (
        f"{tokens[f.item]}|{places[f.column]}|{cells[f.item][places[f.column]][:_KEPT]}"
        for f in faults
        if f.column in places
    )
    return list(dict.fromkeys(found))


def colour(sheet: Worksheet, styles: Styles, form: Form, faults: Sequence[LastFault]) -> None:
    """Colour the cells of columns that have a fault, as long as they say what they said."""
    places = {column.id: place for place, column in enumerate(form.profile.columns)}
    token, row = letters(len(places)), form.first + 1
    for place in sorted({places[f.column] for f in faults if f.column in places}):
        said = f'${token}{row}&"|{place}|"&LEFT({letters(place)}{row},{_KEPT})'
        test = f"=ISNUMBER(MATCH({said},{MARKS},0))"
        told = {"type": "formula", "criteria": test, "format": styles["last_fault"]}
        sheet.conditional_format(form.first, place, form.last, place, told)
