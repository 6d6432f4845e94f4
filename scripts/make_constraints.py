"""Remake constraints.txt: the versions installed here of all that pyproject.toml needs.

    python scripts/make_constraints.py

Walks from the project's dependencies, those of development included, to theirs. Run it in a fresh
environment with the newest versions, after the tests have passed there.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# Versions that the tests pass with, of everything installed, for Python 3.11 to 3.13 on Linux and
# macOS. pyproject.toml says what is needed, this file only which versions. Remade from a fresh
# environment by:  python scripts/make_constraints.py
"""


def main() -> None:
    """Write the versions, or say what is not installed here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    for more in project["optional-dependencies"].values():
        wanted += [Requirement(text) for text in more]
    pinned: dict[str, str] = {}
    walked: set[tuple[str, str]] = set()
    while wanted:
        need = wanted.pop()
        for extra in ("", *need.extras):
            if (need.name, extra) not in walked:
                walked.add((need.name, extra))
                wanted += _needs(need.name, extra, pinned)
    lines = [f"{name}=={version}\n" for name, version in sorted(pinned.items())]
    (ROOT / "constraints.txt").write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(lines)} versions")


def _needs(name: str, extra: str, pinned: dict[str, str]) -> list[Requirement]:
    """Note a package's version; return what it needs itself on this Python and system."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        sys.exit(f"{name} is not installed here")
    pinned[canonicalize_name(name)] = found.version
    needs = [Requirement(text) for text in found.requires or []]
    return [n for n in needs if n.marker is None or n.marker.evaluate({"extra": extra})]


if __name__ == "__main__":
    main()
