"""Amounts, numbers and choices as clerks type them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

from messy.draft import COLUMNS, VALUES, WORKBOOKS, Cell, Draft, Want, mess

FUNDS = ("planned_funds", "spent_funds")
Typed = Callable[[Decimal, Random], Any]

_WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _thousands(amount: Decimal, _: Random) -> str:
    whole, dot, part = _plain(amount).partition(".")
    return f"{int(whole):,}{dot}{part}"


def _pick(*forms: str) -> Typed:
    return lambda amount, random: random.choice(forms).format(_plain(amount))


CLEAR: dict[str, Typed] = {
    "amount_text": _pick("{}"),
    "amount_zeros": lambda a, _: f"{a:.2f}",
    "amount_unit": _pick("{}万元", "{} 万元", "{}万"),
    "amount_thousands": _thousands,
    "amount_wide": lambda a, _: _plain(a).translate(_WIDE),
    "amount_blanks": _pick(" {}", "{} ", "\u00a0{}\u00a0", "{}\n", "\u200b{}"),
    "amount_apostrophe": _pick("'{}"),
    "amount_formats": lambda a, r: Cell(
        float(a),
        r.choice(
            ("#,##0.00", '0.00"万元"', "_ * #,##0.00_ ;_ * -#,##0.00_ ", "¥#,##0.00", "@", "0")
        ),
    ),
}
EITHER: dict[str, Typed] = {
    "amount_yuan": lambda a, r: r.choice(("{}元", "{} 元", "{}圆")).format(_plain(a * 10_000)),
    "amount_yuan_thousands": lambda a, _: f"{int(a * 10_000):,}元",
    "amount_currency": _pick("￥{}万元", "¥{}万", "人民币{}万元", "RMB {}万元"),
    "amount_sentence": _pick(
        "共{}万元", "计划{}万元", "{}万元整", "{}万元（含税）", "合计:{}", "{}（万元）"
    ),
    "amount_wide_comma": lambda a, _: _thousands(a, _).replace(",", "，"),
    "amount_hundred_million": lambda a, _: f"{_plain(a / 10_000)}亿元",
}
ASK: dict[str, Typed] = {
    "ask_amount_about": _pick(
        "约{}", "{}左右", "{}余", "近{}万元", "大约{}万", "≈{}", "{}以上", "不超过{}"
    ),
    "ask_amount_range": _pick("{}-99999", "{}~99999万元", "{}至99999", "{}—99999"),
    "ask_amount_two": _pick(
        "{}/99",
        "{}+99",
        "{}、99",
        "{};99",
        "设备{}，土建99",
        "{}（其中设备1万）",
        "{}万元/年",
    ),
    "ask_amount_blank_between": _pick("{} 99", "{}\n35"),
    "ask_amount_typo": _pick("{}..5", "{}o", "l{}", "{}?", "{}万万", "--{}", "{}.5.2", "{}x"),
    "ask_amount_words": _pick("自筹", "待定", "按合同", "若干", "测算中", "见方案"),
}


def _register(names: dict[str, Typed], want: Want) -> None:
    for name, typed in names.items():

        def apply(draft: Draft, typed: Typed = typed) -> None:
            places = draft.clear_free(FUNDS)
            if want is Want.ASK:
                places = draft.random.sample(places, min(2, len(places)))
            for line, key in places:
                amount = draft.truth.items[line.item][key]
                made = typed(amount, draft.random)
                line.cells[key] = made if isinstance(made, Cell) else Cell(made)
                values = () if want is Want.ASK else (amount,)
                draft.wish(line.item, key, want, *values)

        mess(VALUES, name=name, clear=want is Want.CLEAR)(apply)


_register(CLEAR, Want.CLEAR)
_register(EITHER, Want.EITHER)
_register(ASK, Want.ASK)


@mess(VALUES)
def amount_answer(draft: Draft) -> None:
    """No funds needed: an answer."""
    for line, key in draft.clear_free(FUNDS):
        if draft.truth.items[line.item][key] == 0:
            line.cells[key] = Cell(
                draft.random.choice(("无需资金", "不涉及", "无需", "不需要", "0"))
            )
            draft.wish(line.item, key, Want.CLEAR, None, Decimal(0))


@mess(VALUES, clear=False)
def amount_dash(draft: Draft) -> None:
    """A dash for nothing may be asked about; it is no amount."""
    for line, key in draft.clear_free(FUNDS):
        if draft.truth.items[line.item][key] == 0:
            line.cells[key] = Cell(draft.random.choice(("/", "-", "—", "——", "无")))
            draft.wish(line.item, key, Want.EITHER, None, Decimal(0))


@mess(VALUES, writers=WORKBOOKS)
def phone_number(draft: Draft) -> None:
    """Phones as numbers, some of them floating-point."""
    for line, key in draft.clear_free(("phone",)):
        number = int(line.cells[key].value)
        line.cells[key] = Cell(draft.random.choice((number, float(number))))
        draft.wish(line.item, key, Want.CLEAR, str(number))


@mess(VALUES, clear=False)
def ask_phone_lost(draft: Draft) -> None:
    """A phone saved as 1.39E+10 has lost its digits."""
    places = draft.clear_free(("phone",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell("1.39E+10")
        draft.wish(line.item, key, Want.ASK)


def _in_yuan(draft: Draft) -> bool:
    """Turn planned funds into yuan; not where other mess has left amounts in 万元."""
    if any(key == "planned_funds" for _, key in draft.taken):
        return False
    for page in draft.ledgers():
        for line in page.data():
            amount = draft.truth.items[line.item]["planned_funds"]
            line.cells["planned_funds"] = Cell(int(amount * 10_000))
            draft.wish(line.item, "planned_funds", Want.EITHER, amount)
    return True


@mess(COLUMNS, "funds_head", clear=False)
def head_in_yuan(draft: Draft) -> None:
    """The header says 元: amounts are converted or asked about."""
    if not _in_yuan(draft):
        return
    label = draft.random.choice(
        ("计划资金（元）", "计划资金(元)", "整改资金（元）", "计划资金\n（单位：元）")
    )
    for page in draft.ledgers():
        page.column("planned_funds").label = label


@mess(COLUMNS, "funds_head", clear=False)
def unit_line_in_yuan(draft: Draft) -> None:
    """The unit line above the table says 元, the header nothing."""
    if not _in_yuan(draft):
        return
    draft.allowed.add("*")
    for place, key in list(draft.wishes):
        if key == "spent_funds" and (place, key) not in draft.taken:
            # Its header says 万元, the line above 元.
            draft.wish(place, key, Want.EITHER, draft.truth.items[place][key])
    for page in draft.ledgers():
        page.column("planned_funds").label = draft.random.choice(
            ("计划资金", "整改资金", "投入资金")
        )
        page.above.append([None] * 6 + ["单位：元"])
