"""Rows below a header that tell how to fill it in: 填写全称 | 下拉选择 | 如：2020-10-09."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.profile import Column
from pipeline.read.columns import Columns
from pipeline.read.labels import Labels
from pipeline.text import fold

_HINT: Final = re.compile(
    r"[如例]:|例如|示例|必填|选填|必选|可选|选一|下拉|选择|填|请|格式|具体到|精确到|之一|"
    r"年[/、-]?月[/、-]?日|yyyy|全称|自动(生成|编号)|不超过\d+字|^\(?(单位:?)?万?元\)?$|文本|日期$"
)
_CODE: Final = re.compile(r"\W?([\d]{1,2}|[a-z]{1,2}|[甲乙丙丁戊己庚辛])\W?")
_BETWEEN: Final = re.compile(r"[/、,;|或\s]+")
_FILLED_IN: Final = ("choice", "choices", "date", "deadline", "number", "serial")
_LEAST: Final = 2
_CODES: Final = 4


def is_hint(row: Sequence[str], labels: Labels, columns: Columns) -> bool:
    """Whether a row numbers the columns, or at least half its cells are hints and none a value.

    What the profile declares as guidance is a hint wherever it stands. Of other hints
    one must stand where a number, date or choice belongs: in words alone a measure may say 请 or
    填写 too.
    """
    filled = {i: fold(cell) for i, cell in enumerate(row) if cell and i != columns.token}
    if len(filled) >= max(_CODES, len(columns.known) // 2) and all(
        _CODE.fullmatch(text) for text in filled.values()
    ):
        return len(set(filled.values())) == len(filled)
    guidance = {fold(text) for text in labels.profile.sheet.guidance}
    hints, sure = 0, False
    at = {place: name for name, place in columns.known.items()}
    for place, text in filled.items():
        column = labels.profile.column(at[place]) if place in at else None
        typed = column is not None and column.type in _FILLED_IN
        if text in guidance:
            hints, sure = hints + 1, True
        elif _HINT.search(text) or (column is not None and _lists(text, column, labels)):
            hints += 1
            sure = sure or typed
        elif column is not None and typed and _is_value(text, column, labels):
            return False
    return sure and 2 * hints >= len(filled) and (hints >= _LEAST or hints == len(filled))


def _lists(text: str, column: Column, labels: Labels) -> bool:
    """Whether a cell names several of a column's choices: it shows which there are."""
    spellings = labels.spellings.get(column.id, frozenset())
    parts = [part for part in _BETWEEN.split(text) if part]
    return text not in spellings and len(parts) >= _LEAST and set(parts) <= spellings


def _is_value(text: str, column: Column, labels: Labels) -> bool:
    if column.id in labels.spellings:
        return text in labels.spellings[column.id]
    return any(sign.isdigit() for sign in text)
