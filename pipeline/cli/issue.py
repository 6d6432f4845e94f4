"""``taizhang signoff`` and ``taizhang publish``: from a draft to an issue."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.hand import at_work, hand
from pipeline.cli.options import json_option, lang_option, read_date
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.trace.issue import Held, Stop


@click.command()
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--by", "signer", required=True, help="签发人。Who signs.")
@click.option("--date", "day", required=True, help="签发日期，如 2020-10-12。When it was signed.")
@json_option
@lang_option
def signoff(document: Path, signer: str, day: str, as_json: bool, lang: str) -> int:
    """登记签发：谁、哪天、签的是哪一份。

    DOCUMENT 是送审稿（.docx）。先核对全文数字，全部相符才登记；登记的是这一份文件的哈希，
    签发后再改动，须重新签发。
    Record who signed which draft and when. Its numbers must be right; what is changed after that
    must be signed anew.

    退出码 Exit codes: 0 已登记 recorded; 1 不能签发 can't be signed.
    """
    from pipeline.trace.issue import held, sign, stops_signing
    from pipeline.workspace import required

    on = read_date(day)
    if not signer.strip():
        raise UsageError("签发人为空", "请加 --by 姓名")
    workspace = required(Path.cwd())
    with at_work(workspace), _progress(quiet=as_json) as progress:
        one = held(workspace, document, lang, progress)
        stops = stops_signing(one)
        issue = None if stops else sign(workspace, one, signer.strip(), on, hand())
    told = {**one.record(), "blocked": list(stops)}
    if issue is not None:
        told |= {"signed_by": issue.signed_by, "signed_on": issue.signed_on}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif stops:
        _show_stops(one, stops, "stop_signing", lang)
    else:
        _say(lang, "signed", by=signer.strip(), date=on, file=document.name, hash=one.digest[:12])
        _say(lang, "signed_next", file=document)
    return 1 if stops else 0


@click.command()
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--date", "day", help="印发日期，默认为签发日期。Day of issue; else that of signing.")
@click.option("--dry-run", is_flag=True, help="只说会做什么、有什么阻止。Only tell, do nothing.")
@json_option
@lang_option
def publish(document: Path, day: str | None, dry_run: bool, as_json: bool, lang: str) -> int:
    """印发：送审稿成为正式的一期。

    DOCUMENT 是已签发的送审稿（.docx）。只改“拟第N期”、日期和签发人，其余一字不动；该期从此锁定，
    文件、清单和输入的哈希记入登记簿。数字不符、未签发或签发后又改动的，不能印发。
    Issue a signed draft: only its number, date and signer are set. The period is closed, and the
    hashes of document, manifest and inputs are recorded.

    退出码 Exit codes: 0 已印发 issued; 1 不能印发 can't be issued.
    """
    from pipeline.trace.issue import held, issuing, publish, stops_issuing
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    with at_work(workspace), _progress(quiet=as_json) as progress:
        one = held(workspace, document, lang, progress)
        signed = one.issue.signed_on
        on = read_date(day or signed or one.period)
        stops = stops_issuing(one, on)
        made = None if stops else issuing(workspace, one, on)
        target = publish(workspace, one, made, hand()) if made is not None and not dry_run else None
    if as_json:
        told = {**one.record(), "blocked": list(stops), "issued_on": on.isoformat(),
                "published": str(target) if target else None}  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif stops:
        _show_stops(one, stops, "stop_issuing", lang)
    else:
        assert made is not None
        assert one.number is not None
        word = "would_publish" if target is None else "published"
        word += "_correction" if one.corrects else ""
        number, running = one.number.number, one.number.running
        _say(lang, word, number=number, running=running, date=on, by=one.issue.signed_by,
             file=made.name)  # fmt: skip
        if not one.corrects:
            _say(lang, "would_lock" if target is None else "locked", period=one.period)
        if one.undecided:
            _say(lang, "publish_undecided", count=one.undecided)
    return 1 if stops else 0


def _progress(*, quiet: bool):  # type: ignore[no-untyped-def]
    from pipeline.cli.screen import progress_shown

    return progress_shown(quiet=quiet)


def _say(lang: str, word: str, **params: object) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say

    paragraph(console(), say(word, lang, **params), 0, lang)


def _show_stops(one: Held, stops: Sequence[Stop], head: str, lang: str) -> None:
    _say(lang, head, file=one.path.name, count=len(stops))
    for stop in stops:
        _say(lang, f"stop_{stop}", file=one.path, count=len(one.verification.wrong),
             date=one.issue.signed_on, by=one.issue.signed_by)  # fmt: skip
