"""The words of a blank ledger: the instructions on its first sheet, and what cells say when chosen.

Written for a clerk who has one quarter of an hour and never reads a manual: what to do, in the
order in which it is done, then one line per column. Lists hold the ledger's own (Chinese) values in
both languages, because these are what the reader and the coordinator compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from xlsxwriter.worksheet import Worksheet

from pipeline.profile.schema import Column, Profile
from pipeline.write.guidewords import STEPS, TEXT, say
from pipeline.write.lastfaults import LastFault, write_last
from pipeline.write.style import Styles, clean, lines_needed, put, row_height

MOST_PROMPT: Final = 255
"""Characters in the message of a validation (Excel specifications and limits)."""

_WIDTHS: Final = (19.0, 42.0, 10.0, 24.0, 50.0)
_NEEDED: Final = 2


def prompt(column: Column, lang: str) -> str:
    """Return what a clerk is told on a cell of this column: purpose, whether needed, form, example.

    At most 255 characters, Excel's limit for the message of a validation.
    """
    purpose = column.purpose.say(lang)
    lines = [say(lang, "mark", needed=_needed(column, lang), purpose=purpose)]
    lines += _forms(column, lang)
    if column.example:
        lines.append(say(lang, "example", text=column.example))
    if column.choices and (column.type == "choices" or lang == "en"):
        lines.append(say(lang, "of", list=_values(column, lang)))
    return clean("\n".join(lines), MOST_PROMPT)


def steps(
    profile: Profile,
    *,
    as_of: date,
    lang: str,
    items: int,
    files: bool,
    contact: str,
    later: Sequence[str],
) -> list[str]:
    """Return the numbered instructions.

    ``items`` is the number of rows filled beforehand; ``files`` says whether the ledger has a
    filing type to report nil or no change with; ``later`` are the faults that no self-check sees.
    """
    facts = {
        "always": True,
        "prefilled": items > 0,
        "filing": files,
        "later": bool(later),
        "to_sender": not contact,
        "to_contact": bool(contact),
    }
    values = {
        "ledger": profile.label.say(lang),
        "unit": profile.unit.say(lang),
        "as_of": _day(as_of, lang),
        "items": items,
        "contact": contact,
        "later": ("; " if lang == "en" else "；").join(later),
    }
    told = [text[lang == "en"] for when, *text in STEPS if facts[when]]
    return [f"{n}. {text.format(**values)}" for n, text in enumerate(told, start=1)]


def write_guide(
    sheet: Worksheet,
    styles: Styles,
    profile: Profile,
    *,
    enterprise: str | None,
    as_of: date,
    lang: str,
    told: list[str],
    faults: Sequence[LastFault],
) -> None:
    """Write the first sheet: what this is, last faults, the ``told`` steps, a table of columns."""
    for i, width in enumerate(_WIDTHS):
        sheet.set_column(i, i, width)
    title = say(lang, "guide_title", ledger=profile.label.say(lang))
    put(sheet, 0, 0, title, styles["title"])
    sheet.set_row(0, 34)
    _prose(sheet, styles, 1, profile.description.say(lang))
    row = 2
    if enterprise or profile.reported:
        put(sheet, row, 0, say(lang, "unit"), styles["field_left"])
        put(sheet, row, 1, enterprise or say(lang, "any"), styles["plain"])
        sheet.set_row(row, row_height(1))
        row += 1
    put(sheet, row, 0, say(lang, "as_of"), styles["field_left"])
    sheet.write_datetime(row, 1, as_of, styles["plain_date"])
    sheet.set_row(row, row_height(1))
    row += 1
    sheet.set_row(row, 8)
    if faults:
        row = write_last(sheet, styles, faults, row + 1, lang, _WIDTHS)
    for text in told:
        row += 1
        _prose(sheet, styles, row, text)
    put(sheet, row + 2, 0, say(lang, "table"), styles["heading"])
    _table(sheet, styles, profile, row + 3, lang)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(row + 3)
    sheet.set_footer(f"&C{say(lang, 'footer')}")


def _prose(sheet: Worksheet, styles: Styles, row: int, text: str) -> None:
    """Write a paragraph over the width of the table; merged cells don't find their own height."""
    sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", styles["prose"])
    put(sheet, row, 0, text, styles["prose"])
    sheet.set_row(row, row_height(lines_needed(text, sum(_WIDTHS))))


def _table(sheet: Worksheet, styles: Styles, profile: Profile, top: int, lang: str) -> None:
    heads = [say(lang, key) for key in ("column", "fill", "needed", "like", "allowed")]
    for i, head in enumerate(heads):
        put(sheet, top, i, head, styles["header_may"])
    sheet.set_row(top, 22)
    for row, column in enumerate(profile.columns, start=top + 1):
        allowed = [_values(column, lang)] if column.choices else _forms(column, lang)
        cells = [
            column.label.say(lang),
            column.purpose.say(lang),
            _needed(column, lang),
            column.example,
            "\n".join(allowed),
        ]
        for i, text in enumerate(cells):
            look = f"cell_{column.required or 'may'}" if i == _NEEDED else "told"
            put(sheet, row, i, text, styles[look])
        lines = max(lines_needed(t, w) for t, w in zip(cells, _WIDTHS, strict=True))
        sheet.set_row(row, row_height(lines))


def _forms(column: Column, lang: str) -> list[str]:
    """Return how a value of this column is written, and the words that it also takes."""
    form = f"form_{column.type}"
    told = [say(lang, form)] if form in TEXT else []
    if column.answers:
        told.append(say(lang, "or", list="、".join(column.answers)))
    return told


def _needed(column: Column, lang: str) -> str:
    return say(lang, column.required or "may")


def _values(column: Column, lang: str) -> str:
    """List the choices; in English with what they mean, for they are typed in Chinese."""
    if lang == "en":
        return ", ".join(f"{c.value} ({c.en})" for c in column.choices)
    return "、".join(c.value for c in column.choices)


def _day(day: date, lang: str) -> str:
    return day.isoformat() if lang == "en" else f"{day.year}年{day.month}月{day.day}日"
