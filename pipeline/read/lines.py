"""Which rows of a ledger are data, and why the others are not.

Conservative: a row with a real description and a state is data, whatever else it looks like. A
row that is set aside wrongly is an item lost; one that is kept wrongly is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.read.header import Columns, Header
from pipeline.read.labels import Labels, folded_label
from pipeline.text import fold

_EXAMPLE: Final = re.compile(r"\(?(填写|填报)?(示例|样例|例|范例)(行|\d{1,2})?\)?")
_EXAMPLE_SAID: Final = re.compile(
    r"(填写|填报)?(示例|样例|例|例如|范例)\d{0,2}:|\((示例|样例|范例)\)"
)
_TOTAL: Final = re.compile(r"(合|总|小|共|累)计|(grand|sub)?totals?(:|$)")
_TOTAL_ALONE: Final = re.compile(
    r"(本页|本表|企业)?(合|总|小|共|累)计(:|\(.*\))?|(grand|sub)?totals?:?"
)
_COUNT: Final = re.compile(r"(共|合计|总计|小计)?:?\d+(\.\d+)?(项|个|件|条|家|万元|元)?")
_UNIT: Final = re.compile(
    r"\(?(金额|资金)?(单位|计量单位):(人民币)?(万元|亿元|千元|元|吨|项|件|个)\)?.*"
)
_NOTE: Final = re.compile(r"(注|备注|说明|附注|(填表|填报|填写|编制)(说明|须知|要求))\d{0,2}[:.、]")
_NOTE_ALONE: Final = frozenset({"注", "备注", "说明", "填表说明", "填报说明", "注意", "附注"})
_SIGNERS: Final = (
    "填报人|填表人|制表人|审核人|审批人|复核人|经办人|编制人|批准人|报送人|报告人|签发人|"
    "(主要|单位|部门|企业|分管|项目)?负责人|(分管|主管|主要|单位)领导|联系人|法人代表|"
    "填报单位|填报部门|(填报|填表|制表|报送|上报|审核)(日期|时间)|日期|制表|审核|批准|"
    "签字|签名|签章|盖章|公章"
)
_SIGNATURE: Final = re.compile(
    rf"({_SIGNERS})(\(?(签字|签名|签章|盖章|公章)\)?)*(:.*)?|({_SIGNERS})[^:]{{0,6}}:.*"
)
_SEALED: Final = re.compile(r".*\((盖章|公章|签章|单位盖章|加盖公章)\):?")
_DATE_ALONE: Final = re.compile(r"\d{4}[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?|年月日")
_NUMBERED: Final = re.compile(r"\W*[a-z]{0,3}\W*[\d一二三四五六七八九十百]{0,6}\W*")

_FEW: Final = 4
_NOTE_CELLS: Final = 2
_WIDE_MERGE: Final = 3
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Guide:
    """What telling rows apart needs to know of the sheet; columns are indices from 0.

    ``firm`` are the required columns beside description and enterprise: a description with one of
    them makes a row data. ``wide`` are the rows with a cell merged over three columns or more.
    """

    labels: tuple[str, ...]
    subject: int | None
    key: int | None
    serial: int | None
    enterprise: int | None
    token: int | None
    firm: tuple[int, ...]
    known: frozenset[int]
    guidance: frozenset[str]
    nil: frozenset[str]
    unchanged: frozenset[str]
    example: str
    wide: frozenset[int]


def guide(
    header: Header, labels: Labels, columns: Columns, merged: Sequence[tuple[int, int, int, int]]
) -> Guide:
    """Return the guide of a sheet whose columns are known."""
    profile, known = labels.profile, columns.known
    firm = (c.id for c in profile.columns if c.required == "E" and c.type in ("choice", "choices"))
    serial = next((known.get(c.id) for c in profile.columns if c.type == "serial"), None)
    return Guide(
        labels=header.labels,
        subject=known.get(profile.subject),
        key=known.get(profile.key),
        serial=serial,
        enterprise=known.get(profile.enterprise_column or ""),
        token=columns.token,
        firm=tuple(known[name] for name in firm if name in known),
        known=frozenset(known.values()),
        guidance=frozenset(fold(text) for text in profile.sheet.guidance),
        nil=frozenset(_phrase(text) for text in profile.nil),
        unchanged=frozenset(_phrase(text) for text in profile.unchanged),
        example=fold(profile.column(profile.subject).example),
        wide=frozenset(
            row
            for top, left, bottom, right in merged
            if right - left + 1 >= _WIDE_MERGE
            for row in range(top, min(bottom, top + _FEW) + 1)
        ),
    )


def reason_above(cells: Sequence[str]) -> str:
    """Return what a row above the header is: blank, a line that names the unit, or title."""
    filled = [fold(cell) for cell in cells if cell]
    if not filled:
        return "blank"
    return "unit" if len(filled) <= _FEW and _UNIT.fullmatch(filled[0]) else "title"


def reason_below(number: int, cells: Sequence[str], about: Guide) -> str | None:
    """Return why row ``number`` (from 0) below the header is set aside; None where it is data."""
    filled = {i: cell for i, cell in enumerate(cells) if cell and i != about.token}
    if not filled:
        return "blank"
    at = next(iter(filled))
    first = fold(filled[at])
    if at < len(about.labels) and first.strip("*:") == about.labels[at] and _repeats(filled, about):
        return "header-again"
    if _is_guidance(filled, about):
        return "guidance"
    if _is_example(filled, at, about):
        return "example"
    filing = _filing(filled, about) if len(filled) <= _FEW else None
    if filing:
        return filing
    described = _is_described(filled.get(about.subject, "") if about.subject is not None else "")
    if described and any(i in filled for i in about.firm):
        return None
    if _is_total(first, at, described, filled, about):
        return "total"
    if _UNIT.fullmatch(first) and len(filled) <= _NOTE_CELLS:
        return "unit"
    if (_NOTE.match(first) or first in _NOTE_ALONE) and len(filled) <= _NOTE_CELLS:
        return "note"
    if _is_signature(filled, described, about):
        return "signature"
    if all(_is_prefilled(i, cell, about) for i, cell in filled.items()):
        return "blank"
    return "note" if _is_remark(number, filled, at, about) else None


def _repeats(filled: Mapping[int, str], about: Guide) -> bool:
    """Whether at least half of the cells are the header's own labels."""
    repeated = sum(
        i < len(about.labels) and about.labels[i] != "" and folded_label(cell) == about.labels[i]
        for i, cell in filled.items()
    )
    return repeated >= 2 and 2 * repeated >= len(filled)


def _is_guidance(filled: Mapping[int, str], about: Guide) -> bool:
    """Whether most of the cells are texts that tell what to fill in."""
    told = sum(fold(cell) in about.guidance for cell in filled.values())
    return told >= _NOTE_CELLS and 2 * told > len(filled)


def _is_example(filled: Mapping[int, str], at: int, about: Guide) -> bool:
    """Whether the row says it is an example. 示例甲公司 is a name, not a sign of one."""
    places = {at} if about.serial is None else {at, about.serial}
    for place in places & filled.keys():
        text = fold(filled[place])
        if _EXAMPLE.fullmatch(text):
            return True
        if place != about.enterprise and _EXAMPLE_SAID.match(text):
            return True
    if about.subject is None or not about.example:
        return False
    return fold(filled.get(about.subject, "")) == about.example


def _is_described(text: str) -> bool:
    """Whether a description says something: not a mere count, not a mark of a total."""
    folded = fold(text)
    return bool(folded) and not _COUNT.fullmatch(folded) and not _TOTAL_ALONE.fullmatch(folded)


def _phrase(text: str) -> str:
    return fold(text).strip(".。!！;；,，:()/")


def _filing(filled: Mapping[int, str], about: Guide) -> str | None:
    """Return "nil" or "unchanged" where that is all the row says."""
    told = {_phrase(c) for i, c in filled.items() if not _is_prefilled(i, c, about)}
    prefilled = (about.enterprise, about.serial)
    names = {_phrase(cell) for i, cell in filled.items() if i in prefilled}
    told |= names & (about.nil | about.unchanged)
    if told and told <= about.nil:
        return "nil"
    return "unchanged" if told and told <= about.unchanged else None


def _is_total(
    first: str, at: int, described: bool, filled: Mapping[int, str], about: Guide
) -> bool:
    if at == about.subject:
        return bool(_TOTAL_ALONE.fullmatch(first))
    if not _TOTAL.match(first) and not _TOTAL_ALONE.fullmatch(first):
        return False
    return not described or len(filled) <= _NOTE_CELLS


def _is_signature(filled: Mapping[int, str], described: bool, about: Guide) -> bool:
    if described and (len(filled) > _FEW or about.key in filled):
        return False
    if len(filled) > 2 * _FEW:
        return False
    at, cell = next(iter(filled.items()))
    first = fold(cell)
    if len(filled) == 1 and (_SEALED.fullmatch(first) or _DATE_ALONE.fullmatch(first)):
        return True
    signs = [bool(_SIGNATURE.fullmatch(fold(c))) for c in filled.values()]
    return signs[0] and (at != about.subject or sum(signs) > 1 or ":" in first)


def _is_prefilled(column: int, cell: str, about: Guide) -> bool:
    """Whether a cell is one that a blank ledger, or a dragged-down column, fills by itself."""
    if column == about.serial:
        return bool(_NUMBERED.fullmatch(fold(cell)))
    return column == about.enterprise and len(cell) <= _LONGEST_NAME


def _is_remark(number: int, filled: Mapping[int, str], at: int, about: Guide) -> bool:
    """Whether one text stands alone, across the sheet or where a number or name belongs."""
    if len(filled) != 1 or at == about.subject:
        return False
    return number in about.wide or at in (about.serial, about.enterprise)
