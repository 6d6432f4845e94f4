"""The tags of the briefing's template, declared once: what may stand there, and what it means.

Checking a template, the page that lists its tags, and docs/template.md are made from this list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and its meaning; one with ``parts`` is a list, of which ``each`` has these parts."""

    name: str
    zh: str
    en: str
    each: str = ""
    parts: tuple[Tag, ...] = ()

    def meaning(self, lang: str) -> str:
        """Return what the tag stands for, in words."""
        return self.en if lang == "en" else self.zh


_CAPTION = Tag("caption", "表或图的名称；没有则为空", "caption of the table or chart, or empty")
_TABLE = Tag(
    "table",
    "一张表（有图的，图在表上方）或一张图，占它所在的整段，段内不写别的",
    "a table, its chart above it, or a chart; alone in its paragraph",
)
_NOTE = Tag("note", "表下的注；没有则为空", "the note below the table, or empty")

TAGS = (
    Tag("marking", "标注，如“内部资料”；没有则为空", "a marking, or empty"),
    Tag("title", "简报名称", "the briefing's name"),
    Tag("draft", "草稿在期号前写“拟”；印发后为空", "says that the number is a draft's, or empty"),
    Tag("number", "期号：当年第几期", "the issue within the year"),
    Tag("running", "总期号", "the running total of issues"),
    Tag("office", "编发单位", "the issuing office"),
    Tag("date", "统计截止日期；印发后为印发日期", "the as-of date; once issued, the day of issue"),
    Tag("signer", "签发人；签发前为空白", "who signed it; blank until then"),
    Tag(
        "remarks",
        "按语各段（工作文件夹 notes/期号日期.txt，一行一段）；没有则为空",
        "paragraphs of the editor's note (notes/DATE.txt in the workspace), or none",
        "remark",
        (Tag("text", "按语的一段", "a paragraph"),),
    ),
    Tag(
        "sections",
        "正文各部分",
        "the numbered parts of the body",
        "section",
        (
            Tag("heading", "标题，带序号，如“一、总体进展”；日报为空", "heading with its number"),
            Tag(
                "blocks",
                "一部分里的段落和表",
                "its paragraphs and tables",
                "block",
                (
                    Tag("text", "一段话；是表时为空", "a paragraph; empty for a table"),
                    _CAPTION,
                    _TABLE,
                    _NOTE,
                ),
            ),
        ),
    ),
    Tag(
        "annexes",
        "附件各表",
        "the annexes, a table each",
        "annex",
        (Tag("label", "附件号，如“附件1”", "such as Annex 1"), _CAPTION, _TABLE, _NOTE),
    ),
    Tag(
        "closing",
        "报尾各行：报、送、发，有收件单位的才有",
        "lines of the closing block that have addressees",
        "line",
        (
            Tag("label", "“报：”“送：”“发：”", "who it is for"),
            Tag("names", "单位名单", "the addressees"),
        ),
    ),
    Tag("report_to", "报送单位", "whom it is reported to"),
    Tag("send_to", "主送单位", "whom it is sent to"),
    Tag("copy_to", "发送单位", "whom it is copied to"),
    Tag(
        "log",
        "存证号：印发时日志最末一条的序号和哈希（前 16 位）；印发前为 ×",
        "the log's newest entry when it was issued: position and 16 digits of its hash; × before",
    ),
    Tag("copies", "“共印30份”；没有则为空", "how many copies are printed, or empty"),
)


def spelt(tags: tuple[Tag, ...] = TAGS, within: str = "") -> Iterator[tuple[str, Tag]]:
    """Yield each tag as it is written in a template, with its braces; lists by their loop."""
    for tag in tags:
        name = f"{within}.{tag.name}" if within else tag.name
        if tag.parts:
            yield f"{{%p for {tag.each} in {name} %}} … {{%p endfor %}}", tag
            yield from spelt(tag.parts, tag.each)
        else:
            yield f"{{{{ {name} }}}}", tag
