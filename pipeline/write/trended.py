"""A trend as plain values, and as a workbook with a native chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.messages import say
from pipeline.model import Number
from pipeline.write.numbers import plain
from pipeline.write.sheets import table_sheet
from pipeline.write.style import FONT, Styles, finished, workbook

_HIGH: Final = 320
_WIDE: Final = 900


@dataclass(frozen=True, slots=True)
class Point:
    """A figure in one period. ``counted``: whether that period counted it; a ratio of nothing was
    counted, and is None.

    ``change`` is that against the period before it, None where one of the two has no number.
    ``issued`` is what the first issue printed where a correction made the number another.
    """

    value: Number
    counted: bool
    change: Number = None
    issued: Number = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """A figure over the periods; of a ``rate`` values are per cent, changes percentage points."""

    figure: str
    label: str
    unit: str
    rate: bool
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A period on the way: its id, the ledger's date, None where it had no such ledger.

    ``form`` and ``number`` are those of its briefing ("" and 0 where it has none); ``gap`` are the
    days since the period before where these are more than usual, else 0.
    """

    period: str
    as_of: date | None
    state: str
    form: str
    number: int
    gap: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Figures of a ledger (or of the value ``at`` of its column ``by``) over periods."""

    ledger: str
    label: str
    by: str
    at: str
    stops: tuple[Stop, ...]
    courses: tuple[Course, ...]

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "ledger": self.ledger,
            "by": {self.by: self.at} if self.by else None,
            "periods": [
                {"period": stop.period, "as_of": str(stop.as_of) if stop.as_of else None,
                 "state": stop.state, "form": stop.form or None, "number": stop.number or None}
                for stop in self.stops
            ],
            "figures": [_course(one) for one in self.courses],
        }  # fmt: skip


def _course(one: Course) -> dict[str, Any]:
    points: list[Mapping[str, Any]] = [
        {"value": plain(point.value), "counted": point.counted, "change": plain(point.change),
         **({"issued": plain(point.issued)} if point.corrected else {})}
        for point in one.points
    ]  # fmt: skip
    return {"figure": one.figure, "label": one.label, "rate": one.rate, "points": points}


def trend_book(trend: Trend, created: date, lang: str) -> bytes:
    """Return a workbook: the numbers with their changes, and a chart on an axis of dates.

    Figures are columns of the chart, rates lines against an axis of their own. What is no number is
    a blank cell, and a gap in the chart.
    """
    book, stream = workbook(created)
    sheet = _numbers(book, trend, lang)
    figures = [number for number, one in enumerate(trend.courses) if not one.rate]
    rates = [number for number, one in enumerate(trend.courses) if one.rate]
    if trend.stops:
        _chart(book, sheet, trend, figures, rates)
    return finished(book, stream, created)


def _numbers(book: Workbook, trend: Trend, lang: str) -> Worksheet:
    header = [say("trend_period", lang), say("trend_as_of", lang), say("trend_number", lang)]
    for one in trend.courses:
        label = f"{one.label}（{one.unit}）" if one.unit else one.label
        change = say("trend_change_points" if one.rate else "trend_change", lang)
        header += [label, f"{one.label} {change}", f"{one.label} {say('trend_issued', lang)}"]
    rows = [
        [
            date.fromisoformat(stop.period), stop.as_of, stop.number or None,
            *(cell for one in trend.courses for cell in _cells(one.points[place])),
        ]
        for place, stop in enumerate(trend.stops)
    ]  # fmt: skip
    name = " ".join(filter(None, (trend.label, trend.at))) or trend.ledger
    return table_sheet(book, Styles(book, lang), name, header, rows, [16, 16, 8, *_widths(trend)])


def _cells(point: Point) -> list[Any]:
    issued = point.issued if point.corrected else None
    return [plain(point.value), plain(point.change), plain(issued)]


def _widths(trend: Trend) -> list[float]:
    return [width for _ in trend.courses for width in (14.0, 16.0, 16.0)]


def _chart(
    book: Workbook, sheet: Worksheet, trend: Trend, figures: list[int], rates: list[int]
) -> None:
    made = [(kind, on) for kind, on in (("column", figures), ("line", rates)) if on]
    charts = []
    for kind, on in made:
        chart = book.add_chart({"type": kind})
        for number in on:
            _series(chart, sheet.name, trend, number, second=kind == "line" and bool(figures))
        charts.append(chart)
    first, *second = charts
    for other in second:
        first.combine(other)
        other.set_y2_axis({"num_format": '0"%"', "min": 0})
    first.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd", "num_font": {"name": FONT}})
    first.set_y_axis({"min": 0, "num_format": "0" if figures else '0"%"'})
    first.set_title({"name": trend.at or trend.label, "name_font": {"name": FONT}})
    first.set_legend({"position": "bottom"})
    first.show_blanks_as("gap")
    first.set_size({"width": _WIDE, "height": _HIGH})
    sheet.insert_chart(len(trend.stops) + 2, 0, first)


def _series(chart: Any, sheet: str, trend: Trend, number: int, *, second: bool) -> None:
    last, column = len(trend.stops), 3 + 3 * number
    chart.add_series(
        {
            "name": [sheet, 0, column],
            "categories": [sheet, 1, 0, last, 0],
            "values": [sheet, 1, column, last, column],
            "y2_axis": second,
            **({"marker": {"type": "circle"}} if trend.courses[number].rate else {}),
        }
    )
