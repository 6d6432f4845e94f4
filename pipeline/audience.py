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

    ``hides`` says in Chinese and English what becomes of columns that its readers may not see.
    """

    readers: frozenset[str]
    hides: tuple[str, str]


def _for(*readers: Audience, zh: str = "全部可见", en: str = "everything is shown") -> Output:
    return Output(frozenset(readers), (zh, en))


OUTPUTS: Final[Mapping[str, Output]] = {
    "master.xlsx": _for("desk"),
    "findings.xlsx": _for("desk"),
    "findings.parquet": _for("desk"),
    "taizhang.db": _for("desk"),
    "archive/": _for("desk"),
    "briefing.docx": _for(
        "leadership",
        zh="不能列入清单、分组和人名短语（模板检查时拒绝）",
        en="can't be in lists, breakdowns or phrases (refused when the profile is checked)",
    ),
    "run.json": _for(
        "enterprise",
        "leadership",
        zh="问题中的值和引用以＊＊＊代替；不按其分组",
        en="values in findings are masked; no breakdown by them",
    ),
    "returns/": _for(
        "enterprise",
        zh="本企业自己报来的文件原样退回；其余不引用，值以＊＊＊代替",
        en="its own file goes back as it came; else they are not quoted, and values are masked",
    ),
    "blank/": _for("enterprise", zh="不设这些列", en="the columns are not in it"),
}
"""Every output that holds what ledgers say; others (timing.json) hold nothing of them.

``blank/`` are the blank ledgers and those with what is still open.
"""


def may_show(audience: Collection[str], output: str) -> bool:
    """Return whether a column with this audience may stand in an output of OUTPUTS."""
    return all(reader in audience for reader in OUTPUTS[output].readers - DESK_ONLY)


def for_desk_only(audience: Collection[str]) -> bool:
    """Return whether nobody but the desk may see a column."""
    return not set(audience) - DESK_ONLY
