"""``taizhang handover``: what a successor needs, as one Word document."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pipeline.cli.options import json_option, lang_option, period_option
from pipeline.errors import UsageError


@click.command()
@period_option
@click.option("--days", default=30, show_default=True, type=click.IntRange(0, 366),
              help="多少天内到期的算临近。Days that count as near.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="放在哪里。Where it goes.")
@json_option
@lang_option
def handover(period: str | None, days: int, out: Path | None, as_json: bool, lang: str) -> int:
    """交接单：待办、裁定及期限、到期事项、联系人、东西在哪里、存档是否完整。

    What a successor needs: what is open, rulings and their ends, what falls due, contacts, where
    everything lies, whether the archive is whole.

    退出码 Exit codes: 0 存档完整 the archive is whole; 1 有缺失 something is lost.
    """
    from pipeline.handover import handover as gathered
    from pipeline.handover import paper_of, record_of
    from pipeline.shipped import briefing_template
    from pipeline.store import Store
    from pipeline.workspace import required
    from pipeline.write.briefing.row_report import write_row_report
    from pipeline.write.outputs import deliver

    workspace = required(Path.cwd())
    with Store.open(workspace.database) as store:
        periods = [p for p in store.periods() if period in (None, p.id)]
        if not periods:
            raise UsageError(f"没有{period or ''}这一期", "可用 taizhang status 查看已有各期")
        found = gathered(workspace, store, periods[-1], days, lang)
    if as_json:
        click.echo(json.dumps(record_of(found), ensure_ascii=False, indent=1, default=str))
        return 0 if found.archive.whole else 1
    paper = paper_of(found, workspace.configuration.campaign.office, lang)
    made = write_row_report(paper, workspace.own(briefing_template(lang)), found.as_of)
    folder = out or workspace.output / found.period.id
    delivery = deliver(folder, {"handover.docx": made}, {})
    click.echo(f"已写出：{folder / delivery.beside.get('handover.docx', 'handover.docx')}")
    if not found.archive.whole:
        lost = len(found.archive.missing) + len(found.archive.changed)
        click.echo(f"存档不完整：{lost} 个文件缺失或被改动，详见交接单。")
    return 0 if found.archive.whole else 1
