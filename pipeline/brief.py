"""The briefing of a report, composed alike when a period is run and when it is computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.job import Job
from pipeline.model import FigureRef
from pipeline.write.compose import Composer, Counted, compose
from pipeline.write.content import AS_OF, INPUTS, PERIOD, Briefing
from pipeline.write.report import Report


def composed(
    job: Job, report: Report, number: tuple[int, int], inputs: str
) -> tuple[Briefing, Mapping[str, FigureRef]]:
    """Compose the briefing of a report; say which figure stands under each short id.

    ``number`` is the issue's within its year and in all. ``inputs`` is the hash of what the report
    was made from; the document carries it.
    """
    composer = Composer(job.period.id, job.campaign, job.lang)
    counted = [Counted(r.ledger, r.figures, r.previous) for r in report.ledgers]
    briefing = compose(counted, composer, *number)
    origin = {
        PERIOD: job.period.id,
        AS_OF: "; ".join(f"{ledger}={day}" for ledger, day in job.period.as_of.items()),
        INPUTS: inputs,
    }
    return replace(briefing, origin=origin), composer.placed
