"""Descriptions that tell of the same kind of fault, grouped so that later ones change no group.

Two texts are as alike as the pairs of neighbouring characters that they share (Sørensen–Dice; as
rapidfuzz tells it of the sorted pairs), numbers and places' ordinals apart: Chinese needs no word
list for that. Nothing but the two texts decides, so what arrives later can't part what was alike,
as weights by rarity would. Texts are taken in the order given, oldest first; each joins the group
whose members it is most like on average, or begins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise
from typing import Final

from rapidfuzz.distance import Indel

from pipeline.text import fold

ALIKE: Final = 0.3
"""Share of pairs in common from which texts tell of the same fault."""

_MEMBERS: Final = 6
_CANDIDATES: Final = 60
_POSTINGS: Final = 400
_LONGEST: Final = 200
_APART: Final = re.compile(r"\d+(?:\.\d+)?|[#号]|\(示例\)|[^\w]")

Pairs = tuple[str, ...]


def pairs_of(text: str) -> Pairs:
    """Return a text's pairs of neighbouring characters, sorted, without numbers and signs."""
    plain = _APART.sub("", fold(text))[:_LONGEST]
    return tuple(sorted(a + b for a, b in pairwise(plain))) or ((plain,) if plain else ())


def likeness(one: Pairs, other: Pairs) -> float:
    """Return the share of pairs that two texts have in common, 0 to 1."""
    return float(Indel.normalized_similarity(one, other))


class Groups:
    """Groups of texts by their position, grown text by text."""

    def __init__(self) -> None:
        self.members: list[list[int]] = []
        self._pairs: list[Pairs] = []
        self._by_pair: dict[str, list[int]] = {}

    def add(self, text: str, group: int | None = None) -> int:
        """Put a text into a group, the one given or the one it is most like; return the group."""
        pairs = pairs_of(text)
        number = len(self._pairs)
        self._pairs.append(pairs)
        if group is None:
            group = self._best(pairs)
        if group is None:
            group = len(self.members)
            self.members.append([])
        self.members[group].append(number)
        for pair in dict.fromkeys(pairs):
            known = self._by_pair.setdefault(pair, [])
            if group not in known and len(known) < _POSTINGS:
                known.append(group)
        return group

    def begin(self) -> int:
        """Begin a group without members and return it."""
        self.members.append([])
        return len(self.members) - 1

    def _best(self, pairs: Pairs) -> int | None:
        rated = [(self._rated(pairs, group), -group) for group in self._candidates(pairs)]
        rating, group = max(rated, default=(0.0, 0))
        return -group if rating >= ALIKE else None

    def _candidates(self, pairs: Pairs) -> Iterable[int]:
        shared: dict[int, int] = {}
        for pair in dict.fromkeys(pairs):
            for group in self._by_pair.get(pair, ()):
                shared[group] = shared.get(group, 0) + 1
        return islice(sorted(shared, key=lambda g: (-shared[g], g)), _CANDIDATES)

    def _rated(self, pairs: Pairs, group: int) -> float:
        members = self.members[group][:_MEMBERS]
        return sum(likeness(pairs, self._pairs[m]) for m in members) / len(members)

    def typical(self, numbers: Sequence[int]) -> int:
        """Return the text of ``numbers`` that is most like the others; of equals the first."""
        few = numbers[: 10 * _MEMBERS]
        return max(
            few,
            key=lambda n: (sum(likeness(self._pairs[n], self._pairs[m]) for m in few), -n),
        )
