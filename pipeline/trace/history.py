"""Issued documents against the log: whole in the archive, and what they print of it found there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.collect import checked
from pipeline.errors import ImpossibleError
from pipeline.messages import say
from pipeline.read.document import Document, document
from pipeline.store import Entry
from pipeline.store.deeds import PUBLISHED
from pipeline.workspace import Workspace
from pipeline.write.briefing.figures import LOG as MARK
from pipeline.write.content import LOG

_KEPT = {"issued": ".docx", "manifest": ".json"}


@dataclass(frozen=True, slots=True)
class Doubted:
    """A document that does not agree with the log, and why, in words."""

    file: str
    why: str


def doubted(
    workspace: Workspace, log: Sequence[Entry], documents: Sequence[Path], lang: str
) -> list[Doubted]:
    """Check what was issued, as the archive has it, and further ``documents``."""
    by_place = {entry.position: entry for entry in log}
    found: list[Doubted] = []
    for entry in (e for e in log if e.what == PUBLISHED and e.detail.get("issued")):
        try:
            for name, suffix in _KEPT.items():
                shown = f"{entry.about} {name}{suffix}"
                if entry.detail.get(name):
                    file = checked(workspace.archive, entry.detail[name], suffix, shown)
                    if name == "issued":
                        found += _against(document(file), shown, by_place, lang)
        except ImpossibleError as error:
            found.append(Doubted(entry.about, error.message))
    for path in documents:
        found += _against(document(path), str(path), by_place, lang)
    return found


def _against(held: Document, name: str, log: Mapping[int, Entry], lang: str) -> list[Doubted]:
    """Hold what a document prints, and carries unseen, of the log against the log."""
    position, _, digest = held.properties.get(LOG, "").partition(" ")
    printed = {
        passage.text[span.start : span.end].strip()
        for passage in held.passages
        for span in passage.spans
        if span.name.casefold() == MARK and span.end > span.start
    }
    carried = f"{position}-{digest[:16]}" if digest else ""
    told = printed or {carried} - {""}
    if not told:
        return [Doubted(name, say("flaw_no_head", lang))]
    known = {entry.printed for entry in log.values()}
    wrong = [Doubted(name, say("flaw_printed", lang, head=h)) for h in sorted(told - known)]
    if not wrong and carried and told != {carried}:
        wrong = [Doubted(name, say("flaw_differ", lang, head=h)) for h in sorted(told)]
    entry = log.get(int(position)) if position.isdecimal() else None
    if not wrong and digest and (entry is None or entry.hash != digest):
        wrong = [Doubted(name, say("flaw_printed", lang, head=carried))]
    return wrong
