"""Explain a figure: what it counts, as of when, and the rows behind it with their sources."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.count import Ledger, rows_behind, value_column
from pipeline.messages import say
from pipeline.model import (
    ENTERPRISE,
    SOURCE_FILE,
    SOURCE_PERIOD,
    SOURCE_ROW,
    SOURCE_SHEET,
    FigureRef,
)
from pipeline.profile.schema import Figure, Profile
from pipeline.trace.filters import filter_of
from pipeline.trace.named import column_meant, figure_meant, value_meant
from pipeline.write.numbers import printed, shown
from pipeline.write.report import LedgerResult, Report


@dataclass(frozen=True, slots=True)
class Row:
    """A row behind a figure: of the roster, with the sheet's row that told its present state.

    ``value`` is what a sum adds up, or a count of different values counts. Rows of the registry and
    the roll call have no source; ``text`` then says the enterprise's state, if it has one.
    """

    enterprise: str
    number: str
    text: str
    value: str
    period: str
    file: str
    sheet: str
    row: int | None


@dataclass(frozen=True)
class Explanation:
    """A figure, what it is by its definition, its ``value`` as printed, and the rows behind it.

    A figure of two others (a ratio) has these as its ``parts``, and no rows of its own.
    """

    ref: FigureRef
    kind: str
    period: str
    as_of: date
    label: str
    value: str
    definition: str
    conditions: str
    rows: tuple[Row, ...]
    parts: tuple[Explanation, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        ref = self.ref
        return {
            "figure": f"{ref.ledger}.{ref.figure}",
            "by": {ref.by: ref.at} if ref.by else None,
            "kind": self.kind,
            "period": self.period,
            "as_of": str(self.as_of),
            "label": self.label,
            "value": self.value,
            "definition": self.definition,
            "filter": self.conditions,
            "rows": [asdict(row) for row in self.rows],
            "parts": [part.record() for part in self.parts],
        }


def explained(report: Report, ref: FigureRef, lang: str) -> Explanation:
    """Explain a figure of a report."""
    result = _result(report, ref.ledger)
    profile, ledger = result.profile, result.ledger
    figure = profile.figure(ref.figure)
    parts: tuple[Explanation, ...] = ()
    rows: tuple[Row, ...] = ()
    if figure.over is not None:
        refs = (
            FigureRef(ref.ledger, str(name), ref.by, ref.at) for name in (figure.of, figure.over)
        )
        parts = tuple(explained(report, part, lang) for part in refs)
    else:
        rows = tuple(_rows(ledger, figure, ref, lang))
    percent = "%" if figure.kind in ("ratio", "coverage") else ""
    number = printed(result.figures[ref])
    return Explanation(
        ref=ref,
        kind=figure.kind,
        period=report.period.id,
        as_of=ledger.as_of,
        label=_named(profile, figure, ref, lang),
        value=number + (percent if result.figures[ref] is not None else ""),
        definition=figure.definition.say(lang),
        conditions="" if parts else filter_of(profile, figure, lang),
        rows=rows,
        parts=parts,
    )


def _named(profile: Profile, figure: Figure, ref: FigureRef, lang: str) -> str:
    label = figure.label.say(lang)
    if not ref.by:
        return label
    at = ref.at or say("unfilled", lang)
    return say("figure_by", lang, figure=label, by=profile.labels[ref.by].say(lang), at=at)


def _result(report: Report, ledger: str) -> LedgerResult:
    return next(result for result in report.ledgers if result.profile.id == ledger)


def _rows(ledger: Ledger, figure: Figure, ref: FigureRef, lang: str) -> list[Row]:
    table = rows_behind(ledger, ref)
    if SOURCE_FILE not in table.column_names:
        return _plain_rows(table, lang)
    profile = ledger.profile
    value = value_column(profile, figure.of) if figure.of is not None else ""
    names = (ENTERPRISE, profile.key, profile.subject, value, SOURCE_PERIOD, SOURCE_FILE,
             SOURCE_SHEET, SOURCE_ROW)  # fmt: skip
    cells = [table.column(n).to_pylist() if n else [None] * table.num_rows for n in names]
    rows = [
        Row(
            *(shown(owner, lang), shown(number, lang), shown(text, lang), shown(amount, lang)),
            *(period, file, sheet, row),
        )
        for owner, number, text, amount, period, file, sheet, row in zip(*cells, strict=True)
    ]
    place = {name: number for number, name in enumerate(ledger.registry.names)}
    return sorted(rows, key=lambda row: place.get(row.enterprise, len(place)))


def _plain_rows(table: pa.Table, lang: str) -> list[Row]:
    """Rows of the registry or the roll call."""
    called = "name" if "name" in table.column_names else "enterprise"
    names = table.column(called).to_pylist()
    states = table.column("state").to_pylist() if "state" in table.column_names else None
    told = [say(state, lang) if state else "" for state in states] if states else [""] * len(names)
    return [Row(n, "", state, "", "", "", "", None) for n, state in zip(names, told, strict=True)]


# ---------------------------------------------------------------- which figure is meant


def figure_named(
    report: Report, text: str, ledger: str | None, by: str | None, at: str | None
) -> FigureRef:
    """Return the figure that a person named, perhaps for one value ``at`` of a breakdown ``by``.

    Raises UsageError where there is none such, or several; the nearest are named.
    """
    profile, figure = figure_meant(report.profiles, text, ledger)
    if by is None:
        return FigureRef(profile.id, figure.id)
    counted = _result(report, profile.id).ledger
    column = column_meant(profile, [figure], by, counted.slices)
    value = value_meant(profile, counted.registry, column, at or "", counted.slices[column])
    return FigureRef(profile.id, figure.id, column, value)
