"""``taizhang template``: blank ledgers, or those of the next period with what is still open."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import as_of_option, lang_option, profile_option, read_period
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.model import Period
    from pipeline.prefill import Prefilled
    from pipeline.profile import Profile
    from pipeline.registry import Registry
    from pipeline.workspace import Workspace


@click.command()
@click.option("--briefing", "of_briefing", is_flag=True,
              help="改为生成简报模板，附标签一览。The briefing's template instead.")  # fmt: skip
@click.option("--enterprise", "names", multiple=True, metavar="NAME",
              help="只做这家企业的（可多次给出）。Only for this enterprise.")  # fmt: skip
@click.option("--ledger", "ledgers", multiple=True, help="只做这个台账的。Only this ledger.")
@as_of_option
@click.option("--out", type=click.Path(path_type=Path), help="放在哪里。Where they go.")
@click.option("--rows", type=click.IntRange(1, 5000), default=200, show_default=True,
              help="备好几行。How many rows are prepared.")  # fmt: skip
@profile_option
@lang_option
def template(
    of_briefing: bool,
    names: tuple[str, ...],
    ledgers: tuple[str, ...],
    as_of: tuple[str, ...],
    out: Path | None,
    rows: int,
    profile_files: tuple[str, ...],
    lang: str,
) -> int:
    """生成下发的空白台账：名录中每家企业一份；没有名录时一份通用的。

    One blank ledger for each enterprise of the registry that must report, or one general one. What
    is still open stands in it already; what was accepted stands locked on a sheet of its own, and
    the last period's faults on top of the instructions. With --briefing: the briefing's template,
    to be edited in Word, with a page that lists its tags, their meaning and their value today.
    """
    from pipeline.registry import Registry
    from pipeline.workspace import find, without_workspace
    from pipeline.write.outputs import deliver

    workspace = find(Path.cwd())
    if of_briefing:
        return _briefing_template(workspace, out, lang)
    files = tuple(Path(name) for name in profile_files)
    profiles = workspace.profiles() if workspace and not files else without_workspace(files)
    unknown = [name for name in ledgers if name not in {p.id for p in profiles}]
    if unknown:
        raise UsageError(f"没有名为『{unknown[0]}』的台账", f"可用：{_ids(profiles)}")
    chosen = tuple(p for p in profiles if not ledgers or p.id in ledgers)
    if names:
        chosen = _reported(chosen)
    period = read_period(as_of, chosen)
    registry = workspace.registry() if workspace is not None else Registry(given=False)
    made: dict[str, bytes] = {}
    with ExitStack() as stack:
        known = _known(stack, workspace, chosen, period, registry, lang)
        for profile in chosen:
            mine = known.get(profile.id, {})
            made |= _ledgers(profile, period, registry, names, mine, rows, lang)
    root = workspace.output / period.id / "blank" if workspace else Path("blank") / period.id
    folder = out or root
    delivery = deliver(folder, made, {})
    click.echo(f"已生成 {len(made)} 份空白台账：{folder}")
    for kept, beside in delivery.beside.items():
        click.echo(f"  {kept} 已有改动，原样保留，新的一份是 {beside}")
    return 0


def _reported(profiles: tuple[Profile, ...]) -> tuple[Profile, ...]:
    """Leave out ledgers kept centrally, which no enterprise reports; UsageError if none stay."""
    found = tuple(profile for profile in profiles if profile.reported)
    if not found:
        raise UsageError(f"{_ids(profiles)} 由经办集中管理，不由企业填报", "请去掉 --enterprise")
    return found


def _briefing_template(workspace: Workspace | None, out: Path | None, lang: str) -> int:
    """Write the briefing's template, as it is in use, with the list of its tags."""
    from pipeline.shipped import briefing_template, shipped
    from pipeline.write.briefing.listing import with_listing
    from pipeline.write.outputs import deliver

    name = briefing_template(lang)
    template = workspace.own(name) if workspace is not None else shipped(name)
    made = with_listing(template, _values(workspace), lang)
    own = workspace.root / "input_templates" if workspace is not None else Path()
    target = out or own / name
    delivery = deliver(target.parent, {target.name: made}, {})
    written = target.parent / delivery.beside.get(target.name, target.name)
    click.echo(f"已生成简报模板：{written}")
    click.echo(f"  请在 Word 中修改，存为工作文件夹里的 input_templates/{name} 即生效；")
    click.echo("  最后是标签一览，生成简报时自动去掉")
    return 0


def _values(workspace: Workspace | None) -> Mapping[str, str]:
    """What the tags stood for when the newest period was merged; nothing before the first."""
    runs = sorted(workspace.output.glob("*/run.json")) if workspace is not None else []
    try:
        told = json.loads(runs[-1].read_text(encoding="utf-8"))["tags"] if runs else {}
    except (OSError, ValueError, KeyError):
        return {}
    return told if isinstance(told, dict) else {}


def _ids(profiles: tuple[Profile, ...]) -> str:
    return "、".join(profile.id for profile in profiles)


def _ledgers(
    profile: Profile,
    period: Period,
    registry: Registry,
    names: tuple[str, ...],
    known: Mapping[str, Prefilled],
    rows: int,
    lang: str,
) -> dict[str, bytes]:
    """Make a profile's blank ledgers: path within the output folder -> bytes."""
    from pipeline.prefill import Prefilled
    from pipeline.rollcall import must_report
    from pipeline.write.blank import BlankLedgers
    from pipeline.write.names import safe_name

    chosen: list[str | None] = [registry.required(text) for text in names]
    if not names:
        everyone = [e.name for e in registry.enterprises if must_report(e, profile)]
        chosen = [*everyone] if everyone and profile.reported else [None]
    as_of = period.as_of[profile.id]
    label = profile.label.say(lang)
    blanks = BlankLedgers(
        profile,
        enterprises=registry.names,
        period=period.id,
        as_of=as_of,
        rows=rows,
        lang=lang,
    )
    made = {}
    for name in chosen:
        mine = known.get(name or "", Prefilled())
        made[safe_name(f"{label}-{name}" if name else label, ".xlsx")] = blanks.ledger(
            name, mine.items, accepted=mine.accepted, faults=mine.faults
        )
    return made


def _known(
    stack: ExitStack,
    workspace: Workspace | None,
    profiles: Sequence[Profile],
    period: Period,
    registry: Registry,
    lang: str,
) -> dict[str, Mapping[str, Prefilled]]:
    """What each enterprise's ledger holds beforehand, by ledger; says where faults are unknown."""
    if workspace is None or not workspace.database.exists():
        return {}
    from pipeline.findings import findings_table
    from pipeline.prefill import last_findings, prefilled
    from pipeline.store import Store

    store = stack.enter_context(Store.open(workspace.database))
    findings = last_findings(store, period, workspace.output)
    if findings is None:
        click.echo(
            "上期的 findings.parquet 不在或已改动，上期问题没有列入；可重新 merge 上期", err=True
        )
        findings = findings_table()
    return {p.id: prefilled(store, p, period, registry, findings, lang) for p in profiles}
