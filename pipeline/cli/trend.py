"""``taizhang trend``: figures over the periods, as bars with their numbers and changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, lang_option

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.model import Number
    from pipeline.write.trended import Course, Stop, Trend

_LEAST_BAR = 12


@click.command()
@click.argument("figures", nargs=-1)
@click.option("--ledger", help="哪一本台账，如 cases。Which ledger.")
@click.option("--by", metavar="COLUMN", help="按哪一列分，如 企业名称。Column of a breakdown.")
@click.option("--at", metavar="VALUE", help="该列的哪个值，如 某企业。The value in it.")
@click.option(
    "--last",
    type=click.IntRange(min=0),
    help="最近几期；0 为全部；默认与简报走势图相同。How many periods; 0 for all.",
)
@click.option(
    "--form",
    type=click.Choice(["weekly", "daily"]),
    help="只看周报或日报各期。Only weekly or daily issues.",
)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写成 Excel 文件，附图表。Write a workbook with a chart.",
)
@json_option
@lang_option
def trend(
    figures: tuple[str, ...],
    ledger: str | None,
    by: str | None,
    at: str | None,
    last: int | None,
    form: str | None,
    xlsx: Path | None,
    as_json: bool,
    lang: str,
) -> int:
    """各期走势：每期的数、较上一期的增减和条形图。

    FIGURES 是指标（completed、已完成），不写则为简报走势图所用的。更正过的期，原印发数与现在的数都
    列出。--by 和 --at 看其中一家企业或一个类别。
    Figures over the periods with their changes and bars; of a period that was corrected, both
    what was issued and what holds now.
    """
    from pipeline.trace.trend import Asked
    from pipeline.trace.trend import trend as trend_of
    from pipeline.workspace import required
    from pipeline.write.trended import trend_book

    found = trend_of(required(Path.cwd()), Asked(figures, ledger, by, at, form or "", last), lang)
    if xlsx is not None:
        from datetime import date

        xlsx.write_bytes(trend_book(found, date.fromisoformat(found.stops[-1].period), lang))
    if as_json:
        click.echo(json.dumps(found.record(), ensure_ascii=False, indent=1))
        return 0
    _show(found, lang)
    if xlsx is not None:
        from pipeline.messages import say

        click.echo(say("trend_written", lang, file=xlsx))
    return 0


def _show(found: Trend, lang: str) -> None:
    from rich.markup import escape

    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say

    screen = console()
    head = "  ".join(filter(None, (found.label, found.at)))
    screen.print(f"[bold]{escape(head)}[/]")
    for course in found.courses:
        screen.print()
        unit = f"（{course.unit}）" if course.unit and lang == "zh" else ""
        screen.print(f"[bold]{escape(course.label)}[/]{unit}")
        screen.print(_table(found.stops, course, lang))
    for course in found.courses:
        for stop, point in zip(found.stops, course.points, strict=True):
            if point.corrected:
                told = say(
                    "trend_corrected", lang, period=stop.period, figure=course.label,
                    issued=_number(point.issued, course), value=_number(point.value, course),
                )  # fmt: skip
                paragraph(screen, told, 0, lang)


def _table(stops: tuple[Stop, ...], course: Course, lang: str) -> Table:
    """One line for each period: its number, the change, and a bar that begins at 0."""
    from rich import box
    from rich.bar import Bar
    from rich.table import Table

    from pipeline.messages import say

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    dated = any(str(stop.as_of) != stop.period for stop in stops if stop.as_of)
    table.add_column(say("trend_period", lang), no_wrap=True)
    if dated:
        table.add_column(say("trend_as_of", lang), no_wrap=True)
    table.add_column(say("trend_number", lang), justify="right", no_wrap=True)
    table.add_column(say("trend_value", lang), justify="right", no_wrap=True)
    change = "trend_change_points" if course.rate else "trend_change"
    table.add_column(say(change, lang), justify="right", no_wrap=True)
    table.add_column("", ratio=1, min_width=_LEAST_BAR)
    most = max((float(p.value) for p in course.points if p.value is not None), default=0.0)
    size = 100.0 if course.rate and most <= 100 else max(most, 1.0)
    for stop, point in zip(stops, course.points, strict=True):
        if stop.gap:
            blanks = [""] * (4 if dated else 3)
            table.add_row("⋮", *blanks, say("trend_gap", lang, days=stop.gap))
        if point.counted:
            bar: Bar | str = Bar(size, 0, max(float(point.value or 0), 0.0))
        else:
            bar = say("trend_uncounted" if stop.as_of else "trend_absent", lang)
        value = _number(point.value, course) if point.counted else ""
        table.add_row(
            stop.period,
            *([str(stop.as_of or "")] if dated else []),
            str(stop.number or ""),
            value + (" ※" if point.corrected else ""),
            _signed(point.change),
            bar,
        )
    return table


def _number(number: Number, course: Course) -> str:
    from pipeline.write.numbers import printed

    return printed(number) + ("%" if course.rate and number is not None else "")


def _signed(change: Number) -> str:
    if change is None:
        return ""
    return f"{change:+}".replace("-", "−") if change else "0"
