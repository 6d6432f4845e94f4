"""Why one version counts and not another, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

_BECAUSE = {
    "ruled": ("已裁定", "it was ruled"),
    "void": ("本文件的名称写明『{older}』", "this file's name says “{older}”"),
    "sent": (
        "邮件发出较晚：{newer}，本文件 {older}",
        "its mail was sent later: {newer}, this one's {older}",
    ),
    "named": (
        "名称或标题中的日期较晚：{newer}，本文件 {older}",
        "the date in its name or title is later: {newer}, this one's {older}",
    ),
    "saved": (
        "保存时间较晚：{newer}，本文件 {older}",
        "it was saved later: {newer}, this one {older}",
    ),
    "words": (
        "按名称写法：『{newer}』，本文件 {older}",
        "by the words in its name: “{newer}”, this one {older}",
    ),
    "copy": (
        "同名文件中序号在后：{newer}，本文件 {older}",
        "of files with one name its number is greater: {newer}, this one's {older}",
    ),
    "name": (
        "看不出先后，暂取文件名在后的",
        "nothing tells which is newer; the later by name is taken for now",
    ),
}
"""By the kinds of evidence of ``pipeline.identify.age``."""

_KINDS = {
    "sent": ("邮件发出时间", "the time of the mail"),
    "named": ("名称或标题中的日期", "the date in the name or title"),
    "saved": ("保存时间", "the time of saving"),
    "words": ("名称写法", "the words in the name"),
    "copy": ("同名文件的序号", "the copy's number"),
    "void": ("名称中的『作废』字样", "the word “void” in the name"),
}


_MIGRATED = {
    "renamed": ("『{}』是改了名的栏目", "renamed: {}"),
    "added": ("没有后来增加的『{}』，这次不要求", "not asked of it, since added later: {}"),
    "retired": ("『{}』已不再使用，内容照原样保留", "no longer in use, kept as it is: {}"),
}


def migrated(params: Mapping[str, Any], *, english: bool) -> str:
    """Tell what became of the columns of an older version; "" where nothing did."""
    said = [words[english].format(params[name]) for name, words in _MIGRATED.items()
            if params.get(name)]  # fmt: skip
    told = ("; " if english else "；").join(said)
    return (f": {told}" if english else f"：{told}") if told else ""


def because(params: Mapping[str, Any], *, english: bool) -> str:
    """Tell by what the newer file was taken to be newer, and what speaks against it."""
    by = params["by"]
    said = {side: _said(by, params[f"{side}_says"], english=english) for side in ("newer", "older")}
    why = _BECAUSE[by][english].format(**said)
    against = [_KINDS[kind][english] for kind in params["against"] if kind in _KINDS]
    if not against:
        return why
    told = (", " if english else "、").join(against)
    return f"{why}; but {told} would say the contrary" if english else f"{why}；但{told}相反"


def how_different(params: Mapping[str, Any], *, english: bool) -> str:
    """Tell how many items differ, and in which columns most."""
    items, columns = params["differing"], params["columns"]["en" if english else "zh"]
    if not items:
        return "They say the same of these items." if english else "这些事项的内容相同。"
    told = (
        f"{items} of these items differ, mostly in {columns}."
        if english
        else f"其中 {items} 项内容不同，多为{columns}。"
    )
    if not params["listed"]:
        return told
    more = f" The first {params['listed']} are listed." if english else ""
    return told + (more or f"逐项只列前 {params['listed']} 处。")


def _said(by: str, text: str, *, english: bool) -> str:
    """What a file says in this regard: days and hours as people write them."""
    if by in ("sent", "saved") and text:
        moment = datetime.fromisoformat(text)
        return f"{_day(moment.date(), english=english)} {moment:%H:%M}"
    if by == "named" and text:
        return _day(date.fromisoformat(text), english=english)
    if by == "copy":
        return f"({text})" if text != "0" else _nothing(english=english)
    if by == "words" and not text:
        return _nothing(english=english)
    return text


def _nothing(*, english: bool) -> str:
    return "has none" if english else "没有"


def _day(moment: date, *, english: bool) -> str:
    return f"{moment:%Y-%m-%d}" if english else f"{moment.year}年{moment.month}月{moment.day}日"
