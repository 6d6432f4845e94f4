"""A fault as an enterprise is told it: where it stands in its own file, what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pipeline.messages import say
from pipeline.model import Sheet

if TYPE_CHECKING:
    from pipeline.write.told import ToldFinding

_ASKED = ("E", "W")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to correct (severity E) or to check (W).

    ``sheet`` is the name as in the file, "" for what concerns the file as a whole; ``row`` the row
    as Excel shows it, from 1, None for sheet and file; ``letter`` the column's letter, "" where it
    is not one cell; ``header`` the column as it stands in the file.
    """

    sheet: str
    row: int | None
    letter: str
    header: str
    value: str
    severity: str
    message: str
    remedy: str
    code: str = ""

    @property
    def cause(self) -> tuple[object, ...] | None:
        """What all of one cause have in common; None where neither row nor item is told."""
        if self.row is None and not self.value:
            return None
        place = (self.sheet, self.row is None, self.letter, self.header)
        return (*place, self.severity, self.code, self.remedy)


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that was understood though it is not in its normal form: nothing need be mended.

    ``meaning`` is what it was taken for, ``how`` tells how and where, in words; ``row`` is the
    first of ``count``. The other fields are as in ``Fault``.
    """

    sheet: str
    row: int
    letter: str
    header: str
    value: str
    meaning: str
    how: str
    count: int


@dataclass(frozen=True, slots=True)
class AllTaken:
    """What was understood in a file: the first texts, how many more, how many cells in all."""

    first: tuple[Taken, ...] = ()
    more: int = 0
    cells: int = 0


NOTHING_TAKEN = AllTaken()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a return says of itself: the file it answers, the data's date, until when to answer."""

    file: str
    as_of: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """Rows of one sheet that a fault sheet quotes.

    ``columns`` are letter ("" where it is not known) and header; ``rows`` the row's number as Excel
    shows it and its cells as text, one for each column. ``name`` is the sheet's.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...] = field(default=())


def faults_of(findings: Sequence[ToldFinding], sheets: Sequence[Sheet]) -> tuple[Fault, ...]:
    """Return the faults among one file's findings, in the order in which they stand in it.

    Notes (severity I) ask for nothing and are left out. ``sheets`` are the file's.
    """
    places = {sheet.name: place for place, sheet in enumerate(sheets)}
    made = dict.fromkeys(_fault(f) for f in findings if f.severity in _ASKED)
    return tuple(sorted(made, key=lambda fault: _order(fault, places)))


def _fault(told: ToldFinding) -> Fault:
    return Fault(
        sheet=told.sheet,
        row=told.row,
        letter=told.letter,
        header=told.column,
        value=told.value,
        severity=told.severity,
        message=told.message,
        remedy=told.remedy,
        code=told.code,
    )


def _order(fault: Fault, places: Mapping[str, int]) -> tuple[object, ...]:
    """What concerns the whole file or sheet comes before its cells."""
    place = places.get(fault.sheet, -1) if fault.sheet else -1
    return (
        place, fault.row or 0, len(fault.letter), fault.letter, fault.severity, fault.message,
    )  # fmt: skip


def counts(faults: Sequence[Fault]) -> tuple[int, int]:
    """Return how many must be corrected, and how many be checked."""
    errors = sum(fault.severity == "E" for fault in faults)
    return errors, len(faults) - errors


def authors(lang: str) -> tuple[str, ...]:
    """Return the name that the program's comments carry, and that of the other language."""
    return tuple(dict.fromkeys(say("return_author", each) for each in (lang, "zh", "en")))


def note(fault: Fault, lang: str) -> str:
    """Return what the comment on a cell says of one fault."""
    severity = say(f"severity_{fault.severity}", lang)
    return say(
        "return_comment", lang, severity=severity, message=fault.message, remedy=fault.remedy
    )
