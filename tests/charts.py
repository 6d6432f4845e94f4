"""How to look into a document's charts, and whether the package is valid by Office's schemas."""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

THEME = "relationships/theme"
"""What the schemas of Office ask for beyond ECMA-376: a theme, which the briefing doesn't use."""


@dataclass(frozen=True)
class Seen:
    """A chart as it stands in a document.

    ``cells`` are the workbook's by address, ``tags`` the tag that names each; ``series`` maps names
    to cached values by category, ``places`` the addresses of the same.
    """

    root: etree._Element
    cells: dict[str, object]
    tags: dict[str, str]
    categories: tuple[str, ...]
    series: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    words: str
    title: str


def charts(data: bytes) -> list[Seen]:
    """Every chart of a document, in the order in which they are read."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        document = etree.fromstring(package.read("word/document.xml"))
        relations = _relations(package, "word/_rels/document.xml.rels")
        found = []
        for inline in document.iter(f"{WP}inline"):
            [place] = inline.iter(f"{C}chart")
            name = relations[place.get(f"{R}id", "")]
            rels = name.replace("charts/", "charts/_rels/") + ".rels"
            root = etree.fromstring(package.read(f"word/{name}"))
            [data_at] = root.iter(f"{C}externalData")
            book = _relations(package, f"word/{rels}")[data_at.get(f"{R}id", "")]
            told = inline.find(f"{WP}docPr")
            assert told is not None
            workbook = package.read(f"word/{book.removeprefix('../')}")
            found.append(_seen(root, workbook, told.get("descr", ""), told.get("title", "")))
    return found


def _relations(package: zipfile.ZipFile, name: str) -> dict[str, str]:
    root = etree.fromstring(package.read(name))
    return {each.get("Id", ""): each.get("Target", "") for each in root}


def _seen(root: etree._Element, workbook: bytes, words: str, title: str) -> Seen:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    cells = {
        f"{sheet.title}!{cell.coordinate}": cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    tags = {
        name.attr_text.replace("$", ""): key.removeprefix("fig_")
        for key, name in book.defined_names.items()
    }
    series, places = {}, {}
    categories: tuple[str, ...] = ()
    for one in root.iter(f"{C}ser"):
        [name] = cached(one.find(f"{C}tx/{C}strRef"))
        categories = cached(one.find(f"{C}cat/{C}strRef"))
        series[name] = cached(one.find(f"{C}val/{C}numRef"))
        places[name] = addresses(one.find(f"{C}val/{C}numRef"))
    return Seen(root, cells, tags, categories, series, places, words, title)


def cached(reference: etree._Element | None) -> tuple[str, ...]:
    """The cached values of a reference; "" where a point is left out."""
    assert reference is not None
    [count] = reference.iter(f"{C}ptCount")
    found = {int(pt.get("idx", "")): pt.findtext(f"{C}v") or "" for pt in reference.iter(f"{C}pt")}
    return tuple(found.get(n, "") for n in range(int(count.get("val", ""))))


def addresses(reference: etree._Element | None) -> tuple[str, ...]:
    """The addresses of the cells that a reference leads to."""
    assert reference is not None
    sheet, _, cells = (reference.findtext(f"{C}f") or "").partition("!")
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    assert left is not None
    assert left == right
    assert top is not None
    assert bottom is not None
    column = openpyxl.utils.get_column_letter(left)
    return tuple(f"{sheet}!{column}{row}" for row in range(top, bottom + 1))


def faults(data: bytes) -> list[str]:
    """What the schemas and relations of Office's formats have against a package.

    The schemas are those of Microsoft's Open XML SDK, which are ECMA-376's with what Office asks
    beyond; openxml-audit holds them, and can be installed by pip like all else.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checked.docx"
        path.write_bytes(data)
        result = OpenXmlValidator().validate(path)
    return [
        f"{error.part_uri}: {error.description}"
        for error in result.errors
        if THEME not in error.description
    ]
