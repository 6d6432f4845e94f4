"""What goes out beside the Word document: PDF, a picture of page 1, a message for a chat.

A document that a person edited goes out as it is; only its controls, which LibreOffice misplaces,
are taken out of the copy that is converted. The message is of the figures, computed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pipeline.brief import message
from pipeline.errors import UsageError
from pipeline.job import Progress
from pipeline.office import first_page, to_pdf
from pipeline.read.document import document
from pipeline.replay import replayed
from pipeline.trace.original import newest, period_of
from pipeline.workspace import Workspace
from pipeline.write.briefing import printable

What = Literal["message", "pdf", "png"]
EVERYTHING: tuple[What, ...] = ("message", "pdf", "png")
ENDINGS = {"message": ".txt", "pdf": ".pdf", "png": ".png"}


def briefing_of(workspace: Workspace, period: str | None) -> Path:
    """Return the briefing of a period, of the newest unless it is given.

    Raises UsageError where there is none.
    """
    wanted = period or newest(workspace)
    path = workspace.output / wanted / "briefing.docx"
    if not path.is_file():
        raise UsageError(
            f"没有 {wanted} 一期的简报（{path}）", "请先运行 taizhang merge，或直接写出简报文件名"
        )
    return path


def exported(
    workspace: Workspace,
    path: Path,
    period: str | None,
    wanted: tuple[What, ...],
    lang: str = "zh",
    progress: Progress = lambda *_: None,
) -> Iterator[tuple[What, bytes]]:
    """Yield what is wanted of the document at ``path``, in the order of EVERYTHING.

    The document is opened by the reader of strangers' documents first: what that refuses is not
    converted. Raises UsageError for what is no briefing of this workspace where a message is
    wanted, ImpossibleError where it can't be made.
    """
    held = document(path)
    if "message" in wanted:
        again = replayed(workspace, period or period_of(held, workspace, path), progress=progress)
        number = again.stored.number
        said = message(again.job, again.report, number.number if number else 0, lang)
        yield "message", f"{said}\n".encode()
    if "pdf" in wanted or "png" in wanted:
        pdf = to_pdf(printable(path.read_bytes()))
        if "pdf" in wanted:
            yield "pdf", pdf
        if "png" in wanted:
            yield "png", first_page(pdf)
