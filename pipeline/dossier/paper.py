"""A dossier as a paper: plain values for the writer of reports on one row."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.dossier.files import Paper
from pipeline.dossier.gather import Dossier
from pipeline.dossier.life import Step, Told
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import ENTERPRISE, Decision
from pipeline.personal import mask
from pipeline.profile.shown import shows
from pipeline.write.content import Grid, RowPaper, Section

DESK = "dossiers-desk/"
_STATES = {"there": "dossier_there", "missing": "dossier_lacking", "not_yet": "dossier_not_yet"}


class _Words:
    """What a dossier may say to its readers, in their language."""

    def __init__(self, dossier: Dossier, lang: str, output: str) -> None:
        self.lang, self._output = lang, output
        self._profile = dossier.item.profile
        self._numbers = {p.name: n for n, p in enumerate(dossier.papers, start=1)}

    def plain(self, text: str) -> str:
        return text if self._output == DESK else mask(text)

    def cell(self, column: str, text: str | None) -> str:
        if column != ENTERPRISE and not shows(self._profile, column, self._output):
            return say("dossier_withheld", self.lang)
        return self.plain(text) if text else say("dossier_nothing", self.lang)

    def label(self, column: str) -> str:
        if column == ENTERPRISE:
            return say("enterprise", self.lang)
        labels = self._profile.labels
        return labels[column].say(self.lang) if column in labels else column

    def place(self, told: Told | None) -> str:
        if told is None:
            return ""
        file = (
            say("dossier_file_no", self.lang, number=self._numbers[told.file])
            if told.file in self._numbers
            else self.plain(told.file)
        )
        if told.phone or told.row is None:
            return file
        return say("dossier_place", self.lang, file=file, sheet=told.sheet, row=told.row)

    def day(self, period: str) -> str:
        return day(period, self.lang)

    def table(self, header: tuple[str, ...], rows: Sequence[tuple[str, ...]],
              weights: tuple[float, ...]) -> Grid:  # fmt: skip
        heads = tuple(say(word, self.lang) for word in header)
        return Grid((), heads, tuple(rows), (False,) * len(heads), weights)


def paper_of(dossier: Dossier, office: str, lang: str, output: str) -> RowPaper:
    """Return the dossier's page for the readers of ``output``."""
    item, words = dossier.item, _Words(dossier, lang, output)
    number = item.number or item.id
    sections = (
        ("dossier_now", (_intro(dossier, words), _values(dossier, words))),
        ("dossier_missing", (_missing(dossier, words),)),
        ("dossier_life", (_life(dossier, words),)),
        ("dossier_findings", (_findings(dossier, words),)),
        ("dossier_rulings", (_rulings(dossier, words),)),
        ("dossier_files", (_files(dossier, words, output), (say("dossier_hashes", lang),))),
    )
    return RowPaper(
        title=say("dossier_title", lang, enterprise=item.enterprise, number=number),
        office=office,
        date=say("report_as_of", lang, date=day(item.as_of, lang)),
        sections=tuple(Section(say(head, lang), blocks) for head, blocks in sections),
        lang=lang,
    )


def _intro(dossier: Dossier, words: _Words) -> tuple[str, ...]:
    item, lang = dossier.item, words.lang
    stage = item.profile.partition(item.profile.stages.partition)
    state = item.row.column(stage.id)[0].as_py()
    part = next((p.label.say(lang) for p in stage.parts if p.id == state), "")
    readers = say("dossier_for_desk" if words._output == DESK else "dossier_for_others", lang)
    first = dossier.life.steps[0].period if dossier.life.steps else item.period
    return (say("dossier_intro", lang, first=words.day(first), state=part, readers=readers),)


def _values(dossier: Dossier, words: _Words) -> Grid:
    rows = []
    for column in dossier.item.profile.columns:
        text = dossier.item.row.column(column.id)[0].as_py()
        if text and column.type != "serial":
            place = words.place(dossier.life.since.get(column.id))
            rows.append((words.label(column.id), words.cell(column.id, text), place))
    return words.table(("report_field", "report_content", "dossier_source"), rows, (1, 3, 2))


def _missing(dossier: Dossier, words: _Words) -> Grid:
    lang, rows = words.lang, []
    for need in dossier.needs:
        lacks = "、".join(map(words.label, need.lacks))
        rows.append((need.material.label.say(lang), say(_STATES[need.state], lang), lacks))
    for found in dossier.open_findings:
        told = found.finding
        rows.append((told.message, say(f"severity_{told.severity}", lang), told.remedy))
    for paper in dossier.papers:
        if paper.data is None or not paper.sound:
            how = "dossier_lost" if paper.data is None else "dossier_unreadable"
            rows.append((words.plain(paper.name), say(how, lang), say(f"{how}_do", lang)))
    rows += [(line, say("dossier_lost", lang), say("dossier_lost_do", lang))
             for line in dossier.lost]  # fmt: skip
    return words.table(("dossier_material", "dossier_how", "dossier_what"), rows, (3, 1, 3))


def _life(dossier: Dossier, words: _Words) -> Grid:
    rows = [(words.day(step.period), _step(step, words), words.place(step.told))
            for step in dossier.life.steps]  # fmt: skip
    return words.table(("dossier_period", "dossier_change", "dossier_source"), rows, (1, 4, 2))


def _step(step: Step, words: _Words) -> str:
    lang = words.lang
    if step.first or step.gone:
        return say("dossier_first" if step.first else "dossier_gone", lang)
    told = [
        say("dossier_became", lang, column=words.label(c.column),
            before=words.cell(c.column, c.before), after=words.cell(c.column, c.after))
        for c in step.changes
    ]  # fmt: skip
    return ("; " if lang == "en" else "；").join(told) or say("dossier_again", lang)


def _findings(dossier: Dossier, words: _Words) -> Grid:
    rows = [
        (
            words.day(f.first) + ("" if f.first == f.last else f"—{words.day(f.last)}"),
            say(f"severity_{f.finding.severity}", words.lang),
            f.finding.message,
        )
        for f in dossier.findings
    ]
    return words.table(("dossier_period", "severity", "dossier_found"), rows, (1, 1, 4))


def _rulings(dossier: Dossier, words: _Words) -> Grid:
    rows = [_ruling(ruling, words) for ruling in dossier.rulings]
    return words.table(("dossier_period", "ruling", "ruled_why", "ruled_by"), rows, (1, 2, 3, 1))


def _ruling(ruling: Decision, words: _Words) -> tuple[str, ...]:
    value = words.cell(ruling.column, ruling.value) if ruling.value else ""
    what = say(f"rule_{ruling.action}", words.lang) + (f"：{value}" if value else "")
    period = words.day(ruling.period_id) if ruling.period_id else ""
    return period, what, words.plain(ruling.reason), ruling.by


def _files(dossier: Dossier, words: _Words, output: str) -> Grid:
    rows = [
        (
            say("dossier_file_no", words.lang, number=number),
            words.plain(paper.name),
            say(f"dossier_why_{paper.why}", words.lang),
            say("dossier_enclosed" if enclosed(paper, output) else "dossier_kept", words.lang),
        )
        for number, paper in enumerate(dossier.papers, start=1)
    ]
    header = ("dossier_no", "file", "dossier_why", "dossier_copy")
    return words.table(header, rows, (1, 4, 2, 1))


def enclosed(paper: Paper, output: str) -> bool:
    """Whether the file itself goes into the folder: to others only what is the item's alone.

    A whole ledger, or its stamped copy, holds names, telephones and other items too.
    """
    return paper.data is not None and (output == DESK or paper.kind == "evidence")
