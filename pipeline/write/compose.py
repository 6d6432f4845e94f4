"""Compose the briefing from profiles and figures: sentences, tables and lists as plain values.

Every number is placed through one function, which notes it for the trace. Text from rows is masked
where it holds personal data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.configuration import Campaign
from pipeline.count import UNKNOWN, Ledger, Number
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import ENTERPRISE, FigureRef
from pipeline.personal import mask
from pipeline.profile.base import Words
from pipeline.profile.printed import (
    BriefingItem,
    BriefingList,
    BriefingSection,
    BriefingTable,
    Conditional,
)
from pipeline.write.cells import NUMBERS, capped, preferred, ranked, standing_in, weight
from pipeline.write.content import Briefing, Cell, Grid, Placed, Section, Sentence
from pipeline.write.listed import Beside, closing_lines, rows_of
from pipeline.write.numbers import printed, short_id, shown, state_in_words
from pipeline.write.phrased import phrased

_WIDE = 3.0


@dataclass(frozen=True)
class Counted:
    """A ledger with its figures, and as-of date and issue of the period before.

    In the first period there is no date (None); 0 is an issue not known. ``beside`` is what lists
    are made of that are of no table of the ledger's.
    """

    ledger: Ledger
    figures: Mapping[FigureRef, Number]
    previous: date | None
    issue: int = 0
    beside: Beside | None = None


@dataclass
class Composer:
    """Writes one briefing's sentences; ``placed`` notes each figure by its short id.

    With ``daily`` only the sentences of the one-page form, and no annexes. With ``terse`` a list of
    names that is cut does not say where the others are. ``listed`` are the
    annexes of names that sentences have cut, by phrase.
    """

    period: str
    campaign: Campaign
    lang: str
    daily: bool = False
    terse: bool = False
    placed: dict[str, FigureRef] = field(default_factory=dict)
    listed: dict[str, Grid] = field(default_factory=dict)

    def place(self, counted: Counted, ref: FigureRef) -> Placed:
        """Place a figure: the only way by which a number of the roster reaches the document."""
        tag = short_id(ref, counted.ledger, self.period)
        self.placed[tag] = ref
        return Placed(printed(counted.figures[ref]), tag)

    def sentence(self, counted: Counted, words: Words) -> Sentence:
        """Fill a sentence's placeholders with figures, phrases and dates."""
        cells: list[Cell] = []
        for number, piece in enumerate(words.pieces(self.lang)):
            if number % 2 == 0:
                cells.append(piece)
            else:
                cells += self._word(counted, piece)
        return tuple(cell for cell in cells if cell != "")

    def _word(self, counted: Counted, name: str) -> Sentence:
        profile = counted.ledger.profile
        if any(figure.id == name for figure in profile.figures):
            return (self.place(counted, FigureRef(profile.id, name)),)
        for told in profile.phrases:
            if told.id == name:
                return phrased(self, counted, told)
        if name == "as_of":
            return (day(counted.ledger.as_of, self.lang),)
        if name == "previous_as_of":
            return (day(counted.previous, self.lang) if counted.previous else "",)
        if name == "previous_issue":
            key = "issue_before" if counted.issue else "period_before"
            return (say(key, self.lang, issue=counted.issue),)
        return (self.campaign.item_name,)

    def table(self, counted: Counted, caption: Words, table: BriefingTable) -> Grid:
        """Make a table of figures by a breakdown column, with a total line."""
        ledger, profile = counted.ledger, counted.ledger.profile
        nothing = {n for n in table.if_any if not counted.figures[FigureRef(profile.id, n)]}
        names = [name for name in table.figures if name not in nothing]
        daily = table.by in profile.days
        values = [*ledger.slices[table.by]]
        told = values if daily else ranked(values, table.most, self._weights(counted, table))
        rows: list[tuple[Cell, ...]] = [
            (self._value(ledger, table.by, at), *self._line(counted, names, table.by, at))
            for at in told
        ]
        if not daily:
            rows.append((say("total", self.lang), *self._line(counted, names, "", "")))
        labels = (profile.figure(name).heading(self.lang) for name in names)
        several = any(c.id == table.by and c.type == "choices" for c in profile.columns)
        notes = [say("multi_note", self.lang)] if several else []
        if len(told) < len(values):
            notes.append(self._left_out(counted, table, len(values)))
        return Grid(
            caption=self.sentence(counted, caption),
            header=(profile.labels[table.by].say(self.lang), *labels),
            rows=tuple(rows),
            numeric=(False, *(True for _ in names)),
            weights=(_WIDE, *(1.2 for _ in names)),
            total=not daily,
            note="".join(notes),
        )

    def _weights(self, counted: Counted, table: BriefingTable) -> Mapping[str, Number]:
        """What the values of a breakdown are ranked by; nothing where they are not."""
        ledger = counted.ledger.profile.id
        values = counted.ledger.slices[table.by] if table.rank else ()
        refs = {at: FigureRef(ledger, str(table.rank), table.by, at) for at in values}
        return {at: counted.figures[ref] for at, ref in refs.items()}

    def _left_out(self, counted: Counted, table: BriefingTable, values: int) -> str:
        if table.rank is None:
            more = {"all": values, "shown": table.most, "where": "master.xlsx"}
            return say("annex_more", self.lang, **more)
        label = counted.ledger.profile.figure(table.rank).label.say(self.lang)
        return say("annex_ranked", self.lang, all=values, shown=table.most, figure=label)

    def _line(self, counted: Counted, names: Sequence[str], by: str, at: str) -> tuple[Cell, ...]:
        ledger = counted.ledger.profile.id
        return tuple(self.place(counted, FigureRef(ledger, name, by, at)) for name in names)

    def _value(self, ledger: Ledger, by: str, at: str) -> str:
        if by in ledger.profile.days:
            return day(date.fromisoformat(at), self.lang)
        if at == UNKNOWN:
            enterprise = by == ledger.profile.enterprise_column
            return say("unattributed" if enterprise else "unfilled", self.lang)
        if self.lang == "en":
            for column in ledger.profile.columns:
                if column.id == by:
                    return next((c.en for c in column.choices if c.value == at), mask(at))
        return mask(at)

    def listing(self, counted: Counted, caption: Words, told: BriefingList) -> Grid:
        """Make a list of rows, at most as many as it may show, with a word on the rest."""
        ledger = counted.ledger
        assert counted.beside is not None
        rows = rows_of(told, ledger, counted.beside, self.lang)
        if told.order:
            column = standing_in(rows, ledger, told.order.lstrip("-"))
            way = "descending" if told.order.startswith("-") else "ascending"
            tie = [(n, "ascending") for n in (ENTERPRISE, "key") if n in rows.column_names]
            rows = rows.take(pc.sort_indices(rows, [(column, way), *tie]))
        lines = self._cells(ledger, preferred(rows, told, ledger), told.columns)
        more = ""
        if rows.num_rows > told.most:
            key = "annex_preferred" if told.prefer else "annex_more"
            where = "findings.xlsx" if told.table == "roll_call" else "master.xlsx"
            more = say(key, self.lang, all=rows.num_rows, shown=told.most, where=where)
        numbered = [(str(n), *line) for n, line in enumerate(lines, start=1)]
        ends = closing_lines(told, rows, counted.beside, self.lang)
        notes = (more, counted.beside.together if told.table == "doubts" else "")
        return Grid(
            caption=self.sentence(counted, caption),
            header=(say("row_number", self.lang), *self._labels(ledger, told)),
            rows=(*numbered, *ends),
            numeric=(True, *(name in NUMBERS for name in told.columns)),
            weights=(0.7, *(weight(ledger, name) for name in told.columns)),
            total=bool(ends),
            note="".join(notes),
        )

    def _labels(self, ledger: Ledger, told: BriefingList) -> list[str]:
        if told.table == "roll_call":
            return [say(name, self.lang) for name in told.columns]
        labels = ledger.profile.labels
        return [
            labels[name].say(self.lang) if name in labels else say(name, self.lang)
            for name in told.columns
        ]

    def _cells(
        self, ledger: Ledger, rows: pa.Table, columns: Sequence[str]
    ) -> list[tuple[str, ...]]:
        found = []
        for name in columns:
            column = standing_in(rows, ledger, name)
            texts = rows.column(name if name in rows.column_names else column).to_pylist()
            values = rows.column(column).to_pylist()
            ordinal = name in {c.id for c in ledger.profile.columns if c.type == "ordinal"}
            cells = [
                capped(mask(shown(text if value is None or ordinal else value, self.lang)))
                for value, text in zip(values, texts, strict=True)
            ]
            if name == "as_at":  # the period that an enterprise's figures are of
                cells = [day(cell, self.lang) if cell else "" for cell in cells]
            if name in ("state", "stamped", "proposed", "change"):
                cells = [state_in_words(name, cell, ledger, self.lang) for cell in cells]
            found.append(cells)
        return list(zip(*found, strict=True))

    def section(self, counted: Counted, section: BriefingSection) -> tuple[Section, list[Grid]]:
        """Write a section: its body blocks, and the tables that belong behind the body."""
        blocks: list[Sentence | Grid] = []
        annexes: list[Grid] = []
        for item in section.items:
            if not timely(counted, item):
                continue
            if self.daily and not item.daily:
                continue
            block = self._block(counted, item)
            if isinstance(block, Grid) and item.annex:
                annexes.append(block)
            elif item.joined and blocks and isinstance(block, tuple):
                before = blocks.pop()
                blocks += [(*before, *block)] if isinstance(before, tuple) else [before, block]
            elif block is not None:
                blocks.append(block)
        return Section(section.heading.say(self.lang), tuple(blocks)), annexes

    def allowed(self, counted: Counted, item: Conditional) -> bool:
        """Tell whether figures let something stand."""
        ledger, figures = counted.ledger.profile.id, counted.figures
        there = all(figures[FigureRef(ledger, name)] for name in item.needed)
        return there and not any(figures[FigureRef(ledger, name)] for name in item.unless)

    def _block(self, counted: Counted, item: BriefingItem) -> Sentence | Grid | None:
        if not self.allowed(counted, item):
            return self.sentence(counted, item.otherwise) if item.otherwise else None
        caption = item.caption or Words(zh="", en="")
        if item.table is not None:
            return self.table(counted, caption, item.table)
        if item.list is not None:
            return self.listing(counted, caption, item.list)
        return self.sentence(counted, item.text) if item.text else None


def timely(counted: Counted, item: Conditional) -> bool:
    """Tell whether something may stand in a first period, or in a later one, as this is."""
    return item.first is None or item.first == (counted.previous is None)


def compose(ledgers: Sequence[Counted], composer: Composer, number: int, running: int) -> Briefing:
    """Write the whole briefing: sections of all ledgers in the order of their ``place``.

    Sections of one id, of several ledgers, become one.
    """
    parts = [(s.place, i, c, s) for i, c in enumerate(ledgers) for s in c.ledger.profile.briefing]
    sections: dict[str, Section] = {}
    annexes: list[Grid] = []
    for _, _, counted, section in sorted(parts, key=lambda part: part[:2]):
        written, behind = composer.section(counted, section)
        before = sections.get(section.id, Section(written.heading, ()))
        sections[section.id] = Section(before.heading, (*before.blocks, *written.blocks))
        annexes.extend(behind)
    nothing = (say("nothing_here", composer.lang),)
    body = (
        s if s.blocks else Section(s.heading, (nothing,))
        for s in sections.values()
        if s.blocks or not composer.daily
    )
    campaign = composer.campaign
    return Briefing(
        title=campaign.title,
        number=number,
        running=running,
        office=campaign.office,
        date=day(ledgers[0].ledger.as_of, composer.lang),
        marking=campaign.marking,
        sections=tuple(body),
        annexes=(*annexes, *composer.listed.values()),
        report_to=campaign.report_to,
        send_to=campaign.send_to,
        copy_to=campaign.copy_to,
        copies=campaign.copies,
        lang=composer.lang,
        daily=composer.daily,
    )
