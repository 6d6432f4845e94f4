"""The briefing's form: typefaces, headings, tables and parts, and what it looks like on paper."""

from __future__ import annotations

import re
import subprocess
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
    edited,
    said,
    texts,
    written,
)
from office import to_pdf

from pipeline.write.briefing import write_briefing
from pipeline.write.briefing.context import numeral
from pipeline.write.content import Briefing, Section


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
