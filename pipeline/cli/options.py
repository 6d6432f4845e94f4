"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.model import Period
    from pipeline.profile import Profile

lang_option = click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="结果所用语言。Language of what is written.",
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出打印一个 JSON。Print one JSON document."
)
as_of_option = click.option(
    "--as-of",
    "as_of",
    multiple=True,
    metavar="[LEDGER=]DATE",
    help="统计截止日期，可按台账分别给出。As-of date, for one ledger or all.",
)
period_option = click.option(
    "--period",
    metavar="DATE",
    help="哪一期，如 2020-10-09。The period, by its date.",
)
profile_option = click.option(
    "--profile",
    "profile_files",
    multiple=True,
    type=click.Path(),
    help="只用这个台账模板（文件，或自带的名称）。Use this profile alone: a file or a name.",
)


def read_date(text: str) -> date:
    """Return the day that an operator typed; UsageError with an example where it is none."""
    from pipeline.dates import understand

    if re.fullmatch(r"(\d{4})-\d\d-\d\d", text) and not "1990" <= text[:4] <= "2099":
        raise UsageError(f"『{text}』的年份不在 1990 至 2099 之间", "请写成 2020-10-09")
    understood = understand(text, date(2000, 1, 1), deadline=False)
    if understood.day is None or understood.assumed:
        raise UsageError(f"『{text}』不是完整的日期", "请写成 2020-10-09")
    return understood.day


def read_period(as_of: Sequence[str], profiles: Sequence[Profile]) -> Period:
    """Return the period that ``--as-of`` options name: one date for all, or each ledger its own.

    Raises UsageError for a ledger that is not in use, or one left without a date.
    """
    from pipeline.model import Period

    names = [profile.id for profile in profiles]
    dates: dict[str, date] = {}
    for text in as_of:
        ledger, separator, day = text.rpartition("=")
        if separator and ledger not in names:
            raise UsageError(f"没有名为『{ledger}』的台账", f"可用：{'、'.join(names)}")
        for name in [ledger] if separator else [n for n in names if n not in dates]:
            dates[name] = read_date(day)
    missing = [name for name in names if name not in dates]
    if missing:
        raise UsageError(
            f"没有给出统计截止日期（{'、'.join(missing)}）",
            "请加 --as-of 2020-10-09，或按台账 --as-of cases=2020-10-08",
        )
    return Period(dates[names[0]].isoformat(), {name: dates[name] for name in names})
