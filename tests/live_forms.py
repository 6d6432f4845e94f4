"""Blank ledgers filled with a test's rows, computed by LibreOffice, and judged by the program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from pipeline.model import ROW_NO, Period, Submission
from pipeline.profile import Profile
from pipeline.read import read
from pipeline.rules.algebra import Predicate, mask
from pipeline.rules.cells import ROW, spelled
from pipeline.rules.excel import Helpers
from pipeline.rules.helpers import letters, spelling_names
from pipeline.rules.live import Live, live_and_later
from pipeline.settle import settle
from pipeline.validate import validate
from pipeline.write.selfcheck import short
from tests.blank_forms import AS_OF, OWN, blank
from tests.office import to_xlsx
from tests.tables import CLEAN, CLEAN_CASE, ITEMS, registry

TOP = 7
"""Excel's number of the first row of entries."""

_FAR = 300
GOOD = {"zh": "√ 未见问题", "en": "√ Nothing found"}

Row = Mapping[str, Any]
"""What is typed into a row, by column."""


@dataclass(frozen=True)
class Judged:
    """``said`` is each row's self-check, ``meant`` what the program finds of the live checks."""

    status: str
    said: list[str]
    meant: list[str]
    excel: list[list[bool]]
    program: list[list[bool]]
    computed: Path


def base_of(profile: Profile) -> Row:
    """What stands in a row that no rule finds fault with."""
    clean = CLEAN if profile is ITEMS else CLEAN_CASE
    return {n: v for n, v in clean.items() if n != "enterprise"}


def filled(
    profile: Profile, typed: Sequence[Row], predicates: Sequence[Predicate] = (), **changes: Any
) -> bytes:
    """A blank ledger with rows typed in, and the predicates' formulas far to the right."""
    given = {"rows": len(typed) + 3, **changes}
    book = load_workbook(BytesIO(blank(profile, **given)))
    sheet = book.worksheets[1]
    places = {column.id: n for n, column in enumerate(profile.columns, start=1)}
    for number, row in enumerate(typed, start=TOP):
        for name, value in row.items():
            cell = sheet.cell(number, places[name])
            cell.value = value
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"
    if predicates:
        _compute(book, profile, len(typed), predicates)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def judged(
    profile: Profile,
    rows: Sequence[Row],
    folder: Path,
    predicates: Sequence[Predicate] = (),
    lang: str = "zh",
    **changes: Any,
) -> Judged:
    """Fill, compute, read, and compare; ``predicates`` are computed in columns of their own."""
    typed = folder / "typed.xlsx"
    typed.write_bytes(filled(profile, rows, predicates, lang=lang, **changes))
    computed = to_xlsx(typed, folder / "computed")
    sheet = load_workbook(computed, data_only=True).worksheets[1]
    heads = ("自检（自动）", "Self-check (automatic)")
    at = next(cell.column for cell in sheet[TOP - 1] if cell.value in heads)
    numbers = range(TOP, TOP + len(rows))
    meant, program = by_the_program(profile, typed, numbers, predicates, lang)
    answers = range(_FAR, _FAR + len(predicates))
    return Judged(
        status=str(sheet["A5"].value),
        said=[str(sheet.cell(n, at).value or "") for n in numbers],
        meant=meant,
        excel=[[sheet.cell(n, c).value is True for c in answers] for n in numbers],
        program=program,
        computed=computed,
    )


def _compute(book: Workbook, profile: Profile, rows: int, predicates: Sequence[Predicate]) -> None:
    sheet, lists = book.worksheets[1], book["_lists"]
    places = {column.id: n for n, column in enumerate(profile.columns)}
    helpers = Helpers(profile, places, _FAR + len(predicates))
    tests = [helpers.fault(predicate) for predicate in predicates]
    for number in range(TOP, TOP + rows):
        for place, test in enumerate(tests, start=_FAR):
            sheet.cell(number, place, f"=({test})".replace(ROW, str(number)))
        for helper in helpers.columns.values():
            sheet.cell(number, helper.place + 1, f"={helper.formula}".replace(ROW, str(number)))
    for name in helpers.choices:
        known = spelled(profile.column(name))
        for title, values in zip(spelling_names(name), (known, known.values()), strict=True):
            if title in book.defined_names:
                continue
            column = lists.max_column + 1
            for row, value in enumerate(values, start=2):
                lists.cell(row, column, value)
            area = f"_lists!${letters(column - 1)}$2:${letters(column - 1)}${1 + len(known)}"
            book.defined_names[title] = DefinedName(title, attr_text=area)


def _at(number: int, live: Live) -> tuple[int, str, str, Any]:
    """What tells a finding of the program's and a live check to be the same."""
    return number, live.code, live.column, live.params.get("other")


def by_the_program(
    profile: Profile,
    path: Path,
    numbers: Sequence[int],
    predicates: Sequence[Predicate] = (),
    lang: str = "zh",
) -> tuple[list[str], list[list[bool]]]:
    """What the program says of each row, in the self-check's words, and where predicates hold."""
    data = path.read_bytes()
    sent = Submission(0, path.name, hashlib.sha256(data).hexdigest(), path, len(data))
    reading = read([sent], [profile], jobs=1)
    period = Period("2020-10-09", {profile.id: AS_OF})
    done = settle(reading.rows[profile.id], reading.sheets, [sent], profile, registry(OWN), period)
    told = validate(done.rows, reading.sheets, profile, AS_OF)
    found = {
        (f["row_no"], f["code"], f["column"], json.loads(f["params"] or "{}").get("other"))
        for f in pa.concat_tables([done.findings, told]).to_pylist()
    }
    live, _ = live_and_later(profile)
    data_rows = done.rows[ROW_NO].to_pylist()
    said = []
    for number in numbers:
        mine = [each for each in live if _at(number, each) in found]
        hard = [short(each, profile, lang) for each in mine if each.severity != "I"]
        soft = [f"提示：{short(each, profile, lang)}" for each in mine if each.severity == "I"]
        text = "；".join([*hard, *soft])
        said.append((text or GOOD[lang]) if number in data_rows else "")
    masks = [mask(predicate, done.rows, AS_OF).to_pylist() for predicate in predicates]
    at = {number: place for place, number in enumerate(data_rows)}
    flags = [[bool(m[at[n]]) if n in at else False for m in masks] for n in numbers]
    return said, flags
