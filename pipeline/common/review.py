"""The coordinator's review of common problems: a workbook out, and its verdicts in again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.common.gather import Common
from pipeline.errors import UsageError
from pipeline.text import tidy
from pipeline.write.sheets import table_sheet
from pipeline.write.style import Styles, finished, workbook

GROUPS, ITEMS = "共性问题", "事项"
VERDICTS = ("保留", "改名", "合并到", "不成立")
_HEAD = ("组号", "名称", "状态", "事项数", "企业数", "涉及企业", "重点自查企业", "其他应自查企业",
         "审核意见", "新名称或并入组号", "审核人")  # fmt: skip
_ITEM_HEAD = ("组号", "企业", "编号", "问题描述", "新归入", "改归（拆分时填新名称，移出填“无”）",
              "标识")  # fmt: skip
_OUT = "无"


@dataclass(frozen=True)
class Verdicts:
    """What a workbook says: the group's name for each item ("" for none), by reviewer."""

    by_reviewer: Mapping[str, Mapping[str, str]]
    refused: tuple[str, ...]


def review_book(groups: Sequence[Common], as_of: date) -> bytes:
    """Return the workbook for review; the same groups give the same bytes."""
    book, stream = workbook(as_of)
    styles = Styles(book, "zh")
    rows = [
        (
            g.id, g.name, "已审核" if g.reviewed else "待审核", len(g.members), len(g.enterprises),
            "、".join(g.enterprises), "、".join(g.first), "、".join(g.others), "", "", "",
        )
        for g in groups
    ]  # fmt: skip
    widths = (10, 40, 10, 8, 8, 40, 40, 40, 12, 24, 12)
    sheet = table_sheet(book, styles, GROUPS, _HEAD, rows, widths)
    told = {"validate": "list", "source": list(VERDICTS), "error_type": "warning"}
    if rows:
        sheet.data_validation(1, _HEAD.index("审核意见"), len(rows), _HEAD.index("审核意见"), told)
    items = [
        (
            g.id,
            m.enterprise,
            m.number,
            m.text,
            "新" if g.reviewed and not m.ruled else "",
            "",
            m.item,
        )
        for g in groups
        for m in g.members
    ]
    table_sheet(book, styles, ITEMS, _ITEM_HEAD, items, (10, 28, 14, 50, 8, 24, 20))
    return finished(book, stream, as_of)


def verdicts_in(
    sheets: Mapping[str, Sequence[Sequence[str]]], groups: Sequence[Common]
) -> Verdicts:
    """Read the verdicts of a reviewed workbook. Raises UsageError where it is none."""
    lines = _rows(sheets, GROUPS, _HEAD)
    named, reviewers, refused = _named(lines, {g.id: g for g in groups})
    found: dict[str, dict[str, str]] = {}
    for row in _rows(sheets, ITEMS, _ITEM_HEAD):
        group, other = row["组号"], row[_ITEM_HEAD[5]]
        if group not in named:
            if other:
                refused.append(f"{group}：事项改归『{other}』，但该组没有审核意见")
            continue
        name = "" if other == _OUT else other or named[group]
        found.setdefault(reviewers[group], {})[row["标识"]] = name
    return Verdicts(found, tuple(dict.fromkeys(refused)))


def _named(
    lines: Sequence[Mapping[str, str]], groups: Mapping[str, Common]
) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """The name that each reviewed group has from now on, who says so, and what is refused."""
    verdicts = {row["组号"]: row for row in lines if row["审核意见"]}
    named: dict[str, str] = {}
    refused: list[str] = []
    for group, row in verdicts.items():
        verdict, value = row["审核意见"], row["新名称或并入组号"]
        if group not in groups or verdict not in VERDICTS:
            refused.append(f"{group}：组号或审核意见『{verdict}』不认识")
        elif not row["审核人"]:
            refused.append(f"{group}：没有填审核人")
        elif verdict == "不成立":
            named[group] = ""
        elif verdict == "保留":
            named[group] = groups[group].name
        elif verdict == "改名" and value:
            named[group] = value
        elif verdict == "合并到" and value in groups and value != group:
            target = verdicts.get(value, {})
            renamed = target.get("审核意见") == "改名" and target.get("新名称或并入组号")
            named[group] = renamed or groups[value].name
        else:
            refused.append(f"{group}：『{verdict}』须在后一列写明新名称或组号")
    return named, {group: verdicts[group]["审核人"] for group in named}, refused


def _rows(
    sheets: Mapping[str, Sequence[Sequence[str]]], name: str, head: Sequence[str]
) -> list[dict[str, str]]:
    lines = sheets.get(name, ())
    if not lines or [tidy(cell) for cell in lines[0]][: len(head)] != list(head):
        raise UsageError(
            f"没有『{name}』工作表，或表头被改动", "请给出 taizhang common --xlsx 写出的文件"
        )
    padded = ([tidy(cell) for cell in line] + [""] * len(head) for line in lines[1:])
    return [dict(zip(head, cells, strict=False)) for cells in padded if any(cells)]
