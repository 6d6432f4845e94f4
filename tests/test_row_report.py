"""The report on one case: what leadership may see of it, in Word, the same bytes again."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import date
from pathlib import Path

import docx
import pytest
from briefings import TEMPLATE, edited
from demo_runs import Ran
from office import to_pdf
from tables import AS_OF, CASES, CLEAN, CLEAN_CASE, ITEMS, lines, period

from pipeline.cli import taizhang
from pipeline.errors import ConfigurationError, UsageError
from pipeline.write.briefing.row_report import write_row_report
from pipeline.write.content import Grid, RowPaper
from pipeline.write.row_report import row_report


def paper(lang: str = "zh", **cells: str) -> RowPaper:
    """The report on a case."""
    row = period(CASES, lines(CLEAN_CASE | cells)).ledger.roster
    return row_report(row, CASES, AS_OF, "示例办公室", lang)


def said(made: RowPaper) -> str:
    """All that a report says."""
    words = [made.title, made.office, made.date]
    for section in made.sections:
        words.append(section.heading)
        for block in section.blocks:
            cells = [c for row in block.rows for c in row] if isinstance(block, Grid) else block
            words += [str(cell) for cell in cells]
    return "\n".join(words)


def test_a_key_case_has_the_title_of_one() -> None:
    assert paper(key_case="是").title == "转办重点案件办理情况报告"
    assert paper(key_case="否").title == paper().title == "转办案件办理情况报告"
    assert paper("en", key_case="√").title == "Report on a key case"


def test_what_leadership_may_not_see_is_withheld() -> None:
    text = said(paper(complaint="王某举报，电话13800138000", accountability="李某被约谈"))
    assert "王某" not in text
    assert "李某" not in text
    assert text.count("（按规定不在本报告中列出，见台账）") == 2


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800138000", "138＊＊＊＊8000"),
        ("138-0013-8000", "138＊＊＊＊8000"),
        ("0731-1234567", "＊＊＊"),
        ("110101199001011234", "＊＊＊"),
    ],
)
def test_numbers_of_persons_are_masked_wherever_they_stand(number: str, shown: str) -> None:
    text = said(paper(findings=f"联系举报人（{number}）核实，属实", handling=f"已向{number}回访"))
    assert number not in text
    assert f"联系举报人（{shown}）核实" in text
    assert f"已向{shown}回访" in text


def test_other_numbers_stay() -> None:
    text = said(paper(findings="9月11日采样，监测值48分贝，清运1200吨，联单20200911001号"))
    assert "9月11日采样，监测值48分贝，清运1200吨，联单20200911001号。" in text
    assert "D20200910001" in text


def test_dates_and_choices_are_as_people_read_them_and_blanks_are_told() -> None:
    text = said(paper(reported_on="2020.9.18", closure="办结", handling=""))
    assert "是否办结：已办结；上报日期：2020年9月18日。" in text
    assert "（未填写）" in text


def test_a_ledger_without_a_declared_report_has_none() -> None:
    row = period(ITEMS, lines(CLEAN)).ledger.roster
    with pytest.raises(UsageError, match="没有单件报告"):
        row_report(row, ITEMS, AS_OF, "", "zh")


def test_the_same_report_has_the_same_bytes_and_the_briefings_styles() -> None:
    made = paper(key_case="是", findings="A & B <b> {{ title }}", handling="见“附件”")
    data = write_row_report(made, TEMPLATE, date(2020, 10, 9))
    assert write_row_report(made, TEMPLATE, date(2020, 10, 9)) == data
    document = docx.Document(io.BytesIO(data))
    texts = [p.text for p in document.paragraphs if p.text]
    assert texts[:3] == ["转办重点案件办理情况报告", "（截至2020年10月9日）", "一、案件基本情况"]
    assert "A & B <b> {{ title }}。" in texts
    assert not [t for t in texts if "{%" in t]
    assert {p.style.name for p in document.paragraphs} == {
        "简报附件题", "简报正文", "简报表后", "Heading 1",
    }  # fmt: skip
    assert texts[-1] == "示例办公室"


def test_a_template_without_a_style_is_refused(tmp_path: Path) -> None:
    template = edited(tmp_path, 'w:val="简报附件题"', 'w:val="别的"', "word/styles.xml")
    with pytest.raises(ConfigurationError, match="缺少样式：简报附件题"):
        write_row_report(paper(), template, date(2020, 10, 9))


@pytest.fixture
def demo(one_period: Ran) -> Path:
    return one_period.folder


@pytest.mark.parametrize("number", ["D20200915003*", "d20200915003", "Ｄ20200915003＊"])
def test_the_command_finds_a_case_by_its_number(
    number: str, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    taizhang.main(["report", "case", number, "--out", str(tmp_path)], standalone_mode=False)
    (made,) = tmp_path.iterdir()
    assert made.name == "转办重点案件办理情况报告-D20200915003_.docx"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["case", "D20200910002"], "是不是『D20200910001』"),
        (["nothing", "1"], "没有名为『nothing』的台账"),
        (["rectification", "LX-001"], "没有单件报告"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_near(
    arguments: list[str], told: str, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo)
    with pytest.raises(UsageError, match=told):
        taizhang.main(["report", *arguments], standalone_mode=False)


@pytest.mark.office
def test_an_office_opens_it(tmp_path: Path) -> None:
    file = tmp_path / "report.docx"
    file.write_bytes(write_row_report(paper(), TEMPLATE, date(2020, 10, 9)))
    pdf = to_pdf(file, tmp_path / "pdf")
    assert shutil.which("pdftotext")
    text = subprocess.run(
        ["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "转办案件办理情况报告" in text
