"""Which of the columns play a part: key, subject, status, dates, enterprise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from statistics import median

from pipeline.draft import words
from pipeline.draft.cells import kind
from pipeline.draft.columns import Guess, reason
from pipeline.profile.base import Words
from pipeline.text import fold

Named = Mapping[str, Guess]
"""Guesses by the column's identifier, in the order of the sheet."""

_LONGEST_KEY = 30
_FEW = 6  # rows in which cells may differ by chance
_TIME = re.compile(r"\d{1,2}:\d\d(:\d\d)?")


def key_of(columns: Named) -> tuple[str | None, Words]:
    """The column whose cells tell rows apart, or None; and why."""
    best: tuple[float, str] | None = None
    for place, (name, one) in enumerate(columns.items()):
        seen = one.seen
        if not seen.unique or seen.length > _LONGEST_KEY or seen.share(_is_moment) > 0.5:
            continue
        named = bool(words.KEY.search(seen.words) or words.KEY.search(seen.label))
        if not named and (one.type == "number" or len(seen.filled) < _FEW):
            continue
        worth = 3.0 * named - 0.1 * place - (1.0 if one.type == "serial" else 0.0)
        worth += 0.5 if any(c.isdecimal() for c in seen.filled[0]) else 0.0
        if best is None or worth > best[0]:
            best = (worth, name)
    if best is None:
        return None, reason(
            "没有一列各行都填且互不相同", "no column is filled in and different in all rows"
        )
    count = len(columns[best[1]].seen.filled)
    return best[1], reason(f"{count} 行各不相同", f"different in all {count} rows")


def _is_moment(cell: str) -> bool:
    return kind(cell) == "date" or bool(_TIME.fullmatch(cell))


def subject_of(columns: Named, key: str | None) -> tuple[str, Words]:
    """The column that says what a row is about: by its label, then the longest text."""
    best: tuple[float, str] | None = None
    for place, (name, one) in enumerate(columns.items()):
        seen = one.seen
        if not seen.filled:
            continue
        text = one.type == "text"
        worth = 2.0 * text + min(seen.length / 15, 2.5) + seen.fill - 0.05 * place
        worth += 1.0 * len(seen.values) / len(seen.filled)
        worth += 2.0 if words.SUBJECT.search(seen.words) else 0.0
        worth -= 3.0 if seen.share(lambda cell: kind(cell) != "text") > 0.5 else 0.0
        worth -= 2.5 if name == key else 0.0
        if best is None or worth > best[0]:
            best = (worth, name)
    assert best is not None
    length = round(columns[best[1]].seen.length)
    return best[1], reason(f"文字列，长度中位数 {length}", f"texts of {length} characters (median)")


def status_of(columns: Named) -> str | None:
    """The choice column whose label or values speak of how far things are."""
    best: tuple[float, str] | None = None
    for name, one in columns.items():
        if one.type != "choice":
            continue
        asked = words.asks_whether(one.seen.label)
        stages = [words.stage_of(value, asked=asked) for value, _ in one.choices]
        told = sum(bool(stage) for stage in stages)
        labelled = bool(words.STATUS.search(one.seen.words))
        if not told or not (labelled or told == len(stages)):
            continue
        worth = told / len(stages) + labelled
        if best is None or worth > best[0]:
            best = (worth, name)
    return best[1] if best else None


def dates_of(columns: Named) -> dict[str, str]:
    """The dates that matter: deadline, done_on, found_on; the first of each."""
    found: dict[str, str] = {}
    for name, one in columns.items():
        if one.type == "deadline":
            found.setdefault("deadline", name)
        elif one.type == "date" and words.DONE_ON.search(one.seen.words):
            found.setdefault("done_on", name)
        elif one.type == "date" and words.FOUND_ON.search(one.seen.words):
            found.setdefault("found_on", name)
    return found


def enterprise_of(columns: Sequence[Guess]) -> Guess | None:
    """The column that names the enterprise: known labels first, then words; no units of measure."""
    known = words.known_columns()
    candidates = []
    for place, one in enumerate(columns):
        seen = one.seen
        if one.type not in ("text", "choice") or not seen.filled:
            continue
        if seen.share(lambda cell: bool(words.UNIT.fullmatch(fold(cell)))) > 0.2:
            continue
        shipped = known.get(fold(seen.label))
        if shipped is not None and shipped.type == "enterprise":
            candidates.append((0, place))
        elif words.ENTERPRISE.search(seen.words) and not seen.unique:
            candidates.append((1, place))
    return columns[min(candidates)[1]] if candidates else None


def breakdowns_of(columns: Named, enterprise: str | None, status: str | None) -> tuple[str, ...]:
    """Columns by which figures are worth breaking down: few values, nearly always filled."""
    found = [enterprise] if enterprise else []
    for name, one in columns.items():
        few = one.type in ("choice", "choices") and 2 <= len(one.choices) <= 12
        few = few and one.seen.fill >= 0.8 and not one.seen.personal
        if few and name not in (enterprise, status):
            found.append(name)
    return tuple(found[:4])


def width_of(cells: Sequence[str], label: str) -> float:
    """A column's width in digits, from what stands in it; wide characters count double."""
    sizes = [sum(2 if ord(c) > 0x2E80 else 1 for c in cell) for cell in cells[:500] if cell]
    usual = median(sizes) if sizes else 8
    head = sum(2 if ord(c) > 0x2E80 else 1 for c in label)
    return float(min(max(8, round(usual) + 2, min(head + 2, 16)), 40))
