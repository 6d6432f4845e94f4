"""The briefing of a report, composed alike when a period is run and when it is computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.job import Job
from pipeline.model import FigureRef
from pipeline.write.chat import chat
from pipeline.write.compose import Composer, compose
from pipeline.write.content import AS_OF, INPUTS, PERIOD, Briefing
from pipeline.write.counted import Counted
from pipeline.write.doubted import beside
from pipeline.write.report import Report


def composed(
    job: Job, report: Report, number: tuple[int, int], inputs: str
) -> tuple[Briefing, Mapping[str, FigureRef]]:
    """Compose the briefing of a report; say which figure stands under each short id.

    ``number`` is the issue's within its year and in all. ``inputs`` is the hash of what the report
    was made from; the document carries it.
    """
    composer = Composer(job.period.id, job.campaign, job.lang, job.daily)
    briefing = compose(_counted(report), composer, *number)
    origin = {
        PERIOD: job.period.id,
        AS_OF: "; ".join(f"{ledger}={day}" for ledger, day in job.period.as_of.items()),
        INPUTS: inputs,
    }
    return replace(briefing, remarks=job.remarks, origin=origin), composer.placed


def message(job: Job, report: Report, number: int, lang: str) -> str:
    """Return what a chat is told of a report: issue ``number`` within its year, 0 if not known."""
    composer = Composer(job.period.id, job.campaign, lang, terse=True)
    return chat(_counted(report), composer, number)


def _counted(report: Report) -> list[Counted]:
    return [replace(r.counted, beside=beside(r, report)) for r in report.ledgers]
