"""Amounts as people write them, in the unit the column asks for (usually 万元, 10,000 yuan)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.text import seen

_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][-+]?\d{1,2})?")
_BROKEN = re.compile(r"\d\s+\d")
_SPACED = re.compile(r"\d{1,3}([ \u00a0\u2009]\d{3})+(\.\d+)?\D*")
_UNIT = re.compile(r"(万元|万|元|亿元|亿)$")
_WORTH = {"万元": Decimal(1), "万": Decimal(1), "元": Decimal("0.0001"), "亿元": Decimal(10000)}
_LARGEST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, None where the text is none for sure; ``unit`` is what the cell itself names."""

    number: Decimal | None
    unit: str = ""


def amount(text: str, *, in_ten_thousands: bool) -> Amount:
    """Return the number that ``text`` writes; a unit in the cell is converted and told.

    ``in_ten_thousands`` says that the column is in 万元. Six decimals are kept.
    """
    if _BROKEN.search(text) and not _SPACED.fullmatch(text.strip()):
        return Amount(None)
    plain = seen(text).strip("'\"`‘’“”").replace("，", ",")
    unit = found.group(1) if (found := _UNIT.search(plain)) else ""
    bare = plain[: len(plain) - len(unit)]
    if not _NUMBER.fullmatch(bare):
        return Amount(None)
    number = Decimal(bare.replace(",", ""))
    if unit and in_ten_thousands:
        number *= _WORTH.get(unit, Decimal(10000))
    elif unit:
        return Amount(None)
    if abs(number) >= _LARGEST:
        return Amount(None)
    return Amount(round(number, 6), unit)
