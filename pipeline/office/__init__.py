"""Programs that may be absent: a Word document to PDF, and its first page to a picture.

LibreOffice converts, or on Windows an installed Word or WPS (built to their published interface,
never tried); poppler draws.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from pipeline.errors import ImpossibleError
from pipeline.office import libreoffice, word
from pipeline.office.process import SECONDS, made, run

WIDTH: Final = 1080
"""Pixels: the width of a phone's screen."""


def to_pdf(document: bytes, seconds: float = SECONDS) -> bytes:
    """Return a .docx as PDF.

    Raises ImpossibleError where nothing is installed that can convert it, or where that does not
    end in ``seconds`` or leaves nothing.
    """
    office = libreoffice.found()
    if office is not None:
        return libreoffice.to_pdf(office, document, seconds)
    shell = word.shell()
    pdf = word.to_pdf(shell, document, seconds) if shell is not None else None
    if pdf is None:
        raise ImpossibleError(
            "没有找到 LibreOffice，不能转成 PDF 和图片",
            "请安装 LibreOffice（libreoffice.org），或在 Word、WPS 中打开简报，另存为 PDF；"
            "只要短消息的，加 --message",
        )
    return pdf


def first_page(pdf: bytes, seconds: float = SECONDS) -> bytes:
    """Return a PDF's first page as PNG, WIDTH pixels wide.

    Raises ImpossibleError where poppler's pdftoppm is not installed, or fails.
    """
    poppler = shutil.which("pdftoppm")
    if poppler is None:
        raise ImpossibleError(
            "没有找到 pdftoppm（poppler），不能把第一页做成图片",
            "请安装 poppler（如 poppler-utils），或打开 PDF 截图",
        )
    with tempfile.TemporaryDirectory(prefix="taizhang-") as name:
        folder = Path(name)
        (folder / "in.pdf").write_bytes(pdf)
        command = [poppler, "-png", "-singlefile", "-f", "1", "-scale-to-x", str(WIDTH)]
        command += ["-scale-to-y", "-1", "in.pdf", "in"]
        said = run(command, folder, seconds)
        return made(folder / "in.png", said)
