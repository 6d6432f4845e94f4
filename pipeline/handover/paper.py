"""The handover as a paper for the desk, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from pipeline.handover.gather import ALWAYS, Handover
from pipeline.kept import ArchiveState
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import Decision
from pipeline.write.content import Grid, RowPaper, Section

_MOST = 40
_Rows = list[tuple[str, ...]]


def paper_of(found: Handover, office: str, lang: str) -> RowPaper:
    """Return the handover as a paper."""
    tables = (
        ("promises", ("handover_why", "enterprise", "handover_item", "handover_by"),
         _promises(found, lang), (1, 2, 4, 1.5)),
        ("asked", ("severity", "handover_code", "affected", "dossier_what"),
         _asked(found, lang), (1, 2, 1, 4)),
        ("rulings", ("ruling", "ruled_why", "ruled_by", "ruled_until"),
         _rulings(found, lang), (2, 3, 1, 1.5)),
        ("contacts", ("enterprise", "handover_contact", "handover_mail"),
         list(found.contacts), (2, 1, 2)),
        ("places", ("handover_thing", "handover_path"),
         [(say(f"handover_at_{what}", lang), path) for what, path in found.places], (2, 3)),
    )  # fmt: skip
    sections = [Section(say("handover_state", lang), ((_standing(found, lang),),))]
    for name, header, rows, weights in tables:
        grid = _grid(header, rows, weights, lang)
        sections.append(Section(say(f"handover_{name}", lang), (grid,)))
    whole = (_archive(found.archive, lang),)
    return RowPaper(
        title=say("handover_title", lang),
        office=office,
        date=say("report_as_of", lang, date=day(found.as_of, lang)),
        sections=(*sections, Section(say("handover_archive", lang), (whole,))),
        lang=lang,
    )


def _grid(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]], weights: tuple[float, ...], lang: str
) -> Grid:
    heads = tuple(say(word, lang) for word in header)
    rest = len(rows) - _MOST
    note = say("handover_more", lang, count=rest) if rest > 0 else ""
    return Grid((), heads, tuple(rows[:_MOST]), (False,) * len(heads), weights, note=note)


def _standing(found: Handover, lang: str) -> str:
    number = found.period.number
    return say(
        "handover_standing",
        lang,
        period=day(found.period.id, lang),
        number=number.number if number else "—",
        running=number.running if number else "—",
        state=say(f"handover_{found.issue}", lang),
    )


def _asked(found: Handover, lang: str) -> _Rows:
    codes = Counter((f.severity, f.code, f.remedy) for f in found.asked)
    return [
        (say(f"severity_{grade}", lang), code, str(count), remedy)
        for (grade, code, remedy), count in sorted(codes.items())
    ]


def _promises(found: Handover, lang: str) -> _Rows:
    return [
        (
            say(f"handover_{p.why}", lang), p.enterprise, f"{p.number} {p.text[:40]}",
            day(p.due, lang) if p.due else "",
        )
        for p in found.promises
    ]  # fmt: skip


def _rulings(found: Handover, lang: str) -> _Rows:
    return [
        (
            say(f"rule_{d.action}", lang) + (f" {d.value}" if d.value else ""), d.reason, d.by,
            _until(d, found.soon, lang),
        )
        for d in sorted(found.rulings, key=lambda d: (d.until or ALWAYS, d.id))
    ]  # fmt: skip


def _until(ruling: Decision, soon: date, lang: str) -> str:
    if ruling.until is None:
        return say("handover_no_end", lang)
    near = say("handover_near", lang) if ruling.until <= str(soon) else ""
    return day(ruling.until, lang) + near


def _archive(state: ArchiveState, lang: str) -> str:
    if state.whole:
        return say("handover_whole", lang, count=state.files)
    lost = (*state.missing, *state.changed)
    names = "、".join(f"{r.period} {r.name}" for r in lost[:_MOST])
    return say(
        "handover_broken", lang, count=state.files, missing=len(state.missing),
        changed=len(state.changed), names=names,
    )  # fmt: skip


def record_of(found: Handover) -> dict[str, Any]:
    """Return the handover as a JSON object."""
    told = asdict(found)
    told["asked"] = [f.record() for f in found.asked]
    return told
