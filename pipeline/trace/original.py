"""A period's briefing as it was written: composed again, from what the workspace kept."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from pipeline.brief import composed
from pipeline.errors import UsageError
from pipeline.messages.catalogue import day
from pipeline.model import FigureRef
from pipeline.read.document import Document, document
from pipeline.replay import Replay
from pipeline.store import Issue, Store
from pipeline.store.deeds import HEAD, PUBLISHED
from pipeline.trace.units import Unit, units_of
from pipeline.workspace import Workspace
from pipeline.write.briefing import write_briefing
from pipeline.write.briefing.figures import DRAFT, PREFIX
from pipeline.write.content import INPUTS, ISSUED, PERIOD
from pipeline.write.numbers import printed, short_id
from pipeline.write.report import Report

_SUFFIX: Final = re.compile(r"_\d+$")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Original:
    """``document`` as it was written, ``data`` its bytes; ``figures`` by short id; ``expected``:
    how each is printed.

    ``digest`` is the hash of the inputs, which the document carries too.
    """

    replay: Replay
    data: bytes
    document: Document
    figures: Mapping[str, FigureRef]
    expected: Mapping[str, str]

    @cached_property
    def units(self) -> list[Unit]:
        """Its sentences and cells."""
        return units_of(self.document, self.expected)

    @cached_property
    def digest(self) -> str:
        """The hash of what the period was made from, as the document carries it."""
        return self.document.properties.get(INPUTS, "")


def original_of(replay: Replay, issued: Issue | None = None, log: str = "") -> Original:
    """Compose a replayed period's briefing again, and read it as any document is read.

    With the edition that was ``issued``, as it was issued; where that is only about to be, ``log``
    is what it will print of the log.
    """
    report, number = replay.report, replay.stored.number
    ids = (number.number, number.running) if number is not None else (0, 0)
    briefing, placed = composed(replay.job, report, ids, replay.inputs.digest)
    if issued is not None:
        issued_on = day(date.fromisoformat(issued.issued_on), report.lang)
        briefing = replace(briefing, draft=False, date=issued_on, signer=issued.signed_by)
        briefing = replace(briefing, log=log or _printed_log(replay, issued))
    written = write_briefing(briefing, replay.job.template, report.created)
    figures = {**figures_by_id(report), **placed}
    counted = {result.profile.id: result.counted for result in report.ledgers}
    expected = {tag: printed(counted[ref.ledger].value(ref)[1]) for tag, ref in figures.items()}
    return Original(replay, written, reread(written), figures, expected)


def _printed_log(replay: Replay, issued: Issue) -> str:
    """What an issued document prints of the log, as the entry of its publication has it."""
    log = replay.job.store.log() if replay.job.store is not None else ()
    own = (e.detail for e in log if e.what == PUBLISHED and e.detail.get("issued") == issued.issued)
    return next((detail.get(HEAD, "") for detail in own), "")


def figures_by_id(report: Report) -> dict[str, FigureRef]:
    """Return every figure of a report by its short id; what earlier periods said is not its own."""
    as_of = {result.profile.id: result.ledger.as_of for result in report.ledgers}
    return {short_id(ref, as_of[ref.ledger], report.period.id): ref for ref in report.figures}


def is_draft(held: Document) -> bool:
    """Whether a document is still to be issued: its mark says so, or nothing says otherwise."""
    marks = [
        passage.text[span.start : span.end]
        for passage in held.passages
        for span in passage.spans
        if span.name.casefold() == DRAFT
    ]
    return any(text.strip() for text in marks) or not (marks or held.properties.get(ISSUED))


def issued_of(held: Document, workspace: Workspace, period: str) -> Issue | None:
    """Return how the period was issued, where the document is no draft of it."""
    if is_draft(held):
        return None
    with Store.open(workspace.database) as store:
        return next((one for one in store.issues(period) if one.issued), None)


def reread(data: bytes) -> Document:
    """Return what a document in memory prints."""
    with tempfile.TemporaryDirectory(prefix="taizhang-") as folder:
        path = Path(folder) / "briefing.docx"
        path.write_bytes(data)
        return document(path)


def marked_in(held: Document) -> dict[str, str]:
    """Return what a document that nobody edited prints of figures, by their short ids.

    Figures of earlier periods are among them.
    """
    found: dict[str, str] = {}
    for chart in held.charts:
        for cell, name in chart.names.items():
            if cell in chart.workbook:
                found[_short_id(name)] = chart.workbook[cell]
    for passage in held.passages:
        for span in passage.spans:
            marks = span.kind == "bookmark" and span.end > span.start
            if marks and span.name.casefold().startswith(PREFIX):
                found[_short_id(span.name)] = passage.text[span.start : span.end]
    return found


def _short_id(name: str) -> str:
    """The short id in a bookmark's name; where it occurs again, that has a suffix."""
    return _SUFFIX.sub("", name.casefold().removeprefix(PREFIX))


def short_ids(held: Document) -> set[str]:
    """Return the short ids that a document's bookmarks and controls carry."""
    spans = (span for passage in held.passages for span in passage.spans)
    return {_short_id(span.name) for span in spans if span.name.casefold().startswith(PREFIX)}


def period_of(held: Document, workspace: Workspace, path: Path) -> str:
    """Return the period that a document says it is of, or whose figures it carries.

    Raises UsageError where neither can be told.
    """
    told = held.properties.get(PERIOD, "")
    if _DAY.fullmatch(told):
        return told
    tags = short_ids(held)
    best, most = "", 0
    for period in _periods(workspace):
        shared = len(tags & _trace(workspace.output / period / "run.json").keys())
        if shared > most:
            best, most = period, shared
    if not best:
        raise UsageError(
            f"看不出 {path} 是哪一期的简报（其中没有本工作文件夹的数字标记）",
            "请加 --period 2020-10-09，或确认这是 taizhang merge 写出的简报",
        )
    return best


def period_with(workspace: Workspace, tag: str) -> str:
    """Return the period that counted what stands under a short id: a later one may show it again.

    The newest where none is known.
    """
    for period in reversed(_periods(workspace)):
        told = _trace(workspace.output / period / "run.json").get(tag)
        if told is not None:
            return str(told.get("period") or period)
    return newest(workspace)


def newest(workspace: Workspace) -> str:
    """Return the newest period; UsageError before there is any."""
    periods = _periods(workspace)
    if not periods:
        raise UsageError("还没有汇总过任何一期", "请先运行 taizhang merge")
    return periods[0]


def _periods(workspace: Workspace) -> list[str]:
    if not workspace.database.is_file():
        return []
    with Store.open(workspace.database) as store:
        return [period.id for period in reversed(store.periods())]


def _trace(manifest: Path) -> Mapping[str, Mapping[str, Any]]:
    """What a period's manifest tells of its briefing's figures, by short id."""
    try:
        found = json.loads(manifest.read_text(encoding="utf-8"))["trace"]
        return {tag: told for tag, told in found.items() if isinstance(told, dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
