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

    Rates are dashed, against an axis of their own. What is no number is a blank cell, and a gap in
    the chart.
    """
    book, stream = workbook(created)
    sheet = _numbers(book, trend, lang)
    if trend.stops:
        _chart(book, sheet, trend)
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
    return [width for one in trend.courses for width in (14.0, 28.0 if one.rate else 16.0, 20.0)]


def _chart(book: Workbook, sheet: Worksheet, trend: Trend) -> None:
    chart = book.add_chart({"type": "line"})
    mixed = len({one.rate for one in trend.courses}) > 1
    last = len(trend.stops)
    for number, one in enumerate(trend.courses):
        column = 3 + 3 * number
        chart.add_series(
            {
                "name": [sheet.name, 0, column],
                "categories": [sheet.name, 1, 0, last, 0],
                "values": [sheet.name, 1, column, last, column],
                "y2_axis": one.rate and mixed,
                "marker": {"type": ("circle", "square", "diamond", "triangle", "x")[number % 5]},
                "line": {"dash_type": "dash"} if one.rate else {},
            }
        )
    percent = {"min": 0, "num_format": '0"%"'}
    chart.set_y_axis(percent if trend.courses[0].rate and not mixed else {"min": 0})
    if mixed:
        chart.set_y2_axis(percent)
    chart.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd", "num_font": {"name": FONT}})
    chart.set_title({"name": trend.at or trend.label, "name_font": {"name": FONT}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": _WIDE, "height": _HIGH})
    sheet.insert_chart(last + 2, 0, chart)
