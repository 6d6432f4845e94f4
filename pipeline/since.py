"""Which earlier period a briefing is compared with: the last issue of its form, or one asked for.

Daily and weekly issues stand side by side: what a weekly calls new is new since the last weekly,
whatever the dailies between them said already.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from pipeline.errors import UsageError
from pipeline.model import Previous
from pipeline.store import StoredPeriod

LAST, MONTH = "last", "month"
"""What may be asked for beside a date: the last period of any form, the same day a month ago."""


def chosen(periods: Sequence[StoredPeriod], period_id: str, form: str, asked: str = "") -> str:
    """Return the id of the period that ``period_id`` is compared with, "" in the first.

    ``periods`` are all there are, oldest first. Without anything ``asked`` it is the newest earlier
    one of the same form, else the newest earlier one. A date asks for the period of that id, LAST
    for the newest of any form, MONTH for the same day of the month before, or the newest period
    before that day. Raises UsageError where there is none such.
    """
    earlier = [one for one in periods if one.id < period_id]
    ids = [one.id for one in earlier]
    if asked == MONTH:
        day = _month_before(date.fromisoformat(period_id)).isoformat()
        ids = [one for one in ids if one <= day]
        if not ids:
            raise UsageError(f"上月同日（{day}）及以前没有汇总过", _known(earlier))
    elif asked not in ("", LAST):
        if asked not in ids:
            raise UsageError(f"没有比 {period_id} 早的 {asked} 这一期", _known(earlier))
        return asked
    if not asked:
        same = [one.id for one in earlier if one.number and one.number.series == form]
        ids = same or ids
    return ids[-1] if ids else ""


def compared_with(
    periods: Sequence[StoredPeriod], period_id: str, since: str, ledger: str
) -> tuple[Previous, str] | None:
    """Return what a ledger is compared with, and the id of the period that came next after it.

    It is the newest period up to ``since`` that had the ledger; ``since`` "" is the newest before
    ``period_id``. The roster that it left stood before the one that came next. None where no such
    period had the ledger.
    """
    earlier = [one for one in periods if one.id < period_id and one.id <= (since or period_id)]
    had = [one for one in earlier if ledger in one.as_of]
    if not had:
        return None
    found = had[-1]
    later = [one.id for one in periods if found.id < one.id < period_id]
    number = found.number
    named = (number.series, number.number) if number is not None else ("", 0)
    return Previous(found.id, found.as_of[ledger], *named), min(later, default=period_id)


def _month_before(day: date) -> date:
    """The same day of the month before; its last day where it is shorter."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _known(earlier: Sequence[StoredPeriod]) -> str:
    known = "、".join(one.id for one in earlier[-5:]) or "无"
    return f"更早的各期：{known}；可用 taizhang status 查看"
