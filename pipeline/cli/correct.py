"""``taizhang correct``: a published period once more, with a 更正 of what changed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipeline.cli.options import json_option, lang_option
from pipeline.errors import UsageError


@click.command()
@click.argument("period")
@click.option("--reason", required=True, help="为什么更正，写入更正。Why, as the paper says it.")
@json_option
@lang_option
def correct(period: str, reason: str, as_json: bool, lang: str) -> int:
    """更正已印发的一期：重新汇总，写出更正（correction.docx）。

    PERIOD 是已印发的最近一期，如 2020-10-09。更正列出变动的数字、第N期口径、现口径和原因；
    原来印发的文件、清单和输入都留在登记簿和存档中。更正同样要 signoff 和 publish。
    Run the newest published period again and write which of its numbers changed, and why. What was
    issued stays on record. The paper is signed and issued like a briefing.

    退出码 Exit codes: 0 完成 done; 2 没有可更正的 nothing to correct.
    """
    from pipeline.cli.merge import run_in_workspace
    from pipeline.cli.screen import console, paragraph, progress_shown
    from pipeline.messages import say
    from pipeline.replay import stored_period, written_as
    from pipeline.store import PeriodState
    from pipeline.workspace import required
    from pipeline.write.correction import CORRECTION_FILE

    if not reason.strip():
        raise UsageError("更正须写明原因", "请加 --reason，如 --reason 某企业补报两项")
    workspace = required(Path.cwd())
    stored = stored_period(workspace, period)
    as_of = tuple(f"{ledger}={day}" for ledger, day in stored.as_of.items())
    with progress_shown(quiet=as_json) as progress:
        published = stored.state is PeriodState.PUBLISHED
        form, since = written_as(workspace, period) if published else (None, "")
        outcome = run_in_workspace(
            workspace, None, as_of, None, (), 2, lang, progress, form, since, reason.strip()
        )
    file = outcome.folder / outcome.delivery.beside.get(CORRECTION_FILE, CORRECTION_FILE)
    if as_json:
        told = {"period": period, "reason": reason.strip(), "correction": str(file)}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    number = stored.number.number if stored.number else "×"
    paragraph(console(), say("correction_done", lang, number=number, file=file.name), 0, lang)
    paragraph(console(), say("correction_next", lang, file=file), 0, lang)
    return 0
