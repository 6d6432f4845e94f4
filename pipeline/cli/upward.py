"""``taizhang upward``: the parent group's own form, and the register of what was reported."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from pipeline.cli.options import json_option, period_option, read_date
from pipeline.errors import UsageError


@click.command()
@click.argument("form", required=False, type=click.Path(path_type=Path))
@period_option
@click.option("--on", metavar="DATE", help="上报日期；给出即登记。When it was reported: noted.")
@click.option("--by", default="", help="谁报的。Who reported it.")
@click.option("--out", type=click.Path(path_type=Path), help="放在哪个文件夹。The folder.")
@click.option(
    "--list", "listed", is_flag=True, help="已报了什么，与现在的数有何不同。What was reported."
)
@json_option
def upward(
    form: Path | None,
    period: str | None,
    on: str | None,
    by: str,
    out: Path | None,
    listed: bool,
    as_json: bool,
) -> int:
    """填上级单位自己的报表，并登记何时向谁报了哪些数。

    FORM 是映射文件（.toml）：报表的哪一列填台账的哪一列或哪个指标。
    Fill the parent group's own workbook by a mapping, and note what was reported to whom.
    """
    from pipeline.cli.hand import at_work
    from pipeline.cli.screen import progress_shown
    from pipeline.upward import register, report_upward
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    if listed:
        _show(register(workspace), as_json=as_json)
        return 0
    if form is None:
        raise UsageError("须给出映射文件", "例如 taizhang upward 上级报表.toml，或用 --list")
    if bool(on) != bool(by.strip()):
        raise UsageError("登记上报须同时给出 --on 和 --by", "只填表不登记的，两个都不给")
    with at_work(workspace) as store, progress_shown(quiet=as_json) as progress:
        periods = store.periods()
        if not periods:
            raise UsageError("还没有汇总过", "请先运行 taizhang merge")
        day = read_date(on) if on else None
        made = report_upward(
            workspace, store, form, period or periods[-1].id, day, by.strip(), out, progress
        )
    if as_json:
        click.echo(json.dumps({"file": str(made.file), "rows": made.rows,
                               **asdict(made.report)}, ensure_ascii=False, indent=1))  # fmt: skip
        return 0
    click.echo(f"已填 {made.rows} 行：{made.file}")
    noted = f"已登记：{on} 由 {by.strip()} 报 {made.report.recipient}。"
    click.echo(noted if on else "没有登记；报出后请加 --on 日期 --by 姓名 再运行一次。")
    return 0


def _show(found: list, *, as_json: bool) -> None:  # type: ignore[type-arg]
    if as_json:
        told = [{**asdict(one), "moved": [asdict(m) for m in moved]} for one, moved in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if not found:
        click.echo("还没有登记过上报。")
    for one, moved in found:
        click.echo(f"{one.on}  {one.by} 报 {one.recipient}：{one.period_id} 一期，{one.name}")
        for each in moved:
            at = f"（{each.at}）" if each.at else ""
            click.echo(f"  {each.figure}{at}：当时报 {each.reported}，现在 {each.now}")
