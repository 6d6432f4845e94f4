"""LibreOffice, where it is installed: a Word document to PDF, and its first page to a picture.

It runs without a window in a process group of its own, with a profile of its own in a folder that
is thrown away, and is killed with all its children when its time is over: a stuck one ignores
whoever asks. Nothing is fetched: it knows no way out, and does not follow links or run macros.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import ImpossibleError

SECONDS: Final = 180.0
"""What one conversion may take."""

WIDTH: Final = 1080
"""Pixels: the width of a phone's screen."""

_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "~/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
    "/usr/lib/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
)
_NOWHERE: Final = "127.0.0.1"

_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
"""What the throw-away profile sets: no macros, no links followed, a proxy that is not there."""


def found() -> Path | None:
    """Return LibreOffice's program: from PATH, or where it is usually installed; None if absent."""
    for name in ("soffice", "libreoffice"):
        on_path = shutil.which(name)
        if on_path is not None:
            return Path(on_path)
    places = [Path(place).expanduser() for place in _PLACES]
    places += sorted(Path("/opt").glob("libreoffice*/program/soffice"), reverse=True)
    return next((place for place in places if place.is_file()), None)


def to_pdf(document: bytes, seconds: float = SECONDS) -> bytes:
    """Return a .docx as PDF.

    Raises ImpossibleError where LibreOffice is not installed, does not end in ``seconds``, or
    leaves nothing.
    """
    office = found()
    if office is None:
        raise ImpossibleError(
            "没有找到 LibreOffice，不能转成 PDF 和图片",
            "请安装 LibreOffice（libreoffice.org），或在 Word、WPS 中打开简报，另存为 PDF；"
            "只要短消息的，加 --message",
        )
    with tempfile.TemporaryDirectory(prefix="taizhang-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "in.docx").write_bytes(document)
        profile = folder / "profile"
        _write_settings(profile / "user")
        command = [str(office), f"-env:UserInstallation={profile.as_uri()}", "--headless"]
        command += ["--norestore", "--nolockcheck", "--convert-to", "pdf", "in.docx"]
        said = _run(command, folder, seconds)
        return _made(folder / "in.pdf", said)


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
        said = _run(command, folder, seconds)
        return _made(folder / "in.png", said)


def _made(file: Path, said: str) -> bytes:
    if not file.is_file():
        raise ImpossibleError(
            f"转换没有成功{f'：{said}' if said else ''}", "请在 Word 中打开简报，另存为 PDF"
        )
    return file.read_bytes()


def _run(command: Sequence[str], folder: Path, seconds: float) -> str:
    """Run a program in a group of its own; return its last words. Nothing of it stays alive."""
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=sys.platform != "win32",
        )
    except OSError as error:
        raise ImpossibleError(
            f"{command[0]} 启动不了：{error.strerror or error}", "请重新安装该程序后重试"
        ) from error
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise ImpossibleError(
            f"{seconds:g} 秒内没有转换完，已停止",
            "请删减简报中的长表后重试，或在 Word 中打开，另存为 PDF",
        ) from error
    finally:
        _kill(process)
    words = said.decode("utf-8", "replace").split("\n")
    return next((line.strip()[:200] for line in reversed(words) if line.strip()), "")


def _environment(environment: Mapping[str, str]) -> dict[str, str]:
    dead = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), f"http://{_NOWHERE}:9")
    secret = {"TAIZHANG_PASSWORDS"}
    return {name: value for name, value in environment.items() if name not in secret} | dead


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, the launcher's children too."""
    if sys.platform == "win32":
        if process.poll() is None:
            command = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
            subprocess.run(command, capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _write_settings(user: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{place}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for place, name, value in _SETTINGS
    )
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
