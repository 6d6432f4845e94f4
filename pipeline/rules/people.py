"""Families about the people that a row names."""

from __future__ import annotations

import re

import pyarrow as pa

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.check import Check, comparison
from pipeline.text import fold, trimmed

_BETWEEN = re.compile(r"[、,，;；/／|｜\n\r]")
_BLANKS = re.compile(r"[\s\u3000\u00a0]+")
_ASIDE = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]{0,60}[)）\]】〕]")
_SHORTEST = 2


def same_person(rule: Rule, profile: Profile) -> list[Check]:
    """Nobody may be named both in ``column`` and in one of ``columns``.

    ``values`` are words that stand there instead of a name.
    """
    own, others = str(rule.column), rule.columns
    nobody = {fold(word) for word in rule.values}

    def compare(table: pa.Table) -> pa.Table:
        columns = [table.column(name).to_pylist() for name in (own, *others)]
        known = {text: names(text) - nobody for column in columns for text in set(column)}
        shared = [
            any(known[first] & known[other] for other in rest)
            for first, *rest in zip(*columns, strict=True)
        ]
        return table.filter(pa.array(shared, pa.bool_()))

    return [comparison(rule, compare, None, own, params={"other": others[0]})]


def names(text: str | None) -> frozenset[str]:
    """Return the names in a cell: apart by 、,，;/ or blanks; what stands in brackets left out.

    A blank between single characters is part of one name (张 三).

    >>> sorted(names("张 三（科长）、李小四/王五 赵六"))
    ['张三', '李小四', '王五', '赵六']
    """
    found: set[str] = set()
    for part in _BETWEEN.split(_ASIDE.sub("", text or "")):
        pieces = [piece for piece in _BLANKS.split(trimmed(part)) if piece]
        one = all(len(piece) == 1 for piece in pieces)
        found.update(["".join(pieces)] if one else pieces)
    return frozenset(folded for name in found if len(folded := fold(name)) >= _SHORTEST)
