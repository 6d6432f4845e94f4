"""Explain a figure: what it counts, as of when, and the rows behind it with their sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from rapidfuzz import process

from pipeline.count import Ledger, breaks_down, rows_behind, value_column
from pipeline.errors import UsageError
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
from pipeline.text import fold
from pipeline.trace.filters import filter_of
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
    """Return the figure that a person named: ``completed``, ``cases.closed``, 已完成, Completed.

    ``by`` is a breakdown column's name or label, ``at`` the value as printed. Raises UsageError
    where there is none such, or several; the nearest are named.
    """
    told, dot, name = text.rpartition(".")
    ledger = ledger or (told if dot else None)
    if ledger is not None and ledger not in {p.id for p in report.profiles}:
        known = "、".join(p.id for p in report.profiles)
        raise UsageError(f"没有名为『{ledger}』的台账", f"可用：{known}")
    results = [r for r in report.ledgers if ledger in (None, r.profile.id)]
    found = [
        (result, figure)
        for result in results
        for figure in result.profile.figures
        if fold(name) in (fold(figure.id), fold(figure.label.zh), fold(figure.label.en))
    ]
    main = [pair for pair in found if pair[0] is report.ledgers[0]]
    if len(found) > 1 and len(main) != 1:
        names = "、".join(f"{r.profile.id}.{f.id}" for r, f in found)
        raise UsageError(f"『{text}』可能是：{names}", "请写其中一个")
    if not found:
        raise _unknown(text, results)
    result, figure = (main or found)[0]
    if by is None:
        return FigureRef(result.profile.id, figure.id)
    return _broken_down(result, figure, by, at)


def _unknown(text: str, results: Sequence[LedgerResult]) -> UsageError:
    known = {f.label.zh: f"{r.profile.id}.{f.id}" for r in results for f in r.profile.figures}
    known |= {each: each for each in known.values()}
    near = process.extract(text, list(known), limit=3, score_cutoff=50)
    hint = f"，是不是 {'、'.join(dict.fromkeys(known[n] for n, *_ in near))}？" if near else ""
    return UsageError(f"没有名为『{text}』的指标{hint}", "可用 taizhang profile show LEDGER 查看")


def _broken_down(result: LedgerResult, figure: Figure, by: str, at: str | None) -> FigureRef:
    profile, slices = result.profile, result.ledger.slices
    labels = {fold(w): c for c in slices for w in (c, *_words(profile, c))}
    column = labels.get(fold(by))
    if column is None:
        known = "、".join(f"{c}（{profile.labels[c].zh}）" for c in slices)
        raise UsageError(f"『{profile.label.zh}』不按『{by}』分列", f"可用：{known}")
    if not breaks_down(profile, figure, column):
        raise UsageError(f"指标 {figure.id} 不分列", "请去掉 --by 和 --at")
    values = list(slices[column])
    wanted = _value(result, column, at or "")
    if wanted not in values:
        near = [n for n, *_ in process.extract(at or "", values, limit=5)]
        shown_values = "、".join(n or "未填" for n in (near or values[:5]))
        raise UsageError(f"『{by}』中没有『{at or '未填'}』", f"有：{shown_values}")
    return FigureRef(profile.id, figure.id, column, wanted)


def _words(profile: Profile, column: str) -> tuple[str, str]:
    return profile.labels[column].zh, profile.labels[column].en


def _value(result: LedgerResult, column: str, at: str) -> str:
    """A breakdown's value as it was typed: an enterprise by any name, a part by its label."""
    profile = result.profile
    if at in ("未填", "未注明", "unknown"):
        return ""
    if column == profile.enterprise_column:
        return result.ledger.registry.match(at).sure or at
    for partition in profile.partitions:
        for part in partition.parts if partition.id == column else ():
            if fold(at) in (fold(part.label.zh), fold(part.label.en)):
                return part.id
    for declared in profile.columns:
        for choice in declared.choices if declared.id == column else ():
            if fold(at) in (fold(choice.value), fold(choice.en), *map(fold, choice.accepts)):
                return choice.value
    return at
