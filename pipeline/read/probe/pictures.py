"""Pictures on a sheet: those that a cell holds, and those that lie over one.

ECMA-376 Part 1, 20.5 (drawings); MS-XLSX 2.3 (rich values, by which Excel keeps one in a cell).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.read.package import Package, elements
from pipeline.read.probe.rich import hear
from pipeline.read.probe.seen import LAST_COLUMN, LAST_ROW, NOTED, Cell, number

_PICTURES: Final = ("_localImage", "_webimage")
_ANCHORS: Final = ("oneCellAnchor", "twoCellAnchor")
_MARKER: Final = ("col", "colOff", "row", "rowOff")


def rich_pictures(package: Package, parts: Mapping[str, str]) -> frozenset[str]:
    """Return the numbers by which cells refer to a picture (``vm``, counted from 1).

    A cell's number leads through the metadata to a rich value, and that to its structure.
    """
    kinds = [
        given.get("t", "")
        for tag, given in elements(package.read(parts.get("rdRichValueStructure", "")))
        if tag == "s"
    ]
    values = [
        kinds[at] if 0 <= (at := number(given.get("s"))) < len(kinds) else ""
        for tag, given in elements(package.read(parts["rdRichValue"]))
        if tag == "rv"
    ]
    section, kept, referred = "", [], []
    for tag, given in elements(package.read(parts.get("sheetMetadata", ""))):
        if tag in ("futureMetadata", "cellMetadata", "valueMetadata"):
            section = tag
        elif tag == "rvb" and section == "futureMetadata":
            kept.append(number(given.get("i")))
        elif tag == "rc" and section == "valueMetadata":
            referred.append(number(given.get("v")))
    found = set()
    for place, at in enumerate(referred, start=1):
        value = kept[at] if 0 <= at < len(kept) else -1
        if 0 <= value < len(values) and values[value] in _PICTURES:
            found.add(str(place))
    return frozenset(found)


def anchored(chunks: Iterable[bytes]) -> frozenset[Cell]:
    """Return the cells over which most of a picture of the drawing part lies."""
    found: set[Cell] = set()
    where: dict[str, str] = {}
    inside, marker, picture = "", "", False

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal inside, marker, picture
        inside = name if name in _MARKER else ""
        if name in _ANCHORS:
            where.clear()
            picture = False
        elif name in ("from", "to"):
            marker = name
        elif name == "pic":
            picture = True
        elif name == "ext" and "cx" in given and picture:
            where.update(wide=given["cx"], high=given.get("cy", ""))

    def end(name: str) -> None:
        nonlocal inside
        inside = ""
        if name in _ANCHORS and picture and len(found) < NOTED:
            row = _middle(where, "row", "high")
            column = _middle(where, "col", "wide")
            if 0 <= row < LAST_ROW and 0 <= column < LAST_COLUMN:
                found.add((row, column))

    def text(data: str) -> None:
        if inside and len(where.get(marker + inside, "")) < 12:
            where[marker + inside] = where.get(marker + inside, "") + data

    hear(chunks, start, end, text)
    return frozenset(found)


def _middle(where: Mapping[str, str], track: str, size: str) -> int:
    """Return the row or column in which most of a picture lies; -1 where it can't be told.

    Lengths are in EMU. Of two tracks the sizes of which are unknown, the picture's own size tells
    how much of it is in the first.
    """
    first, last = number(where.get(f"from{track}")), number(where.get(f"to{track}"))
    if last <= first:
        return first
    if last > first + 1:
        return (first + last) // 2
    beyond = number(where.get(f"to{track}Off"))
    return last if 2 * beyond > number(where.get(size)) >= 0 else first
