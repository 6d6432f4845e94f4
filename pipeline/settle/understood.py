"""What was understood otherwise than it stands: derived from the texts and what they were read as.

No stage keeps a log. Each pair of a text and its meaning in a column is looked at once: where the
meaning's normal written form is not what stood there, the pair is told, with one of ``KINDS``.
Doubts are findings; what is told here asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.dates import understand
from pipeline.model import (
    ENTERPRISE,
    ROW_ID,
    ROW_NO,
    SEVERAL,
    SHEET_ID,
    TWINS,
    UNDERSTOOD,
    Sheet,
    typed,
)
from pipeline.profile.schema import Column, Profile
from pipeline.registry import Registry
from pipeline.rulings import Rulings
from pipeline.settle.numbers import amount
from pipeline.settle.owners import Owner
from pipeline.settle.values import MANY
from pipeline.text import as_number, bare, fold, unblanked

KINDS: Final = (
    "blanks", "signs", "date", "year", "period", "serial", "unit", "number", "spelling", "name",
    "filled", "sheet_name", "owner", "ruled",
)  # fmt: skip
"""blanks: white space and line breaks left out; signs: width, brackets, dashes and stops unified.
year, period and serial are assumptions, told as findings too: a year completed, the last day of a
period, the number of a day. filled: a merged cell holds for the rows below; owner: title, file or
sender tell whose a row is; the others say what they are about."""

_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_ORDINAL: Final = re.compile(r"第?([0-9]+|[一二三四五六七八九十百]+)[批次期轮号]?")


@dataclass(frozen=True, slots=True)
class Sources:
    """What besides the texts tells how a ledger's cells were understood."""

    sheets: Sequence[Sheet]
    owners: Mapping[int, Owner]
    profile: Profile
    registry: Registry
    rulings: Rulings
    as_of: date


def understood(sent: pa.Table, rows: pa.Table, sources: Sources) -> pa.Table:
    """Return UNDERSTOOD of the settled ``rows``.

    ``sent`` has the same rows' texts as they came, blanks at their ends included.
    """
    tables = [UNDERSTOOD.empty_table()]
    for column in sources.profile.columns:
        tables += _of_column(column, sent.column(column.id), rows, sources)
    return pa.concat_tables(tables).combine_chunks()


def _of_column(
    column: Column, sent: pa.ChunkedArray, rows: pa.Table, sources: Sources
) -> Iterator[pa.Table]:
    filled, named = _filled(column.id, rows, sources), _named(column.id, rows, sources)
    is_text = column.type in ("text", "serial") and column.id != sources.profile.key
    if is_text and not filled.any():
        return
    texts = sent.combine_chunks()
    written = _written(column, texts, rows, sources)
    ids = rows.column(ROW_ID).combine_chunks()
    there = written.is_valid().to_numpy(zero_copy_only=False)

    def told(at: np.ndarray, value: pa.Array | str, kind: pa.Array | str) -> pa.Table:
        size, meaning = len(at), written.take(pa.array(at))
        stood = pa.repeat(value, size) if isinstance(value, str) else value
        kinds = pa.repeat(kind, size) if isinstance(kind, str) else kind
        parts = [ids.take(pa.array(at)), pa.repeat(column.id, size), stood, meaning, kinds]
        return pa.table(parts, schema=UNDERSTOOD)

    yield told(np.flatnonzero(filled & there), "", "filled")
    places = rows.column(SHEET_ID).to_numpy()
    for sheet in named:
        yield told(np.flatnonzero((places == sheet.id) & there), sheet.name, "sheet_name")
    if is_text:
        return
    others = there & ~filled & ~np.isin(places, [sheet.id for sheet in named])
    at, kinds = _by_pair(column, texts, written, np.flatnonzero(others), sources, places)
    yield told(at, pc.fill_null(texts.take(pa.array(at)), ""), kinds)


def _by_pair(
    column: Column,
    texts: pa.Array,
    written: pa.Array,
    at: np.ndarray,
    sources: Sources,
    places: np.ndarray,
) -> tuple[np.ndarray, pa.Array]:
    """Return which of the rows ``at`` are told, and their kinds: by distinct text and meaning."""
    stood, meant = (_encoded(array.take(pa.array(at))) for array in (texts, written))
    codes = stood.indices.fill_null(-1).to_numpy() + 1, meant.indices.to_numpy()
    owned = np.isin(places[at], _formless(sources))
    width = max(len(meant.dictionary), 1)
    keys = (codes[0].astype(np.int64) * width + codes[1]) * 2 + owned
    pairs, where = np.unique(keys, return_inverse=True)
    known, meanings = ["", *stood.dictionary.to_pylist()], meant.dictionary.to_pylist()
    tell = _Teller(column, sources)
    kinds = [
        tell.kind(known[pair // 2 // width], meanings[pair // 2 % width], owned=bool(pair % 2))
        for pair in pairs.tolist()
    ]
    found = pa.array(kinds, pa.string()).take(pa.array(where))
    kept = pc.not_equal(found, "")
    return at[kept.to_numpy(zero_copy_only=False)], found.filter(kept)


def _formless(sources: Sources) -> list[int]:
    """Sheets of which our own blank ledger does not say whose they are."""
    return [i for i, owner in sources.owners.items() if owner.told_by != "sheet"]


def _encoded(array: pa.Array) -> pa.DictionaryArray:
    encoded = array.dictionary_encode()
    return encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded


def _filled(column: str, rows: pa.Table, sources: Sources) -> np.ndarray:
    """Which rows a merged cell fills."""
    found = [
        (sheet.id << 32) + row for sheet in sources.sheets for row in sheet.filled.get(column, ())
    ]
    if not found:
        return np.zeros(rows.num_rows, bool)
    sheets, numbers = (rows.column(name).to_numpy().astype(np.int64) for name in (SHEET_ID, ROW_NO))
    return np.isin((sheets << 32) + numbers, found)


def _named(column: str, rows: pa.Table, sources: Sources) -> list[Sheet]:
    """Sheets whose name tells the column."""
    return [
        sheet
        for sheet in sources.sheets
        if sheet.columns.get(column) == sheet.name and column not in sheet.letters
    ]


def _written(column: Column, texts: pa.Array, rows: pa.Table, sources: Sources) -> pa.Array:
    """What each cell means, in its normal written form; null where nothing was understood."""
    if column.type == "enterprise":
        return rows.column(ENTERPRISE).combine_chunks()
    if column.type in TWINS:
        meant = _encoded(rows.column(typed(column.id)).combine_chunks())
        forms = [_form(value) for value in meant.dictionary.to_pylist()]
        return pa.array(forms, pa.string()).take(meant.indices)
    if column.id != sources.profile.key:
        return texts
    stood = _encoded(texts)
    numbers = [as_number(text) or None for text in stood.dictionary.to_pylist()]
    return pa.array(numbers, pa.string()).take(stood.indices)


def _form(value: object) -> str:
    if isinstance(value, str | date):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class _Teller:
    """Tells what kind of understanding it is that a text of one column means what it means."""

    def __init__(self, column: Column, sources: Sources) -> None:
        self._column = column
        self._sources = sources
        self._ruled = sources.rulings.meanings(column.id)

    def kind(self, text: str, written: str, *, owned: bool) -> str:
        """Return one of KINDS, "" where the text is a normal form of what it means.

        ``owned``: it was the title, the file or the sender that told whose a blank cell's row is.
        """
        if not text:
            return "owner" if owned else ""
        if self._ruled and fold(text) in self._ruled:
            return "ruled"
        if self._is_normal(text, written):
            return ""
        if self._is_normal(unblanked(text), unblanked(written)):
            return "blanks"
        if self._is_normal(bare(text), bare(written)):
            return "signs"
        return self._other(text, written)

    def _is_normal(self, text: str, written: str) -> bool:
        kind = self._column.type
        if kind in ("date", "deadline"):
            year, month, day = (int(part) for part in written.split("-"))
            plain = f"{year}年{month}月{day}日"
            return text in (written, plain, f"{year}年{month:02}月{day:02}日")
        if kind == "number":
            return _PLAIN_NUMBER.fullmatch(text) is not None
        if kind == "ordinal":
            return text.casefold() == written or _ORDINAL.fullmatch(text) is not None
        return text == written

    def _other(self, text: str, written: str) -> str:
        kind = self._column.type
        if kind in ("date", "deadline"):
            as_of = self._sources.as_of
            return understand(text, as_of, deadline=kind == "deadline").assumed or "date"
        if kind == "number":
            return "unit" if amount(text, in_ten_thousands=True).unit else "number"
        if kind == "enterprise":
            registry = self._sources.registry
            return "name" if registry.match(text).sure == written else "owner"
        if kind == "choices" and _parts(text) == _parts(written):
            return "signs"
        return {"ordinal": "number"}.get(kind, "spelling" if kind in TWINS else "signs")


def _parts(text: str) -> list[str]:
    return [fold(part) for part in text.translate(MANY).split(SEVERAL) if fold(part)]
