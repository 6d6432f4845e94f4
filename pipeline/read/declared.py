"""What a file says of itself: in our blank ledger's hidden sheet, above the header, by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.text import fold

META_SHEET: Final = "_taizhang"
OWN_SHEETS: Final = (META_SHEET, "_lists", "须修改", "To correct")
"""Sheets of ours that are no ledger, though labels may stand in them: a blank ledger's hidden ones,
and the list of faults that a return begins with."""

_KEYS: Final = ("profile", "version", "enterprise", "period", "as_of")
_FILING: Final = "报送类型"
_NORMAL: Final = "正常报送"
_FILINGS: Final = {"零报告": "nil", "无变化": "unchanged"}
_ASKED: Final = re.compile(r"[如若请填选]|\bif\b|select")
"""Signs of a line that tells how to file, rather than what was filed."""


def own_word(cells: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what the sheet ``_taizhang`` says: the known keys that have a value."""
    pairs = (row[:2] for row in cells if len(row) >= 2)
    return {key: value for key, value in pairs if key in _KEYS and value}


def filing(above: Sequence[Sequence[str]], names: Sequence[str]) -> str:
    """Return "nil", "unchanged" or "": as chosen above the header, else as a title or name says.

    ``above`` are the rows above the header, ``names`` the sheet's and the file's. A choice of
    正常报送 outweighs the words of titles and names; a line that only explains how to file a nil
    return is not one.
    """
    for row in above:
        filled = [fold(cell) for cell in row if cell]
        for place, cell in enumerate(filled):
            if cell.strip(":").startswith(_FILING):
                chosen = cell.removeprefix(_FILING).strip(":")
                chosen = chosen or (filled[place + 1] if place + 1 < len(filled) else "")
                if chosen == _NORMAL:
                    return ""
                if chosen in _FILINGS:
                    return _FILINGS[chosen]
    titles = [fold(cell) for row in above for cell in row if cell]
    for text in (*(t for t in titles if not _ASKED.search(t)), *map(fold, names)):
        said = [told for word, told in _FILINGS.items() if word in text]
        if len(said) == 1:
            return said[0]
    return ""
