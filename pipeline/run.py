"""The story of a run: from a folder of filled-in ledgers to the master, the findings, the briefing.

    collect → read → settle → validate → compare → merge → count → write

Files, the store, the worker processes and progress come in at this edge; the stages take values and
return values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.brief import composed
from pipeline.collect import (
    Collected,
    checked,
    collect,
    keep_bytes,
    kept_in,
    snapshot,
    with_records,
)
from pipeline.examine import examine
from pipeline.inputs import COLLECTED, FIGURES, PERIOD, Inputs, asked, figures_hash
from pipeline.job import Job, Progress, Watch
from pipeline.merge import kept_columns
from pipeline.model import Called
from pipeline.store.records import Composed
from pipeline.write.correction import CORRECTION_FILE, Corrected, correction
from pipeline.write.manifest import encoded, findings_parquet, manifest
from pipeline.write.outputs import Delivery, recover, staged
from pipeline.write.report import Report
from pipeline.write.submissions import file_lines
from pipeline.write.told import ToldFinding, told


@dataclass(frozen=True)
class Outcome:
    """What a run did: its report, the findings in words, the manifest, where the files are."""

    report: Report
    findings: tuple[ToldFinding, ...]
    manifest: Mapping[str, Any]
    folder: Path
    delivery: Delivery


def run(job: Job, progress: Progress = lambda *_: None) -> Outcome:
    """Run a period from its folder to its files.

    Raises OperatorError for what the operator can put right; NotProvedError where sums do not add
    up, before anything is written.
    """
    watch = Watch(progress)
    recover(job.out, job.store)
    taken = _taken_before(job)
    collected = collect(job.folder, job.archive, taken)
    collected = with_records(collected, job.records, job.archive, taken, job.period.as_of)
    watch.done("collect")
    report = examine(job, collected, watch)
    outcome = _write(job, report, _inputs(job, collected, report), watch)
    watch.done("store")
    return outcome


def _taken_before(job: Job) -> Mapping[str, str]:
    return job.store.taken_before(job.period.id) if job.store is not None else {}


def _inputs(job: Job, collected: Collected, report: Report) -> Inputs:
    """What the period depends on, kept in the archive: what was collected, and what came of it."""
    inputs = job.inputs.with_file(PERIOD, asked(job.period, job.profiles, job.options))
    inputs = inputs.with_file(COLLECTED, snapshot(collected))
    inputs = inputs.with_hash(FIGURES, figures_hash(report.figures))
    if job.archive is not None:
        inputs.kept(job.archive)
    return inputs


def _write(job: Job, report: Report, inputs: Inputs, watch: Watch) -> Outcome:
    """Write all outputs, remember the period, and move the outputs in: all of it or nothing."""
    from pipeline.write.briefing import write_briefing
    from pipeline.write.briefing.context import values
    from pipeline.write.findings import write_findings
    from pipeline.write.master import write_master
    from pipeline.write.returns.write import write_returns

    everything = told(report.findings, report.files, report.sheets, report.profiles, job.lang)
    public = told(
        report.findings, report.files, report.sheets, report.profiles, job.lang, "run.json"
    )
    number = _number(job)
    briefing, placed = composed(job, report, number[:2], inputs.digest)
    watch.done("compose")
    files = {
        "briefing.docx": write_briefing(briefing, job.template, report.created),
        "findings.xlsx": write_findings(report, everything),
        "findings.parquet": findings_parquet(report),
        "master.xlsx": write_master(report, everything),
    }
    files |= write_returns(report, lambda s: s.path.read_bytes(), workers=job.workers)
    watch.done("write")
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    document = manifest(report, public, placed, inputs.told(), hashes)
    document["tags"] = values(briefing)
    files["run.json"] = encoded(document)
    if job.correction:
        files[CORRECTION_FILE] = _correction(job, report, document, inputs)
    kept = _kept(job, inputs, files)
    files["timing.json"] = watch.report()
    before = _written_before(job)
    stale = {path: before[path] for path in before.keys() - files.keys()}
    with staged(job.out, files, before, stale=stale, witness=job.store) as delivery:
        _remember(job, report, delivery, number[2], inputs, kept)
    return Outcome(report, tuple(everything), document, job.out, delivery)


def _number(job: Job) -> tuple[int, int, Any]:
    """The briefing's number within its year and in all; outside a workspace the first ones."""
    first = job.campaign.first(job.form)
    if job.store is None:
        return (*first, None)
    number = job.store.reserve_number(job.period, job.form, *first)
    return number.number, number.running, number


_MACHINE_FILES = ("run.json", "timing.json", "findings.parquet")
"""Outputs that nobody edits: what stands there is ours whatever it holds."""


def _written_before(job: Job) -> Mapping[str, str]:
    """Hashes of what the last run wrote; outside a workspace its manifest knows them."""
    ours = {
        name: hashlib.sha256((job.out / name).read_bytes()).hexdigest()
        for name in _MACHINE_FILES
        if (job.out / name).is_file()
    }
    findings = job.out / "findings.xlsx"
    if job.archive is not None and findings.is_file():
        # Rulings that were taken in lie in the archive: the workbook that holds them has done its
        # work, and nothing a person wrote is lost when the next one takes its place.
        digest = hashlib.sha256(findings.read_bytes()).hexdigest()
        if kept_in(job.archive, digest, findings.suffix):
            ours[findings.name] = digest
    if job.store is not None:
        return {**job.store.outputs(job.period.id), **ours}
    try:
        document = json.loads((job.out / "run.json").read_text(encoding="utf-8"))
        return {**{entry["path"]: entry["sha256"] for entry in document["outputs"]}, **ours}
    except (OSError, ValueError, KeyError, TypeError):
        return ours


def _correction(job: Job, report: Report, now: Mapping[str, Any], inputs: Inputs) -> bytes:
    """Write which numbers of the period as it was issued are others now, and why."""
    from pipeline.write.briefing.row_report import write_row_report

    assert job.store is not None
    assert job.archive is not None
    issues = job.store.issues(job.period.id)
    issued = [one for one in issues if one.issued][-1]
    file = checked(job.archive, issued.manifest, ".json", "run.json")
    number, running, _ = _number(job)
    paper = correction(
        json.loads(file.read_bytes()), now, report, job.campaign, Corrected(
            issued.edition + 1, job.correction, number, running, issued.issued_on, inputs.digest
        ),
    )  # fmt: skip
    return write_row_report(paper, job.template, report.created)


def _kept(job: Job, inputs: Inputs, files: Mapping[str, bytes]) -> Composed | None:
    """Keep what was composed in the archive: what people edit is compared with it.

    The findings are kept too, so that an item's can be told of any period without replaying it.
    """
    if job.archive is None:
        return None
    names = ("briefing.docx", "run.json", "findings.parquet")
    composed, listed, _ = (keep_bytes(files[n], Path(n).suffix, job.archive) for n in names)
    return Composed(inputs.digest, composed, listed)


def _remember(
    job: Job,
    report: Report,
    delivery: Delivery,
    number: Any,
    inputs: Inputs,
    kept: Composed | None,
) -> None:
    if job.store is None:
        return
    rosters = {r.profile.id: kept_columns(r.merged.roster, r.profile) for r in report.ledgers}
    figures = {
        r.profile.id: {ref.figure: value for ref, value in r.figures.items() if not ref.by}
        for r in report.ledgers
    }
    calls = {
        r.profile.id: {
            one["enterprise"]: Called(one["state"], one["arrived"], one["cutoff"])
            for one in r.ledger.roll_call.to_pylist()
        }
        for r in report.ledgers
    }
    job.store.save(
        job.period,
        file_lines(report),
        rosters,
        delivery.written,
        number=number,
        inputs=inputs.all_hashes,
        composed=kept,
        correction=job.correction,
        figures=figures,
        roll_calls=calls,
        delivery=delivery.token,
    )
