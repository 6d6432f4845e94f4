"""Where the files that come with the program are: profiles, template, example."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def briefing_template(lang: str) -> str:
    """Return the file name of the briefing's template in a language."""
    return "briefing.en.docx" if lang == "en" else "briefing.docx"


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file, in a wheel (inside the package) or in a checkout."""
    root = _PACKAGE / "input_templates"
    if not root.is_dir():
        root = _PACKAGE.parent / "input_templates"
    return root.joinpath(*parts)
