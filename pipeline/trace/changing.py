"""What is being changed in a document: three forms of it, the changes, what is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipeline.trace.tokens import Reading
from pipeline.write.edit.changes import Cell, Changes, Charted, Insert, Remove, Retext, Rows

Kind = Literal["figure", "words", "added", "removed", "row_added", "row_removed",
               "chart", "kept", "absent", "gone"]  # fmt: skip
"""figure, words: changed; added, removed: a paragraph or table; row_added, row_removed; chart: its
numbers; kept: what a person edited and that says otherwise now; absent: a new sentence with no
place; gone: a number that there is none of any more."""

TOLD: tuple[Kind, ...] = ("kept", "absent", "gone")
"""What a person has to see to."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, or what can't be changed: the passage where it is, what stood, what stands."""

    kind: Kind
    passage: int | None
    old: str
    new: str
    tag: str | None = None
    hand: bool = False


@dataclass
class Changing:
    """Changes as they are made, and as they are told.

    ``mine`` is the document as the person left it, ``old`` as it was written, ``new`` as it is
    composed now. ``expected`` are the figures now, by their ids now; ``gone`` are passages that go.
    """

    mine: Reading
    old: Reading
    new: Reading
    expected: Mapping[str, str]
    texts: list[Retext] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)
    inserted: list[Insert] = field(default_factory=list)
    removed: list[Remove] = field(default_factory=list)
    charts: list[Charted] = field(default_factory=list)
    told: list[Change] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)

    def changes(self, renamed: Mapping[str, str], properties: Mapping[str, str]) -> Changes:
        """Return what is to be done to the document."""
        return Changes(
            tuple(self.texts), tuple(self.cells), tuple(self.rows), tuple(self.inserted),
            tuple(self.removed), tuple(self.charts), renamed, properties,
        )  # fmt: skip

    def note(
        self, kind: Kind, place: int | None, old: str, new: str, tag: str | None = None
    ) -> None:
        """Tell of a change."""
        self.told.append(Change(kind, place, old, new, tag))
