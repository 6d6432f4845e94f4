"""``taizhang dossier``: all that is known of one item, in a folder to be handed over."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import lang_option


@click.command()
@click.argument("item")
@click.option("--ledger", help="哪一本台账，如 rectification。Which ledger.")
@click.option("--enterprise", help="哪家企业的。Whose, where several have it.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["others", "desk"]),
    default="others",
    show_default=True,
    help="给谁看：others 领导、督察组，desk 经办自用。Who may read it.",
)
@click.option("--out", type=click.Path(path_type=Path), help="放在哪里。Where it goes.")
@click.option("--zip", "zipped", is_flag=True, help="另打成一个 zip。Also as one zip file.")
@lang_option
def dossier(
    item: str,
    ledger: str | None,
    enterprise: str | None,
    reader: str,
    out: Path | None,
    zipped: bool,
    lang: str,
) -> int:
    """一事一档：把一个事项的来龙去脉、材料和缺项归成一个文件夹。

    ITEM 是编号、事项标识，或问题描述中的几个字；有几件的，列出供选。默认按领导可见的范围写，企业
    整本台账不放进去；--for desk 全放。
    Gather one item's life, papers and what is missing in a folder. ITEM is its number, its lasting
    id, or words of its description; several are listed. Whole ledgers go in with --for desk alone.
    """
    from pipeline.cli.report import named_ledger
    from pipeline.dossier import find, folder_of, gather
    from pipeline.shipped import briefing_template
    from pipeline.store import Store
    from pipeline.workspace import required
    from pipeline.write.names import safe_name
    from pipeline.write.outputs import deliver
    from pipeline.write.repack import zipped as packed

    workspace = required(Path.cwd())
    profiles = workspace.profiles()
    if ledger is not None:
        profiles = (named_ledger(profiles, ledger),)
    owner = workspace.registry().required(enterprise) if enterprise else None
    output = "dossiers-desk/" if reader == "desk" else "dossiers/"
    with Store.open(workspace.database) as store:
        found = find(store, profiles, item, owner)
        made = gather(store, workspace.archive, found, lang, output)
    template = workspace.own(briefing_template(lang))
    office = workspace.configuration.campaign.office
    files = folder_of(made, template, office, lang, output)
    name = safe_name(f"{found.enterprise}-{found.number or found.id}")
    place = out or workspace.output / found.period / output.rstrip("/")
    delivery = deliver(place / name, files, {})
    click.echo(f"已归档：{place / name}（{len(files)} 个文件）")
    for kept, beside in delivery.beside.items():
        click.echo(f"  {kept} 已有别的内容，没有覆盖；新的是 {beside}")
    if zipped:
        whole = deliver(place, {f"{name}.zip": packed(files)}, {})
        click.echo(f"打包：{place / whole.beside.get(f'{name}.zip', f'{name}.zip')}")
    missing = [need for need in made.needs if need.state == "missing"]
    if missing:
        click.echo(f"缺：{'、'.join(need.material.label.say(lang) for need in missing)}")
    if output != "dossiers-desk/":
        click.echo("图片里有什么程序看不出，送出前请逐张看过。")
    return 0
