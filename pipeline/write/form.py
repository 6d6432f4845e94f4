"""A blank ledger before it is written: what it is made from, its hidden sheets and row ids.

What the reader recognises a form by is named here: ``META_SHEET``, ``TOKEN_LABEL``, ``FILING``.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.model import TOKEN
from pipeline.profile.schema import Profile
from pipeline.write.style import put, text_width
from pipeline.write.validation import list_name

FILING: Final = "报送类型"
FILINGS: Final = ("正常报送", "零报告", "无变化")
FILING_LIST: Final = "filing.type"
TOKEN_LABEL: Final = "行标识"
META_SHEET: Final = "_taizhang"
LISTS_SHEET: Final = "_lists"
HEADER_ROW: Final = 5
"""Of the ledger sheet, counted from 0: title, fields, filing, hint and the line that tells how far
the self-check is stand above."""

STATUS_ROW: Final = HEADER_ROW - 1
HINT_ROW: Final = HEADER_ROW - 2

MARGIN_ROWS: Final = 200
"""Rows below the drawn ones to which formats and validations still apply."""

_FIRST_WIDTH: Final = 9.5  # the serial column also holds the four characters of 填报单位
_MOST_FROZEN: Final = 75.0  # of some 160 digits that an ordinary screen shows


def first_row() -> int:
    """Return the number of the first entry's row as Excel shows it."""
    return HEADER_ROW + 2


@dataclass(frozen=True, slots=True)
class Form:
    """What one blank ledger is made from; see ``blank_ledger``."""

    profile: Profile
    enterprise: str | None
    enterprises: tuple[str, ...]
    period: str
    as_of: date
    rows: int
    lang: str
    items: tuple[Mapping[str, str], ...]

    @property
    def first(self) -> int:
        """Row of the first entry, counted from 0."""
        return HEADER_ROW + 1

    @property
    def last(self) -> int:
        """Last row to which formats and validations apply, counted from 0."""
        return HEADER_ROW + self.rows + MARGIN_ROWS

    @property
    def asked_to_file(self) -> bool:
        """Whether an enterprise files it; a ledger kept centrally has no filing type."""
        return self.profile.reported or self.enterprise is not None

    @property
    def widths(self) -> tuple[float, ...]:
        """Column widths in digits: the profile's, or a little more where a label asks for it.

        The first column also has to hold 填报单位. A label that nearly fits on one line would
        otherwise leave a lone bracket on the next.
        """
        widths = [c.width for c in self.profile.columns]
        for i, column in enumerate(self.profile.columns):
            needed = text_width(column.label.say(self.lang)) + 1.5
            if widths[i] < needed <= 1.5 * widths[i]:
                widths[i] = needed
        return (max(widths[0], _FIRST_WIDTH), *widths[1:])

    @property
    def frozen(self) -> int:
        """Columns that stay in sight: up to serial and enterprise, if that leaves room to work."""
        kept = [i for i, c in enumerate(self.profile.columns) if c.type in ("serial", "enterprise")]
        totals = list(accumulate(self.widths))
        return max((i + 1 for i in kept if totals[i] <= _MOST_FROZEN), default=0)

    @property
    def reporter(self) -> tuple[str, ...]:
        """Names that may stand as 填报单位: the enterprise's, or all where it is for any."""
        return (self.enterprise,) if self.enterprise else self.enterprises

    def lists(self) -> dict[str, tuple[str, ...]]:
        """Return the dropdowns by the identifier of their column; filing types included."""
        found = {c.id: tuple(x.value for x in c.choices) for c in self.profile.columns if c.choices}
        found = {i: v for i, v in found.items() if self.profile.column(i).type == "choice"}
        if self.enterprises and (column := self.profile.enterprise_column):
            found[column] = self.enterprises
        if self.asked_to_file:
            found[FILING_LIST] = FILINGS
        return found

    def tokens(self) -> Iterator[str]:
        """Yield the token of each row: its item's own, or a new one that no item has."""
        taken = {item.get(TOKEN, "") for item in self.items}
        number = 0
        seen = {""}
        for n in range(self.rows):
            token = self.items[n].get(TOKEN, "") if n < len(self.items) else ""
            while token in seen:
                number += 1
                fresh = row_token(self.profile.id, self.enterprise, self.period, number)
                token = "" if fresh in taken else fresh
            seen.add(token)
            yield token


def row_token(profile: str, enterprise: str | None, period: str, number: int) -> str:
    """Return the lasting id of the form's ``number``-th row: "r" and ten characters of a digest.

    >>> row_token("rectification", "示例甲矿业有限公司", "2020-10-09", 1)
    'rouw3j5vnrf'
    """
    told = json.dumps([profile, enterprise or "", period, number])
    digest = base64.b32encode(hashlib.sha256(told.encode("ascii")).digest())
    return "r" + digest.decode("ascii").lower()[:10]


def write_lists(book: Workbook, form: Form, more: Mapping[str, Sequence[str | int]]) -> None:
    """Write the dropdowns' values, a column each, under names that validations refer to.

    ``more`` are the lists of the self-check, by the names that its formulas have for them.

    A list inside a validation ends at 255 characters; a name has no such limit, and unlike a
    reference to another sheet it works in every version of Excel.
    """
    sheet = book.add_worksheet(LISTS_SHEET)
    lists: dict[str, Sequence[str | int]] = dict(more)
    lists |= {list_name(name): values for name, values in form.lists().items()}
    for i, (name, values) in enumerate(lists.items()):
        put(sheet, 0, i, name)
        for row, value in enumerate(values, start=1):
            if isinstance(value, int):
                sheet.write_number(row, i, value)
            else:
                put(sheet, row, i, value)
        top, bottom = (xl_rowcol_to_cell(r, i, True, True) for r in (1, max(len(values), 1)))
        book.define_name(name, f"={LISTS_SHEET}!{top}:{bottom}")
    sheet.hide()


def write_meta(book: Workbook, form: Form) -> None:
    """Write what the reader recognises the form by, whatever its file is called later."""
    sheet = book.add_worksheet(META_SHEET)
    told = {
        "profile": form.profile.id,
        "version": str(form.profile.version),
        "enterprise": form.enterprise or "",
        "period": form.period,
        "as_of": form.as_of.isoformat(),
    }
    for row, (key, value) in enumerate(told.items()):
        put(sheet, row, 0, key)
        put(sheet, row, 1, value)
    sheet.very_hidden()
