"""``taizhang init`` and ``taizhang demo``: a fresh workspace, empty or with the example."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from pipeline.cli.options import lang_option
from pipeline.errors import UsageError

_CONFIG = """\
# 台账工作文件夹的配置。各项均可修改；日期、密码不写在这里。
[campaign]
name = ""                      # 工作名称，如 某集团生态环境保护督察整改
title = { zh = "督察整改简报", en = "Rectification briefing" }   # 简报报头
office = ""                    # 编发单位
item_name = { zh = "整改事项", en = "items" }   # 本次工作对事项的称呼，如 立行立改事项
marking = ""                   # 如 内部资料
report_to = []                 # 报
send_to = []                   # 送
copy_to = []                   # 发
copies = 0                     # 共印份数，0 为不印
first_number = 1               # 第一期的期号
first_running = 1              # 第一期的总期号
# first_daily_number = 1       # 日报另编期号：第一期日报的期号、总期号
# first_daily_running = 1
form = "weekly"                # weekly 周报（含附件），daily 一页的日报

[ledgers]
# 使用的台账，第一个为主台账；另有 publicity（联系方式张贴）、inspections（内部督查）、
# letters（函件传达）、process（督察日常），见 taizhang profile show
use = ["rectification", "cases"]

# 须报送某台账的企业，按企业名录的列挑选，如只要被督察的：
# [roll_call]
# rectification = { visited = ["是"] }

# 台账没有写明期限的，按交办（印发、提出）之后多少天办结推算：days 自然日，working_days 工作日：
# [days_allowed]
# cases = { due = { working_days = 10 } }

# 报送截止时刻：统计截止日期（或其后几天 days、几个工作日 working_days）的几点，北京时间：
# [cutoff]
# hour = "17:00"
# days = 0

# 国家公布的放假调休安排之外的日子，及尚未收入程序的年份：
# [calendar]
# days_off = [2027-02-08]        # 放假
# working_days = [2027-02-20]    # 周末上班
"""


@click.command()
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
def init(folder: Path) -> int:
    """建立工作文件夹：配置、企业名录、收件夹。Set up a workspace in FOLDER.

    已有的文件不会改动。Files that are there already stay as they are.
    """
    from pipeline.shipped import shipped

    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    made = []
    if not (folder / "taizhang.toml").exists():
        (folder / "taizhang.toml").write_text(_CONFIG, encoding="utf-8")
        made.append("taizhang.toml")
    if not (folder / "enterprises.xlsx").exists():
        shutil.copyfile(shipped("enterprises.xlsx"), folder / "enterprises.xlsx")
        made.append("enterprises.xlsx")
    click.echo(f"工作文件夹：{folder}" + (f"（新建 {'、'.join(made)}）" if made else "（已有）"))
    click.echo("接下来：")
    click.echo("  1. 填写 enterprises.xlsx（只有企业名称必填）和 taizhang.toml")
    click.echo("  2. taizhang template --as-of 2020-10-09   生成各企业的空白台账")
    click.echo("  3. 把收到的台账放进 inbox/，然后 taizhang merge --as-of 2020-10-09")
    return 0


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@lang_option
def demo(folder: Path | None, lang: str) -> int:
    """用自带的虚构示例跑一遍。Run the shipped, fictional example in a fresh workspace.

    FOLDER 默认为 taizhang-demo。By default taizhang-demo.
    """
    from pipeline.cli.merge import run_period
    from pipeline.cli.screen import progress_shown, show_outcome
    from pipeline.shipped import shipped
    from pipeline.workspace import find

    place = _fresh(folder)
    shutil.copytree(shipped("example"), place, dirs_exist_ok=True)
    click.echo(f"示例工作文件夹：{place}（内容均为虚构 everything in it is fictional）\n")
    with progress_shown(quiet=False) as progress:
        outcome = run_period(
            find(place.resolve()),
            None,
            ("cases=2020-10-08", "2020-10-09"),
            None,
            (),
            2,
            lang,
            progress,
        )
    show_outcome(outcome)
    return 0


def _fresh(folder: Path | None) -> Path:
    """A folder that is not there yet, or is empty; the default name counts on."""
    if folder is None:
        names = ("taizhang-demo", *(f"taizhang-demo-{n}" for n in range(2, 1000)))
        return next(Path(name) for name in names if not Path(name).exists())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} 已有内容，示例不会写进去", "请换一个新的文件夹名")
    return folder
