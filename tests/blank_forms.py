"""Blank ledgers for tests, made and read back."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.profile.load import shipped_profile
from pipeline.profile.schema import Profile
from pipeline.write.blank import BlankLedgers

OWN = "示例甲矿业有限公司"
NAMES = (OWN, "示例乙冶炼有限责任公司")
AS_OF = date(2020, 10, 9)


def blank(profile: str | Profile = "rectification", **changes: Any) -> bytes:
    given = shipped_profile(profile) if isinstance(profile, str) else profile
    asked = {"enterprises": NAMES, "period": "2020-10-09", "as_of": AS_OF, "rows": 12, **changes}
    own = {name: asked.pop(name) for name in ("items", "contact") if name in asked}
    enterprise = asked.pop("enterprise", OWN)
    return BlankLedgers(given, **asked).ledger(enterprise, **own)


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def ledger(data: bytes) -> Worksheet:
    return opened(data).worksheets[1]


def values(sheet: Worksheet, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def at(sheet: Worksheet, cell: str) -> DataValidation:
    """The one validation that applies to a cell."""
    found = [v for v in sheet.data_validations.dataValidation if cell in v]
    assert len(found) == 1, (cell, found)
    return found[0]


def below(sheet: Worksheet, label: str) -> str:
    """The first data cell under a header."""
    letter = next(c.column_letter for c in sheet[6] if c.value == label)
    return f"{letter}7"


def day(text: str) -> datetime:
    """A date as openpyxl returns it."""
    return datetime.fromisoformat(text)


def listed(book: Workbook, name: str) -> list[Any]:
    """The values behind a dropdown's name."""
    sheet, area = book.defined_names[name].attr_text.split("!")
    assert sheet == "_lists"
    cells = book[sheet][area.replace("$", "")]
    return [row[0].value for row in (cells if isinstance(cells, tuple) else ((cells,),))]
