"""How numbers, dates and identifiers are printed, everywhere alike."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.count import Ledger
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import FigureRef, Number

NOTHING = "—"


def printed(number: Number) -> str:
    """Return a figure as it is printed; a ratio of nothing is a dash."""
    if number is None:
        return NOTHING
    return f"{number:f}" if isinstance(number, Decimal) else str(number)


def plain(number: Number) -> int | float | None:
    """Return a figure as JSON and Excel take it."""
    if number is None or isinstance(number, int):
        return number
    return int(number) if number == number.to_integral_value() else float(number)


def short_id(ref: FigureRef, as_of: date, period: str) -> str:
    """Return the figure's short id: 13 characters that are stable for the same reference.

    ``as_of`` and ``period`` are those of the run, or of the earlier one that ``ref`` names: what an
    earlier issue said has there and here one id. Word's bookmarks hold 40 characters and begin with
    a letter.
    """
    text = "\x1f".join((ref.ledger, ref.figure, ref.by, ref.at, str(as_of), ref.period or period))
    digest = base64.b32encode(hashlib.sha256(text.encode()).digest())
    return "f" + digest.decode().lower()[:12]


def shown(value: Any, lang: str) -> str:
    """Return a cell of a list as people read it."""
    if value is None:
        return ""
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def state_in_words(column: str, value: str, ledger: Ledger, lang: str) -> str:
    """Return a partition's part, or one of the program's own states, by its label."""
    for partition in ledger.profile.partitions:
        if partition.id == column:
            return next((p.label.say(lang) for p in partition.parts if p.id == value), value)
    return say(value, lang) if value else ""
