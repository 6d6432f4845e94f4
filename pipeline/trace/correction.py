"""A correction as it was written: composed again from the two runs that it compares."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from pipeline.collect import checked
from pipeline.messages.catalogue import day
from pipeline.replay import Replay
from pipeline.store import Issue, Store
from pipeline.trace.original import Original, reread
from pipeline.workspace import Workspace
from pipeline.write.briefing.row_report import write_row_report
from pipeline.write.correction import Corrected, correction


def correction_of(workspace: Workspace, replay: Replay, issues: Sequence[Issue]) -> Original:
    """Return the last of ``issues``, a correction, as it was written or, once issued, issued."""
    *before, last = issues
    report, number = replay.report, replay.stored.number
    issued_on = day(date.fromisoformat(last.issued_on), report.lang) if last.issued_on else ""
    about = Corrected(
        last.edition,
        last.reason,
        number.number if number else 0,
        number.running if number else 0,
        before[-1].issued_on,
        replay.inputs.digest,
        issued_on,
    )
    manifests = _manifest(workspace, before[-1].manifest), _newest(workspace, replay)
    paper = correction(*manifests, report, replay.job.campaign, about)
    data = write_row_report(paper, replay.job.template, report.created)
    return Original(replay, data, reread(data), {}, {})


def _newest(workspace: Workspace, replay: Replay) -> Any:
    """The manifest of the run that was replayed."""
    with Store.open(workspace.database) as store:
        known = store.composed(replay.report.period.id)
    digest = replay.inputs.digest
    return _manifest(workspace, next(c.manifest for c in reversed(known) if c.inputs == digest))


def _manifest(workspace: Workspace, digest: str) -> Any:
    return json.loads(checked(workspace.archive, digest, ".json", "run.json").read_bytes())
