"""The command line as such: help, the operator's mistakes, exit codes, faults of our own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from pipeline.cli import main, taizhang
from pipeline.configuration import load_configuration
from pipeline.shipped import shipped

HEAVY = ("pandas", "pyarrow", "numpy", "openpyxl", "docx", "sqlalchemy", "xlsxwriter", "rich")


@dataclass(frozen=True)
class Said:
    """What a command ended with: exit code, and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [line for line in self.err.splitlines() if line.strip()]


Run = Callable[..., Said]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program in an empty folder, as a terminal would."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["taizhang", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(str(ended.value.code)), said.out, said.err)

    return call


def commands(group: click.Group = taizhang, path: str = "taizhang") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        yield f"{path} {name}", command


COMMANDS = dict(commands())


# ---------------------------------------------------------------- help


def test_help_loads_nothing_heavy() -> None:
    asked = "import sys; sys.argv = ['taizhang', '--help']\nfrom pipeline.cli import _run\n_run()\n"
    asked += f"print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert "merge" in done.stdout
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_in_both_languages(name: str, run: Run) -> None:
    command = COMMANDS[name]
    texts = [command.help or ""]
    texts += [p.help or "" for p in command.params if isinstance(p, click.Option)]
    for text in texts:
        assert re.search(r"[\u4e00-\u9fff]{2}", text), text
        assert re.search(r"[A-Za-z-]{2,}:? [a-z]+", text), text
    assert run(*name.split()[1:], "--help").code == 0


def test_version(run: Run) -> None:
    assert re.fullmatch(r"taizhang, version \d+\.\d+\.\d+\n", run("--version").out)


# ---------------------------------------------------------------- the operator's mistakes


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    shutil.copytree(shipped("example"), tmp_path, dirs_exist_ok=True)
    return tmp_path


MERGE = ["merge", "in", "--as-of", "2020-10-09", "--out", "o"]

MISTAKES: dict[str, tuple[list[str], int, str]] = {
    "no such day": (["merge", "in", "--as-of", "2020-13-45", "--out", "o"], 2, "2020-13-45"),
    "a day without its year": (["merge", "in", "--as-of", "10月9日", "--out", "o"], 2, "10月9日"),
    "no day at all": (["merge", "in", "--out", "o"], 2, "--as-of"),
    "a day for one ledger only": (
        ["merge", "in", "--as-of", "cases=2020-10-08", "--out", "o"], 2, "rectification",
    ),
    "unknown ledger": (["merge", "in", "--as-of", "case=2020-10-09", "--out", "o"], 2, "case"),
    "missing folder": (["merge", "no", "--as-of", "2020-10-09", "--out", "o"], 2, "no"),
    "missing file": (["check", "no.xlsx", "--as-of", "2020-10-09"], 2, "no.xlsx"),
    "no workspace": (["merge", "--as-of", "2020-10-09"], 2, "--out"),
    "no workspace for status": (["status"], 2, "taizhang init"),
    "blank ledgers of what ledger": (["template", "--ledger", "x", "--as-of", "2020-10-9"], 2, "x"),
    "missing profile": (
        [*MERGE, "--profile", "no.toml"], 2, "no.toml",
    ),
    "broken profile": (
        [*MERGE, "--profile", "bad.toml"], 2, "bad.toml",
    ),
    "unknown shipped profile": (["profile", "show", "rectificatio"], 2, "rectificatio"),
    "results below a file": (
        ["merge", "in", "--as-of", "2020-10-09", "--out", "bad.toml/o"], 3, "bad.toml",
    ),
    "demo into a folder in use": (["demo", "in"], 2, "in"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_two_lines(mistake: str, run: Run, tmp_path: Path) -> None:
    arguments, code, named = MISTAKES[mistake]
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "note.txt").write_text("x", encoding="utf-8")
    (tmp_path / "bad.toml").write_text("id = \n", encoding="utf-8")
    said = run(*arguments)
    assert said.code == code
    assert 1 <= len(said.lines) <= 2, said.err
    assert named in said.err
    assert "办法：" in said.err
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize(
    ("text", "named"),
    [("[campaign\n", "taizhang.toml"), ("[campaign]\noffce = 'x'\n", "campaign.offce")],
)
@pytest.mark.parametrize("command", ["status", "merge --as-of 2020-10-09"])
def test_a_broken_configuration_names_the_place(
    text: str, named: str, command: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "taizhang.toml").write_text(text, encoding="utf-8")
    said = run(*command.split())
    assert said.code == 2
    assert named in said.err
    assert len(said.lines) <= 2


def test_a_profile_s_faults_are_all_told_each_with_its_place(run: Run, tmp_path: Path) -> None:
    profile = shipped("cases", "profile.toml").read_text(encoding="utf-8")
    broken = profile.replace('key = "case_no"', 'key = "case_nr"').replace(
        'of = "closed"', 'of = "closd"'
    )
    (tmp_path / "mine.toml").write_text(broken, encoding="utf-8")
    said = run("profile", "check", "mine.toml")
    assert said.code == 2
    assert "case_nr" in said.err
    assert "case_no" in said.err
    assert "Traceback" not in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_unwritable_place_is_named(run: Run, workspace: Path) -> None:
    closed = workspace / "closed"
    closed.mkdir(mode=0o500)
    said = run("merge", "--as-of", "2020-10-09", "--out", str(closed / "o"))
    assert said.code == 3
    assert "closed" in said.err
    assert len(said.lines) <= 2


def test_a_wrong_option_is_click_s_own_2(run: Run) -> None:
    said = run("merge", "--asof", "2020-10-09")
    assert said.code == 2
    assert "--as-of" in said.err


# ---------------------------------------------------------------- interrupted, and our own faults


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("pipeline.run.run", fail)


def test_interrupted_is_130(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    said = run("merge", "--as-of", "2020-10-09")
    assert said.code == 130
    assert len(said.lines) == 1


def test_a_fault_of_ours_is_70_with_a_report(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = workspace / "reports"
    reports.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(reports))
    failing(monkeypatch, ZeroDivisionError("planted"))
    said = run("merge", "--as-of", "2020-10-09")
    assert said.code == 70
    assert len(said.lines) == 2
    assert "Traceback" not in said.out + said.err
    (report,) = reports.iterdir()
    assert str(report) in said.err
    assert "planted" in report.read_text(encoding="utf-8")
    assert not (workspace / "output").exists()


def test_a_full_disk_is_3_with_a_remedy(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, OSError(28, "No space left on device", "master.xlsx"))
    said = run("merge", "--as-of", "2020-10-09")
    assert said.code == 3
    assert "master.xlsx" in said.err
    assert len(said.lines) == 2


@pytest.mark.parametrize(
    ("told", "zh", "en"),
    [
        ("", "督察整改简报", "Rectification briefing"),
        ('title = "环保周报"', "环保周报", "环保周报"),
        ('title = { zh = "环保周报", en = "Weekly" }', "环保周报", "Weekly"),
    ],
)
def test_the_briefings_title_may_be_given_once_or_in_both_languages(
    told: str, zh: str, en: str, tmp_path: Path
) -> None:
    file = tmp_path / "taizhang.toml"
    file.write_text(f"[campaign]\n{told}\n", encoding="utf-8")
    title = load_configuration(file).campaign.title
    assert (title.say("zh"), title.say("en")) == (zh, en)
