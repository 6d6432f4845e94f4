"""``taizhang profile``: check a ledger's profile, or show what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import json_option, lang_option

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.profile import Profile


@click.group()
def profile() -> None:
    """台账模板：检查、查看。Profiles: check one, or show what it says."""


@profile.command()
@click.argument("names", nargs=-1, required=True)
def check(names: tuple[str, ...]) -> int:
    """检查台账模板文件（或自带模板名），逐处列出错误。Check profiles, and list every fault."""
    for name in names:
        found = load_named(name)
        click.echo(
            f"{name}：没有问题（{found.label.zh}，{len(found.columns)} 列，"
            f"{len(found.rules)} 条规则，{len(found.figures)} 个指标）"
        )
    return 0


@profile.command()
@click.argument("name", required=False)
@json_option
@lang_option
def show(name: str | None, as_json: bool, lang: str) -> int:
    """查看一个台账模板；不给名称则列出自带的。Show a profile, or list those shipped."""
    from pipeline.cli.screen import console
    from pipeline.profile import shipped_profile, shipped_profiles

    if name is None:
        for each in shipped_profiles():
            click.echo(f"{each}  {shipped_profile(each).label.say(lang)}")
        return 0
    found = load_named(name)
    if as_json:
        click.echo(found.model_dump_json(indent=1))
    else:
        _show(console(), found, lang)
    return 0


@profile.command("try")
@click.argument("rule")
@click.option(
    "--profile", "name", metavar="P", help="哪本台账，或台账模板文件。Which ledger, or a file."
)
@click.option("--last", type=click.IntRange(1), default=12, show_default=True,
              help="看最近几期。How many of the newest periods.")  # fmt: skip
@json_option
@lang_option
def try_rule(rule: str, name: str | None, last: int, as_json: bool, lang: str) -> int:
    """试一条规则：在以往各期中会查出什么。

    RULE 是规则代码，试行、生效、停用的都可以；还没有写进台账模板的，给出写有 [[rules]] 的
    .toml 文件。用存档的原件和当时的名册重算，不写任何文件。

    What a rule would have found in past periods: rows, enterprises, rows that would no longer
    count, a few examples. RULE is a code, whatever the rule's life, or a .toml file with [[rules]]
    that are not in a profile yet. Archived originals are read again; nothing is written.
    """
    import json

    from pipeline.cli.trial import document, show, try_rules

    found, tried, older = try_rules(rule, name, last, lang)
    if as_json:
        click.echo(json.dumps(document(found, tried), ensure_ascii=False, indent=1))
    else:
        show(found, tried, older, lang)
    return 0


def load_named(name: str) -> Profile:
    """Load a profile by path, the workspace's own by name, or a shipped one by name."""
    from pipeline.profile import load_profile, shipped_profile
    from pipeline.rules.families import checks
    from pipeline.workspace import find

    path = Path(name)
    workspace = find(Path.cwd())
    own = workspace.root / "input_templates" / name if workspace is not None else None
    if path.exists() or path.suffix == ".toml" or "/" in name:
        found = load_profile(path)
    elif own is not None and own.is_dir():
        found = load_profile(own)
    else:
        found = shipped_profile(name)
    checks(found)
    return found


def _show(screen: Console, found: Profile, lang: str) -> None:
    screen.print(f"{found.label.say(lang)}（{found.id}，第 {found.version} 版）")
    screen.print(found.description.say(lang))
    for title, header, rows in _tables(found, lang):
        _table(screen, title, header, rows)


def _tables(found: Profile, lang: str) -> list[tuple[str, tuple[str, ...], list[Any]]]:
    columns = [
        (c.id, c.label.say(lang), c.type, c.required or "", c.purpose.say(lang))
        for c in found.columns
    ]
    rules = [
        (r.code, r.severity, r.family, r.column or "、".join(r.columns), r.life)
        for r in found.rules
    ]
    figures = [(f.id, f.label.say(lang), f.kind, f.definition.say(lang)) for f in found.figures]
    return [
        ("列 Columns", ("id", "label", "type", "required", "purpose"), columns),
        ("规则 Rules", ("code", "severity", "family", "column", "life"), rules),
        ("指标 Figures", ("id", "label", "kind", "definition"), figures),
    ]


def _table(screen: Console, title: str, header: tuple[str, ...], rows: list[Any]) -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for label in header:
        table.add_column(label, overflow="fold")
    for row in rows:
        table.add_row(*(escape(str(cell)) for cell in row))
    screen.print(table)
