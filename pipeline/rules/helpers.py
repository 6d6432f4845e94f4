"""The hidden helper columns of a blank ledger: one for each thing that a formula needs to know.

They are handed out as they are asked for, so that only what is read is settled. What each holds is
said in ``pipeline.rules.cells``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.profile.schema import Column, Profile
from pipeline.rules.algebra import longest_first
from pipeline.rules.cells import (
    ROW,
    choice,
    choice_text,
    day,
    day_as_written,
    day_made,
    number,
    quoted,
    spellings,
    text,
    tidied,
)
from pipeline.rules.masks import classes

UNIT_NAME = "check_unit"
"""Workbook name of the cell above the header that says who fills the form in."""


def spelling_names(column: str) -> tuple[str, str]:
    """Return the workbook names of a choice column's spellings, and of their choices' numbers."""
    return f"spelled_{column}", f"choice_{column}"


class NotInExcel(ValueError):  # noqa: N818 - it says what cannot be done, not that anything failed
    """A predicate that no formula can say; the check is done when the ledger has arrived."""


@dataclass(frozen=True, slots=True)
class Helper:
    """A hidden column: its place in the sheet, from 0, and each row's formula."""

    place: int
    formula: str


_DEEP = 50
_DAYS = ("date", "deadline")
_TEXTS = ("text", "enterprise", "serial")


class Columns:
    """The helper columns of a sheet, given out from ``first`` on.

    ``places`` are the sheet's columns by the profile's identifiers, from 0.
    """

    def __init__(self, profile: Profile, places: Mapping[str, int], first: int) -> None:
        self.columns: dict[str, Helper] = {}
        self.choices: list[str] = []
        self._profile = profile
        self._places = places
        self._next = first
        self._by_id = {column.id: column for column in profile.columns}

    def add(self, name: str, formula: str) -> str:
        """Give a helper column away; return the reference of its cell in the row."""
        if name not in self.columns:
            self.columns[name] = Helper(self._next, formula)
            self._next += 1
        return reference(self.columns[name].place)

    def raw(self, name: str) -> str:
        """The cell that the clerk fills."""
        return reference(self._places[name])

    def text(self, name: str) -> str:
        """The cell of a column's settled text."""
        settle = choice_text if self._column(name).type == "choice" else text
        return self.add(f"text {name}", settle(self.raw(name)))

    def tidied(self, name: str) -> str:
        """The cell of a column's text as it is counted."""
        self._column(name)
        return self.add(f"tidied {name}", tidied(self.raw(name)))

    def classed(self, name: str) -> str:
        """The cell of a column's settled text as masks are compared with it."""
        first, second = classes(self.text(name))
        return self.add(f"plain {name}", second.format(first=self.add(f"digits {name}", first)))

    def without(self, name: str, phrases: Iterable[str]) -> str:
        """The cell of a column's settled text with a blank instead of each of these phrases.

        Several cells one after another where there are many: a formula nests at most 64 deep.
        """
        told = [s for phrase in longest_first(phrases) for s in spellings(phrase)]
        cell = self.text(name)
        for start in range(0, len(told), _DEEP):
            formula = cell
            for phrase in told[start : start + _DEEP]:
                formula = f"SUBSTITUTE({formula},{quoted(phrase)},{quoted(' ')})"
            cell = self.add(f"without {name} {told[: start + _DEEP]}", formula)
        return cell

    def value(self, name: str) -> str:
        """The cell of what a column means: a day, an amount, a choice's number."""
        column = self._column(name)
        plain = self.text(name)
        if column.type in _DAYS:
            written = self.add(f"written {name}", day_as_written(plain))
            made = self.add(f"made {name}", day_made(written))
            return self.add(f"value {name}", day(self.raw(name), plain, written, made))
        if column.type == "number":
            return self.add(f"value {name}", number(self.raw(name), plain, column.answers))
        if column.type == "choice":
            if name not in self.choices:
                self.choices.append(name)
            return self.add(f"value {name}", choice(plain, *spelling_names(name)))
        raise NotInExcel(f"{column.type}: {name}")

    def owner(self, name: str) -> str:
        """The cell of whose row it is: the enterprise's settled text, or the form's own."""
        plain = self.text(name)
        own = text(UNIT_NAME)
        return self.add("owner", f'IF({plain}="",{own},{plain})')

    def kind(self, name: str) -> str:
        """Return what a column's settled value is: day, number, choice or text."""
        column = self._column(name)
        if column.type in _DAYS:
            return "day"
        if column.type in _TEXTS:
            return "text"
        if column.type in ("number", "choice"):
            return column.type
        raise NotInExcel(f"{column.type}: {name}")

    def number_of(self, name: str, value: str) -> int | None:
        """Return the number of a choice, from 1; None where the column has no such choice."""
        values = [each.value for each in self._column(name).choices]
        return values.index(value) + 1 if value in values else None

    def _column(self, name: str) -> Column:
        if name not in self._by_id:
            raise NotInExcel(f"no column of the sheet: {name}")
        return self._by_id[name]


def reference(place: int) -> str:
    """Return the reference of a cell in the row, its column fixed: ``$AB`` and the row.

    >>> reference(27) == "$AB" + ROW
    True
    """
    return f"${letters(place)}{ROW}"


def letters(place: int) -> str:
    """Return the letters of a column counted from 0."""
    found, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found
