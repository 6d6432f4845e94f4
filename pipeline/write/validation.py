"""What a cell of the blank ledger tells while it is filled: advice, dropdowns, gentle warnings.

Nothing is forbidden: answers in words are welcome, and what is doubtful is asked about later. All
functions return options of XlsxWriter's ``data_validation``.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from pipeline.profile.schema import Column
from pipeline.write.guide import prompt
from pipeline.write.guidewords import say
from pipeline.write.style import clean

MOST_TITLE: Final = 32
MOST_FORMULA: Final = 255
"""Characters in a validation's title and formula (Excel specifications and limits)."""

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""What can be a date of an item; two-digit years and slips fall outside."""


def list_name(column: str) -> str:
    """Return the workbook's name for the dropdown values of a column."""
    return f"list_{column}"


def advice(column: Column, lang: str) -> dict[str, Any]:
    """Return a validation that lets everything pass and only says what the column is for."""
    title = clean(column.label.say(lang), MOST_TITLE)
    return {"validate": "any", "input_title": title, "input_message": prompt(column, lang)}


def from_list(column: str, lang: str) -> dict[str, Any]:
    """Return a dropdown of the values listed for ``column`` in the workbook."""
    source = f"={list_name(column)}"
    return {"validate": "list", "source": source, **_warning("bad_choice", lang)}


def validation(column: Column, lang: str, *, listed: bool, top: str) -> dict[str, Any]:
    """Return the validation of a column's cells.

    ``listed`` says whether the workbook has a list of its values, ``top`` is the first cell it
    applies to, such as "S6".
    """
    told = advice(column, lang)
    if listed:
        return {**told, **from_list(column.id, lang)}
    if column.type in ("date", "deadline"):
        span = {"criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        return {**told, "validate": "date", **span, **_warning(f"bad_{column.type}", lang)}
    if column.type == "number":
        return {**told, **_at_least_nothing(column, top), **_warning("bad_number", lang)}
    return told


def _at_least_nothing(column: Column, top: str) -> dict[str, Any]:
    """Return the test of a number; the profile's answers in words pass without a warning."""
    words = "".join(f',{top}="{answer}"' for answer in column.answers if '"' not in answer)
    formula = f"=OR(AND(ISNUMBER({top}),{top}>=0){words})"
    if words and len(formula) <= MOST_FORMULA:
        return {"validate": "custom", "value": formula}
    return {"validate": "decimal", "criteria": ">=", "value": 0}


def _warning(why: str, lang: str) -> dict[str, Any]:
    told = {"error_title": say(lang, "warning"), "error_message": say(lang, why)}
    return {"error_type": "warning", **told}
