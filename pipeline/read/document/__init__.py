"""Reading a briefing that people have edited: every passage that is printed, and what marks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from pipeline.errors import ImpossibleError, UsageError
from pipeline.limits import Death, Limits, run_limited
from pipeline.read.document.content import (
    Chart,
    Document,
    Passage,
    Place,
    Series,
    Span,
    decoded,
)
from pipeline.read.document.task import read_document

__all__ = ["Chart", "Document", "Passage", "Place", "Series", "Span", "document"]

LIMITS: Final = Limits(part_bytes=60 << 20, total_bytes=120 << 20)
_WORDS: Final = {
    "unreadable-type": "不是 .docx 文档",
    "encrypted": "有密码保护",
    "package-refused": "文件已损坏或不安全",
}


def document(path: Path) -> Document:
    """Return what a .docx prints, read in a limited child.

    Raises UsageError where there is no such file, or it is none that can be read.
    """
    try:
        with path.open("rb"):
            pass
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UsageError(f"没有这个文件：{path}", "请给出简报（.docx）的路径") from error
    except OSError as error:
        raise ImpossibleError(
            f"打不开文件 {path}：{error.strerror}", "请检查权限，或在 Word/WPS 中关闭该文件"
        ) from error
    outcome = run_limited(read_document, (path, LIMITS), LIMITS)
    remedy = "请在 Word 或 WPS 中打开，另存为不加密的 .docx 后重试"
    if isinstance(outcome, Death):
        raise UsageError(f"读不了 {path}：读取时出错（{outcome.how}）", remedy)
    told = json.loads(outcome.data)
    if "refused" in told:
        code, *why = told["refused"]
        reason = _WORDS.get(code, code) + (f"（{'、'.join(why)}）" if why else "")
        raise UsageError(f"读不了 {path}：{reason}", remedy)
    return decoded(told)
