"""``taizhang diff``: why numbers moved from one run to another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, lang_option

if TYPE_CHECKING:
    from pipeline.model import Number
    from pipeline.trace.reasons import Difference, Item, Moved, Reason
    from pipeline.trace.runs import Told

_ITEMS = 8
_NAMES = 6


@click.command()
@click.argument("one", metavar="RUN")
@click.argument("other", metavar="RUN")
@click.option("--figure", "figures", multiple=True, help="只看这个指标。Only this figure.")
@click.option("--ledger", help="哪一本台账，如 cases。Which ledger.")
@json_option
@lang_option
def diff(
    one: str, other: str, figures: tuple[str, ...], ledger: str | None, as_json: bool, lang: str
) -> int:
    """两次汇总之间，数为什么变了：逐项拆开，各部分之和就是变动。

    RUN 是期次（2020-10-09，最近一次）、该期第几次（2020-10-09#1），或输入编号的前几位。依次换上
    后一次的截止日期、来件、裁定、企业名录、台账模板，每换一样重算一遍，数变多少就归于它，并列出
    变动的事项及其文件和行。默认看各台账的主要指标。
    Why figures moved between two runs. The second run's as-of date, files, rulings, registry and
    profile are put in one after the other; what a figure moves by in a step is due to that. The
    parts add up to the whole.
    """
    from pipeline.cli.screen import progress_shown
    from pipeline.trace.moved import difference
    from pipeline.trace.named import figure_meant, profile_meant
    from pipeline.trace.runs import run_meant
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    runs = run_meant(workspace, one), run_meant(workspace, other)
    profiles = runs[1][1].job.profiles
    named = [figure_meant(profiles, name, ledger) for name in figures]
    wanted = [(profile.id, figure.id) for profile, figure in named]
    if ledger is not None and not wanted:
        profile = profile_meant(profiles, ledger)
        wanted = [(profile.id, name) for name in profile.headline]
    with progress_shown(quiet=as_json) as progress:
        found = difference(workspace, runs, wanted, lang, progress)
    if as_json:
        click.echo(json.dumps(found.record(), ensure_ascii=False, indent=1))
    else:
        _show(found, lang)
    return 0


def _show(found: Difference, lang: str) -> None:
    head = "diff_head" if found.parts or found.ledgers else "diff_alike"
    _say(lang, 0, head, one=_named(found.one, lang), other=_named(found.other, lang))
    _differences(found, lang)
    count = len(found.moved)
    _say(lang, 0, "diff_moved" if count else "diff_same", count=count, all=found.compared)
    for moved in found.moved:
        click.echo()
        _moved(moved, lang)


def _named(run: Told, lang: str) -> str:
    from pipeline.messages import say

    return say("diff_run", lang, number=run.number, **_of(run)) if run.of > 1 else run.period


def _of(run: Told) -> dict[str, object]:
    return {"period": run.period, "of": run.of}


def _differences(found: Difference, lang: str) -> None:
    from pipeline.messages import say

    for part in found.parts:
        told = say(f"diff_part_{part}", lang)
        if part == "files":
            gone, new = found.files
            told += say("diff_files", lang, new=len(new), gone=len(gone))
            told += _listed(new, lang)
        elif part == "rulings":
            ended, added = found.rulings
            told += say("diff_rulings", lang, added=len(added), ended=len(ended))
            told += _listed([f"{d.by}：{d.reason or d.value or d.action}" for d in added], lang)
        _line(lang, 2, f"· {told}")
    for name in found.ledgers:
        _say(lang, 2, "diff_ledger_alone", ledger=name)


def _listed(names: Sequence[str], lang: str) -> str:
    if not names:
        return ""
    comma, colon = (", ", ": ") if lang == "en" else ("、", "：")
    return colon + comma.join(names[:_NAMES]) + ("……" if len(names) > _NAMES else "")


def _moved(one: Moved, lang: str) -> None:
    _say(lang, 0, "diff_figure", figure=one.label, ledger=one.ref.ledger,
         before=_number(one.before, one), after=_number(one.after, one),
         move=_signed(one.move, one, lang))  # fmt: skip
    for label, before, after in one.made_of:
        _say(lang, 2, "diff_made_of", figure=label, before=_plain(before), after=_plain(after))
    for reason in one.reasons:
        _reason(one, reason, lang)


def _reason(one: Moved, reason: Reason, lang: str) -> None:
    from pipeline.messages import say

    part = say(f"diff_part_{reason.part}", lang)
    _line(lang, 2, f"{_signed(reason.move, one, lang)}  {part}")
    for item in reason.items[:_ITEMS]:
        _item(item, lang)
    if reason.count > _ITEMS:
        _say(lang, 5, "diff_more", count=reason.count - _ITEMS)


def _item(item: Item, lang: str) -> None:
    from rich.cells import cell_len, set_cell_size

    from pipeline.messages import say
    from pipeline.write.briefing.figures import clean

    mark = {"in": "+", "out": "−", "value": "±"}[item.how]
    named = "  ".join(filter(None, (f"{mark} {item.enterprise}", item.number)))
    words = " ".join(clean(item.text).split())
    room = 70 - cell_len(named)
    if cell_len(words) > room:
        words = set_cell_size(words, max(room - 2, 0)).rstrip() + "…"
    _line(lang, 5, f"{named}  {words}".rstrip())
    comma = ", " if lang == "en" else "，"
    was = item.was or (say("diff_absent", lang) if item.now else "")
    now = item.now or (say("diff_absent", lang) if item.was else "")
    state = f"{was} → {now}" if was != now else now
    where = [item.file, item.sheet, say("rows_one", lang, rows=item.row) if item.row else ""]
    source = comma.join(filter(None, where))
    if state or source:
        _line(lang, 9, "  ".join(filter(None, (state, source))))


def _number(number: Number, one: Moved) -> str:
    return _plain(number) + ("%" if one.rate and number is not None else "")


def _plain(number: Number) -> str:
    from pipeline.write.numbers import printed

    return printed(number)


def _signed(move: Number, one: Moved, lang: str) -> str:
    from pipeline.messages import say

    if move is None:
        return "—"
    told = f"{move:+}".replace("-", "−") if move else "0"
    return say("diff_points", lang, move=told) if one.rate else told


def _say(lang: str, indent: int, word: str, **params: object) -> None:
    from pipeline.messages import say

    _line(lang, indent, say(word, lang, **params))


def _line(lang: str, indent: int, text: str) -> None:
    from pipeline.cli.screen import console, paragraph

    paragraph(console(), text, indent, lang)
