"""Templates that can't be filled in: refused, with the place and the remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from briefings import BRIEFING, DAY, edited

from pipeline.errors import ConfigurationError
from pipeline.write.briefing import write_briefing
from pipeline.write.briefing.context import context
from pipeline.write.briefing.figures import Marks
from pipeline.write.briefing.tags import TAGS, Tag, spelt


def refused(template: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        write_briefing(BRIEFING, template, DAY)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    "old, new, name, closest, around",
    [
        ("{{ title }}", "{{ titel }}", "titel", "title", "“{{ titel }}”"),
        (
            "{{ running }}",
            "{{ runing }}",
            "runing",
            "running",
            "{{ number }}期〔总第{{ runing }}期〕",
        ),
        ("{{ block.text }}", "{{ block.txet }}", "block.txet", "block.text", "“{{ block.txet }}”"),
        (
            "{{ section.heading }}",
            "{{ section['headin'] }}",
            "section.headin",
            "section.heading",
            "“{{ section['headin'] }}”",
        ),
        ("if block.table", "if block.tables", "block.tables", "block.table", "if block.tables"),
        ("for annex in annexes", "for annex in anexes", "anexes", "annexes", "in anexes %}"),
        ("{%tr if copies %}", "{%tr if copys %}", "copys", "copies", "{%tr if copys %}"),
        ("{%p endfor %}", "{%p endfro %}", "endfro", "endfor", "“{%p endfro %}”"),
    ],
)
def test_an_unknown_tag_is_named_with_its_place_and_the_closest(
    tmp_path: Path, old: str, new: str, name: str, closest: str, around: str
) -> None:
    error = refused(edited(tmp_path, old, new))
    assert f"『{name}』，最接近的是『{closest}』" in error.message
    assert around in error.message
    assert "edited.docx" in error.message
    assert "taizhang template --briefing" in error.remedy


NAMES = sorted({name for written, _ in spelt() for name in re.findall(r"{{ ([\w.]+) }}", written)})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mistake", [lambda n: n[:-2] + n[-1] + n[-2], lambda n: n + "s"])
def test_each_tag_mistyped_is_led_back_to(
    tmp_path: Path, name: str, mistake: Callable[[str], str]
) -> None:
    """Within its loops, wherever that is: the mistake is the only one in the template."""
    loops = {"remark": "remarks", "section": "sections", "annex": "annexes", "line": "closing"}
    owner = name.partition(".")[0] if "." in name else ""
    tag = f"{{{{ {mistake(name)} }}}}"
    if owner == "block":
        inner = f"{{% for block in section.blocks %}}{tag}{{% endfor %}}"
        tag = f"{{% for section in sections %}}{inner}{{% endfor %}}"
    elif owner:
        tag = f"{{% for {owner} in {loops[owner]} %}}{tag}{{% endfor %}}"
    message = refused(edited(tmp_path, "{{ title }}", f"{{{{ title }}}}{tag}")).message
    assert f"『{mistake(name)}』，最接近的是『{name}』" in message


def test_a_branch_that_is_not_taken_today_is_checked_too(tmp_path: Path) -> None:
    own = "{% if false %}{{ titel }}{% endif %}{{ title }}"
    assert "『title』" in refused(edited(tmp_path, "{{ title }}", own)).message


def test_a_name_outside_its_loop_is_told_where_it_belongs(tmp_path: Path) -> None:
    error = refused(edited(tmp_path, "{{ title }}", "{{ section.heading }}"))
    assert "『section』只能用在 {%p for section in … %}" in error.message


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("{%p endfor %}", "", "没有结束的循环或条件，缺少 endfor：在“{%p for annex in annexes %}”"),
        ("{%p for annex in annexes %}", "", "多出了『endfor』，前面没有与它成对的"),
        ("{%tr endfor %}", "{%tr endif %}", "多出了『endif』，此处应为 endfor"),
        ("{{ title }}", "{{ title }", "写了一半的标签"),
        ("{{ title }}", "title }}", "写了一半的标签"),
        ("{{ title }}", "{{ }}", "写法有误"),
        ("{{ title }}", "{{ title + }}", "写法有误"),
        ("{{ title }}", "{% include 'x' %}", "不认识的写法『include』"),
        ("{{ title }}", "{{ title.upper() }}", "不能调用"),
        ("{{ title }}", "{{ range(9) }}", "不能调用"),
        ("{{ title }}", "{% for x in title %}{% endfor %}", "不是一个列表"),
        ("{{ title }}", "{{ title.text }}", "『title』没有下一级"),
    ],
)
def test_what_is_not_whole_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refused(edited(tmp_path, old, new)).message


@pytest.mark.parametrize(
    "tag",
    [
        "{{ title|upper }}",
        "{{ sections[0].heading }}",
        "{% if number == '22' %}{% endif %}{{ office }}",
        "{% for s in sections %}{{ loop.index }}{{ s.heading }}{% endfor %}",
        "{% set name = title %}{{ name }}",
        "{# for the office: {{ no tag }} #}",
        "{% if title == “简报” %}{% else %}{{ title }}{% endif %}",
    ],
)
def test_what_people_may_write_is_accepted(tmp_path: Path, tag: str) -> None:
    write_briefing(BRIEFING, edited(tmp_path, "{{ date }}", f"{{{{ date }}}}{tag}"), DAY)


def test_a_footer_is_checked_too(tmp_path: Path) -> None:
    error = refused(edited(tmp_path, "— </w:t>", "— {{ nubmer }}</w:t>", "word/footer1.xml"))
    assert "最接近的是『number』" in error.message


def test_the_list_of_tags_is_what_templates_are_filled_with() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, list):
            return {name: shape(part) for item in value for name, part in item.items()}
        return ""

    def declared(tags: tuple[Tag, ...]) -> Any:
        return {tag.name: declared(tag.parts) if tag.parts else "" for tag in tags}

    assert shape([context(replace(BRIEFING, remarks=("按语",)), Marks())]) == declared(TAGS)


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
