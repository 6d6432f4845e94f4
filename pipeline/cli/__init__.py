"""The command line: parse, call, print. What is heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path

import click

from pipeline import __version__
from pipeline.cli.check import check
from pipeline.cli.common import common
from pipeline.cli.correct import correct
from pipeline.cli.decide import decide
from pipeline.cli.diff import diff
from pipeline.cli.dossier import dossier
from pipeline.cli.explain import explain
from pipeline.cli.export import export
from pipeline.cli.handover import handover
from pipeline.cli.history import history
from pipeline.cli.issue import publish, signoff
from pipeline.cli.merge import merge
from pipeline.cli.profile import profile
from pipeline.cli.record import record
from pipeline.cli.refresh import refresh
from pipeline.cli.report import report
from pipeline.cli.review import review
from pipeline.cli.setup import demo, init
from pipeline.cli.status import status
from pipeline.cli.template import template
from pipeline.cli.trend import trend
from pipeline.cli.upward import upward
from pipeline.cli.verify import verify
from pipeline.errors import OperatorError

UNFORESEEN = 70
"""Exit code of a fault of ours (EX_SOFTWARE in sysexits.h)."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="taizhang")
def taizhang() -> None:
    """台账：收表、核对、汇总、出简报。

    Filled-in Excel ledgers into one checked master ledger and a Word briefing. Start with
    `taizhang demo`, then `taizhang init`.
    """


for command in (
    init, demo, template, check, merge, decide, record, report, dossier, common, explain, verify,
    refresh, review, handover, signoff, publish, correct, export, status, history, trend, diff,
    upward, profile,
):  # fmt: skip
    taizhang.add_command(command)


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    sys.exit(_run())


def _run() -> int:
    try:
        result = taizhang.main(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except SystemExit:
        return 0  # click's own answer to a reader of our output who has gone (`taizhang … | head`)
    except click.exceptions.Abort:
        click.echo("已中断。", err=True)
        return 130
    except KeyboardInterrupt:
        click.echo("已中断。", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except OperatorError as error:
        click.echo(f"错误：{error.message}", err=True)
        if error.remedy:
            click.echo(f"办法：{error.remedy}", err=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output is gone (`taizhang … | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f"{error.filename}：" if error.filename else ""
        click.echo(f"错误：{place}{error.strerror or error}", err=True)
        click.echo("办法：请检查路径、权限和磁盘空间。", err=True)
        return 3
    except Exception:
        return _report_fault()


def _report_fault() -> int:
    """Keep the traceback in a file for whoever mends the program; the user gets one line."""
    text = f"taizhang {__version__}\n{traceback.format_exc()}"
    handle, name = tempfile.mkstemp(prefix="taizhang-fault-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    click.echo(f"程序内部出错，没有写出任何结果。详情见 {Path(name)}", err=True)
    click.echo("办法：请把该文件发给维护者。", err=True)
    return UNFORESEEN
