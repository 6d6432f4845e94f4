"""A command killed at any step leaves the old state, or the new, or what the next one finishes."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from workbooks import AS_OF, item, merge, ongoing, send, taizhang, workspace

from pipeline.store import Store

A = "示例甲矿业有限公司"
FILE = f"output/{AS_OF}/briefing.docx"
STEPS = ("replace", "fsync", "link", "unlink", "rmdir", "mkdir", "chmod")
COMMANDS: dict[str, tuple[str, ...]] = {
    "merge": ("merge", "--as-of", AS_OF, "--jobs", "1"),
    "publish": ("publish", FILE),
}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A workspace before each command."""
    folder = workspace(tmp_path_factory.mktemp("killed"), A)
    send(folder, "a.xlsx", item(A, "A-01"), ongoing(A, "A-02"))
    merge(folder)
    done = {"publish": Path(shutil.copytree(folder, tmp_path_factory.mktemp("p") / "w"))}
    file = done["publish"]
    assert taizhang("signoff", FILE, "--by", "示例", "--date", "2020-10-10", cwd=file).code == 0
    send(folder, "a2.xlsx", item(A, "A-01"), item(A, "A-02"), ongoing(A, "A-03"))
    (folder / "inbox" / "a.xlsx").unlink()
    return {**done, "merge": folder}


def killed(folder: Path, command: str, at: int | None, seconds: float = 0) -> bool:
    """Run a command in a fork that dies at its ``at``-th step, or after seconds; did it die?"""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            # The server of reading processes is the parent's child, and stays up for the fork.
            setattr(forkserver._forkserver, "ensure_running", lambda: None)  # type: ignore[attr-defined]  # noqa: B010
            _arm(at)
            said = taizhang(*COMMANDS[command], cwd=folder)
            code = said.code
            (folder / "said.txt").write_text(said.out + said.err, encoding="utf-8")
        finally:
            os._exit(code)
    if at is None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _arm(at: int | None) -> None:
    left = [at]

    def step(*_: Any) -> None:
        if left[0] is not None:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def does(*arguments: Any, **options: Any) -> Any:
            step()
            return real(*arguments, **options)

        return does

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    for moment in ("commit", "begin"):
        event.listen(Engine, moment, step)

    @event.listens_for(Engine, "before_cursor_execute")
    def _writes(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SELECT", "PRAGMA")):
            step()


def state(folder: Path) -> tuple[Any, ...]:
    """What the store and the outputs say; hashes that time alone changes are left out."""
    with Store.open(folder / "taizhang.db") as store:
        (period,) = store.periods()
        figures = store.earlier("rectification", "2021-01-01")[0].figures["total"]
        assert store.flaws() == ()
        known = store.outputs(AS_OF)
        deeds = [entry.what for entry in store.log()]
        issued = [bool(one.issued) for one in store.issues(AS_OF)]
    out = folder / "output" / AS_OF
    files = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and "staging" not in str(path) and path.name != "timing.json"
    }
    papers = [name for name in files if name.startswith("issued/")]
    made = {name: data for name, data in files.items() if name not in papers}
    assert set(made) <= set(known), "an output that the store does not know"
    return period.state, figures, deeds, issued, len(papers), made


def unbroken(ready: Path, folder: Path, command: str, new: tuple[Any, ...]) -> None:
    """After the kill and the next command, all is as if that had been the first, or the second."""
    for part in (folder / "archive").rglob("*"):
        if part.is_file() and not part.name.startswith("."):
            assert part.name.startswith(hashlib.sha256(part.read_bytes()).hexdigest())
    said = taizhang(*COMMANDS[command], cwd=folder)
    assert said.code in (0, 1), said.err
    found = state(folder)
    twice = (*new[:2], [*new[2], command + "d"], *new[3:]) if command == "merge" else new
    assert (found[:2], found[3:]) == (new[:2], new[3:])
    assert found[2] in (new[2], twice[2])
    assert taizhang("history", "verify", cwd=folder).code == 0
    # What was finished may still tell its hashes to the next run; nothing else is left.
    left = (folder / "output").glob("*/.taizhang-staging/*")
    assert {file.name for file in left} <= {"finished.json"}


def after(ready: Path, place: Path, command: str) -> tuple[Any, ...]:
    shutil.copytree(ready, place)
    assert taizhang(*COMMANDS[command], cwd=place).code in (0, 1)
    return state(place)


def every_step(
    ready: dict[str, Path], tmp_path: Path, command: str, chosen: Callable[[int], bool]
) -> int:
    new = after(ready[command], tmp_path / "new", command)
    deaths = 0
    for at in range(2_000):
        if not chosen(at):
            continue
        folder = Path(shutil.copytree(ready[command], tmp_path / f"w{at}"))
        if not killed(folder, command, at):
            assert at > 9, (folder / "said.txt").read_text(encoding="utf-8")
            return deaths
        deaths += 1
        unbroken(ready[command], folder, command, new)
        shutil.rmtree(folder, ignore_errors=True)
    raise AssertionError("steps never end")


@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_some_steps(ready: dict[str, Path], tmp_path: Path, command: str) -> None:
    stride = {"merge": 23, "publish": 9}[command]
    assert every_step(ready, tmp_path, command, lambda at: at % stride == 3) > 1


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_every_step(ready: dict[str, Path], tmp_path: Path, command: str) -> None:
    assert every_step(ready, tmp_path, command, lambda _: True) > 20


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_killed_at_any_time(ready: dict[str, Path], tmp_path: Path, command: str) -> None:
    new = after(ready[command], tmp_path / "new", command)
    chance = random.Random(7)
    for number in range(100):
        folder = Path(shutil.copytree(ready[command], tmp_path / f"w{number}"))
        killed(folder, command, None, chance.uniform(0, 2.5))
        unbroken(ready[command], folder, command, new)
        shutil.rmtree(folder, ignore_errors=True)
