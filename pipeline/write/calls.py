"""What is told of an enterprise's report in words: late, missing again; and reminders to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.messages import say
from pipeline.messages.catalogue import day, how_long, moment
from pipeline.model import RollCall
from pipeline.punctual import LOOKED_BACK


def timeliness_told(row: Mapping[str, Any], lang: str) -> str:
    """Return in words what stands out about a row of the roll call: late, missing once more."""
    if row["punctuality"] == "late":
        return say("late_by", lang, time=how_long(row["late_minutes"], lang))
    if row["missing_in_a_row"] > 1:
        return say("missing_in_a_row", lang, count=row["missing_in_a_row"])
    return ""


def punctuality_told(row: Mapping[str, Any], lang: str) -> str:
    """Return in words whether a report was in time, and since when it always was."""
    told = timeliness_told(row, lang)
    if not told and row["punctual_in_a_row"] > 1:
        told = say("punctual_in_a_row", lang, count=row["punctual_in_a_row"])
    return told or (say(row["punctuality"], lang) if row["punctuality"] else "")


def record_told(row: Mapping[str, Any], lang: str) -> str:
    """Return in words how often a report was in time, late, missing over the last periods."""
    kinds = ("punctual", "late", "unknown", "missing")
    counts = {kind: row[f"times_{kind}"] for kind in kinds}
    if sum(counts.values()) < 2:
        return ""
    told = (say("times_each", lang, kind=say(k, lang), count=n) for k, n in counts.items() if n)
    return (", " if lang == "en" else "、").join(told)


def record_label(lang: str) -> str:
    """Return the heading over what ``record_told`` returns."""
    return say("times_last", lang, last=LOOKED_BACK)


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a reminder says: whom, of which ledger and date, and what stands without the report.

    ``cutoff`` is a moment, "" where none is set; ``open`` how many items await an answer, as the
    period ``as_at`` ("" for none) told them; ``in_a_row`` in how many periods running it is
    missing; ``phoned`` that it told by phone what has to be confirmed in writing.
    """

    enterprise: str
    ledger: str
    as_of: str
    cutoff: str = ""
    open: int = 0
    as_at: str = ""
    in_a_row: int = 1
    phoned: bool = False


def reminder(row: Mapping[str, Any], ledger: str, as_of: str) -> Reminder | None:
    """Return the reminder that a row of the roll call calls for, None where there is none."""
    if row["state"] not in (RollCall.MISSING, RollCall.PHONE):
        return None
    return Reminder(
        enterprise=row["enterprise"],
        ledger=ledger,
        as_of=as_of,
        cutoff=row["cutoff"],
        open=row["open"],
        as_at=row["as_at"],
        in_a_row=row["missing_in_a_row"],
        phoned=row["state"] == RollCall.PHONE,
    )


def reminder_text(told: Reminder, lang: str) -> str:
    """Return a short, polite text for a chat or a mail."""
    due = say("remind_due", lang, cutoff=moment(told.cutoff, lang)) if told.cutoff else ""
    of = {"enterprise": told.enterprise, "ledger": told.ledger, "due": due}
    date = day(told.as_of, lang)
    if told.phoned:
        return say("remind_phone", lang, **of, date=date)
    parts = [say("remind_missing", lang, **of, date=date)]
    if told.in_a_row > 1:
        parts.append(say("remind_again", lang, count=told.in_a_row))
    if told.open:
        parts.append(say("remind_open", lang, count=told.open, period=day(told.as_at, lang)))
    parts.append(say("remind_how", lang))
    return (" " if lang == "en" else "").join(parts)
