"""``taizhang merge``: a period from its folder to its files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.hand import at_work
from pipeline.cli.options import (
    as_of_option,
    json_option,
    lang_option,
    profile_option,
    read_period,
)
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.configuration import Form
    from pipeline.inputs import Inputs
    from pipeline.model import Period
    from pipeline.profile import Profile
    from pipeline.run import Outcome
    from pipeline.store import Store
    from pipeline.workspace import Workspace


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@as_of_option
@click.option("--out", type=click.Path(path_type=Path), help="结果放在哪里。Where results go.")
@profile_option
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True,
              help="同时读几批文件。Batches read at once.")  # fmt: skip
@click.option("--form", type=click.Choice(["weekly", "daily"]),
              help="周报，还是一页的日报。The whole briefing, or one page.")  # fmt: skip
@click.option("--since", default="", metavar="DATE|last|month",
              help="与哪一期比：默认为上一期同样形式的；last 最近一期，month 上月同日。"
                   " What it is compared with.")  # fmt: skip
@json_option
@lang_option
def merge(
    folder: Path | None,
    as_of: tuple[str, ...],
    out: Path | None,
    profile_files: tuple[str, ...],
    jobs: int,
    form: Form | None,
    since: str,
    as_json: bool,
    lang: str,
) -> int:
    """汇总一期：收表、核对、汇总，写出总台账、问题清单和简报。

    FOLDER 是收到的台账所在文件夹；在工作文件夹中默认为 inbox/。
    Merge a period's ledgers into the master, the findings and the briefing.

    退出码 Exit codes: 0 完成 done; 1 完成但有行待裁定 rows await a decision; 2 用法或配置有误
    usage or configuration; 3 无法完成 could not do it.
    """
    from pipeline.cli.screen import progress_shown, show_outcome
    from pipeline.workspace import find

    workspace = find(Path.cwd()) or (find(folder.resolve()) if folder and not out else None)
    with progress_shown(quiet=as_json) as progress:
        outcome = run_period(
            workspace, folder, as_of, out, profile_files, jobs, lang, progress, form, since
        )
    if as_json:
        click.echo(json.dumps(outcome.manifest, ensure_ascii=False, indent=1))
    else:
        show_outcome(outcome)
    return 1 if any(f.severity == "E" for f in outcome.findings) else 0


def run_period(
    workspace: Workspace | None,
    folder: Path | None,
    as_of: Sequence[str],
    out: Path | None,
    profile_files: Sequence[str],
    jobs: int,
    lang: str,
    progress: Any,
    form: Form | None = None,
    since: str = "",
) -> Outcome:
    """Set up a run inside a workspace or without one, and run it."""
    from pipeline.inputs import inputs_of
    from pipeline.job import Job
    from pipeline.registry import Registry
    from pipeline.run import run
    from pipeline.shipped import briefing_template, shipped
    from pipeline.workspace import without_workspace

    files = tuple(Path(name) for name in profile_files)
    if workspace is None:
        if since:
            raise UsageError("--since 只能在工作文件夹中用", "工作文件夹用 taizhang init 建立")
        if folder is None or out is None:
            raise UsageError(
                "这里不是工作文件夹，须给出台账文件夹和 --out",
                "例如 taizhang merge 收到的台账 --as-of 2020-10-09 --out 结果",
            )
        profiles = without_workspace(files)
        period = read_period(as_of, profiles)
        template = shipped(briefing_template(lang))
        job = Job(
            folder=folder,
            out=out,
            period=period,
            profiles=profiles,
            registry=Registry(given=False),
            template=template,
            inputs=inputs_of(profiles, template),
            workers=jobs,
            lang=lang,
            daily=form == "daily",
        )
        return run(job, progress)
    return run_in_workspace(workspace, folder, as_of, out, files, jobs, lang, progress, form, since)


def run_in_workspace(
    workspace: Workspace,
    folder: Path | None,
    as_of: Sequence[str],
    out: Path | None,
    files: tuple[Path, ...],
    jobs: int,
    lang: str,
    progress: Any,
    form: Form | None = None,
    since: str = "",
    correction: str = "",
) -> Outcome:
    """Run a period of a workspace; with a reason for a ``correction``, one that is published."""
    from pipeline.job import Job
    from pipeline.run import run
    from pipeline.shipped import briefing_template
    from pipeline.since import chosen
    from pipeline.workspace import without_workspace

    profiles = without_workspace(files) if files else workspace.profiles()
    period = read_period(as_of, profiles)
    template = workspace.own(briefing_template(lang))
    campaign = workspace.configuration.campaign
    with ExitStack() as stack:
        store = stack.enter_context(at_work(workspace))
        store.check_runnable(period.id, correction)
        _refuse_earlier_dates(period, store)
        form = form or campaign.form
        since = chosen(store.periods(), period.id, form, since)
        results = out or workspace.output / period.id
        _refuse_waiting_rulings(results / "findings.xlsx", period, workspace, profiles, store)
        job = Job(
            folder=folder or workspace.inbox,
            out=results,
            period=period,
            profiles=profiles,
            registry=workspace.registry(),
            template=template,
            campaign=campaign,
            store=store,
            archive=workspace.archive,
            records=workspace.records,
            inputs=_inputs(workspace, period, profiles, template, store, since),
            workers=jobs,
            lang=lang,
            daily=form == "daily",
            since=since,
            remarks=workspace.remarks(period.id),
            correction=correction,
            cutoff=workspace.configuration.cutoff_rule,
        )
        return run(job, progress)


def _refuse_earlier_dates(period: Period, store: Store) -> None:
    """A ledger's date never goes back: its figures would undo what was reported already."""
    for before in store.periods():
        for name, day in before.as_of.items():
            if before.id < period.id and name in period.as_of and period.as_of[name] < day:
                raise UsageError(
                    f"{name} 的统计截止日期 {period.as_of[name]} 早于 {before.id} 一期的 {day}",
                    "请检查 --as-of",
                )


def _refuse_waiting_rulings(
    file: Path, period: Period, workspace: Workspace, profiles: Sequence[Profile], store: Store
) -> None:
    """Stop where a findings workbook holds rulings that were not taken in: they would be lost."""
    from pipeline.decide import recorded, rulings_in
    from pipeline.read import cells

    if not file.is_file() or _hash(file.read_bytes()) in store.outputs(period.id).values():
        return
    found = rulings_in(cells(file), profiles, workspace.registry(), "", file)
    known = {name: store.decisions(name) for name in {d.ledger for d in found.decisions}}
    waiting = sum(not recorded(d, known[d.ledger]) for d in found.decisions) + len(found.refused)
    if waiting:
        raise UsageError(
            f"{file.name} 里有 {waiting} 条裁定还没有收入", f"请先运行 taizhang decide {file}"
        )


def _previous(store: Store, period: Period) -> str | None:
    """Hash of the manifest of the period before, as it was written."""
    earlier = store.previous(period.id)
    return store.outputs(earlier.id).get("run.json") if earlier is not None else None


def _inputs(
    workspace: Workspace,
    period: Period,
    profiles: Sequence[Profile],
    template: Path,
    store: Store,
    since: str,
) -> Inputs:
    """What a run in a workspace depends on beside what it collects."""
    from pipeline.inputs import inputs_of

    return inputs_of(
        profiles,
        template,
        registry=workspace.registry_file,
        configuration=workspace.config_file,
        decisions=[d for profile in profiles for d in store.decisions(profile.id)],
        rosters={p.id: store.roster_digest(p.id, period.id) for p in profiles},
        since=_rosters_since(period, profiles, store, since),
        earlier={p.id: store.earlier(p.id, period.id) for p in profiles},
        calls={p.id: store.roll_calls(p.id, period.id) for p in profiles},
        previous=_previous(store, period),
    )


def _rosters_since(
    period: Period, profiles: Sequence[Profile], store: Store, since: str
) -> dict[str, str]:
    """Hashes of the rosters compared with, where these are not those before the period."""
    from pipeline.since import compared_with

    periods = store.periods()
    found = {p.id: compared_with(periods, period.id, since, p.id) for p in profiles}
    untils = {name: one[1] for name, one in found.items() if one and one[1] != period.id}
    return {name: store.roster_digest(name, until) for name, until in untils.items()}


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
