"""Which rows of a ledger are data, and why the others are not.

Conservative: a row with a real description and a state is data, whatever else it looks like. A
row that is set aside wrongly is an item lost; one that is kept wrongly is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.read.columns import Columns
from pipeline.read.header import Header
from pipeline.read.labels import Labels, folded_label
from pipeline.text import fold

_EXAMPLE: Final = re.compile(r"\(?(填写|填报)?(示例|样例|例|范例)(行|\d{1,2})?\)?")
_EXAMPLE_SAID: Final = re.compile(
    r"(填写|填报)?(示例|样例|例|例如|范例)\d{0,2}:|\((示例|样例|范例)\)"
)
_TOTAL: Final = re.compile(r"(合|总|小|共|累)计|(grand|sub)?totals?(:|$)")
_TOTAL_ALONE: Final = re.compile(
    r"(本页|本表|本月|本期|企业|以上|上述|全部)?(合|总|小|共|累)计(:|\(.*\))?|(grand|sub)?totals?:?"
)
_TOTAL_OF: Final = re.compile(r".{1,20}(合|总|小|共|累)计(:|\(.*\))?")
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
_OPINION: Final = re.compile(r".{0,12}(负责人|领导|部门|单位|公司)(审核|审批|审查)?意见:.*")
_SEALED: Final = re.compile(r".*\((盖章|公章|签章|单位盖章|加盖公章)\):?")
_DATE_ALONE: Final = re.compile(r"\d{4}[年.\-/]\d{1,2}[月.\-/]\d{1,2}日?|年月日")
_MARK: Final = re.compile(
    r"\W*(第?\d+页?[,/、]?共\d+页|第\d+页|续表\d*|(转|接)[上下]页|以下(空白|无正文|无))\W*"
)
_NOTHING: Final = frozenset({"/", "-", "--", "无", "\\"})
_COUNTED: Final = re.compile(
    r"(以上)?(共计?|合计|总计|累计):?\d+[项个件条].*\d+[项个件条]?%?.{0,9}"
)
_NUMBERED: Final = re.compile(r"\W*[a-z]{0,3}\W*[\d一二三四五六七八九十百]{0,6}\W*")
_CHINESE: Final = "[一二三四五六七八九十]{1,3}"
_LEVELS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第?{_CHINESE}(部分|[、.:])",
        rf"\({_CHINESE}\)[、.:]?",
        r"\d{1,2}[、.:](?!\d)",
        r"\(\d{1,2}\)[、.:]?|\d{1,2}\)",
    )
)
_TITLE_END: Final = re.compile(
    r"((整改)?(事项|问题|项目|台账|清单|情况|部分|表)|\(?共?\d*[项个]\)?|\(\d+\)|:"
    r"|findings?|items?|issues?|actions?|cases?)+$"
)

_FEW: Final = 4
_NOTE_CELLS: Final = 2
_WIDE_MERGE: Final = 3
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Guide:
    """What telling rows apart needs to know of the sheet; columns are indices from 0.

    ``firm`` are the required columns beside description and enterprise: a description with one of
    them makes a row data. ``amounts`` are the number columns, ``choices`` all spellings of choices.
    ``wide`` are the rows with a cell merged over three columns or more.
    """

    labels: tuple[str, ...]
    subject: int | None
    key: int | None
    serial: int | None
    enterprise: int | None
    token: int | None
    firm: tuple[int, ...]
    amounts: frozenset[int]
    known: frozenset[int]
    choices: frozenset[str]
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
        amounts=frozenset(
            known[c.id] for c in profile.columns if c.type == "number" and c.id in known
        ),
        known=frozenset(known.values()),
        choices=frozenset[str]().union(*labels.spellings.values()),
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
    if _is_example(filled, at, about):
        return "example"
    filing = _filing(filled, about) if len(filled) <= _FEW else None
    if filing:
        return filing
    told = {i: fold(c) for i, c in filled.items() if not _is_prefilled(i, c, about)}
    if all(_MARK.fullmatch(text) or text in _NOTHING for text in told.values()):
        return "note" if told else "blank"
    described = _is_described(filled.get(about.subject, "") if about.subject is not None else "")
    if described and any(i in filled for i in about.firm if i != about.subject):
        return None
    at, first = next(iter(told.items()))
    if _is_total(told, described, about):
        return "total"
    if _UNIT.fullmatch(first) and len(told) <= _NOTE_CELLS:
        return "unit"
    if (_NOTE.match(first) or first.strip(":") in _NOTE_ALONE) and len(told) <= _NOTE_CELLS:
        return "note"
    if _is_signature(filled, described, about):
        return "signature"
    return "note" if _is_remark(number, filled, about) else None


def _repeats(filled: Mapping[int, str], about: Guide) -> bool:
    """Whether at least half of the cells are the header's own labels."""
    repeated = sum(
        i < len(about.labels) and about.labels[i] != "" and folded_label(cell) == about.labels[i]
        for i, cell in filled.items()
    )
    return repeated >= 2 and 2 * repeated >= len(filled)


def _is_example(filled: Mapping[int, str], at: int, about: Guide) -> bool:
    """Whether the row says it is an example. 示例甲公司 is a name, not a sign of one."""
    for place in filled.keys() & {at, about.serial, about.key}:
        text = fold(filled[place])
        if _EXAMPLE.fullmatch(text):
            return True
        if place not in (about.enterprise, about.key) and _EXAMPLE_SAID.match(text):
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


def _is_total(told: Mapping[int, str], described: bool, about: Guide) -> bool:
    """Whether a row says 合计 where nothing else is described, or holds nothing but sums."""
    begin, first = next(iter(told.items()))
    if described:
        if len(told) == 1 and _COUNTED.fullmatch(first):
            return True
        return begin != about.subject and len(told) <= _NOTE_CELLS and bool(_TOTAL.match(first))
    if any(told.get(i) in about.choices for i in about.firm):
        return False
    if told.keys() <= about.amounts:
        return all(_COUNT.fullmatch(text) for text in told.values())
    if begin != about.subject and _TOTAL.match(first):
        return True
    return any(
        _TOTAL_ALONE.fullmatch(text) or (at != about.subject and _TOTAL_OF.fullmatch(text))
        for at, text in told.items()
    )


def _is_signature(filled: Mapping[int, str], described: bool, about: Guide) -> bool:
    if described and (len(filled) > _FEW or about.key in filled):
        return False
    if len(filled) > 2 * _FEW:
        return False
    at, cell = next(iter(filled.items()))
    first = fold(cell)
    if _OPINION.fullmatch(first):
        return True
    if len(filled) == 1 and (_SEALED.fullmatch(first) or _DATE_ALONE.fullmatch(first)):
        return True
    signs = [bool(_SIGNATURE.fullmatch(fold(c))) for c in filled.values()]
    return signs[0] and (at != about.subject or sum(signs) > 1 or ":" in first)


def _is_prefilled(column: int, cell: str, about: Guide) -> bool:
    """Whether a cell is one that a blank ledger, or a dragged-down column, fills by itself."""
    if column == about.serial:
        return bool(_NUMBERED.fullmatch(fold(cell)))
    if column != about.enterprise or len(cell) > _LONGEST_NAME:
        return False
    text = fold(cell)
    if text.strip(":") in _NOTE_ALONE or heading(cell)[1] in about.choices:
        return False
    return not _TOTAL_ALONE.fullmatch(text) and not _TOTAL_OF.fullmatch(text)


def _is_remark(number: int, filled: Mapping[int, str], about: Guide) -> bool:
    """Whether one text stands alone: across the sheet, where no text belongs, or as a heading."""
    if len(filled) != 1:
        return False
    ((at, cell),) = filled.items()
    if heading(cell)[1] in about.choices:
        return True
    if at == about.subject:
        return False
    if any(numbered.match(fold(cell)) for numbered in _LEVELS[:2]):
        return True
    first = (min(about.known), about.serial, about.enterprise)
    return number in about.wide or at not in about.known or at in first


def heading(text: str) -> tuple[int, str]:
    """Return the level of a sub-title by how it is numbered (一、 (一) 1. none), and its words."""
    folded = fold(text)
    for level, numbered in enumerate(_LEVELS):
        found = numbered.match(folded)
        if found:
            return level, words_of_title(folded[found.end() :])
    return len(_LEVELS), words_of_title(folded)


def is_mark(text: str) -> bool:
    """Whether a text only serves printing: 第1页, 续表, 以下空白."""
    folded = fold(text)
    return bool(_MARK.fullmatch(folded)) or folded.endswith(("(续)", "续"))


def words_of_title(text: str) -> str:
    """Return a folded title without 事项, 台账, counts and the like at its end."""
    return _TITLE_END.sub("", text)
