"""Comments on cells: the comments part and the drawing of their boxes.

ECMA-376 Part 1, 18.7 (comments) and 18.3.1.51 (legacyDrawing); the boxes are VML, Part 4, 19. An
existing comment keeps its text, and ours goes behind it; threaded ones are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from lxml import etree

from pipeline.write.returns.cells import (
    LAST_COLUMN,
    LAST_ROW,
    Cells,
    Place,
    place_of,
    reference_of,
)
from pipeline.write.returns.package import (
    NotAnnotatedError,
    Parts,
    local,
    namespace,
    parsed,
)
from pipeline.write.style import FONT, clean, lines_needed

COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_THREADED: Final = "tc="  # begins the author of a threaded comment's stand-in
_BOX: Final = (270.0, 38)  # pixels wide, and how many digits of 9 pt stand in a line of it
_LINE: Final = 17.0
_TALLEST: Final = 420.0
_ESCAPE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_IDS: Final = re.compile(rb'data="(\d+)')
_SHAPES: Final = re.compile(rb"_x0000_s(\d+)")
_CLOSING: Final = re.compile(rb"</(?:\w+:)?xml\s*>\s*$")
_NAMES: Final = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_SHAPE_TYPE: Final = (
    f'<v:shapetype {_NAMES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE: Final = (
    f'<v:shape {_NAMES} id="_x0000_s{{id}}" type="#_x0000_t202" style="position:absolute;'
    "margin-left:80pt;margin-top:5pt;width:{width}pt;height:{height}pt;z-index:{z};"
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def escaped(text: str) -> str:
    """Return text as an ST_Xstring holds it (Part 1, 22.9.2.19): _x0041_ would read as A."""
    return _ESCAPE.sub("_x005F_", clean(text))


def comment(
    parts: Parts, sheet: str, cells: Cells, texts: Mapping[Place, str], authors: Sequence[str]
) -> None:
    """Put ``texts`` on the cells of the part ``sheet``, by the first of ``authors``.

    Comments of any of ``authors`` (our name in each language) are an earlier return's: they go.
    """
    known = {kind: target for _, kind, target in parts.relations(sheet)}
    path = known.get("comments")
    if path is None and not texts:
        return
    if path is None:
        path = parts.free_name("xl/comments{}.xml")
        ns = namespace(cells.root)[1:-1]
        parts.put(path, f'<comments xmlns="{ns}"><authors/><commentList/></comments>'.encode())
        parts.declare(path, COMMENTS_TYPE)
        parts.relate(sheet, "comments", path)
    root = parts.root(path)
    gone = _withdrawn(root, authors)
    new = _added(root, texts, authors[0])
    _boxes(parts, sheet, cells, gone - new.keys(), {p: texts[p] for p in new.keys() - gone})


def has_comments_of(parts: Parts, sheet: str, authors: Sequence[str]) -> bool:
    """Whether an earlier return left comments on the part ``sheet``."""
    paths = [target for _, kind, target in parts.relations(sheet) if kind == "comments"]
    texts = (text for path in paths for text in parsed(parts.read(path)).itertext())
    return any(name in str(text) for text in texts for name in authors)


def _lists(root: etree._Element) -> tuple[etree._Element, etree._Element]:
    found = {local(element): element for element in root}
    if not {"authors", "commentList"} <= found.keys():
        raise NotAnnotatedError("comments")
    return found["authors"], found["commentList"]


def _withdrawn(root: etree._Element, ours: Sequence[str]) -> set[Place]:
    """Take away what an earlier return said; returns the cells that have no comment any more."""
    authors, comments = _lists(root)
    names = [element.text or "" for element in authors]
    gone = set()
    for element in list(comments):
        place = place_of(element.get("ref", ""))
        number = int(element.get("authorId", "0"))
        if number < len(names) and names[number] in ours:
            comments.remove(element)
            gone.add(place)
        else:
            for name in ours:
                _cut(element, f"【{name}】")
    return gone


def _cut(element: etree._Element, mark: str) -> None:
    """Cut somebody's comment where ours begins."""
    said = False
    for piece in list(element.iter()):
        if local(piece) != "t":
            continue
        text = piece.text or ""
        if said:
            piece.text = ""
        elif mark in text:
            piece.text, said = text[: text.index(mark)].rstrip("\n"), True


def _added(root: etree._Element, texts: Mapping[Place, str], author: str) -> dict[Place, str]:
    """Add our texts; returns those that made a comment of their own and so need a box."""
    authors, comments = _lists(root)
    names = [element.text or "" for element in authors]
    standing = {place_of(e.get("ref", "")): e for e in comments}
    new: dict[Place, str] = {}
    for place, text in sorted(texts.items()):
        other = standing.get(place)
        if other is None:
            if author not in names:
                etree.SubElement(authors, f"{namespace(root)}author").text = author
                names.append(author)
            attributes = {"ref": reference_of(place), "authorId": str(names.index(author))}
            made = etree.SubElement(comments, f"{namespace(root)}comment", attributes)
            holder = etree.SubElement(made, f"{namespace(root)}text")
            _run(holder, f"{author}\n", bold=True)
            _run(holder, text)
            new[place] = text
        elif not names[int(other.get("authorId", "0"))].startswith(_THREADED):
            holder = next(e for e in other if local(e) == "text")
            _split(holder)
            _run(holder, f"\n【{author}】{text}")
    ordered = sorted(comments, key=lambda e: place_of(e.get("ref", "")))
    comments[:] = ordered
    return new


def _split(holder: etree._Element) -> None:
    """Turn a comment's plain text into a run, so that another can follow (18.4.8, CT_Rst)."""
    for plain in [e for e in holder if local(e) == "t"]:
        run = etree.Element(f"{namespace(holder)}r")
        plain.addprevious(run)
        run.append(plain)
    for other in [e for e in holder if local(e) not in ("r", "t", "")]:
        holder.remove(other)  # phonetic runs count characters of a text that is longer now


def _run(holder: etree._Element, text: str, *, bold: bool = False) -> None:
    ns = namespace(holder)
    run = etree.SubElement(holder, f"{ns}r")
    about = etree.SubElement(run, f"{ns}rPr")
    if bold:
        etree.SubElement(about, f"{ns}b")
    etree.SubElement(about, f"{ns}sz", {"val": "9"})
    etree.SubElement(about, f"{ns}color", {"indexed": "81"})
    etree.SubElement(about, f"{ns}rFont", {"val": FONT})
    piece = etree.SubElement(run, f"{ns}t")
    piece.set(_SPACE, "preserve")
    piece.text = escaped(text)


# ---------------------------------------------------------------- boxes


def _boxes(
    parts: Parts, sheet: str, cells: Cells, gone: Iterable[Place], new: Mapping[Place, str]
) -> None:
    """Draw a box for each comment that has none. A drawing that is there is only added to."""
    ids = {key: target for key, _, target in parts.relations(sheet)}
    relations = f"{parts.kind_base()}"
    drawing = cells.part("legacyDrawing")
    if drawing is None:
        if not new:
            return
        path = parts.free_name("xl/drawings/vmlDrawing{}.vml")
        block = 1 + _last_block(parts)
        parts.put(path, _empty_drawing(block))
        parts.declare(path, VML_TYPE)
        cells.set_legacy_drawing(parts.relate(sheet, "vmlDrawing", path), relations)
        first = block * 1024 + 1
    else:
        path = ids.get(drawing.get(f"{{{relations}}}id", ""), "")
        first = 1 + max((int(n) for n in _SHAPES.findall(parts.read(path))), default=1024)
    data = _without(parts.read(path), set(gone))
    if not _CLOSING.search(data) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NotAnnotatedError("drawing")
    widths, heights = cells.widths(), cells.heights()
    shapes = [] if b'"_x0000_t202"' in data else [_SHAPE_TYPE]
    for number, (place, text) in enumerate(sorted(new.items())):
        shapes.append(_shape(first + number, number + 1, place, text, widths, heights))
    made = "".join(shapes).encode("ascii")
    parsed(b"<xml>" + made + b"</xml>")
    parts.put(path, _CLOSING.sub(lambda end: made + end[0], data))


def _last_block(parts: Parts) -> int:
    """The highest block of 1,024 shape ids that a drawing of the workbook has taken."""
    drawings = (parts.read(name) for name in parts.names() if name.endswith(".vml"))
    return max((int(n) for data in drawings for n in _IDS.findall(data)), default=0)


def _empty_drawing(block: int) -> bytes:
    return (
        f'<xml {_NAMES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/>'
        "</o:shapelayout></xml>"
    ).encode("ascii")


def _without(data: bytes, gone: set[Place]) -> bytes:
    """Take the boxes of comments away that are gone."""

    def kept(shape: re.Match[bytes]) -> bytes:
        row = re.search(rb"<x:Row>(\d+)</x:Row>", shape[0])
        column = re.search(rb"<x:Column>(\d+)</x:Column>", shape[0])
        is_note = re.search(rb'ObjectType="Note"', shape[0])
        if row and column and is_note and (int(row[1]) + 1, int(column[1]) + 1) in gone:
            return b""
        return shape[0]

    if not gone:
        return data
    return re.sub(rb"<v:shape\s.*?</v:shape>", kept, data, flags=re.DOTALL)


def _shape(
    number: int,
    z: int,
    place: Place,
    text: str,
    widths: Callable[[int], float],
    heights: Callable[[int], float],
) -> str:
    """One box, beside its cell and as tall as its text; places in it count from 0."""
    wide, digits = _BOX
    tall = min(_TALLEST, 24 + _LINE * (1 + lines_needed(text, digits)))
    left, dx, right, dx2 = _span(place[1] + 1, 15.0, wide, widths, LAST_COLUMN)
    top, dy, bottom, dy2 = _span(max(place[0] - 1, 1), 10.0, tall, heights, LAST_ROW)
    numbers = (left, dx, top, dy, right, dx2, bottom, dy2)
    return _SHAPE.format(
        id=number,
        width=round(wide * 0.75),
        height=round(tall * 0.75),
        z=z,
        anchor=", ".join(map(str, numbers)),
        row=place[0] - 1,
        column=place[1] - 1,
    )


def _span(
    first: int, offset: float, length: float, size: Callable[[int], float], last: int
) -> tuple[int, int, int, int]:
    """Walk ``length`` pixels from ``offset`` within track ``first``; returns both ends, from 0."""
    first = min(first, last)
    at, left = first, offset + length
    while at < last and left > size(at):
        left -= size(at)
        at += 1
    return first - 1, round(min(offset, size(first))), at - 1, round(left)
