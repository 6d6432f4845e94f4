"""Who sees what: the one table of outputs and their readers. Every writer asks it.

A column of a profile names its audience. What it holds may stand in an output only if each of the
output's readers is of that audience; elsewhere it is left out, or masked where a sentence or cell
has to stand. The desk, which keeps the originals, sees everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Audience = Literal["desk", "enterprise", "leadership"]

EVERYONE: Final[tuple[Audience, ...]] = ("desk", "enterprise", "leadership")
DESK_ONLY: Final[frozenset[str]] = frozenset({"desk"})

MASK: Final = "＊＊＊"
"""What stands in place of a value that a reader may not see."""


@dataclass(frozen=True, slots=True)
class Output:
    """A file or folder that the program writes: who reads it, and what is done with the rest.

    ``what`` names it and ``hides`` says what becomes of columns that its readers may not see, both
    in Chinese and English.
    """

    readers: frozenset[str]
    what: tuple[str, str]
    hides: tuple[str, str]


def _for(*readers: Audience, what: tuple[str, str], hides: tuple[str, str]) -> Output:
    return Output(frozenset(readers), what, hides)


def _for_desk(zh: str, en: str) -> Output:
    return _for("desk", what=(zh, en), hides=("全部可见", "everything is shown"))


OUTPUTS: Final[Mapping[str, Output]] = {
    "master.xlsx": _for_desk("总台账", "master ledger"),
    "findings.xlsx": _for_desk(
        "问题清单、版本差异和裁定表", "findings, differing versions, rulings to fill in"
    ),
    "findings.parquet": _for_desk("问题清单，供程序读", "findings, for programs"),
    "taizhang.db": _for_desk("名册、裁定和期号", "roster, rulings, numbers of issues"),
    "archive/": _for_desk("原件", "what arrived, as it came"),
    "inbox/": _for_desk(
        "收件，以及 record 登记的电话报数", "what arrived, and what record noted by phone"
    ),
    "input_templates/": _for_desk(
        "台账模板，以及裁定加进去的别名", "profiles, with aliases that rulings added"
    ),
    "terminal": _for_desk(
        "各命令在屏幕上和以 --json 说的", "what commands say on screen and as --json"
    ),
    "briefing.docx": _for(
        "leadership",
        what=("简报", "briefing"),
        hides=(
            "不能列入清单、分组和名称短语（检查模板时即拒绝）",
            "can't be in lists, breakdowns or phrases (refused when the profile is checked)",
        ),
    ),
    "review.docx": _for(
        "leadership",
        what=("核稿单", "review sheet for who signs"),
        hides=("问题中的值和引用以＊＊＊代替", "values and quotations in findings are masked"),
    ),
    "correction.docx": _for(
        "leadership",
        what=("更正", "correction of an issue"),
        hides=("只列简报中的数字", "only what the briefing prints"),
    ),
    "issued/": _for(
        "leadership",
        what=("印发的简报和更正", "issues and corrections as they were published"),
        hides=("与简报、更正相同", "as in the briefing and the correction"),
    ),
    "briefing.pdf": _for(
        "leadership",
        what=("简报的 PDF（export）", "the briefing as PDF (export)"),
        hides=("与简报相同", "as in the briefing"),
    ),
    "briefing.png": _for(
        "leadership",
        what=("简报第一页的图片（export）", "a picture of its first page (export)"),
        hides=("与简报相同", "as in the briefing"),
    ),
    "briefing.txt": _for(
        "leadership",
        what=("群里用的短消息（export）", "the message for a chat (export)"),
        hides=("只有简报中的数字和名称", "only the briefing's figures and names"),
    ),
    "upward/": _for(
        "leadership",
        what=("上级单位报表（upward）", "the parent group's own form (upward)"),
        hides=("映射中用到即拒绝", "a mapping that uses them is refused"),
    ),
    "reports/": _for(
        "leadership",
        what=("单件情况报告", "report on one row"),
        hides=("写明“不列出”", "said to be withheld"),
    ),
    "dossiers/": _for(
        "leadership",
        what=("一事一档，供上级和督察组查看", "an item's dossier, for leadership and inspectors"),
        hides=(
            "写明“不列出”；企业原件和盖章件整本留在督办办公室",
            "said to be withheld; whole originals and stamped copies stay at the desk",
        ),
    ),
    "dossiers-desk/": _for_desk(
        "一事一档，经办自用（--for desk）", "an item's dossier for the desk (--for desk)"
    ),
    "handover.docx": _for_desk("交接单", "what a successor needs"),
    "common.xlsx": _for_desk("共性问题审核表", "common problems, to be reviewed"),
    "run.json": _for(
        "enterprise",
        "leadership",
        what=("运行记录，供核对数字", "record of the run, for tracing figures"),
        hides=(
            "问题中的值和引用以＊＊＊代替；不按其分组",
            "values and quotations in findings are masked; no breakdown by them",
        ),
    ),
    "returns/": _for(
        "enterprise",
        what=("退回企业的标注件和说明", "annotated files and texts for enterprises"),
        hides=(
            "企业自己报来的文件原样退回；其余不引用，值以＊＊＊代替",
            "its own file goes back as it came; else not quoted, and values are masked",
        ),
    ),
    "blank/": _for(
        "enterprise",
        what=("空白台账，已填有未完成事项的也是", "blank ledgers, those with open items too"),
        hides=(
            "不设这些列；不报送的台账由经办自用，列是全的",
            "the columns are not in it; a ledger that nobody reports is the desk's, and has all",
        ),
    ),
}
"""Every output that holds what ledgers say; others (timing.json) hold nothing of them."""


def may_show(audience: Collection[str], output: str) -> bool:
    """Return whether a column with this audience may stand in an output of OUTPUTS."""
    return all(reader in audience for reader in OUTPUTS[output].readers - DESK_ONLY)


def for_desk_only(audience: Collection[str]) -> bool:
    """Return whether nobody but the desk may see a column."""
    return not set(audience) - DESK_ONLY
