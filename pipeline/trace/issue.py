"""From draft to issue: a document is signed, then issued as it was signed.

What a person signed is a file with a hash. Issuing changes only what is marked for it: 拟 goes, the
numbers of the register, the date and, where the template has it, the signer are set.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from pipeline.collect import keep_bytes
from pipeline.errors import UsageError
from pipeline.job import Progress
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.read.document import Document, document
from pipeline.replay import Replay, replayed
from pipeline.store import BriefingNumber, Hand, Issue, PeriodState, Store
from pipeline.trace.correction import correction_of
from pipeline.trace.original import is_draft, original_of, period_of, reread
from pipeline.trace.verify import Verification, against
from pipeline.workspace import Workspace
from pipeline.write.briefing.figures import DATE, DRAFT, LOG, NUMBER, RUNNING, SIGNER
from pipeline.write.content import CORRECTION, ISSUED
from pipeline.write.content import LOG as LOG_ENTRY
from pipeline.write.edit.apply import changed
from pipeline.write.edit.changes import Changes, Retext
from pipeline.write.names import safe_name
from pipeline.write.outputs import staged

ISSUED_FOLDER = "issued"
NOBODY = Hand()

Stop = Literal[
    "issued", "older", "wrong", "unsigned", "other_document", "before_signing", "unnumbered",
    "unmarked",
]  # fmt: skip
"""Why a document can't be issued (or signed): see ``stop_*`` in ``messages/words.toml``."""


@dataclass(frozen=True)
class Held:
    """A document that is to be signed or issued, and its period computed again."""

    path: Path
    data: bytes
    document: Document
    replay: Replay
    verification: Verification
    issue: Issue

    @property
    def period(self) -> str:
        """The period's id."""
        return self.replay.report.period.id

    @property
    def digest(self) -> str:
        """The document's hash."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def corrects(self) -> bool:
        """Whether it is a correction of its period's issue."""
        return CORRECTION in self.document.properties

    @property
    def number(self) -> BriefingNumber | None:
        """The number that the register keeps for it."""
        return self.replay.stored.number

    @property
    def undecided(self) -> int:
        """Rows that await a decision. They stop nothing: the briefing says what they could do."""
        return sum(r.dispositions.get("undecided", 0) for r in self.replay.report.ledgers)

    def record(self) -> dict[str, object]:
        """Return it as JSON takes it."""
        number = self.number
        return {
            "document": str(self.path),
            "sha256": self.digest,
            "period": self.period,
            "number": number.number if number else None,
            "running": number.running if number else None,
            "signed_by": self.issue.signed_by,
            "signed_on": self.issue.signed_on,
            "mismatches": len(self.verification.wrong),
            "undecided": self.undecided,
        }


def held(workspace: Workspace, path: Path, lang: str, progress: Progress = lambda *_: None) -> Held:
    """Read a document, compute its period again and verify it."""
    found = document(path)
    data = path.read_bytes()
    period = period_of(found, workspace, path)
    replay = replayed(workspace, period, progress=progress)
    with Store.open(workspace.database) as store:
        issues = store.issues(period)
    if CORRECTION in found.properties:
        original = correction_of(workspace, replay, issues)
    else:
        original = original_of(replay)
    verification = against(original, found, lang)
    return Held(path, data, found, replay, verification, issues[-1] if issues else Issue(1))


def stops_signing(one: Held) -> list[Stop]:
    """Return why a document can't be signed."""
    published = one.replay.stored.state is PeriodState.PUBLISHED
    due = published and not one.issue.issued if one.corrects else not published
    if not is_draft(one.document) or not due:
        return ["issued"]
    stops: list[Stop] = []
    if one.verification.older:
        stops.append("older")
    if one.verification.wrong:
        stops.append("wrong")
    if one.number is None:
        stops.append("unnumbered")
    needed = (DATE,) if one.corrects else (NUMBER, DATE)
    if not all(_marks(one.document, name) for name in needed):
        stops.append("unmarked")
    return stops


def stops_issuing(one: Held, on: date) -> list[Stop]:
    """Return why a document can't be issued on a day."""
    stops = stops_signing(one)
    if stops == ["issued"]:
        return stops
    if not one.issue.signed:
        stops.append("unsigned")
    elif one.issue.signed != one.digest:
        stops.append("other_document")
    elif on.isoformat() < one.issue.signed_on:
        stops.append("before_signing")
    return stops


def sign(workspace: Workspace, one: Held, by: str, on: date, hand: Hand = NOBODY) -> Issue:
    """Note who signed the document and when, and keep it as it was signed."""
    keep_bytes(one.data, ".docx", workspace.archive)
    with Store.open(workspace.database, hand) as store:
        return store.sign(one.period, by, on.isoformat(), one.digest)


@dataclass(frozen=True)
class Issuing:
    """A document as it will be issued, and under which name."""

    data: bytes
    name: str
    issue: Issue
    log: str


def issuing(workspace: Workspace, one: Held, on: date) -> Issuing:
    """Return a signed document as it is issued; everything but what is marked for it stays.

    Raises UsageError where what comes out would not verify.
    """
    lang, number = one.replay.report.lang, one.number
    assert number is not None
    with Store.open(workspace.database) as store:
        head = store.head()
    assert head is not None  # the run and the signature were logged
    values = {
        LOG: head.printed,
        DRAFT: "",
        NUMBER: str(number.number),
        RUNNING: str(number.running),
        DATE: day(on, lang),
        SIGNER: one.issue.signed_by,
    }
    texts = [
        Retext(place, start, end, (values[name],) if values[name] else (), True)
        for name in values
        for place, start, end, said in _marks(one.document, name)
        if said != values[name]
    ]
    changes = Changes(
        texts=tuple(texts),
        properties={ISSUED: on.isoformat(), LOG_ENTRY: f"{head.position} {head.hash}"},
    )
    data = changed(one.data, changes, b"", one.path)
    issue = replace(one.issue, issued_on=on.isoformat(), issued=hashlib.sha256(data).hexdigest(),
                    inputs=one.replay.inputs.digest)  # fmt: skip
    if one.corrects:
        with Store.open(workspace.database) as store:
            original = correction_of(workspace, one.replay, (*store.issues(one.period)[:-1], issue))
    else:
        original = original_of(one.replay, issue, head.printed)
    found = against(original, reread(data), lang)
    if found.wrong:
        raise UsageError(
            f"{one.path.name} 印发后将有 {len(found.wrong)} 个数不符，没有印发",
            "请检查报头中的期号、日期是否被改写",
        )
    word = "correction_file" if one.corrects else "issue_file"
    called = say(word, lang, title=one.replay.job.campaign.title.say(lang), number=number.number)
    name = safe_name(called, ".docx")
    return Issuing(data, f"{ISSUED_FOLDER}/{name}", issue, head.printed)


def publish(workspace: Workspace, one: Held, made: Issuing, hand: Hand = NOBODY) -> Path:
    """Issue the document: close its period, note all hashes, put it into the period's ``issued``.

    All of it or nothing: a run that dies leaves either no issue, or one that the next command
    finishes.
    """
    keep_bytes(made.data, ".docx", workspace.archive)
    with Store.open(workspace.database, hand) as store:
        manifests = [c.manifest for c in store.composed(one.period)]
        issue = replace(made.issue, manifest=manifests[-1] if manifests else "")
        folder = workspace.output / one.period
        with staged(folder, {made.name: made.data}, {}, witness=store) as delivery:
            store.publish(one.period, issue, delivery.token, made.log)
    return folder / delivery.beside.get(made.name, made.name)


def _marks(found: Document, name: str) -> list[tuple[int, int, int, str]]:
    """Where a detail stands: passage, start, end, text; a control and its bookmark are one."""
    places = {
        (place, span.start, span.end, passage.text[span.start : span.end])
        for place, passage in enumerate(found.passages)
        for span in passage.spans
        if span.name.casefold() == name and span.end > span.start
    }
    return sorted(places)
