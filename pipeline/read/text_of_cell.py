"""The text of a cell, as a person sees it, whatever type the reader gave it."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any, Final

_REFUSED: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def text_of_cell(value: Any) -> str:
    """Return a cell's value as text; "" for an empty one.

    Whole floats lose their ".0", dates are ISO 8601 (with the time where it is not midnight),
    truth values are TRUE and FALSE as Excel shows them. Line breaks and blanks stay.

    >>> [text_of_cell(v) for v in (3.0, 0.1, True, " a ", None)]
    ['3', '0.1', 'TRUE', ' a ', '']
    """
    if isinstance(value, str):
        return _clean(value) if value else ""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e16
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _clean(text: str) -> str:
    """Drop what XML 1.0 refuses (section 2.2)."""
    if text.isprintable():
        return text
    text = _SURROGATE.sub("\ufffd", _REFUSED.sub("", text))
    return text.replace("\r\n", "\n").replace("\r", "\n")
