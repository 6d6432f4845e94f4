"""What an .xlsx package shows: its worksheets, and the parts that these refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from zipfile import BadZipFile

from pipeline.read.package import Package, elements
from pipeline.read.probe.comments import COMMENTS, notes_of, spoken
from pipeline.read.probe.pictures import anchored, rich_pictures
from pipeline.read.probe.rich import is_on, rich_strings
from pipeline.read.probe.seen import Probe, number
from pipeline.read.probe.sheet import Known, probe_sheet
from pipeline.read.refusal import RefusedError, refused

_WORKBOOK: Final = "xl/workbook.xml"
_STRIKE: Final = b"strike"


def probe_workbook(package: Package) -> dict[str, Probe | RefusedError]:
    """Return what each worksheet shows, by the sheet's name, or why it can't be read.

    Raises RefusedError (``damaged``) where the workbook itself is broken.
    """
    roots = [t for _, kind, t in package.relations("") if kind.endswith("/officeDocument")]
    workbook = roots[0] if roots and package.has(roots[0]) else _WORKBOOK
    relations = package.relations(workbook)
    known = _known(package, {kind.rpartition("/")[2]: part for _, kind, part in relations})
    targets = {i: (kind, part) for i, kind, part in relations}
    found = {}
    for tag, given in elements(package.read(workbook)):
        if tag == "sheet" and given.get("id") in targets:
            kind, part = targets[given["id"]]
            if kind.endswith("/worksheet"):
                found[given.get("name", "")] = _probe(package, part, known)
    return found


def _probe(package: Package, part: str, known: Known | None) -> Probe | RefusedError:
    try:
        probe = probe_sheet(package.chunks(part), known or Known())
    except RefusedError as refusal:
        return refusal
    except BadZipFile:
        return refused("damaged")
    try:
        return _with_parts_beside(package, part, replace(probe, complete=known is not None))
    except (RefusedError, BadZipFile):  # the values can be read all the same
        return replace(probe, complete=False)


def _with_parts_beside(package: Package, sheet: str, probe: Probe) -> Probe:
    """Add what the parts show that only this sheet refers to: comments and drawings."""
    relations = [(kind.rpartition("/")[2], part) for _, kind, part in package.relations(sheet)]
    notes = [n for kind, part in relations if kind in COMMENTS for n in notes_of(package, part)]
    drawings = [part for kind, part in relations if kind == "drawing"]
    if not notes and not drawings:
        return probe
    covered = (cell for part in drawings for cell in anchored(package.chunks(part)))
    return replace(probe, comments=spoken(notes), covered=frozenset(covered))


def _known(package: Package, parts: Mapping[str, str]) -> Known | None:
    """Look into the parts that sheets refer to; None where one of them is broken."""
    styles, strings = parts.get("styles", ""), parts.get("sharedStrings", "")
    try:
        struck = _struck(package, styles) if package.mentions(styles, _STRIKE) else frozenset()
        rich = struck or package.mentions(strings, _STRIKE)
        return Known(
            struck=struck,
            strings=rich_strings(package.chunks(strings)) if rich else {},
            pictures=rich_pictures(package, parts) if "rdRichValue" in parts else frozenset(),
        )
    except (RefusedError, BadZipFile):
        return None


def _struck(package: Package, styles: str) -> frozenset[str]:
    """Return the numbers of the cell formats whose font is crossed out (18.8.10, 18.8.45)."""
    section, font = "", -1
    struck: set[int] = set()
    fonts: list[int] = []
    sections = ("fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
    for tag, given in elements(package.read(styles)):
        if tag in sections:
            section = tag
        elif tag == "font" and section == "fonts":
            font += 1
        elif tag == "strike" and section == "fonts" and is_on(given):
            struck.add(font)
        elif tag == "xf" and section == "cellXfs":
            fonts.append(number(given.get("fontId")))
    return frozenset(str(number) for number, of in enumerate(fonts) if of in struck)
