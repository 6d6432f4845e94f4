"""Compose the briefing from profiles and figures: sentences, tables and lists as plain values.

Every number is placed through one function, which notes it for the trace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.configuration import Campaign
from pipeline.count import UNKNOWN, Ledger, phrase, value_column
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import ENTERPRISE, FigureRef, typed
from pipeline.profile.schema import (
    BriefingChart,
    BriefingItem,
    BriefingList,
    BriefingSection,
    BriefingTable,
    Words,
)
from pipeline.rules.algebra import matching
from pipeline.write.charted import chart
from pipeline.write.content import Briefing, Cell, Chart, Grid, Placed, Section, Sentence
from pipeline.write.counted import Counted
from pipeline.write.numbers import printed, short_id, shown, state_in_words

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_WIDE = 3.0
_LONGEST = 120


@dataclass
class Composer:
    """Writes one briefing's sentences; ``placed`` notes each figure by its short id."""

    period: str
    campaign: Campaign
    lang: str
    placed: dict[str, FigureRef] = field(default_factory=dict)

    def place(self, counted: Counted, ref: FigureRef) -> Placed:
        """Place a figure: the only way by which a number of the roster reaches the document."""
        as_of, value = counted.value(ref)
        tag = short_id(ref, as_of, self.period)
        self.placed[tag] = ref
        return Placed(printed(value), tag)

    def sentence(self, counted: Counted, words: Words) -> Sentence:
        """Fill a sentence's placeholders with figures, phrases and dates."""
        cells: list[Cell] = []
        for number, piece in enumerate(_PLACEHOLDER.split(words.say(self.lang))):
            if number % 2 == 0:
                cells.append(piece)
            else:
                cells.append(self._word(counted, piece))
        return tuple(cell for cell in cells if cell != "")

    def _word(self, counted: Counted, name: str) -> Cell:
        profile = counted.ledger.profile
        if any(figure.id == name for figure in profile.figures):
            return self.place(counted, FigureRef(profile.id, name))
        for told in profile.phrases:
            if told.id == name:
                return phrase(counted.ledger, told, self.lang)
        if name == "as_of":
            return day(counted.ledger.as_of, self.lang)
        if name == "previous_as_of":
            return day(counted.previous, self.lang) if counted.previous else ""
        return self.campaign.item_name

    def table(self, counted: Counted, caption: Words, table: BriefingTable) -> Grid:
        """Make a table of figures by a breakdown column with a total line, or over periods."""
        profile = counted.ledger.profile
        nothing = {n for n in table.if_any if not counted.figures[FigureRef(profile.id, n)]}
        names = [name for name in table.figures if name not in nothing]
        rows = self._over(counted, names, table) if table.over else self._by(counted, names, table)
        daily = table.over is not None or table.by in profile.days
        if not daily:
            rows.append((say("total", self.lang), *self._line(counted, names)))
        labels = (profile.figure(name).heading(self.lang) for name in names)
        several = any(c.id == table.by and c.type == "choices" for c in profile.columns)
        first = (
            say("as_of_date", self.lang) if table.over else profile.labels[table.by].say(self.lang)
        )
        return Grid(
            caption=self.sentence(counted, caption),
            header=(first, *labels),
            rows=tuple(rows),
            numeric=(False, *(True for _ in names)),
            weights=(_WIDE, *(1.2 for _ in names)),
            total=not daily,
            note=say("multi_note", self.lang) if several else "",
        )

    def _by(
        self, counted: Counted, names: Sequence[str], table: BriefingTable
    ) -> list[tuple[Cell, ...]]:
        by, ledger = table.by, counted.ledger
        return [
            (self._value(ledger, by, at), *self._line(counted, names, by=by, at=at))
            for at in ledger.slices[by]
        ]

    def _over(
        self, counted: Counted, names: Sequence[str], table: BriefingTable
    ) -> list[tuple[Cell, ...]]:
        return [
            (day(as_of, self.lang), *self._line(counted, names, period=period))
            for as_of, period in counted.last(table.last)
        ]

    def _line(self, counted: Counted, names: Sequence[str], **where: str) -> tuple[Cell, ...]:
        refs = (FigureRef(counted.ledger.profile.id, name, **where) for name in names)
        return tuple(self.place(counted, ref) for ref in refs)

    def _value(self, ledger: Ledger, by: str, at: str) -> str:
        if by in ledger.profile.days:
            return day(date.fromisoformat(at), self.lang)
        if at == UNKNOWN:
            enterprise = by == ledger.profile.enterprise_column
            return say("unattributed" if enterprise else "unfilled", self.lang)
        if self.lang == "en":
            for column in ledger.profile.columns:
                if column.id == by:
                    return next((c.en for c in column.choices if c.value == at), at)
        return at

    def listing(self, counted: Counted, caption: Words, told: BriefingList) -> Grid:
        """Make a list of rows, at most as many as it may show, with a word on the rest."""
        ledger = counted.ledger
        rows = matching(told.where, ledger.table(told.table), ledger.as_of)
        if told.order:
            column = _standing_in(rows, ledger, told.order.lstrip("-"))
            way = "descending" if told.order.startswith("-") else "ascending"
            tie = [(n, "ascending") for n in (ENTERPRISE, "key") if n in rows.column_names]
            rows = rows.take(pc.sort_indices(rows, [(column, way), *tie]))
        lines = self._cells(ledger, rows.slice(0, told.most), told.columns)
        capped = rows.num_rows > told.most
        more = say("annex_more", self.lang, all=rows.num_rows, shown=told.most) if capped else ""
        numbered = tuple((str(n), *line) for n, line in enumerate(lines, start=1))
        return Grid(
            caption=self.sentence(counted, caption),
            header=(say("row_number", self.lang), *self._labels(ledger, told)),
            rows=numbered,
            numeric=(True, *(name in ("items", "days_overdue") for name in told.columns)),
            weights=(0.7, *(_weight(ledger, name) for name in told.columns)),
            note=more,
        )

    def chart(self, counted: Counted, caption: Words, told: BriefingChart) -> Chart | None:
        """Draw figures by a breakdown column or over periods; None where there is nothing."""
        ledger = counted.ledger
        short = ledger.registry.short if told.by == ledger.profile.enterprise_column else {}
        return chart(
            counted,
            told,
            self.sentence(counted, caption),
            lambda ref: self.place(counted, ref),
            lambda at: short.get(at) or self._value(ledger, told.by, at),
            self.lang,
        )

    def _labels(self, ledger: Ledger, told: BriefingList) -> list[str]:
        if told.table == "roll_call":
            return [say(name, self.lang) for name in told.columns]
        return [ledger.profile.labels[name].say(self.lang) for name in told.columns]

    def _cells(
        self, ledger: Ledger, rows: pa.Table, columns: Sequence[str]
    ) -> list[tuple[str, ...]]:
        found = []
        for name in columns:
            column = _standing_in(rows, ledger, name)
            texts = rows.column(name if name in rows.column_names else column).to_pylist()
            values = rows.column(column).to_pylist()
            ordinal = name in {c.id for c in ledger.profile.columns if c.type == "ordinal"}
            cells = [
                _capped(shown(text if value is None or ordinal else value, self.lang))
                for value, text in zip(values, texts, strict=True)
            ]
            if name in ("state", "stamped", "proposed"):
                cells = [state_in_words(name, cell, ledger, self.lang) for cell in cells]
            found.append(cells)
        return list(zip(*found, strict=True))

    def section(
        self, counted: Counted, section: BriefingSection
    ) -> tuple[Section, list[Grid | Chart]]:
        """Write a section: its body blocks, and the tables that belong behind the body."""
        blocks: list[Sentence | Grid | Chart] = []
        annexes: list[Grid | Chart] = []
        for item in section.items:
            if item.first is not None and item.first != (counted.previous is None):
                continue
            if len(counted.earlier) + 1 < item.since:
                continue
            block = self._block(counted, item)
            if isinstance(block, (Grid, Chart)) and item.annex:
                annexes.append(block)
            elif block is not None:
                blocks.append(block)
        return Section(section.heading.say(self.lang), tuple(blocks)), annexes

    def _block(self, counted: Counted, item: BriefingItem) -> Sentence | Grid | Chart | None:
        ledger = counted.ledger.profile.id
        if not all(counted.figures[FigureRef(ledger, name)] for name in item.needed):
            return self.sentence(counted, item.otherwise) if item.otherwise else None
        caption = item.caption or Words(zh="", en="")
        drawn = self.chart(counted, caption, item.chart) if item.chart is not None else None
        if item.table is not None:
            grid = self.table(counted, caption, item.table)
            notes = (drawn.note if drawn is not None else "", grid.note)
            return replace(grid, chart=drawn, note=" ".join(filter(None, notes)))
        if item.chart is not None:
            nothing = self.sentence(counted, item.otherwise) if item.otherwise else None
            return drawn or nothing
        if item.list is not None:
            return self.listing(counted, caption, item.list)
        return self.sentence(counted, item.text) if item.text else None


def _capped(text: str) -> str:
    """A table of the briefing is read, not searched: what is longer stands in the master."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _standing_in(rows: pa.Table, ledger: Ledger, name: str) -> str:
    """Return the column in which what is called ``name`` stands: understood, derived, or as is."""
    candidates = (value_column(ledger.profile, name), typed(name), name)
    return next(column for column in candidates if column in rows.column_names)


def _weight(ledger: Ledger, column: str) -> float:
    """Long text takes the room; numbers and dates what they need."""
    if column == ledger.profile.subject:
        return 4.0
    dates = {c.id for c in ledger.profile.columns if c.type in ("date", "deadline")}
    dates |= {d.id for d in ledger.profile.derived if d.first_of}
    if column in dates or column == ledger.profile.enterprise_column:
        return 2.6
    return 1.5


def compose(ledgers: Sequence[Counted], composer: Composer, number: int, running: int) -> Briefing:
    """Write the whole briefing: sections of all ledgers in the order of their ``place``.

    Sections of one id, of several ledgers, become one.
    """
    parts = [(s.place, i, c, s) for i, c in enumerate(ledgers) for s in c.ledger.profile.briefing]
    sections: dict[str, Section] = {}
    annexes: list[Grid | Chart] = []
    for _, _, counted, section in sorted(parts, key=lambda part: part[:2]):
        written, behind = composer.section(counted, section)
        before = sections.get(section.id, Section(written.heading, ()))
        sections[section.id] = Section(before.heading, (*before.blocks, *written.blocks))
        annexes.extend(behind)
    campaign = composer.campaign
    return Briefing(
        title=campaign.title,
        number=number,
        running=running,
        office=campaign.office,
        date=day(ledgers[0].ledger.as_of, composer.lang),
        marking=campaign.marking,
        sections=tuple(sections.values()),
        annexes=tuple(annexes),
        report_to=campaign.report_to,
        send_to=campaign.send_to,
        copy_to=campaign.copy_to,
        copies=campaign.copies,
        lang=composer.lang,
    )
