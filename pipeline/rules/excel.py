"""The algebra as Excel formulas: the same predicates that mask tables, true or false of one row.

A predicate reads settled cells, not what was typed: each column that one reads gets hidden helper
cells in the row (``pipeline.rules.helpers``), each derived column and partition too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.profile.schema import Derived, Partition, Profile
from pipeline.rules.algebra import (
    AS_OF,
    After,
    And,
    Before,
    Blank,
    Contains,
    Exceeds,
    Longer,
    Missing,
    Not,
    OneOf,
    Or,
    Outside,
    Predicate,
    Reads,
    Shaped,
    Understood,
    condition,
)
from pipeline.rules.cells import (
    UNSURE,
    all_of,
    any_of,
    asked,
    quoted,
    spellings,
)
from pipeline.rules.deadlines import days_reckoned
from pipeline.rules.helpers import Columns, NotInExcel
from pipeline.rules.masks import shaped

MOST_FORMULA = 8_192
"""Characters in a formula (Excel specifications and limits)."""

AS_OF_NAME = "check_as_of"
"""Workbook name of the cell above the header that holds the as-of date."""


class Helpers(Columns):
    """The helper columns of a sheet, and the formulas of predicates over them."""

    def __init__(self, profile: Profile, places: Mapping[str, int], first: int) -> None:
        super().__init__(profile, places, first)
        self._derived = {e.id: e for e in profile.derived if e.first_of or e.after}
        self._partitions = {each.id: each for each in profile.partitions}

    def value(self, name: str) -> str:
        """The cell of what a column means; of a derived column or partition too (a part's id)."""
        if name in self._derived:
            return self._first_of(self._derived[name])
        if name in self._partitions:
            return self._part(self._partitions[name])
        return super().value(name)

    def kind(self, name: str) -> str:
        """Return what a column's settled value is: day, number, choice, part or text."""
        if name in self._derived:
            return "day"
        return "part" if name in self._partitions else super().kind(name)

    def source(self, name: str) -> str:
        """The cell that tells which column a derived one is taken from: 1, 2…, 0 for none."""
        derived = self._derived[name]
        formula = "0"
        for place in range(len(derived.first_of), 0, -1):
            column = derived.first_of[place - 1]
            cell = self.value(column)
            there = f'OR(ISNUMBER({cell}),{cell}="{UNSURE}")'
            if column in derived.given:
                there = f'AND({there},{self.text(derived.given[column])}<>"")'
            formula = f"IF({there},{place},{formula})"
        return self.add(f"source {name}", formula)

    def _first_of(self, derived: Derived) -> str:
        source = self.source(derived.id)
        formula = '""'
        if days_reckoned(derived):
            # Left to the program: weekends that are worked are beyond Excel's working days.
            formula = f'IF({self.value(str(derived.after))}="","","{UNSURE}")'
        for place in range(len(derived.first_of), 0, -1):
            cell = self.value(derived.first_of[place - 1])
            formula = f"IF({source}={place},{cell},{formula})"
        return self.add(f"value {derived.id}", formula)

    def _part(self, partition: Partition) -> str:
        """The first part that takes the row, by its id; "" outside, ``UNSURE`` where in doubt."""
        parts = [condition(part.when) for part in partition.parts]
        formula = '""'
        for part, holds in reversed(list(zip(partition.parts, parts, strict=True))):
            inside = f"IF({self.holds(holds)},{quoted(part.id)},{formula})"
            formula = quoted(part.id) if part.rest else inside
        formula = _unless(self.doubts(And(tuple(parts))), formula)
        within = condition(partition.within)
        if partition.within:
            formula = _unless(self.doubts(within), f'IF({self.holds(within)},{formula},"")')
        return self.add(f"value {partition.id}", formula)

    # ------------------------------------------------------------ predicates

    def fault(self, predicate: Predicate) -> str:
        """Return the formula that is true where a predicate surely holds of the row.

        Raises NotInExcel where no formula can say it.
        """
        doubts = self.doubts(predicate)
        holds = self.holds(predicate)
        return all_of((f"NOT({any_of(doubts)})", holds)) if doubts else holds

    def doubts(self, predicate: Predicate) -> list[str]:
        """Return the tests of what a predicate depends on and Excel may not be sure of."""
        cells: list[str] = []
        match predicate:
            case And(parts) | Or(parts):
                return list(dict.fromkeys(d for part in parts for d in self.doubts(part)))
            case Not(inner):
                return self.doubts(inner)
            case Before(name, other) | After(name, other) | Missing(name, other):
                cells = [self.value(n) for n in (name, other) if n != AS_OF]
            case Exceeds(name, other):
                cells = [self.value(n) for n in (name, other)]
            case Understood(name) | OneOf(name) | Outside(name):
                if self.kind(name) in ("day", "number", "part"):
                    cells = [self.value(name)]
            case _:
                pass
        return [f'{cell}="{UNSURE}"' for cell in cells]

    def holds(self, predicate: Predicate) -> str:
        """Return the formula of a predicate, what Excel is not sure of left out of account."""
        match predicate:
            case And(parts):
                return all_of(self.holds(part) for part in parts)
            case Or(parts):
                return any_of(self.holds(part) for part in parts)
            case Not(inner):
                return f"NOT({self.holds(inner)})"
            case Blank(name):
                return self._blank(name)
            case Understood(name):
                return self._understood(name)
            case OneOf(name, values):
                return self._one_of(name, values)
            case Reads(name, told):
                return any_of(self._same(self.text(name), self._spelled(name, told)))
            case Contains(name, phrases, apart_from):
                cell = self.without(name, apart_from)
                found = (s for phrase in phrases for s in spellings(phrase))
                return any_of(f"ISNUMBER(FIND({quoted(s)},{cell}))" for s in found)
            case Shaped(name, masks):
                return any_of(shaped(self.text(name), self.classed(name), mask) for mask in masks)
            case Longer(name, most):
                return f"LEN({self.tidied(name)})>{most}"
            case Outside(name, least, most):
                cell = self.value(name)
                return f"IF(ISNUMBER({cell}),OR({cell}<{least:f},{cell}>{most:f}),FALSE)"
            case Exceeds(name, other, times):
                cell, limit = self.value(name), self.value(other)
                compared = f"{cell}>ROUND({limit}*{times:f},6)"
                return f"IF(COUNT({cell},{limit})=2,{compared},FALSE)"
            case Before(_, _, _, calendar) | After(_, _, _, calendar) if calendar is not None:
                # Excel's own working days know no weekends that are worked.
                raise NotInExcel("working days")
            case Before(name, other, days):
                return self._compared(name, "<", other, days)
            case After(name, other, days):
                return self._compared(name, ">", other, days)
            case Missing(name, other):
                cells = [self.value(n) for n in (name, other) if n != AS_OF]
                return f"COUNT({','.join(cells)})<{len(cells)}"
            case _:
                raise NotInExcel(type(predicate).__name__)

    def _blank(self, name: str) -> str:
        if name in self._derived:
            return f"NOT(ISNUMBER({self.value(name)}))"
        return f'{self.text(name)}=""'

    def _understood(self, name: str) -> str:
        match self.kind(name):
            case "choice":
                return f"{self.value(name)}>0"
            case "day" | "number":
                return f"ISNUMBER({self.value(name)})"
            case "text":
                return f'{self.text(name)}<>""'
            case kind:
                raise NotInExcel(f"{kind}: {name}")

    def _one_of(self, name: str, values: Iterable[str]) -> str:
        match self.kind(name):
            case "choice":
                numbers = (self.number_of(name, value) for value in values)
                return any_of(f"{self.value(name)}={n}" for n in numbers if n is not None)
            case "part":
                return any_of(f"{self.value(name)}={quoted(value)}" for value in values)
            case "text":
                return any_of(self._same(self.tidied(name), values))
            case kind:
                raise NotInExcel(f"{kind}: {name}")

    def _spelled(self, name: str, told: Iterable[str]) -> Iterable[str]:
        if self._column(name).type == "choice":
            return asked(told)
        return (s for each in told for s in spellings(each))

    def _same(self, cell: str, texts: Iterable[str]) -> list[str]:
        return [f"EXACT({cell},{quoted(each)})" for each in texts]

    def _compared(self, name: str, sign: str, other: str, days: int) -> str:
        cell = self.value(name)
        base = AS_OF_NAME if other == AS_OF else self.value(other)
        moment = f"{base}{days:+d}" if days else base
        return f"IF(COUNT({cell},{base})=2,{cell}{sign}{moment},FALSE)"


def _unless(doubts: list[str], formula: str) -> str:
    return f'IF({any_of(doubts)},"{UNSURE}",{formula})' if doubts else formula
