"""A chart with new numbers: its look is a person's, its numbers and workbook are ours.

A new one is brought with its part and its workbook.
"""

from __future__ import annotations

from copy import deepcopy

from pipeline.read.document.xml import Element, child, given, name
from pipeline.write.edit.changes import Charted
from pipeline.write.edit.sheet import Sheet
from pipeline.write.returns.package import Parts

_CACHES = ("c:tx", "c:cat", "c:val", "c:xVal", "c:yVal")
_PACKAGE = "package"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_TYPES = f"{_OFFICE}.drawingml.chart+xml", f"{_OFFICE}.spreadsheetml.sheet"


def chart_renewed(mine: Parts, other: Parts, chart: Charted) -> None:
    """Give a chart the numbers, or all, of the other document's, and that one's workbook."""
    if not mine.has(chart.part) or not other.has(chart.new):
        return
    books = _book(mine, chart.part), _book(other, chart.new)
    if books[0] and books[1]:
        mine.put(books[0][1], other.read(books[1][1]))
    here, there = mine.root(chart.part), other.root(chart.new)
    if chart.whole:
        _replaced(here, there, books[0][0] if books[0] else "")
        return
    series = [[one for one in root.iter() if name(one) == "c:ser"] for root in (here, there)]
    for old, new in zip(*series, strict=False):
        for kind in _CACHES:
            _cache(child(old, kind), child(new, kind))
    _titled(child(here, "c:chart", "c:title"), child(there, "c:chart", "c:title"))


def drawn(element: Element) -> bool:
    """Whether a paragraph holds a chart and no words: it goes with the caption above it."""
    inner = {name(one) for one in element.iter()} if name(element) == "w:p" else set()
    return "c:chart" in inner and "w:t" not in inner


def entitled(mine: Sheet, other: Sheet, chart: Charted) -> None:
    """Call a renewed chart what the other document calls it; where it has no title, none."""
    here, there = _properties(mine, chart.part), _properties(other, chart.new)
    if here is not None and there is not None and here.get("title") and there.get("title"):
        here.set("title", str(there.get("title")))


def called(element: Element) -> str:
    """What the drawing in a paragraph is called, "" for nothing."""
    return next((given(one, "title") for one in element.iter() if name(one) == "wp:docPr"), "")


def charts_brought(mine: Sheet, other: Sheet, element: Element) -> None:
    """Bring the charts of an element that was copied from the other document's body."""
    sources = {key: target for key, _, target in other.parts.relations(other.main)}
    body = mine.roots[mine.main]
    for one in element.iter():
        if name(one) == "wp:docPr":
            ids = (given(each, "id") for each in body.iter() if name(each) == "wp:docPr")
            one.set("id", str(max((int(n) for n in ids if n.isdecimal()), default=0) + 1))
        elif name(one) == "c:chart" and given(one, "id") in sources:
            part = _copied(mine.parts, other.parts, sources[given(one, "id")])
            _refer(one, mine.parts.relate(mine.main, "chart", part))


def _copied(mine: Parts, other: Parts, source: str) -> str:
    """Copy a chart's part and its workbook; return the new part's name."""
    part = mine.free_name("word/charts/chart{}.xml")
    mine.put(part, other.read(source))
    mine.declare(part, _TYPES[0])
    book = _book(other, source)
    if book is not None:
        place = mine.free_name("word/embeddings/Microsoft_Excel_Sheet{}.xlsx")
        mine.put(place, other.read(book[1]))
        mine.declare(place, _TYPES[1])
        key = mine.relate(part, _PACKAGE, place)
        for one in mine.root(part):
            if name(one) == "c:externalData":
                _refer(one, key)
    return part


def _refer(element: Element, key: str) -> None:
    for attribute in [k for k in element.attrib if str(k).rpartition("}")[2] == "id"]:
        element.set(attribute, key)


def _properties(sheet: Sheet, part: str) -> Element | None:
    """The properties of the drawing that shows a chart's part."""
    for story, root in sheet.roots.items():
        ids = {key for key, _, target in sheet.parts.relations(story) if target == part}
        for one in root.iter():
            if name(one) != "c:chart" or given(one, "id") not in ids:
                continue
            for around in one.iterancestors():
                if name(around) in ("wp:inline", "wp:anchor"):
                    return child(around, "wp:docPr")
    return None


def _book(parts: Parts, chart: str) -> tuple[str, str] | None:
    """The id and place of the workbook behind a chart."""
    found = ((key, place) for key, kind, place in parts.relations(chart) if kind == _PACKAGE)
    return next(((key, place) for key, place in found if parts.has(place)), None)


def _replaced(here: Element, there: Element, book: str) -> None:
    """Put another chart's content into a part; its workbook is the one that stands here."""
    for one in list(here):
        here.remove(one)
    for one in there:
        if name(one) == "c:externalData":
            if not book:
                continue
            one = deepcopy(one)
            _refer(one, book)
            here.append(one)
        elif name(one) != "c:userShapes":
            here.append(deepcopy(one))


def _cache(old: Element | None, new: Element | None) -> None:
    """Set the numbers and texts that a chart shows, and where its workbook holds them."""
    if old is None or new is None:
        return
    for one, other in zip(_inner(old, "c:f"), _inner(new, "c:f"), strict=False):
        one.text = other.text
    for one, other in zip(_caches(old), _caches(new), strict=False):
        for point in [p for p in one if name(p) == "c:pt"]:
            one.remove(point)
        for point in [p for p in other if name(p) == "c:pt"]:
            one.append(deepcopy(point))
        for count, counted in zip(
            _inner(one, "c:ptCount"), _inner(other, "c:ptCount"), strict=False
        ):
            for key in count.attrib:
                count.set(key, given(counted, "val"))


def _inner(element: Element, kind: str) -> list[Element]:
    return [one for one in element.iter() if name(one) == kind]


def _caches(element: Element) -> list[Element]:
    return [one for one in element.iter() if name(one) in ("c:strCache", "c:numCache")]


def _titled(old: Element | None, new: Element | None) -> None:
    """Date the title anew where its words are the same but for digits."""
    if old is None or new is None:
        return
    mine, other = _inner(old, "a:t"), "".join(t.text or "" for t in _inner(new, "a:t"))
    said = "".join(t.text or "" for t in mine)
    if mine and _bare(said) == _bare(other):
        mine[0].text = other
        for text in mine[1:]:
            text.text = ""


def _bare(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdecimal())
