"""Typed twins: each distinct text is understood once, and what is unclear becomes findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dates import Order, is_wordy_deadline, ordinal, understand
from pipeline.findings import on_rows
from pipeline.model import SEVERAL, TWINS, Decision, typed
from pipeline.profile.schema import Column, Profile
from pipeline.rulings import RULED, Rulings, told
from pipeline.settle.numbers import amount
from pipeline.text import bare, fold

MANY = str.maketrans("，,；;/\n", "、、、、、、")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text means in a column: its value, or the doubt about it (both for assumptions).

    ``severity`` "" takes what the column demands: E where it must be filled, otherwise W.
    """

    value: Any = None
    doubt: str = ""
    severity: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


_PLAIN = Reading()


def with_values(
    table: pa.Table, profile: Profile, as_of: date, rulings: Rulings
) -> tuple[pa.Table, list[pa.Table]]:
    """Return ``table`` with a typed twin for each column that has a type, and the findings.

    A text whose meaning was ruled on is read as what it was ruled to mean, and this is told.
    """
    findings: list[pa.Table] = []
    for column in profile.columns:
        if column.type not in TWINS:
            continue
        encoded = table.column(column.id).combine_chunks().dictionary_encode()
        encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
        read = _ruled(_reader(column, profile, as_of), rulings.meanings(column.id))
        readings = [read(text) for text in encoded.dictionary.to_pylist()]
        values = pa.array([reading.value for reading in readings], TWINS[column.type])
        table = table.append_column(typed(column.id), pc.take(values, encoded.indices))
        findings.extend(_doubts(table, profile.id, column, readings, encoded.indices))
    return table, findings


def _doubts(
    table: pa.Table, ledger: str, column: Column, readings: list[Reading], indices: pa.Array
) -> list[pa.Table]:
    """One table of findings for each kind of doubt in the column."""
    found = []
    places = indices.to_pylist()
    for kind in sorted({(r.doubt, r.severity) for r in readings if r.doubt}):
        hits = [
            row
            for row, code in enumerate(places)
            if code is not None and (readings[code].doubt, readings[code].severity) == kind
        ]
        params = [readings[places[row]].params for row in hits]
        severity = kind[1] or column.required or "W"
        found.append(on_rows(table.take(hits), kind[0], severity, ledger, column.id, params))
    return found


def _ruled(
    read: Callable[[str], Reading], meanings: Mapping[str, Decision]
) -> Callable[[str], Reading]:
    if not meanings:
        return read

    def reading(text: str) -> Reading:
        ruling = meanings.get(fold(text))
        if ruling is None:
            return read(text)
        params = {RULED: told(ruling), "meaning": ruling.value}
        return Reading(read(ruling.value).value, "ruled-value", "I", params)

    return reading


def _reader(column: Column, profile: Profile, as_of: date) -> Callable[[str], Reading]:
    if column.type in ("date", "deadline"):
        deadline = column.type == "deadline"
        return lambda text: _date(text, as_of, deadline=deadline, order=profile.dates)
    if column.type == "number":
        answers = {fold(a) for a in column.answers}
        ten_thousands = "万元" in column.label.zh
        return lambda text: _number(text, answers, ten_thousands=ten_thousands)
    if column.type == "ordinal":
        return _ordinal
    spellings = {
        fold(spelling): choice.value
        for choice in column.choices
        for spelling in (choice.value, choice.en, *choice.accepts)
    }
    asked = {fold(a) for a in column.asks}
    allowed = [choice.value for choice in column.choices]
    if column.type == "choice":
        return lambda text: _choice(text, spellings, asked, allowed)
    return lambda text: _choices(text, spellings, allowed)


def _date(text: str, as_of: date, *, deadline: bool, order: Order | None) -> Reading:
    understood = understand(text, as_of, deadline=deadline, order=order)
    if understood.either:
        one, other = understood.either
        return Reading(None, "ambiguous-date", "W", {"one": one, "other_day": other})
    if understood.day is None:
        if deadline and is_wordy_deadline(text):
            return _PLAIN
        code = "unreadable-deadline" if deadline else "unreadable-date"
        return Reading(None, code, "W")
    if not _plausible(understood.day, as_of):
        return Reading(understood.day, "implausible-date", "W", {"date": understood.day})
    if understood.assumed:
        params = {"date": understood.day, "how": understood.assumed}
        return Reading(understood.day, "assumed-date", "I", params)
    return Reading(understood.day)


def _plausible(day: date, as_of: date) -> bool:
    """Within ten years back and fifteen ahead of the as-of date; a campaign's days lie closer."""
    return as_of.year - 10 <= day.year <= as_of.year + 15


def _number(text: str, answers: set[str], *, ten_thousands: bool) -> Reading:
    if fold(text) in answers:
        return _PLAIN
    understood = amount(text, in_ten_thousands=ten_thousands)
    if understood.number is None:
        return Reading(None, "unreadable-number", "W")
    if understood.unit not in ("", "万元", "万"):
        params = {"number": f"{understood.number.normalize():f}", "unit": understood.unit}
        return Reading(understood.number, "converted-unit", "W", params)
    return Reading(understood.number)


def _ordinal(text: str) -> Reading:
    """第一批, 第1批 and 1 are one; what holds no single number stands for itself."""
    return Reading(ordinal(text) or fold(text))


def _choice(
    text: str, spellings: Mapping[str, str], asked: set[str], allowed: list[str]
) -> Reading:
    folded = fold(text) if fold(text) in spellings else bare(text)
    if folded in spellings:
        return Reading(spellings[folded])
    code = "asked-choice" if folded in asked else "unknown-choice"
    return Reading(None, code, "", {"choices": allowed})


def _choices(text: str, spellings: Mapping[str, str], allowed: list[str]) -> Reading:
    """Several values in one cell; one unknown among them leaves the others standing."""
    parts = [part for part in text.translate(MANY).split(SEVERAL) if fold(part)]
    known = dict.fromkeys(spellings[fold(p)] for p in parts if fold(p) in spellings)
    unknown = [part for part in parts if fold(part) not in spellings]
    value = SEVERAL.join(known) or None
    if unknown:
        params = {"unknown": SEVERAL.join(unknown), "choices": allowed}
        return Reading(value, "unknown-choice", "", params)
    return Reading(value)
