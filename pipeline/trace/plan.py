"""What is to be changed in an edited briefing so that it says what the newest run says."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from pipeline.read.document import Chart
from pipeline.trace.blocks import Part, paired, parts
from pipeline.trace.changing import Change, Changing
from pipeline.trace.charts import charts_known
from pipeline.trace.plan_tables import table_planned
from pipeline.trace.printed import same
from pipeline.trace.tokens import Reading, Token, hunks, merged
from pipeline.write.edit.changes import Charted, Insert, Remove, Retext

_WITHIN = 85
_STOP = re.compile("。|[.] ")


class Plan(Changing):
    """Works the changes out."""

    def made(self) -> Plan:
        """Work out all changes."""
        self._body()
        self._charts()
        self._other_stories()
        self._figures()
        return self

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
                table_planned(self, own, old, new)
            return
        tokens = self.old.tokens[old.passages[0]], self.new.tokens[new.passages[0]]
        if not hunks(*tokens):
            return
        found = own or self._joined(old, mine)
        if found is None:
            self.note("absent", None, "", self.new.text(new.passages[0]))
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
            if before != after:  # another figure may stand there with the same value
                self.note("words", place, before, after)
        for sentence in said:
            self.note("kept", place, self.mine.text(place), sentence)

    def _dropped(self, own: Part, old: Part) -> None:
        """What the newest run no longer says: it goes if nobody touched it."""
        text = self._said(self.mine, own)
        if self._untouched(own, self.mine, old, self.old):
            self.removed.append(Remove(own.block))
            self.gone |= set(own.passages)
            self.note("removed", own.passages[0], text, "")
        else:
            self.note("kept", own.passages[0], text, "")

    def _added(self, new: Part, last: tuple[Part, bool] | None) -> None:
        text = self._said(self.new, new)
        if last is None:
            self.note("absent", None, "", text)
            return
        part, own = last
        self.inserted.append(Insert(part.block, own, new.block))
        self.note("added", part.passages[-1] if own else None, "", text)

    @staticmethod
    def _said(reading: Reading, part: Part) -> str:
        if not part.table:
            return reading.text(part.passages[0])
        return reading.document.passages[part.passages[0]].caption

    def _untouched(self, own: Part, reading: Reading, old: Part, others: Reading) -> bool:
        return own.key_of(reading) == old.key_of(others)

    # ------------------------------------------------------------------ the rest

    def _other_stories(self) -> None:
        """Headers, footers, notes, alternative texts: by their order, where it is the same.

        Where it is not, as with a chart more, by how they begin.
        """
        for story in ("header", "footer", "note", "alt"):
            each = [
                [n for n, p in enumerate(r.document.passages) if p.story == story]
                for r in (self.mine, self.old, self.new)
            ]
            if len({len(places) for places in each}) == 1:
                for mine, old, new in zip(*each, strict=True):
                    self._merge(mine, self.old.tokens[old], self.new.tokens[new])
                continue
            mine, old, new = (
                {_begins(r.text(place)): place for place in reversed(places)}
                for r, places in zip((self.mine, self.old, self.new), each, strict=True)
            )
            for key in sorted(mine.keys() & old.keys() & new.keys()):
                self._merge(mine[key], self.old.tokens[old[key]], self.new.tokens[new[key]])

    def _charts(self) -> None:
        """Charts show and hold what they do now; those of a person's own stay."""
        mine, old = self.mine.document.charts, self.old.document.charts
        waiting = {_called(chart): chart for chart in reversed(self.new.document.charts)}
        for number, was in sorted(charts_known(mine, old).items()):
            chart, now = mine[number], waiting.pop(_called(old[was]), None)
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
                    self.note("gone", place, token.text, "", token.tag)
                elif not same(value, token.text):
                    self.texts.append(Retext(place, token.start, token.end, (value,), True))
                    self.told.append(Change("figure", place, token.text, value, token.tag, hand))

    def _replaced(self, place: int, token: Token) -> bool:
        return any(
            e.passage == place and e.start <= token.start and token.end <= e.end and e.end > e.start
            for e in self.texts
        )


def _printed(text: Retext) -> str:
    return "".join(p if isinstance(p, str) else p.text for p in text.pieces)


def _shown(chart: Chart) -> tuple[object, ...]:
    return chart.series, chart.workbook, chart.names


def _begins(text: str) -> str:
    """The first sentence of a text without its dates."""
    return "".join(letter for letter in _STOP.split(text, 1)[0] if not letter.isdecimal())


def _called(chart: Chart) -> str:
    """A chart's title without its dates; where it has none, its heading."""
    return "".join(letter for letter in chart.title or chart.heading if not letter.isdecimal())
