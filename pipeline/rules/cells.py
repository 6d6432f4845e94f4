"""A cell settled by Excel itself: formulas for what ``pipeline.settle`` does on arrival.

Excel settles less than the reader does. Where it can't tell what a date or number says, the settled
cell holds ``UNSURE`` and every check that depends on it stays silent: nobody is accused wrongly. A
text that surely is no value holds ``NONE``; a blank holds "".

Spellings are FACTS': EXACT, because COUNTIF and MATCH take ``* ? <`` for patterns; digits by taking
digits away, because numbers hide in ``$ - 1e5``; no locale's date parsing; nothing newer than Excel
2010. ``ROW`` stands for the row's number. No array constant and no other sheet is named, so that
the formulas may be shared between rows; both stand behind workbook names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipeline.profile.schema import Column
from pipeline.text import bare, fold

ROW: Final = "\u00a4"
UNSURE: Final = "~"
NONE: Final = "-"

_BLANKS: Final = (" ", "\u3000", "\u00a0", "\u200b", "\ufeff")
_AROUND: Final = "“”‘’「」『』《》【】（）()。"
DASHES: Final = "‐‑‒–—―−﹣－"
DIGITS: Final = "0123456789"
_FIRST_DAY, _LAST_DAY = 32_874, 73_050  # 1990-01-01 and 2099-12-31
_FIRST_SERIAL, _AFTER_SERIALS = 30_000, 55_000  # numbers that the reader takes for days


def quoted(text: str) -> str:
    """Return ``text`` as a constant in a formula.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + text.replace('"', '""') + '"'


def without(signs: Iterable[str], formula: str) -> str:
    """Return a formula that leaves these signs out of a text."""
    for sign in signs:
        formula = f'SUBSTITUTE({formula},{quoted(sign)},"")'
    return formula


def any_of(tests: Iterable[str]) -> str:
    """Return a formula that is true where one of ``tests`` is."""
    found = list(dict.fromkeys(tests))
    return found[0] if len(found) == 1 else f"OR({','.join(found)})" if found else "FALSE"


def all_of(tests: Iterable[str]) -> str:
    """Return a formula that is true where all of ``tests`` are."""
    found = [test for test in dict.fromkeys(tests) if test != "TRUE"]
    return found[0] if len(found) == 1 else f"AND({','.join(found)})" if found else "TRUE"


def spellings(text: str) -> tuple[str, ...]:
    """Return the ways in which a text without its blanks may be typed, in capitals.

    As it is, folded, wholly in full width, and with each of the dashes: what the reader's folding
    makes one, Excel has to be told.
    """
    plain = fold(text)
    as_typed = re.sub(r"\s", "", text)
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in plain)
    dashed = (plain.replace("-", dash) for dash in DASHES) if "-" in plain else ()
    return tuple(dict.fromkeys(s.upper() for s in (plain, as_typed, wide, *dashed) if s))


# ---------------------------------------------------------------- texts


def text(raw: str) -> str:
    """What stands in a cell, in capitals, without blanks and line breaks; "#" for an error."""
    return f'IF(ISERROR({raw}),"#",UPPER({without(_BLANKS, f"CLEAN({raw})")}))'


def choice_text(raw: str) -> str:
    """The same without quotes, brackets and the stop that may stand around a choice."""
    return f'IF(ISERROR({raw}),"#",UPPER({without((*_BLANKS, *_AROUND), f"CLEAN({raw})")}))'


def tidied(raw: str) -> str:
    """What stands in a cell, blanks at its ends left out and those within made one."""
    plain = f'SUBSTITUTE({raw},"\u200b","")'
    for blank in ("\u3000", "\u00a0", "\t"):
        plain = (
            f"SUBSTITUTE({plain},{quoted(blank) if blank != chr(9) else 'CHAR(9)'},{quoted(' ')})"
        )
    return f'IF(ISERROR({raw}),"#",TRIM({plain}))'


# ---------------------------------------------------------------- choices


def spelled(column: Column) -> dict[str, int]:
    """Return every spelling that Excel shall understand, and the number of its choice, from 1."""
    found: dict[str, int] = {}
    for number, choice in enumerate(column.choices, start=1):
        for told in (choice.value, choice.en, *choice.accepts):
            for spelling in spellings(told):
                found[_plain_choice(spelling)] = number
    return {spelling: number for spelling, number in found.items() if spelling}


def _plain_choice(spelling: str) -> str:
    return "".join(sign for sign in spelling if sign not in _AROUND)


def choice(plain: str, names: str, numbers: str) -> str:
    """The number of the choice that a settled text means, 0 for none.

    ``names`` and ``numbers`` are workbook names of the spellings and of their choices.
    """
    return f'IF({plain}="",0,SUMPRODUCT(EXACT({plain},{names})*{numbers}))'


def asked(texts: Iterable[str]) -> tuple[str, ...]:
    """Return doubtful values as ``choice_text`` shows them."""
    return tuple(dict.fromkeys(_plain_choice(s) for t in texts for s in spellings(bare(t) or t)))


# ---------------------------------------------------------------- dates and numbers


def day_as_written(plain: str) -> str:
    """Year, month and day with dashes between: 2020年10月9日, 2020/10/9, 2020.10.9, 20201009."""
    short = f'IF(OR(RIGHT({plain})="日",RIGHT({plain})="号"),LEFT({plain},LEN({plain})-1),{plain})'
    for separator in "年月./":
        short = f'SUBSTITUTE({short},"{separator}","-")'
    compact = all_of((f"LEN({plain})=8", f'LEFT({plain},2)="20"', f'{without(DIGITS, plain)}=""'))
    return f'IF({compact},LEFT({plain},4)&"-"&MID({plain},5,2)&"-"&RIGHT({plain},2),{short})'


def day_made(written: str) -> str:
    """The day of that name, as Excel's DATE makes it; "" where it is not of that form."""
    second = f'FIND("-",{written},6)'
    form = all_of(
        (
            f"LEN({written})<=10",
            f'MID({written},5,1)="-"',
            f'{without(DIGITS, written)}="--"',
        )
    )
    made = (
        f"DATE(VALUE(LEFT({written},4)),VALUE(MID({written},6,{second}-6)),"
        f"VALUE(MID({written},{second}+1,9)))"
    )
    return f'IFERROR(IF({form},{made},""),"")'


def day(raw: str, plain: str, written: str, made: str) -> str:
    """The serial number of a cell's day.

    A date cell is a number, and a bare number may be a day that lost its format: both count within
    the reader's range. Beyond it the two can't be told apart.
    """
    shown = f'YEAR({made})&"-"&MONTH({made})&"-"&DAY({made})'
    plausible = f"AND({made}>={_FIRST_DAY},{made}<={_LAST_DAY})"
    exists = f'{shown}=SUBSTITUTE({written},"-0","-")'
    either = f'ISNUMBER(FIND("年",{plain}))=ISNUMBER(FIND("月",{plain}))'
    told = f'IF({exists},IF({plausible},{made},"{NONE}"),"{NONE}")'
    otherwise = f'IF(ISNUMBER({raw}),"{NONE}","{UNSURE}")'
    as_text = f"IF(ISNUMBER({made}),IF({either},{told},{otherwise}),{otherwise})"
    sure = f"AND({raw}>={_FIRST_DAY},{raw}<{_AFTER_SERIALS})"
    as_number = (
        f"IF(AND({raw}>={_FIRST_SERIAL},{raw}<{_LAST_DAY + 1}),"
        f'IF({sure},INT({raw}),"{UNSURE}"),{as_text})'
    )
    return f'IF({plain}="","",IF(ISNUMBER({raw}),{as_number},{as_text}))'


def number(raw: str, plain: str, answers: Iterable[str]) -> str:
    """The amount in a cell: a number, or digits with at most one point, typed as text."""
    words = any_of(f"EXACT({plain},{quoted(s)})" for a in answers for s in spellings(a))
    digits = without(DIGITS, plain)
    clean = all_of(
        (
            f"LEN({plain})<=15",
            f"LEN({plain})=LEN(TRIM({raw}))",
            f'OR({digits}="",{digits}=".")',
            f'LEFT({plain})<>"."',
            f'RIGHT({plain})<>"."',
        )
    )
    typed = f'IF({words},"{NONE}",IF({clean},ROUND(VALUE({plain}),6),"{UNSURE}"))'
    # Excel's booleans are no numbers, LibreOffice's are.
    real = f'IF(ABS({raw})<1E13,ROUND({raw},6),"{NONE}")'
    return (
        f'IF({plain}="","",IF({plain}="#","{UNSURE}",'
        f"IF(AND(ISNUMBER({raw}),NOT(ISLOGICAL({raw}))),{real},{typed})))"
    )
