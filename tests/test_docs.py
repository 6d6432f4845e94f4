"""The pages of docs/: what is declared elsewhere is told as declared, and nothing is left out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from test_cli_basics import COMMANDS

from pipeline.profile import schema
from pipeline.rules.families import FAMILIES

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def test_remade_pages_are_current() -> None:
    script = ROOT / "scripts" / "make_docs.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_told_of(name: str) -> None:
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert name == "taizhang profile" or f"## {name}" in text


def test_the_guide_to_profiles_names_every_key_and_family() -> None:
    text = (DOCS / "profiles.md").read_text(encoding="utf-8").partition("<!--")[0]
    parts = [part for part in vars(schema).values() if isinstance(part, type)]
    keys = {
        key
        for part in parts
        if issubclass(part, schema.Declared) and part is not schema.Words
        for key in part.model_fields
    }
    words = set(re.findall(r"[a-z_]+", text))
    assert keys - words == set()
    types = get_args(schema.Column.model_fields["type"].annotation)
    assert {*FAMILIES, *types} - words == set()


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(DOCS.glob("*.md")))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"
