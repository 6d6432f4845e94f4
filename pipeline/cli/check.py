"""``taizhang check``: what an enterprise would be told about its file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import (
    as_of_option,
    json_option,
    lang_option,
    profile_option,
    read_period,
)

if TYPE_CHECKING:
    from pipeline.model import Period
    from pipeline.profile import Profile
    from pipeline.workspace import Workspace
    from pipeline.write.report import Report
    from pipeline.write.told import ToldFinding


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_of_option
@click.option("--out", type=click.Path(path_type=Path), default=Path(),
              help="退回件放在哪里（其下的 returns/）。Where returns/ goes.")  # fmt: skip
@profile_option
@json_option
@lang_option
def check(
    files: tuple[Path, ...],
    as_of: tuple[str, ...],
    out: Path,
    profile_files: tuple[str, ...],
    as_json: bool,
    lang: str,
) -> int:
    """核对企业报来的台账文件，列出问题和已代为理解的写法，并写出可退回的标注件。

    Check ledgers, list what is wrong with them and what was understood though written otherwise,
    and write each one's return: the file as it was sent, faults marked. Without --as-of the newest
    period of the workspace counts, otherwise today.

    退出码 Exit codes: 0 没有问题 no fault; 1 有问题 faults found; 2、3 同 merge as for merge.
    """
    from pipeline.cli.screen import show_findings, show_understood
    from pipeline.messages import say
    from pipeline.workspace import find, without_workspace
    from pipeline.write.understood import Understandings, asked_about, calm

    workspace = find(Path.cwd())
    named = tuple(Path(name) for name in profile_files)
    profiles = without_workspace(named) if named or workspace is None else workspace.profiles()
    period = _period(as_of, profiles, workspace)
    report, findings = _examine(files, period, profiles, workspace, lang)
    faults = [finding for finding in findings if finding.severity in ("E", "W")]
    made = _returns(report, out) if faults else ()
    understood = Understandings(report).first()
    if as_json:
        document = {
            "as_of": {name: str(day) for name, day in period.as_of.items()},
            "files": [s.name for s in report.submissions],
            "rows": {r.profile.id: dict(r.dispositions) for r in report.ledgers},
            "findings": [finding.record() for finding in findings],
            "understood": [each.record() for each in understood],
            "returns": list(made),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    else:
        show_findings(findings, lang)
        alone = len(report.submissions) == 1
        calmly = calm(understood, asked_about(report))
        show_understood(calmly, lang, returned=alone and bool(made))
        _summary(report, faults, period, lang)
        for path in made:
            click.echo(say("check_return", lang, path=path))
    return 1 if faults else 0


def _returns(report: Report, out: Path) -> tuple[str, ...]:
    """Write the returns below ``out``; return where each now stands."""
    from pipeline.write.outputs import deliver
    from pipeline.write.returns.write import write_returns

    files = write_returns(report, lambda s: s.path.read_bytes(), unknown=True)
    if not files:
        return ()
    delivery = deliver(out, files, {})
    return tuple(str(out / delivery.beside.get(path, path)) for path in sorted(files))


def _summary(report: Report, faults: list[ToldFinding], period: Period, lang: str) -> None:
    from pipeline.messages import say

    rows = sum(sum(result.dispositions.values()) for result in report.ledgers)
    counted = sum(result.dispositions["counted"] for result in report.ledgers)
    told = {"files": len(report.submissions), "rows": rows, "counted": counted}
    dates = ", ".join(sorted({str(day) for day in period.as_of.values()}))
    click.echo(say("check_rows", lang, **told, dates=dates))
    errors = sum(finding.severity == "E" for finding in faults)
    numbers = {"errors": errors, "warnings": len(faults) - errors}
    click.echo(say("check_faults", lang, **numbers) if faults else say("check_sound", lang))


def _period(
    as_of: tuple[str, ...], profiles: tuple[Profile, ...], workspace: Workspace | None
) -> Period:
    """The period asked for, else the workspace's newest, else today: the edge may look at it."""
    if not as_of and workspace is not None and workspace.database.exists():
        from pipeline.store import Store

        with Store.open(workspace.database) as store:
            stored = store.periods()
        if stored:
            newest = stored[-1].as_of
            as_of = tuple(f"{name}={day}" for name, day in newest.items())
            as_of = tuple(text for text in as_of if text.split("=")[0] in {p.id for p in profiles})
            as_of = (*as_of, str(max(newest.values())))
    return read_period(as_of or (str(date.today()),), profiles)  # noqa: DTZ011


def _examine(
    files: tuple[Path, ...],
    period: Period,
    profiles: tuple[Profile, ...],
    workspace: Workspace | None,
    lang: str,
) -> tuple[Report, list[ToldFinding]]:
    from pipeline.collect import collect_files
    from pipeline.examine import examine
    from pipeline.job import Job, Watch
    from pipeline.registry import Registry
    from pipeline.shipped import shipped
    from pipeline.write.told import told

    job = Job(
        folder=Path(),
        out=Path(),
        period=period,
        profiles=profiles,
        registry=workspace.registry() if workspace is not None else Registry(given=False),
        template=shipped("briefing.docx"),
        lang=lang,
    )
    report = examine(job, collect_files(files), Watch())
    findings = told(report.findings, report.files, report.sheets, report.profiles, lang)
    return report, [finding for finding in findings if finding.file]
