"""``taizhang report``: a Word document on one row, such as one key case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import lang_option
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from pipeline.profile import Profile
    from pipeline.workspace import Workspace


@click.command()
@click.argument("ledger")
@click.argument("number")
@click.option("--enterprise", help="几家企业编号相同时，是哪家的。Whose, where several have it.")
@click.option("--out", type=click.Path(path_type=Path), help="放在哪里。Where it goes.")
@lang_option
def report(ledger: str, number: str, enterprise: str | None, out: Path | None, lang: str) -> int:
    """写出一件的情况报告（Word），如一起重点案件。

    LEDGER 是台账，如 case；NUMBER 是编号，如受理编号。用最近一期的数据；不对领导公开的栏目不列出。
    Write a Word report on one row, as it stood in the newest period, such as one key case. What
    leadership may not see is left out.
    """
    from pipeline.shipped import briefing_template
    from pipeline.workspace import required
    from pipeline.write.briefing.row_report import write_row_report
    from pipeline.write.names import safe_name
    from pipeline.write.outputs import deliver
    from pipeline.write.row_report import row_report

    workspace = required(Path.cwd())
    profile = named_ledger(workspace.profiles(), ledger)
    row, as_of, period = _row(workspace, profile, number, enterprise)
    paper = row_report(row, profile, as_of, workspace.configuration.campaign.office, lang)
    made = write_row_report(paper, workspace.own(briefing_template(lang)), as_of)
    name = safe_name(f"{paper.title}-{row.column(profile.key)[0].as_py()}", ".docx")
    folder = out or workspace.output / period / "reports"
    delivery = deliver(folder, {name: made}, {})
    click.echo(f"已写出：{folder / delivery.beside.get(name, name)}")
    return 0


def named_ledger(profiles: tuple[Profile, ...], text: str) -> Profile:
    """Return the ledger that an operator named: identifier, its beginning, or label."""
    found = [p for p in profiles if text in (p.id, p.label.zh, p.label.en)]
    found = found or [p for p in profiles if p.id.startswith(text)]
    if len(found) != 1:
        known = "、".join(f"{p.id}（{p.label.zh}）" for p in profiles)
        raise UsageError(f"没有名为『{text}』的台账", f"可用：{known}")
    return found[0]


def _bare(number: str) -> str:
    return "".join(sign for sign in number if sign.isalnum())


def _row(
    workspace: Workspace, profile: Profile, number: str, enterprise: str | None
) -> tuple[pa.Table, date, str]:
    """Return the one row with that number, its as-of date, and the newest period."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from rapidfuzz import process

    from pipeline.merge import roster_schema
    from pipeline.model import ENTERPRISE, KEY
    from pipeline.states import with_states
    from pipeline.store import Store
    from pipeline.text import fold

    label = profile.column(profile.key).label.zh
    with Store.open(workspace.database) as store:
        periods = [p for p in store.periods() if profile.id in p.as_of]
        roster = store.roster(profile.id, "9999-12-31", roster_schema(profile))
    if not periods:
        raise UsageError("这本台账还没有统计过", "请先运行 taizhang merge --as-of 日期")
    as_of = periods[-1].as_of[profile.id]
    exact = pc.fill_null(pc.equal(roster.column(KEY), fold(number)), False)
    # A star or a hyphen is easily left out, or taken by the shell.
    bare = [_bare(key or "") == _bare(fold(number)) for key in roster.column(KEY).to_pylist()]
    rows = roster.filter(exact if pc.any(exact).as_py() else pa.array(bare, pa.bool_()))
    if enterprise is not None:
        name = workspace.registry().required(enterprise)
        rows = rows.filter(pc.fill_null(pc.equal(rows.column(ENTERPRISE), name), False))
    if rows.num_rows == 1:
        return with_states(rows, profile, as_of), as_of, periods[-1].id
    if rows.num_rows:
        owners = "、".join(sorted(filter(None, rows.column(ENTERPRISE).to_pylist())))
        raise UsageError(
            f"『{number}』有 {rows.num_rows} 件：{owners}", "请加 --enterprise 企业名称"
        )
    known = [text for text in roster.column(profile.key).to_pylist() if text]
    near = [text for text, *_ in process.extract(number, known, limit=3, score_cutoff=60)]
    hint = f"，是不是『{'』『'.join(near)}』？" if near else ""
    raise UsageError(f"台账中没有{label}为『{number}』的{hint}", f"请照台账填写{label}")
