"""Verify: each number changed by hand is named, with what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from desk import Desk, Element, W, figure_in, figures, paragraph, put
from lxml import etree

from pipeline.trace.original import Original

DATE = "2020-10-09"


def test_as_it_was_written_nothing_is_wrong(desk: Desk) -> None:
    found = desk.verify(desk.copy())
    assert (found.wrong, found.left_out, found.older, found.period) == ((), (), False, DATE)
    assert found.checked > 400


EACH = [pytest.param(9, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)]
"""Every ninth number every day, each of them in CI: a document is read once for each."""


@pytest.mark.parametrize("step", EACH)
def test_every_number_changed_is_named_and_only_that_one(
    desk: Desk, original: Original, step: int
) -> None:
    count = len(figures(desk.copy()))
    assert count > 250
    for number in range(0, count, step):
        root = desk.copy()
        start, text = figures(root)[number]
        was = text.text or ""
        text.text = str(int(was) + 1) if was.isdecimal() else f"{was}7" if was != "—" else "9"
        found = desk.verify(root).wrong
        assert [(w.fault, w.stands, w.should) for w in found] == [("changed", text.text, was)]
        tag = (start.get(f"{W}name") or "").removeprefix("fig_")
        assert found[0].tag == re.sub(r"_\d+$", "", tag)
        assert found[0].figure == original.figures[found[0].tag or ""]


def untagged(root: Element) -> list[tuple[Element, re.Match[str]]]:
    """Every run of digits outside bookmarks, but for the date that publishing sets."""
    marked = {t for _, t in figures(root)}
    for control in root.iter(f"{W}sdt"):
        if control.find(f"{W}sdtPr/{W}tag").get(f"{W}val", "").startswith("no_date"):
            marked |= set(control.iter(f"{W}t"))
    return [
        (text, digits)
        for text in root.iter(f"{W}t")
        if text not in marked
        for digits in re.finditer(r"\d+", text.text or "")
    ]


@pytest.mark.parametrize("step", EACH)
def test_every_other_number_changed_is_named_too(desk: Desk, step: int) -> None:
    count = len(untagged(desk.copy()))
    assert count > 150
    for number in range(0, count, step):
        root = desk.copy()
        text, digits = untagged(root)[number]
        whole = text.text or ""
        new = str(int(digits.group()) + 1)
        text.text = whole[: digits.start()] + new + whole[digits.end() :]
        wrong = desk.verify(root).wrong
        assert len(wrong) == 1, (whole, text.text, wrong)
        assert new in wrong[0].stands
        assert wrong[0].fault == "changed"


# ---------------------------------------------------------------- what Word and people do


def stripped(root: Element, start: Element) -> None:
    """Take a bookmark and a control around it away; what is in them stays."""
    number = start.get(f"{W}id")
    for end in [e for e in root.iter(f"{W}bookmarkEnd") if e.get(f"{W}id") == number]:
        for control in [c for c in start.itersiblings() if c.tag == f"{W}sdt"][:1]:
            within = control.find(f"{W}sdtContent")
            if within is not None and control.getnext() is end:
                for one in list(within):
                    control.addprevious(one)
                parent = control.getparent()
                assert parent is not None
                parent.remove(control)
        for mark in (start, end):
            parent = mark.getparent()
            assert parent is not None
            parent.remove(mark)


def test_a_figure_without_its_marks_is_untraceable(desk: Desk) -> None:
    root = desk.copy()
    start, _ = figure_in(paragraph(root, "持续整改"), "63.2")
    stripped(root, start)
    assert desk.wrong(root) == [("untraceable", "63.2", "63.2")]


def test_a_figure_without_its_marks_that_was_changed_is_untraceable(desk: Desk) -> None:
    root = desk.copy()
    start, text = figure_in(paragraph(root, "持续整改"), "63.2")
    stripped(root, start)
    text.text = "65.8"
    assert desk.wrong(root) == [("untraceable", "65.8", "63.2")]


def test_a_figure_of_a_table_without_its_marks_is_untraceable(desk: Desk) -> None:
    root = desk.copy()
    start, text = next(found for t in root.iter(f"{W}tbl") for found in figures(t))
    stripped(root, start)
    assert desk.wrong(root) == [("untraceable", text.text, text.text)]


def test_a_figure_written_in_words_is_untraceable(desk: Desk) -> None:
    root = desk.copy()
    start, text = figure_in(paragraph(root, "持续整改"), "14")
    stripped(root, start)
    text.text = "十四"
    assert desk.wrong(root) == [("untraceable", "十四", "14")]


def test_a_sentence_left_out_is_told_but_not_wrong(desk: Desk) -> None:
    root = desk.copy()
    gone = paragraph(root, "领导交办")
    parent = gone.getparent()
    assert parent is not None
    parent.remove(gone)
    found = desk.verify(root)
    assert found.wrong == ()
    assert len(found.left_out) == 6


def as_control(root: Element, start: Element, *, bookmark: bool) -> None:
    """Put a control around a figure, as Word has it; without its bookmark if so wished."""
    number, name = start.get(f"{W}id"), re.sub(r"_\d+$", "", start.get(f"{W}name") or "")
    text = next(t for s in start.itersiblings() for t in s.iter(f"{W}t"))
    run_ = next(a for a in text.iterancestors(f"{W}r"))
    end = next(e for e in root.iter(f"{W}bookmarkEnd") if e.get(f"{W}id") == number)
    if next((a for a in run_.iterancestors(f"{W}sdt")), None) is None:
        control = etree.Element(f"{W}sdt")
        properties = etree.SubElement(control, f"{W}sdtPr")
        etree.SubElement(properties, f"{W}tag", {f"{W}val": name})
        content = etree.SubElement(control, f"{W}sdtContent")
        run_.addprevious(control)
        content.append(run_)
    if not bookmark:
        for mark in (start, end):
            parent = mark.getparent()
            assert parent is not None
            parent.remove(mark)


@pytest.mark.parametrize("bookmark", [True, False])
def test_a_control_alone_is_enough(desk: Desk, bookmark: bool) -> None:
    root = desk.copy()
    start, text = figure_in(paragraph(root, "持续整改"), "63.2")
    as_control(root, start, bookmark=bookmark)
    assert desk.wrong(root) == []
    text.text = "70"
    assert desk.wrong(root) == [("changed", "70", "63.2")]


def whole_run(text: Element) -> Element:
    return next(a for a in text.iterancestors(f"{W}r"))


def test_a_tracked_change_counts_as_it_would_be_accepted(desk: Desk) -> None:
    root = desk.copy()
    _, text = figure_in(paragraph(root, "持续整改"), "63.2")
    old = whole_run(text)
    new = deepcopy(old)
    inserted, deleted = etree.Element(f"{W}ins"), etree.Element(f"{W}del")
    old.addprevious(inserted)
    old.addprevious(deleted)
    inserted.append(new)
    deleted.append(old)
    text.tag = f"{W}delText"
    assert desk.wrong(root) == []
    next(new.iter(f"{W}t")).text = "63.9"
    assert desk.wrong(root) == [("changed", "63.9", "63.2")]


Edit = Callable[[Element, Element, Element], None]


def after_the_mark(root: Element, start: Element, text: Element) -> None:
    """Type behind the end of the bookmark."""
    end = next(e for e in root.iter(f"{W}bookmarkEnd") if e.get(f"{W}id") == start.get(f"{W}id"))
    new = deepcopy(whole_run(text))
    put(next(new.iter(f"{W}t")), "5")
    end.addnext(new)


def emptied(root: Element, start: Element, text: Element) -> None:
    """Delete the number and type another, so that the bookmark stays behind, empty."""
    after_the_mark(root, start, text)
    put(text, "")


def split(root: Element, start: Element, text: Element) -> None:
    """Change within, which leaves a number over several runs."""
    new = deepcopy(whole_run(text))
    put(text, "1")
    put(next(new.iter(f"{W}t")), "3")
    whole_run(text).addnext(new)


EDITS: dict[str, tuple[Edit, list[tuple[str, str, str | None]]]] = {
    "typed behind the mark": (after_the_mark, [("changed", "145", "14")]),
    "typed anew beside the mark": (emptied, [("changed", "5", "14")]),
    "over several runs": (split, [("changed", "13", "14")]),
    "full-width digits": (lambda r, s, t: put(t, "１４"), []),
    "a blank within": (lambda r, s, t: put(t, " 14 "), []),
    "a decimal that says nothing": (lambda r, s, t: put(t, "14.0"), []),
    "full-width and other": (lambda r, s, t: put(t, "１５"), [("changed", "１５", "14")]),
    "ten thousand": (lambda r, s, t: put(t, "14万"), [("changed", "14万", "14")]),
    "less than nothing": (lambda r, s, t: put(t, "-14"), [("changed", "-14", "14")]),
    "parted by a blank": (lambda r, s, t: put(t, "1 4"), []),
    "two figures in the mark": (
        lambda r, s, t: put(t, "1 5"),
        [("changed", "1", "14"), ("untraced", "5", None)],
    ),
    "per mille": (lambda r, s, t: put(t, "14‰"), [("changed", "14‰", "14")]),
    "more words in the mark": (lambda r, s, t: put(t, "共14"), []),
    "another number in the mark": (lambda r, s, t: put(t, "14项，另3"), [("untraced", "3", None)]),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edits_of_a_figure(desk: Desk, edit: str) -> None:
    root = desk.copy()
    start, text = figure_in(paragraph(root, "持续整改"), "14")
    change, expected = EDITS[edit]
    change(root, start, text)
    assert desk.wrong(root) == expected


def test_two_figures_that_changed_places_are_both_named(desk: Desk) -> None:
    root = desk.copy()
    within = paragraph(root, "持续整改")
    (_, one), (_, other) = figure_in(within, "24"), figure_in(within, "14")
    one.text, other.text = "14", "24"
    assert desk.wrong(root) == [("changed", "14", "24"), ("changed", "24", "14")]


def test_a_paragraph_copied_with_its_marks_is_held_against_them_too(desk: Desk) -> None:
    root = desk.copy()
    first = paragraph(root, "持续整改")
    again = deepcopy(first)
    first.addnext(again)
    for number, mark in enumerate(again.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        del number
        mark.set(f"{W}id", str(int(mark.get(f"{W}id") or 0) + 100_000))
    assert desk.wrong(root) == []
    figure_in(again, "63.2")[1].text = "64"
    assert desk.wrong(root) == [("changed", "64", "63.2")]
