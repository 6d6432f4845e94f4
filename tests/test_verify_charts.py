"""Verify, on the charts of the example: each number changed in a chart or its workbook is named."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import demo_runs
import pytest
from demo_runs import Ran
from lxml import etree
from office import to_docx
from workbooks import taizhang

from pipeline.read.document import LIMITS
from pipeline.read.document.content import decoded
from pipeline.read.document.task import read_document
from pipeline.replay import replayed
from pipeline.trace.original import Original, original_of
from pipeline.trace.verify import Mismatch, Verification, against
from pipeline.workspace import find

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
THIRD = demo_runs.THIRD[0]
Element = etree._Element
Edit = Callable[[Element], None]

EACH = [pytest.param(9, id="some"), pytest.param(1, id="all", marks=pytest.mark.slow)]
"""Every ninth number every day, each of them in CI: a document is read once for each."""


@pytest.fixture
def folder(three_periods: Ran) -> Path:
    return three_periods.folder


@pytest.fixture(scope="module")
def original(three_periods: Ran) -> Original:
    """What the third period's briefing must say."""
    found = find(three_periods.folder)
    assert found is not None
    return original_of(replayed(found, THIRD))


@pytest.fixture
def briefing(three_periods: Ran) -> bytes:
    return three_periods.briefing()


def verify(original: Original, data: bytes, place: Path) -> Verification:
    path = place / "edited.docx"
    path.write_bytes(data)
    return against(original, decoded(json.loads(read_document((path, LIMITS)))), "zh")


def parts(data: bytes, like: str) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return sorted(name for name in package.namelist() if re.fullmatch(like, name))


def changed(data: bytes, part: str, edit: Edit) -> bytes:
    """A package with a part edited; "a!b" is the part b of the package that is the part a."""
    outer, _, inner = part.partition("!")
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name == outer and inner:
                held = changed(held, inner, edit)
            elif name == outer:
                root = etree.fromstring(held)
                edit(root)
                held = etree.tostring(root)
            new.writestr(name, held)
    return made.getvalue()


def cached(root: Element) -> list[Element]:
    """The numbers that a chart shows."""
    return [value for one in root.iter(f"{C}numCache") for value in one.iter(f"{C}v")]


def cells(root: Element) -> list[Element]:
    """The numbers in a sheet."""
    return [cell.find(f"{S}v") for cell in root.iter(f"{S}c") if cell.get("t") is None]


KINDS = {
    "chart": (r"word/charts/chart\d\.xml", "", cached),
    "workbook": (r"word/embeddings/.*\.xlsx", "!xl/worksheets/sheet1.xml", cells),
}


def numbers(data: bytes, kind: str) -> Iterator[tuple[str, int, str]]:
    """Every number of that kind: its part, which it is there, what it says."""
    like, inner, found = KINDS[kind]
    for name in parts(data, like):
        seen: list[str] = []
        changed(
            data, name + inner, lambda root, to=seen: to.extend(str(v.text) for v in found(root))
        )
        yield from ((name + inner, at, text) for at, text in enumerate(seen))


def other(text: str) -> str:
    return f"{text}7" if "." in text else str(int(text) + 1)


def told(wrong: tuple[Mismatch, ...]) -> list[tuple[str, str, str, str | None]]:
    return [(w.fault, w.part, w.stands, w.should) for w in wrong]


def same(one: str, printed: str | None) -> bool:
    return printed is not None and float(one) == float(printed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", EACH)
def test_every_number_changed_is_named_and_only_that_one(
    original: Original, briefing: bytes, tmp_path: Path, kind: str, step: int
) -> None:
    found = list(numbers(briefing, kind))
    assert len(found) == 16 * 4 + 5 * 3 + 3 * 3
    values = KINDS[kind][2]
    for part, at, text in found[::step]:

        def edit(root: Element, at: int = at, text: str = text) -> None:
            values(root)[at].text = other(text)

        (one,) = verify(original, changed(briefing, part, edit), tmp_path).wrong
        assert (one.fault, one.part, one.stands) == ("changed", kind, other(text))
        assert same(text, one.should)
        assert one.figure == original.figures[one.tag or ""]
        assert original.expected[one.tag or ""] == one.should


@pytest.mark.parametrize("kind", KINDS)
def test_all_numbers_changed_are_all_named(
    original: Original, briefing: bytes, tmp_path: Path, kind: str
) -> None:
    like, inner, values = KINDS[kind]

    def edit(root: Element) -> None:
        for value in values(root):
            value.text = other(str(value.text))

    data = briefing
    for name in parts(briefing, like):
        data = changed(data, name + inner, edit)
    wrong = verify(original, data, tmp_path).wrong
    expected = [other(text) for _, _, text in numbers(briefing, kind)]
    assert sorted(w.stands for w in wrong) == sorted(expected)
    assert {(w.fault, w.part) for w in wrong} == {("changed", kind)}


def test_as_they_were_written_nothing_is_wrong(folder: Path) -> None:
    for period, charts in (("2020-10-09", 2), ("2020-10-16", 2), (THIRD, 3)):
        path = f"output/{period}/briefing.docx"
        assert len(parts((folder / path).read_bytes(), KINDS["chart"][0])) == charts
        said = taizhang("verify", path, cwd=folder)
        assert (said.code, said.err) == (0, "")


def test_a_date_on_the_axis_is_a_number_too(
    original: Original, briefing: bytes, tmp_path: Path
) -> None:
    """Another date that is on the axis already is no cover."""

    def edit(root: Element) -> None:
        for value in root.iter(f"{C}v", f"{S}t"):
            if value.text == "10月9日":
                value.text = "10月16日"

    shown = changed(briefing, "word/charts/chart3.xml", edit)
    assert told(verify(original, shown, tmp_path).wrong) == [
        ("changed", "chart", "10月16日", "10月9日")
    ]
    book = parts(briefing, KINDS["workbook"][0])[-1]
    within = changed(briefing, f"{book}!xl/sharedStrings.xml", edit)
    assert told(verify(original, within, tmp_path).wrong) == [
        ("changed", "workbook", "10月16日", "10月9日")
    ]


def test_a_number_in_the_words_that_tell_a_chart_is_named(
    original: Original, briefing: bytes, tmp_path: Path
) -> None:
    def edit(root: Element) -> None:
        words = list(root.iter(f"{WP}docPr"))[-1]
        words.set("descr", words.get("descr", "").replace("已完成24项", "已完成25项"))

    data = changed(briefing, "word/document.xml", edit)
    assert told(verify(original, data, tmp_path).wrong) == [("changed", "alt", "25", "24")]


def test_a_chart_taken_out_leaves_the_others_right(
    original: Original, briefing: bytes, tmp_path: Path
) -> None:
    def edit(root: Element) -> None:
        gone = next(p for p in root.iter(f"{W}p") if next(p.iter(f"{WP}inline"), None) is not None)
        parent = gone.getparent()
        assert parent is not None
        parent.remove(gone)
        for told in root.iter(f"{WP}docPr"):  # as LibreOffice leaves them
            del told.attrib["title"], told.attrib["descr"]

    assert verify(original, changed(briefing, "word/document.xml", edit), tmp_path).wrong == ()


def test_what_an_earlier_issue_counted_is_named_with_its_period(
    original: Original, briefing: bytes, tmp_path: Path
) -> None:
    """The first line of the trend's table: it has the id that it had in its own issue."""
    earlier = {tag: ref for tag, ref in original.figures.items() if ref.period == "2020-10-09"}
    tag = next(tag for tag, ref in earlier.items() if ref.figure == "total")

    def edit(root: Element) -> None:
        starts = root.iter(f"{W}bookmarkStart")
        start = next(s for s in starts if s.get(f"{W}name") == f"fig_{tag}")
        text = next(t for one in start.itersiblings() for t in one.iter(f"{W}t"))
        assert text.text == "38"
        text.text = "40"

    (one,) = verify(original, changed(briefing, "word/document.xml", edit), tmp_path).wrong
    assert (one.fault, one.part, one.stands, one.should) == ("changed", "table", "40", "38")
    assert one.label == "事项总数（2020-10-09 一期）"
    assert one.record()["period"] == "2020-10-09"


def test_what_an_earlier_issue_counted_is_explained_by_that(
    folder: Path, original: Original
) -> None:
    for tag, ref in original.figures.items():
        if ref.period == "2020-10-09" and ref.figure == "completed":
            said = taizhang("explain", tag, "--json", cwd=folder)
            found = json.loads(said.out)
            assert (found["period"], found["value"]) == ("2020-10-09", "24")
            return
    raise AssertionError("the trend does not tell the completed items of the first period")


def test_a_document_of_another_period_is_not_taken_for_one_by_its_trend(folder: Path) -> None:
    said = taizhang("verify", "output/2020-10-09/briefing.docx", "--period", THIRD, cwd=folder)
    assert said.code == 2
    assert THIRD in said.err


@pytest.mark.office
def test_what_libreoffice_saved_is_right(
    original: Original, briefing: bytes, tmp_path: Path
) -> None:
    source = tmp_path / "briefing.docx"
    source.write_bytes(briefing)
    saved = to_docx(source, tmp_path / "saved")
    found = verify(original, saved.read_bytes(), tmp_path)
    assert found.wrong == ()
    assert found.checked > 600
