"""A chart's part, and the workbook within it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from zipfile import BadZipFile

from pipeline.limits import Limits
from pipeline.read.document.content import Chart, Passage, Series
from pipeline.read.document.xml import Element, child, given, name, parsed
from pipeline.read.package import Package, open_package
from pipeline.read.refusal import RefusedError

_MOST_CELLS: Final = 100_000
_AREA: Final = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!(),]+))!\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?"
)


def read_chart(
    package: Package, part: str, heading: str, titled: str, limits: Limits
) -> tuple[Chart, list[Passage]]:
    """Return a chart, and the texts that stand in it (title, labels typed by hand).

    ``titled`` is what the drawing around it is called, for charts without a title of their own.
    """
    root = parsed(package.read(part))
    texts = [
        Passage("chart", text, heading)
        for block in root.iter()
        if name(block) == "a:p"
        and (text := "".join(t.text or "" for t in block.iter() if name(t) == "a:t")).strip()
    ]
    title = child(root, "c:chart", "c:title")
    own = (
        "".join(t.text or "" for t in title.iter() if name(t) == "a:t") if title is not None else ""
    )
    series = tuple(_series(one) for one in root.iter() if name(one) == "c:ser")
    chart = Chart(own or titled, heading, series, part=part)
    books = [place for _, kind, place in package.relations(part) if kind.endswith("/package")]
    if books and package.has(books[0]):
        try:
            cells, names = _workbook(package.read(books[0]), limits)
        except (RefusedError, BadZipFile, EOFError, ValueError, StopIteration):
            return chart, texts  # a workbook that can't be read holds nothing that can be compared
        chart = replace(chart, workbook=cells, names=names)
    return chart, texts


def _series(element: Element) -> Series:
    called, label = child(element, "c:tx"), ""
    if called is not None:
        label = next((v.text or "" for v in called.iter() if name(v) == "c:v"), "")
    given_categories = (
        child(element, "c:cat") if child(element, "c:cat") is not None else child(element, "c:xVal")
    )
    values = (
        child(element, "c:val") if child(element, "c:val") is not None else child(element, "c:yVal")
    )
    categories, numbers = _points(given_categories), _points(values)
    count = max([*numbers, -1]) + 1
    reference = (
        next((f.text or "" for f in values.iter() if name(f) == "c:f"), "")
        if values is not None
        else ""
    )
    cells = area(reference)
    return Series(
        label,
        tuple(categories.get(n, "") for n in range(count)),
        tuple(numbers.get(n, "") for n in range(count)),
        tuple(cells[n] if n < len(cells) else "" for n in range(count)),
    )


def _points(element: Element | None) -> dict[int, str]:
    found: dict[int, str] = {}
    for point in element.iter() if element is not None else ():
        place = given(point, "idx")
        if name(point) == "c:pt" and place.isdecimal() and int(place) < _MOST_CELLS:
            value = child(point, "c:v")
            found[int(place)] = (value.text or "") if value is not None else ""
    return found


def area(reference: str) -> list[str]:
    """Return the cells that a reference names, one by one.

    >>> area("Sheet1!$B$2:$B$4"), area("'表 1'!$C$2")
    (['Sheet1!B2', 'Sheet1!B3', 'Sheet1!B4'], ['表 1!C2'])
    """
    found = _AREA.fullmatch(reference.strip().lstrip("="))
    if found is None:
        return []
    quoted, plain, left, top, right, bottom = found.groups()
    sheet = quoted.replace("''", "'") if quoted else plain
    columns = range(_column(left), _column(right or left) + 1)
    rows = range(int(top), int(bottom or top) + 1)
    if len(columns) * len(rows) > _MOST_CELLS:
        return []
    return [f"{sheet}!{_letters(c)}{r}" for r in rows for c in columns]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _workbook(data: bytes, limits: Limits) -> tuple[dict[str, str], dict[str, str]]:
    """Return the cells and the defined names of a workbook, both by cell."""
    package = open_package(data, limits)
    main = next(p for _, k, p in package.relations("") if k.endswith("/officeDocument"))
    root, places = parsed(package.read(main)), {i: p for i, _, p in package.relations(main)}
    strings = [p for _, k, p in package.relations(main) if k.endswith("/sharedStrings")]
    shared = _shared(package.read(strings[0])) if strings else []
    cells: dict[str, str] = {}
    names: dict[str, str] = {}
    for element in root.iter():
        if name(element) == "x:sheet" and given(element, "id") in places:
            sheet = parsed(package.read(places[given(element, "id")]))
            cells |= _cells(sheet, given(element, "name"), shared)
        elif name(element) == "x:definedName":
            for cell in area(element.text or "")[:1]:
                names[cell] = given(element, "name")
    return cells, names


def _shared(data: bytes) -> list[str]:
    return [
        "".join(t.text or "" for t in one.iter() if name(t) == "x:t")
        for one in parsed(data)
        if name(one) == "x:si"
    ]


def _cells(sheet: Element, called: str, shared: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for cell in sheet.iter():
        if name(cell) != "x:c" or len(found) >= _MOST_CELLS:
            continue
        value, kind = child(cell, "x:v"), given(cell, "t")
        text = (value.text or "") if value is not None else ""
        if kind == "s" and text.isdecimal() and int(text) < len(shared):
            text = shared[int(text)]
        elif kind == "inlineStr":
            text = "".join(t.text or "" for t in cell.iter() if name(t) == "x:t")
        if text:
            found[f"{called}!{given(cell, 'r')}"] = text
    return found
