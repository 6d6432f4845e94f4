"""A correction (更正) of an issued period, as plain values: which numbers changed, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.configuration import Campaign
from pipeline.errors import UsageError
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.profile.schema import Profile
from pipeline.write.content import CORRECTION, INPUTS, PERIOD, Grid, RowPaper, Section
from pipeline.write.numbers import NOTHING
from pipeline.write.report import Report

CORRECTION_FILE = "correction.docx"
_UNDATED = {"zh": "×年×月×日", "en": "(date)"}
"""How official drafts leave a date open."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is corrected: which ``edition`` this is, why, the issue's numbers, its day (ISO).

    ``inputs`` is the hash of what the period is made from now. ``dated`` is the day on which the
    correction is issued, "" in a draft.
    """

    edition: int
    reason: str
    number: int
    running: int
    issued_on: str
    inputs: str
    dated: str = ""


def correction(
    was: Mapping[str, Any],
    now: Mapping[str, Any],
    report: Report,
    campaign: Campaign,
    about: Corrected,
) -> RowPaper:
    """Return the paper from the manifests of the period as it was issued and as it is now.

    Raises UsageError where no number changed: then there is nothing to correct.
    """
    lang = report.lang
    rows = changed_figures(was, now, report.profiles, lang)
    if not rows:
        raise UsageError(
            "重新计算后，简报中的数字没有变化，不需要更正", "请检查新收到的台账或裁定是否已放入"
        )
    words = {
        "title": campaign.title.say(lang),
        "number": about.number,
        "running": about.running,
        "date": day(date.fromisoformat(about.issued_on), lang),
        "as_of": day(report.created, lang),
        "count": len(rows),
        "reason": about.reason,
    }
    header = tuple(
        say(word, lang, **words)
        for word in ("correction_figure", "correction_was", "correction_now", "correction_by")
    )
    grid = Grid((), header, rows, (False, True, True, True), (4.0, 1.6, 1.6, 1.2))
    return RowPaper(
        title=say("correction_title", lang, **words),
        office=campaign.office,
        date=say("correction_of", lang, **words),
        sections=(
            Section(say("correction_why", lang), ((say("correction_reason", lang, **words),),)),
            Section(
                say("correction_numbers", lang),
                ((say("correction_lead", lang, **words),), grid,
                 (say("correction_rest", lang, **words),)),
            ),
        ),
        lang=lang,
        issued=about.dated or _UNDATED[lang],
        origin={
            PERIOD: report.period.id, CORRECTION: str(about.edition), INPUTS: about.inputs,
        },
    )  # fmt: skip


def changed_figures(
    was: Mapping[str, Any], now: Mapping[str, Any], profiles: Sequence[Profile], lang: str
) -> tuple[tuple[str, str, str, str], ...]:
    """Return name, value before, value now and difference of each printed figure that changed.

    What only one of the two prints stands against a dash.
    """
    before, after = _placed(was), _placed(now)
    order = {(p.id, f.id): (a, b) for a, p in enumerate(profiles) for b, f in enumerate(p.figures)}
    found = []
    for key in sorted(before.keys() | after.keys(), key=lambda k: (k[2] != "", order[k[:2]], k)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        profile = next(p for p in profiles if p.id == key[0])
        figure = profile.figure(key[1])
        percent = figure.kind == "ratio"
        name = figure.label.say(lang) + ("（%）" if percent and lang == "zh" else "")
        if key[4]:
            name = say("figure_then", lang, figure=name, period=key[4])
        elif key[2]:
            by = profile.labels[key[2]].say(lang)
            at = key[3] or say("unfilled", lang)
            name = say("figure_by", lang, figure=name, by=by, at=at)
        difference = NOTHING
        if old is not None and new is not None:
            difference = _shown(new - old, percent, signed=True)
        found.append((name, _shown(old, percent), _shown(new, percent), difference))
    return tuple(found)


_Key = tuple[str, str, str, str, str]


def _placed(manifest: Mapping[str, Any]) -> dict[_Key, Decimal | None]:
    """The figures that a briefing printed, by ledger, figure, place of a breakdown and the
    earlier period ("": the issue's own).
    """
    found: dict[_Key, Decimal | None] = {}
    for one in manifest["trace"].values():
        ledger, _, figure = one["figure"].partition(".")
        ((by, at),) = one["by"].items() if one["by"] else (("", ""),)
        value = None if one["value"] is None else Decimal(str(one["value"]))
        found[ledger, figure, by, at, one.get("period", "")] = value
    return found


def _shown(value: Decimal | None, percent: bool, *, signed: bool = False) -> str:
    if value is None:
        return NOTHING
    sign = "+" if signed else ""
    return f"{value:{sign}.1f}" if percent else f"{value:{sign}f}"
