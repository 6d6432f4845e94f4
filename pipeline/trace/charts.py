"""Charts against the original's: the numbers that they show, and those in their workbooks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.read.document import Chart, Series
from pipeline.trace.compare import Fault
from pipeline.trace.printed import plain
from pipeline.write.briefing.figures import PREFIX

_SUFFIX: Final = re.compile(r"_\d+$")
_NUMBER: Final = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_DIGITS: Final = re.compile(r"\d+")
_NEAR: Final = 1e-9


Part = Literal["chart", "workbook"]


@dataclass(frozen=True, slots=True)
class WrongPoint:
    """A number of a chart that is not what it should be: as shown, or in its workbook.

    ``label`` are the series and category, or the workbook's cell.
    """

    fault: Fault
    part: Part
    chart: Chart
    label: str
    stands: str
    should: str | None
    tag: str | None


_NONE: Final = Chart("", "", ())


@dataclass(frozen=True, slots=True)
class _Due:
    """What a place of a chart should hold, and the figure that it is."""

    value: str
    tag: str | None


def compare_charts(
    charts: Sequence[Chart], originals: Sequence[Chart], expected: Mapping[str, str]
) -> tuple[int, list[WrongPoint]]:
    """Return how many numbers were compared, and those that are wrong."""
    known = {(PREFIX + tag).casefold(): tag for tag in expected}
    checked, wrong = 0, []
    for chart, original in zip(charts, _paired(charts, originals), strict=True):
        for count, found in (
            _shown(chart, original, known, expected),
            _said(chart, "chart", _labels(chart), _labels(original)),
            _within(chart, original, known, expected),
            _said(chart, "workbook", _texts(chart), _texts(original)),
        ):
            checked += count
            wrong += found
    return checked, wrong


def _paired(charts: Sequence[Chart], originals: Sequence[Chart]) -> list[Chart]:
    """Return the original of each chart: what has most in common; the rest go by their order.

    Titles alone won't do: LibreOffice loses them. One without an original gets an empty chart.
    """
    paired = _matched([_features(one) for one in charts], [_features(one) for one in originals])
    left = [m for m in range(len(originals)) if m not in paired.values()]
    paired |= dict(zip([n for n in range(len(charts)) if n not in paired], left, strict=False))
    return [originals[paired[n]] if n in paired else _NONE for n in range(len(charts))]


def charts_known(charts: Sequence[Chart], originals: Sequence[Chart]) -> dict[int, int]:
    """Return, by number, which original each chart is; a person's own is none of them."""
    return _matched([_ours(one) for one in charts], [_ours(one) for one in originals])


def _matched(mine: Sequence[_Features], theirs: Sequence[_Features]) -> dict[int, int]:
    scored = sorted(
        (-len(own & other), n, m)
        for n, own in enumerate(mine)
        for m, other in enumerate(theirs)
        if own & other
    )
    paired: dict[int, int] = {}
    for _, n, m in scored:
        if n not in paired and m not in paired.values():
            paired[n] = m
    return paired


_Features = set[tuple[str, str]]


def _features(chart: Chart) -> _Features:
    """What tells a chart: its title, its figures, what its points are called."""
    points = {(series.name, category) for series in chart.series for category in series.categories}
    return points | _ours(chart)


def _ours(chart: Chart) -> _Features:
    """What tells a chart from a person's own: its title, its figures."""
    named = {("figure", name.casefold()) for name in chart.names.values()}
    return named | ({("title", chart.title)} if chart.title else set())


def _shown(
    chart: Chart, original: Chart, known: Mapping[str, str], expected: Mapping[str, str]
) -> tuple[int, list[WrongPoint]]:
    dues = _dues(original, known, expected)
    count, wrong = 0, []
    for number, series in enumerate(chart.series):
        for place, (category, stands, cell) in enumerate(_points(series)):
            if not _NUMBER.fullmatch(stands):
                continue
            count += 1
            own = _tag(chart.names.get(cell, ""), known)
            due = _Due(expected[own], own) if own else None
            due = due or dues.get((series.name, category)) or dues.get((number, place))
            label = " / ".join(filter(None, (series.name, category)))
            wrong += _held(chart, "chart", label, stands, due)
    return count, wrong


def _within(
    chart: Chart, original: Chart, known: Mapping[str, str], expected: Mapping[str, str]
) -> tuple[int, list[WrongPoint]]:
    """Compare the workbook cell by cell; one that an office program left out is not missed."""
    count, wrong = 0, []
    for cell, stands in chart.workbook.items():
        if not _NUMBER.fullmatch(stands):
            continue
        count += 1
        own, was = _tag(chart.names.get(cell, ""), known), _tag(original.names.get(cell, ""), known)
        if own or was:
            tag = own or was or ""
            due: _Due | None = _Due(expected[tag], tag)
        else:
            held = original.workbook.get(cell)
            due = _Due(held, None) if held is not None else None
        found = _held(chart, "workbook", cell, stands, due)
        if not found and was and not own and chart.names:
            found = [WrongPoint("untraceable", "workbook", chart, cell, stands, due.value, was)]  # type: ignore[union-attr]
        wrong += found
    return count, wrong


def _said(
    chart: Chart,
    part: Part,
    stands: Mapping[str, str],
    originals: Mapping[str, str],
) -> tuple[int, list[WrongPoint]]:
    """Compare numbers within words, such as the dates on an axis, by where the words stand.

    Words that stood elsewhere in the original, and as often, were moved.
    """
    count, wrong = 0, []
    now, before = Counter(stands.values()), Counter(originals.values())
    for place, words in stands.items():
        numbers = _DIGITS.findall(words)
        count += bool(numbers)
        was = originals.get(place)
        if now[words] <= before[words] or numbers == _DIGITS.findall(was or ""):
            continue
        due = _Due(was, None) if was is not None else None
        label = place if part == "workbook" else was or words
        wrong += _held(chart, part, label, words, due)
    return count, wrong


def _labels(chart: Chart) -> dict[str, str]:
    """What series and categories are called, by their number."""
    found = {f"series {number}": series.name for number, series in enumerate(chart.series)}
    for series in chart.series:
        for number, category in enumerate(series.categories):
            found.setdefault(f"category {number}", category)
    return found


def _texts(chart: Chart) -> dict[str, str]:
    """The cells of the workbook that are no numbers."""
    return {cell: text for cell, text in chart.workbook.items() if not _NUMBER.fullmatch(text)}


def _dues(
    original: Chart, known: Mapping[str, str], expected: Mapping[str, str]
) -> dict[tuple[str | int, str | int], _Due]:
    """What each point should show, by series and category, by name and by number."""
    found: dict[tuple[str | int, str | int], _Due] = {}
    for number, series in enumerate(original.series):
        for place, (category, value, cell) in enumerate(_points(series)):
            tag = _tag(original.names.get(cell, ""), known)
            due = _Due(expected[tag] if tag else value, tag)
            found[number, place] = due
            found.setdefault((series.name, category), due)
    return found


def _points(series: Series) -> Iterator[tuple[str, str, str]]:
    return zip(series.categories, series.values, series.cells, strict=True)


def _tag(name: str, known: Mapping[str, str]) -> str | None:
    folded = name.casefold()
    return known.get(folded) or known.get(_SUFFIX.sub("", folded))


def _held(chart: Chart, part: Part, label: str, stands: str, due: _Due | None) -> list[WrongPoint]:
    if due is None:
        return [WrongPoint("untraced", part, chart, label, stands, None, None)]
    if _alike(stands, due.value):
        return []
    return [WrongPoint("changed", part, chart, label, stands, due.value, due.tag)]


def _alike(stands: str, due: str) -> bool:
    """Workbooks hold binary fractions: 63.2 may stand there as 63.200000000000003."""
    if not _NUMBER.fullmatch(plain(due)):
        return stands == due
    one, other = float(stands), float(plain(due))
    return abs(one - other) <= _NEAR * max(abs(one), abs(other), 1)
