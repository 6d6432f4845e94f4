"""Texts that are nearly the same: found whatever their order, with work that stays bounded."""

from __future__ import annotations

import json
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz
from tables import CLEAN, ITEMS, judged, lines

from pipeline.rules.alike import LONGEST, MOST, leaders

WORDS = (
    "沉淀池", "挡板", "破损", "防渗层", "开裂", "除尘器", "布袋", "泄漏", "标识", "缺失", "雨水沟",
    "淤堵", "堆场", "防尘网", "喷淋", "失灵", "酸雾", "逸散", "台账", "不全",
)  # fmt: skip


def groups(texts: set[str], percent: int = 90) -> set[frozenset[str]]:
    """The texts that hang together, by their leaders."""
    found: dict[str, set[str]] = {}
    for text, leader in leaders(texts, percent).of.items():
        found.setdefault(leader, {leader}).add(text)
    return {frozenset(group) for group in found.values()}


def sentences(size: int, seed: int = 1) -> list[str]:
    dice = random.Random(seed)
    return ["".join(dice.choices(WORDS, k=8)) for _ in range(size)]


@given(st.permutations([*sentences(12), *(s + "的" for s in sentences(12)[:5])]))
def test_the_order_of_texts_changes_nothing(texts: list[str]) -> None:
    assert leaders(texts, 90) == leaders(sorted(texts), 90)
    assert len(groups(set(texts))) == 5


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    texts = sentences(6)
    texts[4], texts[5] = texts[0] + "等", texts[1][:-1]
    rows = [CLEAN | {"item_no": f"LX-{n}", "description": texts[n]} for n in order]
    found = judged(ITEMS, lines(*rows)).to_pylist()
    placed = {row + 2: n for row, n in enumerate(order)}
    told = set()
    for each in found:
        (other,) = json.loads(each["params"])["rows"]
        assert other < each["row_no"]
        told.add(frozenset({placed[each["row_no"]], placed[other]}))
    assert told == {frozenset({0, 4}), frozenset({1, 5})}


@pytest.mark.parametrize("percent", [80, 90, 95])
def test_no_likeness_is_missed_among_ordinary_texts(percent: int) -> None:
    """Against comparing all with all: each text that is like another hangs together with one."""
    dice = random.Random(7)
    texts = set(sentences(150))
    for text in sorted(texts)[:60]:
        place = dice.randrange(len(text))
        texts.add(text[:place] + dice.choice("的了并等未") + text[place + dice.randint(0, 2) :])
    alike = {
        t for pair in combinations(sorted(texts), 2) if fuzz.ratio(*pair) >= percent for t in pair
    }
    assert set().union(*groups(texts, percent)) == alike
    assert len(alike) > 50


def hostile(kind: str, size: int) -> list[str]:
    """Texts made to be compared with each other."""
    dice = random.Random(3)
    same = "沉淀池出水口挡板破损雨后出水浑浊防渗层开裂" * 3
    signs = "".join(chr(0x4E00 + n) for n in range(2_000) if chr(0x4E00 + n) not in "一七万丈三")
    match kind:
        case "alike":  # all like each other
            return [f"{same}{dice.choice(signs)}{dice.choice(signs)}" for _ in range(size)]
        case "shuffled":  # the same pairs of characters, none like another
            words = [same[n : n + 3] for n in range(0, 21, 3)] * 6
            return ["".join(dice.sample(words, len(words))) for _ in range(size)]
        case _:  # two signs only
            return ["".join(dice.choices("水气", k=40)) for _ in range(size)]


@pytest.mark.parametrize("kind", ["alike", "shuffled", "two signs"])
def test_the_work_is_bounded(kind: str) -> None:
    for size in (500, 2_000):
        texts = set(hostile(kind, size))
        assert leaders(texts, 90).compared <= MOST * len(texts)
    if kind == "alike":
        assert leaders(texts, 90).compared < 2 * len(texts)


def test_beyond_what_is_compared_texts_must_be_the_same() -> None:
    head, tail = "沉淀池" * (LONGEST // 3), "完" * 5_000
    assert groups({f"{head}{tail}", f"{head[:-1]}{tail}"}) == set()
    assert len(groups({f"{head}{tail}", f"{head[:-2]}池沉{tail}"})) == 1


def test_many_rows_that_say_the_same_are_told_once_each() -> None:
    rows = [CLEAN | {"item_no": f"LX-{n}"} for n in range(300)]
    found = judged(ITEMS, lines(*rows))
    assert found.num_rows == 299
    assert max(len(params) for params in found["params"].to_pylist()) < 400
