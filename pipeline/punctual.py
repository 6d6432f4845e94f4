"""When a report was due, whether it came in time, and how often before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final, Literal

import pyarrow as pa

from pipeline.model import Called, RollCall
from pipeline.workdays import Calendar

Timeliness = Literal["", "punctual", "late", "unknown"]
"""Of a report: in time, late, or nobody knows when it came; "" where there is no cut-off, or no
report.
"""

LOOKED_BACK: Final = 8
"""Periods over which punctuality is told, the one at hand included."""


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Until when reports are in time: so many days after the as-of date at ``hour``.

    ``working`` counts working days. ``zone`` is the offset from UTC in minutes; China has one time
    all the year round (since 1992), so that an offset says it all.
    """

    hour: time
    days: int = 0
    working: bool = False
    zone: int = 480

    def of(self, as_of: date, calendar: Calendar) -> datetime:
        """Return the instant that belongs to an as-of date."""
        day = as_of + timedelta(days=0 if self.working else self.days)
        if self.working:
            moved = calendar.after(pa.chunked_array([pa.array([as_of], pa.date32())]), self.days)
            day = moved[0].as_py() or as_of
        return datetime.combine(day, self.hour, timezone(timedelta(minutes=self.zone)))


def in_zone(moment: str, cutoff: str) -> str:
    """Return a moment in the cut-off's zone; one without an offset was told there.

    A day alone stays one. "" for what is no moment.

    >>> in_zone("2020-10-09T09:05:00+00:00", "2020-10-09T17:00:00+08:00")
    '2020-10-09T17:05:00+08:00'
    """
    if len(moment) <= len("2020-10-09"):
        return moment
    zone = datetime.fromisoformat(cutoff).tzinfo if cutoff else None
    try:
        found = datetime.fromisoformat(moment)
        if found.tzinfo is None:
            return found.replace(tzinfo=zone or UTC).isoformat() if zone else moment
        return (found.astimezone(zone) if zone else found).isoformat()
    except (ValueError, OverflowError):
        return ""


def timeliness(called: Called) -> tuple[Timeliness, int]:
    """Return how a report came, and by how many minutes (rounded up) it was late.

    Of a day alone is known whether it lies before or after the day of the cut-off; on that day
    itself nobody knows. One on a later day was late at least since that day began.
    """
    if not called.cutoff or called.state == RollCall.MISSING:
        return "", 0
    limit = datetime.fromisoformat(called.cutoff)
    try:
        came = datetime.fromisoformat(called.arrived)
    except ValueError:
        return "unknown", 0
    if came.tzinfo is None:
        if len(called.arrived) <= len("2020-10-09") and came.date() == limit.date():
            return "unknown", 0
        came = came.replace(tzinfo=limit.tzinfo)
    late = came - limit
    minutes = -(-late // timedelta(minutes=1)) if late > timedelta(0) else 0
    return ("late", minutes) if minutes else ("punctual", 0)


def latest(moments: Sequence[str]) -> str:
    """Return the last of moments: when all of a report was there; "" where one is not known."""
    if not moments or not all(moments):
        return ""
    return max(moments, key=_instant)


def _instant(moment: str) -> tuple[float, str]:
    found = datetime.fromisoformat(moment)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp(), moment


@dataclass(frozen=True, slots=True)
class Record:
    """How an enterprise did over periods, the one at hand included.

    ``missing`` and ``punctual`` count the periods in a row, up to this one, in which it did not
    report, or did in time. ``times`` counts those of the last ``LOOKED_BACK`` periods that were
    punctual, late, unknown and missing. Periods in which it was not to report are passed over.
    """

    missing: int
    punctual: int
    times: Mapping[str, int]


def record(calls: Sequence[Called]) -> Record:
    """Return the record of roll calls of one enterprise, oldest first, the present one last."""
    kinds = [_kind(one) for one in calls]
    last = kinds[-LOOKED_BACK:]
    names = ("punctual", "late", "unknown", "missing")
    return Record(
        _streak(kinds, "missing"),
        _streak(kinds, "punctual"),
        {name: last.count(name) for name in names},
    )


def _kind(called: Called) -> str:
    return "missing" if called.state == RollCall.MISSING else timeliness(called)[0]


def _streak(kinds: Sequence[str], kind: str) -> int:
    count = 0
    for one in reversed(kinds):
        if one != kind:
            break
        count += 1
    return count
