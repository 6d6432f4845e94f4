"""A small briefing for tests, and how to look into what is written from it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import docx

from pipeline.shipped import briefing_template, shipped
from pipeline.write.briefing import write_briefing
from pipeline.write.content import Briefing, Grid, Placed, Section

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEMPLATE, ENGLISH = (shipped(briefing_template(lang)) for lang in ("zh", "en"))
DAY = date(2020, 10, 9)

GRID = Grid(
    caption=("表1　按类别统计",),
    header=("类别", "总数", "已完成"),
    rows=(
        ("废水类", Placed("9", "water"), Placed("6", "water_done")),
        ("合计", Placed("38", "total"), Placed("24", "done")),
    ),
    numeric=(False, True, True),
    weights=(2, 1, 1),
    total=True,
    note="注：数据截至2020年10月9日。",
)
BRIEFING = Briefing(
    title="督察整改简报",
    number=22,
    running=58,
    office="示例集团环保督察整改办公室",
    date="2020年10月9日",
    marking="内部资料",
    sections=(
        Section(
            "总体进展",
            (
                ("提出事项", Placed("38", "total"), "项，已完成", Placed("24", "done"), "项。"),
                GRID,
            ),
        ),
        Section("超期及滞后事项", (("本期无超期事项。",),)),
    ),
    annexes=(replace(GRID, caption=("各企业整改情况",), note=""),),
    report_to=("集团党委", "董事会"),
    send_to=("各部门",),
    copy_to=(),
    copies=30,
    lang="zh",
)


def saying(*sentences: str) -> Briefing:
    return replace(BRIEFING, sections=(Section("进展", tuple((s,) for s in sentences)),))


def written(briefing: Briefing = BRIEFING, template: Path = TEMPLATE) -> docx.document.Document:
    return docx.Document(io.BytesIO(write_briefing(briefing, template, DAY)))


def said(within: Any) -> str:
    """All text of a paragraph, a cell or a part; python-docx leaves out what is in controls."""
    held = {f"{W}tab": "\t", f"{W}br": "\n"}
    runs = within._element.iter(f"{W}r")
    return "".join(
        held.get(each.tag) or each.text or ""
        for run in runs
        for each in run
        if each.tag in {f"{W}t", *held}
    )


def texts(document: docx.document.Document) -> list[str]:
    return [text for p in document.paragraphs if (text := said(p))]


def controls(document: docx.document.Document) -> list[tuple[str, str]]:
    """Every control's tag and the text within, from top to bottom."""
    return [
        (
            control.find(f"{W}sdtPr/{W}tag").get(f"{W}val"),
            "".join(t.text for t in control.iter(f"{W}t")),
        )
        for control in document.element.iter(f"{W}sdt")
    ]


def bookmarks(document: docx.document.Document) -> dict[str, str]:
    """Every bookmark's name and the text within."""
    found: dict[str, str] = {}
    for start in document.element.iter(f"{W}bookmarkStart"):
        inside = ""
        for following in start.itersiblings():
            if following.tag == f"{W}bookmarkEnd":
                assert following.get(f"{W}id") == start.get(f"{W}id")
                break
            inside += "".join(t.text for t in following.iter(f"{W}t"))
        found[start.get(f"{W}name")] = inside
    return found


def edited(tmp_path: Path, old: str, new: str, part: str = "word/document.xml") -> Path:
    """The shipped template with its XML changed, as an edit in Word would change it."""
    changed = tmp_path / "edited.docx"
    with zipfile.ZipFile(TEMPLATE) as source, zipfile.ZipFile(changed, "w") as target:
        for name in source.namelist():
            text = source.read(name).decode()
            if name == part:
                assert old in text
                text = text.replace(old, new)
            target.writestr(name, text)
    return changed
