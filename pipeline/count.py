"""Count: figures from the roster, the roll call and the registry, each by its definition.

The rows behind a figure come from one function; the figure is how many they are, or their sum.
Counting, tracing and proving all use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import ENTERPRISE, KEY, SEVERAL, TWINS, FigureRef, Number, typed
from pipeline.profile.base import Table, When
from pipeline.profile.names import REGISTRY_COLUMNS
from pipeline.profile.schema import Figure, Phrase, Profile
from pipeline.registry import Registry
from pipeline.rules.algebra import matching

UNKNOWN = ""
"""Value of a breakdown for items that have none."""


@dataclass(frozen=True)
class Ledger:
    """What a ledger's figures are counted from, as of its date."""

    profile: Profile
    as_of: date
    roster: pa.Table
    roll_call: pa.Table
    registry: Registry

    @cached_property
    def registry_table(self) -> pa.Table:
        """The registry as a table: name, and its columns as strings ("" where blank)."""
        rows = [
            {**{c: e.attributes.get(c, "") for c in REGISTRY_COLUMNS}, "name": e.name}
            for e in self.registry.enterprises
        ]
        schema = pa.schema([(name, pa.string()) for name in REGISTRY_COLUMNS])
        return pa.Table.from_pylist(rows, schema=schema)

    def table(self, name: Table) -> pa.Table:
        """Return the roster, the roll call or the registry."""
        if name == "roster":
            return self.roster
        return self.roll_call if name == "roll_call" else self.registry_table

    @cached_property
    def slices(self) -> Mapping[str, Mapping[str, pa.Table]]:
        """The roster by breakdown column and value, in the order in which they are printed.

        By a column of days: what there was at the end of each, by ISO date.
        """
        parts = {by: dict(_slices(self, by)) for by in self.profile.breakdowns}
        return parts | {by: dict(_days(self, by)) for by in self.profile.days}


def rows_behind(ledger: Ledger, ref: FigureRef) -> pa.Table:
    """Return the rows a figure is made of: of a ratio or a gain those of its first part.

    Those of ``uncovered`` are the registry's.

    Raises KeyError where the profile has no such figure, or the breakdown no such value.
    """
    figure = ledger.profile.figure(ref.figure)
    if figure.kind in ("ratio", "gain"):
        return rows_behind(ledger, FigureRef(ref.ledger, str(figure.of), ref.by, ref.at))
    table = ledger.table(figure.table)
    if ref.by:
        table = ledger.slices[ref.by][ref.at]
    rows = matching(figure.where, table, ledger.as_of)
    if figure.kind not in _OF_REGISTRY:
        return rows
    names = _covered(ledger, figure, rows)
    if figure.kind == "uncovered":
        among = _among(ledger, figure.among)
        return among.filter(pc.invert(pc.is_in(among.column("name"), names)))
    return rows.filter(pc.is_in(rows.column(ENTERPRISE), names))


def value(ledger: Ledger, ref: FigureRef) -> Number:
    """Return the figure: int for counts, Decimal for sums and percentages (one decimal).

    A gain is what ``of`` is above ``over``, 0 where it is not; so a rise and a fall are two
    figures, each with words of its own.
    """
    figure = ledger.profile.figure(ref.figure)
    if figure.kind == "ratio":
        parts = (FigureRef(ref.ledger, str(n), ref.by, ref.at) for n in (figure.of, figure.over))
        return percent(*(value(ledger, part) for part in parts))
    if figure.kind == "gain":
        names = (str(figure.of), str(figure.over))
        now, before = (value(ledger, FigureRef(ref.ledger, name)) for name in names)
        return max(now - before, 0 * now) if now is not None and before is not None else None
    rows = rows_behind(ledger, ref)
    if figure.kind in ("count", "uncovered"):
        return int(rows.num_rows)
    if figure.kind == "sum":
        total = pc.sum(rows.column(typed(str(figure.of)))).as_py()
        return Decimal(total or 0).normalize() + 0
    if figure.kind == "greatest":
        greatest: Number = pc.max(rows.column(typed(str(figure.of)))).as_py()
        return greatest
    if figure.kind in ("covered", "coverage"):
        covered = int(pc.count_distinct(rows.column(ENTERPRISE)).as_py())
        whole = _among(ledger, figure.among).num_rows
        return percent(covered, whole) if figure.kind == "coverage" else covered
    # One number spelt in two ways is one number.
    own = figure.of == ledger.profile.key and figure.table == "roster"
    column = KEY if own else value_column(ledger.profile, str(figure.of))
    return int(pc.count_distinct(rows.column(column)).as_py())


def percent(part: Number, whole: Number) -> Number:
    """Return part of whole in per cent with one decimal, halves rounded up; None of nothing."""
    if part is None or not whole:
        return None
    share = Decimal(part) * 100 / Decimal(whole)
    return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


_OF_REGISTRY = ("covered", "uncovered", "coverage")
"""Kinds of figures that ask of each enterprise of the registry whether it has rows."""


def _covered(ledger: Ledger, figure: Figure, rows: pa.Table) -> pa.Array:
    """Names of enterprises ``among`` that have a row, one for each value that ``every`` names."""
    names = _among(ledger, figure.among).column("name").combine_chunks()
    names = names.filter(pc.is_in(names, rows.column(ENTERPRISE).combine_chunks()))
    for column, values in figure.every.items():
        for wanted in values:
            having = matching({column: (wanted,)}, rows, ledger.as_of)
            names = names.filter(pc.is_in(names, having.column(ENTERPRISE).combine_chunks()))
    return names


def _among(ledger: Ledger, among: When) -> pa.Table:
    return matching(among, ledger.registry_table, ledger.as_of)


def value_column(profile: Profile, column: str) -> str:
    """Return the table column in which a profile column's understood value stands."""
    types = {c.id: c.type for c in profile.columns}
    if column == profile.enterprise_column:
        return ENTERPRISE
    derived = any(each.id == column for each in profile.derived)
    return typed(column) if derived or types.get(column) in TWINS else column


def _slices(ledger: Ledger, by: str) -> Iterator[tuple[str, pa.Table]]:
    """Split the roster by a breakdown column; a cell with several values is in several slices."""
    column = value_column(ledger.profile, by)
    cells = ledger.roster.column(column).to_pylist()
    several = any(c.id == by and c.type == "choices" for c in ledger.profile.columns)
    rows: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        for part in (cell or UNKNOWN).split(SEVERAL) if several else (cell or UNKNOWN,):
            rows.setdefault(part, []).append(place)
    for at in _order(ledger, by, rows):
        yield at, ledger.roster.take(pa.array(rows[at], pa.int64()))


def _days(ledger: Ledger, by: str) -> Iterator[tuple[str, pa.Table]]:
    """The rows dated on or before each day that occurs; a row without a date is in none."""
    dates = ledger.roster.column(typed(by))
    for day in sorted(d for d in pc.unique(dates).to_pylist() if d is not None):
        if day <= ledger.as_of:
            until = pc.fill_null(pc.less_equal(dates, pa.scalar(day, pa.date32())), False)
            yield day.isoformat(), ledger.roster.filter(until)


def _order(ledger: Ledger, by: str, rows: Mapping[str, object]) -> Sequence[str]:
    """Enterprises, and what the registry says, in its order, choices in the profile's.

    The unknown comes last.
    """
    brought = next((d.registry for d in ledger.profile.derived if d.id == by), None)
    if by == ledger.profile.enterprise_column:
        listed = ledger.registry.names
    elif brought is not None:
        cells = (e.attributes.get(brought, "") for e in ledger.registry.enterprises)
        listed = tuple(dict.fromkeys(cells))
    else:
        listed = tuple(
            choice.value for c in ledger.profile.columns if c.id == by for choice in c.choices
        )
    place = {name: number for number, name in enumerate(listed)}
    return sorted(rows, key=lambda at: (at == UNKNOWN, place.get(at, len(place)), at))


def figures(ledger: Ledger) -> dict[FigureRef, Number]:
    """Return every figure of the ledger: for the whole, and for each value of each breakdown.

    Broken down are counts, sums and distinct values of the roster, and ratios of such; by days also
    how much of the registry is covered.
    """
    profile = ledger.profile
    found = {(ref := FigureRef(profile.id, f.id)): value(ledger, ref) for f in profile.figures}
    for by, slices in ledger.slices.items():
        for at in slices:
            for figure in profile.figures:
                if breaks_down(profile, figure, by):
                    ref = FigureRef(profile.id, figure.id, by, at)
                    found[ref] = value(ledger, ref)
    return found


def breaks_down(profile: Profile, figure: Figure, by: str) -> bool:
    """Tell whether a figure can be told for parts of the roster by that column."""
    if figure.kind == "ratio":
        parts = (profile.figure(str(name)) for name in (figure.of, figure.over))
        return all(breaks_down(profile, part, by) for part in parts)
    kinds = ("count", "sum", "distinct", "greatest", *(_OF_REGISTRY if by in profile.days else ()))
    return figure.table == "roster" and figure.kind in kinds


def names_told(ledger: Ledger, told: Phrase) -> tuple[str, ...]:
    """Return the different names a phrase tells, in the registry's order; "" for none."""
    place = {name: number for number, name in enumerate(ledger.registry.names)}
    names = {name or UNKNOWN for name in _names_told(ledger, told)}
    return tuple(sorted(names, key=lambda name: (place.get(name, len(place)), name)))


def _names_told(ledger: Ledger, told: Phrase) -> list[str | None]:
    """The names a phrase tells, one for each row."""
    if told.figure is not None:
        lacking = rows_behind(ledger, FigureRef(ledger.profile.id, told.figure))
        return list(lacking.column("name").to_pylist())
    rows = matching(told.where, ledger.table(told.table), ledger.as_of)
    own = told.table == "roster"
    column = value_column(ledger.profile, told.column) if own else told.column
    return list(rows.column(column).to_pylist())
