"""``taizhang decide``: rulings from a findings workbook into the store."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.hand import at_work


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def decide(file: Path) -> int:
    """把 findings.xlsx『裁定』表中填好的裁定收进来，下次 merge 生效。

    Take in the rulings of a findings workbook; the next merge applies them. The workbook is kept in
    the archive; once all of it is taken in, merge may replace it.

    退出码 Exit codes: 0 全部收入 all taken in; 1 有的行没有收入 some lines were refused.
    """
    from pipeline.collect import keep
    from pipeline.decide import aliases_in, rulings_in
    from pipeline.profile import add_aliases, with_aliases
    from pipeline.read import cells
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    with at_work(workspace) as store:
        periods = store.periods()
        period = periods[-1].id if periods else ""
        profiles = workspace.profiles()
        found = rulings_in(cells(file), profiles, workspace.registry(), period, file)
        aliases = aliases_in(found.decisions, profiles)
        for profile in profiles:  # refuses what would make the profile contradict itself
            with_aliases(profile, aliases)
        # The store last: until it has the rulings, merge asks for them to be taken in again.
        named = add_aliases(workspace.aliases, aliases)
        if not found.refused:
            keep(file, workspace.archive)
        added = store.add_decisions(found.decisions)
    click.echo(f"收入裁定 {added} 条（重复的不再记）。")
    if named:
        click.echo(f"其中 {named} 条作为别名记入 {workspace.aliases.name}，今后都这样认。")
    for refused in found.refused:
        click.echo(f"  第 {refused.row} 行没有收入：{refused.why}")
    if added:
        click.echo("请再运行 taizhang merge，裁定即生效。")
    return 1 if found.refused else 0
