"""What is to be changed in an edited briefing so that it says what the newest run says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz

from pipeline.read.document import Chart
from pipeline.trace.blocks import Part, paired, parts, rows_paired
from pipeline.trace.printed import same
from pipeline.trace.tokens import Reading, Token, hunks, merged, pieces_of
from pipeline.write.edit.changes import Cell, Changes, Charted, Insert, Remove, Retext, Rows

Kind = Literal["figure", "words", "added", "removed", "row_added", "row_removed",
               "chart", "kept", "absent", "gone"]  # fmt: skip
"""figure, words: changed; added, removed: a paragraph or table; row_added, row_removed; chart: its
numbers; kept: what a person edited and that says otherwise now; absent: a new sentence with no
place; gone: a number that there is none of any more."""

TOLD: tuple[Kind, ...] = ("kept", "absent", "gone")
"""What a person has to see to."""

_WITHIN = 85


@dataclass(frozen=True, slots=True)
class Change:
    """One change, or what can't be changed: the passage where it is, what stood, what stands."""

    kind: Kind
    passage: int | None
    old: str
    new: str
    tag: str | None = None
    hand: bool = False


@dataclass
class Plan:
    """Changes as they are made, and as they are told.

    ``mine`` is the document as the person left it, ``old`` as it was written, ``new`` as it is
    composed now. ``expected`` are the figures now, by their ids now.
    """

    mine: Reading
    old: Reading
    new: Reading
    expected: Mapping[str, str]
    texts: list[Retext] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    rows: list[Rows] = field(default_factory=list)
    inserted: list[Insert] = field(default_factory=list)
    removed: list[Remove] = field(default_factory=list)
    charts: list[Charted] = field(default_factory=list)
    told: list[Change] = field(default_factory=list)

    def made(self) -> Plan:
        """Work out all changes."""
        self.gone: set[int] = set()
        self._body()
        self._charts()
        self._other_stories()
        self._figures()
        return self

    def changes(self, renamed: Mapping[str, str], properties: Mapping[str, str]) -> Changes:
        """Return what is to be done to the document."""
        return Changes(
            tuple(self.texts), tuple(self.cells), tuple(self.rows), tuple(self.inserted),
            tuple(self.removed), tuple(self.charts), renamed, properties,
        )  # fmt: skip

    # ------------------------------------------------------------------ the body

    def _body(self) -> None:
        mine, old, new = parts(self.mine), parts(self.old), parts(self.new)
        was = paired(mine, old)
        here = {b: a for a, b in was.items()}
        then = paired(new, old)
        now = {b: a for a, b in then.items()}
        for part in old:
            own = mine[here[part.number]] if part.number in here else None
            if part.number in now:
                self._kept(own, part, new[now[part.number]], mine)
            elif own is not None:
                self._dropped(own, part)
        last: tuple[Part, bool] | None = None
        for part in new:
            if part.number not in then:
                self._added(part, last)
                last = (part, False) if last is not None else None
            elif then[part.number] in here:
                last = (mine[here[then[part.number]]], True)

    def _kept(self, own: Part | None, old: Part, new: Part, mine: list[Part]) -> None:
        """A paragraph or table that was there and still is."""
        if old.table:
            if own is not None:
                self._table(own, old, new)
            return
        tokens = self.old.tokens[old.passages[0]], self.new.tokens[new.passages[0]]
        if not hunks(*tokens):
            return
        found = own or self._joined(old, mine)
        if found is None:
            self._note("absent", None, "", self.new.text(new.passages[0]))
            return
        self._merge(found.passages[0], *tokens)

    def _joined(self, old: Part, mine: list[Part]) -> Part | None:
        """Find the paragraph that a paragraph was joined to."""
        best: tuple[float, int] = (0, 0)
        for part in mine:
            if not part.table:
                score = 100.0 * len(part.tags & old.tags)
                if len(old.words) <= len(part.words):
                    score += fuzz.partial_ratio(old.words, part.words, score_cutoff=_WITHIN)
                best = max(best, (score, -part.number))
        return mine[-best[1]] if best[0] else None

    def _merge(self, place: int, old: list[Token], new: list[Token]) -> None:
        texts, said = merged(place, self.mine.tokens[place], old, new)
        self.texts += texts
        for text in texts:
            before, after = self.mine.text(place)[text.start : text.end], _printed(text)
            self._note("words", place, before, after)
        for sentence in said:
            self._note("kept", place, self.mine.text(place), sentence)

    def _dropped(self, own: Part, old: Part) -> None:
        """What the newest run no longer says: it goes if nobody touched it."""
        text = self._said(self.mine, own)
        if self._untouched(own, self.mine, old, self.old):
            self.removed.append(Remove(own.block))
            self.gone |= set(own.passages)
            self._note("removed", own.passages[0], text, "")
        else:
            self._note("kept", own.passages[0], text, "")

    def _added(self, new: Part, last: tuple[Part, bool] | None) -> None:
        text = self._said(self.new, new)
        if last is None:
            self._note("absent", None, "", text)
            return
        part, own = last
        self.inserted.append(Insert(part.block, own, new.block))
        self._note("added", part.passages[-1] if own else None, "", text)

    @staticmethod
    def _said(reading: Reading, part: Part) -> str:
        if not part.table:
            return reading.text(part.passages[0])
        return reading.document.passages[part.passages[0]].caption

    def _untouched(self, own: Part, reading: Reading, old: Part, others: Reading) -> bool:
        return own.key_of(reading) == old.key_of(others)

    # ------------------------------------------------------------------ tables

    def _table(self, own: Part, old: Part, new: Part) -> None:
        was = rows_paired(own, self.mine, old, self.old)
        then = rows_paired(new, self.new, old, self.old)
        here = {b: a for a, b in was.items()}
        now = {b: a for a, b in then.items()}
        columns = _columns(own, self.mine, old, self.old), _columns(new, self.new, old, self.old)
        going: set[int] = set()
        for row in old.rows:
            if row not in here:
                continue
            if row in now:
                self._row(own, here[row], old, row, new, now[row], columns)
            elif self._row_untouched(own, here[row], old, row):
                going.add(here[row])
            else:
                self._note("kept", own.cells[_first(own, here[row])][0],
                           self._line(self.mine, own, here[row]), "")  # fmt: skip
        self._order(own, was, new, then, here, going, old)

    def _order(
        self, own: Part, was: dict[int, int], new: Part, then: dict[int, int],
        here: dict[int, int], going: set[int], old: Part,
    ) -> None:  # fmt: skip
        """Bring rows into the newest order; a person's own rows follow the row they followed."""
        order: list[tuple[bool, int]] = []
        for row in new.rows:
            if row not in then:
                order.append((True, row))
                place = own.cells[_first(own, own.rows[0])][0]
                self._note("row_added", place, "", self._line(self.new, new, row))
            elif then[row] in here:
                order.append((False, here[then[row]]))
        named = {number for is_new, number in order if not is_new}
        for row in own.rows:
            if row not in named and row not in going:
                before = [(False, r) for r in own.rows if r < row and (False, r) in order]
                order.insert(order.index(before[-1]) + 1 if before else 0, (False, row))
        if order == [(False, row) for row in own.rows]:
            return
        for row in going:
            places = [p for (r, _), ps in own.cells.items() if r == row for p in ps]
            self.gone |= set(places)
            self._note("row_removed", places[0], self._line(self.mine, own, row), "")
        self.rows.append(Rows(own.block[1], new.block[1], tuple(order)))

    def _row(
        self, own: Part, mine: int, old: Part, was: int, new: Part, now: int,
        columns: tuple[dict[int, int], dict[int, int]],
    ) -> None:  # fmt: skip
        """Bring the cells of a row up to date."""
        back = {b: a for a, b in columns[1].items()}
        for column, before in columns[0].items():
            cells = own.cells.get((mine, column)), old.cells.get((was, before))
            third = new.cells.get((now, back.get(before, -1)))
            if third is None and (before not in back or cells[1] is None):
                continue
            if cells[1] is None and cells[0] is None and third is not None:
                place = (own.block[1], mine, column)
                self.cells.append(Cell(place, (new.block[1], now, back[before])))
            elif cells[0] and cells[1] and len(cells[0]) == len(cells[1]) == 1:
                text = self.new.tokens[third[0]] if third else []
                self._cell(cells[0][0], self.old.tokens[cells[1][0]], text)

    def _cell(self, place: int, old: list[Token], new: list[Token]) -> None:
        """A cell nobody touched becomes what it is now, else a person's stays and it is told."""
        if [t.key for t in old] == [t.key for t in new]:
            return
        mine = self.mine.tokens[place]
        if [t.key for t in mine] == [t.key for t in old]:
            text = self.mine.text(place)
            self.texts.append(Retext(place, 0, len(text), pieces_of(new)))
            if not all(t.loose for t in (*old, *new)):
                self._note("words", place, text, "".join(t.text for t in new))
        elif [t.key for t in mine] != [t.key for t in new]:
            said = "".join(t.text for t in new)
            self._note("kept", place, self.mine.text(place), said)

    def _row_untouched(self, own: Part, mine: int, old: Part, was: int) -> bool:
        def words(reading: Reading, part: Part, row: int) -> list[str]:
            places = [ps for (r, _), ps in sorted(part.cells.items()) if r == row]
            return [t.kind for each in places for p in each for t in reading.tokens[p]]

        return words(self.mine, own, mine) == words(self.old, old, was)

    @staticmethod
    def _line(reading: Reading, part: Part, row: int) -> str:
        cells = [ps for (r, _), ps in sorted(part.cells.items()) if r == row]
        return "｜".join("".join(reading.text(p) for p in each) for each in cells)

    # ------------------------------------------------------------------ the rest

    def _other_stories(self) -> None:
        """Headers, footers, notes, alternative texts: by their order, where it is the same."""
        for story in ("header", "footer", "note", "alt"):
            each = [
                [n for n, p in enumerate(r.document.passages) if p.story == story]
                for r in (self.mine, self.old, self.new)
            ]
            if len({len(places) for places in each}) == 1:
                for mine, old, new in zip(*each, strict=True):
                    self._merge(mine, self.old.tokens[old], self.new.tokens[new])

    def _charts(self) -> None:
        """Charts show and hold what they do now; those of a person's own stay."""
        waiting = {_called(chart): chart for chart in reversed(self.new.document.charts)}
        for chart in self.mine.document.charts:
            now = waiting.pop(_called(chart), None)
            if now is None or _shown(chart) == _shown(now):
                continue
            alike = [(s.name, len(s.values)) for s in chart.series] == [
                (s.name, len(s.values)) for s in now.series
            ]
            self.charts.append(Charted(chart.part, now.part, not alike))
            self.told.append(Change("chart", None, chart.title, now.title))

    def _figures(self) -> None:
        """Put every figure's value of now where its mark is, whoever changed what stands there."""
        before = {t.tag: t.text for tokens in self.old.tokens for t in tokens if t.tag}
        details = {t.tag: t.text for tokens in self.new.tokens for t in tokens if t.tag}
        for place, tokens in enumerate(self.mine.tokens):
            for token in tokens if place not in self.gone else ():
                if not token.tag or self._replaced(place, token):
                    continue
                value = self.expected.get(token.tag, details.get(token.tag))
                hand = token.tag in before and not same(before[token.tag], token.text)
                if value is None:
                    self._note("gone", place, token.text, "", token.tag)
                elif not same(value, token.text):
                    self.texts.append(Retext(place, token.start, token.end, (value,)))
                    self.told.append(Change("figure", place, token.text, value, token.tag, hand))

    def _replaced(self, place: int, token: Token) -> bool:
        return any(
            e.passage == place and e.start <= token.start and token.end <= e.end and e.end > e.start
            for e in self.texts
        )

    def _note(
        self, kind: Kind, place: int | None, old: str, new: str, tag: str | None = None
    ) -> None:
        self.told.append(Change(kind, place, old, new, tag))


def _printed(text: Retext) -> str:
    return "".join(p if isinstance(p, str) else p.text for p in text.pieces)


def _shown(chart: Chart) -> tuple[object, ...]:
    return chart.series, chart.workbook, chart.names


def _called(chart: Chart) -> str:
    """A chart's title without its dates; where it has none, its heading."""
    return "".join(letter for letter in chart.title or chart.heading if not letter.isdecimal())


def _first(part: Part, row: int) -> tuple[int, int]:
    return min(place for place in part.cells if place[0] == row)


def _columns(mine: Part, reading: Reading, theirs: Part, others: Reading) -> dict[int, int]:
    """Pair columns by their heads; by their place where a head was reworded."""

    def heads(part: Part, read: Reading) -> dict[int, str]:
        return {
            column: "".join(read.text(p) for p in places).strip()
            for (row, column), places in part.cells.items()
            if row == 0
        }

    own, other = heads(mine, reading), heads(theirs, others)
    by_text = {text: column for column, text in other.items()}
    found = {column: by_text[text] for column, text in own.items() if text in by_text}
    if len(own) == len(other):
        for column in own.keys() & other.keys():
            if column not in found and column not in found.values():
                found[column] = column
    return found
