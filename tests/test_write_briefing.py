"""The briefing: what is written, what is kept, what is refused."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from briefings import (
    BRIEFING,
    DAY,
    ENGLISH,
    GRID,
    TEMPLATE,
    W,
    bookmarks,
    controls,
    edited,
    said,
    saying,
    texts,
    written,
)
from lxml import etree

from pipeline.write.briefing import printable, tag_of, write_briefing
from pipeline.write.briefing.figures import Bookmarks, clean
from pipeline.write.content import Placed


def test_reads_from_top_to_bottom() -> None:
    document = written()
    assert texts(document) == [
        "内部资料",
        "督察整改简报",
        "拟第22期〔总第58期〕",
        "示例集团环保督察整改办公室\t2020年10月9日",
        "一、总体进展",
        "提出事项38项，已完成24项。",
        "表1　按类别统计",
        "注：数据截至2020年10月9日。",
        "二、超期及滞后事项",
        "本期无超期事项。",
        "附件1",
        "各企业整改情况",
    ]
    by_category, _, closing = document.tables
    assert [[said(cell) for cell in row.cells] for row in by_category.rows] == [
        ["类别", "总数", "已完成"],
        ["废水类", "9", "6"],
        ["合计", "38", "24"],
    ]
    assert [said(row.cells[0]) for row in closing.rows] == [
        "报：集团党委、董事会。",
        "送：各部门。",
        "共印30份",
        "存证号：×",
    ]


def test_english_form() -> None:
    document = written(replace(BRIEFING, lang="en", title="Rectification Briefing"), ENGLISH)
    shown = texts(document)
    assert "Draft No. 22 (total 58)" in shown
    assert "1. 总体进展" in shown
    assert "2. 超期及滞后事项" in shown
    assert "Annex 1" in shown
    assert [said(row.cells[0]) for row in document.tables[-1].rows] == [
        "Reported to: 集团党委, 董事会",
        "Sent to: 各部门",
        "30 copies printed",
        "Log entry: ×",
    ]
    assert document.core_properties.language == "en"
    assert "eastAsia" not in {f.get(f"{W}hint") for f in document.element.iter(f"{W}rFonts")}


def test_every_figure_has_a_bookmark_and_so_have_the_details_of_the_issue() -> None:
    assert bookmarks(written()) == {
        "no_draft": "拟",
        "no_issue": "22",
        "no_running": "58",
        "no_date": "2020年10月9日",
        "no_log": "×",
        "fig_total": "38",
        "fig_done": "24",
        "fig_water": "9",
        "fig_water_done": "6",
        "fig_total_2": "38",
        "fig_done_2": "24",
        "fig_water_2": "9",
        "fig_water_done_2": "6",
        "fig_total_3": "38",
        "fig_done_3": "24",
    }


def test_within_each_bookmark_stands_a_control_whose_tag_has_no_suffix() -> None:
    # 拟 and the date have their bookmarks alone: LibreOffice writes such texts several times.
    shown = [("no_issue", "22"), ("no_running", "58")]
    shown += [("fig_total", "38"), ("fig_done", "24")]
    table = [("fig_water", "9"), ("fig_water_done", "6"), ("fig_total", "38"), ("fig_done", "24")]
    document = written()
    assert controls(document) == shown + table + table
    for control in document.element.iter(f"{W}sdt"):
        assert control.getprevious().tag == f"{W}bookmarkStart"
        assert control.getnext().tag == f"{W}bookmarkEnd"


def test_a_control_is_plain_text_and_binds_nothing() -> None:
    document = written()
    for control in document.element.iter(f"{W}sdt"):
        properties, content = control
        assert [child.tag for child in properties] == [
            f"{W}{name}" for name in ("rPr", "tag", "id", "text")
        ]
        assert [child.tag for child in content] == [f"{W}r"]


def test_what_is_printed_has_no_controls_and_the_same_words() -> None:
    document = docx.Document(io.BytesIO(printable(write_briefing(BRIEFING, TEMPLATE, DAY))))
    assert controls(document) == []
    assert texts(document) == texts(written())
    assert bookmarks(document) == bookmarks(written())


def test_ids_are_unique() -> None:
    document = written()
    marks = [m.get(f"{W}id") for m in document.element.iter(f"{W}bookmarkStart")]
    assert len(marks) == len(set(marks)) == 15
    numbers = [i.get(f"{W}val") for i in document.element.iter(f"{W}id")]
    assert numbers == [str(number) for number in range(1, 13)]


def test_bookmarks_and_controls_of_the_template_are_respected(tmp_path: Path) -> None:
    own = '<w:bookmarkStart w:id="7" w:name="FIG_total"/><w:bookmarkEnd w:id="7"/>'
    own += '<w:sdt><w:sdtPr><w:id w:val="3"/></w:sdtPr><w:sdtContent/></w:sdt></w:p>'
    document = written(template=edited(tmp_path, "</w:p><w:sectPr>", own + "<w:sectPr>"))
    marks = bookmarks(document)
    assert {"FIG_total", "fig_total_2"} < set(marks)
    assert "fig_total" not in marks
    ids = [int(m.get(f"{W}id")) for m in document.element.iter(f"{W}bookmarkStart")]
    assert sorted(ids) == list(range(1, 17))
    numbers = [int(i.get(f"{W}val")) for i in document.element.iter(f"{W}id")]
    assert sorted(numbers) == list(range(1, 14))


def test_a_control_of_the_template_shows_what_is_put_into_it(tmp_path: Path) -> None:
    """One that is bound to a value would show that, and one of plain text can hold no other."""
    run = "<w:r><w:t>{{ number }}</w:t></w:r>"
    bound = '<w:dataBinding w:xpath="/x" w:storeItemID="{0}"/><w:text/>'
    own = f"<w:p><w:sdt><w:sdtPr>{bound}</w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt></w:p>"
    document = written(template=edited(tmp_path, "<w:sectPr>", f"{own}<w:sectPr>"))
    outer = next(
        c for c in document.element.iter(f"{W}sdt") if c.find(f"./{W}sdtPr/{W}tag") is None
    )
    assert len(outer.find(f"{W}sdtPr")) == 0
    assert bookmarks(document)["no_issue_2"] == "22"


def test_a_suffix_never_takes_another_tag() -> None:
    tags = ["total", "total_2"]
    marks = Bookmarks(tags)
    issued = [marks.name(f"fig_{tag}") for tag in ("total", "total", "total_2", "total_2")]
    assert issued == ["fig_total", "fig_total_3", "fig_total_2", "fig_total_2_2"]
    assert [tag_of(name, tags) for name in issued] == ["total", "total", "total_2", "total_2"]
    assert tag_of("_Toc123", tags) is None


@pytest.mark.parametrize("tag", ["", "a b", "合计", "x" * 33])
def test_a_tag_word_would_refuse_is_a_fault_of_the_program(tag: str) -> None:
    with pytest.raises(ValueError, match="tag"):
        Bookmarks([tag]).place(Placed("1", tag), None)


def test_the_figure_keeps_the_look_of_its_sentence() -> None:
    (sentence,) = [p for p in written().paragraphs if said(p).startswith("提出事项")]
    runs = list(sentence._p.iter(f"{W}r"))
    looks = {etree.tostring(run.find(f"{W}rPr")) for run in runs}
    assert len(runs) == 5
    assert len(looks) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A & B <b>粗</b> \"引\" 'x'",
        "{{ title }}{% for x in y %}{# 注 #}",
        "{_{ x }_} {_% if %_}",
        "｛｛ title ｝｝",
        "</w:t></w:r><w:br/>",
        "&amp;&#10;",
        "𠮷野家〔示例〕",
    ],
)
def test_data_is_text(text: str) -> None:
    grid = replace(GRID, rows=((text, Placed(text, "a"), "x"),), caption=(text,), note=text)
    briefing = replace(saying(text), title=text, office=text, annexes=(grid,), report_to=(text,))
    document = written(briefing)
    assert texts(document).count(text) == 4  # title, paragraph, caption, note
    assert document.core_properties.title == text
    assert said(document.tables[0].rows[1].cells[0]) == text
    assert said(document.tables[1].rows[0].cells[0]) == f"报：{text}。"
    assert bookmarks(document)["fig_a"] == text


@pytest.mark.parametrize(
    "dirty, shown",
    [
        ("一\n二\r\n三\t四\f五\v六\x85七\u2028八", "一 二 三 四 五 六 七 八"),
        ("响\a铃\x00\x1b\x9f", "响铃"),
        ("\ud800孤\udfff", "□孤□"),
        ("非\ufffe字\uffff符\U0001fffe", "非□字□符□"),
        ("借\U00100000用\U0010fffd", "借□用□"),
        ("反\u202e转\u2069", "反转"),
        ("造字\ue000留", "造字\ue000留"),
    ],
)
def test_what_no_document_can_hold_is_cleaned(dirty: str, shown: str) -> None:
    assert clean(dirty) == shown
    document = written(saying(dirty, "后文不丢"))
    assert texts(document)[5:7] == [shown, "后文不丢"]


def test_same_values_same_bytes() -> None:
    first = write_briefing(BRIEFING, TEMPLATE, DAY)
    assert write_briefing(BRIEFING, TEMPLATE, DAY) == first
    core = docx.Document(io.BytesIO(first)).core_properties
    assert core.created is not None
    assert core.modified is not None
    assert core.created.date() == core.modified.date() == DAY
    assert (core.title, core.language, core.last_modified_by) == ("督察整改简报", "zh-CN", "")


def test_the_template_is_what_its_script_makes(tmp_path: Path) -> None:
    script = Path(__file__).parent.parent / "scripts" / "make_briefing_template.py"
    subprocess.run([sys.executable, script, tmp_path], check=True)
    for template in (TEMPLATE, ENGLISH):
        assert (tmp_path / template.name).read_bytes() == template.read_bytes()
