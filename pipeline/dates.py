"""Dates as people write them. What can be understood for sure is; the rest is asked about.

Forms are those of DOMAIN §8. A day without a year takes the year in which it lies nearest to the
as-of date, and this is said. A day and month in figures before the year (10/09/2020) are in the
order that is declared; without one they are understood only where no other day can be meant. A
period in words (2024年底前, 11月底) gives its last day, for deadlines only. 2020.1 may be January
or, with its zero lost, October: it is never guessed.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipeline.text import seen

Assumed = Literal["", "year", "period", "serial"]
Order = Literal["mdy", "dmy"]
"""Whether the month or the day comes first where the year stands last."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A date, None where the text is no date for sure; ``assumed`` names what was supplied.

    ``either`` are the days that may be meant where the order of day and month is not known.
    """

    day: date | None
    assumed: Assumed = ""
    either: tuple[date, ...] = ()


_NOTHING = Understood(None)
_SEPARATED = re.compile(r"(\d{4})([-./年])(\d{1,2})([-./月])(\d{1,2})[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_NAMED = (
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-,./]?{_MONTH_NAME}[-,./]?(?P<year>\d{{4}})"),
    re.compile(rf"{_MONTH_NAME}[-./]?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-,./]?(?P<year>\d{{4}})"),
)
_BESIDE = re.compile(r"\(?(星期|周)[一二三四五六日天]\)?$|(上午|下午|晚上|中午|凌晨)$")
_TIME = re.compile(r"(?<=\d|日)[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*$")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_NO_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_MONTH = re.compile(r"(?:(\d{4})年|(\d{4})[-./])?(\d{1,2})月?(上旬|中旬|下旬|月底|底|末|份)?")
_YEAR = re.compile(r"(\d{4})年(年?底|年?末|年?内)?")
_QUARTER = re.compile(r"(?:(\d{4})年)?第?([1-4])季度(?:末|底)?")
_SERIAL = re.compile(r"([34]\d{4}|5[0-4]\d{3})(\.\d+)?")
_TAIL = re.compile(r"(以?前|之前|前完成|前)$")
_HAN = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_NUMBER = re.compile(r"[一二三四五六七八九十〇○零]+")
_AT_ONCE = frozenset({"立即", "立行立改", "立即整改", "马上", "即时", "即日", "即知即改"})


def understand(text: str, as_of: date, *, deadline: bool, order: Order | None = None) -> Understood:
    """Return the day that ``text`` names.

    With ``deadline``, words that name a period give its last day. ``order`` is that of day and
    month where the year stands last; it is also what makes a year of two figures readable.
    """
    plain = _plain(text)
    for read in (_day, _named_month, _day_without_year, _serial):
        found = read(plain, as_of)
        if found is not _NOTHING:
            return found
    plain = _TAIL.sub("", plain) if deadline else plain
    if match := _YEAR_LAST.fullmatch(plain):
        return _year_last(match, order)
    return _period(plain, as_of) if deadline else _NOTHING


def orders(text: str) -> frozenset[Order]:
    """Return the orders in which ``text`` is a day whose year stands last; none for other texts."""
    match = _YEAR_LAST.fullmatch(_plain(text))
    if match is None:
        return frozenset()
    known: tuple[Order, ...] = ("mdy", "dmy")
    return frozenset(order for order in known if _year_last(match, order).day is not None)


def is_wordy_deadline(text: str) -> bool:
    """Tell whether ``text`` is an answer that names no day: 长期坚持, 立即."""
    plain = _plain(text)
    return plain in _AT_ONCE or plain.startswith(("长期", "持续", "常态化"))


def ordinal(text: str) -> str:
    """Return the one whole number in ``text``, in digits (第十二批 is "12"), or ""."""
    numbers = re.findall(r"\d+", _plain(text))
    return str(int(numbers[0])) if len(numbers) == 1 else ""


def _plain(text: str) -> str:
    """Leave out a time of day; fold width, blanks and Chinese numerals (二〇二〇年 is 2020年)."""
    plain = seen(_TIME.sub("", unicodedata.normalize("NFKC", text)))
    plain = plain.strip("'\"`‘’“”").rstrip("。.;,、")
    plain = _BESIDE.sub("", plain)
    return _HAN_NUMBER.sub(lambda m: _han(m.group()), plain)


def _han(numeral: str) -> str:
    if "十" not in numeral:
        return numeral.translate(_HAN)
    tens, _, ones = numeral.partition("十")
    return f"{tens.translate(_HAN) or '1'}{ones.translate(_HAN) or '0'}"


def _make(year: int, month: int, day: int, assumed: Assumed = "") -> Understood:
    try:
        made = date(year, month, day)
    except ValueError:
        return _NOTHING
    return Understood(made, assumed) if 1990 <= year <= 2099 else _NOTHING


def _day(plain: str, as_of: date) -> Understood:
    if match := _SEPARATED.fullmatch(plain):
        year, first, month, second, day = match.groups()
        if (first == "年") != (second == "月"):
            return _NOTHING
        return _make(int(year), int(month), int(day))
    if match := _COMPACT.fullmatch(plain):
        year, month, day = match.groups()
        return _make(int(year), int(month), int(day))
    return _NOTHING


def _named_month(plain: str, as_of: date) -> Understood:
    """9 Oct 2020, October 9, 2020: the name leaves no doubt about the order."""
    for form in _NAMED:
        if match := form.fullmatch(plain.casefold()):
            month = _MONTHS.index(match["month"][:3]) + 1
            return _make(int(match["year"]), month, int(match["day"]))
    return _NOTHING


def _year_last(match: re.Match[str], order: Order | None) -> Understood:
    """10/09/2020 by the order declared; without one, only where both orders name one day."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    short = len(match[4]) == 2
    if short and order is None:
        return _NOTHING
    century = 2000 if short else 0
    assumed: Assumed = "year" if short else ""
    month_first = _make(century + year, first, second, assumed)
    day_first = _make(century + year, second, first, assumed)
    if order is not None:
        return month_first if order == "mdy" else day_first
    days = [found.day for found in (month_first, day_first) if found.day is not None]
    if len(set(days)) > 1:
        return Understood(None, either=tuple(days))
    return Understood(days[0]) if days else _NOTHING


def _day_without_year(plain: str, as_of: date) -> Understood:
    match = _NO_YEAR.fullmatch(plain)
    if match is None:
        return _NOTHING
    month, day = (int(part) for part in match.groups())
    return _nearest(lambda year: _make(year, month, day, "year"), as_of)


def _nearest(make: object, as_of: date) -> Understood:
    assert callable(make)
    found = [make(year) for year in (as_of.year - 1, as_of.year, as_of.year + 1)]
    days = [(abs((f.day - as_of).days), f) for f in found if f.day is not None]
    return min(days, key=lambda pair: pair[0])[1] if days else _NOTHING


def _serial(plain: str, as_of: date) -> Understood:
    """A day's number in a cell that lost its date format (ECMA-376 part 1, 18.17.4.1)."""
    if match := _SERIAL.fullmatch(plain):
        return Understood(date(1899, 12, 30) + timedelta(days=int(match.group(1))), "serial")
    return _NOTHING


def _period(plain: str, as_of: date) -> Understood:
    day = _day(plain, as_of)
    day = day if day is not _NOTHING else _day_without_year(plain, as_of)
    if day is not _NOTHING:
        return day
    if match := _YEAR.fullmatch(plain):
        return _make(int(match.group(1)), 12, 31, "period")
    if plain in ("年底", "年末", "年内"):
        return _make(as_of.year, 12, 31, "period")
    if match := _QUARTER.fullmatch(plain):
        quarter = int(match.group(2))
        return _end(match.group(1), quarter * 3, None, as_of)
    match = _MONTH.fullmatch(plain)
    if match is None or not _names_a_month(plain, match):
        return _NOTHING
    return _end(match.group(1) or match.group(2), int(match.group(3)), match.group(4), as_of)


def _names_a_month(plain: str, match: re.Match[str]) -> bool:
    """2020.1 and bare numbers name no month for sure; 10月, 2020年10月, 10月底 do."""
    return "月" in plain


def _end(year: str | None, month: int, part: str | None, as_of: date) -> Understood:
    """The last day of the month, or of its ten days; without a year the nearest such day."""
    if not 1 <= month <= 12:
        return _NOTHING

    def make(in_year: int) -> Understood:
        last = {"上旬": 10, "中旬": 20}.get(part or "", calendar.monthrange(in_year, month)[1])
        return _make(in_year, month, last, "period")

    return make(int(year)) if year else _nearest(make, as_of)
