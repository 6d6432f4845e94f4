"""Make changes to a document, in a limited child: it comes from outside, edited by whoever."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

from pipeline.errors import UsageError
from pipeline.limits import Death, Limits, run_limited
from pipeline.read.document import LIMITS
from pipeline.read.document.xml import Element, name
from pipeline.read.refusal import RefusedError
from pipeline.write.briefing.figures import PREFIX, Bookmarks, W
from pipeline.write.briefing.properties import put_properties
from pipeline.write.edit.changes import Block, Cell, Changes, Insert, Retext, Rows
from pipeline.write.edit.charts import called, chart_renewed, charts_brought, drawn, entitled
from pipeline.write.edit.sheet import Sheet
from pipeline.write.edit.texts import retext
from pipeline.write.returns.package import NotAnnotatedError

_DONE: Final = b"\x01"
_CUSTOM: Final = "docProps/custom.xml"
_SUFFIX: Final = re.compile(r"(_\d+)$")
_STYLED: Final = ("pStyle", "rStyle", "tblStyle")


def changed(data: bytes, changes: Changes, new: bytes, path: Path) -> bytes:
    """Return a document with ``changes`` made; what comes from elsewhere is taken from ``new``.

    All other parts keep their bytes, and of changed parts all else stays. Raises UsageError, naming
    ``path``, for a document that can't be taken apart.
    """
    outcome = run_limited(_change, (data, changes, new, LIMITS), LIMITS)
    if isinstance(outcome, Death):
        why: str = outcome.how
    elif outcome.data.startswith(_DONE):
        return outcome.data[1:]
    else:
        why = outcome.data.decode()
    raise UsageError(f"改不了 {path}：{why}", "请在 Word 或 WPS 中打开，另存为 .docx 后重试")


def _change(argument: tuple[bytes, Changes, bytes, Limits]) -> bytes:
    data, changes, new, limits = argument
    try:
        desk = _Desk(Sheet(data, limits), Sheet(new, limits) if new else None)
        desk.change(changes)
        return _DONE + desk.sheet.parts.packed()
    except (RefusedError, NotAnnotatedError, BadZipFile, EOFError) as fault:
        return f"文件已损坏、加密或有数字签名（{fault}）".encode()


class _Desk:
    """The document that is changed, and the one that parts are taken from."""

    def __init__(self, sheet: Sheet, other: Sheet | None) -> None:
        self.sheet, self.other = sheet, other
        roots = list(sheet.roots.values())
        self._roots = roots
        self._styles = _styles(sheet, other) if other is not None else {}
        self._made: dict[Block, Element] = {}

    def change(self, changes: Changes) -> None:
        """Make all changes: first what keeps places as they were read."""
        self._rename(changes)
        self._bookmarks = self._marks()
        texts: defaultdict[int, list[Retext]] = defaultdict(list)
        for edit in changes.texts:
            texts[edit.passage].append(edit)
        for place, edits in sorted(texts.items()):
            if place in self.sheet.held:
                retext(self.sheet.held[place], edits, self._bookmarks)
        for cell in changes.cells:
            self._fill(cell)
        for rows in changes.rows:
            self._reorder(rows)
        for chart in changes.charts:
            assert self.other is not None
            chart_renewed(self.sheet.parts, self.other.parts, chart)
            entitled(self.sheet, self.other, chart)
        for insert in changes.inserted:
            self._insert(insert)
        for remove in changes.removed:
            self._remove(remove.block)
        self._set(changes)

    def _marks(self) -> Bookmarks:
        every = [one for root in self._roots for one in root.iter()]
        starts = [one for one in every if name(one) == "w:bookmarkStart"]
        controls = [one.get(f"{W}val") or "" for one in every if name(one) == "w:id"]
        return Bookmarks(
            (),
            [one.get(f"{W}name") or "" for one in starts],
            [int(n) for one in starts if (n := one.get(f"{W}id") or "").isdecimal()],
            [int(v) for v in controls if _numeric(v)],
        )

    def _rename(self, changes: Changes) -> None:
        renamed = {(PREFIX + a).casefold(): PREFIX + b for a, b in changes.renamed.items()}
        for root in self._roots if renamed else ():
            for one in root.iter():
                kind = name(one)
                key = {"w:bookmarkStart": f"{W}name", "w:tag": f"{W}val"}.get(kind)
                if key is not None:
                    called = one.get(key) or ""
                    one.set(key, _renamed(called, renamed))
                elif kind == "w:instrText" and PREFIX in (one.text or ""):
                    one.text = " ".join(_renamed(w, renamed) for w in (one.text or "").split(" "))

    # ------------------------------------------------------------------ from the other document

    def _taken(self, element: Element) -> Element:
        """A copy of the other document's element, its marks and styles made to fit here."""
        made = deepcopy(element)
        ids: dict[str, str] = {}
        for one in list(made.iter()):
            kind = name(one)
            if kind == "w:bookmarkStart":
                called = one.get(f"{W}name") or ""
                number, old = str(next(self._bookmarks._ids)), one.get(f"{W}id") or ""
                ids[old] = number
                one.set(f"{W}id", number)
                one.set(f"{W}name", self._bookmarks.name(_SUFFIX.sub("", called)))
            elif kind == "w:bookmarkEnd":
                one.set(f"{W}id", ids.get(one.get(f"{W}id") or "", one.get(f"{W}id") or ""))
            elif kind == "w:id" and name(one.getparent()) == "w:sdtPr":  # type: ignore[arg-type]
                one.set(f"{W}val", str(next(self._bookmarks._controls)))
            elif kind.removeprefix("w:") in _STYLED:
                style = self._styles.get(one.get(f"{W}val") or "")
                if style is None:
                    one.getparent().remove(one)  # type: ignore[union-attr]
                else:
                    one.set(f"{W}val", style)
        return made

    def _fill(self, cell: Cell) -> None:
        assert self.other is not None
        here, there = self.sheet.cells.get(cell.cell), self.other.cells.get(cell.new)
        if here is None or there is None:
            return
        for old in [p for p in here if name(p) == "w:p"]:
            here.remove(old)
        for new in [p for p in there if name(p) == "w:p"]:
            here.append(self._taken(new))

    def _reorder(self, rows: Rows) -> None:
        assert self.other is not None
        table = self.sheet.tables.get(rows.table)
        if table is None:
            return
        own = {n: row for (t, n), row in self.sheet.rows.items() if t == rows.table}
        made: list[Element] = []
        for new, number in rows.order:
            row = self.other.rows.get((rows.new, number)) if new else own.get(number)
            if row is not None:
                made.append(self._taken(row) if new else _whole(row, table))
        if not made or 0 not in own:
            return
        head = _whole(own[0], table)
        for row in own.values():
            whole = _whole(row, table)
            if whole is not head and whole.getparent() is not None:
                table.remove(whole)
        for row in reversed([row for row in made if row is not head]):
            head.addnext(row)

    def _insert(self, insert: Insert) -> None:
        assert self.other is not None
        source = self.other.block(*insert.new)
        anchor = self.sheet.block(*insert.after) if insert.own else self._made.get(insert.after)
        if source is None or anchor is None:
            return
        anchor = _outermost(anchor)
        while insert.own and (after := anchor.getnext()) is not None and _belongs(after):
            anchor = after
        source = _outermost(source)
        group = [source]
        while (after := group[-1].getnext()) is not None and _belongs(after):
            group.append(after)
        for one in reversed(group):
            new = self._taken(one)
            charts_brought(self.sheet, self.other, new)
            anchor.addnext(new)
            if one is group[-1]:
                self._made[insert.new] = new

    def _remove(self, block: Block) -> None:
        found = self.sheet.block(*block)
        if found is None:
            return
        whole = _outermost(found)
        if whole.find(f".//{W}sectPr") is not None:
            return
        if block[0]:
            while (empty := whole.getnext()) is not None and _empty(empty):
                whole.getparent().remove(empty)  # type: ignore[union-attr]
        text = "".join(one.text or "" for one in whole.iter() if name(one) == "w:t")
        while (chart := whole.getnext()) is not None and drawn(chart) and called(chart) == text:
            whole.getparent().remove(chart)  # type: ignore[union-attr]
        parent = whole.getparent()
        if parent is not None:
            parent.remove(whole)

    def _set(self, changes: Changes) -> None:
        if changes.properties and self.sheet.parts.has(_CUSTOM):
            put_properties(self.sheet.parts.root(_CUSTOM), changes.properties)


def _numeric(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


def _renamed(called: str, renamed: dict[str, str]) -> str:
    if called.casefold() in renamed:
        return renamed[called.casefold()]
    stem, suffix = _SUFFIX.sub("", called), _SUFFIX.search(called)
    if suffix is not None and stem.casefold() in renamed:
        return renamed[stem.casefold()] + suffix.group()
    return called


def _styles(sheet: Sheet, other: Sheet) -> dict[str, str]:
    """The other document's style ids by this one's, by the styles' names."""
    mine, theirs = (_named(one) for one in (sheet, other))
    ids = {called: style for style, called in mine.items()}
    return {style: ids[called] for style, called in theirs.items() if called in ids}


def _named(sheet: Sheet) -> dict[str, str]:
    place = next((t for _, k, t in sheet.parts.relations(sheet.main) if k == "styles"), "")
    if not sheet.parts.has(place):
        return {}
    found: dict[str, str] = {}
    for style in sheet.parts.root(place):
        called = style.find(f"{W}name")
        if name(style) == "w:style" and called is not None:
            found[style.get(f"{W}styleId") or ""] = (called.get(f"{W}val") or "").casefold()
    return found


def _whole(row: Element, table: Element) -> Element:
    """A row with whatever controls stand around it within its table."""
    here = row
    while (above := here.getparent()) is not None and above is not table:
        here = above
    return here


def _outermost(element: Element) -> Element:
    """The block of the body, header or cell that an element is or stands in."""
    here = element
    while (above := here.getparent()) is not None and name(above) not in (
        "w:body", "w:tc", "w:hdr", "w:ftr", "w:txbxContent",
    ):  # fmt: skip
        here = above
    return here


def _belongs(element: Element) -> bool:
    """Whether a paragraph goes with what stands before it: nothing is in it, or a chart alone."""
    return _empty(element) or drawn(element)


def _empty(element: Element) -> bool:
    """Whether this is a paragraph with nothing in it: no text, drawing, break or section."""
    if name(element) != "w:p":
        return False
    inner: Iterable[str] = (name(one) for one in element.iter())
    holds = ("w:t", "w:drawing", "w:pict", "w:br", "w:sectPr", "w:object", "w:bookmarkStart")
    return not any(one in holds for one in inner)
