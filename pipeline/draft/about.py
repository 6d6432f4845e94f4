"""What a draft says of itself as a whole: its name, and the reasons that are no column's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from pipeline.dates import Order
from pipeline.draft.columns import Guess, reason
from pipeline.draft.sample import Table
from pipeline.profile.base import Words
from pipeline.read.header import letter
from pipeline.text import fold

_LONGEST_LABEL: Final = 60
_GENERIC: Final = re.compile(
    r"(sheet|tabelle|feuil|hoja|sayfa|ark|工作表|シート|worksheet)\s*\d*|\d*", re.I
)


def label_of(table: Table, file: str) -> tuple[Words, Words]:
    """The ledger's name: the title above the table, else the sheet's name, else the file's; why."""
    stem = file.rpartition("/")[2].rpartition(".")[0]
    title = table.title if len(table.title) <= _LONGEST_LABEL else ""
    sheet = "" if _GENERIC.fullmatch(table.sheet) else table.sheet
    text = " ".join((title or sheet or stem).split())
    if title:
        why = reason("表格上方的文字", "what stands above the table")
    elif sheet:
        why = reason("工作表的名称", "the sheet's name")
    else:
        why = reason("文件的名称", "the file's name")
    return Words(zh=text, en=text), why


def where(table: Table) -> Words:
    """Where the header was found."""
    top, bottom = table.header.top + 1, table.header.bottom + 1
    rows = str(top) if top == bottom else f"{top}-{bottom}"
    return reason(
        f"表头在『{table.sheet}』第 {rows} 行，其下数据 {len(table.rows)} 行",
        f"header in row {rows} of “{table.sheet}”, {len(table.rows)} rows of data under it",
    )


def about_order(order: Order | None, named: Mapping[str, Guess]) -> tuple[Words, ...]:
    """How the order of day and month was told, where anything depends on it."""
    if not any(one.order_matters for one in named.values()):
        return ()
    if order is None:
        doubt = reason(
            "日月先后无法判断，10/09/2020 一类日期会逐个询问",
            "day and month can't be told apart: dates like 10/09/2020 will be asked about",
        )
        return (doubt,)
    first = ("月在前", "month first") if order == "mdy" else ("日在前", "day first")
    zh, en = f"{first[0]}：有的日期只能这样读", f"{first[1]}: some dates can't be read otherwise"
    return (reason(zh, en),)


def one_enterprise(named: Mapping[str, Guess], enterprise: str | None) -> bool:
    """Whether all rows are one enterprise's: then each sends such a file."""
    return enterprise is not None and len(named[enterprise].seen.values) == 1


def about_reporting(named: Mapping[str, Guess], enterprise: str | None) -> tuple[Words, ...]:
    """Why the ledger is taken for one that each enterprise sends, or for a central one."""
    if enterprise is None:
        return (
            reason("没有企业列，按集中管理处理", "no column names an enterprise: kept centrally"),
        )
    count = len(named[enterprise].seen.values)
    return (reason(f"样表中有 {count} 家", f"{count} named in the sample"),)


def guidance_of(tables: Sequence[Table]) -> tuple[str, ...]:
    """Texts of the rows under the headers that tell what to fill in."""
    told = {
        fold(cell): " ".join(cell.split())
        for table in tables for row in table.guides for cell in row if cell
    }  # fmt: skip
    return tuple(told.values())


def left_out(table: Table) -> list[Words]:
    """Columns that the draft leaves out: without a label, or with another's."""

    def told(column: int, zh: str, en: str) -> Words:
        place = letter(column)
        return reason(f"『{table.sheet}』{place} 列{zh}", f"column {place} of “{table.sheet}” {en}")

    notes = [told(i, "有数据但没有表头", "has no label") for i in table.unnamed]
    return notes + [told(i, "的表头与前面的列重复", "repeats a label") for i in table.doubled]
