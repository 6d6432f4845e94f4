"""What a column of the sample is, by its label and its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Final

from pipeline.dates import Order, is_wordy_deadline, orders
from pipeline.draft import words
from pipeline.draft.cells import is_compact_date, is_date, is_early_date, is_number, kind
from pipeline.profile.base import Words
from pipeline.text import fold

_MOST: Final = 0.8  # of the filled cells must be of a kind to make the column one
_SOME: Final = 0.4  # is enough where the label says it, or where words stand for the others
_MOST_CHOICES: Final = 20
_LONGEST_CHOICE: Final = 30
_LEAST_CODE: Final = 5  # digits; shorter ones that differ may be counts
_FEW: Final = 6  # rows in which numbers may differ by chance
_BETWEEN: Final = re.compile(r"[、，,;；/\n]+")
_ORDINAL: Final = re.compile(r"第[\d一二三四五六七八九十]+[批期次号]")


@dataclass(frozen=True)
class Seen:
    """One column of the sample: its label and the cells of its rows, "" for blanks."""

    label: str
    cells: Sequence[str]

    @cached_property
    def filled(self) -> list[str]:
        """Cells that hold something."""
        return [cell for cell in self.cells if cell]

    @cached_property
    def values(self) -> Counter[str]:
        """Distinct cells and how often each stands, in the order of the sheet."""
        return Counter(self.filled)

    @property
    def fill(self) -> float:
        """Share of the rows that have it, from 0 to 1."""
        return len(self.filled) / len(self.cells) if self.cells else 0.0

    @property
    def words(self) -> str:
        """The label as words are looked for in it."""
        return words.plain(self.label)

    def share(self, test: Callable[[str], bool]) -> float:
        """Share of the filled cells that pass ``test``."""
        good = sum(times for cell, times in self.values.items() if test(cell))
        return good / len(self.filled) if self.filled else 0.0

    @property
    def unique(self) -> bool:
        """Whether no two rows have the same, and nearly all have it."""
        return len(self.values) == len(self.filled) >= 2 and self.fill >= 0.95

    @property
    def personal(self) -> bool:
        """Whether the label speaks of people."""
        return bool(words.PRIVATE.search(self.words) or words.PERSON.search(self.words))

    @property
    def length(self) -> float:
        """Median length of what stands in it."""
        return float(median(map(len, self.filled))) if self.filled else 0.0


@dataclass(frozen=True)
class Guess:
    """What a column is taken for, and why: each reason in both languages."""

    seen: Seen
    type: str
    why: tuple[Words, ...] = ()
    choices: tuple[tuple[str, int], ...] = ()
    order_matters: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)


def reason(zh: str, en: str) -> Words:
    """Both languages of a reason."""
    return Words(zh=zh, en=en)


def guess(seen: Seen, order: Order | None) -> Guess:
    """Take a column for what its label and most of its cells say."""
    for look in (_empty, _serial, _date, _ordinal, _truth, _number, _choice, _choices):
        found = look(seen, order)
        if found is not None:
            return found
    return Guess(seen, "text")


def _empty(seen: Seen, order: Order | None) -> Guess | None:
    if seen.filled:
        return None
    return Guess(seen, "text", (reason("样表中全空", "blank in the sample"),))


def _serial(seen: Seen, order: Order | None) -> Guess | None:
    """1, 2, 3 under a label that says no more than "number"; numbers that name things are text."""
    if not words.SERIAL.fullmatch(fold(seen.label)):
        return None
    numbers = [int(cell) for cell in seen.filled if cell.isdecimal()]
    if len(numbers) < max(1, 0.9 * len(seen.filled)):
        return None
    steps = [b - a for a, b in pairwise(numbers)]
    steady = sum(step == 1 for step in steps) >= 0.8 * len(steps)
    if numbers[0] > 1 or not steady:
        return None
    return Guess(seen, "serial", (reason("逐行递增的序号", "counts the rows"),))


def _date(seen: Seen, order: Order | None) -> Guess | None:
    late = bool(words.DEADLINE.search(seen.words))
    dated = late or bool(words.DATED.search(seen.words))
    early = seen.share(is_early_date)
    share = seen.share(lambda cell: is_date(cell, order))
    if dated and share < _MOST:
        share = max(share, seen.share(is_compact_date))
    wordy = seen.share(is_wordy_deadline) if late else 0.0
    if early and share + early >= _MOST:
        told = reason("有 1990 年以前的日期，读不成日期", "days before 1990 are not read as dates")
        return Guess(seen, "text", (told,))
    least = _SOME if dated else _MOST
    if not share or share + wordy < least:
        return None
    unsure = any(len(orders(cell)) == 2 for cell in seen.values)
    told = reason(f"{share:.0%} 的单元格是日期", f"{share:.0%} of the cells are dates")
    return Guess(seen, "deadline" if late else "date", (told,), order_matters=unsure)


def _ordinal(seen: Seen, order: Order | None) -> Guess | None:
    if seen.share(lambda cell: bool(_ORDINAL.fullmatch(cell))) < _MOST:
        return None
    return Guess(seen, "ordinal", (reason("第几批、第几期", "numbers in words"),))


def _truth(seen: Seen, order: Order | None) -> Guess | None:
    if seen.share(lambda cell: kind(cell) == "truth") < 1.0:
        return None
    told = reason("全是 TRUE、FALSE", "TRUE and FALSE only")
    return Guess(seen, "choice", (told,), tuple(seen.values.most_common()))


def _number(seen: Seen, order: Order | None) -> Guess | None:
    share = seen.share(is_number)
    if share < _MOST:
        return None
    code = _is_code(seen)
    if code is not None:
        return Guess(seen, "text", (code,))
    told = reason(f"{share:.0%} 的单元格是数字", f"{share:.0%} of the cells are numbers")
    return Guess(seen, "number", (told,))


def _is_code(seen: Seen) -> Words | None:
    """Why numbers name things instead of counting them; None where they count."""
    if words.NO_AMOUNT.search(seen.words):
        return reason("是号码，不是数量", "a number that names, not an amount")
    if any(len(cell) > 1 and cell[0] == "0" and cell.isdecimal() for cell in seen.values):
        return reason("有以 0 开头的号码", "some begin with 0")
    lengths = {len(cell) if cell.isdecimal() else 0 for cell in seen.values}
    if (
        len(lengths) == 1
        and min(lengths) >= _LEAST_CODE
        and seen.unique
        and len(seen.values) > _FEW
    ):
        return reason("位数相同且各不相同，像是号码", "as long as one another, and all different")
    return None


def _choice(seen: Seen, order: Order | None) -> Guess | None:
    """Few values, short and repeated; of a status fewer repetitions are enough."""
    spelt = _spellings(seen.values)
    count, size = len(spelt), len(seen.filled)
    status = bool(words.STATUS.search(seen.words))
    if words.PERSON.search(seen.words):
        return None
    if count > _MOST_CHOICES or size < 3 or count * (1.2 if status else 2) > size:
        return None
    if any(len(value) > _LONGEST_CHOICE for value, _ in spelt):
        return None
    if seen.share(lambda cell: kind(cell) in ("number", "date")) > 0.5:
        return None
    told = reason(f"{size} 格中只有 {count} 种取值", f"{count} values in {size} cells")
    return Guess(seen, "choice", (told,), spelt)


def _spellings(values: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Values with how often each stands, most frequent first; spelt alike is one value."""
    together: dict[str, list[tuple[str, int]]] = {}
    for value, times in values.most_common():
        together.setdefault(fold(value), []).append((value, times))
    found = [(forms[0][0], sum(t for _, t in forms)) for forms in together.values()]
    return tuple(sorted(found, key=lambda pair: -pair[1]))


def _choices(seen: Seen, order: Order | None) -> Guess | None:
    """Cells that hold several of few values: 水、大气."""
    several = sum(t for cell, t in seen.values.items() if len(_BETWEEN.split(cell)) > 1)
    if several < max(2, 0.1 * len(seen.filled)):
        return None
    parts: Counter[str] = Counter()
    for cell, times in seen.values.items():
        for part in _BETWEEN.split(cell):
            if part.strip():
                parts[part.strip()] += times
    spelt = _spellings(parts)
    if len(spelt) > _MOST_CHOICES or any(len(v) > _LONGEST_CHOICE // 2 for v, _ in spelt):
        return None
    if 3 * len(spelt) > sum(parts.values()):
        return None
    told = reason(
        f"一格可有多个值，共 {len(spelt)} 种", f"several of {len(spelt)} values in a cell"
    )
    return Guess(seen, "choices", (told,), spelt)
