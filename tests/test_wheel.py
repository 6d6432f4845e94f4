"""The wheel: built, installed into a fresh environment, and its demo run far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

CARRIED = (
    "pipeline/input_templates/rectification/profile.toml",
    "pipeline/input_templates/cases/profile.toml",
    "pipeline/input_templates/briefing.docx",
    "pipeline/input_templates/enterprises.xlsx",
    "pipeline/input_templates/example/taizhang.toml",
    "pipeline/input_templates/example/enterprises.xlsx",
    "pipeline/messages/catalogue.toml",
    "pipeline/messages/words.toml",
    "pipeline/store/migrations/versions/0001_start.py",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = out.glob("taizhang-*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_carries_profiles_template_and_example(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names.issuperset(CARRIED)
    inbox = "pipeline/input_templates/example/inbox/"
    carried = {name.removeprefix(inbox) for name in names if name.startswith(inbox)}
    assert carried == {p.name for p in (ROOT / "input_templates/example/inbox").iterdir()}
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "scripts/", "output/"))]


@pytest.mark.slow
def test_the_installed_demo_runs_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    away = tmp_path / "away"
    away.mkdir()
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str | Path) -> str:
        done = subprocess.run(command, cwd=away, env=clean, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(sys.executable, "-m", "venv", tmp_path / "venv")
    constraints = ROOT / "constraints.txt"
    run(programs / "python", "-m", "pip", "install", "-q", "-c", constraints, wheel)
    place = run(programs / "python", "-c", "import pipeline; print(pipeline.__file__)").strip()
    assert Path(place).is_relative_to(tmp_path)
    assert "taizhang-demo" in run(programs / "taizhang", "demo")
    manifest = json.loads(
        (away / "taizhang-demo" / "output" / "2020-10-09" / "run.json").read_text(encoding="utf-8")
    )
    figures = manifest["ledgers"]["rectification"]["figures"]
    assert (figures["total"], figures["completed"], figures["ongoing"]) == (38, 24, 14)
    listed = run(programs / "taizhang", "profile", "show")
    assert {"rectification", "cases"} <= set(listed.split())
