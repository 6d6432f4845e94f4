"""``taizhang status``: which periods there are, who is missing, what lies in the inbox."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import json_option


@click.command()
@json_option
def status(as_json: bool) -> int:
    """工作文件夹的情况：各期、期号、报送、收件夹。State of the workspace."""
    from pipeline.collect import collect
    from pipeline.store import Store
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    with Store.open(workspace.database) as store:
        periods = store.status()
        issues = {entry.period.id: store.issues(entry.period.id) for entry in periods}
        taken = store.taken_before("9999-12-31")
    inbox = collect(workspace.inbox, None, taken) if workspace.inbox.is_dir() else None
    fresh = [submission.name for submission in inbox.submissions] if inbox is not None else []
    lines = [
        {
            "period": entry.period.id,
            "state": entry.period.state.value,
            "number": entry.period.number.number if entry.period.number else None,
            "as_of": {name: str(day) for name, day in entry.period.as_of.items()},
            "submissions": dict(entry.submissions),
            "issues": [asdict(issue) for issue in issues[entry.period.id]],
        }
        for entry in periods
    ]
    if as_json:
        document = {"workspace": str(workspace.root), "periods": lines, "inbox_new": fresh}
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        return 0
    _show(workspace.root, lines, fresh)
    return 0


def _show(root: Path, lines: list[dict[str, Any]], fresh: list[str]) -> None:
    from pipeline.messages import say

    click.echo(f"工作文件夹：{root}")
    if not lines:
        click.echo("还没有统计过。请把台账放进 inbox/，运行 taizhang merge --as-of 日期")
    for line in lines:
        state = {"draft": "草稿", "published": "已印发"}.get(line["state"], line["state"])
        number = f"第{line['number']}期" if line["number"] else ""
        counts = line["submissions"].items()
        files = "、".join(f"{say(f'state_{name}', 'zh')} {count}" for name, count in counts)
        click.echo(f"  {line['period']}  {state}  {number}  文件：{files or '无'}")
        for issue in line["issues"]:
            what = f"更正（{issue['reason']}）" if issue["edition"] > 1 else "简报"
            signed = (
                f"{issue['signed_by']} {issue['signed_on']} 签发" if issue["signed"] else "待签发"
            )
            issued = f"，{issue['issued_on']} 印发" if issue["issued"] else ""
            click.echo(f"    {what}：{signed}{issued}")
    click.echo(f"收件夹中有 {len(fresh)} 个未统计过的文件" + ("：" if fresh else "。"))
    for name in fresh[:20]:
        click.echo(f"  {name}")
    if len(fresh) > 20:
        click.echo(f"  ……等 {len(fresh)} 个")
