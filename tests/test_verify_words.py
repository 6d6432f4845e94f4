"""Verify: no edit of words is wrong, and a number typed among them is named."""

from __future__ import annotations

import re
from copy import deepcopy

import pytest
from desk import Desk, Element, W, figures, paragraph, put
from hypothesis import given, settings
from hypothesis import strategies as st

DATE = "2020-10-09"


def texts(root: Element) -> list[Element]:
    """The texts of the body that hold no digit."""
    return [
        t
        for p in root.iter(f"{W}p")
        if next(p.iterancestors(f"{W}tbl"), None) is None
        for t in p.iter(f"{W}t")
        if t.text and not re.search(r"\d", t.text)
    ]


def test_a_number_added_to_a_sentence_is_untraced(desk: Desk) -> None:
    root = desk.copy()
    text = next(t for t in paragraph(root, "持续整改").iter(f"{W}t") if "企业共有" in str(t.text))
    text.text = (text.text or "").replace("企业", "企业（另3家未纳入）")
    assert desk.wrong(root) == [("untraced", "3", None)]


@pytest.mark.parametrize(("word", "named"), [("PM2.5", []), ("A4纸", []), ("LX-099", ["LX-099"])])
def test_a_word_with_a_digit_is_no_number(desk: Desk, word: str, named: list[str]) -> None:
    root = desk.copy()
    text = next(t for t in paragraph(root, "持续整改").iter(f"{W}t") if "企业共有" in str(t.text))
    text.text = (text.text or "").replace("企业", f"企业（含{word}）")
    assert [stands for _, stands, _ in desk.wrong(root)] == named


def test_a_sentence_added_with_a_number_is_untraced(desk: Desk) -> None:
    root = desk.copy()
    new = deepcopy(paragraph(root, "本期为首期统计"))
    for text in list(new.iter(f"{W}t")):
        text.text = ""
    next(new.iter(f"{W}t")).text = "截至2020年10月9日，专班另行约谈7家单位负责人。"
    paragraph(root, "本期为首期统计").addnext(new)
    assert desk.wrong(root) == [("untraced", "7", None)]


def test_paragraphs_that_are_numbered_are_no_numbers(desk: Desk) -> None:
    root = desk.copy()
    text = next(paragraph(root, "持续整改").iter(f"{W}t"))
    text.text = "1. " + (text.text or "")
    assert desk.wrong(root) == []


def test_sentences_moved_split_and_joined_are_words(desk: Desk) -> None:
    root = desk.copy()
    first, second = paragraph(root, "持续整改"), paragraph(root, "到期应完成")
    for one in list(second):
        if one.tag != f"{W}pPr":
            first.append(one)  # joined; the paragraph that was is empty now
    third = paragraph(root, "累计收到转办案件")
    first.addprevious(third)
    assert desk.wrong(root) == []


def test_a_row_taken_out_of_a_list_is_words(desk: Desk) -> None:
    root = desk.copy()
    tables = [t for t in root.iter(f"{W}tbl") if not figures(t) and len(list(t.iter(f"{W}tr"))) > 3]
    rows = list(tables[0].iter(f"{W}tr"))
    tables[0].remove(rows[1])
    assert desk.wrong(root) == []
    for number, row in enumerate(tables[0].iter(f"{W}tr")):
        if number:
            put(next(row.iter(f"{W}t")), str(number))  # numbered anew
    assert desk.wrong(root) == []


HAN = st.text(alphabet="督察整改企业事项完成情况已按期报送一二三，、的了", min_size=0, max_size=6)


@settings(max_examples=25)
@given(data=st.data())
def test_random_edits_of_words_are_never_wrong(desk: Desk, data: st.DataObject) -> None:
    root = desk.copy()
    places = texts(root)
    for _ in range(data.draw(st.integers(1, 12))):
        text = places[data.draw(st.integers(0, len(places) - 1))]
        said = text.text or ""
        low = data.draw(st.integers(0, len(said)))
        high = min(len(said), low + data.draw(st.integers(0, 4)))
        # With no word left between them two numbers would be one, and wrong.
        text.text = said[:low] + data.draw(HAN) + said[high:] or said
    assert desk.wrong(root) == []


@settings(max_examples=15)
@given(data=st.data())
def test_a_number_among_random_edits_of_words_is_named(desk: Desk, data: st.DataObject) -> None:
    root = desk.copy()
    marked = figures(root)
    _, changed = marked[data.draw(st.integers(0, len(marked) - 1))]
    was, places = changed.text or "", texts(root)
    changed.text = "4711"
    for _ in range(data.draw(st.integers(1, 8))):
        text = places[data.draw(st.integers(0, len(places) - 1))]
        said = text.text or ""
        low = data.draw(st.integers(0, len(said)))
        text.text = said[:low] + data.draw(HAN) + said[low:]
    assert desk.wrong(root) == [("changed", "4711", was)]
