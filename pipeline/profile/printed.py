"""What a profile declares of the briefing and of the report on one row."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.profile.base import Declared, Identifier, Listed, When, Words


class BriefingTable(Declared):
    """A table of figures by one breakdown column, with a total line, or ``over`` periods.

    Over periods each line tells what one of the ``last`` periods counted. Of ``if_any`` only those
    figures have a column that are not 0 for the whole. By one of the profile's ``days`` each line
    tells how things stood at the end of that day; there is no total. Of more than ``most`` values
    those are told that have most of ``rank``, in the usual order.
    """

    by: Identifier = ""
    over: Literal["periods"] | None = None
    figures: tuple[Identifier, ...]
    if_any: tuple[Identifier, ...] = ()
    most: Annotated[int, Field(ge=1)] = 100
    rank: Identifier | None = None
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
    """A list of rows: columns as given, ordered by ``order`` (descending with a leading "-").

    Of more than ``most`` rows those of ``prefer`` are told before others, in the same order.

    Of ``changes`` there is a row for each change of an item since the last period, of ``doubts``
    one for each item that awaits a ruling; their rows have columns of their own beside the
    roster's (CHANGE_COLUMNS, DOUBT_COLUMNS). ``watch`` are columns of dates: that such a date was
    put off or brought forward is a change too.
    """

    table: Listed = "roster"
    watch: tuple[Identifier, ...] = ()
    where: When = {}
    columns: tuple[Identifier, ...]
    order: str = ""
    prefer: When = {}
    most: Annotated[int, Field(ge=1)] = 20


class Conditional(Declared):
    """What stands only where figures allow it.

    With ``needs`` only where these figures are not 0, with ``unless`` only where those are.
    ``first`` limits it to first periods (True) or to later ones (False).
    """

    needs: Identifier | tuple[Identifier, ...] = ()
    unless: tuple[Identifier, ...] = ()
    first: bool | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """The figures that must not be 0."""
        return (self.needs,) if isinstance(self.needs, str) else self.needs


class MessagePart(Conditional):
    """A part of the message for a chat, with the mark that joins it to what stands before.

    Where the message is too long, parts with the highest ``drop`` are left out first; those with 0
    only after all others.
    """

    text: Words
    drop: Annotated[int, Field(ge=0)] = 0


class BriefingItem(Conditional):
    """A sentence, a table, a list or a chart, or a chart with its table below.

    Where figures do not allow it, ``otherwise`` is said, if given. ``since`` limits it to the
    so-many-th period and later ones. ``joined`` continues the paragraph before. ``daily`` sentences
    make the one-page daily form. ``annex`` moves a table, list or chart behind the body.
    """

    text: Words | None = None
    caption: Words | None = None
    table: BriefingTable | None = None
    list: BriefingList | None = None
    chart: BriefingChart | None = None
    otherwise: Words | None = None
    since: Annotated[int, Field(ge=1)] = 1
    joined: bool = False
    daily: bool = False
    annex: bool = False


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


class Material(Declared):
    """What a dossier must hold once ``when`` holds of its item: ``needs`` are all filled."""

    label: Words
    needs: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    when: When = {}


class Letter(Declared):
    """The row of another ledger that is written for each letter; {name} is the common problem."""

    ledger: Identifier
    fill: dict[Identifier, str]


class CommonProblems(Declared):
    """How common problems are told: ``by`` is the column of kinds of fault; enterprises are of one
    ``kind`` that agree in these columns of the registry.
    """

    by: Identifier | None = None
    kind: tuple[Identifier, ...] = ()
    letter: Letter | None = None
