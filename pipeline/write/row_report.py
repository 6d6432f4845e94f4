"""The report on one row, as plain values: what the profile declares, for the eyes of leadership.

A column that leadership does not see is named, and said to be withheld. Personal data is masked
wherever it stands: clerks copy it into what was found.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from pipeline.count import value_column
from pipeline.errors import UsageError
from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.model import typed
from pipeline.personal import mask
from pipeline.profile.printed import ReportSection, RowReport
from pipeline.profile.schema import Profile
from pipeline.profile.shown import shows
from pipeline.rules.algebra import matching
from pipeline.write.content import Grid, RowPaper, Section, Sentence
from pipeline.write.numbers import shown

_OUTPUT = "reports/"

FEW = 3
"""So many facts make a sentence; more make a table."""


def row_report(row: pa.Table, profile: Profile, as_of: date, office: str, lang: str) -> RowPaper:
    """Return the report on ``row``, a roster table of one row with its states as of ``as_of``.

    Raises UsageError where the profile declares no report.
    """
    report = profile.report
    if report is None:
        raise UsageError(
            f"『{profile.label.zh}』没有单件报告", "请在其 profile.toml 中加上 [report]"
        )
    return RowPaper(
        title=_title(row, report, as_of, lang),
        office=office,
        date=say("report_as_of", lang, date=day(as_of, lang)),
        sections=tuple(_section(row, each, profile, lang) for each in report.sections),
        lang=lang,
    )


def _title(row: pa.Table, report: RowReport, as_of: date, lang: str) -> str:
    titles = (t.text for t in report.titles if matching(t.when, row, as_of).num_rows)
    return next(titles).say(lang)


def _section(row: pa.Table, section: ReportSection, profile: Profile, lang: str) -> Section:
    blocks: list[Sentence | Grid] = []
    labels = profile.labels
    rows = tuple((labels[n].say(lang), _said(row, n, profile, lang)) for n in section.facts)
    if 0 < len(rows) <= FEW:
        colon, between, stop = (": ", "; ", ".") if lang == "en" else ("：", "；", "。")
        blocks.append((between.join(label + colon + said for label, said in rows) + stop,))
    elif rows:
        header = (say("report_field", lang), say("report_content", lang))
        blocks.append(Grid((), header, rows, (False, False), (1.0, 3.0)))
    blocks += [(_ended(_said(row, name, profile, lang), lang),) for name in section.prose]
    return Section(section.heading.say(lang), tuple(blocks))


def _ended(text: str, lang: str) -> str:
    """End a paragraph with a full stop where the clerk did not."""
    return text if text[-1] in "。！？.!?）)" else text + ("." if lang == "en" else "。")


def _said(row: pa.Table, name: str, profile: Profile, lang: str) -> str:
    """Return a cell as the report may show it."""
    columns = {column.id: column for column in profile.columns}
    if not shows(profile, name, _OUTPUT):
        return say("report_withheld", lang)
    if name not in columns:
        value = text = row.column(typed(name))[0].as_py()
    else:
        value = row.column(value_column(profile, name))[0].as_py()
        text = row.column(name)[0].as_py()
        if columns[name].type in ("ordinal", "deadline"):
            value = text if columns[name].type == "ordinal" else value
        if lang == "en":
            value = next((c.en for c in columns[name].choices if c.value == value), value)
    said = shown(text if value is None else value, lang)
    return mask(said) if said else say("report_blank", lang)
