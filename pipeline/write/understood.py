"""What was understood otherwise than it stood, for readers: by file, column and text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.messages import say
from pipeline.model import (
    ENTERPRISE,
    REASON,
    ROW_ID,
    ROW_NO,
    SHEET_ID,
    SUBMISSION,
    SUPERSEDED,
    Sheet,
    Submission,
)
from pipeline.profile.schema import Column
from pipeline.write.report import LedgerResult, Report

Cell = tuple[int, int, str]
"""The sheet's id, the row as Excel shows it, and the profile's column."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Understanding:
    """One text of a column in one sheet, and what it was taken for.

    ``column`` is the header as it stands in the file, ``letter`` the column's, "" where the sheet
    has no such column; ``value`` is "" for a blank cell. ``rows`` are as Excel shows them.
    """

    ledger: str
    enterprise: str
    file: str
    sheet: Sheet
    field: Column
    column: str
    letter: str
    value: str
    understood: str
    kind: str
    rows: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "ledger": self.ledger, "enterprise": self.enterprise, "file": self.file,
            "sheet": self.sheet.name, "column": self.column, "value": self.value,
            "understood": self.understood, "kind": self.kind, "rows": list(self.rows),
            "count": len(self.rows),
        }  # fmt: skip


class Understandings:
    """All of a run's, by ledger, enterprise, file, sheet and column.

    Enterprises stand in the registry's order. Rows that a later version replaces are left out. In a
    large run most are never read: they stay in tables until they are asked for.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._sheets = {sheet.id: sheet for sheet in report.sheets}
        self._grouped = [(result, _grouped(result)) for result in report.ledgers]

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(table.num_rows for _, table in self._grouped)

    def first(self, most: int | None = None) -> list[Understanding]:
        """Return all of them, or no more than the first ``most``."""
        found: list[Understanding] = []
        for result, table in self._grouped:
            left = table.num_rows if most is None else max(most - len(found), 0)
            found += self._made(result, table.slice(0, left))
        return found

    def of(self, submission: Submission) -> list[Understanding]:
        """Return those of one file."""
        return [
            made
            for result, table in self._grouped
            for made in self._made(
                result, table.filter(pc.equal(table["submission"], submission.id))
            )
        ]

    def _made(self, result: LedgerResult, table: pa.Table) -> Iterator[Understanding]:
        columns = {column.id: column for column in result.profile.columns}
        names = dict(self._report.files)
        for group in table.to_pylist():
            sheet, column = self._sheets[group["sheet"]], columns[group["column"]]
            letter = sheet.letters.get(column.id, "")
            header = " ".join(sheet.columns[column.id].split()) if letter else ""
            yield Understanding(
                ledger=result.profile.id,
                enterprise=group["enterprise"],
                file=names[sheet.submission],
                sheet=sheet,
                field=column,
                column=header or column.label.say(self._report.lang),
                letter=letter,
                value=group["value"],
                understood=group["understood"],
                kind=group["kind"],
                rows=tuple(group["row_list"]),
            )


def _grouped(result: LedgerResult) -> pa.Table:
    """Group a ledger's understood cells: one row for each text, with the list of its rows."""
    rows, told = result.merged.rows, result.understood
    at = pc.index_in(told["row_id"], rows.column(ROW_ID).combine_chunks())
    place = {
        name: rows.column(name).take(at) for name in (ENTERPRISE, SUBMISSION, SHEET_ID, ROW_NO)
    }
    flat = pa.table(
        {
            "enterprise": pc.fill_null(place[ENTERPRISE], ""),
            "submission": place[SUBMISSION],
            "sheet": place[SHEET_ID],
            "row": place[ROW_NO],
            **{name: told[name] for name in ("column", "value", "understood", "kind")},
        }
    )
    old = pc.fill_null(pc.equal(rows.column(REASON).take(at), SUPERSEDED), False)
    by = [name for name in flat.column_names if name != "row"]
    grouped = flat.filter(pc.invert(old)).group_by(by, use_threads=False)
    made = grouped.aggregate([("row", "list"), ("row", "min")])
    order = pa.array(result.ledger.registry.names, pa.string())
    columns = pa.array([column.id for column in result.profile.columns], pa.string())
    made = made.append_column("order", pc.index_in(made["enterprise"], order))
    made = made.append_column("place", pc.index_in(made["column"], columns))
    keys = ("order", "enterprise", "submission", "sheet", "place", "row_min", "value", "kind")
    return made.sort_by([(key, "ascending") for key in keys])


def calm(found: Sequence[Understanding], asked: Collection[Cell]) -> list[Understanding]:
    """Leave out the cells that are asked about: what asks for nothing must not speak of them."""
    made = []
    for each in found:
        at = each.sheet.id, each.field.id
        rows = tuple(row for row in each.rows if (at[0], row, at[1]) not in asked)
        if rows:
            made.append(each if len(rows) == len(each.rows) else replace(each, rows=rows))
    return made


def foremost(found: Sequence[Understanding], most: int) -> list[Understanding]:
    """Return ``most`` of them in their order: each column and kind has its first, then its second.

    A hundred numbers with full-width signs would otherwise hide the one state that was understood.
    """
    met: Counter[tuple[str, str]] = Counter()
    ranks = []
    for place, each in enumerate(found):
        ranks.append((met[each.field.id, each.kind], place))
        met[each.field.id, each.kind] += 1
    return [found[place] for place in sorted(place for _, place in sorted(ranks)[:most])]


def asked_about(report: Report) -> frozenset[Cell]:
    """Return the cells that a finding asks to correct or to check."""
    findings = report.findings.select(["severity", "sheet_id", "row_no", "column"])
    asked = findings.filter(pc.is_in(findings["severity"], pa.array(["E", "W"]))).to_pylist()
    return frozenset(
        (f["sheet_id"], f["row_no"], f["column"])
        for f in asked
        if None not in (f["sheet_id"], f["row_no"], f["column"])
    )


def cells(found: Sequence[Understanding]) -> int:
    """Return how many cells they are about."""
    return sum(len(each.rows) for each in found)


def text_told(text: str, lang: str) -> str:
    """Tell a cell's text; a blank one is said to be blank, a long one is cut."""
    if len(text) > _LONGEST:
        return text[: _LONGEST - 1] + "…"
    return text or say("understood_blank", lang)
