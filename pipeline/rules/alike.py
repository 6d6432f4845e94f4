"""Texts that are nearly the same, found among many with bounded work.

Two texts are alike where the share of what they have in common (rapidfuzz ratio) reaches the
given per cent and they agree in everything that tells places and things apart: numbers, ordinals,
letters, directions. Texts are looked at in an order of their own, so that the order of rows changes
nothing, and each is compared with leaders only: texts that were like none before them. So twenty
thousand copies of one text cost as many comparisons, not their square.

Which leaders a text is compared with is told by its rarest pairs of neighbouring characters: texts
so alike must share one of them. At most MOST are compared, those that share rare pairs first; among
thousands of texts made to share all their pairs a likeness may therefore be missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Final

from rapidfuzz import fuzz

from pipeline.text import fold

MOST: Final = 40
"""Leaders that a text is compared with."""

LONGEST: Final = 300
"""Characters that are compared; beyond them texts must be the same."""

_TELLING: Final = re.compile(
    r"\d+(?:\.\d+)?|[a-z]+|[一二两三四五六七八九十百千]+"
    r"|[甲乙丙丁戊己庚辛东南西北上下左右前后内外进出入新旧高低大小正负]"
)

_ORDINALS: Final = re.compile(r"\d+|[一二三四五六七八九十甲乙丙丁东南西北]")
"""What tells two short descriptions apart that are alike otherwise: 一车间, 二车间, 3号."""


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, in per cent, width and white space apart.

    Texts that differ in a number, an ordinal or a direction are not alike at all.
    """
    first, second = fold(one), fold(other)
    if _ORDINALS.findall(first) != _ORDINALS.findall(second):
        return 0.0
    return float(fuzz.ratio(first, second))


@dataclass(frozen=True, slots=True)
class Leaders:
    """For each text that is like one before it: that one. ``compared`` counts the comparisons."""

    of: Mapping[str, str]
    compared: int


def leaders(texts: Iterable[str], percent: int) -> Leaders:
    """Return which of ``texts``, folded and all different, are like which others."""
    blocks: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for text in sorted(texts, key=lambda t: (len(t), t)):
        blocks.setdefault((tuple(_TELLING.findall(text)), text[LONGEST:]), []).append(text)
    of: dict[str, str] = {}
    compared = 0
    for block in blocks.values():
        if len(block) > 1:
            found = _led(block, percent)
            of |= found.of
            compared += found.compared
    return Leaders(of, compared)


def _led(block: Sequence[str], percent: int) -> Leaders:
    """Find the leaders within texts that agree in all that tells."""
    pairs = {text: _pairs(text[:LONGEST]) for text in block}
    common = Counter(pair for found in pairs.values() for pair in found)
    by_pair: dict[str, list[str]] = {}
    of: dict[str, str] = {}
    compared = 0
    for text in block:
        rarest = sorted(pairs[text], key=lambda pair: (common[pair], pair))
        rarest = rarest[: _enough(len(text), percent)]
        for leader in _candidates(rarest, by_pair):
            compared += 1
            if fuzz.ratio(text[:LONGEST], leader[:LONGEST], score_cutoff=percent):
                of[text] = leader
                break
        else:
            for pair in rarest:
                by_pair.setdefault(pair, []).append(text)
    return Leaders(of, compared)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(f" {text} "))


def _enough(size: int, percent: int) -> int:
    """How many pairs of a text can't all be lost in one that is so alike, which may be longer.

    A ratio of r over lengths n ≤ m allows (1 - r)(n + m) signs taken out or put in, and m is at
    most n(2 - r)/r; each of them breaks at most two pairs.
    """
    ratio = percent / 100
    other = min(size, LONGEST) * (2 - ratio) / ratio
    return 2 * int((1 - ratio) * (size + other)) + 1


def _candidates(rarest: Sequence[str], by_pair: Mapping[str, Sequence[str]]) -> Iterable[str]:
    """At most MOST leaders that share a pair, the latest (nearest in length) first."""
    looked_at = (text for pair in rarest for text in islice(reversed(by_pair.get(pair, ())), MOST))
    return islice(dict.fromkeys(islice(looked_at, 4 * MOST)), MOST)
