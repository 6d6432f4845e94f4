"""``taizhang common``: faults that several enterprises have, for review and for letters."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.common import Common
    from pipeline.profile import Profile
    from pipeline.workspace import Workspace

_FIRST = 15


@click.command()
@click.option("--ledger", help="哪一本台账，默认主台账。Which ledger; the main one by default.")
@click.option("--xlsx", type=click.Path(path_type=Path), help="写出审核表。Workbook for review.")
@click.option("--take", type=click.Path(path_type=Path), help="收进审核表。Take a review in.")
@click.option(
    "--letters",
    type=click.Path(path_type=Path),
    help="按已审核的组写出提示函台账。Letters for reviewed groups, as a ledger.",
)
def common(ledger: str | None, xlsx: Path | None, take: Path | None, letters: Path | None) -> int:
    """举一反三：几家企业都有的同类问题，谁该自查；审核后据以发提示函。

    Faults that several enterprises have, and who should check itself; once reviewed, letters.

    退出码 Exit codes: 0 好 done; 1 审核表有的行没有收入 some lines were refused.
    """
    from pipeline.cli.hand import at_work
    from pipeline.cli.report import named_ledger
    from pipeline.common import common as gathered
    from pipeline.common import review_book, rulings_on, verdicts_in
    from pipeline.read import cells
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    profiles = workspace.profiles()
    profile = named_ledger(profiles, ledger) if ledger else profiles[0]
    registry = workspace.registry()
    refused: tuple[str, ...] = ()
    with at_work(workspace) as store:
        periods = [p for p in store.periods() if profile.id in p.as_of]
        if not periods:
            raise UsageError("这本台账还没有统计过", "请先运行 taizhang merge --as-of 日期")
        as_of = periods[-1].as_of[profile.id]
        groups = gathered(store, profile, registry)
        if take is not None:
            verdicts = verdicts_in(cells(take), groups)
            rulings = [
                ruling
                for by, told in sorted(verdicts.by_reviewer.items())
                for ruling in rulings_on(groups, told, profile.id, by, periods[-1].id)
            ]
            click.echo(f"收入 {store.add_decisions(rulings)} 条。")
            refused = verdicts.refused
            groups = gathered(store, profile, registry)
    for line in refused:
        click.echo(f"  没有收入：{line}")
    if xlsx is not None:
        _write(xlsx, review_book(groups, as_of))
    if letters is not None:
        _write(letters, _letters(workspace, profile, groups, as_of))
    _show(groups)
    return 1 if refused else 0


def _write(path: Path, data: bytes) -> None:
    from pipeline.write.outputs import deliver

    folder = path.parent if str(path.parent) else Path()
    delivery = deliver(folder, {path.name: data}, {})
    click.echo(f"已写出：{folder / delivery.beside.get(path.name, path.name)}")


def _letters(
    workspace: Workspace, profile: Profile, groups: Sequence[Common], as_of: date
) -> bytes:
    from pipeline.profile import load_profile, shipped_profile
    from pipeline.write.blank import BlankLedgers

    letter = profile.common.letter if profile.common is not None else None
    if letter is None:
        raise UsageError(
            f"『{profile.label.zh}』没有声明提示函", "请在 profile.toml 加 [common.letter]"
        )
    own = workspace.root / "input_templates" / letter.ledger
    target = load_profile(own) if own.is_dir() else shipped_profile(letter.ledger)
    rows = [
        {name: text.format(name=group.name) for name, text in letter.fill.items()}
        | {str(target.enterprise_column): unit}
        for group in groups
        if group.reviewed
        for unit in (*group.first, *group.others)
    ]
    names = workspace.registry().names
    made = BlankLedgers(target, enterprises=names, period=str(as_of), as_of=as_of, rows=1)
    return made.ledger(None, rows)


def _show(groups: Sequence[Common]) -> None:
    from pipeline.cli.screen import console, paragraph

    screen = console()
    paragraph(
        screen, f"共性问题 {len(groups)} 组，已审核 {sum(g.reviewed for g in groups)} 组。", 0, "zh"
    )
    for group in groups[:_FIRST]:
        mark = "" if group.reviewed else "（待审核）"
        checks = len(group.first) + len(group.others)
        size = f"{len(group.enterprises)}家{len(group.members)}项，应自查{checks}家"
        told = f"{group.id} {group.name}{mark}：{size}"
        paragraph(screen, told, 2, "zh")
    if len(groups) > _FIRST:
        paragraph(screen, f"……另有 {len(groups) - _FIRST} 组，见 --xlsx", 2, "zh")
