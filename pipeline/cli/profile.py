"""``taizhang profile``: check a ledger's profile, or show what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.options import json_option, lang_option

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.profile import Profile


@click.group()
def profile() -> None:
    """台账模板：检查、查看、由样表起草。Profiles: check one, show it, or draft one."""


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


@profile.command()
@click.argument("sample", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path),
              help="放在哪个文件夹下。Where the profile's folder is made.")  # fmt: skip
@click.option("--id", "name", default="", help="台账的标识。Identifier of the ledger.")
@lang_option
def new(sample: Path, out: Path | None, name: str, lang: str) -> int:
    """由样表起草台账模板：表头、列、类型、可选值、编号、状态、日期，逐处标明待核对。

    Draft a profile from any workbook. Each guess stands under its reason, marked for review;
    what is there already is never overwritten.
    """
    from pipeline.draft import draft, written
    from pipeline.messages import say
    from pipeline.read import pages
    from pipeline.workspace import find

    _must_be_identifier(name)
    made = draft(pages(sample), sample.name, name)
    workspace = find(Path.cwd())
    root = out or (workspace.root / "input_templates" if workspace is not None else Path())
    text = written(made)
    path = _write_new(root / made.id / "profile.toml", text)
    told: dict[str, dict[str, Any]] = {
        "draft_written": {"path": path, "marks": text.count("# 请核对")},
        "draft_table": {"sheets": "、".join(made.sheets), "header": made.header[1] + 1,
                        "rows": made.rows, "columns": len(made.columns)},
        "draft_key": {"key": made.key, "subject": made.subject, "status": made.states.column},
        "draft_reads": _read_by(path, sample),
        "draft_next": {"path": path.parent},
    }  # fmt: skip
    for word, params in told.items():
        click.echo(say(word, lang, **params))
    return 0


def _read_by(profile: Path, sample: Path) -> dict[str, int]:
    """How many rows of the sample are data by the drafted profile, and how many are set aside."""
    from pipeline.model import REASON, Submission
    from pipeline.profile import load_profile
    from pipeline.read import read

    drafted = load_profile(profile)
    file = Submission(0, sample.name, "", sample, sample.stat().st_size)
    rows = read([file], [drafted], jobs=1).rows[drafted.id]
    aside = rows.num_rows - rows.column(REASON).null_count
    return {"rows": rows.num_rows - aside, "aside": aside}


def _must_be_identifier(name: str) -> None:
    from pipeline.errors import UsageError

    if name and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise UsageError(
            f"『{name}』不能作标识", "请用小写英文字母、数字和下划线，如 audit_findings"
        )


def _write_new(path: Path, text: str) -> Path:
    """Write a file that is not there yet; what a person has is never overwritten."""
    from pipeline.errors import ImpossibleError, UsageError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as fault:
        raise UsageError(
            f"{path} 已经存在，没有改动", "请用 --id 或 --out 换一个地方，或先移走它"
        ) from fault
    except OSError as fault:
        raise ImpossibleError(f"写不了 {path}：{fault.strerror}", "请检查文件夹的权限") from fault
    return path


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
