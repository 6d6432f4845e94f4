"""Runs of the shipped example for tests: those that all look at, and copies to be changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbooks import outputs

from pipeline.cli.merge import run_period
from pipeline.shipped import shipped
from pipeline.workspace import find

CASES = Path(__file__).parent / "cases"
FIRST = ("cases=2020-10-08", "2020-10-09")
SECOND = ("2020-10-16",)
THIRD = ("2020-10-23",)


@dataclass(frozen=True)
class Ran:
    """The example after some periods, for looking only; ``outcomes`` has one for each.

    The fixtures ``one_period``, ``two_periods`` and ``three_periods`` are such.
    """

    folder: Path
    outcomes: tuple[Any, ...]

    def copied(self, folder: Path) -> Path:
        """Copy the workspace, to be changed; a workspace may be moved, so the copy is as good."""
        shutil.copytree(self.folder, folder)
        return folder

    def briefing(self) -> bytes:
        """The newest period's briefing."""
        found: bytes = (self.outcomes[-1].folder / "briefing.docx").read_bytes()
        return found


@contextmanager
def looked_at(ran: Ran) -> Iterator[Ran]:
    """Let tests look at a run; AssertionError where one of them changed its workspace."""
    before = outputs(ran.folder)
    yield ran
    changed = {name for name, data in outputs(ran.folder).items() if before.get(name) != data}
    assert (changed, before.keys() - outputs(ran.folder).keys()) == (set(), set())


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
