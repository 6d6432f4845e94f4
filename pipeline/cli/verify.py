"""``taizhang verify``: is every number in an edited briefing still what was counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, lang_option, period_option

if TYPE_CHECKING:
    from pipeline.trace.verify import Mismatch, Verification

_LISTED = 60
_NAMED = 6


@click.command()
@click.argument("document", type=click.Path(path_type=Path))
@period_option
@click.option(
    "--full",
    is_flag=True,
    help="连同此前各期一起重算，核对名册前后相接。Compute all periods before again, too.",
)
@json_option
@lang_option
def verify(document: Path, period: str | None, full: bool, as_json: bool, lang: str) -> int:
    """核对改过的简报：每个数是否还是台账算出的数。

    DOCUMENT 是简报（.docx）。用存档的原件、台账模板、企业名录和裁定重算该期，逐个指出被改动的数、
    失去标记的数、手工添加的数；只改文字没有关系。
    Hold every number of an edited briefing against the period, computed again from the archive:
    numbers changed, without their marks, or added by hand are named. Words may be edited freely.

    退出码 Exit codes: 0 全部相符 all right; 1 有不符 some are not.
    """
    from pipeline.cli.screen import progress_shown
    from pipeline.trace.verify import verified
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    with progress_shown(quiet=as_json) as progress:
        found = verified(workspace, document, period, full=full, lang=lang, progress=progress)
    if as_json:
        told = {"document": str(document), **found.record()}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _show(found, document, lang, full=full)
    return 1 if found.wrong else 0


def _show(found: Verification, document: Path, lang: str, *, full: bool) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say

    screen = console()
    counts = {"file": document.name, "period": found.period, "checked": found.checked}
    head = "verify_bad" if found.wrong else "verify_good"
    paragraph(screen, say(head, lang, **counts, wrong=len(found.wrong)), 0, lang)
    if found.older:
        paragraph(screen, say("verify_older", lang), 0, lang)
    for number, one in enumerate(found.wrong[:_LISTED], start=1):
        screen.print()
        paragraph(screen, f"{number}. [{say(f'fault_{one.fault}', lang)}] {one.place}", 0, lang)
        if one.part not in ("chart", "workbook", "table"):
            paragraph(screen, one.around, 3, lang)
        paragraph(screen, _said(one, lang), 3, lang)
        paragraph(screen, "→ " + say(f"remedy_{one.fault}", lang, should=one.should), 3, lang)
    if len(found.wrong) > _LISTED:
        paragraph(screen, say("verify_more", lang, count=len(found.wrong) - _LISTED), 0, lang)
    if found.left_out:
        names = list(dict.fromkeys(found.left_out))
        listed = "、".join(names[:_NAMED]) + ("……" if len(names) > _NAMED else "")
        screen.print()
        text = say("verify_left_out", lang, count=len(found.left_out), figures=listed)
        paragraph(screen, text, 0, lang)
    if full:
        paragraph(screen, say("verify_full", lang), 0, lang)


def _said(one: Mismatch, lang: str) -> str:
    from pipeline.messages import say

    words = {
        "untraced": "verify_untraced",
        "untraceable": "verify_lost",
        "changed": "verify_stands_figure" if one.label else "verify_stands",
    }
    return say(words[one.fault], lang, stands=one.stands, should=one.should, figure=one.label)
