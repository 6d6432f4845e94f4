"""What a run read, counted and wrote, for machines and for tracing: ``run.json``, the parquet."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.audience import MASK
from pipeline.count import rows_behind
from pipeline.model import STANDING, FigureRef
from pipeline.personal import mask
from pipeline.profile.shown import shows
from pipeline.write.causes import causes
from pipeline.write.numbers import plain
from pipeline.write.report import LedgerResult, Report
from pipeline.write.submissions import file_lines
from pipeline.write.told import ToldFinding

_OUTPUT = "run.json"
MOST_FINDINGS = 10_000
"""Findings listed in the manifest; the parquet file holds all."""


def manifest(
    report: Report,
    findings: Sequence[ToldFinding],
    placed: Mapping[str, FigureRef],
    inputs: Mapping[str, Any],
    outputs: Mapping[str, str],
) -> dict[str, Any]:
    """Return the manifest as a JSON object, by the contract of DESIGN §7.

    ``findings`` are the public ones (masked), ``placed`` the figures of the briefing by short id,
    ``inputs`` and ``outputs`` hashes of what went in and what came out.
    """
    ledgers = {result.profile.id: result for result in report.ledgers}
    names = {ledger: names_of_parts(result.figures) for ledger, result in ledgers.items()}
    return {
        "taizhang": __version__,
        "period": report.period.id,
        "as_of": {name: str(r.ledger.as_of) for name, r in ledgers.items()},
        "ledgers": {n: _ledger(result, names[n], report.lang) for n, result in ledgers.items()},
        "submissions": [
            {
                "file": mask(line.name), "sha256": line.sha256, "enterprise": line.enterprise,
                "ledger": line.ledger, "state": line.state, "about": line.about, "rows": line.rows,
            }
            for line in file_lines(report)
        ],
        "roll_call": {name: _roll_call(result) for name, result in ledgers.items()},
        "calls": {
            name: {"label": r.profile.label.model_dump(), "lines": r.ledger.roll_call.to_pylist()}
            for name, r in ledgers.items()
            if r.ledger.roll_call.num_rows
        },
        "findings": [f.record() for f in findings[:MOST_FINDINGS]],
        "findings_total": len(findings),
        "severities": dict(sorted(Counter(f.severity for f in findings).items())),
        "causes_total": len(causes(findings)),
        "trace": {
            tag: _trace(ref, ledgers[ref.ledger], names[ref.ledger])
            for tag, ref in sorted(placed.items())
        },
        "inputs": dict(inputs),
        "outputs": [{"path": path, "sha256": digest} for path, digest in sorted(outputs.items())],
    }  # fmt: skip


def findings_parquet(report: Report) -> bytes:
    """Return all findings, each by itself, by the schema FINDINGS; those on trial are marked."""
    buffer = io.BytesIO()
    table = pa.concat_tables([report.findings, report.tried])
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def encoded(document: Mapping[str, Any]) -> bytes:
    """Return a manifest as UTF-8 JSON that a person can read and a diff can compare."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _ledger(
    result: LedgerResult, names: Mapping[tuple[str, str], str], lang: str
) -> dict[str, Any]:
    whole = {r.figure: plain(n) for r, n in result.figures.items() if not r.by}
    profile = result.profile
    groups = (*profile.breakdowns, *profile.days)
    shown = [name for name in groups if shows(profile, name, _OUTPUT)]
    by: dict[str, dict[str, dict[str, Any]]] = {n: {} for n in shown}
    for ref, number in result.figures.items():
        if ref.by in shown:
            by[ref.by].setdefault(names[ref.by, ref.at], {})[ref.figure] = plain(number)
    return {
        "rows": {"read": sum(result.dispositions.values()), **result.dispositions},
        "roster": _roster(result),
        "figures": whole,
        "bounds": [
            {
                "figure": each.figure,
                "label": profile.figure(each.figure).heading(lang),
                "now": plain(each.now),
                "least": plain(each.least),
                "most": plain(each.most),
            }
            for each in result.effects
        ],
        "by": by,
    }


def names_of_parts(figures: Iterable[FigureRef]) -> dict[tuple[str, str], str]:
    """Return what each value of a breakdown is called; those that masking makes equal get numbers.

    Their figures may be shares, which can't be added up.
    """
    names: dict[tuple[str, str], str] = {}
    seen: Counter[tuple[str, str]] = Counter()
    for by, at in dict.fromkeys((ref.by, ref.at) for ref in figures if ref.by):
        told = mask(at)
        seen[by, told] += 1
        times = seen[by, told]
        names[by, at] = told if times == 1 else f"{told} ({times})"
    return names


def _roster(result: LedgerResult) -> dict[str, int]:
    roster = result.merged.roster
    standings = roster.column(STANDING).to_pylist()
    entries = roster.column("entry").to_pylist()
    turns = roster.column("turn").to_pylist()
    new = entries.count("new")
    updated = sum(
        standing == "updated" and entry == "before"
        for standing, entry in zip(standings, entries, strict=True)
    )
    return {
        "updated": updated,
        "carried": len(standings) - updated - new,
        "new": new,
        "removed": turns.count("removed_now"),
    }


def _roll_call(result: LedgerResult) -> dict[str, str]:
    table = result.ledger.roll_call
    return dict(
        zip(table.column("enterprise").to_pylist(), table.column("state").to_pylist(), strict=True)
    )


def _trace(
    ref: FigureRef, result: LedgerResult, names: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    as_of, value = result.counted.value(ref)
    rows: dict[str, Any] = {"period": ref.period, "rows": None}  # an earlier period's own affair
    if not ref.period:
        rows = {"rows": rows_behind(result.ledger, ref).num_rows}
    shown = shows(result.profile, ref.by, _OUTPUT)
    return {
        "figure": f"{ref.ledger}.{ref.figure}",
        "by": {ref.by: names[ref.by, ref.at] if shown else MASK} if ref.by else None,
        "as_of": str(as_of),
        "value": plain(value),
        **rows,
    }
