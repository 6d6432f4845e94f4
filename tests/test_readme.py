"""The READMEs: their commands are the same, use what is there, and do what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_conventions import project_files

ROOT = Path(__file__).resolve().parent.parent
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")


def one_liners(readme: Path) -> list[str]:
    """Commands that set something up from nothing."""
    text = readme.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if "-m venv" in line]


DEMO, TESTS = one_liners(READMES[0])


def test_both_readmes_give_the_same_commands() -> None:
    assert one_liners(READMES[1]) == [DEMO, TESTS]
    assert DEMO.endswith("taizhang demo")
    assert TESTS.endswith("scripts/test")


@pytest.mark.parametrize("command", [DEMO, TESTS])
def test_the_commands_use_what_is_there(command: str) -> None:
    assert (ROOT / re.findall(r"-c (\S+)", command)[0]).is_file()
    for script in re.findall(r"scripts/\w+", command):
        assert os.access(ROOT / script, os.X_OK)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_what_is_named_is_there(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert len(re.findall(r"!\[", text)) == 2
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize(
    ("readme", "fictional", "untried"),
    [(READMES[0], "fictional", "untried"), (READMES[1], "虚构", "未在 Windows 上试过")],
    ids=["en", "zh"],
)
def test_what_must_be_said_is_said(readme: Path, fictional: str, untried: str) -> None:
    text = readme.read_text(encoding="utf-8")
    assert fictional in text
    assert untried in text


def test_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "images").iterdir():
        assert picture.stat().st_size < 200_000


@pytest.mark.slow
def test_the_demo_command_runs_from_a_checkout(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for path in project_files():
        target = checkout / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    clean = {n: v for n, v in os.environ.items() if n not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        ["bash", "-c", DEMO], cwd=checkout, env=clean, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.sub(r"\s+", " ", done.stdout)
    assert "事项总数 38" in told
    assert "已完成 24" in told
    assert "持续整改 14" in told
    assert (checkout / "taizhang-demo" / "output" / "2020-10-09" / "briefing.docx").is_file()
