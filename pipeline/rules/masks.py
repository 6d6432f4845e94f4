"""Masks in Excel: whether a settled text has a shape, by its runs of digits and signs.

A helper cell holds the text with each digit made a 9 and wide signs made plain; a run of a mask is
compared with it at once. Letters, and digits that a mask tells by themselves, are looked up in the
text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.rules.algebra import OPEN_END
from pipeline.rules.cells import DASHES, DIGITS, all_of, quoted, spellings
from pipeline.text import fold

_WIDE_DIGITS: Final = "０１２３４５６７８９"
_LETTERS: Final = "".join(chr(65 + n) + chr(0xFF21 + n) for n in range(26))
_PLAIN: Final = (
    dict.fromkeys((*DIGITS[:9], *_WIDE_DIGITS), "9")
    | dict.fromkeys(DASHES, "-")
    | dict.fromkeys("（【〔［[｛{", "(")
    | dict.fromkeys("）】〕］]｝}", ")")
)
_PLAIN_TOO: Final = {s: chr(ord(s) - 0xFEE0) for s in "！＃％＆＊＋，．／：；＜＝＞？＠＼＿｜～"}


class _Sign(NamedTuple):
    sign: str
    any_of: bool

    @property
    def runs(self) -> bool:
        """Whether it is compared together with its neighbours: a digit, or no letter or digit."""
        return self.sign == "9" or not re.match("[A-Z0-9]", self.sign)


def classes(plain: str) -> tuple[str, str]:
    """The formulas that make a settled text comparable, the second over the first's cell.

    Two, because a formula nests at most 64 deep; ``ROW`` and the first's cell are the caller's:
    the second has ``{first}`` where that stands.
    """
    return _replaced(plain, _PLAIN), _replaced("{first}", _PLAIN_TOO)


def _replaced(text: str, signs: dict[str, str]) -> str:
    for sign, meant in signs.items():
        text = f"SUBSTITUTE({text},{quoted(sign)},{quoted(meant)})"
    return text


def shaped(plain: str, classed: str, mask: str) -> str:
    """Whether a settled text has the shape of a mask; ``classed`` is the cell of ``classes``."""
    whole = mask.removesuffix(OPEN_END)
    signs = [_Sign(c, s in "9A?") for s in whole for c in (s if s in "9A?" else fold(s).upper())]
    tests = list(_tests(plain, classed, signs))
    if len(tests) == 1 and all(each.runs and not _free(each) for each in signs):
        return f"EXACT({_start(classed, mask, len(signs))},{_quoted(signs)})"
    sign = "=" if whole == mask else ">="
    return all_of((f"LEN({plain}){sign}{len(signs)}", *tests))


def _start(classed: str, mask: str, size: int) -> str:
    return f"LEFT({classed},{size})" if mask.endswith(OPEN_END) else classed


def _free(sign: _Sign) -> bool:
    return sign == _Sign("?", any_of=True)


def _quoted(signs: list[_Sign]) -> str:
    return quoted("".join(each.sign for each in signs))


def _tests(plain: str, classed: str, signs: list[_Sign]) -> Iterator[str]:
    places = enumerate(signs, start=1)
    for (runs, free), group in groupby(places, lambda each: (each[1].runs, _free(each[1]))):
        found = list(group)
        if runs and not free:
            run = [each for _, each in found]
            yield f"EXACT(MID({classed},{found[0][0]},{len(run)}),{_quoted(run)})"
        elif not free:
            yield from (_looked_up(plain, place, each) for place, each in found)


def _looked_up(plain: str, place: int, each: _Sign) -> str:
    accepted = _LETTERS if each.any_of else "".join(spellings(each.sign))
    # A sign that is not there is "", which FIND finds everywhere; the length says so.
    return f"ISNUMBER(FIND(MID({plain},{place},1),{quoted(accepted)}))"
