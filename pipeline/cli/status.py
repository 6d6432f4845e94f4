"""``taizhang status``: one page on where the workspace stands, and the next command."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import json_option, lang_option

if TYPE_CHECKING:
    from pipeline.standing import Standing
    from pipeline.store import PeriodStatus

_NAMED = 8


@click.command()
@click.option("--reminders", is_flag=True,
              help="只打印催报短信，每家一段。Print reminders to those missing.")  # fmt: skip
@json_option
@lang_option
def status(reminders: bool, as_json: bool, lang: str) -> int:
    """一页看清：本期到哪一步、谁没报、等什么裁定、下一步敲什么命令。

    One page: where the newest period stands, who is missing or late, what awaits a ruling, what was
    edited by hand, what is new in the inbox, and the next command.
    """
    from pipeline.standing import next_step, standing
    from pipeline.workspace import required
    from pipeline.write.calls import reminder_text

    found = standing(required(Path.cwd()), lang)
    texts = [reminder_text(one, lang) for one in found.reminders]
    if as_json:
        told = {**_record(found), "next": next_step(found.facts), "reminders": texts}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif reminders:
        click.echo("\n\n".join(texts) if texts else _say("no_reminders", lang))
    else:
        _show(found, lang)
    return 0


def _say(word: str, lang: str, **values: object) -> str:
    from pipeline.messages import say

    return say(word, lang, **values)


def _record(found: Standing) -> dict[str, Any]:
    return {
        "workspace": str(found.root),
        "periods": [
            {**_period(one), "issues": [asdict(i) for i in found.issues.get(one.period.id, ())]}
            for one in found.periods
        ],
        "facts": asdict(found.facts),
        "roll_call": found.lines,
        "severities": found.manifest.get("severities", {}),
        "bounds": [b for one in found.manifest.get("ledgers", {}).values() for b in one["bounds"]],
        "inbox_new": list(found.fresh),
        "edited": list(found.edited),
        "gone": list(found.gone),
    }


def _period(entry: PeriodStatus) -> dict[str, Any]:
    return {
        "period": entry.period.id,
        "state": entry.period.state.value,
        "number": entry.period.number.number if entry.period.number else None,
        "as_of": {name: str(day) for name, day in entry.period.as_of.items()},
        "submissions": dict(entry.submissions),
    }


def _show(found: Standing, lang: str) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.standing import EARLIER

    screen = console()
    screen.print(_say("status_root", lang, root=found.root), markup=False, soft_wrap=True)
    for entry in found.periods[-1 - EARLIER : -1]:
        paragraph(screen, _line(found, entry, lang), 2, lang)
    if found.newest is not None:
        paragraph(screen, _line(found, found.newest, lang), 0, lang)
        for text in (
            *_editions(found, lang),
            *_called(found, lang),
            *_doubts(found, lang),
            *_files(found, lang),
        ):
            paragraph(screen, text, 2, lang)
    if found.fresh:
        names = _listed(found.fresh, lang)
        paragraph(screen, _say("status_new", lang, count=len(found.fresh), names=names), 0, lang)
    screen.print()
    for line in _next(found, lang):
        paragraph(screen, line, 0, lang)


def _line(found: Standing, entry: PeriodStatus, lang: str) -> str:
    """One period: its number, and how far it is on its way to paper."""
    issues = found.issues.get(entry.period.id, ())
    last = issues[-1] if issues else None
    state = "status_draft"
    if last is not None and last.issued:
        state = "status_issued"
    elif last is not None and last.signed:
        state = "status_signed"
    elif entry.period.state.value == "published":
        state = "status_correcting" if last is not None else "status_closed"
    told = {
        "by": last.signed_by if last else "",
        "on": (last.issued_on or last.signed_on) if last else "",
    }
    number = entry.period.number.number if entry.period.number else 0
    of = _say("status_number", lang, number=number) if number else ""
    return _say("status_period", lang, period=entry.period.id, number=of,
                state=_say(state, lang, **told))  # fmt: skip


def _editions(found: Standing, lang: str) -> Iterator[str]:
    """What was signed and issued of the newest period, where it was corrected."""
    assert found.newest is not None
    issues = found.issues.get(found.newest.period.id, ())
    for one in issues if len(issues) > 1 else ():
        kind = _say("status_correction" if one.edition > 1 else "status_briefing", lang,
                    reason=one.reason)  # fmt: skip
        state = "issued" if one.issued else "signed" if one.signed else "unsigned"
        yield _say(f"status_edition_{state}", lang, kind=kind, by=one.signed_by,
                   signed=one.signed_on, issued=one.issued_on)  # fmt: skip


def _called(found: Standing, lang: str) -> Iterator[str]:
    from pipeline.write.calls import timeliness_told

    lines = found.lines
    if not lines:
        return
    yield _say("status_called", lang, expected=len(lines),
               reported=sum(line["state"] != "missing" for line in lines))  # fmt: skip
    for word, chosen in (
        ("status_missing", [line for line in lines if line["state"] == "missing"]),
        ("status_late", [line for line in lines if line["punctuality"] == "late"]),
        ("status_phone", [line for line in lines if line["state"] == "phone"]),
    ):
        names = [
            line["enterprise"] + (f"（{told}）" if (told := timeliness_told(line, lang)) else "")
            for line in chosen
        ]
        if names:
            yield _say(word, lang, count=len(names), names=_listed(names, lang))


def _doubts(found: Standing, lang: str) -> Iterator[str]:
    counts = {"E": 0, "W": 0, "I": 0, **found.manifest.get("severities", {})}
    yield _say("status_findings", lang, undecided=found.facts.undecided, errors=counts["E"],
               warnings=counts["W"])  # fmt: skip
    bounds = [b for one in found.manifest.get("ledgers", {}).values() for b in one["bounds"]]
    for each in bounds[:_NAMED]:
        yield "  " + _say("review_bounds", lang, **each)


def _files(found: Standing, lang: str) -> Iterator[str]:
    for word, names in (("status_edited", found.edited), ("status_gone", found.gone)):
        if names:
            yield _say(word, lang, count=len(names), names=_listed(names, lang))
    facts = found.facts
    if not facts.published and facts.signed != "on":
        yield _say("status_unsigned" if not facts.signed else "status_other", lang)


def _next(found: Standing, lang: str) -> Iterator[str]:
    from pipeline.standing import next_step

    step = next_step(found.facts)
    newest = found.newest
    as_of = newest.period.as_of if newest is not None else {}
    same = set(as_of.values()) and len(set(as_of.values())) == 1
    dates = {"": found.facts.period} if same else {f"{n}=": str(day) for n, day in as_of.items()}
    options = " ".join(f"--as-of {name}{day}" for name, day in dates.items())
    folder = f"output/{found.facts.period}"
    yield _say(f"next_{step}", lang, options=options, folder=folder)
    if found.reminders and not found.facts.published:
        yield _say("next_remind", lang, count=len(found.reminders))


def _listed(names: Sequence[str], lang: str) -> str:
    first = (", " if lang == "en" else "、").join(names[:_NAMED])
    more = len(names) - _NAMED
    return first + (_say("status_more", lang, count=more) if more > 0 else "")
