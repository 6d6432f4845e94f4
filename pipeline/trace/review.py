"""What a signer should see before signing: what changed, what is in doubt, what was reworded."""

from __future__ import annotations

from decimal import Decimal

from pipeline.count import rows_behind
from pipeline.errors import OperatorError
from pipeline.job import Progress
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import ITEM_ID, FigureRef, Number
from pipeline.replay import Replay, replayed
from pipeline.trace.blocks import paired, parts
from pipeline.trace.issue import Held
from pipeline.trace.original import marked_in
from pipeline.trace.refresh import base_of
from pipeline.trace.tokens import Reading
from pipeline.trace.units import units_of
from pipeline.workspace import Workspace
from pipeline.write.causes import causes
from pipeline.write.numbers import NOTHING, printed
from pipeline.write.report import LedgerResult
from pipeline.write.review import REVIEW_FILE, Doubt, Review, Turned, Worded
from pipeline.write.told import told


def review_of(
    workspace: Workspace, one: Held, lang: str, progress: Progress = lambda *_: None
) -> Review:
    """Return the review sheet of a document."""
    report, number = one.replay.report, one.number
    previous, name = _previous(workspace, one, lang, progress)
    ids = {"number": number.number, "running": number.running} if number else {}
    return Review(
        title=one.replay.job.campaign.title.say(lang),
        issue=say("review_issue", lang, **ids) if ids else "",
        as_of=day(report.created, lang),
        previous=name,
        turned=_turned(one.replay, previous, lang) if previous is not None else (),
        doubts=_doubts(one.replay, lang),
        effects=_effects(one.replay, lang),
        worded=_worded(workspace, one),
        checked=one.verification.checked,
        wrong=len(one.verification.wrong),
        undecided=one.undecided,
        lang=lang,
    )


def _previous(
    workspace: Workspace, one: Held, lang: str, progress: Progress
) -> tuple[Replay | None, str]:
    """The period before, computed again, and what it is called."""
    main = one.replay.report.ledgers[0].previous
    if main is None:
        return None, ""
    try:
        found = replayed(workspace, main.period, progress=progress)
    except OperatorError:  # the sheet is still worth having where an old period is lost
        return None, ""
    number = main.number or main.period
    dated = day(found.report.created, lang)
    return found, say("review_previous", lang, number=number, date=dated)


def _turned(now: Replay, before: Replay, lang: str) -> tuple[Turned, ...]:
    """Headline figures that changed, and the rows that came to them and left them."""
    old = {result.profile.id: result for result in before.report.ledgers}
    found = []
    for result in now.report.shown:
        was = old.get(result.profile.id)
        for name in result.profile.headline if was is not None else ():
            ref = FigureRef(result.profile.id, name)
            assert was is not None
            values = was.figures.get(ref), result.figures[ref]
            if ref not in was.figures or values[0] == values[1]:
                continue
            mine, theirs = _items(result, ref), _items(was, ref)
            found.append(
                Turned(
                    result.profile.figure(name).heading(lang), printed(values[0]),
                    printed(values[1]), _by(*values), len(mine - theirs), len(theirs - mine),
                )
            )  # fmt: skip
    return tuple(found)


def _items(result: LedgerResult, ref: FigureRef) -> set[str]:
    rows = rows_behind(result.ledger, ref)
    key = ITEM_ID if ITEM_ID in rows.column_names else rows.column_names[0]
    return set(map(str, rows.column(key).to_pylist()))


def _by(was: Number, now: Number) -> str:
    if was is None or now is None:
        return NOTHING
    difference = Decimal(now) - Decimal(was)
    return f"{difference:+f}".replace("-", "−")


def _effects(now: Replay, lang: str) -> tuple[str, ...]:
    """What doubts could change, and how far."""
    return tuple(
        say(
            "review_bounds", lang, figure=result.profile.figure(effect.figure).heading(lang),
            now=printed(effect.now), least=printed(effect.least), most=printed(effect.most),
        )
        for result in now.report.ledgers
        for effect in result.effects
    )  # fmt: skip


def _doubts(now: Replay, lang: str) -> tuple[Doubt, ...]:
    """The rows that can't be counted as they stand, those of one cause as one."""
    report = now.report
    every = told(report.findings, report.files, report.sheets, report.profiles, lang, REVIEW_FILE)
    found = []
    for cause in causes([one for one in every if one.severity == "E"]):
        where = cause.first.enterprise or cause.first.file
        between = ": " if lang == "en" else "："
        text = (where + between if where else "") + cause.message(lang)
        found.append(Doubt(text, len(cause.findings)))
    return tuple(found)


def _worded(workspace: Workspace, one: Held) -> tuple[Worded, ...]:
    """Paragraphs that differ from what was composed, in the document's order."""
    base = base_of(workspace, one.document, one.period)
    values = marked_in(base)
    mine = Reading(one.document, units_of(one.document, values), {})
    old = Reading(base, units_of(base, values), {})
    own, was = parts(mine), parts(old)
    pairs = paired(own, was)
    found = []
    for part in own:
        if part.table:
            continue
        text = mine.text(part.passages[0])
        if part.number not in pairs:
            found.append(Worded("added", text))
        elif part.key_of(mine) != was[pairs[part.number]].key_of(old):
            found.append(Worded("changed", text))
    kept = set(pairs.values())
    found += [
        Worded("removed", old.text(part.passages[0]))
        for part in was
        if not part.table and part.number not in kept
    ]
    return tuple(found)
