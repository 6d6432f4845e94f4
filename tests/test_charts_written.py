"""How a chart is written: the same numbers everywhere, valid, readable in grey and aloud."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Literal

import docx
import pytest
from briefings import BRIEFING, DAY, GRID, TEMPLATE, W, bookmarks, edited
from charts import WP, A, C, charts, faults
from drawn import THREE, TREND, briefing, drawn
from office import to_pdf

from pipeline.errors import ConfigurationError
from pipeline.write.briefing import write_briefing
from pipeline.write.briefing.drawing import BESIDE, GROUND, HATCHED, PARTS
from pipeline.write.content import Chart


@pytest.mark.parametrize("chart", [drawn(THREE), drawn(THREE, kind="bars"), TREND])
def test_cache_and_workbook_hold_the_same_numbers_each_under_its_tag(chart: Chart) -> None:
    [seen] = charts(briefing(chart))
    assert seen.categories == chart.categories
    assert tuple(seen.series) == tuple(one.name for one in chart.series)
    for one in chart.series:
        for value, text, place in zip(
            one.values, seen.series[one.name], seen.places[one.name], strict=True
        ):
            if value is None:
                assert text == ""
                assert place not in seen.cells
            else:
                assert text == value.text
                assert Decimal(str(seen.cells[place])) == Decimal(value.text)
                assert seen.tags.pop(place) == value.tag
    assert seen.tags == {}


def test_a_chart_stands_above_its_table_under_one_caption() -> None:
    made = docx.Document(io.BytesIO(briefing(replace(GRID, chart=drawn(THREE)))))
    [place] = [p for p in made.element.body if next(p.iter(f"{WP}inline"), None) is not None]
    caption, table = place.getprevious(), place.getnext()
    assert "".join(t.text for t in caption.iter(f"{W}t")) == "表1　按类别统计"
    assert caption.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "AnnexTitle"
    assert table.tag == f"{W}tbl"
    [style] = [s for s in made.styles if s.style_id == "AnnexTitle"]
    assert style.paragraph_format.keep_with_next
    assert place.find(f"{W}pPr/{W}keepNext") is not None
    # An exact line height would show a strip of the chart only.
    assert place.find(f"{W}pPr/{W}spacing").get(f"{W}lineRule") == "auto"
    assert int(place.find(f".//{WP}extent").get("cx")) == 8844 * 635
    assert set(bookmarks(made)) >= {"fig_total", "fig_water"}


def test_what_a_chart_leaves_out_is_said_right_below_it() -> None:
    left_out = replace(drawn(THREE), note="图中为最多的2家，共601家。")
    made = docx.Document(io.BytesIO(briefing(replace(GRID, chart=left_out), left_out)))
    places = [p for p in made.element.body if next(p.iter(f"{WP}inline"), None) is not None]
    for place in places:
        below = place.getnext()
        assert "".join(t.text for t in below.iter(f"{W}t")) == left_out.note
        assert below.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == "TableNote"
    assert [p.text for p in made.paragraphs].count(left_out.note) == 2
    with_table, _ = places
    assert with_table.getnext().find(f"{W}pPr/{W}keepNext") is not None
    assert with_table.getnext().getnext().tag == f"{W}tbl"


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert briefing(drawn(THREE), TREND) == briefing(drawn(THREE), TREND)


def test_what_is_told_of_a_chart() -> None:
    [seen] = charts(briefing(drawn(THREE)))
    assert (seen.title, seen.words) == ("图（截至2020年10月9日）", "替代文字")
    made = docx.Document(io.BytesIO(briefing(drawn(THREE), TREND, replace(GRID, chart=TREND))))
    ids = [each.get("id") for each in made.element.iter(f"{WP}docPr")]
    assert ids == ["1", "2", "3"]


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour: 0 black, 100 white."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return float(116 * y ** (1 / 3) - 16) if y > 0.008856 else 903.3 * y


def test_series_are_told_apart_in_black_and_white() -> None:
    levels = sorted(lightness(colour) for colour in PARTS if colour != HATCHED)
    assert min(b - a for a, b in pairwise(levels)) >= 19
    assert lightness(GROUND) - lightness(HATCHED) >= 38
    assert sorted(BESIDE) == sorted(PARTS)


@pytest.mark.parametrize("kind", ["stacked", "bars"])
def test_labels_can_be_read_on_their_fill(kind: Literal["stacked", "bars"]) -> None:
    numbers = {f"第{n}": ("9", "9") for n in range(5)}
    [seen] = charts(briefing(drawn(numbers, kind=kind)))
    hatched = 0
    for one in seen.root.iter(f"{C}ser"):
        fill = one.find(f"{C}spPr/{A}solidFill/{A}srgbClr")
        text = one.find(f"{C}dLbls/{C}txPr//{A}srgbClr")
        box = one.find(f"{C}dLbls/{C}spPr/{A}solidFill/{A}srgbClr")
        assert text is not None
        hatched += one.find(f"{C}spPr/{A}pattFill") is not None
        if kind == "bars":  # labels stand beside them
            assert text.get("val") == "000000"
        else:
            ground = fill if fill is not None else box
            assert ground is not None
            levels = lightness(ground.get("val", "")), lightness(text.get("val", ""))
            assert abs(levels[0] - levels[1]) > 55
    assert hatched == 1


def test_a_figure_keeps_its_fill_where_others_are_left_out() -> None:
    few = drawn(THREE)
    last = replace(few, series=(few.series[0], replace(few.series[2], shade=3)))
    [seen] = charts(briefing(last))
    found = [next(s.iterfind(f"{C}spPr//{A}srgbClr")) for s in seen.root.iter(f"{C}ser")]
    assert [fill.get("val") for fill in found] == [PARTS[0], PARTS[3]]


def test_labels_stand_where_there_is_room_and_something_to_say() -> None:
    [seen] = charts(briefing(drawn({"已完成": ("600", "0"), "超期": ("1", "70")})))
    silent = [
        [int(i.get("val", "")) for i in one.iterfind(f"{C}dLbls/{C}dLbl/{C}idx")]
        for one in seen.root.iter(f"{C}ser")
    ]
    assert silent == [[1], [0]]


def test_letters_are_those_of_the_tables(tmp_path: Path) -> None:
    template = edited(
        tmp_path,
        'w:eastAsia="仿宋_GB2312"/>',
        'w:eastAsia="某宋"/>',
        "word/styles.xml",
    )
    data = write_briefing(replace(BRIEFING, annexes=(drawn(THREE),)), template, DAY)
    [seen] = charts(data)
    faces = {(e.tag, e.get("typeface")) for e in seen.root.iter(f"{A}latin", f"{A}ea")}
    assert faces == {(f"{A}latin", "Times New Roman"), (f"{A}ea", "某宋")}
    assert {e.get("sz") for e in seen.root.iter(f"{A}defRPr")} == {"900"}


HOSTILE = (
    "=1+1",
    '<c:f a="&amp;">',
    "@SUM(A1)\x00\x0b\ud800",
    "{{ title }} {% x %}",
    "\u202e倒写",
    "https://example.org/x",
    "\u202e",
)


def test_names_stay_text_whatever_they_hold() -> None:
    numbers = {"=cmd|' /C calc'!A0": ("1",) * 7, "<b>&": ("2",) * 7}
    [seen] = charts(data := briefing(drawn(numbers, HOSTILE)))
    told = ("=1+1", '<c:f a="&amp;">', "@SUM(A1) □", "{{ title }} {% x %}", "倒写")
    assert seen.categories == (*told, "https://example.org/x", "")
    assert [seen.cells.get(f"data!A{row}", "") for row in range(2, 9)] == list(seen.categories)
    assert tuple(seen.series) == ("=cmd|' /C calc'!A0", "<b>&")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        book = package.read("word/embeddings/Microsoft_Excel_Sheet1.xlsx")
    with zipfile.ZipFile(io.BytesIO(book)) as inner:
        sheet = inner.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert not any("_rels/sheet" in name for name in inner.namelist())
    assert faults(data) == []


def test_long_names_take_two_lines_and_lose_their_middle_unless_two_became_alike() -> None:
    long, longer = "示例" * 9 + "公司", "示例" * 20 + "公司"
    names = (long, longer)
    [seen] = charts(briefing(drawn({"已完成": ("1", "2")}, names)))
    assert seen.categories == (
        "示例" * 5 + "示\n例" + "示例" * 3 + "公司",
        "示例" * 7 + "示…\n例" + "示例" * 6 + "公司",
    )
    alike = tuple("示例" * 12 + middle + "示例" * 12 for middle in "甲乙")
    [seen] = charts(briefing(drawn({"已完成": ("1", "2")}, alike)))
    assert [each.replace("\n", "") for each in seen.categories] == list(alike)


def test_names_that_differ_in_what_is_cut_out_are_numbered() -> None:
    endless = tuple("长" * 20_000 + middle + "长" * 20_000 for middle in "甲乙")
    [seen] = charts(briefing(drawn({"已完成": ("1", "2")}, endless)))
    assert [each[:4] for each in seen.categories] == ["1. 长", "2. 长"]
    assert {len(line) <= 17 for each in seen.categories for line in each.split("\n")} == {True}


def test_dates_break_after_the_month() -> None:
    days = [f"{month}月{day}日" for month in (10, 11, 12) for day in (9, 16, 23, 30)]
    chart = drawn({"事项总数": ["1380"] * 12}, days, "trend")
    [seen] = charts(briefing(chart))
    assert seen.categories[0] == "10月\n9日"


def test_a_chart_of_many_bars_fits_the_page() -> None:
    names = [f"示例第{n:03}号" + "某" * 30 for n in range(40)]
    [seen] = charts(data := briefing(drawn({"已完成": ["7"] * 40}, names)))
    made = docx.Document(io.BytesIO(data))
    [size] = made.element.iter(f"{WP}extent")
    assert int(size.get("cy")) <= 11500 * 635
    assert len(seen.categories) == 40


def test_uneven_series_are_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="differ in number"):
        briefing(drawn({"已完成": ("1",)}))


def test_a_template_that_leaves_the_chart_out_is_refused(tmp_path: Path) -> None:
    template = edited(tmp_path, "{{ annex.table }}", "")
    with pytest.raises(ConfigurationError, match="缺：“图：图（截至"):
        write_briefing(replace(BRIEFING, annexes=(drawn(THREE),)), template, DAY)


# ------------------------------------------------------------------ valid by Office's schemas

ALL = (drawn(THREE), drawn(THREE, kind="bars"), TREND, replace(GRID, chart=drawn(THREE)))


def test_briefings_with_charts_are_valid_by_the_published_schemas() -> None:
    assert faults(briefing(*ALL)) == []
    rate = drawn({"整改完成率": ("63.2", "66.7")}, kind="trend", rates=("整改完成率",))
    english = replace(BRIEFING, annexes=(rate, drawn({"一": ("1", None)})), lang="en")
    assert faults(write_briefing(english, TEMPLATE, DAY)) == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("charts/chart1.xml", '<c:barDir val="bar"/>', ""),
        ("charts/chart1.xml", '<c:roundedCorners val="0"/>', ""),
        ("document.xml", "<wp:docPr ", "<wp:other "),
        ("settings.xml", "<w:evenAndOddHeaders/>", "<w:evenAndOddHeader/>"),
        ("charts/_rels/chart1.xml.rels", "rId1", "rId2"),
    ],
)
def test_the_schemas_find_what_is_wrong(part: str, old: str, new: str) -> None:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(briefing(*ALL))) as source,
        zipfile.ZipFile(target, "w") as package,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == f"word/{part}":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
                if old.startswith("<c:rounded"):  # in another place than its own
                    data = data.replace(b"</c:chartSpace>", old.encode() + b"</c:chartSpace>")
            package.writestr(name, data)
    assert faults(target.getvalue()) != []


# ------------------------------------------------------------------ on paper


@pytest.mark.office
def test_on_paper_a_chart_shows_its_names_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "briefing.docx"
    numbers = {"已完成": ("11", "22"), "超期": ("33", "44")}
    path.write_bytes(briefing(drawn(numbers), TREND))
    command = ["pdftotext", "-f", "2", str(to_pdf(path, tmp_path)), "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words = set(said.replace(" ", "").split())
    assert {"甲厂", "乙厂", "已完成", "超期", "11", "22", "33", "44"} <= words
    assert {"10月9日", "10月16日", "38", "39", "24", "63.2%", "66.7%", "整改完成率"} <= words


def boxes(path: Path, folder: Path) -> list[tuple[int, str, tuple[float, float, float, float]]]:
    """Page, text and edges (left, top, right, bottom, in points) of each word of the PDF."""
    command = ["pdftotext", "-bbox", str(to_pdf(path, folder)), "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = []
    for number, page in enumerate(said.split("<page ")[1:], 1):
        for *edges, word in re.findall(
            r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>', page
        ):
            left, top, right, bottom = map(float, edges)
            found.append((number, word, (left, top, right, bottom)))
    return found


@pytest.mark.office
def test_on_paper_nothing_stands_in_another_s_way(tmp_path: Path) -> None:
    """Twenty long names with five parts each; twelve periods with numbers of four digits."""
    names = [f"示例集团有色金属股份有限公司第{n}冶炼厂环境保护与安全生产分公司" for n in range(20)]
    ends = (31, 25, 19, 13, 7)
    parts = {f"部分{k}": [str((n * 7 + k) % end) for n in range(20)] for k, end in enumerate(ends)}
    days = [f"{month}月{day}日" for month in (10, 11, 12) for day in (9, 16, 23, 30)]
    counts = {
        "事项总数": [str(1380 + 9 * n) for n in range(12)],
        "已完成": [str(1000 + 30 * n) for n in range(12)],
        "整改完成率": [f"{70 + 2.1 * n:.1f}" for n in range(12)],
    }
    path = tmp_path / "briefing.docx"
    trend = drawn(counts, days, "trend", ("整改完成率",))
    path.write_bytes(briefing(drawn(parts, names), trend))
    found = [each for each in boxes(path, tmp_path) if each[0] in (2, 3)]
    said = "".join(word for _, word, _ in found)
    assert all(f"公司第{n}冶" in said.replace("\n", "") for n in range(20)), said
    assert all(number in said for one in counts.values() for number in one)
    assert all(left > 45 and right < 560 for _, _, (left, _, right, _) in found)
    across = [
        (one, other)
        for n, (page, one, a) in enumerate(found)
        for other_page, other, b in found[:n]
        if page == other_page
        and min(a[2], b[2]) - max(a[0], b[0]) > 1.5
        and min(a[3], b[3]) - max(a[1], b[1]) > 3
    ]
    assert across == []
