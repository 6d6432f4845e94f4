"""Words in labels and cells that tell what a column is for; English and Chinese, a few others."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pipeline.profile import Column, Profile, shipped_profile, shipped_profiles
from pipeline.text import fold


def _words(*forms: str) -> re.Pattern[str]:
    """A pattern to be searched in ``plain`` labels: Latin words whole, others anywhere."""
    latin = "|".join(form for form in forms if form.isascii())
    other = "|".join(form for form in forms if not form.isascii())
    return re.compile(
        "|".join(
            part
            for part in (rf"(?<![a-z0-9])(?:{latin})(?![a-z0-9])" if latin else "", other)
            if part
        )
    )


def plain(label: str) -> str:
    """A label as words are looked for in it: BKG_NUM, dateClosed and "Date Closed" alike."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    return " ".join(re.sub(r"[_./\-#()\n\r\t]+", " ", spaced).casefold().split())


SERIAL: Final = re.compile(r"(序号|行号|编序|项次|连番|連番|no\.?|#|№|s/?n|sl\.?no\.?|row|line)")
KEY: Final = _words(
    "id", "ids", "no", "nr", "num", "number", "ref", "reference", "code", "key", "upc", "sku",
    "编号", "编码", "代码", "代号", "单号", "文号", "番号", "账号", "号码", "号$", "№",
)  # fmt: skip
STATUS: Final = _words(
    "status", "state", "stage", "disposition", "closed", "done", "completed", "resolved",
    "statut", "estado", "stato",
    "状态", "是否完成", "完成情况", "整改情况", "办理情况", "是否办结", "是否整改", "进度",
    "状況", "ステータス",
)  # fmt: skip
DEADLINE: Final = _words(
    "due", "deadline", "target", "expected", "planned", "by when", "expires?", "expiry",
    "échéance", "fällig",
    "时限", "期限", "截止", "计划完成", "应完成", "到期", "期日", "締切", "予定", "予想",
)  # fmt: skip
DONE_ON: Final = _words(
    "closed", "completed", "completion", "resolved", "finished", "closure", "implemented", "done",
    "完成", "办结", "销号", "完了", "終了",
)  # fmt: skip
FOUND_ON: Final = _words(
    "raised", "found", "identified", "opened", "reported", "issued", "created", "logged",
    "received", "discovered", "discovery", "reg", "bkg", "start",
    "发现", "提出", "交办", "受理", "登记", "发生", "申告",
)  # fmt: skip
SUBJECT: Final = _words(
    "finding", "description", "issue", "observation", "title", "subject", "task", "problem", "item",
    "name", "fname", "details?", "desc", "问题", "描述", "内容", "事项", "作業項目名", "名称",
)  # fmt: skip
ENTERPRISE: Final = _words(
    "company", "enterprise", "entity", "business unit", "subsidiary", "organi[sz]ation", "auditee",
    "plant", "site", "facility", "会社", "会社名",
)  # fmt: skip
PRIVATE: Final = _words(
    "phone", "mobile", "tel", "telephone", "cell", "e ?mail", "birth", "dob", "ssn", "passport",
    "surname", "last name", "first name", "lname", "fname", "last nm", "frst nm", "address",
    "电话", "手机", "联系方式", "联系人", "身份证", "邮箱", "住址", "出生", "姓名",
)  # fmt: skip
PERSON: Final = _words(
    "owner", "responsible", "manager", "officer", "assignee", "assigned to", "auditor", "person",
    "责任人", "负责人", "经办人", "核查人", "领导", "担当者",
)  # fmt: skip
NO_AMOUNT: Final = _words(
    "id", "no", "nr", "code", "phone", "mobile", "tel", "zip", "ref", "upc", "sku", "fax", "cd",
    "编号", "编码", "代码", "电话", "手机", "号码", "身份证", "账号", "邮编",
)  # fmt: skip
DATED: Final = _words("date", "dt", "day", "日期", "时间", "日", "時間")
UNIT: Final = re.compile(
    r"(亿|万|千|百)?元|吨|千克|公斤|kg|g|t|m|km|m2|m3|%|个|项|件|台|套|次|天|小时"
)

_DONE: Final = (
    "closed", "close", "done", "complete", "completed", "resolved", "finished", "fixed",
    "implemented", "remediated", "cleared", "已完成", "完成", "已整改", "已办结", "办结", "已销号",
    "已关闭", "关闭", "已解决", "完了", "済", "100%",
)  # fmt: skip
_GOING: Final = (
    "open", "in progress", "ongoing", "pending", "not started", "overdue", "new", "started",
    "reopened", "on hold", "on track", "delayed", "under review", "in review", "active", "wip",
    "partially implemented", "not implemented", "整改中", "进行中", "未完成", "未启动", "处理中",
    "办理中", "未办结", "未整改", "待处理", "待整改", "滞后", "推进中",
    "対応中", "未着手", "作業中",
)  # fmt: skip
_YES: Final = ("yes", "y", "true", "√", "✓", "✔", "是", "1", "x")
_NO: Final = ("no", "n", "false", "×", "✗", "✘", "否", "0")


@cache
def _states() -> tuple[dict[str, str], dict[str, str]]:
    """Spellings of states -> completed or ongoing; the second only under a label that asks."""
    said = {fold(w): "completed" for w in _DONE} | {fold(w): "ongoing" for w in _GOING}
    for profile in known_profiles():
        for text, stage in _stages(profile):
            said.setdefault(fold(text), stage)
    asked = {fold(w): "completed" for w in _YES} | {fold(w): "ongoing" for w in _NO}
    return {t: s for t, s in said.items() if t not in asked}, asked


def _stages(profile: Profile) -> list[tuple[str, str]]:
    """Every spelling of a profile's states with the stage that it means."""
    parts = {p.id: p for p in profile.partition(profile.stages.partition).parts}
    groups = (("completed", profile.stages.completed), ("ongoing", profile.stages.ongoing))
    found = []
    for stage, names in groups:
        values = [v for name in names for test in parts[name].when.values() for v in test]
        for choice in profile.column(profile.status_column).choices:
            if choice.value in values:
                found += [(t, stage) for t in (choice.value, choice.en, *choice.accepts)]
    return found


def stage_of(text: str, *, asked: bool) -> str:
    """Return "completed" or "ongoing" where a status surely says so, else "".

    ``asked``: the column's label asks whether it is done, so that yes and no answer it.
    """
    said, answers = _states()
    folded = fold(text)
    return said.get(folded, "") or (answers.get(folded, "") if asked else "")


def asks_whether(label: str) -> bool:
    """Whether yes and no answer the label: 是否完成, Closed?, Done (Y/N)."""
    return bool(re.search(r"是否|closed\?|done|completed\?|resolved\?|y n$", plain(label)))


# ---------------------------------------------------------------- what is shipped


@cache
def known_profiles() -> tuple[Profile, ...]:
    """The shipped profiles: what they know of labels is known here."""
    return tuple(shipped_profile(name) for name in shipped_profiles())


@cache
def known_columns() -> dict[str, Column]:
    """Shipped columns by their folded labels and aliases, the surer and the first of equals."""
    found: dict[str, Column] = {}
    columns = [column for profile in known_profiles() for column in profile.columns]
    for labels in (
        lambda c: (c.label.zh, c.label.en),
        lambda c: c.aliases,
        lambda c: (*c.shared_aliases, *c.weak_aliases),
    ):
        for column in columns:
            for label in labels(column):
                found.setdefault(fold(label), column)
    return found


@cache
def known_labels() -> frozenset[str]:
    """Folded labels that speak for a header."""
    usual = (
        "name", "date", "description", "status", "owner", "priority", "category", "type", "title",
        "due date", "comments", "remarks", "notes", "quantity", "qty", "price", "amount", "total",
        "city", "country", "address", "age", "gender", "code", "id", "no", "no.", "#", "item",
        "姓名", "日期", "时间", "名称", "类型", "数量", "金额", "单价", "地址", "部门", "项目",
        "年份", "月份",
    )  # fmt: skip
    return frozenset(known_columns()) | {fold(label) for label in usual}
