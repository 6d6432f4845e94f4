"""Choices as clerks type them."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from messy.draft import VALUES, WORKBOOKS, Cell, Draft, Want, mess
from messy.truth import ACCEPTS

KEYS = ("source", "category", "level", "key_item", "method", "status")
_MARKS = {"√", "×", "Y", "N", "是", "否", "100%"}
_WIDE = str.maketrans("/、YN%0123456789", "／、ＹＮ％０１２３４５６７８９")
Typed = Callable[[str, Random], str]


def _spaced(text: str, random: Random) -> str:
    return random.choice((" ", "\u3000", "\u00a0")).join(text)


def _around(text: str, random: Random) -> str:
    return random.choice((" {}", "{} ", "\u00a0{}", "{}\u3000", "{}\n", "\n{}", "\t{}")).format(
        text
    )


def _invisible(text: str, random: Random) -> str:
    mark = random.choice("\u200b\ufeff\u200e\u2060")
    return random.choice((mark + text, text + mark, text[0] + mark + text[1:]))


def _pick(*forms: str) -> Typed:
    return lambda text, random: random.choice(forms).format(text)


CLEAR: dict[str, Typed] = {
    "choice_spaced": _spaced,
    "choice_around": _around,
    "choice_invisible": _invisible,
    "choice_broken": lambda text, r: text[: len(text) // 2] + "\n" + text[len(text) // 2 :],
    "choice_wide": lambda text, _: text.translate(_WIDE),
    "choice_stop": _pick("{}。", "{}；", "{};", "{}.", "{}，"),
    "choice_quoted": _pick("“{}”", "'{}", "【{}】", "（{}）", "「{}」"),
}
EITHER: dict[str, Typed] = {
    "choice_numbered": _pick("1.{}", "①{}", "A.{}", "（1）{}", "1、{}", "A {}"),
    "choice_noted": _pick("{}（9月30日）", "{}（见附件）", "{}(详见备注)"),
    "choice_doubled": lambda text, _: f"{text}{text}",
}
ASK: dict[str, Typed] = {
    "ask_choice_unknown": _pick("其余事项", "未分类", "噪声污染", "省里", "丙级", "暂缓"),
    "ask_choice_typo": lambda text, r: (
        text[:-1] + r.choice("或娄未立") if len(text) > 2 else "或娄"
    ),
    "ask_choice_question": _pick("{}?", "{}？", "{}（待确认）", "可能{}", "疑似{}", "非{}"),
}


def _register(names: dict[str, Typed], want: Want) -> None:
    for name, typed in names.items():

        def apply(draft: Draft, typed: Typed = typed) -> None:
            places = draft.clear_free(KEYS)
            if want is Want.ASK:
                places = draft.random.sample(places, min(2, len(places)))
            for line, key in places:
                text = draft.truth.items[line.item][key]
                line.cells[key] = Cell(typed(text, draft.random))
                draft.wish(line.item, key, want, *(() if want is Want.ASK else (text,)))

        mess(VALUES, name=name, clear=want is Want.CLEAR)(apply)


_register(CLEAR, Want.CLEAR)
_register(EITHER, Want.EITHER)
_register(ASK, Want.ASK)


@mess(VALUES)
def choice_alias(draft: Draft) -> None:
    """Other words for the same choice."""
    for line, key in draft.clear_free(KEYS):
        text = draft.truth.items[line.item][key]
        words = [word for word in ACCEPTS[key][text] if word not in _MARKS]
        if words:
            line.cells[key] = Cell(draft.random.choice(words))
            draft.wish(line.item, key, Want.CLEAR, text)


def _tick(draft: Draft, yes: str, no: str, want: Want = Want.CLEAR) -> None:
    means = {"已完成": yes, "整改中": no, "是": yes, "否": no}
    for line, key in draft.clear_free(("status", "key_item")):
        text = draft.truth.items[line.item][key]
        if text in means:
            line.cells[key] = Cell(draft.random.choice(means[text]))
            draft.wish(line.item, key, want, text)


@mess(VALUES)
def choice_ticks(draft: Draft) -> None:
    """√ and ×."""
    _tick(draft, "√", "×")


@mess(VALUES)
def choice_other_ticks(draft: Draft) -> None:
    """The other ticks and crosses that fonts and input methods offer."""
    _tick(draft, "✓✔☑", "✕✗✘☒╳")


@mess(VALUES)
def choice_yes_no(draft: Draft) -> None:
    """是否完成: 是, 否."""
    _tick(draft, "是", "否")
    for page in draft.ledgers():
        if page.has("status"):
            page.column("status").label = draft.random.choice(("是否完成", "是否完成整改"))


@mess(VALUES, clear=False)
def choice_letters(draft: Draft) -> None:
    """X is a cross, V a tick: understood or asked."""
    _tick(draft, "Vv", "Xx", Want.EITHER)


@mess(VALUES)
def choice_percent_text(draft: Draft) -> None:
    """100% as text."""
    for line, key in draft.clear_free(("status",)):
        if line.cells[key].value == "已完成":
            line.cells[key] = Cell(draft.random.choice(("100%", "100％", "１００％", " 100% ")))
            draft.wish(line.item, key, Want.CLEAR, "已完成")


@mess(VALUES, writers=WORKBOOKS, clear=False)
def choice_percent_number(draft: Draft) -> None:
    """The number 1 shown as 100%."""
    for line, key in draft.clear_free(("status",)):
        if line.cells[key].value == "已完成":
            line.cells[key] = Cell(1, "0%")
            draft.wish(line.item, key, Want.EITHER, "已完成")


@mess(VALUES, writers=WORKBOOKS, clear=False)
def choice_boolean(draft: Draft) -> None:
    """TRUE and FALSE."""
    for line, key in draft.clear_free(("key_item",)):
        text = draft.truth.items[line.item][key]
        line.cells[key] = Cell(text == "是")
        draft.wish(line.item, key, Want.EITHER, text)


@mess(VALUES, clear=False)
def choice_not_yet(draft: Draft) -> None:
    """Other ways to say that it is not done, never to be taken for done."""
    for line, key in draft.clear_free(("status",)):
        if line.cells[key].value == "整改中":
            words = (
                "尚未完成",
                "没完成",
                "未完成整改",
                "还未完成",
                "未全部完成",
                "正在整改中",
                "未整改完成",
                "仍在整改",
                "未办结",
                "未销号",
                "整改未完成",
                "不是已完成",
            )
            line.cells[key] = Cell(draft.random.choice(words))
            draft.wish(line.item, key, Want.EITHER, "整改中")


STATUS_ASKED = (
    "基本完成",
    "阶段性完成",
    "部分完成",
    "大部分完成",
    "接近完成",
    "50%",
    "已基本完成",
    "预计10月完成",
    "完成80%",
    "即将完成",
    "完成一半",
    "已完成/整改中",
    "已完成大部分",
    "80%",
    "99%",
    "未完全完成",
    "○",
    "已完成？",
    "已完成，但正在验收",
    "完成50%",
    "基本 完成",
    "基本完成。",
    "（基本完成）",
    "已完成90％",
    "计划完成",
    "10月底完成",
    "预计完成",
    "可完成",
    "拟完成",
    "待完成",
    "争取完成",
    "应完成",
    "已完成、整改中",
)


@mess(VALUES, clear=False)
def ask_status(draft: Draft) -> None:
    """Half-done states are never mapped."""
    places = draft.clear_free(("status",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell(draft.random.choice(STATUS_ASKED))
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, writers=WORKBOOKS, clear=False)
def ask_status_number(draft: Draft) -> None:
    """A share that is not the whole."""
    places = draft.clear_free(("status",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell(
            *draft.random.choice(((0.5, "0%"), (0.995, "0%"), (50, ""), (0, "")))
        )
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, clear=False)
def ask_status_blank(draft: Draft) -> None:
    """No status at all."""
    places = draft.clear_free(("status",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell(draft.random.choice((None, " ", "/", "—")))
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, clear=False)
def ask_two_categories(draft: Draft) -> None:
    """Two values where one is asked for."""
    places = draft.clear_free(("category",))
    for line, key in draft.random.sample(places, min(2, len(places))):
        line.cells[key] = Cell(
            draft.random.choice(("废水类、废气类", "废水/废气", "废气类，其它类"))
        )
        draft.wish(line.item, key, Want.ASK)


@mess(VALUES, clear=False)
def choice_ditto(draft: Draft) -> None:
    """同上: what stands above, or asked."""
    for page in draft.ledgers():
        above = None
        for line in page.data():
            key = "category"
            text = draft.truth.items[line.item].get(key)
            free = page.has(key) and (line.item, key) not in draft.taken
            if free and above == text:
                line.cells[key] = Cell(draft.random.choice(("同上", "〃", "″")))
                draft.wish(line.item, key, Want.EITHER, text)
            above = text
