"""Run a program that may be stuck: in a process group of its own, killed with all its children.

A stuck one ignores whoever asks. It knows no way out, and no passwords of ours.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from pipeline.errors import ImpossibleError

SECONDS: Final = 180.0
"""What one conversion may take."""

NOWHERE: Final = "127.0.0.1"


def made(file: Path, said: str) -> bytes:
    """Return what a program left in ``file``; ``said`` are its last words.

    Raises ImpossibleError where there is none.
    """
    if not file.is_file():
        raise ImpossibleError(
            f"转换没有成功{f'：{said}' if said else ''}", "请在 Word 中打开简报，另存为 PDF"
        )
    return file.read_bytes()


def run(command: Sequence[str], folder: Path, seconds: float, **more: str) -> str:
    """Run a program in a group of its own; return its last words. Nothing of it stays alive.

    ``more`` is set in its environment. Raises ImpossibleError where it can't be started, or does
    not end in ``seconds``.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(os.environ) | more,
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
    dead = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy"), f"http://{NOWHERE}:9")
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
