"""Compose the briefing from profiles and figures: sentences, tables and lists as plain values.

Every number is placed through one function, which notes it for the trace. Text from rows is masked
where it holds personal data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.configuration import Campaign
from pipeline.count import UNKNOWN, Ledger
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import ENTERPRISE, FigureRef, Previous
from pipeline.personal import mask
from pipeline.profile.base import Words
from pipeline.profile.printed import (
    BriefingChart,
    BriefingItem,
    BriefingList,
    BriefingSection,
    Conditional,
)
from pipeline.write.cells import NUMBERS, capped, preferred, standing_in, weight
from pipeline.write.charted import chart
from pipeline.write.content import Briefing, Cell, Chart, Grid, Placed, Section, Sentence
from pipeline.write.counted import Counted
from pipeline.write.listed import closing_lines, columns_of, rows_of
from pipeline.write.numbers import printed, short_id, shown, state_in_words
from pipeline.write.phrased import phrased
from pipeline.write.tabled import tabled


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
        as_of, value = counted.value(ref)
        tag = short_id(ref, as_of, self.period)
        self.placed[tag] = ref
        return Placed(printed(value), tag)

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
            return (day(counted.previous.as_of, self.lang) if counted.previous else "",)
        if name == "previous_issue":
            return (self._issue(counted.previous),)
        return (self.campaign.item_name.say(self.lang),)

    def _issue(self, previous: Previous | None) -> str:
        """What the issue compared with is called; one of the other form says so."""
        if previous is None or not previous.number:
            return say("period_before", self.lang)
        own = previous.form == ("daily" if self.daily else "weekly")
        key = "issue_before" if own else f"issue_before_{previous.form}"
        return say(key, self.lang, issue=previous.number)

    def value(self, counted: Counted, by: str, at: str) -> str:
        """Return what a value of a breakdown is called, without personal data."""
        profile = counted.ledger.profile
        if by in profile.days:
            return day(date.fromisoformat(at), self.lang)
        if at == UNKNOWN:
            enterprise = by == profile.enterprise_column
            return say("unattributed" if enterprise else "unfilled", self.lang)
        if self.lang == "en":
            for column in profile.columns:
                if column.id == by:
                    return next((c.en for c in column.choices if c.value == at), mask(at))
        return mask(at)

    def listing(self, counted: Counted, caption: Words, told: BriefingList) -> Grid:
        """Make a list of rows, at most as many as it may show, with a word on the rest."""
        ledger = counted.ledger
        assert counted.beside is not None
        rows = rows_of(told, ledger, counted.beside, self.lang)
        columns = columns_of(told, rows)
        if told.order:
            column = standing_in(rows, ledger, told.order.lstrip("-"))
            way = "descending" if told.order.startswith("-") else "ascending"
            tie = [(n, "ascending") for n in (ENTERPRISE, "key") if n in rows.column_names]
            rows = rows.take(pc.sort_indices(rows, [(column, way), *tie]))
        lines = self._cells(ledger, preferred(rows, told, ledger), columns)
        more = ""
        if rows.num_rows > told.most:
            key = "annex_preferred" if told.prefer else "annex_more"
            where = "findings.xlsx" if told.table == "roll_call" else "master.xlsx"
            more = say(key, self.lang, all=rows.num_rows, shown=told.most, where=where)
        numbered = [(str(n), *line) for n, line in enumerate(lines, start=1)]
        ends = closing_lines(columns, told, rows, counted.beside, self.lang)
        notes = (more, counted.beside.together if told.table == "doubts" else "")
        return Grid(
            caption=self.sentence(counted, caption),
            header=(say("row_number", self.lang), *self._labels(ledger, told, columns)),
            rows=(*numbered, *ends),
            numeric=(True, *(name in NUMBERS for name in columns)),
            weights=(0.7, *(weight(ledger, name) for name in columns)),
            total=bool(ends),
            note="".join(notes),
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
            lambda at: mask(short[at]) if at in short else self.value(counted, told.by, at),
            self.lang,
        )

    def _labels(self, ledger: Ledger, told: BriefingList, columns: Sequence[str]) -> list[str]:
        if told.table == "roll_call":
            return [say(name, self.lang) for name in columns]
        labels = ledger.profile.labels
        return [
            labels[name].say(self.lang) if name in labels else say(name, self.lang)
            for name in columns
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

    def section(
        self, counted: Counted, section: BriefingSection
    ) -> tuple[Section, list[Grid | Chart]]:
        """Write a section: its body blocks, and the tables that belong behind the body."""
        blocks: list[Sentence | Grid | Chart] = []
        annexes: list[Grid | Chart] = []
        for item in section.items:
            if not timely(counted, item):
                continue
            if (self.daily and not item.daily) or len(counted.earlier) + 1 < item.since:
                continue
            block = self._block(counted, item)
            if isinstance(block, (Grid, Chart)) and item.annex:
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

    def _block(self, counted: Counted, item: BriefingItem) -> Sentence | Grid | Chart | None:
        if not self.allowed(counted, item):
            return self.sentence(counted, item.otherwise) if item.otherwise else None
        caption = item.caption or Words(zh="", en="")
        drawn = self.chart(counted, caption, item.chart) if item.chart is not None else None
        if item.table is not None:
            return replace(tabled(self, counted, caption, item.table), chart=drawn)
        if item.chart is not None:
            nothing = self.sentence(counted, item.otherwise) if item.otherwise else None
            return drawn or nothing
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
    annexes: list[Grid | Chart] = []
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
        title=campaign.title.say(composer.lang),
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
