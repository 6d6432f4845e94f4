"""What runs in the child: a batch of files in, Arrow tables and a little JSON out."""

from __future__ import annotations

import json
import struct
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from pipeline.limits import Limits
from pipeline.model import EXTRA, REASON, ROW_NO, SHEET_ID, TOKEN, Notice, Sheet
from pipeline.profile import Profile
from pipeline.read.file import FileRead, read_file
from pipeline.read.labels import Labels, labels_of
from pipeline.read.layout import Lines
from pipeline.read.opening import open_book
from pipeline.read.refusal import RefusedError

_LENGTH: Final = struct.Struct("<Q")
_SENTENCE: Final = 300
_NO_OBJECT: Final = "PyObject pointer is null"
"""What calamine panics with where Python had no memory left for a cell's text."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files for one child: (submission id, name, path) each, and what they may hold."""

    files: tuple[tuple[int, str, Path], ...]
    profiles: tuple[Profile, ...]
    limits: Limits
    passwords: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class BatchRead:
    """A batch's answer. Sheet ids count from 0 within it; ``tables`` by ledger, if it has rows."""

    sheets: tuple[Sheet, ...]
    notices: tuple[tuple[int, Notice], ...]
    tables: Mapping[str, pa.Table]


def read_batch(batch: Batch) -> bytes:
    """Read all files of a batch and return the packed BatchRead (see ``unpack``)."""
    known = [labels_of(profile) for profile in batch.profiles]
    sheets: list[Sheet] = []
    notices: list[tuple[int, Notice]] = []
    found: dict[str, list[tuple[int, Lines]]] = {p.id: [] for p in batch.profiles}
    for submission, name, path in batch.files:
        result = _one_file(path, name, known, batch)
        notices += [(submission, notice) for notice in result.notices]
        for sheet, lines in zip(result.sheets, result.lines, strict=True):
            number = len(sheets)
            sheets.append(replace(sheet, id=number, submission=submission))
            if lines is not None and sheet.ledger:
                found[sheet.ledger].append((number, lines))
    # Arrow's default pool would set aside as many addresses as the limit allows.
    pa.set_memory_pool(pa.system_memory_pool())
    tables = {p.id: _table(p, found[p.id]) for p in batch.profiles if found[p.id]}
    return _pack(sheets, notices, tables)


def read_pages(argument: tuple[Path, Limits, tuple[str, ...]]) -> bytes:
    """Return all sheets of one file as JSON: {"pages": [...]} or {"refused": why}."""
    path, limits, passwords = argument
    try:
        book = open_book(path.read_bytes(), limits, passwords)
        for grid in book.grids:
            if grid.refusal is not None:
                raise grid.refusal
    except RefusedError as refusal:
        told: dict[str, Any] = {"refused": [refusal.code, *refusal.params.values()]}
    else:
        told = {"pages": [(g.name, g.cells, g.merged, g.hidden) for g in book.grids]}
    return json.dumps(told, ensure_ascii=False).encode()


def rows_schema(profile: Profile) -> pa.Schema:
    """Return the schema of a ledger's rows as reading gives them."""
    added = [(SHEET_ID, pa.int32()), (ROW_NO, pa.int32())]
    texts = [REASON, TOKEN, EXTRA, *(c.id for c in profile.columns)]
    return pa.schema([*added, *((name, pa.string()) for name in texts)])


def unpack(data: bytes, profiles: Sequence[Profile]) -> BatchRead:
    """Return what ``read_batch`` packed for a batch with these profiles."""
    schemas = {profile.id: rows_schema(profile) for profile in profiles}
    (length,) = _LENGTH.unpack_from(data)
    start = _LENGTH.size
    told = json.loads(data[start : start + length])
    start += length
    tables = {}
    for ledger, size in told["tables"]:
        view = pa.py_buffer(memoryview(data)[start : start + size])
        rows = pa.ipc.read_record_batch(view, schemas[ledger])
        tables[ledger] = pa.Table.from_batches([rows])
        start += size
    sheets = tuple(_sheet(sheet) for sheet in told["sheets"])
    notices = tuple((submission, Notice(**notice)) for submission, notice in told["notices"])
    return BatchRead(sheets, notices, tables)


def _sheet(told: dict[str, Any]) -> Sheet:
    filled = {name: tuple(rows) for name, rows in told["filled"].items()}
    return Sheet(**{**told, "unknown": tuple(told["unknown"]), "filled": filled})


def _one_file(path: Path, name: str, known: Sequence[Labels], batch: Batch) -> FileRead:
    """Read one file. A panic in it is told as its fault, so that the batch need not be repeated."""
    try:
        return read_file(path.read_bytes(), name, known, batch.limits, batch.passwords)
    except (MemoryError, KeyboardInterrupt):
        raise
    except BaseException as fault:  # calamine's panics are no Exception
        told = f"{type(fault).__name__}: {fault}"[:_SENTENCE]
        if _NO_OBJECT in told:
            raise MemoryError(told) from fault
        crash = Notice("unreadable-crashed", params={"how": "panic", "told": told})
        return FileRead((), (), (crash,))


def _table(profile: Profile, found: Sequence[tuple[int, Lines]]) -> pa.RecordBatch:
    ids = array("i", [i for i, lines in found for _ in lines.row_no])
    numbers = array("i", [n for _, lines in found for n in lines.row_no])
    columns = [
        _integers(ids),
        _integers(numbers),
        _strings([lines.reason for _, lines in found]),
        _strings([lines.token for _, lines in found]),
        _strings([lines.extra for _, lines in found]),
        *(_strings([lines.texts[c.id] for _, lines in found]) for c in profile.columns),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=rows_schema(profile))


def _integers(numbers: array[int]) -> pa.Array:
    return pa.Array.from_buffers(pa.int32(), len(numbers), [None, pa.py_buffer(numbers)])


def _strings(parts: Sequence[Sequence[str | None]]) -> pa.Array:
    """Build without ``pa.array``, which would load pandas: half a second in every child."""
    builder = pa.lib.StringBuilder()
    for part in parts:
        builder.append_values(part)
    if len(builder) != sum(map(len, parts)):  # out of memory it stops without a word
        raise MemoryError
    try:
        return builder.finish()
    except ValueError as fault:
        raise MemoryError from fault


def _pack(
    sheets: Sequence[Sheet],
    notices: Sequence[tuple[int, Notice]],
    tables: Mapping[str, pa.RecordBatch],
) -> bytes:
    pool = pa.system_memory_pool()
    streams = [(ledger, table.serialize(memory_pool=pool)) for ledger, table in tables.items()]
    told = {
        "sheets": [asdict(sheet) for sheet in sheets],
        "notices": [(submission, asdict(notice)) for submission, notice in notices],
        "tables": [(ledger, stream.size) for ledger, stream in streams],
    }
    head = json.dumps(told, ensure_ascii=False).encode()
    return b"".join((_LENGTH.pack(len(head)), head, *(memoryview(s) for _, s in streams)))
