"""Dates as clerks type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from messy.draft import VALUES, XLSX, Cell, Draft, Want, mess

DAYS = ("found_on", "completed_on", "reported_on")
EVERY = (*DAYS, "deadline")
Typed = Callable[[date, Random], Any]

_WIDE = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
_WEEK = "一二三四五六日"
_FORMATS = (
    'yyyy"年"m"月"d"日"',
    "m/d/yyyy",
    "yyyy.mm.dd",
    '[$-804]yyyy"年"m"月"d"日";@',
    "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
    "d-mmm-yy",
    "yyyy\\-mm\\-dd;@",
    "yy/m/d",
)


def _han(number: int) -> str:
    ones = "零一二三四五六七八九"
    tens, rest = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{ones[tens]}十"
    return ten + (ones[rest] if rest else "")


def _numerals(day: date, random: Random) -> str:
    nought = random.choice("〇○零")
    year = "".join(nought if d == "0" else "零一二三四五六七八九"[int(d)] for d in str(day.year))
    return f"{year}年{_han(day.month)}月{_han(day.day)}日"


def _wide(day: date, random: Random) -> str:
    return random.choice(
        (
            f"{day.year}.{day.month}.{day.day}",
            f"{day:%Y-%m-%d}",
            f"{day.year}/{day.month}/{day.day}",
        )
    ).translate(_WIDE)


def _blanks(day: date, random: Random) -> str:
    before, after = random.choice(("", " ", "\u00a0", "\u3000")), random.choice((" ", "\n", "　"))
    return before + f"{day.year}-{day.month}-{day.day}" + after


def _invisible(day: date, random: Random) -> str:
    text = f"{day.year}年{day.month}月{day.day}日"
    mark = random.choice("\u200b\u200e\u200f\ufeff\u202c\u2060")
    return random.choice((mark + text, text + mark, text.replace("年", "年" + mark)))


def _pick(*forms: str) -> Typed:
    def typed(day: date, random: Random) -> str:
        fields = {"y": day.year, "m": day.month, "d": day.day, "yy": day.year % 100}
        return random.choice(forms).format(**fields, w=_WEEK[day.weekday()])

    return typed


CLEAR: dict[str, Typed] = {
    "date_dots": _pick("{y}.{m}.{d}", "{y}.{m:02}.{d:02}"),
    "date_dashes": _pick("{y}-{m}-{d}", "{y}-{m:02}-{d:02}"),
    "date_slashes": _pick("{y}/{m}/{d}", "{y}/{m:02}/{d:02}"),
    "date_han": _pick("{y}年{m}月{d}日", "{y}年{m:02}月{d:02}日", "{y}年{m}月{d}号"),
    "date_han_blanks": _pick("{y} 年 {m} 月 {d} 日", "{y}年 {m}月{d}日", "{y}年\n{m}月{d}日"),
    "date_dots_blanks": _pick("{y}. {m}. {d}", "{y} .{m}.{d}", "{y} - {m} - {d}"),
    "date_eight": _pick("{y}{m:02}{d:02}"),
    "date_eight_number": lambda day, _: int(f"{day:%Y%m%d}"),
    "date_wide": _wide,
    "date_numerals": _numerals,
    "date_blanks_around": _blanks,
    "date_invisible": _invisible,
    "date_clock": lambda day, r: Cell(
        datetime.combine(day, time(r.randrange(24), 30)), "yyyy/m/d h:mm"
    ),
    "date_clock_text": _pick("{y}-{m:02}-{d:02} 00:00:00", "{y}/{m}/{d} 14:30"),
    "date_weekday": _pick(
        "{y}年{m}月{d}日（星期{w}）", "{y}年{m}月{d}日 星期{w}", "{y}.{m}.{d}（周{w}）"
    ),
    "date_full_stop": _pick("{y}.{m}.{d}.", "{y}年{m}月{d}日。", "{y}-{m}-{d}；"),
    "date_apostrophe": _pick("'{y}-{m}-{d}", "‘{y}.{m}.{d}"),
    "date_half_day": _pick("{y}年{m}月{d}日上午", "{y}年{m}月{d}日下午"),
    "date_formats": lambda day, r: Cell(day, r.choice(_FORMATS)),
}
EITHER: dict[str, Typed] = {
    "date_short_year": _pick("{yy}.{m}.{d}", "{yy}/{m}/{d}", "{yy}年{m}月{d}日"),
    "date_odd_marks": _pick(
        "{y}、{m}、{d}",
        "{y}。{m}。{d}",
        "{y}\\{m}\\{d}",
        "{y},{m},{d}",
        "{y} {m} {d}",
        "{y}·{m}·{d}",
        "{y}_{m}_{d}",
    ),
    "date_mixed_marks": _pick("{y}.{m}月{d}日", "{y}年{m}.{d}", "{y}-{m}.{d}", "{y}年{m}月{d}"),
    "date_serial": lambda day, _: (day - date(1899, 12, 30)).days,
    "date_month_day": _pick("{m}.{d:02}", "{m}/{d}", "{m}-{d}"),
    "date_doubled_mark": _pick("{y}..{m}.{d}", "{y}年{m}月{d}日日", "{y}.{m}..{d}"),
    "date_word_before": _pick("于{y}年{m}月{d}日", "约{y}年{m}月{d}日完成", "已于{y}.{m}.{d}完成"),
}
ASK: dict[str, Typed] = {
    "ask_date_month_number": lambda day, r: r.choice((2020.1, 2020.9, 2020.11)),
    "ask_date_month_text": _pick("{y}.1"),
    "ask_date_range": _pick(
        "{y}年{m}月1日至{m}月5日",
        "{y}.{m}.1-{y}.{m}.5",
        "{m}月1日-5日",
        "{y}年{m}月1-5日",
        "{y}/{m}/1~{y}/{m}/5",
    ),
    "ask_date_impossible": _pick("{y}年9月31日", "{y}.13.1", "{y}-02-30", "{y}0931", "{y}.0.5"),
    "ask_date_words": _pick("近期", "待定", "尽快", "预计{m}月", "据实", "待批复后"),
    "ask_date_two": _pick("{y}.{m}.1、{y}.{m}.8", "{y}年{m}月1日/{y}年{m}月8日", "{m}.1；{m}.8"),
    "ask_date_day_first": _pick("9/10/2020", "10-9-2020", "8.9.2020"),
    "ask_date_implausible": _pick(
        "1902年{m}月{d}日", "1020-{m}-{d}", "2200.{m}.{d}", "20200.{m}.{d}"
    ),
    "ask_date_cut": _pick("{y}年{m}月 日", "{y}年 月 日", "{y}--{d}", "{y}年{d}日"),
    "ask_date_float": lambda day, r: r.choice((9.1, 8.2, 10.1, 9.3)),
}


def _register(names: dict[str, Typed], want: Want) -> None:
    for name, typed in names.items():

        def apply(draft: Draft, typed: Typed = typed) -> None:
            _retype(draft, typed, want)

        mess(VALUES, name=name, clear=want is Want.CLEAR)(apply)


def _retype(draft: Draft, typed: Typed, want: Want) -> None:
    places = draft.clear_free(EVERY)
    if want is Want.ASK:
        places = draft.random.sample(places, min(2, len(places)))
    for line, key in places:
        day = draft.truth.items[line.item][key]
        made = typed(day, draft.random)
        line.cells[key] = made if isinstance(made, Cell) else Cell(made)
        draft.wish(line.item, key, want, *(() if want is Want.ASK else (day,)))


_register(CLEAR, Want.CLEAR)
_register(EITHER, Want.EITHER)
_register(ASK, Want.ASK)


@mess(VALUES)
def date_no_year(draft: Draft) -> None:
    """10月9日: the year is the period's. In another year it may be asked about."""
    for line, key in draft.clear_free(EVERY):
        day = draft.truth.items[line.item][key]
        line.cells[key] = Cell(
            draft.random.choice((f"{day.month}月{day.day}日", f"{day.month}月{day.day}号"))
        )
        want = Want.CLEAR if day.year == 2020 else Want.EITHER
        draft.wish(line.item, key, want, day)


@mess(VALUES, clear=False)
def ask_part_of_month(draft: Draft) -> None:
    """9月底 and 2020年9月 are no day on which something happened."""
    places = draft.clear_free(DAYS)
    for line, key in draft.random.sample(places, min(2, len(places))):
        day = draft.truth.items[line.item][key]
        forms = ("{m}月底", "{y}年{m}月", "{m}月中旬", "{y}年{m}月上旬", "{m}月份", "{y}.{m:02}")
        line.cells[key] = Cell(draft.random.choice(forms).format(y=day.year, m=day.month))
        draft.wish(line.item, key, Want.ASK)


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(4)).replace(day=1) - timedelta(1)


@mess(VALUES)
def deadline_month_end(draft: Draft) -> None:
    """11月底: the last day of the month."""
    for line, key in draft.clear_free(("deadline",)):
        day = _month_end(draft.truth.items[line.item][key])
        forms = [
            "{y}年{m}月底",
            "{y}年{m}月底前",
            "{y}年{m}月末",
            "{y}年{m}月底前完成",
            "{y}年{m}月",
            "{y}年{m:02}月底",
            "{y}年{m}月份",
        ]
        if day.year == 2020:
            forms += ["{m}月底", "{m}月底前", "{m} 月底", "{m}月末前"]
        line.cells[key] = Cell(draft.random.choice(forms).format(y=day.year, m=day.month))
        draft.wish(line.item, key, Want.CLEAR, day)


@mess(VALUES)
def deadline_part_of_month(draft: Draft) -> None:
    """11月中旬: the last day of that part; 年底前 and 四季度: that of the year."""
    for line, key in draft.clear_free(("deadline",)):
        old = draft.truth.items[line.item][key]
        if old.day <= 20:
            word, day = (
                ("上旬", old.replace(day=10)) if old.day <= 10 else ("中旬", old.replace(day=20))
            )
            text = f"{old.year}年{old.month}月{word}"
        elif old.year == 2020:
            text, day = (
                draft.random.choice(("2020年底前", "2020年底")),
                date(2020, 12, 31),
            )
        else:
            text, day = f"{old.year}年{old.month}月下旬", _month_end(old)
        line.cells[key] = Cell(text)
        draft.wish(line.item, key, Want.CLEAR, day)


@mess(VALUES)
def deadline_year_end(draft: Draft) -> None:
    """2020年年底前, 2020年12月底前完成: the last day of the year."""
    for line, key in draft.clear_free(("deadline",)):
        if draft.truth.items[line.item][key].year == 2020:
            forms = ("2020年年底前", "2020年年底", "2020年年末", "2020年底前完成")
            line.cells[key] = Cell(draft.random.choice(forms))
            draft.wish(line.item, key, Want.CLEAR, date(2020, 12, 31))


@mess(VALUES, clear=False)
def ask_found_long_ago(draft: Draft) -> None:
    """An item of this campaign found eighteen years ago: a slip of the hand."""
    places = draft.clear_free(("found_on",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        day = draft.truth.items[line.item][key]
        line.cells[key] = Cell(f"2002年{day.month}月{day.day}日")
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES)
def deadline_before(draft: Draft) -> None:
    """2020年11月5日前."""
    for line, key in draft.clear_free(("deadline",)):
        day = draft.truth.items[line.item][key]
        form = draft.random.choice(
            (
                "{y}年{m}月{d}日前",
                "{y}年{m}月{d}日之前",
                "{y}.{m}.{d}前",
                "{y}年{m}月{d}日前完成",
                "{y}年{m}月{d}日以前",
            )
        )
        line.cells[key] = Cell(form.format(y=day.year, m=day.month, d=day.day))
        draft.wish(line.item, key, Want.CLEAR, day)


@mess(VALUES, clear=False)
def deadline_next_year(draft: Draft) -> None:
    """1月底 on an item found in autumn means the next year; it may be asked about."""
    for line, key in draft.clear_free(("deadline",)):
        item = draft.truth.items[line.item]
        if item[key].year == 2020 and item["completed_on"]:
            continue
        month = draft.random.choice((1, 2, 3))
        line.cells[key] = Cell(draft.random.choice((f"{month}月底", f"{month}月15日")))
        last = _month_end(date(2021, month, 1))
        ends = (last,) if "底" in line.cells[key].value else (date(2021, month, 15),)
        draft.wish(line.item, key, Want.EITHER, *ends)


@mess(VALUES, clear=False)
def deadline_in_words(draft: Draft) -> None:
    """长期坚持 and 立即 are no dates; nothing may be made of them."""
    for line, key in draft.clear_free(("deadline",)):
        line.cells[key] = Cell(
            draft.random.choice(("长期坚持", "立即", "立行立改", "持续", "长期"))
        )
        draft.wish(line.item, key, Want.EITHER, None)


@mess(VALUES, clear=False)
def ask_deadline_relative(draft: Draft) -> None:
    """A term that depends on something else."""
    places = draft.clear_free(("deadline",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        words = ("一个月内", "3个月", "停产检修时", "收到批复后10日内", "下次大修", "30天", "2周内")
        line.cells[key] = Cell(draft.random.choice(words))
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, "epoch", writers=XLSX)
def date_1904(draft: Draft) -> None:
    """A workbook of an old Macintosh counts days from 1904."""
    draft.epoch_1904 = True
