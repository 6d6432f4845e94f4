"""What runs in the child: a .docx in, JSON out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from pipeline.limits import Limits
from pipeline.read.document.charts import read_chart
from pipeline.read.document.content import Chart, Document, Story, encoded
from pipeline.read.document.story import StoryReader
from pipeline.read.document.xml import Element, child, given, name, parsed
from pipeline.read.package import Package, open_package
from pipeline.read.refusal import RefusedError, refused

_STORIES: Final[tuple[tuple[str, Story], ...]] = (
    ("/header", "header"), ("/footer", "footer"), ("/footnotes", "note"), ("/endnotes", "note"),
)  # fmt: skip
_CFB: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN: Final = "wordprocessingml"
_DEEPEST: Final = 12  # styles based on styles


def read_document(argument: tuple[Path, Limits]) -> bytes:
    """Return a document as JSON, or {"refused": why}."""
    path, limits = argument
    try:
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
        return encoded(_document(data, limits))
    except RefusedError as refusal:
        told: dict[str, Any] = {"refused": [refusal.code, *refusal.params.values()]}
    except (BadZipFile, EOFError):
        told = {"refused": ["package-refused", "damaged"]}
    return json.dumps(told).encode()


def _document(data: bytes, limits: Limits) -> Document:
    package = _opened(data, limits)
    charts: list[Chart] = []
    reader = StoryReader(outlined(package))
    for part, story in parts_of(package).items():
        read_part(package, part, parsed(package.read(part)), story, reader, charts, limits)
    return Document(tuple(reader.passages), tuple(charts), _properties(package))


def _opened(data: bytes, limits: Limits) -> Package:
    if len(data) > limits.file_bytes:
        raise refused("too-large")
    if data.startswith(_CFB):
        raise RefusedError("encrypted" if "EncryptedPackage".encode("utf-16-le") in data
                           else "unreadable-type")  # fmt: skip
    if not data.startswith(b"PK"):
        raise RefusedError("unreadable-type")
    package = open_package(data, limits)
    if not _main(package) or not package.mentions("[Content_Types].xml", _MAIN.encode()):
        raise RefusedError("unreadable-type")
    return package


def _main(package: Package) -> str:
    """The part that holds the body."""
    found = (p for _, kind, p in package.relations("") if kind.endswith("/officeDocument"))
    return next(found, "")


def parts_of(package: Package) -> dict[str, Story]:
    """Return the parts that are printed, in the order in which they are read."""
    main = _main(package)
    parts: list[tuple[str, Story]] = [(main, "body")]
    parts += [
        (place, story)
        for ending, story in _STORIES
        for _, kind, place in package.relations(main)
        if kind.endswith(ending)
    ]
    return {part: story for part, story in parts if package.has(part)}


def read_part(
    package: Package,
    part: str,
    root: Element,
    story: Story,
    reader: StoryReader,
    charts: list[Chart],
    limits: Limits,
) -> None:
    """Let ``reader`` read one part, and add the charts in it to ``charts``."""
    reader.charts.clear()
    reader.read(root, story)
    places = {number: place for number, _, place in package.relations(part)}
    for number, heading, title in reader.charts:
        if package.has(places.get(number, "")):
            chart, texts = read_chart(package, places[number], heading, title, limits)
            charts.append(chart)
            reader.passages.extend(texts)


def outlined(package: Package) -> frozenset[str]:
    """Ids of paragraph styles that have an outline level, of their own or by what they build on."""
    related = package.relations(_main(package))
    places = [place for _, kind, place in related if kind.endswith("/styles")]
    if not places or not package.has(places[0]):
        return frozenset()
    levels: dict[str, bool] = {}
    bases: dict[str, str] = {}
    for style in parsed(package.read(places[0])):
        if name(style) != "w:style":
            continue
        number = given(style, "styleId")
        level, base = child(style, "w:pPr", "w:outlineLvl"), child(style, "w:basedOn")
        if level is not None:
            levels[number] = given(level, "val") != "9"
        if base is not None:
            bases[number] = given(base, "val")
    found = set()
    for number in {*levels, *bases}:
        here = number
        for _ in range(_DEEPEST):
            if here in levels:
                found |= {number} if levels[here] else set()
                break
            here = bases.get(here, "")
    return frozenset(found)


def _properties(package: Package) -> dict[str, str]:
    places = [p for _, kind, p in package.relations("") if kind.endswith("/custom-properties")]
    if not places or not package.has(places[0]):
        return {}
    return {
        given(one, "name"): "".join(str(text) for text in one.itertext())
        for one in parsed(package.read(places[0]))
        if name(one).endswith(":property")
    }
