"""What a single cell is like, before anything is known of its column."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from pipeline.dates import Order, orders, understand
from pipeline.settle.numbers import amount
from pipeline.text import fold

Kind = Literal["text", "number", "date", "truth", "error"]

SOMEDAY: Final = date(2020, 7, 1)
"""Days without a year lie nearest to some day; which one is of no account here."""

_TRUTH: Final = frozenset({"true", "false"})
_ERROR: Final = re.compile(r"#(n/a|ref!|value!|div/0!|name\?|num!|null!|spill!|calc!)")
_DIGITS: Final = re.compile(r"\d+(\.\d+)?")
_PERCENT: Final = re.compile(r"[-+]?\d+(\.\d+)?%")
_EARLY: Final = re.compile(r"1[0-9]{3}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?")


@lru_cache(maxsize=1 << 16)
def kind(cell: str) -> Kind:
    """Return what a filled cell holds. A bare number is a number, whatever day it may stand for."""
    folded = fold(cell)
    if folded in _TRUTH:
        return "truth"
    if _ERROR.fullmatch(folded):
        return "error"
    if is_number(cell) or _PERCENT.fullmatch(folded):
        return "number"
    if is_date(cell, None) or _EARLY.fullmatch(cell):
        return "date"
    return "text"


@lru_cache(maxsize=1 << 16)
def is_number(cell: str) -> bool:
    """Whether the reader of amounts understands it."""
    return amount(cell, in_ten_thousands=False).number is not None


@lru_cache(maxsize=1 << 16)
def is_date(cell: str, order: Order | None) -> bool:
    """Whether the reader of dates understands it, or would ask which of two days it is."""
    if _DIGITS.fullmatch(cell.strip()):
        return False
    found = understand(cell, SOMEDAY, deadline=False, order=order)
    return found.day is not None or bool(found.either) or bool(orders(cell))


def is_compact_date(cell: str) -> bool:
    """Whether it is a day in eight figures: 20201009."""
    return len(cell) == 8 and understand(cell, SOMEDAY, deadline=False).day is not None


def is_early_date(cell: str) -> bool:
    """Whether it is a day before those that the reader of dates takes for one."""
    return bool(_EARLY.fullmatch(cell)) and not is_date(cell, None)
