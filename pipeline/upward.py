"""Report upwards in the parent group's own form, and remember what was reported."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc

from pipeline.collect import checked
from pipeline.count import UNKNOWN, breaks_down, rows_behind, value_column
from pipeline.errors import ProfileError, UsageError
from pipeline.job import Progress
from pipeline.model import ENTERPRISE, FigureRef, Number
from pipeline.profile.shown import shows
from pipeline.profile.upward import FormColumn, UpwardForm, load_form
from pipeline.prove import NotProvedError
from pipeline.replay import replayed
from pipeline.rules.algebra import matching
from pipeline.store import Store
from pipeline.store.records import Upward
from pipeline.workspace import Workspace
from pipeline.write.numbers import printed
from pipeline.write.outputs import staged
from pipeline.write.report import LedgerResult
from pipeline.write.upward import Cell, filled, mapped

FOLDER = "upward"
_LARGEST = 20_000_000
Figures = tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True)
class Reported:
    """A form filled in: where it lies, how many rows, the numbers in it."""

    file: Path
    rows: int
    report: Upward


def report_upward(
    workspace: Workspace,
    store: Store,
    mapping: Path,
    period: str,
    on: date | None,
    by: str,
    out: Path | None = None,
    progress: Progress = lambda *_: None,
) -> Reported:
    """Fill a form with a period's figures; with a day, note it as reported by somebody then.

    Raises ProfileError for a mapping that does not fit the ledger, UsageError for a form that does
    not fit the mapping, NotProvedError where what was written is not what was counted.
    """
    form = load_form(mapping)
    result = _ledger(workspace, form, period, progress)
    rows, figures = _by_part(form, result) if form.by else _items(form, result)
    labels = [column.label for column in form.columns]
    book = mapping.parent / form.workbook
    if not book.is_file() or book.stat().st_size > _LARGEST:
        raise UsageError(f"没有上级报表 {book}（或太大）", "请把空白报表放在映射文件旁边")
    data = filled(book.read_bytes(), form.sheet, labels, form.until, rows)
    name = book.name
    folder = out or workspace.output / period / FOLDER
    report = Upward(
        form.id, period, form.recipient, on.isoformat() if on else "", by, name,
        hashlib.sha256(data).hexdigest(), figures,
    )  # fmt: skip
    with staged(folder, {name: data}, {}) as delivery:
        if on is not None:
            store.report_upward(report)
    return Reported(folder / delivery.beside.get(name, name), len(rows), report)


def _ledger(
    workspace: Workspace, form: UpwardForm, period: str, progress: Progress
) -> LedgerResult:
    replay = replayed(workspace, period, progress=progress)
    result = next((r for r in replay.report.ledgers if r.profile.id == form.ledger), None)
    if result is None:
        raise ProfileError(f"{period} 一期没有台账『{form.ledger}』", "请改映射文件的 ledger")
    profile = result.profile
    known = {c.id for c in profile.columns} | {d.id for d in profile.derived}
    known |= {p.id for p in profile.partitions}
    for name in [form.order, *form.where, *(c.column for c in form.columns)]:
        if name and name not in known:
            raise ProfileError(f"台账没有『{name}』这一列", f"可用：{'、'.join(sorted(known))}")
        if name and not shows(profile, name, f"{FOLDER}/"):
            raise ProfileError(f"『{name}』不能报给上级单位", "请从映射文件中去掉这一列")
    figures = {f.id for f in profile.figures}
    for name in (form.figure, *(c.figure for c in form.columns)):
        if name and name not in figures:
            raise ProfileError(f"台账没有指标『{name}』", f"可用：{'、'.join(sorted(figures))}")
    if form.by and form.by not in profile.breakdowns:
        raise ProfileError(f"不能按『{form.by}』汇总", f"可用：{'、'.join(profile.breakdowns)}")
    return result


def _items(form: UpwardForm, result: LedgerResult) -> tuple[list[list[Cell]], Figures]:
    """A row for each item behind the figure."""
    ref = FigureRef(form.ledger, form.figure)
    behind = rows_behind(result.ledger, ref)
    if not form.where and behind.num_rows != result.figures[ref]:
        raise NotProvedError(f"{form.figure}: {behind.num_rows} rows, {result.figures[ref]}")
    rows = matching(form.where, behind, result.ledger.as_of)
    order = {name: n for n, name in enumerate(result.ledger.registry.names)}
    names = rows.column(ENTERPRISE).to_pylist()
    places = sorted(range(rows.num_rows), key=lambda n: (order.get(names[n], len(order)), n))
    rows = rows.take(places)
    if form.order:
        column = value_column(result.profile, form.order)
        rows = rows.take(pc.sort_indices(rows, [(column, "ascending")]))
    columns = [_values(form, column, result, rows) for column in form.columns]
    number = "" if form.where else printed(result.figures[ref])
    told = ((form.ledger, form.figure, "", "", number),) if number else ()
    return [list(row) for row in zip(*columns, strict=True)], told


def _values(form: UpwardForm, column: FormColumn, result: LedgerResult, rows) -> list[Cell]:  # type: ignore[no-untyped-def]
    if column.serial:
        return list(range(1, rows.num_rows + 1))
    name = value_column(result.profile, column.column)
    texts = rows.column(column.column if column.column in rows.column_names else name).to_pylist()
    values = rows.column(name).to_pylist()
    parts = {
        part.id: part.label.zh
        for each in result.profile.partitions
        if each.id == column.column
        for part in each.parts
    }
    said = (text if value is None else value for value, text in zip(values, texts, strict=True))
    words = (parts.get(v, v) if isinstance(v, str) else v for v in said)
    return [mapped(_dated(v, form.date), column.names, column.label) for v in words]


def _dated(value: Cell, form: str) -> Cell:
    if not isinstance(value, date) or form == "number":
        return value.normalize() + 0 if isinstance(value, Decimal) else value
    if form == "2020-10-09":
        return value.isoformat()
    if form == "2020.10.9":
        return f"{value.year}.{value.month}.{value.day}"
    return f"{value.year}年{value.month}月{value.day}日"


def _by_part(form: UpwardForm, result: LedgerResult) -> tuple[list[list[Cell]], Figures]:
    """A row for each value of the breakdown, and proof that the rows add up to the whole."""
    profile, ledger = result.profile, result.ledger
    values = list(ledger.slices[form.by])
    found: list[tuple[str, str, str, str, str]] = []
    columns: list[list[Cell]] = []
    for column in form.columns:
        if column.serial:
            columns.append(list(range(1, len(values) + 1)))
        elif column.column:
            if column.column != form.by:
                raise ProfileError(f"按 {form.by} 汇总的表没有『{column.column}』", "请改用 figure")
            unknown = "（未填）"
            columns.append([mapped(v or unknown, column.names, column.label) for v in values])
        else:
            figure = profile.figure(column.figure)
            if not breaks_down(profile, figure, form.by):
                raise ProfileError(f"指标『{figure.id}』不能按 {form.by} 分列", "请换一个指标")
            refs = [FigureRef(form.ledger, figure.id, form.by, at) for at in values]
            whole = result.figures[FigureRef(form.ledger, figure.id)]
            _proved(figure.kind, [result.figures[r] for r in refs], whole, figure.id, form, profile)
            found.append((form.ledger, figure.id, "", "", printed(whole)))
            found += [
                (form.ledger, figure.id, form.by, r.at or UNKNOWN, printed(result.figures[r]))
                for r in refs
            ]
            columns.append([result.figures[r] for r in refs])
    return [list(row) for row in zip(*columns, strict=True)], tuple(found)


def _proved(kind, parts, whole: Number, name: str, form: UpwardForm, profile) -> None:  # type: ignore[no-untyped-def]
    several = any(c.id == form.by and c.type == "choices" for c in profile.columns)
    if kind in ("count", "sum") and not several and sum(parts) != whole:
        raise NotProvedError(f"{name} by {form.by}: {sum(parts)}, {whole}")


@dataclass(frozen=True, slots=True)
class Moved:
    """A number that was reported and is another now."""

    figure: str
    at: str
    reported: str
    now: str


def register(workspace: Workspace) -> list[tuple[Upward, tuple[Moved, ...]]]:
    """Return what was reported, each with the numbers that its period counts otherwise today."""
    with Store.open(workspace.database) as store:
        reports = store.upward()
        newest = {r.period_id: store.composed(r.period_id) for r in reports}
    found = []
    for one in reports:
        composed = newest[one.period_id]
        moved: tuple[Moved, ...] = ()
        if composed:
            file = checked(workspace.archive, composed[-1].manifest, ".json", "run.json")
            moved = _moved(one, json.loads(file.read_bytes())["ledgers"])
        found.append((one, moved))
    return found


def _moved(one: Upward, ledgers: dict) -> tuple[Moved, ...]:  # type: ignore[type-arg]
    found = []
    for ledger, figure, by, at, number in one.figures:
        told = ledgers.get(ledger, {})
        values = told.get("by", {}).get(by, {}).get(at, {}) if by else told.get("figures", {})
        now = values.get(figure)
        text = "—" if now is None else str(now)
        if now is None or Decimal(text) != Decimal(number.replace("—", "NaN")):
            found.append(Moved(figure, at, number, text))
    return tuple(found)
