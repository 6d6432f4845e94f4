"""The briefing: what is written, what is kept, what is refused, what it looks like on paper."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from office import to_pdf

from pipeline.write.briefing import printable, tag_of, write_briefing
from pipeline.write.briefing.context import numeral
from pipeline.write.briefing.figures import Bookmarks, clean
from pipeline.write.content import Briefing, Placed, Section


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


def test_long_tables_repeat_their_header_and_short_ones_stay_whole() -> None:
    rows = tuple((f"示例{n}", "1", "2") for n in range(60))
    document = written(replace(BRIEFING, annexes=(replace(GRID, rows=rows, total=False),)))
    short, long, _ = document.tables
    for table in (short, long):
        assert table.rows[0]._tr.findall(f".//{W}tblHeader")
        assert all(row._tr.findall(f".//{W}cantSplit") for row in table.rows)
    assert all(row._tr.findall(f".//{W}keepNext") for row in short.rows)  # with its note
    assert not any(row._tr.findall(f".//{W}keepNext") for row in long.rows[:-1])


def test_tables_are_as_wide_as_the_text_and_dates_stay_whole() -> None:
    grid = replace(
        GRID,
        header=("序号", "完成时限", "问题描述"),
        rows=(("1", "2020年11月30日", "沉淀池出水口挡板破损，" * 8),),
        numeric=(True, True, False),
        weights=(1, 1, 18),
        total=False,
    )
    table = written(replace(BRIEFING, annexes=(grid,))).tables[1]
    widths = [int(column.get(f"{W}w")) for column in table._tbl.tblGrid]
    assert sum(widths) == 8844
    assert widths[1] > 8.65 * 180  # eight Latin letters and five joints at 9 pt
    assert [c._tc.tcPr.find(f"{W}tcW").get(f"{W}w") for c in table.rows[1].cells] == [
        str(width) for width in widths
    ]


def styles(template: Path) -> dict[str, Any]:
    """The template's paragraph styles by id."""
    document = docx.Document(str(template))
    return {style.get(f"{W}styleId"): style for style in document.styles.element}


def test_typefaces_by_role() -> None:
    """Each with a face for Chinese: 小标宋 the name, 黑体 and 楷体 the headings, 仿宋 the text."""
    found = styles(TEMPLATE)
    asian = {key: style.find(f"{W}rPr/{W}rFonts") for key, style in found.items() if key}
    faces = {k: f.get(f"{W}eastAsia") for k, f in asian.items() if f is not None}
    assert faces == {
        "Name": "方正小标宋简体", "Heading1": "黑体", "Heading2": "楷体_GB2312",
        "Marking": "黑体", "Issue": "楷体_GB2312", "Remark": "楷体_GB2312", "TableCaption": "黑体",
        "TableHead": "黑体", "TableNote": "楷体_GB2312", "AnnexLabel": "黑体",
        "AnnexTitle": "方正小标宋简体", "Footer": "宋体",
    }  # fmt: skip
    defaults = docx.Document(str(TEMPLATE)).styles.element.find(f"{W}docDefaults")
    assert defaults.find(f".//{W}rFonts").get(f"{W}eastAsia") == "仿宋_GB2312"
    assert defaults.find(f".//{W}sz").get(f"{W}val") == "32"


def test_headings_are_headings_and_titles_22_points_or_more() -> None:
    found = styles(TEMPLATE)
    levels = {
        key: style.find(f"{W}pPr/{W}outlineLvl").get(f"{W}val")
        for key, style in found.items()
        if style.find(f"{W}pPr/{W}outlineLvl") is not None
    }
    assert levels == {"Heading1": "0", "Heading2": "1", "Heading3": "2", "AnnexLabel": "0"}
    assert int(found["Name"].find(f"{W}rPr/{W}sz").get(f"{W}val")) >= 44


def test_the_two_forms_have_the_same_styles() -> None:
    assert list(styles(TEMPLATE)) == list(styles(ENGLISH))


@pytest.mark.parametrize(
    "template, margins, pitch",
    [(TEMPLATE, [2098, 1474, 1984, 1588], "579"), (ENGLISH, [1417] * 4, None)],
)
def test_page_and_grid(template: Path, margins: list[int], pitch: str | None) -> None:
    section = docx.Document(str(template)).sections[0]._sectPr
    size, edge, grid = (section.find(f"{W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838")
    sides = ("top", "right", "bottom", "left")
    assert [int(edge.get(f"{W}{side}")) for side in sides] == margins
    assert (grid.get(f"{W}linePitch") if grid is not None else None) == pitch


def test_remarks_stand_between_masthead_and_body() -> None:
    document = written(replace(BRIEFING, remarks=("请各单位对照。", "逐项说明原因。")))
    said_there = [(p.style.name, said(p)) for p in document.paragraphs if p.style]
    place = said_there.index(("简报按语", "按：请各单位对照。"))
    assert said_there[place + 1] == ("简报按语", "逐项说明原因。")
    assert said_there[place - 1][0] == "简报编发"
    assert said_there[place + 2] == ("Heading 1", "一、总体进展")


def test_a_daily_briefing_of_one_part_has_no_heading() -> None:
    one = replace(BRIEFING, daily=True, sections=BRIEFING.sections[:1], annexes=())
    assert not [p for p in written(one).paragraphs if p.style and p.style.name == "Heading 1"]
    two = replace(BRIEFING, daily=True, annexes=())
    assert "二、超期及滞后事项" in texts(written(two))


def test_lines_are_drawn_together_only_where_a_daily_briefing_needs_it() -> None:
    def between(words: str, daily: bool) -> tuple[float, float | None]:
        part = Section("进展", ((words,),))
        briefing = replace(BRIEFING, sections=(part,), annexes=(), daily=daily)
        normal = written(briefing).styles["Normal"]
        size = normal.font.size
        return normal.paragraph_format.line_spacing.pt, size.pt if size is not None else None

    assert between("督察整改" * 30, daily=True) == (28.95, None)
    assert between("督察整改" * 200, daily=False) == (28.95, None)
    line, size = between("督察整改" * 100, daily=True)
    assert 16 * 1.3 <= line < 28.95
    assert size == 16
    line, size = between("督察整改" * 160, daily=True)
    assert 14 * 1.3 <= line < 28.95
    assert size == 14


def test_the_total_is_bold_and_no_other_row() -> None:
    same = ("合计", "1", "1")
    document = written(replace(BRIEFING, annexes=(replace(GRID, rows=(same, same)),)))
    bold = [
        {run.style.name for cell in row.cells for run in cell.paragraphs[0].runs}
        for row in document.tables[1].rows
    ]
    assert bold[1:] == [{"Default Paragraph Font"}, {"简报合计"}]


@pytest.mark.parametrize("template", [TEMPLATE, ENGLISH])
def test_annexes_begin_on_a_new_page_and_follow_one_another(template: Path) -> None:
    made = written(replace(BRIEFING, annexes=(GRID, GRID, GRID)), template)
    labels = [p for p in made.paragraphs if (p.style.name or "").endswith("附件号")]
    assert [p.style.style_id for p in labels] == ["FirstAnnex", "AnnexLabel", "AnnexLabel"]
    base, first = styles(template)["AnnexLabel"], styles(template)["FirstAnnex"]
    assert first.find(f"{W}basedOn").get(f"{W}val") == "AnnexLabel"
    assert first.find(f"{W}pPr/{W}pageBreakBefore") is not None
    assert base.find(f"{W}pPr/{W}pageBreakBefore") is None
    assert base.find(f"{W}pPr/{W}keepNext") is not None


def test_a_table_without_rows_says_so() -> None:
    document = written(replace(BRIEFING, annexes=(replace(GRID, rows=(), total=False),)))
    assert [cell.text for cell in document.tables[1].rows[1].cells] == ["（无）"] * 3


def test_unequal_columns_are_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="columns"):
        written(replace(BRIEFING, annexes=(replace(GRID, header=("类别", "总数")),)))


def test_parts_left_out_leave_no_gap() -> None:
    briefing = replace(BRIEFING, marking="", annexes=(), report_to=(), send_to=(), copies=0)
    document = written(briefing)
    assert texts(document)[0] == "督察整改简报"
    # The table of the text, and the 报尾 with nothing but the place for the log.
    assert len(document.tables) == 2
    assert [said(row.cells[0]) for row in document.tables[1].rows] == ["存证号：×"]


def test_a_draft_leaves_its_number_open() -> None:
    assert "拟第×期〔总第×期〕" in texts(written(replace(BRIEFING, number=0, running=0)))


def test_an_issue_says_nothing_of_a_draft() -> None:
    document = written(replace(BRIEFING, draft=False))
    assert "第22期〔总第58期〕" in texts(document)
    assert "no_draft" not in bookmarks(document)


def test_numerals() -> None:
    assert [numeral(n) for n in (1, 10, 11, 20, 99)] == [
        "一、",
        "十、",
        "十一、",
        "二十、",
        "九十九、",
    ]


def test_a_long_name_is_made_smaller_and_a_long_office_broken() -> None:
    office = "示例集团有限公司生态环境保护督察整改工作领导小组办公室"
    document = written(replace(BRIEFING, title="示例" * 10, office=office))
    name, line = (
        next(p for p in document.paragraphs if p.style and p.style.name == style)
        for style in ("简报名称", "简报编发")
    )
    assert name.runs[0].font.size is not None
    assert 22 <= name.runs[0].font.size.pt < 25
    assert said(line) == f"{office}\n\t2020年10月9日"


def test_figures_in_header_and_footer_are_swapped_too(tmp_path: Path) -> None:
    loop = "{% for s in sections %}{% for b in s.blocks %}{{ b.text }}{% endfor %}{% endfor %}"
    template = edited(tmp_path, "— </w:t>", f"{loop}</w:t>", "word/footer1.xml")
    document = written(template=template)
    assert "提出事项38项，已完成24项。" in said(document.sections[0].footer.paragraphs[0])


def pages(briefing: Briefing, tmp_path: Path) -> list[str]:
    """The words on each page of the PDF."""
    path = tmp_path / "briefing.docx"
    path.write_bytes(write_briefing(briefing, TEMPLATE, DAY))
    pdf = to_pdf(path, tmp_path)
    command = ["pdftotext", "-layout", str(pdf), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [re.sub(r"[ \n]", "", page) for page in shown.split("\f")[:-1]]


@pytest.mark.office
def test_on_paper(tmp_path: Path) -> None:
    rows = tuple((f"示例{n}矿业有限公司", str(n), "2") for n in range(60))
    annex = replace(GRID, rows=rows, total=False, caption=("各企业整改情况",))
    first, *rest = pages(replace(BRIEFING, annexes=(annex,)), tmp_path)
    assert first.startswith(
        "内部资料督察整改简报拟第22期〔总第58期〕示例集团环保督察整改办公室2020年"
    )
    assert "一、总体进展提出事项38项，已完成24项。表1" in first
    assert first.endswith("—1—")
    assert rest[0].startswith("附件1各企业整改情况类别总数已完成示例0矿业有限公司")
    assert len(rest) > 1
    assert all(page.startswith("类别总数已完成") for page in rest[1:])
    assert "报：集团党委、董事会。送：各部门。共印30份存证号：×" in rest[-1]
    assert rest[-1].endswith(f"—{len(rest) + 1}—")
    command = ["pdfinfo", str(tmp_path / "briefing.pdf")]
    about = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert re.search(r"Page size: +59[45]\.\d+ x 84[12]\.\d+ pts \(A4\)", about)


def heights(pdf: Path, word: str) -> list[tuple[int, float, float]]:
    """Page, top and bottom in points of each word that holds ``word``."""
    command = ["pdftotext", "-bbox", str(pdf), "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = []
    for number, page in enumerate(shown.split("<page ")[1:], 1):
        for top, bottom in re.findall(
            rf'yMin="([\d.]+)"[^>]*yMax="([\d.]+)">[^<]*{word}[^<]*</word>', page
        ):
            found.append((number, float(top), float(bottom)))
    return found


@pytest.mark.office
@pytest.mark.parametrize("rows", [14, 16, 18, 20, 22, 24])
def test_the_closing_block_never_covers_text(tmp_path: Path, rows: int) -> None:
    """However full the last page is, the block stands below the text or on a page of its own."""
    listed = tuple((f"示例{n}", "1", "2") for n in range(rows))
    annex = replace(GRID, rows=(*listed, ("末行", "1", "2")), total=False, note="")
    briefing = replace(BRIEFING, annexes=(annex,))
    path = tmp_path / "briefing.docx"
    path.write_bytes(write_briefing(briefing, TEMPLATE, DAY))
    pdf = to_pdf(path, tmp_path)
    [(last_page, _, bottom)] = heights(pdf, "末行")
    [(closing_page, top, _)] = heights(pdf, "报：")
    assert closing_page > last_page or (closing_page == last_page and top > bottom)
