"""How a blank ledger shows on the screen and on paper."""

from __future__ import annotations

from typing import Final

from xlsxwriter.worksheet import Worksheet

from pipeline.write.form import HEADER_ROW, Form
from pipeline.write.guidewords import say

_SMALLEST_PRINT: Final = 0.6  # 10 pt type becomes 6 pt, the least that is read on paper
_PAPER_WIDTH: Final = 785.0  # points: A4 on its side without margins of 10 mm


def view_and_print(sheet: Worksheet, form: Form) -> None:
    """Keep header and names in sight; print what the clerk fills, legibly, header on each page."""
    sheet.freeze_panes(form.first, form.frozen)
    sheet.set_selection(form.first, 0, form.first, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.print_area(0, 0, HEADER_ROW + form.rows, len(form.widths) - 1)
    sheet.repeat_rows(HEADER_ROW)
    pages = _pages_wide(form)
    sheet.fit_to_pages(pages, 0)
    if pages > 1 and form.frozen:
        sheet.repeat_columns(0, form.frozen - 1)
        sheet.print_across()
    sheet.set_footer(f"&C{say(form.lang, 'footer')}")


def _pages_wide(form: Form) -> int:
    """Return how many pages side by side keep the print legible: one where that is enough."""
    points = [0.75 * (7 * width + 5) for width in form.widths]
    room = _PAPER_WIDTH / _SMALLEST_PRINT
    fixed = sum(points[: form.frozen])
    return max(1, -int(-(sum(points) - fixed) // (room - fixed)))
