"""``taizhang history``: what was done, period by period, and whether the log of it holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, lang_option

if TYPE_CHECKING:
    from pipeline.store import Entry

SHORTEST = 8
"""Digits of a hash that tell an entry apart, at the least."""


@click.group(invoke_without_command=True)
@click.option("--log", "whole", is_flag=True, help="列出日志各条。List the log's entries.")
@json_option
@lang_option
@click.pass_context
def history(context: click.Context, whole: bool, as_json: bool, lang: str) -> int:
    """各期和各份印发文件的来历；加 --log 列出日志。

    What became of each period: who signed which edition, when it was issued; with --log who did
    what, when.
    """
    from pipeline.store import Store
    from pipeline.workspace import required

    if context.invoked_subcommand is not None:
        return 0
    with Store.open(required(Path.cwd()).database) as store:
        periods, entries = store.periods(), store.log()
        issues = {period.id: store.issues(period.id) for period in periods}
    if as_json:
        told = [
            {"period": p.id, "state": p.state.value,
             "number": p.number.number if p.number else None,
             "issues": [asdict(one) for one in issues[p.id]]}
            for p in periods
        ]  # fmt: skip
        document = {"periods": told, "log": [asdict(entry) for entry in entries]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return 0
    for period in periods:
        number = period.number.number if period.number else "×"
        _say(lang, f"history_{period.state.value}", period=period.id, number=number)
        for one in issues[period.id]:
            word = "history_correction" if one.edition > 1 else "history_issue"
            _say(lang, word, 2, reason=one.reason, by=one.signed_by or "×",
                 signed=one.signed_on or "×", issued=one.issued_on or "×")  # fmt: skip
    for entry in entries if whole else ():
        _say(lang, "history_entry", position=entry.position, at=entry.at or "×",
             by=entry.by or "×", what=_deed(entry, lang), about=entry.about,
             hash=entry.hash[:16])  # fmt: skip
    return 0


@history.command()
@click.argument("documents", nargs=-1, type=click.Path(path_type=Path))
@click.option("--head", "heads", multiple=True, metavar="HASH",
              help="另行记下的某条的哈希（前 8 位以上）。A hash noted elsewhere.")  # fmt: skip
@json_option
@lang_option
def verify(documents: tuple[Path, ...], heads: tuple[str, ...], as_json: bool, lang: str) -> int:
    """核对日志：各条是否首尾相接，台账库、存档中的印发件与日志是否相符。

    DOCUMENTS 是要一并核对的印发件；纸上的存证号也可用 --head 核对。
    Check that each entry follows from the one before and that the store holds what the log says.
    Whoever reckons the whole log anew is found out by a hash that was noted elsewhere (--head).

    退出码 Exit codes: 0 相符 it holds; 1 不符 it does not.
    """
    from pipeline.store import Store
    from pipeline.trace.history import doubted
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    with Store.open(workspace.database) as store:
        entries, flaws = store.log(), store.flaws()
    papers = doubted(workspace, entries, documents, lang)
    absent = [head for head in heads if not _found(head, entries)]
    if as_json:
        told = {"entries": len(entries), "head": entries[-1].hash if entries else None,
                "flaws": [asdict(flaw) for flaw in flaws], "heads_absent": absent,
                "documents": [asdict(paper) for paper in papers]}  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return 1 if flaws or absent or papers else 0
    for flaw in flaws:
        _say(lang, f"flaw_{flaw.kind}", position=flaw.position, about=flaw.about,
             part=_part(flaw.part, lang))  # fmt: skip
    for head in absent:
        _say(lang, "flaw_head", head=head)
    for paper in papers:
        _say(lang, "flaw_document", file=paper.file, why=paper.why)
    if flaws or absent or papers:
        _say(lang, "history_broken", count=len(flaws) + len(absent) + len(papers))
        return 1
    _say(lang, "history_whole", count=len(entries), hash=entries[-1].hash[:16] if entries else "×")
    return 0


def _found(head: str, entries: tuple[Entry, ...]) -> bool:
    digits = head.strip().casefold().rpartition("-")[2]
    return len(digits) >= SHORTEST and any(entry.hash.startswith(digits) for entry in entries)


def _deed(entry: Entry, lang: str) -> str:
    from pipeline.messages import say
    from pipeline.store.deeds import DEEDS

    return say(f"deed_{entry.what}", lang) if entry.what in DEEDS else entry.what


def _part(part: str, lang: str) -> str:
    from pipeline.messages import say
    from pipeline.store.content import AS_OF, NUMBER, PARTS

    return say(f"part_{part}", lang) if part in (*PARTS, AS_OF, NUMBER) else part


def _say(lang: str, word: str, indent: int = 0, **params: object) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say

    paragraph(console(), say(word, lang, **params), indent, lang)
