"""Where the self-check stands in a blank ledger's sheet: its columns, its colours, its line."""

from __future__ import annotations

from typing import Final

from xlsxwriter.worksheet import Worksheet

from pipeline.rules.helpers import letters
from pipeline.write.form import HEADER_ROW, STATUS_ROW, Form
from pipeline.write.guidewords import say
from pipeline.write.selfcheck import SelfCheck
from pipeline.write.style import Styles, put
from pipeline.write.validation import MOST_TITLE

_WIDTH: Final = 84.0  # some forty 汉字: a row does not grow when a formula says more


def place_self_check(sheet: Worksheet, styles: Styles, form: Form, check: SelfCheck) -> None:
    """Write the headers, hide the helpers, colour what is faulty, and write the status line.

    The formulas of the rows are the body's.
    """
    sheet.set_column(check.first, check.first, _WIDTH, styles["open_told"])
    sheet.set_column(check.first + 1, check.end - 1, None, None, {"hidden": True})
    for n, label in enumerate(check.labels):
        look = styles["header_may" if n == 0 else "hint"]
        put(sheet, HEADER_ROW, check.first + n, label, look)
    told = {
        "input_title": check.labels[0][:MOST_TITLE],
        "input_message": say(form.lang, "check_prompt"),
    }
    sheet.data_validation(
        HEADER_ROW, check.first, HEADER_ROW, check.first, {"validate": "any", **told}
    )
    sheet.write_formula(STATUS_ROW, 0, f"={check.status}", styles["status"], "")
    sheet.set_row(STATUS_ROW, 22)
    row = form.first + 1
    look = styles["to_correct"]
    for place, faults in check.faults.items():
        test = f"=LEN(${letters(faults)}{row})>0"
        _coloured(sheet, form, place, test, look)
    _coloured(sheet, form, check.first, f"=${letters(check.wrong)}{row}=1", look)


def _coloured(sheet: Worksheet, form: Form, place: int, test: str, look: object) -> None:
    told = {"type": "formula", "criteria": test, "format": look}
    sheet.conditional_format(form.first, place, form.last, place, told)
