"""Numbers as they are printed: found in a text, and compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

Kind = Literal["number", "date", "code", "numbering"]

_ANY: Final = re.compile(
    r"""
    (?P<date> (?:19|20)\d\d\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?)?
            | \d{1,2}\s?月\s?\d{1,2}\s?日
            | \d{1,2}\s?月(?:份|底|末|初|上旬|中旬|下旬)
            | (?:19|20)\d\d(?P<mark>[-./])(?:0?[1-9]|1[0-2])(?P=mark)(?:[12]\d|3[01]|0?[1-9])(?!\d))
    | (?P<code> [A-Za-z][A-Za-z0-9]{0,19}(?:[-_/][A-Za-z0-9]{1,19}){0,4}
              (?:(?<=\d)\.\d{1,3})?)
    | (?P<number> (?:(?<![A-Za-z0-9.)])[-−])?
                  (?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?[万亿‰]?)
    """,
    re.VERBOSE,
)
_NUMBERING: Final = re.compile(r"\s*[(]?\d{1,2}[).、]\s?(?!\d)")
_SEPARATED: Final = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_LONGEST: Final = 40  # letters of a number that is worth understanding
_MANY: Final = {"万": 10**4, "亿": 10**8}
_BETWEEN: Final = re.compile(r"[\s,，']")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, date or item's code in a text, from ``start`` to ``end``.

    ``text`` is how it stands there, ``value`` its plain form: two that say the same have the same.
    """

    start: int
    end: int
    text: str
    value: str
    kind: Kind


def numbers(text: str) -> list[Number]:
    """Return the numbers in a text, in their order.

    A date is one, and so is an item's code; what numbers a paragraph (1. or (2)) is told apart.

    >>> [(n.text, n.value) for n in numbers("截至2020年10月9日，LX-07等１，２３４项、63.20%")]
    [('2020年10月9日', '2020-10-9'), ('LX-07', 'LX-07'), ('１，２３４', '1234'), ('63.20', '63.2')]
    """
    folded = _folded(text)
    found = [
        Number(m.start(), m.end(), text[m.start() : m.end()], *_said(m))
        for m in _ANY.finditer(folded)
        if any(letter.isdecimal() for letter in m.group())
    ]
    heading = _NUMBERING.match(folded)
    if found and heading is not None and found[0].end <= heading.end():
        first = found[0]
        found[0] = Number(first.start, first.end, first.text, first.value, "numbering")
    return found


def _folded(text: str) -> str:
    """Full-width digits and marks as ASCII, letter for letter."""
    text = _SEPARATED.sub(",", text)
    if text.isascii():
        return text
    return "".join(_narrow(one) for one in text)


def _narrow(letter: str) -> str:
    """A letter's usual form; the full-width comma parts clauses, and ① numbers them."""
    narrow = unicodedata.normalize("NFKC", letter)
    kept = len(narrow) != 1 or letter == "，" or unicodedata.category(letter) == "No"
    return letter if kept else narrow


def _said(match: re.Match[str]) -> tuple[str, Kind]:
    text = match.group()
    if match.lastgroup == "date":
        return _date(text), "date"
    if match.lastgroup == "code":
        return text.upper(), "code"
    return plain(text), "number"


def _date(text: str) -> str:
    end = re.search(r"月(\D*)$", text)
    parts = "-".join(str(int(part)) for part in re.findall(r"\d+", text))
    return parts + (f"月{end[1]}" if end and end[1] else "")


def plain(text: str) -> str:
    """Return a number's plain form: no separators, no zeros that say nothing; else the text.

    >>> plain("1,234.50"), plain("６３．２"), plain("—"), plain("3万")
    ('1234.5', '63.2', '—', '30000')
    """
    folded = _BETWEEN.sub("", _folded(text)).replace("−", "-")
    if len(folded) > _LONGEST:
        return folded
    factor = _MANY.get(folded[-1:], 1)
    try:
        value = Decimal(folded[: -1 if factor > 1 else None]) * factor
    except InvalidOperation:
        return folded
    if not value.is_finite():
        return folded
    told = f"{value:f}"
    return (told.rstrip("0").rstrip(".") if "." in told else told) or "0"


def same(one: str, other: str) -> bool:
    """Tell whether two printed numbers, dates or codes say the same.

    A date may leave out its year.

    >>> same("63.20", "63.2"), same("24", "25"), same("2020-10-9", "10-9")
    (True, False, True)
    """
    if one == other or plain(one) == plain(other):
        return True
    longer, shorter = max(one, other, key=len), min(one, other, key=len)
    return longer.count("-") == 2 and longer.partition("-")[2] == shorter
