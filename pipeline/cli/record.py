"""``taizhang record``: what an enterprise told by phone or chat, until it comes in writing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.hand import at_work
from pipeline.cli.options import read_date
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.profile import Profile
    from pipeline.workspace import Workspace


@click.command()
@click.argument("enterprise")
@click.option("--by", required=True, help="谁报的。Who told it.")
@click.option("--at", required=True, metavar="DATE[ TIME]",
              help="何时报的，如 2020-10-09 或 '2020-10-09 15:30'。When it was told.")  # fmt: skip
@click.option(
    "--how", default="电话", show_default=True, help="怎样报的，如 微信。How it was told."
)
@click.option("--item", "items", multiple=True, metavar="NO[=STATUS]",
              help="某一事项的新状态，如 LX-001=已完成；可多次。New state of an item.")  # fmt: skip
@click.option("--set", "cells", multiple=True, metavar="COLUMN=VALUE",
              help="该事项的其他列，如 完成日期=2020-10-08。Other columns of it.")  # fmt: skip
@click.option("--count", "counts", multiple=True, metavar="STATUS=N",
              help="只知道项数时：某状态有几项，如 已完成=3。Items of a status.")  # fmt: skip
@click.option("--nil", "filing", flag_value="nil", help="零报告。Nothing to report.")
@click.option("--unchanged", "filing", flag_value="unchanged", help="无变化。Nothing changed.")
@click.option("--ledger", help="哪一本台账，默认为主台账。Which ledger; the main one by default.")
@click.option("--note", default="", help="备注。Anything worth noting.")
def record(
    enterprise: str,
    by: str,
    at: str,
    how: str,
    items: tuple[str, ...],
    cells: tuple[str, ...],
    counts: tuple[str, ...],
    filing: str | None,
    ledger: str | None,
    note: str,
) -> int:
    """登记企业用电话、微信报来的数，下次 merge 计为“电话报数待确认”。

    ENTERPRISE 是企业名称或简称。收到书面台账后自动核对：相符即确认，不符的列出。
    Record what an enterprise told by phone: items' new states, or only how many items have which
    status. It counts as told by phone until the next ledger confirms or contradicts it.
    """
    from pipeline.phone import PhoneRecord
    from pipeline.record import put
    from pipeline.store.deeds import RECORDED
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    profile = _profile(workspace, ledger)
    registry = workspace.registry()
    name = registry.required(enterprise)
    if sum(map(bool, (items, counts, filing))) != 1:
        raise UsageError(
            "须给出 --item、--count、--nil、--unchanged 中的一种",
            f"例如 taizhang record {enterprise} --by 王某 --at 2020-10-09 --item LX-001=已完成",
        )
    if cells and not items:
        raise UsageError("--set 只能与 --item 一起用", "请给出 --item 编号")
    made = PhoneRecord(
        ledger=profile.id,
        enterprise=name,
        told_by=by,
        told_at=_moment(at),
        how=how,
        note=note,
        items=tuple(_item(text, cells, profile) for text in items),
        counts=dict(_count(text) for text in counts),
        filing=filing or "",  # type: ignore[arg-type]
    )
    lines = _said(made, workspace, profile)
    with at_work(workspace) as store:
        place = put(made, workspace.records, registry.short.get(name, name))
        digest = hashlib.sha256(place.read_bytes()).hexdigest()
        told = {"file": place.name, "sha256": digest, "enterprise": name}
        store.note(RECORDED, "", told)
    click.echo(f"已登记：{place.relative_to(workspace.root)}（{name}，{by}，{made.told_at}）")
    for line in lines:
        click.echo(f"  {line}")
    click.echo("请再运行 taizhang merge，即计为“电话报数待确认”；登记错了，删除该文件即可。")
    return 0


def _profile(workspace: Workspace, ledger: str | None) -> Profile:
    profiles = workspace.profiles()
    if ledger is None:
        return profiles[0]
    for profile in profiles:
        if profile.id == ledger:
            return profile
    raise UsageError(f"没有名为『{ledger}』的台账", f"可用：{'、'.join(p.id for p in profiles)}")


def _moment(text: str) -> str:
    """A date, or a date and a time of day, as ISO 8601."""
    from datetime import time

    day, _, hour = text.strip().replace("T", " ").partition(" ")
    if not hour:
        return read_date(day).isoformat()
    try:
        moment = time.fromisoformat(hour.replace("：", ":").zfill(5))
    except ValueError:
        raise UsageError(f"『{hour}』不是时间", "请写成 2020-10-09 15:30") from None
    return f"{read_date(day)}T{moment.isoformat('minutes')}"


def _item(text: str, cells: tuple[str, ...], profile: Profile) -> dict[str, str]:
    from pipeline.profile import column_named

    number, _, status = text.partition("=")
    found = {profile.key: number.strip()}
    if status.strip():
        found[profile.status_column] = status.strip()
    for cell in cells:
        label, equals, value = cell.partition("=")
        if not equals or not value.strip():
            raise UsageError(f"『{cell}』要写成 列=值", "例如 --set 完成日期=2020-10-08")
        found[column_named(label, profile)] = value.strip()
    if len(found) == 1:
        raise UsageError(f"没有说『{number}』有什么变化", f"例如 --item {number}=已完成")
    return found


def _count(text: str) -> tuple[str, int]:
    status, _, number = text.rpartition("=")
    if not status or not number.strip().isdecimal():
        raise UsageError(f"『{text}』要写成 状态=项数", "例如 --count 已完成=3")
    return status.strip(), int(number)


def _said(made: object, workspace: Workspace, profile: Profile) -> list[str]:
    """Check what was told against the newest roster, and say what it comes to."""
    from pipeline.merge import roster_schema
    from pipeline.phone import PhoneRecord
    from pipeline.record import changes, checked
    from pipeline.store import Store

    assert isinstance(made, PhoneRecord)
    rows = checked(made, profile, workspace.registry())
    if made.filing:
        return ["零报告" if made.filing == "nil" else "无变化"]
    if made.counts:
        told = "、".join(f"{status} {number}" for status, number in made.counts.items())
        return [f"{told}，共 {sum(made.counts.values())} {profile.unit.zh}"]
    with Store.open(workspace.database) as store:
        roster = store.roster(profile.id, "9999-12-31", roster_schema(profile))
    return [
        f"{c.number} {c.text[:24]}：{c.was} → {c.now}"
        if c.was
        else f"{c.number} {c.text[:24]}（新增）"
        for c in changes(rows, roster, profile)
    ]
