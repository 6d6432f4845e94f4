"""The algebra in which every rule and state is said once.

A predicate is a value. Here it becomes an Arrow mask over a settled table; the same value can
become an Excel formula. A comparison with a missing value is false, as in Excel's helper cells;
say ``Blank`` where absence is the point.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.model import typed
from pipeline.profile.base import DateTest, TextTest, When
from pipeline.text import fold, tidy
from pipeline.workdays import Calendar

AS_OF = "as_of"
OPEN_END = "…"
"""At the end of a mask: whatever follows."""


class Predicate:
    """Something that is true or false of each row."""


@dataclass(frozen=True, slots=True)
class Blank(Predicate):
    """Nothing stands in the column."""

    column: str


@dataclass(frozen=True, slots=True)
class OneOf(Predicate):
    """The value (typed where the column has a type) is one of these, exactly."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reads(Predicate):
    """The text, folded, is one of these: what stands there, not what was understood."""

    column: str
    spellings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contains(Predicate):
    """The text, folded, holds one of these phrases somewhere.

    Longer phrases in which they mean something else are left out first: ``apart_from``.
    """

    column: str
    phrases: tuple[str, ...]
    apart_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shaped(Predicate):
    """The text, folded, has the shape of one of these masks, from its first sign to its last.

    In a mask ``9`` stands for a digit, ``A`` for a letter of the Latin alphabet, ``?`` for any
    sign, ``…`` at its end for whatever follows; every other sign for itself. Declared classes
    instead of regular expressions: Excel can tell them too.
    """

    column: str
    masks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Longer(Predicate):
    """The text has more than ``most`` characters, those at its ends that show nothing left out."""

    column: str
    most: int


@dataclass(frozen=True, slots=True)
class Outside(Predicate):
    """The number is less than ``least`` or more than ``most``."""

    column: str
    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Exceeds(Predicate):
    """The number is more than ``times`` the number in another column."""

    column: str
    other: str
    times: Decimal


@dataclass(frozen=True, slots=True)
class Understood(Predicate):
    """The text was understood as a value of the column's type."""

    column: str


@dataclass(frozen=True, slots=True)
class Before(Predicate):
    """The date lies before ``other`` (a column or "as_of") plus ``days``.

    With a ``calendar`` these are its working days.
    """

    column: str
    other: str
    days: int = 0
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class After(Predicate):
    """The date lies after ``other`` (a column or "as_of") plus ``days``, as for ``Before``."""

    column: str
    other: str
    days: int = 0
    calendar: Calendar | None = None


@dataclass(frozen=True, slots=True)
class Not(Predicate):
    """The other way round."""

    inner: Predicate


@dataclass(frozen=True, slots=True)
class And(Predicate):
    """All of them; true of every row where there are none."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Or(Predicate):
    """Any of them; true of no row where there are none."""

    parts: tuple[Predicate, ...]


def condition(when: When) -> Predicate:
    """Return a profile's declared conditions as a predicate."""
    parts: list[Predicate] = []
    for column, test in when.items():
        if isinstance(test, DateTest):
            parts.extend(_date_tests(column, test))
        elif isinstance(test, TextTest):
            parts.append(Contains(column, test.contains, test.apart_from))
        else:
            parts.append(OneOf(column, tuple(test)))
    return And(tuple(parts))


def _date_tests(column: str, test: DateTest) -> list[Predicate]:
    parts: list[Predicate] = []
    if test.blank is not None:
        # A date that nobody can read is no date: a blank one and a doubtful one are alike here.
        parts.append(Not(Understood(column)) if test.blank else Understood(column))
    if test.before is not None:
        parts.append(Before(column, test.before))
    if test.after is not None:
        parts.append(After(column, test.after))
    if test.not_before is not None:
        parts.append(Not(Or((Missing(column, test.not_before), Before(column, test.not_before)))))
    if test.not_after is not None:
        parts.append(Not(Or((Missing(column, test.not_after), After(column, test.not_after)))))
    return parts


@dataclass(frozen=True, slots=True)
class Missing(Predicate):
    """Either date is not there, so that they can't be compared."""

    column: str
    other: str


def reads(predicate: Predicate) -> tuple[str, ...]:
    """Return the columns that a predicate looks at, sorted, "as_of" left out."""
    match predicate:
        case And(parts) | Or(parts):
            found = {name for part in parts for name in reads(part)}
        case Not(inner):
            found = set(reads(inner))
        case Before(column, other) | After(column, other) | Missing(column, other):
            found = {column, other} - {AS_OF}
        case Exceeds(column, other):
            found = {column, other}
        case Blank(column) | OneOf(column) | Reads(column) | Understood(column):
            found = {column}
        case Contains(column) | Shaped(column) | Longer(column) | Outside(column):
            found = {column}
        case _:
            raise TypeError(f"no such predicate: {predicate!r}")
    return tuple(sorted(found))


def mask(predicate: Predicate, table: pa.Table, as_of: date) -> pa.ChunkedArray:
    """Return one boolean per row of ``table``, never null.

    Raises KeyError where the table lacks a column that the predicate reads.
    """
    size = table.num_rows
    match predicate:
        case And(parts):
            return reduce(pc.and_, (mask(p, table, as_of) for p in parts), _all(size, True))
        case Or(parts):
            return reduce(pc.or_, (mask(p, table, as_of) for p in parts), _all(size, False))
        case Not(inner):
            return pc.invert(mask(inner, table, as_of))
        case Blank(column):
            return pc.is_null(_value_or_text(table, column))
        case Understood(column):
            return pc.is_valid(_value(table, column))
        case OneOf(column, values):
            return _known(pc.is_in(_value(table, column), pa.array(values, pa.string())))
        case Reads(column, spellings):
            wanted = {fold(spelling) for spelling in spellings}
            return asked_once(table.column(column), lambda text: fold(text) in wanted)
        case Contains(column, phrases, apart_from):
            found = finder(phrases, apart_from)
            return asked_once(table.column(column), lambda text: found(text) is not None)
        case Shaped(column, masks):
            shape = re.compile("|".join(map(_shape, masks)), re.DOTALL)
            return asked_once(table.column(column), lambda text: bool(shape.fullmatch(fold(text))))
        case Longer(column, most):
            return asked_once(table.column(column), lambda text: len(tidy(text)) > most)
        case Outside(column, least, most):
            number = _value(table, column)
            return _known(pc.or_(pc.less(number, least), pc.greater(number, most)))
        case Exceeds(column, other, times):
            limit = pc.multiply(_value(table, other), pa.scalar(times))
            return _known(pc.greater(_value(table, column), limit))
        case Before(column, other, days, calendar):
            moment = _moment(table, other, days, calendar, as_of)
            return _known(pc.less(_value(table, column), moment))
        case After(column, other, days, calendar):
            moment = _moment(table, other, days, calendar, as_of)
            return _known(pc.greater(_value(table, column), moment))
        case Missing(column, other):
            absent = pc.is_null(_value(table, column))
            return absent if other == AS_OF else pc.or_(absent, pc.is_null(_value(table, other)))
        case _:
            raise TypeError(f"no such predicate: {predicate!r}")


def finder(phrases: Iterable[str], apart_from: Iterable[str] = ()) -> Callable[[str], str | None]:
    """Return what finds the first of ``phrases`` in a text, None where it holds none; see Contains.

    >>> finder(["完成"])("尚未完成"), finder(["完成"], ["未完成"])("尚未完成")
    ('完成', None)
    """
    told = [(phrase, fold(phrase)) for phrase in phrases]
    longer = [fold(phrase) for phrase in longest_first(apart_from)]

    def found(text: str) -> str | None:
        plain = fold(text)
        for phrase in longer:
            plain = plain.replace(phrase, " ")
        return next((phrase for phrase, folded in told if folded in plain), None)

    return found


def longest_first(phrases: Iterable[str]) -> list[str]:
    """The order in which phrases are taken out, so that none hides a longer one."""
    return sorted(phrases, key=lambda phrase: (-len(fold(phrase)), fold(phrase)))


def _all(size: int, value: bool) -> pa.ChunkedArray:
    return pa.chunked_array([pa.repeat(pa.scalar(value), size)])


def _known(flags: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(flags, False)


def _value(table: pa.Table, column: str) -> pa.ChunkedArray:
    twin = typed(column)
    return table.column(twin if twin in table.column_names else column)


def _value_or_text(table: pa.Table, column: str) -> pa.ChunkedArray:
    """A cell is blank when its text is; a derived column has only its value."""
    return table.column(column if column in table.column_names else typed(column))


def _moment(
    table: pa.Table, other: str, days: int, calendar: Calendar | None, as_of: date
) -> pa.Scalar | pa.ChunkedArray:
    """Return the day, or one for each row, that dates are compared with."""
    if other == AS_OF:
        return shifted(pa.chunked_array([pa.array([as_of], pa.date32())]), days, calendar)[0]
    return shifted(_value(table, other), days, calendar)


def shifted(dates: pa.ChunkedArray, days: int, calendar: Calendar | None = None) -> pa.ChunkedArray:
    """Return the dates so many days later (earlier, if negative): working days of ``calendar``."""
    if not days:
        return dates
    if calendar is not None:
        return calendar.after(dates, days)
    moved = pc.add(pc.cast(dates, pa.int32()), pa.scalar(days, pa.int32()))
    return pc.cast(moved, pa.date32())


def _shape(mask: str) -> str:
    signs = mask.removesuffix(OPEN_END)
    shape = "".join(_CLASSES.get(sign) or re.escape(fold(sign)) for sign in signs)
    return shape if signs == mask else f"{shape}.*"


_CLASSES = {"9": "[0-9]", "A": "[a-z]", "?": "."}


def asked_once(texts: pa.ChunkedArray, holds: Callable[[str], bool]) -> pa.ChunkedArray:
    """Ask each distinct text once; where there is none it does not hold."""
    encoded = texts.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    hit = pa.array([holds(text or "") for text in encoded.dictionary.to_pylist()], pa.bool_())
    return pa.chunked_array([pc.fill_null(pc.take(hit, encoded.indices), False)])


def matching(when: When, table: pa.Table, as_of: date) -> pa.Table:
    """Return the rows of ``table`` of which a profile's conditions hold."""
    if not when:
        return table
    return table.filter(mask(condition(when), table, as_of))
