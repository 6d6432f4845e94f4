"""What a briefing looks like on paper (DOMAIN §7), measured on the pages LibreOffice prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from briefings import BRIEFING, DAY, ENGLISH, GRID, TEMPLATE, saying
from demo_runs import FIRST, SECOND, Ran, second_inbox
from pages import Page, printed
from workbooks import item, merge, ongoing, send, workspace

from pipeline.cli.merge import run_period
from pipeline.workspace import find
from pipeline.write.briefing import write_briefing
from pipeline.write.content import Briefing

pytestmark = pytest.mark.office

AREA = (37, 26, 35, 28)
"""Margins above, right, below and left, GB/T 9704-2012 5.2.2 (above and left; the type area of
156 × 225 mm gives the others)."""

ENGLISH_AREA = (25, 25, 25, 25)


def on_paper(briefing: Briefing, folder: Path, template: Path = TEMPLATE) -> list[Page]:
    return printed(write_briefing(briefing, template, DAY), folder)


def outside(pages: list[Page], area: tuple[float, float, float, float] = AREA) -> list[str]:
    return [word for page in pages for word in page.inside(*area)]


def test_a_page_holds_22_lines_of_28_characters_between_the_margins(tmp_path: Path) -> None:
    _, page, *_ = on_paper(saying("督察整改" * 7 * 60), tmp_path)
    *lines, number = page.lines
    assert [len(line.text) for line in lines] == [28] * 22
    assert all(abs(line.left - 28) < 0.3 for line in lines)
    assert all(abs(page.width - line.right - 26) < 1 for line in lines)
    steps = [below.bottom - above.bottom for above, below in pairwise(lines)]
    assert all(abs(step - 225 / 22) < 0.05 for step in steps)
    # Letters stand in the middle of their line's height: half of what is left is above and below.
    assert 37 < (lines[0].top + lines[0].bottom) / 2 - 8 * 25.4 / 72 < 41
    assert page.height - 35 > (lines[-1].top + lines[-1].bottom) / 2 + 8 * 25.4 / 72
    assert number.text == "—2—"


def test_page_numbers_stand_outside_below_the_text(tmp_path: Path) -> None:
    pages = on_paper(saying("督察整改" * 7 * 80), tmp_path)
    assert len(pages) > 3
    for place, page in enumerate(pages, 1):
        assert page.number.text == f"—{place}—"
        assert page.number.top > page.height - 35
        one = 14 * 25.4 / 72  # one character of 四号 from the edge
        if place % 2:
            assert abs(page.width - 26 - one - page.number.right) < 0.5
        else:
            assert abs(page.number.left - 28 - one) < 0.5


def test_the_masthead_stands_as_it_should(tmp_path: Path) -> None:
    page = on_paper(BRIEFING, tmp_path)[0]
    marking, name, issue, office, heading, text, *_ = page.lines
    assert (marking.text, name.text) == ("内部资料", "督察整改简报")
    assert (issue.text, office.text) == (
        "拟第22期〔总第58期〕",
        "示例集团环保督察整改办公室2020年10月9日",
    )
    middle = 28 + 156 / 2
    assert abs((name.left + name.right) / 2 - middle) < 1
    assert abs((issue.left + issue.right) / 2 - middle) < 1
    assert abs(office.left - 28 - 16 * 25.4 / 72) < 0.5  # one character in on either side
    assert abs(page.width - 26 - 16 * 25.4 / 72 - office.right) < 0.5
    assert heading.text == "一、总体进展"
    assert abs(heading.left - 28 - 2 * 16 * 25.4 / 72) < 0.5
    assert abs(text.left - heading.left) < 0.5


@pytest.mark.parametrize("rows", [3, 14, 60])
def test_the_closing_block_stands_at_the_foot_of_the_last_page(tmp_path: Path, rows: int) -> None:
    listed = tuple((f"示例{n}", "1", "2") for n in range(rows))
    annex = replace(GRID, rows=listed, total=False)
    pages = on_paper(replace(BRIEFING, annexes=(annex,)), tmp_path)
    *_, report, send_to, copies, log, _number = pages[-1].lines
    assert (report.text, send_to.text, copies.text, log.text) == (
        "报：集团党委、董事会。",
        "送：各部门。",
        "共印30份",
        "存证号：×",
    )
    assert 0 <= pages[-1].height - 35 - log.bottom < 3
    assert outside(pages) == []


def test_a_table_repeats_its_head_and_keeps_its_rows_whole(tmp_path: Path) -> None:
    words = "沉淀池出水口挡板破损，应急池导流沟被淤泥堵塞，雨天存在溢流风险，须尽快清理并加固。"
    listed = tuple((f"第{n}项", words, str(n)) for n in range(60))
    annex = replace(GRID, header=("事项", "问题", "数"), rows=listed, total=False, note="")
    pages = on_paper(replace(BRIEFING, annexes=(annex,)), tmp_path)
    tables = [page for page in pages if "问题" in page.text]
    assert len(tables) > 2
    for page in tables:
        assert page.text.count("事项问题数") == 1
        assert (
            page.text.count("沉淀池")
            == page.text.count("加固。")
            == page.text.count("第") - (page is pages[0])
        )
    assert outside(pages) == []


def test_the_english_page(tmp_path: Path) -> None:
    words = "Completed items are verified on site within one week of completion. " * 60
    briefing = replace(saying(words, words), lang="en", title="Rectification Briefing")
    pages = on_paper(briefing, tmp_path, ENGLISH)
    assert outside(pages, ENGLISH_AREA) == []
    assert (round(pages[0].width), round(pages[0].height)) == (210, 297)
    assert pages[0].lines[1].text == "RectificationBriefing"
    assert [page.number.text for page in pages] == [f"—{n}—" for n in range(1, len(pages) + 1)]
    middle = [(page.number.left + page.number.right) / 2 for page in pages]
    assert all(abs(each - 105) < 1 for each in middle)


# ---------------------------------------------------------------- the example


ANSWERS = (
    "16家企业共有整改事项38项",  # how many
    "已完成整改24项，整改完成率63.2%",  # done, and the rate
    "本期为首期统计，无上期数据可比",  # what changed
    "超期事项涉及银坳铜业（1项，最长超期9天）、丰坝化肥（1项，最长超期11天）",  # who is late
    "需研究决定：超期2项是否准予延期、如何督办",  # what needs a decision
    "本期无存疑待裁定的事项，以上数据不因裁定而变",  # what doubts could change
)


@pytest.fixture
def folder(one_period: Ran, tmp_path: Path) -> Path:
    return one_period.copied(tmp_path / "ws")


@pytest.fixture(scope="module")
def weekly(one_period: Ran, tmp_path_factory: pytest.TempPathFactory) -> list[Page]:
    return printed(one_period.briefing(), tmp_path_factory.mktemp("weekly"))


def daily(folder: Path, as_of: tuple[str, ...], paper: Path, lang: str = "zh") -> list[Page]:
    paper.mkdir(exist_ok=True)
    out = paper / "out"
    nothing: Any = lambda *_: None  # noqa: E731
    outcome = run_period(find(folder), None, as_of, out, (), 2, lang, nothing, "daily")
    return printed((outcome.folder / "briefing.docx").read_bytes(), paper)


def places(page: Page, *sentences: str) -> Iterator[int]:
    """Where each sentence stands on the page; ValueError where one does not."""
    return (page.text.index(sentence) for sentence in sentences)


def test_page_1_of_the_example_answers_leadership_in_this_order(weekly: list[Page]) -> None:
    found = list(places(weekly[0], *ANSWERS))
    assert found == sorted(found)
    assert "待裁定" not in weekly[0].text.replace("本期无存疑待裁定的事项", "")


def test_page_1_of_the_example_is_text_that_a_phone_shows(weekly: list[Page]) -> None:
    """No table: below the masthead there is nothing but lines of the one size, all indented."""
    body = weekly[0].lines[4:-1]
    assert all(abs(line.bottom - line.top - body[0].bottom + body[0].top) < 0.2 for line in body)


def test_the_example_stays_within_the_type_area(weekly: list[Page]) -> None:
    assert outside(weekly) == []
    assert 6 < len(weekly) < 16
    assert "共印30份" in weekly[-1].text


@pytest.mark.slow
def test_the_daily_form_is_one_page(folder: Path, tmp_path: Path) -> None:
    [page] = daily(folder, FIRST, tmp_path / "plain")
    found = list(places(page, *ANSWERS, "累计收到转办案件4批5件", "共印30份存证号：×—1—"))
    assert found == sorted(found)
    assert "一、" not in page.text
    assert outside([page]) == []
    notes = folder / "notes" / "2020-10-09.txt"
    notes.parent.mkdir(exist_ok=True)
    notes.write_text("各单位要对照通报，逐项说明原因，按期整改到位。\n请于10月15日前书面报告。\n")
    [page] = daily(folder, FIRST, tmp_path / "noted")
    assert "按：各单位要对照通报" in page.text
    assert outside([page]) == []
    [page] = daily(folder, FIRST, tmp_path / "english", "en")
    assert "Note:各单位" in page.text
    assert outside([page], ENGLISH_AREA) == []


@pytest.mark.slow
def test_the_daily_form_of_a_later_period_is_one_page(folder: Path, tmp_path: Path) -> None:
    second_inbox(folder)
    [page] = daily(folder, SECOND, tmp_path / "paper")
    assert "较周报第22期（截至2020年10月9日），新增事项1项，原有事项新增完成2项" in page.text
    assert outside([page]) == []


# ---------------------------------------------------------------- what else may come


LATE = {"整改时限": "2020-09-30"}
LONG = tuple(
    f"示例集团华北第{number}生态环境保护综合治理与资源再生利用有限责任公司"
    for number in "一二三四五六七八九十"
)
"""Names of 31 characters."""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["weekly", "daily"])
def test_names_of_30_characters(tmp_path: Path, form: str) -> None:
    folder = workspace(tmp_path / "ws", *LONG)
    for number, name in enumerate(LONG):
        late = ongoing(name, f"{number}-1", **LATE, 问题描述="挡板破损，" * 30)
        doubt = ongoing(name, f"{number}-2", 整改状态="基本完成")
        send(folder, f"{number}.xlsx", late, doubt, item(name, f"{number}-3"))
    result = merge(folder, "2020-10-09", "--form", form)
    pages = printed((result.folder / "briefing.docx").read_bytes(), tmp_path)
    assert outside(pages) == []
    assert f"超期事项涉及{LONG[0]}（1项，最长超期9天）" in pages[0].text
    assert "已完成最少10项、最多20项" in (pages[0].text if form == "daily" else pages[1].text)
    assert len(pages) == 1 if form == "daily" else len(pages) < 16


@pytest.mark.slow
def test_600_enterprises(tmp_path: Path) -> None:
    names = [f"示例{n:03d}矿业有限公司" for n in range(600)]
    folder = workspace(tmp_path / "ws", *names)
    for number in range(0, 500, 20):
        rows = [
            row
            for n in range(number, number + 20)
            for row in (
                item(names[n], f"{n}-1"),
                ongoing(names[n], f"{n}-2", **LATE),
            )
        ]
        send(folder, f"{number}.xlsx", *rows)
    result = merge(folder)
    pages = printed((result.folder / "briefing.docx").read_bytes(), tmp_path)
    assert outside(pages) == []
    assert "等500家（见超期事项清单）。" in pages[0].text
    assert "需研究决定：超期500项" in pages[0].text
    assert len(pages) < 20
    assert any("共500行，此处列“持续整改”最多的100行" in page.text for page in pages)


@pytest.mark.slow
def test_an_empty_week_and_no_cases(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws", "示例甲矿业有限公司")
    sent = send(folder, "a.xlsx", item("示例甲矿业有限公司", "1"))
    merge(folder)
    sent.unlink()
    result = merge(folder, "2020-10-16")
    pages = printed((result.folder / "briefing.docx").read_bytes(), tmp_path)
    assert outside(pages) == []
    said = ("新增事项0项，原有事项新增完成0项、退回整改0项，整改完成率无变化", "未收到转办案件")
    assert len(list(places(pages[0], *said))) == 2
    text = "".join(page.text for page in pages)
    assert all(f"本期无{what}。" in text for what in ("超期事项", "滞后事项", "转办案件"))
