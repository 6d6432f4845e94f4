"""What a profile may say. Nothing here holds an expression or code: names, values, parameters.

A profile is a TOML file; unknown keys are refused with their place (``pipeline.profile.load``).
Text for people is always given in Chinese and English.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Audience = Literal["desk", "enterprise", "leadership"]
Grade = Literal["E", "W", "I"]
Table = Literal["roster", "roll_call", "registry"]


class Declared(BaseModel):
    """Base of all parts: immutable, and closed against keys nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(Declared):
    """The same text in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """Return the text in ``lang``, "zh" or "en"."""
        return self.en if lang == "en" else self.zh


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
    audience: tuple[Audience, ...] = ("desk", "enterprise", "leadership")
    since: int = 1


class Retired(Declared):
    """A column that older versions of the blank ledger had; known, kept, no longer asked for."""

    label: str
    until: int
    why: Words


class SheetHints(Declared):
    """Where the ledger may stand in a workbook.

    ``header_within`` rows are searched for the header; it must show at least ``at_least`` known
    columns. ``names`` are parts of sheet names that speak for this ledger.
    """

    names: tuple[str, ...] = ()
    header_within: Annotated[int, Field(ge=1, le=50)] = 10
    at_least: Annotated[int, Field(ge=1)] = 3


class DateTest(Declared):
    """A test of a date column against "as_of" or another date column; all given must hold.

    ``blank`` can be asked of any column: nothing stands there, or nothing that was understood.
    """

    before: Identifier | None = None
    not_before: Identifier | None = None
    after: Identifier | None = None
    not_after: Identifier | None = None
    blank: bool | None = None


class TextTest(Declared):
    """A test of what is written in a column: it holds one of these phrases somewhere."""

    contains: Annotated[tuple[str, ...], Field(min_length=1)]


Test = tuple[str, ...] | DateTest | TextTest
When = dict[Identifier, Test]
"""Conditions that must all hold: a column or partition, and the values or the date test."""


class Derived(Declared):
    """A column made from others: the first that is understood, or the days since a date.

    ``given`` names columns that must be filled for a source to be taken (an extended deadline needs
    its approval). Days are told of items ``within`` these parts only. With ``registry`` it is what
    that column of the registry says of the row's enterprise, unless one of ``first_of`` says so
    itself.
    """

    id: Identifier
    label: Words
    first_of: tuple[Identifier, ...] = ()
    given: dict[Identifier, Identifier] = {}
    days_since: Identifier | None = None
    within: When = {}
    registry: Identifier | None = None


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

    ``because`` completes the family's message, ``remedy`` replaces what it asks to be done.
    """

    code: Code
    family: str
    severity: Grade
    life: Literal["trial", "active", "retired"] = "active"
    column: Identifier | None = None
    columns: tuple[Identifier, ...] = ()
    other: str | None = None
    when: When = {}
    days: int | None = None
    values: tuple[str, ...] = ()
    because: Words | None = None
    remedy: Words | None = None
    example: str = ""


class Figure(Declared):
    """A number with a name and a definition.

    ``count`` rows of ``table`` where ``where`` holds; ``sum`` of number column ``of``; ``distinct``
    values of column ``of``; ``ratio`` of figure ``of`` to figure ``over``, in percent with one
    decimal; ``covered``: how many registry enterprises with ``among`` have such a row,
    ``uncovered``: how many have none, ``coverage``: the covered in percent of all. With ``every``
    an enterprise needs a row for each of these values of each of these columns (a posting at each
    of three places).
    """

    id: Identifier
    kind: Literal["count", "sum", "distinct", "ratio", "covered", "uncovered", "coverage"]
    label: Words
    definition: Words
    table: Table = "roster"
    where: When = {}
    of: Identifier | None = None
    over: Identifier | None = None
    among: When = {}
    every: dict[Identifier, tuple[str, ...]] = {}
    unit: Words | None = None

    def heading(self, lang: str) -> str:
        """Return the label as a table's head shows it: rates say that they are per cent."""
        return self.label.say(lang) + ("%" if self.kind in ("ratio", "coverage") else "")


class Phrase(Declared):
    """Names taken from rows, for a sentence: 甲公司（2项）、乙公司.

    ``column`` gives the names; with ``count`` each is followed by how many rows it stands for. At
    most ``most`` are told, then how many more there are. ``figure`` names a figure of the kind
    ``uncovered`` instead: its enterprises are told.
    """

    id: Identifier
    table: Table = "roster"
    where: When = {}
    column: Identifier = "name"
    figure: Identifier | None = None
    count: bool = False
    most: Annotated[int, Field(ge=1)] = 10


class Identity(Declared):
    """Parts that must add up to a total; proved before anything is written."""

    total: Identifier
    parts: tuple[Identifier, ...]


class RollCallRule(Declared):
    """Which enterprises must report: those whose registry attribute has one of the values."""

    expected: When = {}


class BriefingTable(Declared):
    """A table of figures by one breakdown column, with a total line, or ``over`` periods.

    Over periods each line tells what one of the ``last`` periods counted. Of ``if_any`` only those
    figures have a column that are not 0 for the whole. By one of the profile's ``days`` each line
    tells how things stood at the end of that day; there is no total.
    """

    by: Identifier = ""
    over: Literal["periods"] | None = None
    figures: tuple[Identifier, ...]
    if_any: tuple[Identifier, ...] = ()
    last: Annotated[int, Field(ge=2)] = 12


class BriefingChart(Declared):
    """A chart of figures by one breakdown column, or over the ``last`` periods.

    "stacked": one bar for each value, its figures the parts of a whole; "bars": figures side by
    side. Over periods figures are columns and rates lines. What is 0 everywhere is left out. Of
    more than ``most`` values those stand in it that have most of ``rank``, or of all figures.
    """

    by: Identifier = ""
    over: Literal["periods"] | None = None
    figures: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=5)]
    kind: Literal["stacked", "bars"] = "bars"
    most: Annotated[int, Field(ge=1, le=20)] = 20
    rank: Identifier | None = None
    last: Annotated[int, Field(ge=2, le=24)] = 12


class BriefingList(Declared):
    """A list of rows: columns as given, ordered by ``order`` (descending with a leading "-")."""

    table: Table = "roster"
    where: When = {}
    columns: tuple[Identifier, ...]
    order: str = ""
    most: Annotated[int, Field(ge=1)] = 20


class BriefingItem(Declared):
    """A sentence, a table, a list or a chart, or a chart with its table below.

    With ``needs``, it stands only where these figures are not 0; otherwise ``otherwise`` is said,
    if given. ``first`` limits it to first periods (True) or to later ones (False), ``since`` to the
    so-many-th and later ones. ``annex`` moves a table, list or chart behind the body.
    """

    text: Words | None = None
    caption: Words | None = None
    table: BriefingTable | None = None
    list: BriefingList | None = None
    chart: BriefingChart | None = None
    needs: Identifier | tuple[Identifier, ...] = ()
    otherwise: Words | None = None
    first: bool | None = None
    since: Annotated[int, Field(ge=1)] = 1
    annex: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """The figures that must not be 0."""
        return (self.needs,) if isinstance(self.needs, str) else self.needs


class BriefingSection(Declared):
    """A part of the briefing; those of all ledgers stand in the order of ``place``."""

    id: Identifier
    place: int
    heading: Words
    items: tuple[BriefingItem, ...]


class ReportTitle(Declared):
    """What a report on one row is called; the first of several whose ``when`` holds."""

    text: Words
    when: When = {}


class ReportSection(Declared):
    """A part of the report on one row: ``facts`` as a table, then ``prose`` as paragraphs."""

    heading: Words
    facts: tuple[Identifier, ...] = ()
    prose: tuple[Identifier, ...] = ()


class RowReport(Declared):
    """The Word document that ``taizhang report`` writes on one row, for leadership."""

    titles: tuple[ReportTitle, ...]
    sections: tuple[ReportSection, ...]


class Profile(Declared):
    """One declared ledger: the only place that knows it."""

    id: Identifier
    version: int
    label: Words
    unit: Words
    description: Words
    key: Identifier
    key_scope: Literal["enterprise", "group"] = "enterprise"
    subject: Identifier
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
    report: RowReport | None = None

    def column(self, name: str) -> Column:
        """Return the column with that identifier; KeyError where there is none."""
        return {c.id: c for c in self.columns}[name]

    def figure(self, name: str) -> Figure:
        """Return the figure with that identifier; KeyError where there is none."""
        return {f.id: f for f in self.figures}[name]

    def partition(self, name: str) -> Partition:
        """Return the partition with that identifier; KeyError where there is none."""
        return {p.id: p for p in self.partitions}[name]

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
