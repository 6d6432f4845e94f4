"""The template that people take to edit it: with the list of its tags, which no briefing shows."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from briefings import BRIEFING, DAY, ENGLISH, TEMPLATE, W, edited, said, texts
from workbooks import item, merge, send, taizhang, workspace

from pipeline.errors import ConfigurationError
from pipeline.write.briefing import write_briefing
from pipeline.write.briefing.context import values
from pipeline.write.briefing.listing import with_listing
from pipeline.write.briefing.tags import spelt

A = "示例甲矿业有限公司"


def listed(document: docx.document.Document) -> list[list[str]]:
    """The rows of the last table."""
    return [[said(cell) for cell in row.cells] for row in document.tables[-1].rows]


@pytest.mark.parametrize("template", [TEMPLATE, ENGLISH])
def test_every_tag_is_listed_with_its_value(template: Path) -> None:
    lang = "en" if template is ENGLISH else "zh"
    made = with_listing(template, values(BRIEFING), lang)
    header, *rows = listed(docx.Document(io.BytesIO(made)))
    assert header == (
        ["Tag", "Meaning", "Value today"] if lang == "en" else ["标签", "含义", "现值"]
    )
    assert [row[:2] for row in rows] == [[name, tag.meaning(lang)] for name, tag in spelt()]
    today = {row[0]: row[2] for row in rows}
    assert today["{{ title }}"] == "督察整改简报"
    assert today["{{ number }}"] == "22"
    assert today["{{ section.heading }}"] == "一、总体进展；二、超期及滞后事项"
    assert today["{{ block.text }}"] == "提出事项38项，已完成24项。；本期无超期事项。"
    assert today["{{ block.table }}"] == "表1　按类别统计"
    assert today["{%p for annex in annexes %} … {%p endfor %}"] == "1"
    assert today["{{ remark.text }}"] == ""


def test_the_list_is_taken_away_when_the_template_is_used(tmp_path: Path) -> None:
    copy = tmp_path / "briefing.docx"
    copy.write_bytes(with_listing(TEMPLATE, {}, "zh"))
    assert write_briefing(BRIEFING, copy, DAY) == write_briefing(BRIEFING, TEMPLATE, DAY)


def test_a_copy_of_a_copy_lists_the_tags_once(tmp_path: Path) -> None:
    copy = tmp_path / "briefing.docx"
    copy.write_bytes(with_listing(TEMPLATE, {"{{ title }}": "旧"}, "zh"))
    again = docx.Document(io.BytesIO(with_listing(copy, {"{{ title }}": "新"}, "zh")))
    assert [p for p in texts(again) if p.startswith("标签一览")] == [
        "标签一览（供改模板时查看，生成简报时自动去掉）"
    ]
    assert listed(again)[2][2] == "新"


def test_what_an_office_wrote_below_the_list_stays(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(with_listing(TEMPLATE, {}, "zh")))
    document.add_paragraph("示例集团办公室印")
    document.save(str(tmp_path / "briefing.docx"))
    briefing = write_briefing(BRIEFING, tmp_path / "briefing.docx", DAY)
    assert texts(docx.Document(io.BytesIO(briefing)))[-1] == "示例集团办公室印"


def test_a_template_without_its_styles_says_which(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="缺少样式：简报表数"):
        with_listing(edited(tmp_path, "简报表数", "x", "word/styles.xml"), {}, "zh")


def test_the_command_gives_the_template_in_use_and_overwrites_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"))
    first = merge(folder)
    done = taizhang("template", "--briefing", cwd=folder)
    assert (done.code, done.err) == (0, "")
    own = folder / "input_templates" / "briefing.docx"
    document = docx.Document(str(own))
    assert ["{{ number }}", "期号：当年第几期", "1"] in listed(document)
    assert ["{{ date }}", "统计截止日期；印发后为印发日期", "2020年10月9日"] in listed(document)
    next(p for p in document.paragraphs if "{{ title }}" in p.text).add_run("（内部）")
    document.save(str(own))
    edited_by_hand = own.read_bytes()
    assert "briefing.new.docx" in taizhang("template", "--briefing", cwd=folder).out
    assert own.read_bytes() == edited_by_hand
    second = docx.Document(str(own.with_name("briefing.new.docx")))
    assert any("{{ title }}（内部）" in text for text in texts(second))
    run = merge(folder)
    shown = texts(docx.Document(str(run.folder / "briefing.docx")))
    assert "督察整改简报（内部）" in shown
    assert len(shown) == len(texts(docx.Document(str(first.folder / "briefing.docx"))))
    assert not list(docx.Document(str(own)).element.iter(f"{W}sdt"))


def test_without_a_workspace_it_is_the_shipped_one(tmp_path: Path) -> None:
    done = taizhang("template", "--briefing", "--out", "我的模板.docx", cwd=tmp_path)
    assert done.code == 0
    assert listed(docx.Document(str(tmp_path / "我的模板.docx")))[1][2] == "—"
