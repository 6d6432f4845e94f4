"""A chart with new numbers: its look is a person's, its numbers and workbook are ours."""

from __future__ import annotations

from copy import deepcopy

from pipeline.read.document.xml import Element, child, given, name
from pipeline.write.edit.changes import Charted
from pipeline.write.returns.package import Parts

_CACHES = ("c:tx", "c:cat", "c:val", "c:xVal", "c:yVal")
_PACKAGE = "package"


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
            for key in [k for k in one.attrib if str(k).rpartition("}")[2] == "id"]:
                one.set(key, book)
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
