"""Runs of the shipped example for tests: a workspace of its own for each test that changes it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pipeline.cli.merge import run_period
from pipeline.shipped import shipped
from pipeline.workspace import find

CASES = Path(__file__).parent / "cases"
FIRST = ("cases=2020-10-08", "2020-10-09")
SECOND = ("2020-10-16",)


def workspace(folder: Path) -> Path:
    """Copy the example into ``folder``; nothing has been run in it."""
    shutil.copytree(shipped("example"), folder)
    return folder


def run(folder: Path, as_of: tuple[str, ...], *, lang: str = "zh", out: Path | None = None) -> Any:
    """Run a period of the workspace in ``folder``; return the outcome."""
    return run_period(find(folder), None, as_of, out, (), 2, lang, lambda *_: None)


def second_inbox(folder: Path) -> None:
    """Put what arrived for the second period into the inbox."""
    for path in (CASES / "second_period" / "inbox").iterdir():
        shutil.copyfile(path, folder / "inbox" / path.name)


def truth(name: str) -> dict[str, Any]:
    """What must come out, made independently of the program."""
    found: dict[str, Any] = json.loads((CASES / name).read_text(encoding="utf-8"))
    return found


def outputs(folder: Path) -> dict[str, bytes]:
    """All output files but the one that tells how long things took."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.name != "timing.json"
    }
