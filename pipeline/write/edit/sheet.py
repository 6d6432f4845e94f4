"""A document laid open for changes: where the letters, rows and paragraphs it was read as stand."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.limits import Limits
from pipeline.read.document.content import Chart, Story
from pipeline.read.document.story import StoryReader
from pipeline.read.document.task import outlined, parts_of, read_part
from pipeline.read.document.xml import Element, name
from pipeline.read.package import open_package
from pipeline.write.returns.package import Parts


@dataclass(slots=True)
class Piece:
    """Letters of a passage that stand in one text element, from ``start`` on."""

    start: int
    element: Element

    @property
    def end(self) -> int:
        """Where they end."""
        return self.start + len(self.element.text or "")


@dataclass(slots=True)
class Held:
    """A passage's paragraph, and the pieces of its text."""

    paragraph: Element
    pieces: list[Piece] = field(default_factory=list)


class _Reader(StoryReader):
    """Reads as everybody does, and keeps hold of the elements."""

    def __init__(self, outlined_styles: frozenset[str]) -> None:
        super().__init__(outlined_styles)
        self.held: dict[int, Held] = {}
        self.tables: dict[int, Element] = {}
        self.cells: dict[tuple[int, int, int], Element] = {}
        self.rows: dict[tuple[int, int], Element] = {}
        self._within_paragraph: list[Held] = []

    def _paragraph(self, element: Element) -> None:
        if self._cell is not None:
            place = (self._cell.table, self._cell.row, self._cell.column)
            cell = next(a for a in element.iterancestors() if name(a) == "w:tc")
            self.cells.setdefault(place, cell)
            row = next(a for a in cell.iterancestors() if name(a) == "w:tr")
            self.rows.setdefault(place[:2], row)
            self.tables.setdefault(
                place[0], next(a for a in row.iterancestors() if name(a) == "w:tbl")
            )
        self._within_paragraph.append(Held(element))
        super()._paragraph(element)
        self._within_paragraph.pop()

    def _emit(self, done, heading: bool) -> None:  # type: ignore[no-untyped-def]
        before = len(self.passages)
        super()._emit(done, heading)
        if len(self.passages) > before:
            self.held[before] = self._within_paragraph[-1]

    def _letters(self, element: Element) -> None:
        here = self._here
        before = here.length if here is not None else 0
        super()._letters(element)
        if here is not None and here.length > before:
            self._within_paragraph[-1].pieces.append(Piece(before, element))

    def _described(self, element: Element) -> None:
        if (element.get("descr") or "").strip():
            self.held[len(self.passages)] = Held(element)
        super()._described(element)


class Sheet:
    """A document laid open. ``held`` are its passages by their places, ``parts`` its package.

    Raises RefusedError for what the guards of reading refuse, NotAnnotatedError for what is no
    plain package.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.parts = Parts(data)
        package = open_package(data, limits)
        reader = _Reader(outlined(package))
        charts: list[Chart] = []
        stories: dict[str, Story] = parts_of(package)
        self.main = next(iter(stories))
        self.roots = {part: self.parts.root(part) for part in stories}
        for part, story in stories.items():
            read_part(package, part, self.roots[part], story, reader, charts, limits)
        self.held, self.tables = reader.held, reader.tables
        self.rows, self.cells = reader.rows, reader.cells

    def block(self, table: bool, place: int) -> Element | None:
        """Return a table by its number, or the paragraph of a passage."""
        if table:
            return self.tables.get(place)
        held = self.held.get(place)
        return held.paragraph if held is not None else None
