"""The blank ledger that an enterprise fills: instructions, the sheet, what it tells the reader.

Everything in it comes from the profile. It helps and never blocks: a clerk may type what no list
knows, paste, sort and insert, and the reader judges what comes back. So no sheet is protected,
every validation only warns, and nothing read later depends on an input having been held back.

The enterprise column is prefilled only in the rows of ``items``. The name stands above the header
and in the hidden sheet, and a row counts as filled by what the clerk wrote: 300 prefilled names
would look like 300 rows, and a block pasted over them would leave names beside blank rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import quote_sheetname, xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from pipeline.profile.schema import Column, Profile
from pipeline.profile.shown import shown_in
from pipeline.rules.excel import AS_OF_NAME
from pipeline.rules.helpers import UNIT_NAME
from pipeline.write.accepted import Accepted, write_accepted
from pipeline.write.body import Body, BodySheet
from pipeline.write.checkcolumns import place_self_check
from pipeline.write.form import (
    FILING,
    FILING_LIST,
    FILINGS,
    HEADER_ROW,
    HINT_ROW,
    TOKEN_LABEL,
    Form,
    write_lists,
    write_meta,
)
from pipeline.write.guide import steps, write_guide
from pipeline.write.guidewords import say
from pipeline.write.lastfaults import LastFault
from pipeline.write.lastmarks import MARKS, colour, marks
from pipeline.write.printing import view_and_print
from pipeline.write.selfcheck import self_check
from pipeline.write.style import (
    GrowingSheet,
    Styles,
    clean,
    finished,
    lines_needed,
    put,
    row_height,
    sheet_name,
    text_width,
    workbook,
)
from pipeline.write.validation import EARLIEST, LATEST, advice, from_list, validation

_WIDEST_VALUE: Final = 44  # digits; longer names wrap
_DAY: Final = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_DAY_ZERO: Final = date(1899, 12, 30)
_AMOUNT: Final = re.compile(r"\d{1,12}(\.\d{1,6})?")
_LOOKS: Final = {
    "serial": "serial",
    "date": "date",
    "deadline": "date",
    "number": "number",
    "choice": "short",
}


class BlankLedgers:
    """The blank ledgers of one profile and period, for as many enterprises as there are.

    ``enterprises`` are the registry's names for the dropdown, in its order. ``rows`` rows are
    drawn; more can be filled. The rows and their formulas are made once and kept. Columns that
    enterprises may not see are in none that they report; a central ledger is the desk's own.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        enterprises: Sequence[str],
        period: str,
        as_of: date,
        rows: int = 200,
        lang: str = "zh",
    ) -> None:
        self._form = Form(
            profile=shown_in(profile, "blank/") if profile.reported else profile,
            enterprise=None,
            enterprises=tuple(enterprises),
            period=period,
            as_of=as_of,
            rows=rows,
            lang=lang,
            items=(),
        )
        self._bodies: dict[int, Body] = {}

    def ledger(
        self,
        enterprise: str | None,
        items: Sequence[Mapping[str, str]] = (),
        contact: str = "",
        *,
        accepted: Sequence[Accepted] = (),
        faults: Sequence[LastFault] = (),
    ) -> bytes:
        """Return a workbook for one enterprise, or for any (``enterprise`` None), to fill in.

        ``items`` are rows filled beforehand: text by column identifier, and their lasting token
        under "row_token"; dates and amounts in them become real ones where they read as such, else
        they stay text. ``accepted`` items stand locked on a sheet of their own, ``faults`` on top
        of the instructions, their cells marked. ``contact`` says whom the filled ledger goes to, ""
        for whoever sent it. The same arguments give the same bytes.
        """
        names = ([enterprise] if enterprise else []) + list(self._form.enterprises)
        form = replace(
            self._form,
            enterprise=enterprise,
            enterprises=tuple(dict.fromkeys(clean(name) for name in names if name.strip())),
            rows=max(self._form.rows, len(items)),
            items=tuple(items),
        )
        return _made(form, self._body(form), contact, accepted, faults)

    def _body(self, form: Form) -> Body:
        if form.rows not in self._bodies:
            top, bottom = form.first + 1, form.last + 1
            check = self_check(form.profile, form.lang, top, bottom)
            self._bodies[form.rows] = Body(check, top, form.rows)
        return self._bodies[form.rows]


def _made(
    form: Form,
    body: Body,
    contact: str,
    accepted: Sequence[Accepted],
    faults: Sequence[LastFault],
) -> bytes:
    profile, lang = form.profile, form.lang
    book, stream = workbook(form.as_of)
    styles = Styles(book, lang)
    guide = book.add_worksheet(say(lang, "guide"), GrowingSheet)
    ledger = book.add_worksheet(sheet_name(profile.label.say(lang)), BodySheet)
    if accepted:
        write_accepted(book, styles, form, accepted)
    marked = marks(form, faults, [_seen(form, n) for n in range(len(form.items))])
    write_lists(book, form, {**body.check.lists, **({MARKS: marked} if marked else {})})
    write_meta(book, form)
    told = steps(
        profile,
        as_of=form.as_of,
        lang=lang,
        items=len(form.items),
        files=form.asked_to_file,
        contact=contact,
        later=body.check.later,
    )
    write_guide(
        guide, styles, profile,
        enterprise=form.enterprise, as_of=form.as_of, lang=lang, told=told,
        faults=faults,
    )  # fmt: skip
    _ledger(book, ledger, styles, form, body)
    if marked:
        colour(ledger, styles, form, faults)
    if faults:
        put(ledger, HINT_ROW, 0, say(lang, "last_hint", n=len(faults)), styles["last_hint"])
    else:
        ledger.activate()
    return finished(book, stream, form.as_of)


# ---------------------------------------------------------------- the ledger


def _ledger(book: Workbook, sheet: BodySheet, styles: Styles, form: Form, body: Body) -> None:
    _columns(sheet, styles, form)
    _head(book, sheet, styles, form)
    _header(sheet, styles, form)
    _rows(sheet, styles, form, body)
    place_self_check(sheet, styles, form, body.check)
    lists = form.lists()
    for i, column in enumerate(form.profile.columns):
        top = xl_rowcol_to_cell(form.first, i)
        told = validation(column, form.lang, listed=column.id in lists, top=top)
        sheet.data_validation(form.first, i, form.last, i, told)
    view_and_print(sheet, form)


def _columns(sheet: Worksheet, styles: Styles, form: Form) -> None:
    """Set widths, and formats that also hold for rows added below the drawn ones."""
    for i, (column, width) in enumerate(zip(form.profile.columns, form.widths, strict=True)):
        sheet.set_column(i, i, width, styles[f"open_{_look(column)}"])
    end = len(form.profile.columns)
    sheet.set_column(end, end, 0, styles["open_text"], {"hidden": True})
    # Numbers kept as text (item numbers, phones) are meant so: no green corners.
    sheet.ignore_errors({"number_stored_as_text": xl_range(form.first, 0, form.last, end)})


def _look(column: Column) -> str:
    return _LOOKS.get(column.type, "text")


def _head(book: Workbook, sheet: Worksheet, styles: Styles, form: Form) -> None:
    """Write title, fields and hint. A field is a label and the cell right of it.

    The self-check reads the as-of date and who fills the form in from their cells, by name.
    """
    label = form.profile.label.say(form.lang)
    title = say(form.lang, "title", ledger=label, enterprise=form.enterprise)
    put(sheet, 0, 0, title if form.enterprise else label, styles["title"])
    sheet.set_row(0, 30)
    sheet.set_row(1, 22 * lines_needed(form.enterprise or "", _WIDEST_VALUE))
    sheet.set_row(2, 22)
    column, unit = 0, '=""'
    if form.asked_to_file:
        room = min(max(map(text_width, form.reporter), default=0) + 3, _WIDEST_VALUE)
        own, column = _field(sheet, styles, form, 1, 0, say(form.lang, "unit"), room)
        put(sheet, *own, form.enterprise or "", styles["value"])
        unit = _address(sheet, own)
        if form.enterprise is None and (listed := form.profile.enterprise_column) in form.lists():
            sheet.data_validation(*own, *own, from_list(listed or "", form.lang))
        filing, _ = _field(sheet, styles, form, 2, 0, FILING, room)
        put(sheet, *filing, FILINGS[0], styles["value"])
        told = {"input_title": FILING, "input_message": say(form.lang, "filing_prompt")}
        sheet.data_validation(*filing, *filing, {**from_list(FILING_LIST, form.lang), **told})
    day, _ = _field(sheet, styles, form, 1, column, say(form.lang, "as_of"), 13)
    sheet.write_datetime(*day, form.as_of, styles["value_date"])
    book.define_name(AS_OF_NAME, _address(sheet, day))
    book.define_name(UNIT_NAME, unit)
    put(sheet, HINT_ROW, 0, say(form.lang, "hint"), styles["hint"])
    sheet.set_row(HINT_ROW, 20)


def _address(sheet: Worksheet, cell: tuple[int, int]) -> str:
    return f"={quote_sheetname(sheet.get_name())}!{xl_rowcol_to_cell(*cell, True, True)}"


def _field(
    sheet: Worksheet, styles: Styles, form: Form, row: int, start: int, label: str, width: float
) -> tuple[tuple[int, int], int]:
    """Write a field's label and underline room for its value, each over as many columns as needed.

    Returns the cell of the value and the next free column.
    """
    at = _reach(form, start, text_width(label) + 1)
    end = _reach(form, at, width)
    value = styles["value"]
    if at - start > 1:
        sheet.merge_range(row, start, row, at - 1, "", styles["field"])
    put(sheet, row, start, label, styles["field"])
    if end - at > 1:
        sheet.merge_range(row, at, row, end - 1, "", value)
    return (row, at), end


def _reach(form: Form, start: int, width: float) -> int:
    """Return the column after the fewest from ``start`` on that are ``width`` digits wide."""
    end, room = start, 0.0
    while room < width and end < len(form.widths):
        room += form.widths[end]
        end += 1
    return max(end, start + 1)


def _header(sheet: Worksheet, styles: Styles, form: Form) -> None:
    """Write the labels exactly as the profile has them: the reader and the eye look for them.

    What a column is for shows when its header is chosen. Comments would say it too, but a reader
    takes comments for something a person wrote.
    """
    looks = {"E": "header_must", "W": "header_should", None: "header_may"}
    labels = [c.label.say(form.lang) for c in form.profile.columns]
    for i, (column, label) in enumerate(zip(form.profile.columns, labels, strict=True)):
        put(sheet, HEADER_ROW, i, label, styles[looks[column.required]])
        sheet.data_validation(HEADER_ROW, i, HEADER_ROW, i, advice(column, form.lang))
    put(sheet, HEADER_ROW, len(labels), TOKEN_LABEL, styles["header_may"])
    lines = max(lines_needed(x, w) for x, w in zip(labels, form.widths, strict=True))
    sheet.set_row(HEADER_ROW, row_height(max(lines, 2)))


def _rows(sheet: BodySheet, styles: Styles, form: Form, body: Body) -> None:
    """Write the rows filled beforehand; empty ones, and every row's formulas, are the body's."""
    tokens = list(form.tokens())
    looks = [styles[f"cell_{_look(c)}"] for c in form.profile.columns]
    sheet.carry(body, looks, [styles["told_plain"]], tokens[len(form.items) :])
    for n in range(len(form.items)):
        row = form.first + n
        put(sheet, row, len(looks), tokens[n])
        texts = [_prefilled(column, form, n) for column in form.profile.columns]
        for i, (column, text) in enumerate(zip(form.profile.columns, texts, strict=True)):
            _cell(sheet, row, i, column, text, looks[i])
        sheet.set_row(row, row_height(max(map(lines_needed, texts, form.widths))))


def _prefilled(column: Column, form: Form, n: int) -> str:
    default = {"serial": str(n + 1), "enterprise": form.enterprise or ""}
    return form.items[n].get(column.id) or default.get(column.type, "")


def _cell(sheet: Worksheet, row: int, at: int, column: Column, text: str, look: Format) -> None:
    """Write a value: a real date or number where it surely is one, else the text as it stands."""
    if column.type in ("date", "deadline") and (day := _day(text)):
        sheet.write_datetime(row, at, day, look)
        return
    if column.type in ("number", "serial") and _AMOUNT.fullmatch(text.strip()):
        sheet.write_number(row, at, float(text), look)
        return
    put(sheet, row, at, text, look)


def _seen(form: Form, n: int) -> list[str]:
    """What a formula takes the cells of a row filled beforehand for: dates are day numbers."""
    seen = []
    for column in form.profile.columns:
        text = _prefilled(column, form, n)
        if column.type in ("date", "deadline") and (day := _day(text)):
            seen.append(str((day - _DAY_ZERO).days))
        elif column.type in ("number", "serial") and _AMOUNT.fullmatch(text.strip()):
            seen.append(f"{float(text):.15g}")
        else:
            seen.append(clean(text))
    return seen


def _day(text: str) -> date | None:
    """Read a plain date; None for words, and for 31 September, which the clerk has to see."""
    found = _DAY.fullmatch(text.strip())
    try:
        day = date(*(int(x) for x in found.groups())) if found else None
    except ValueError:
        return None
    return day if day and EARLIEST <= day <= LATEST else None
