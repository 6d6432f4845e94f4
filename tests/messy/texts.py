"""Texts, item numbers, formulas and faulty cells as they come out of Excel and WPS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from messy.draft import VALUES, WORKBOOKS, XLSX, Cell, Draft, Want, mess

TEXTS = ("description", "measures", "progress", "evidence", "goal", "remarks")
Typed = Callable[[str, Random], Any]
_WIDE = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-",
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ０１２３４５６７８９－",
)


def _inside(*marks: str) -> Typed:
    def typed(text: str, random: Random) -> str:
        place = random.randrange(1, len(text))
        return text[:place] + random.choice(marks) + text[place:]

    return typed


def _pick(*forms: str) -> Typed:
    return lambda text, random: random.choice(forms).format(text)


SAME: dict[str, Typed] = {
    "text_breaks": _inside("\n", "\n\n", " \n "),
    "text_blanks": _inside("\u00a0", "\u3000", "  "),
    "text_around": _pick(" {}", "{}\n", "\u3000\u3000{}", "{}\u00a0", "\n{}"),
    "text_zero_width": _inside("\u200b", "\ufeff", "\u200e", "\u2060"),
}
"""Texts that read as before."""

OTHER: dict[str, Typed] = {
    "text_signs": _pick("-{}", "+{}", "={}", "@{}", "（{}", "“{}", "①{}", "1.{}", "*{}"),
    "text_separators": _pick("{0},{0}", "{0};{0}", '"{0}","{0}"', "{0}\t{0}", "{0}|{0}", '{0}"'),
    "text_words": lambda text, r: r.choice(
        ("NULL", "None", "nan", "N/A", "NA", "null", "0", "TRUE", "3", "1.0", "007", "1e5",
         "2020", "2020.10", "{名称}", "<b>", "&amp;", "10-9", "合计3处", "注：加急")
    ),
    "text_long": lambda text, r: text + "，按照方案逐项落实整改" * r.choice((20, 200)),
    "text_rare": _pick("{}㎡", "{}m³", "{}𠮷", "{}😀", "{}℃", "{}②", "{}＞5", "{}\u0301"),
}  # fmt: skip
"""Texts that are new, and stand in the file as they should be read."""


@mess(VALUES, name="text_carriage_return", writers=XLSX)
def text_carriage_return(draft: Draft) -> None:
    """Line breaks of Windows, which a workbook keeps as _x000D_."""
    for line, key in draft.clear_free(TEXTS):
        text = line.cells[key].value
        line.cells[key] = Cell(text[:2] + "\r\n" + text[2:])
        draft.wish(line.item, key, Want.CLEAR, text)


def _register() -> None:
    for name, typed in {**SAME, **OTHER}.items():

        def apply(draft: Draft, typed: Typed = typed, same: bool = name in SAME) -> None:
            keys = TEXTS if same else ("progress", "goal", "remarks")
            for line, key in draft.clear_free(keys):
                text = line.cells[key].value
                made = typed(text, draft.random)
                line.cells[key] = Cell(made)
                draft.wish(line.item, key, Want.CLEAR, text if same else made)

        mess(VALUES, name=name)(apply)


_register()


@mess(VALUES)
def item_no_forms(draft: Draft) -> None:
    """Item numbers with blanks, full width, another case."""
    for line, key in draft.clear_free(("item_no",)):
        text = line.cells[key].value
        form = draft.random.randrange(5)
        line.cells[key] = Cell(
            (
                text.translate(_WIDE),
                f" {text} ",
                text[:2] + draft.random.choice((" ", "\u3000", "\u00a0", "\n")) + text[2:],
                text.lower(),
                text + "\u200b",
            )[form]
        )
        draft.wish(line.item, key, Want.CLEAR, text)


@mess(VALUES, clear=False)
def item_no_dashes(draft: Draft) -> None:
    """The dashes that an input method offers."""
    for line, key in draft.clear_free(("item_no",)):
        text = line.cells[key].value
        if "-" in text:
            line.cells[key] = Cell(text.replace("-", draft.random.choice("—–‐−")))
            draft.wish(line.item, key, Want.EITHER, text)


@mess(VALUES, writers=WORKBOOKS)
def item_no_number(draft: Draft) -> None:
    """Item numbers stored as numbers, some floating-point."""
    for line, key in draft.clear_free(("item_no",)):
        text = line.cells[key].value
        if text.isdigit():
            line.cells[key] = Cell(draft.random.choice((int(text), float(text))))
            draft.wish(line.item, key, Want.CLEAR, text)


@mess(VALUES, writers=WORKBOOKS)
def item_no_blank(draft: Draft) -> None:
    """New items have no number yet."""
    for line, key in draft.clear_free(("item_no",)):
        if draft.random.random() < 0.4:
            line.cells[key] = Cell(draft.random.choice((None, "", " ")))
            draft.wish(line.item, key, Want.CLEAR, None)


@mess(VALUES, writers=WORKBOOKS, clear=False)
def ask_item_no_date(draft: Draft) -> None:
    """The number 3-1, which Excel has turned into a date."""
    places = draft.clear_free(("item_no",))
    for line, key in draft.random.sample(places, min(1, len(places))):
        line.cells[key] = Cell(date(2000, 1, 1) + timedelta(draft.truth.index), 'm"月"d"日"')
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, "owner", clear=False)
def ask_item_no_twice(draft: Draft) -> None:
    """One number on two items of an enterprise."""
    places = draft.clear_free(("item_no",))
    by_owner = defaultdict(list)
    for line, _ in places:
        if (line.item, "enterprise") in draft.taken:
            continue
        by_owner[draft.truth.items[line.item]["enterprise"]].append(line)
    lines = max(by_owner.values(), key=len, default=[])
    if len(lines) >= 2:
        first, second = draft.random.sample(lines, 2)
        second.cells["item_no"] = Cell(first.cells["item_no"].value)
        for line in (first, second):
            draft.wish(line.item, "item_no", Want.ASK)
            draft.taken[line.item, "enterprise"] = draft.mess
            draft.marked.add(line.item)


@mess(VALUES, clear=False)
def ask_description_blank(draft: Draft) -> None:
    """An item without a description."""
    places = draft.clear_free(("description",))
    for line, key in draft.random.sample(places, min(1, len(places))):
        line.cells[key] = Cell(draft.random.choice((None, "  ", "\u3000")))
        draft.wish(line.item, key, Want.ASK)
        draft.marked.add(line.item)


_FORMULA_KEYS = (
    "found_on", "completed_on", "deadline", "planned_funds", "status", "category", "description",
    "item_no", "enterprise", "progress",
)  # fmt: skip


def _formula(value: Any) -> str:
    if isinstance(value, date):
        return f"=DATE({value.year},{value.month},{value.day})"
    if isinstance(value, int | float | Decimal):
        return f"={value}+0"
    return f'="{value}"'


@mess(VALUES, "writer", writers=("xlsxwriter",))
def formula_stored(draft: Draft) -> None:
    """Formulas with their results stored: looked-up names, computed dates."""
    draft.writer = "xlsxwriter"
    for line, key in draft.clear_free(_FORMULA_KEYS):
        cell = line.cells[key]
        line.cells[key] = Cell(cell.value, cell.format, _formula(cell.value))
        draft.wish(line.item, key, Want.CLEAR, draft.truth.items[line.item][key])


@mess(VALUES, "writer", writers=("openpyxl",), clear=False)
def ask_formula_unsaved(draft: Draft) -> None:
    """Formulas whose results were never stored."""
    draft.writer = "openpyxl"
    places = draft.clear_free(_FORMULA_KEYS)
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell(None, "", _formula(line.cells[key].value))
        draft.wish(line.item, key, Want.ASK)
        draft.marked.add(line.item)


@mess(VALUES, writers=XLSX, clear=False)
def ask_error_cells(draft: Draft) -> None:
    """Cells that show an error."""
    places = draft.clear_free(_FORMULA_KEYS)
    for line, key in draft.random.sample(places, min(2, len(places))):
        error = draft.random.choice(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?"))
        line.cells[key] = Cell(error, "", "=1/0")
        draft.wish(line.item, key, Want.ASK)
        draft.marked.add(line.item)


@mess(VALUES, clear=False)
def ask_error_text(draft: Draft) -> None:
    """Columns too narrow when pasted as text."""
    places = draft.clear_free(("found_on", "completed_on", "planned_funds"))
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell("########")
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, "writer", writers=("xlsxwriter",))
def cell_picture(draft: Draft) -> None:
    """A picture in a cell, as WPS keeps it."""
    for line, key in draft.free(("evidence",)):
        if line.cells[key].value:
            formula = '=_xlfn.DISPIMG("ID_0A1B2C3D",1)'
            line.cells[key] = Cell('=DISPIMG("ID_0A1B2C3D",1)', "", formula)
            draft.wishes.pop((line.item, key), None)
            draft.taken[line.item, key] = "cell_picture"
            draft.allowed.add("*evidence")
    draft.writer = "xlsxwriter"


@mess(VALUES, writers=("openpyxl",))
def comments(draft: Draft) -> None:
    """Comments beside cells change nothing."""
    for line, key in draft.clear_free(("description", "status", "deadline")):
        line.cells[key].note = "请核对"


@mess(VALUES, writers=XLSX, clear=False)
def ask_struck_through(draft: Draft) -> None:
    """A row struck through: it is counted, and asked about."""
    lines = draft.page.data()
    line = draft.random.choice(lines)
    for cell in line.cells.values():
        cell.strike = True
    draft.marked.add(line.item)
    draft.told.append("struck")
