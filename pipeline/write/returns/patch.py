"""An enterprise's own workbook back: as it was sent, its faults coloured, commented and listed.

Only these parts change: the sheets with faults and the one that was in front (which gives that up),
their comments, the style sheet, the workbook's list of sheets and the package's own lists. All
others keep their bytes. ``docProps/app.xml`` is left: it only repeats the sheets' names, for who
doesn't open the file, and Excel writes it anew.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Final
from zipfile import BadZipFile

from lxml import etree

from pipeline.limits import Limits
from pipeline.messages import say
from pipeline.read.opening import open_book
from pipeline.read.refusal import RefusedError
from pipeline.write.returns.cells import Cells, Place, reference_of
from pipeline.write.returns.comments import comment, has_comments_of
from pipeline.write.returns.fault import (
    NOTHING_TAKEN,
    AllTaken,
    Fault,
    Heading,
    Taken,
    authors,
    note,
)
from pipeline.write.returns.package import (
    NotAnnotatedError,
    Parts,
    local,
    namespace,
    parsed,
    same_name,
)
from pipeline.write.returns.page import listed, location, page_of
from pipeline.write.returns.styles import BARE, STYLES_TYPE, Looks

_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SELECTED: Final = re.compile(
    rb"""(<(?:\w+:)?sheetView\b[^>]*?)\s+tabSelected\s*=\s*(["'])(?:1|true)\2"""
)
_WORDS: Final = ("zh", "en")
_FRONT: Final = 65_536  # bytes of a sheet's part within which its views stand
_TITLES: Final = "_xlnm.Print_Titles"


def annotated(
    original: bytes,
    faults: Sequence[Fault],
    taken: AllTaken = NOTHING_TAKEN,
    *,
    lang: str,
    heading: Heading,
) -> bytes:
    """Return the workbook with ``faults`` coloured, commented, and listed on a first sheet.

    Below them it lists what was understood (``taken``). ``original`` is an .xlsx or .xlsm file.
    What an earlier return left in it gives way. The same arguments give the same bytes. Raises
    NotAnnotatedError where the file is of another kind, or not built as expected, or would not
    read as before: then a fault sheet must go back instead.
    """
    try:
        book = _Workbook(original)
        book.annotate(faults, taken, lang, heading)
        made = book.parts.packed()
        _reads_the_same(original, made, book.list_name)
    except NotAnnotatedError:
        raise
    except (
        RefusedError, BadZipFile, etree.LxmlError, zlib.error, struct.error,
        ValueError, LookupError, AttributeError, TypeError,
    ) as fault:  # fmt: skip
        raise NotAnnotatedError(str(fault)) from fault
    return made


class _Workbook:
    """The workbook part and its sheets, by name."""

    def __init__(self, original: bytes) -> None:
        self.parts = Parts(original)
        related = {kind: target for _, kind, target in self.parts.relations("")}
        self.path = related.get("officeDocument", "")
        self.root = self.parts.root(self.path)
        if local(self.root) != "workbook":
            raise NotAnnotatedError("no workbook")
        self.ns = namespace(self.root)
        targets = {key: (kind, target) for key, kind, target in self.parts.relations(self.path)}
        self._styles = next((t for kind, t in targets.values() if kind == "styles"), "")
        self.sheets = {
            element.get("name", ""): targets[self._key(element)]
            for element in self._list()
            if local(element) == "sheet"
        }
        self.list_name = ""
        self._cells: dict[str, Cells] = {}

    def annotate(
        self, faults: Sequence[Fault], taken: AllTaken, lang: str, heading: Heading
    ) -> None:
        names = authors(lang)
        looks = Looks(self.parts.root(self._styles or self._bare_styles()))
        own = self._own_list()
        for name, (kind, path) in self.sheets.items():
            mine = [f for f in faults if f.sheet == name and f.row is not None]
            if name == own or kind != "worksheet":
                continue
            if mine or looks.left_over or has_comments_of(self.parts, path, names):
                self._mark(path, mine, looks, lang)
            else:
                self._step_back(path)
        page = page_of(faults, taken, heading, lang, how="return_how")
        content = listed(page, looks.named, self._anchor, self.ns[1:-1])
        if own:
            self._replace_list(own, content)
        else:
            self._insert_list(content, say("return_sheet", lang), page.head_row)

    def _list(self) -> etree._Element:
        return next(e for e in self.root if local(e) == "sheets")

    def _bare_styles(self) -> str:
        path = "xl/styles.xml"
        if self.parts.has(path):
            path = self.parts.free_name("xl/styles{}.xml")
        self.parts.put(path, BARE.format(self.ns[1:-1]).encode())
        self.parts.declare(path, STYLES_TYPE)
        self.parts.relate(self.path, "styles", path)
        return path

    def _key(self, element: etree._Element) -> str:
        """A sheet's relationship id; its attribute's namespace tells strict from transitional."""
        return next(
            str(value) for name, value in element.attrib.items() if str(name).endswith("}id")
        )

    def _own_list(self) -> str:
        """The sheet that an earlier return put in front, if the clerk left it."""
        for word in _WORDS:
            title = say("return_title", word, file="")
            for name, (kind, path) in self.sheets.items():
                ours = kind == "worksheet" and name.startswith(say("return_sheet", word))
                if ours and any(title in text for text in self._texts(path)):
                    return name
        return ""

    def _texts(self, path: str) -> Iterator[str]:
        """Texts in a sheet, and the shared strings: there Excel keeps what stood in our cells."""
        related = self.parts.relations(self.path)
        strings = [target for _, kind, target in related if kind == "sharedStrings"]
        for part in (path, *strings):
            yield from map(str, parsed(self.parts.read(part)).itertext())

    # ------------------------------------------------------------ sheets with faults

    def _cells_of(self, path: str) -> Cells:
        if path not in self._cells:
            self._cells[path] = Cells(self.parts.root(path))
        return self._cells[path]

    def _mark(self, path: str, faults: Sequence[Fault], looks: Looks, lang: str) -> None:
        cells = self._cells_of(path)
        severities: dict[Place, str] = {}
        texts: dict[Place, list[str]] = {}
        for fault in faults:
            place = cells.anchor(fault.row or 0, fault.letter)
            if place is None:
                continue
            severities[place] = min(fault.severity, severities.get(place, "W"))  # E before W
            texts.setdefault(place, []).append(note(fault, lang))
        cells.mark(severities, looks)
        joined = {place: "\n".join(dict.fromkeys(said)) for place, said in texts.items()}
        comment(self.parts, path, cells, joined, authors(lang))
        for view in cells.root.iter(f"{namespace(cells.root)}sheetView"):
            view.attrib.pop("tabSelected", "")

    def _anchor(self, fault: Fault | Taken) -> str:
        """Where a fault's row of the list leads to."""
        kind, path = self.sheets.get(fault.sheet, ("", ""))
        if kind != "worksheet" or fault.row is None:
            return location(fault.sheet, "A1") if kind == "worksheet" else ""
        place = self._cells_of(path).anchor(fault.row, fault.letter)
        return location(fault.sheet, reference_of(place) if place else f"A{fault.row}")

    def _step_back(self, path: str) -> None:
        """Two sheets in front would be edited together: the other one gives it up."""
        data = self.parts.read(path)
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise NotAnnotatedError("encoding")
        front = _SELECTED.sub(rb"\1", data[:_FRONT])
        if len(front) != len(data[:_FRONT]):
            self.parts.put(path, front + data[_FRONT:])

    # ------------------------------------------------------------ the list

    def _replace_list(self, name: str, content: bytes) -> None:
        self.list_name = name
        self.parts.put(self.sheets[name][1], content)
        self._show(list(self.sheets).index(name))

    def _insert_list(self, content: bytes, wanted: str, head_row: int) -> None:
        """Put the list before all sheets; whatever counts sheets counts one more (18.2.19)."""
        numbered = (wanted if i == 1 else f"{wanted} ({i})" for i in count(1))
        name = next(n for n in numbered if not any(same_name(n, s) for s in self.sheets))
        folder = self.path.rpartition("/")[0]
        path = self.parts.free_name(f"{folder}/worksheets/sheet{{}}.xml".lstrip("/"))
        self.parts.put(path, content)
        self.parts.declare(path, _SHEET_TYPE)
        key = self.parts.relate(self.path, "worksheet", path)
        sheets = self._list()
        numbers = [int(e.get("sheetId", "0")) for e in sheets if local(e) == "sheet"]
        element = etree.Element(f"{self.ns}sheet")
        for attribute, value in (("name", name), ("sheetId", str(max(numbers, default=0) + 1))):
            element.set(attribute, value)
        like = next(e for e in sheets if local(e) == "sheet")
        relation = next(str(a) for a in like.attrib if str(a).endswith("}id"))
        element.set(relation, key)
        sheets.insert(0, element)
        self._shift_names()
        self._repeat_head(name, head_row)
        self._show(0)
        self.list_name = name

    def _names(self) -> etree._Element:
        found = next((e for e in self.root if local(e) == "definedNames"), None)
        if found is None:
            found = etree.Element(f"{self.ns}definedNames")
            before = ("sheets", "functionGroups", "externalReferences")
            [e for e in self.root if local(e) in before][-1].addnext(found)
        return found

    def _shift_names(self) -> None:
        for element in self.root.iter(f"{self.ns}definedName"):
            if element.get("localSheetId") is not None:
                element.set("localSheetId", str(int(element.get("localSheetId", "")) + 1))

    def _repeat_head(self, sheet: str, row: int) -> None:
        """Print the list's head on every page."""
        name = etree.Element(f"{self.ns}definedName")
        for attribute, value in (("name", _TITLES), ("localSheetId", "0")):
            name.set(attribute, value)
        name.text = location(sheet, f"${row}:${row}")
        self._names().insert(0, name)

    def _show(self, place: int) -> None:
        """Open the workbook with the list in front (18.2.30)."""
        for view in self.root.iter(f"{self.ns}workbookView"):
            view.attrib.pop("firstSheet", "")
            view.set("activeTab", str(place))


def _reads_the_same(original: bytes, made: bytes, list_name: str) -> None:
    """Refuse what would not read as before: sheets, their order and every cell."""
    before, after = (_grids(data, list_name) for data in (original, made))
    if before != after:
        raise NotAnnotatedError("reads otherwise")


def _grids(data: bytes, list_name: str) -> Mapping[str, object]:
    book = open_book(data, Limits())
    return {g.name: _trimmed(g.cells) for g in book.grids if g.name != list_name}


def _trimmed(cells: Sequence[Sequence[str]]) -> list[list[str]]:
    """Cells without blanks at the ends: an inserted blank cell may widen a sheet."""
    rows = [list(row) for row in cells]
    for row in rows:
        while row and not row[-1]:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows
