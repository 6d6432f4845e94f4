"""The sheet of items that were accepted: to be looked at, locked, and not read when it comes back.

Each row is sealed with a short digest of what it says, in a hidden column whose header tells our
reader which sheet this is, whatever the sheet and its file are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook

from pipeline.text import SEAL_LABEL, seal
from pipeline.write.form import Form
from pipeline.write.guidewords import say
from pipeline.write.style import GrowingSheet, Styles, clean, lines_needed, put, row_height

_HEADER = 3
_FRONT = 2


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted item: texts by column, the period last told of it, whether that accepted it."""

    new: bool
    period: str
    texts: Mapping[str, str]


def write_accepted(book: Workbook, styles: Styles, form: Form, items: Sequence[Accepted]) -> None:
    """Add the sheet. It is protected without a password: against slips, not against people."""
    lang, columns = form.lang, form.profile.columns
    sheet = book.add_worksheet(say(lang, "accepted"), GrowingSheet)
    put(sheet, 0, 0, say(lang, "accepted_title", n=len(items)), styles["title"])
    put(sheet, 1, 0, say(lang, "accepted_note"), styles["status"])
    sheet.set_row(0, 30)
    sheet.set_row(1, 22)
    labels = [say(lang, "accepted_state"), say(lang, "accepted_period")]
    labels += [column.label.say(lang) for column in columns]
    widths = [12.0, 12.0, *form.widths]
    for i, (label, width) in enumerate(zip(labels, widths, strict=True)):
        sheet.set_column(i, i, width)
        put(sheet, _HEADER, i, label, styles["header_may"])
    sheet.set_row(_HEADER, row_height(2))
    end = len(labels)
    sheet.set_column(end, end, 0, None, {"hidden": True})
    put(sheet, _HEADER, end, SEAL_LABEL)
    for n, item in enumerate(items, start=1):
        default = {"serial": str(n), "enterprise": form.enterprise or ""}
        texts = [say(lang, "accepted_new" if item.new else "accepted_before"), item.period]
        texts += [default.get(c.type) or item.texts.get(c.id, "") for c in columns]
        cells = [clean(text) for text in texts]
        for i, text in enumerate(cells):
            put(sheet, _HEADER + n, i, text, styles["cell_text"])
        put(sheet, _HEADER + n, end, seal(cells))
        sheet.set_row(_HEADER + n, row_height(max(map(lines_needed, cells, widths))))
    sheet.freeze_panes(_HEADER + 1, _FRONT + form.frozen)
    sheet.autofilter(_HEADER, 0, _HEADER + len(items), end - 1)
    allowed = ("format_columns", "format_rows", "autofilter")
    sheet.protect("", dict.fromkeys(allowed, True))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER)
