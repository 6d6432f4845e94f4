"""Files become text columns: batches in limited children, put together in a fixed order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ConfigurationError, ImpossibleError
from pipeline.limits import Death, Limits, run_limited
from pipeline.model import SHEET_ID, Notice, Sheet, Submission
from pipeline.passwords import passwords
from pipeline.profile import Profile
from pipeline.read.task import Batch, BatchRead, read_batch, read_pages, rows_schema, unpack

_WORDS: Final = {
    "encrypted": "文件有密码",
    "unreadable-type": "不是 Excel 工作簿或 CSV 文本",
    "package-refused": "文件已损坏或超出限制",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the submissions hold.

    ``sheets`` are numbered in the order of submission, then of the sheet in its file. ``rows`` has
    a table for each profile's id: ``sheet_id`` and ``row_no`` int32, ``reason``, ``row_token``,
    ``extra`` and then the profile's columns, all strings, null where the cell is blank or the sheet
    lacks the column; blanks at a cell's ends are kept. Rows stand in the order of sheets and rows.
    A row with a ``reason`` is set aside: its texts are null and its cells a JSON list in ``extra``.
    ``notices`` are told by submission id, in its order.
    """

    sheets: tuple[Sheet, ...]
    rows: Mapping[str, pa.Table]
    notices: tuple[tuple[int, Notice], ...]


def read(
    submissions: Sequence[Submission],
    profiles: Sequence[Profile],
    *,
    jobs: int = 2,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    on_done: Callable[[int], None] | None = None,
) -> Reading:
    """Read all submissions for the given ledgers; the result does not depend on ``jobs``.

    ``jobs`` batches are read at a time. ``on_done`` is called, from this thread, with how many
    files a batch has finished. A file that can't be read costs a notice, never the run; so does an
    archive that could not be unpacked, by its own ``fault``. Passwords that open locked files come
    from the environment (``pipeline.passwords``).

    Raises ImpossibleError where a submission's own copy can't be opened.
    """
    ordered = sorted(submissions, key=lambda submission: submission.id)
    for submission in ordered:
        _must_be_there(submission.path)
    given = tuple(profiles)
    files = [(s.id, s.name, s.path) for s in ordered if s.fault is None]
    size, secrets = max(limits.batch, 1), passwords()
    batches = [
        Batch(tuple(files[i : i + size]), given, limits, secrets)
        for i in range(0, len(files), size)
    ]
    done: dict[int, list[BatchRead]] = {}
    with ThreadPoolExecutor(max_workers=max(jobs, 1)) as pool:
        tasks: dict[Future[list[BatchRead]], int] = {
            pool.submit(_survive, batch): number for number, batch in enumerate(batches)
        }
        try:
            for task in as_completed(tasks):
                done[tasks[task]] = task.result()
                if on_done is not None:
                    on_done(len(batches[tasks[task]].files))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    parts = [part for number in range(len(batches)) for part in done[number]]
    return _joined(parts, given, [(s.id, s.fault) for s in ordered if s.fault is not None])


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet as it stands: its cells as text, rows from A1, of whatever length.

    ``merged`` has top, left, bottom and right of merged cells, from 0, ends included. ``name`` is
    "" for a text file.
    """

    name: str
    cells: Sequence[Sequence[str]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False


def cells(path: Path) -> dict[str, list[list[str]]]:
    """Return the cells of every sheet as text, rows from A1, by sheet name; errors as ``pages``."""
    return {page.name: [list(row) for row in page.cells] for page in pages(path)}


def pages(path: Path) -> tuple[Page, ...]:
    """Return every sheet of a file, opened in a limited child.

    Raises ConfigurationError, with a remedy, where the file can't be read.
    """
    _must_be_there(path)
    outcome = run_limited(read_pages, (path, Limits(), passwords()), Limits())
    remedy = "请在 Excel 或 WPS 中打开，另存为不加密的 .xlsx 后重试"
    if isinstance(outcome, Death):
        raise ConfigurationError(f"读不了 {path}：读取时出错（{outcome.how}）", remedy)
    told = json.loads(outcome.data)
    if "refused" in told:
        code, *why = told["refused"]
        reason = _WORDS.get(code, code) + (f"（{'、'.join(why)}）" if why else "")
        raise ConfigurationError(f"读不了 {path}：{reason}", remedy)
    return tuple(
        Page(name, rows, tuple((a, b, c, d) for a, b, c, d in merged), hidden)
        for name, rows, merged, hidden in told["pages"]
    )


def _must_be_there(path: Path) -> None:
    try:
        with path.open("rb"):
            return
    except OSError as fault:
        raise ImpossibleError(
            f"打不开文件 {path}：{fault.strerror}", "请确认文件存在、有读取权限后重试"
        ) from fault


def _survive(batch: Batch) -> list[BatchRead]:
    """Read a batch in one child; if that dies, each file in a child of its own."""
    further = len(batch.files) - 1
    seconds = batch.limits.seconds + further * batch.limits.further_seconds
    outcome = run_limited(read_batch, batch, batch.limits, seconds=seconds)
    if not isinstance(outcome, Death):
        return [unpack(outcome.data, batch.profiles)]
    if not further:
        submission = batch.files[0][0]
        params = {"how": outcome.how, "told": outcome.told}
        return [BatchRead((), ((submission, Notice("unreadable-crashed", params=params)),), {})]
    alone = (replace(batch, files=(file,)) for file in batch.files)
    return [part for single in alone for part in _survive(single)]


def _joined(
    parts: Sequence[BatchRead],
    profiles: Sequence[Profile],
    faults: Sequence[tuple[int, Notice]],
) -> Reading:
    """Number the sheets through and put each ledger's tables behind one another."""
    sheets: list[Sheet] = []
    tables: dict[str, list[pa.Table]] = {p.id: [rows_schema(p).empty_table()] for p in profiles}
    for part in parts:
        before = len(sheets)
        sheets += [replace(sheet, id=sheet.id + before) for sheet in part.sheets]
        for ledger, table in part.tables.items():
            ids = pc.add(table.column(SHEET_ID), pa.scalar(before, pa.int32()))
            place = table.schema.get_field_index(SHEET_ID)
            tables[ledger].append(table.set_column(place, table.schema.field(place), ids))
    rows = {ledger: pa.concat_tables(found) for ledger, found in tables.items()}
    notices = [*faults, *(n for part in parts for n in part.notices)]
    return Reading(tuple(sheets), rows, tuple(sorted(notices, key=lambda told: told[0])))
