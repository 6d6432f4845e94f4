"""What a profile may say. Nothing here holds an expression or code: names, values, parameters.

A profile is a TOML file; unknown keys are refused with their place (``pipeline.profile.load``).
Text for people is always given in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Annotated, Literal

from pydantic import Field

from pipeline.audience import EVERYONE, Audience
from pipeline.profile.base import Code, Declared, Grade, Identifier, Table, When, Words
from pipeline.profile.printed import (
    BriefingSection,
    CommonProblems,
    Material,
    MessagePart,
    RowReport,
)
from pipeline.workdays import PUBLISHED, Calendar


class Choice(Declared):
    """A value that a choice column may hold, and the spellings that surely mean it."""

    value: str
    en: str
    accepts: tuple[str, ...] = ()


class Column(Declared):
    """A column of the ledger.

    ``aliases`` are labels taken as this column; ``weak_aliases`` only where no other column of the
    sheet is it; ``shared_aliases`` are claimed by several columns, and the cells decide. ``former``
    are labels of older versions of the blank ledger.

    ``required``: "E", the column must be there and be filled for a row to count; "W", a blank is
    asked about. ``asks`` are values known to be doubtful, never mapped. A ``deadline`` is a date or
    words that name a period (2020年底前); a ``serial`` is only the row's number; an ``ordinal`` is
    a number in words or digits (第一批, 1), counted by its number. ``pictures``: a picture in the
    cell is an answer.
    """

    id: Identifier
    label: Words
    type: Literal[
        "enterprise",
        "serial",
        "text",
        "ordinal",
        "date",
        "deadline",
        "number",
        "choice",
        "choices",
    ] = "text"
    aliases: tuple[str, ...] = ()
    weak_aliases: tuple[str, ...] = ()
    shared_aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    asks: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    pictures: bool = False
    width: Annotated[float, Field(gt=0, le=120)] = 14
    required: Literal["E", "W"] | None = None
    purpose: Words
    example: str = ""
    audience: tuple[Audience, ...] = EVERYONE
    since: int = 1


class Retired(Declared):
    """A column that older versions of the blank ledger had; known, kept, no longer asked for."""

    label: str
    until: int
    why: Words


class SheetHints(Declared):
    """Where the ledger may stand in a workbook.

    ``header_within`` rows are searched for the header; it must show at least ``at_least`` known
    columns. ``names`` are parts of sheet names that speak for this ledger. ``guidance`` are texts
    that stand under the header and tell what to fill in (Required, MM/DD/YYYY): a row of them is no
    data.
    """

    names: tuple[str, ...] = ()
    guidance: tuple[str, ...] = ()
    header_within: Annotated[int, Field(ge=1, le=50)] = 10
    at_least: Annotated[int, Field(ge=1)] = 3


class Derived(Declared):
    """A column made from others: the first that is understood, or the days since a date.

    ``given`` names columns that must be filled for a source to be taken (an extended deadline needs
    its approval). Where none of ``first_of`` is understood, it is the day that comes ``days`` or
    ``working_days`` after the date in ``after``; how many may be the campaign's to say. Days are
    told of items ``within`` these parts only, with ``working`` the working days among them. With
    ``registry`` it is what that column of the registry says of the row's enterprise, unless one of
    ``first_of`` says so itself.
    """

    id: Identifier
    label: Words
    first_of: tuple[Identifier, ...] = ()
    given: dict[Identifier, Identifier] = {}
    after: Identifier | None = None
    days: Annotated[int, Field(ge=1)] | None = None
    working_days: Annotated[int, Field(ge=1)] | None = None
    days_since: Identifier | None = None
    working: bool = False
    within: When = {}
    registry: Identifier | None = None

    @property
    def a_deadline(self) -> bool:
        """Whether it is a date made from the row's own dates."""
        return self.registry is None and bool(self.first_of or self.after)


class Part(Declared):
    """One part of a partition. ``rest`` takes whatever no part before it took."""

    id: Identifier
    label: Words
    when: When = {}
    rest: bool = False


class Partition(Declared):
    """A way to divide items so that parts add up: each item is in the first part that takes it.

    ``within`` limits it to items in parts of other partitions; the others are in no part.
    """

    id: Identifier
    label: Words
    within: When = {}
    parts: tuple[Part, ...]


class Stages(Declared):
    """Which partition says how far an item is, and which of its parts mean what to the engine."""

    partition: Identifier
    completed: tuple[Identifier, ...]
    ongoing: tuple[Identifier, ...]
    removed: tuple[Identifier, ...] = ()
    undecided: Identifier = "undecided"


class Rule(Declared):
    """A named check with parameters. ``family`` is one of ``pipeline.rules.families``.

    ``working_days`` stand instead of ``days``. ``figure`` names a figure: of the kind ``uncovered``
    for ``covered``, one that only grows for ``fell``. ``periods`` are a number of periods.
    It looks at rows where ``when`` holds, but for those where all of ``unless`` does. With
    ``where_asked`` it is told only where the ledger that came has the column: one that lacks it
    says nothing of it. Of findings that enterprises can do nothing about, ``audience`` is the desk
    alone: they are neither in the blank ledger nor sent back.

    ``because`` completes the family's message, ``remedy`` replaces what it asks to be done.
    ``masks`` are shapes as ``pipeline.rules.algebra.Shaped`` has them; ``least``, ``most``,
    ``times`` and ``percent`` bounds; ``phrases`` and ``apart_from`` what ``TextTest`` says of them.
    ``faulty`` (what it finds fault with), ``why`` and ``source`` (a regulation, or "convention")
    are for the reference of rules; ``example`` is what is right.
    """

    code: Code
    family: str
    severity: Grade
    life: Literal["trial", "active", "retired"] = "active"
    audience: tuple[Audience, ...] = ("desk", "enterprise")
    column: Identifier | None = None
    columns: tuple[Identifier, ...] = ()
    other: str | None = None
    when: When = {}
    unless: When = {}
    where_asked: bool = False
    days: int | None = None
    working_days: int | None = None
    periods: Annotated[int, Field(ge=1)] | None = None
    figure: Identifier | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    times: Annotated[Decimal, Field(gt=0)] | None = None
    percent: Annotated[int, Field(ge=50, le=100)] | None = None
    values: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    because: Words | None = None
    remedy: Words | None = None
    example: str = ""
    faulty: str = ""
    why: Words | None = None
    source: Words | None = None


class Figure(Declared):
    """A number with a name and a definition.

    ``count`` rows of ``table`` where ``where`` holds; ``sum`` of number column ``of``; ``distinct``
    values of column ``of``; ``ratio`` of figure ``of`` to figure ``over``, in percent with one
    decimal; ``covered``: how many registry enterprises with ``among`` have such a row,
    ``uncovered``: how many have none, ``coverage``: the covered in percent of all. With ``every``
    an enterprise needs a row for each of these values of each of these columns (a posting at each
    of three places). ``restates`` names the figure of which this one says what it was in the period
    compared with: where that printed another number, the desk is told.
    """

    id: Identifier
    kind: Literal[
        "count", "sum", "distinct", "greatest", "ratio", "gain", "covered", "uncovered", "coverage"
    ]
    label: Words
    definition: Words
    table: Table = "roster"
    where: When = {}
    of: Identifier | None = None
    over: Identifier | None = None
    among: When = {}
    every: dict[Identifier, tuple[str, ...]] = {}
    restates: Identifier | None = None
    unit: Words | None = None

    def heading(self, lang: str) -> str:
        """Return the label as a table's head shows it: rates say that they are per cent."""
        return self.label.say(lang) + ("%" if self.kind in ("ratio", "coverage") else "")


class Phrase(Declared):
    """Names taken from rows, for a sentence: 甲公司（2项）、乙公司（1项）等5家.

    ``column`` gives the names; ``each`` is said of each in brackets, with figures of its own. At
    most ``most`` are told, then how many they are in all (the figure ``whole``) and where the rest
    is to be found: in what ``see`` names, or in an annex of its own with ``caption``. ``figure``
    names a figure of the kind ``uncovered`` instead: its enterprises are told, and it is the whole.
    """

    id: Identifier
    table: Table = "roster"
    where: When = {}
    column: Identifier = "name"
    figure: Identifier | None = None
    each: Words | None = None
    most: Annotated[int, Field(ge=1)] = 10
    whole: Identifier | None = None
    see: Words | None = None
    caption: Words | None = None


class Identity(Declared):
    """Parts that, without those of ``less``, must add up to a total; proved before anything is
    written.
    """

    total: Identifier
    parts: tuple[Identifier, ...]
    less: tuple[Identifier, ...] = ()


class RollCallRule(Declared):
    """Which enterprises must report: those whose registry attribute has one of the values."""

    expected: When = {}


class Profile(Declared):
    """One declared ledger: the only place that knows it.

    ``dates`` is the order of day and month in dates that end with the year (10/09/2020); where it
    is not declared, such a date is asked about unless only one day can be meant.
    """

    id: Identifier
    version: int
    label: Words
    unit: Words
    description: Words
    key: Identifier
    key_scope: Literal["enterprise", "group"] = "enterprise"
    subject: Identifier
    joint: Identifier | None = None
    dates: Literal["mdy", "dmy"] | None = None
    reported: bool = True
    nil: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    sheet: SheetHints = SheetHints()
    columns: tuple[Column, ...]
    retired: tuple[Retired, ...] = ()
    derived: tuple[Derived, ...] = ()
    partitions: tuple[Partition, ...]
    stages: Stages
    breakdowns: tuple[Identifier, ...] = ()
    days: tuple[Identifier, ...] = ()
    rules: tuple[Rule, ...] = ()
    figures: tuple[Figure, ...]
    phrases: tuple[Phrase, ...] = ()
    identities: tuple[Identity, ...] = ()
    heads: tuple[Identifier, ...] = ()
    roll_call: RollCallRule = RollCallRule()
    briefing: tuple[BriefingSection, ...] = ()
    message: tuple[MessagePart, ...] = ()
    report: RowReport | None = None
    common: CommonProblems | None = None
    dossier: tuple[Material, ...] = ()
    calendar: Calendar = PUBLISHED

    def column(self, name: str) -> Column:
        """Return the column with that identifier; KeyError where there is none."""
        return {c.id: c for c in self.columns}[name]

    def figure(self, name: str) -> Figure:
        """Return the figure with that identifier; KeyError where there is none."""
        return {f.id: f for f in self.figures}[name]

    def partition(self, name: str) -> Partition:
        """Return the partition with that identifier; KeyError where there is none."""
        return {p.id: p for p in self.partitions}[name]

    def are_a_whole(self, names: Sequence[str]) -> bool:
        """Tell whether figures are all the parts of one total, each itself or its own parts."""

        def parts(total: str) -> set[frozenset[str]]:
            found = {frozenset({total})}
            for identity in self.identities:
                if identity.total == total:
                    several = [parts(part) for part in identity.parts]
                    found |= {frozenset().union(*each) for each in product(*several)}
            return found

        totals = {identity.total for identity in self.identities}
        return any(frozenset(names) in parts(total) for total in totals)

    @property
    def headline(self) -> tuple[str, ...]:
        """Figures of the head: ``heads``, or else totals and parts of the first two identities, and
        the first rate.
        """
        if self.heads:
            return self.heads
        names = dict.fromkeys(
            name for each in self.identities[:2] for name in (each.total, *each.parts)
        )
        rates = [figure.id for figure in self.figures if figure.kind == "ratio"]
        return (*names, *rates[:1])

    @property
    def labels(self) -> dict[str, Words]:
        """Labels of columns, derived columns and partitions, by identifier."""
        columns = {column.id: column.label for column in self.columns}
        derived = {each.id: each.label for each in self.derived}
        return columns | derived | {each.id: each.label for each in self.partitions}

    @property
    def status_column(self) -> str:
        """Identifier of the column that tells how far an item is: its stages are read from it."""
        parts = self.partition(self.stages.partition).parts
        return next((name for part in parts for name in part.when), self.key)

    @property
    def enterprise_column(self) -> str | None:
        """Identifier of the column that names the enterprise, if the ledger has one."""
        return next((c.id for c in self.columns if c.type == "enterprise"), None)
