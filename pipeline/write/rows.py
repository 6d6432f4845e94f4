"""Rows of a sheet in words: 第 5–104、110 行, as short as they can be told; items by number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.messages import say

_MOST = 6
_MOST_ITEMS = 50
_LONGEST = 20
"""Numbers of items stand nowhere else in a return: many more of them are listed."""


def rows_told(rows: Iterable[int], lang: str, most: int = _MOST) -> str:
    """Tell rows, as Excel shows them: stretches of them, no more than ``most``; then how many."""
    found = sorted(set(rows))
    stretches = _stretches(found)
    if len(found) <= most:
        word = "rows_one" if len(found) == 1 else "rows_listed"
    else:
        word = "rows_counted" if len(stretches) <= most else "rows_first"
    return say(word, lang, rows=_joined(stretches[:most], lang), count=len(found))


def items_told(numbers: Sequence[str], lang: str) -> str:
    """Tell items by their numbers, or what is told of them: the first, then how many there are."""
    short = (n if len(n) <= _LONGEST else n[: _LONGEST - 1] + "…" for n in numbers[:_MOST_ITEMS])
    listed = (", " if lang == "en" else "、").join(short)
    word = "items_counted" if len(numbers) <= _MOST_ITEMS else "items_first"
    return say(word, lang, items=listed, count=len(numbers))


def _stretches(rows: list[int]) -> list[tuple[int, int]]:
    """First and last of each run of rows without a gap; two neighbours are told one by one."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [
        stretch
        for first, last in runs
        for stretch in ([(first, first), (last, last)] if last - first == 1 else [(first, last)])
    ]


def _joined(stretches: list[tuple[int, int]], lang: str) -> str:
    told = (str(a) if a == b else f"{a}–{b}" for a, b in stretches)
    return (", " if lang == "en" else "、").join(told)
