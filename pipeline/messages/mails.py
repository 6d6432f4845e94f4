"""A mail as a message names it: who sent it, when, under which name it lies in the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def named_mail(params: Mapping[str, Any], *, english: bool) -> str:
    """Return the mail with as much of its sender and time as it tells."""
    who, sent, file = params["who"], params["sent"], params["file"]
    if english:
        by = f" of {who}" if who else ""
        return f"The mail “{file}”{by}{f', sent {_moment(sent, english=True)},' if sent else ''}"
    by = f"『{who}』" if who else ""
    when = f"{_moment(sent, english=False)}发来" if sent else ""
    return f"{by}{when}{'的' if by or when else ''}邮件『{file}』"


def _moment(text: str, *, english: bool) -> str:
    moment = datetime.fromisoformat(text)
    told = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{moment:%Y-%m-%d %H:%M}" if english else f"{told} {moment:%H:%M} "
