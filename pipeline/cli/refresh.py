"""``taizhang refresh``: the newest figures into a briefing that was edited."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, lang_option, period_option

if TYPE_CHECKING:
    from pipeline.trace.refresh import Refreshed, ToldChange

_LISTED = 40
_SHORT = 160


@click.command()
@click.argument("document", type=click.Path(path_type=Path))
@period_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="写到哪个文件，默认是旁边的 xxx.refreshed.docx。The file to write.",
)
@click.option(
    "--in-place",
    is_flag=True,
    help="直接更新原稿，改前的另存在旁边。Update it; what was stays beside.",
)
@click.option("--dry-run", is_flag=True, help="只说会改什么，不写文件。Only tell, write nothing.")
@json_option
@lang_option
def refresh(
    document: Path,
    period: str | None,
    out: Path | None,
    in_place: bool,
    dry_run: bool,
    as_json: bool,
    lang: str,
) -> int:
    """给改过的简报换上最新的数，文字和格式一律保留。

    DOCUMENT 是改过的简报（.docx）。正文、表格、清单按该期最近一次汇总更新；人改过的文字不动，
    与新数对不上的逐条列出。手工改动的数恢复为台账算出的数。
    Put the newest figures into an edited briefing. Every word a person wrote stays; what can't be
    placed any more is told.

    退出码 Exit codes: 0 完成 done; 1 完成，但有须人工处理之处 something is left to a person.
    """
    from pipeline.cli.screen import progress_shown
    from pipeline.errors import UsageError
    from pipeline.trace.refresh import refreshed
    from pipeline.workspace import required

    if out is not None and in_place:
        raise UsageError("--out 和 --in-place 只能用一个", "请去掉其中一个")
    workspace = required(Path.cwd())
    with progress_shown(quiet=as_json) as progress:
        found = refreshed(workspace, document, period, lang=lang, progress=progress)
    target = None if dry_run else _written(found, document, out, in_place=in_place)
    if as_json:
        told = {"document": str(document), "written": str(target) if target else None}
        click.echo(json.dumps({**told, **found.record()}, ensure_ascii=False, indent=1))
    else:
        _show(found, document, target, lang)
    return 1 if found.verification.wrong or any(one.open for one in found.changes) else 0


def _written(found: Refreshed, document: Path, out: Path | None, *, in_place: bool) -> Path:
    """Write the document where it belongs, over nothing that a person wrote."""
    from pipeline.write.outputs import deliver

    target = out or document.with_name(f"{document.stem}.refreshed{document.suffix}")
    files, known = {target.name: found.data}, {}
    if in_place:
        target, former = document, document.read_bytes()
        files = {document.name: found.data, f"{document.stem}.former{document.suffix}": former}
        known = {document.name: hashlib.sha256(former).hexdigest()}
    delivery = deliver(target.parent, files, known)
    return target.with_name(delivery.beside.get(target.name, target.name))


def _show(found: Refreshed, document: Path, target: Path | None, lang: str) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say

    screen = console()
    head = {"file": document.name, "period": found.period, "count": len(found.changes)}
    paragraph(screen, say("refresh_head", lang, **head), 0, lang)
    for title, open_ in (("refresh_done", False), ("refresh_left", True)):
        listed = [one for one in found.changes if one.open is open_]
        if listed:
            screen.print()
            paragraph(screen, say(title, lang, count=len(listed)), 0, lang)
        told = [_said(one, lang) for one in listed if not _of_table(one)]
        tables = Counter(one.table for one in listed if _of_table(one))
        told += [say("refresh_table", lang, table=t, count=count) for t, count in tables.items()]
        for line in told[:_LISTED]:
            paragraph(screen, "· " + line, 2, lang)
        if len(told) > _LISTED:
            paragraph(screen, say("verify_more", lang, count=len(told) - _LISTED), 2, lang)
    screen.print()
    wrong = len(found.verification.wrong)
    said = "refresh_wrong" if wrong else "refresh_good"
    paragraph(screen, say(said, lang, count=wrong), 0, lang)
    if target is not None:
        paragraph(screen, say("refresh_written", lang, file=target.name), 0, lang)


def _of_table(one: ToldChange) -> bool:
    """Whether it is one of the many numbers of a table, which are told as one."""
    return one.kind == "figure" and bool(one.table) and not one.hand


def _said(one: ToldChange, lang: str) -> str:
    from pipeline.messages import say

    def short(text: str) -> str:
        return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"

    word = one.kind
    if word == "words" and not (one.old and one.new):
        word = "put_in" if one.new else "cut_out"
    elif word == "kept" and not one.new:
        word = "outdated"
    elif word == "figure" and not one.label:
        word = "figure_of"
    told = say(
        f"refresh_{word}", lang, place=one.place, old=short(one.old), figure=one.label,
        new=one.new if one.open else short(one.new),
    )  # fmt: skip
    return told + (say("refresh_hand", lang) if one.hand else "")
