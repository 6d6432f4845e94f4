"""Verify: each number changed by hand is named, and no edit of words is."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from demo_runs import FIRST, run, workspace
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from workbooks import item, merge, ongoing, send, taizhang
from workbooks import workspace as small

from pipeline.read.document import LIMITS
from pipeline.read.document.content import Document, decoded
from pipeline.read.document.task import read_document
from pipeline.replay import replayed
from pipeline.trace.original import Original, original_of
from pipeline.trace.verify import Verification, against
from pipeline.workspace import find

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Element = etree._Element
DATE = "2020-10-09"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = workspace(tmp_path_factory.mktemp("verify") / "w")
    run(made, FIRST)
    return made


@pytest.fixture(scope="module")
def original(folder: Path) -> Original:
    found = find(folder)
    assert found is not None
    return original_of(replayed(found, DATE))


@pytest.fixture(scope="module")
def briefing(folder: Path) -> bytes:
    return (folder / "output" / DATE / "briefing.docx").read_bytes()


def tree(briefing: bytes) -> Element:
    with zipfile.ZipFile(io.BytesIO(briefing)) as package:
        return etree.fromstring(package.read("word/document.xml"))


def packed(briefing: bytes, root: Element) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(briefing)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = etree.tostring(root) if name == "word/document.xml" else old.read(name)
            new.writestr(name, part)
    return made.getvalue()


class Desk:
    """A person's desk: the briefing, to be edited and looked through again."""

    def __init__(self, original: Original, briefing: bytes, place: Path) -> None:
        self._original = original
        self._briefing = briefing
        self._file = place / "edited.docx"
        self._root = tree(briefing)

    def copy(self) -> Element:
        return deepcopy(self._root)

    def read(self, root: Element) -> Document:
        self._file.write_bytes(packed(self._briefing, root))
        return decoded(json.loads(read_document((self._file, LIMITS))))

    def verify(self, root: Element) -> Verification:
        return against(self._original, self.read(root), "zh")

    def wrong(self, root: Element) -> list[tuple[str, str, str | None]]:
        return [(w.fault, w.stands, w.should) for w in self.verify(root).wrong]


@pytest.fixture(scope="module")
def desk(original: Original, briefing: bytes, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(original, briefing, tmp_path_factory.mktemp("desk"))


def figures(root: Element) -> list[tuple[Element, Element]]:
    """Every bookmark of a figure with the text in it."""
    return [
        (start, next(text for one in start.itersiblings() for text in one.iter(f"{W}t")))
        for start in root.iter(f"{W}bookmarkStart")
        if (start.get(f"{W}name") or "").startswith("fig_")
    ]


def paragraph(root: Element, words: str) -> Element:
    return next(p for p in root.iter(f"{W}p") if words in "".join(map(str, p.itertext())))


def figure_in(within: Element, text: str) -> tuple[Element, Element]:
    return next((s, t) for s, t in figures(within) if t.text == text)


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


def put(text: Element, said: str) -> None:
    text.text = said


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
        text.text = said[:low] + data.draw(HAN) + said[high:]
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


# ---------------------------------------------------------------- the command


def edited(folder: Path, briefing: bytes, change: Callable[[Element], None]) -> Path:
    root = tree(briefing)
    change(root)
    path = folder / "改过的简报.docx"
    path.write_bytes(packed(briefing, root))
    return path


def twenty_five(root: Element) -> None:
    _, text = figure_in(paragraph(root, "持续整改"), "24")
    text.text = "25"


def test_the_command_says_that_all_is_right(folder: Path) -> None:
    said = taizhang("verify", f"output/{DATE}/briefing.docx", cwd=folder)
    assert (said.code, said.err) == (0, "")
    assert "全部相符" in said.out


def test_the_command_names_number_place_and_remedy(folder: Path, briefing: bytes) -> None:
    path = edited(folder, briefing, twenty_five)
    said = taizhang("verify", str(path), cwd=folder)
    assert said.code == 1
    assert "一、总体进展" in said.out
    assert "【25】" in said.out
    assert "现为 25，应为 24" in said.out.replace("\n   ", "")
    assert max(len(line) + sum(c > "\u2e80" for c in line) for line in said.out.splitlines()) <= 80
    english = taizhang("verify", str(path), "--lang", "en", cwd=folder)
    assert "stands as 25, should be 24" in english.out


def test_the_command_in_json(folder: Path, briefing: bytes) -> None:
    path = edited(folder, briefing, twenty_five)
    told = json.loads(taizhang("verify", str(path), "--json", cwd=folder).out)
    (one,) = told["mismatches"]
    assert (one["fault"], one["part"], one["stands"], one["should"], one["figure"]) == (
        "changed", "body", "25", "24", "rectification.completed",
    )  # fmt: skip
    assert told["period"] == DATE


def test_a_document_that_lost_its_properties_is_known_by_its_figures(
    folder: Path, briefing: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "b.docx"
    with zipfile.ZipFile(io.BytesIO(briefing)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != "docProps/custom.xml":
                data = old.read(name)
                if name == "_rels/.rels":
                    data = re.sub(rb"<Relationship [^>]*custom-properties[^>]*/>", b"", data)
                new.writestr(name, data)
    said = taizhang("verify", str(path), cwd=folder)
    assert (said.code, f"{DATE} 一期" in said.out) == (0, True), said.err


def test_a_document_of_nobody_asks_for_the_period(folder: Path) -> None:
    template = Path(__file__).parent.parent / "input_templates" / "briefing.docx"
    said = taizhang("verify", str(template), cwd=folder)
    assert said.code == 2
    assert "--period" in said.err


def test_outside_a_workspace_is_said(tmp_path: Path) -> None:
    assert taizhang("verify", "x.docx", cwd=tmp_path).code == 2


A = "示例甲矿业有限公司"


def two_enterprises(place: Path) -> Path:
    """A small workspace with one period."""
    folder = small(place / "w", A, "示例乙化工有限公司")
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2"))
    merge(folder)
    return folder


def test_a_period_and_all_before_it(tmp_path: Path) -> None:
    folder = two_enterprises(tmp_path)
    send(folder, "a2.xlsx", item(A, "1"), item(A, "2"))
    merge(folder, "2020-10-16")
    for period, *full in (("2020-10-16", "--full"), (DATE,), (DATE, "--full")):
        said = taizhang("verify", f"output/{period}/briefing.docx", *full, cwd=folder)
        assert said.code == 0, said.out + said.err
        assert ("前后相接" in said.out) == bool(full)
    other = taizhang("verify", f"output/{DATE}/briefing.docx", "--period", "2020-10-16", cwd=folder)
    assert (other.code, "--period" in other.err) == (2, True)


def test_a_document_of_an_earlier_run_is_told(tmp_path: Path) -> None:
    folder = two_enterprises(tmp_path)
    old = tmp_path / "old.docx"
    shutil.copyfile(folder / "output" / DATE / "briefing.docx", old)
    send(folder, "a.xlsx", item(A, "1"), item(A, "2"))
    merge(folder)
    said = taizhang("verify", str(old), cwd=folder)
    assert said.code == 1
    assert "又重新汇总过" in said.out.replace("\n", "")


def test_an_english_briefing(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", A, "示例乙化工有限公司")
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2", 整改时限="2020-09-20"))
    merged = merge(folder, DATE, "--lang", "en")
    path = merged.folder / "briefing.docx"
    assert taizhang("verify", str(path), cwd=folder).code == 0
    written = path.read_bytes()
    root = tree(written)
    for _, text in figures(root):
        if text.text == "50.0":
            text.text = "51"
            break
    path.write_bytes(packed(written, root))
    said = taizhang("verify", str(path), "--lang", "en", cwd=folder)
    assert "stands as 51, should be 50.0" in " ".join(said.out.split())


@pytest.mark.office
def test_a_round_trip_through_libreoffice_changes_no_number(
    folder: Path, briefing: bytes, tmp_path: Path
) -> None:
    (tmp_path / "b.docx").write_bytes(briefing)
    (tmp_path / "out").mkdir()
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "docx", "--outdir", str(tmp_path / "out"), str(tmp_path / "b.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    said = taizhang("verify", str(tmp_path / "out" / "b.docx"), cwd=folder)
    assert said.code == 0, said.out + said.err
