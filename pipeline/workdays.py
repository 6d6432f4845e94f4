"""Working days: which days people work on, by the State Council's yearly arrangement.

The arrangement moves days: some weekends are worked (调休). It is published for one year at a time,
in the autumn before; of a year that is not covered yet only its weekends are known, and that is
told, never guessed (see ``unpublished``). A campaign adds days of its own (``[calendar]`` of
``taizhang.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import ClassVar

import numpy as np
import pyarrow as pa
from chinese_calendar.constants import holidays, workdays

FIRST, LAST = date(1990, 1, 1), date(2101, 12, 31)
"""The days that are told of, as far as dates are understood (``pipeline.dates``) and a year on."""

_COVERED = range(min(holidays).year, max(holidays).year + 1)


@dataclass(frozen=True)
class Calendar:
    """Days off and working days that a campaign adds to the published arrangement.

    A year of which it names a day off counts as arranged.
    """

    # Where a file declares one, other keys are refused.
    __pydantic_config__: ClassVar = {"extra": "forbid"}

    days_off: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()

    def after(self, dates: pa.ChunkedArray, days: int) -> pa.ChunkedArray:
        """Return the ``days``-th working day after each date (before it, if negative).

        A day off counts as the working day before it; null stays null, and so does what lies
        outside ``FIRST`` to ``LAST``.
        """
        known, inside = _as_numpy(dates)
        moved = np.busday_offset(
            np.where(inside, known, _MIDDLE), days, roll="backward", busdaycal=self._numpy
        )
        return _dates(moved, inside & (moved >= _number(FIRST)) & (moved <= _number(LAST)))

    def between(self, start: pa.ChunkedArray, end: date) -> pa.ChunkedArray:
        """Return how many working days lie after each date up to ``end``; negative if before."""
        known, inside = _as_numpy(start)
        one = np.timedelta64(1, "D")
        begin = np.where(inside, known, _MIDDLE) + one
        count = np.busday_count(begin, np.datetime64(end) + one, busdaycal=self._numpy)
        return pa.chunked_array([pa.array(count, pa.int32(), mask=~inside)])

    def joined(self, more: Calendar) -> Calendar:
        """Return this calendar with what ``more`` adds, which goes before its own word."""
        off = (self.days_off - more.working_days) | more.days_off
        return Calendar(off, (self.working_days - more.days_off) | more.working_days)

    def unpublished(self, years: Iterable[int]) -> list[int]:
        """Return those of ``years`` of which only the weekends are known, in order."""
        told = {day.year for day in self.days_off}
        return sorted(y for y in set(years) if y not in _COVERED and y not in told)

    @property
    def _numpy(self) -> np.busdaycalendar:
        return _made(self.days_off, self.working_days)


PUBLISHED = Calendar()
"""The published arrangement, nothing added."""

_MIDDLE = np.datetime64("2020-01-01")


@lru_cache(maxsize=8)
def _made(days_off: frozenset[date], working_days: frozenset[date]) -> np.busdaycalendar:
    """Every day that nobody works on as a holiday of a week of seven days."""
    days = np.arange(_number(FIRST), _number(LAST) + np.timedelta64(1, "D"))
    off = ~np.is_busday(days)
    for moved, works in ((holidays, False), (workdays, True), (days_off, False)):
        off[_places(moved)] = not works
    off[_places(working_days)] = False
    return np.busdaycalendar(weekmask="1111111", holidays=days[off])


def _places(days: Iterable[date]) -> list[int]:
    return [(day - FIRST).days for day in days if FIRST <= day <= LAST]


def _number(day: date) -> np.datetime64:
    return np.datetime64(day, "D")


def _as_numpy(dates: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return days as numpy has them, and which of them are there and within the calendar."""
    whole = dates.combine_chunks() if isinstance(dates, pa.ChunkedArray) else dates
    known = np.array(whole.to_numpy(zero_copy_only=False), "datetime64[D]")
    inside = (known >= _number(FIRST)) & (known <= _number(LAST))
    return known, inside


def _dates(days: np.ndarray, inside: np.ndarray) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(days, pa.date32(), mask=~inside)])
