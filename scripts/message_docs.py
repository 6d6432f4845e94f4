"""What the page of codes says of each: its place, its text, what to do, and an example in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.messages import tell

CATALOGUE = Path(__file__).resolve().parent.parent / "pipeline" / "messages" / "catalogue.toml"

SEVERITIES = {
    "E": "须更正 error",
    "W": "请核对 query",
    "I": "提示 note",
}

PLACES = (
    ({"place", "row"}, "单元格、行 cell, row"),
    ({"column"}, "列 column"),
    ({"sheet"}, "工作表 sheet"),
    ({"enterprise"}, "企业 enterprise"),
    (set(), "文件、工作表 file, sheet"),
)
"""Where a finding stands, by what its text names; the first that fits counts."""

EXAMPLES: Mapping[str, Any] = {
    "against": ["saved"], "arrived": "2020-10-09T19:05:00+08:00",
    "because": {"zh": "须写明", "en": "it must be told"}, "by": "named",
    "cells": "AX20000", "choices": ["已完成", "整改中"],
    "columns": {"zh": "整改状态", "en": "status"}, "count": 3,
    "cutoff": "2020-10-09T17:00:00+08:00", "date": "2020-10-09", "days": 7,
    "differing": 2, "enterprise": "示例甲公司", "example": "2020年10月9日",
    "file": "整改台账.xlsx", "filing": "nil", "fresh": 1, "how": "panic", "item": "LX-003",
    "items": 5, "kind": "pdf", "known_counts": "已完成 3", "late_minutes": 125,
    "links": "网盘", "listed": 0,
    "meaning": "整改中", "name": "示例甲公司", "names": ["示例甲公司", "示例乙公司"],
    "nearest": "整改状态", "newer": "整改台账-10.9.xlsx", "newer_says": "2020-10-09",
    "number": "12", "older": "整改中", "older_row": 7, "older_says": "2020-10-02",
    "other": "示例乙公司", "other_label": "发现日期", "other_value": "2020-10-09",
    "owners": ["示例乙公司"], "period": "2020-10-02", "phone": "整改中", "rows": [3, 8],
    "same": "台账(1).xlsx", "sent": "2020-10-09T08:30", "sheet": "整改台账", "struck": "已完成",
    "text": "挡板破损", "told": "2020-09-25", "told_by": "title", "told_counts": "已完成 4",
    "unit": "万元", "version": 2, "who": "示例丁", "why": "bomb",
}  # fmt: skip
"""What stands for a message's parameters in its example; others stand as an ellipsis."""

CELLS: tuple[tuple[str, str, str], ...] = (
    (r"number_lost", "联系电话", "1.39E+10"),
    (r"enterprise-.*", "企业名称", "示例甲"),
    (r"required.*|all_filled", "完成日期", ""),
    (r"not_after|blank_when", "完成日期", "2020-10-20"),
    (r"not_before", "完成日期", "2020-08-01"),
    (r"not_one_of", "整改措施", "待定"),
    (r".*-date", "完成日期", "国庆前后"),
    (r".*-deadline|overdue|due_within", "整改时限", "待专家确认"),
    (r".*unit.*|.*-number", "计划资金", "约12"),
    (r"unique.*|clash|number.*|only-in-older|item-missing", "问题编号", "LX-001"),
    (r"error-cell", "完成日期", "#REF!"),
    (r"header-typo", "整改状况", ""),
    (r"nil-in-mail.*", "", "本期无新增事项"),
    (r".*", "整改状态", "基本完成"),
)
"""Column and value of a message's example, by its code; the first that fits counts."""

Row = tuple[str, ...]


def code_rows(severity: str) -> list[Row]:
    """Return code, place, text, remedy, example and rulings of each code with that severity."""
    catalogue = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    return [
        (
            f"`{code}`", _place(entry), both(entry["zh"], entry["en"]),
            both(entry["remedy_zh"], entry["remedy_en"]), _example(code, entry),
            ", ".join(f"`{ruling}`" for ruling in entry.get("rulings", ())),
        )
        for code, entry in catalogue.items()
        if entry["severity"] == severity
    ]  # fmt: skip


def _cell(message: str) -> tuple[str, str]:
    """Column and value of a message's example."""
    return next((column, value) for code, column, value in CELLS if re.fullmatch(code, message))


def _place(entry: Mapping[str, Any]) -> str:
    named = set(re.findall(r"{(\w+)}", entry["zh"]))
    return next(place for names, place in PLACES if not names or names & named)


def _example(code: str, entry: Mapping[str, Any]) -> str:
    names = re.findall(r"{(\w+)}", entry["zh"])
    if not names:
        return ""
    names += re.findall(r"{(\w+)}", entry["remedy_zh"])
    column, value = _cell(code)
    told = []
    for lang in ("zh", "en"):
        params = {**dict.fromkeys(names, "……"), **EXAMPLES}
        for made in ("place", "eg", "nearest_hint", "items_note", "rows_like_it", "now", "before",
                     "mail", "how_different", "elsewhere", "in_a_row", "late_by", "row", "column",
                     "value"):  # fmt: skip
            params.pop(made, None)
        if "because" in names and "newer" in names:
            params.pop("because")  # the message makes it of what speaks for the newer file
        elif "because" in names:
            params.pop("against")
        if code == "enterprise-unknown":
            params["nearest"] = "示例甲公司"
        told.append(tell(code, params, lang, row=12, column=column, value=value).message)
    return both(*told)


def both(zh: str, en: str) -> str:
    """Return a text in both languages, for one cell of a table."""
    return f"{zh}<br>{en}"
