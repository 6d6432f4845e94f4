"""Templates that can't be filled in: refused, with the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from briefings import BRIEFING, DAY, edited

from pipeline.errors import ConfigurationError
from pipeline.write.briefing import write_briefing


def refused(template: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        write_briefing(BRIEFING, template, DAY)
    assert caught.value.remedy
    return caught.value


def test_an_unknown_tag_is_named_with_its_place(tmp_path: Path) -> None:
    error = refused(edited(tmp_path, "{{ section.heading }}", "{{ section.titel }}"))
    assert "titel" in error.message
    assert "{{ section.titel }}" in error.message
    assert "edited.docx" in error.message


def test_a_broken_tag_is_shown_with_what_stands_around_it(tmp_path: Path) -> None:
    error = refused(edited(tmp_path, "{%p endfor %}", "{%p endfro %}"))
    assert "endfro" in error.message


def test_a_loop_never_closed_is_refused(tmp_path: Path) -> None:
    assert "标签写法有误" in refused(edited(tmp_path, "{%p endfor %}", "")).message


@pytest.mark.parametrize(
    "typed", ["｛｛ title ｝｝", "{｛ title }}", "{{ title }｝", "｛％ title %}"]
)
def test_full_width_braces_are_refused(tmp_path: Path, typed: str) -> None:
    error = refused(edited(tmp_path, "{{ title }}", typed))
    assert typed in error.message
    assert "半角" in error.remedy


@pytest.mark.parametrize(
    "tag", ["{{ title.__class__.__mro__ }}", "{{ title + 1 }}", "{{ 1 // 0 }}", "{{ title() }}"]
)
def test_a_tag_that_fails_or_reaches_out_is_refused(tmp_path: Path, tag: str) -> None:
    refused(edited(tmp_path, "{{ title }}", tag))


@pytest.mark.parametrize(
    "dropped, lost",
    [
        ("{{ block.text }}", "提出事项38项，已完成24项。"),
        ("{{ annex.table }}", "表：各企业整改情况"),
        ("{{ section.heading }}", "一、总体进展"),
    ],
)
def test_a_template_that_loses_content_is_refused(tmp_path: Path, dropped: str, lost: str) -> None:
    assert lost in refused(edited(tmp_path, dropped, "")).message


def test_a_table_tag_within_text_is_refused(tmp_path: Path) -> None:
    error = refused(edited(tmp_path, "{{ block.table }}", "见表：{{ block.table }}"))
    assert "见表" in error.message


def test_a_style_that_is_missing_is_named(tmp_path: Path) -> None:
    error = refused(edited(tmp_path, "简报表格", "我的表格", "word/styles.xml"))
    assert "简报表格" in error.message


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_word_file_is_refused(tmp_path: Path, content: bytes) -> None:
    template = tmp_path / "briefing.docx"
    template.write_bytes(content)
    assert "打不开" in refused(template).message


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    assert "没有这个简报模板" in refused(tmp_path / "none.docx").message
