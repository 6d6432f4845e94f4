"""Small charts for tests, and a briefing that they are annexes of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from briefings import BRIEFING, DAY, TEMPLATE

from pipeline.write.briefing import write_briefing
from pipeline.write.content import Chart, Grid, Placed, Series


def drawn(
    numbers: dict[str, Sequence[str | None]],
    names: Sequence[str] = ("甲厂", "乙厂"),
    kind: Literal["stacked", "bars", "trend"] = "stacked",
    rates: Sequence[str] = (),
) -> Chart:
    series = tuple(
        Series(
            name,
            tuple(None if v is None else Placed(v, f"s{n}x{at}") for at, v in enumerate(values)),
            n,
            name in rates,
        )
        for n, (name, values) in enumerate(numbers.items())
    )
    return Chart(("图（截至2020年10月9日）",), kind, tuple(names), series, "替代文字")


THREE = {"已完成": ("2", "0"), "达到序时进度": ("1", "3"), "超期": ("0", "1")}
TREND = drawn(
    {"事项总数": ("38", "39"), "已完成": ("24", None), "整改完成率": ("63.2", "66.7")},
    ("10月9日", "10月16日"),
    "trend",
    ("整改完成率",),
)


def briefing(*annexes: Grid | Chart) -> bytes:
    return write_briefing(replace(BRIEFING, annexes=annexes), TEMPLATE, DAY)
