"""How the house is built, read from its imports and its files: what holds today stays so."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIPELINE = ROOT / "pipeline"

LAYERS = (
    {
        "", "errors", "text", "shipped", "model", "limits", "passwords", "audience", "personal",
        "workdays",
    },
    {"dates", "messages", "profile", "findings", "phone", "office", "punctual"},
    {"rules", "registry", "configuration"},
    {"states"},
    {"rulings"},
    {
        "collect", "read", "settle", "validate", "compare", "identify", "merge", "rollcall",
        "count",
    },
    {"prove", "effect", "coverage", "restated", "fallen", "draft"},
    {"write"},
    {"store", "workspace", "decide", "record", "inputs"},
    {"job", "since", "before"},
    {"examine", "brief", "prefill"},
    {"replay", "recall", "kept"},
    {"run", "standing", "trace", "trial", "dossier", "handover", "common", "upward"},
    {"export"},
    {"cli"},
    {"__main__"},
)  # fmt: skip
"""From the bottom to the top: a module imports from layers below its own, and from itself."""

STAGES = LAYERS[5]

DOORS = {
    "alembic": ("store",),
    "chinese_calendar": ("workdays",),
    "click": ("cli",),
    "docx": ("write.briefing",),
    "docxtpl": ("write.briefing",),
    "lxml": ("collect", "read", "write"),
    "msoffcrypto": ("read",),
    "olefile": ("collect", "read"),
    "openpyxl": ("read",),
    "py7zr": ("collect",),
    "pydantic": ("profile", "configuration", "phone"),
    "python_calamine": ("read",),
    "rich": ("cli",),
    "sqlalchemy": ("store",),
    "xlsxwriter": ("write",),
}
"""Outside libraries, and the only parts that may know them."""

CLOCKS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "strftime"),
}


def modules() -> dict[str, ast.Module]:
    """Every module of the program by its dotted name without the package's, and its syntax."""
    found = {}
    for path in sorted(PIPELINE.rglob("*.py")):
        parts = path.relative_to(PIPELINE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


MODULES = modules()


def imported(tree: ast.Module) -> Iterator[str]:
    """Full names of what a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "pipeline":
                parts = (f"pipeline.{alias.name}" for alias in node.names)
                yield from (p if part_of(p) in known() else "pipeline" for p in parts)
            else:
                yield str(node.module)


def known() -> set[str]:
    return set().union(*LAYERS)


def part_of(module: str) -> str:
    """``pipeline.read.grid`` -> ``read``; ``pipeline`` -> the empty name."""
    return (module.removeprefix("pipeline").lstrip(".").split(".") or [""])[0]


def edges() -> set[tuple[str, str]]:
    """Which part of the program imports which other."""
    return {
        (name.split(".")[0], part_of(other))
        for name, tree in MODULES.items()
        for other in imported(tree)
        if other.split(".")[0] == "pipeline" and part_of(other) != name.split(".")[0]
    }


def test_every_part_has_its_layer() -> None:
    parts = {name.split(".")[0] for name in MODULES}
    assert parts <= known(), f"put into a layer: {sorted(parts - known())}"


def test_imports_go_one_way() -> None:
    layer = {part: number for number, parts in enumerate(LAYERS) for part in parts}
    known_edges = {(a, b) for a, b in edges() if a in layer and b in layer}
    upward = {(a, b) for a, b in known_edges if layer[a] <= layer[b]}
    assert upward == set()


def test_stages_do_not_import_each_other() -> None:
    sideways = {(a, b) for a, b in edges() if {a, b} <= STAGES}
    assert sideways == set()


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_its_door(library: str) -> None:
    users = {
        name
        for name, tree in MODULES.items()
        if any(other.split(".")[0] == library for other in imported(tree))
    }
    inside = {n for n in users for door in DOORS[library] if n == door or n.startswith(f"{door}.")}
    assert users == inside
    assert users, f"nobody uses {library}"


def test_files_and_functions_stay_small() -> None:
    large = []
    for path in sorted(PIPELINE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > 450:
            large.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    large.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")
    assert large == []


def test_only_the_command_line_looks_at_the_clock_or_the_locale() -> None:
    looks = []
    for name, tree in MODULES.items():
        if name.split(".")[0] == "cli":
            continue
        looks += [f"{name}: import locale" for other in imported(tree) if other == "locale"]
        for node in ast.walk(tree):
            if not isinstance(node, ast.Attribute):
                continue
            owner = node.value
            owner_name = getattr(owner, "id", None) or getattr(owner, "attr", None)
            stopwatch = (owner_name, node.attr) == ("time", "monotonic") and name != "job"
            if (owner_name, node.attr) in CLOCKS or stopwatch:
                looks.append(f"{name}:{node.lineno}: {owner_name}.{node.attr}")
    assert looks == []


def test_nothing_prints() -> None:
    prints = [
        f"{name}:{node.lineno}"
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "print"
    ]
    assert prints == []


def test_the_program_s_words_are_in_both_languages() -> None:
    words = tomllib.loads((PIPELINE / "messages" / "words.toml").read_text(encoding="utf-8"))
    assert [
        w for w, said in words.items() if set(said) != {"zh", "en"} or "" in said.values()
    ] == []


def test_every_message_says_what_and_what_to_do_in_both_languages() -> None:
    path = PIPELINE / "messages" / "catalogue.toml"
    needed = {"severity", "zh", "en", "remedy_zh", "remedy_en"}
    for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items():
        short = {"short_zh", "short_en"} & set(entry)
        assert set(entry) - {"rulings"} == needed | short, code
        assert all(entry.values()), code
        assert entry["severity"] in "EWI", code


TEXT = {".py", ".toml", ".md", ".txt", ".csv", ".json", ".conf", ".yml", ".cfg", ""}
FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|home|root|Users|opt|mnt|srv)/\w"
    r"|[A-Z]:\\\\?Users"
    r"|py"
    + r"pi\.|files\.python"
    + r"hosted|conda\.\w|git"
    + r"(?:hub|lab|ee)\.com|index-"
    + r"url",
    re.IGNORECASE,
)

MADE = {
    ".git",
    ".venv",
    "__pycache__",
    ".hypothesis",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
}


def project_files() -> list[Path]:
    """Files that belong to the project, tracked or about to be; all of them where git is absent."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
        names = [name for name in listed.decode().split("\0") if name]
        found = [ROOT / name for name in names]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not set(path.parts) & MADE]
    return [path for path in found if path.is_file()]


def test_files_name_no_machine_and_no_host() -> None:
    named = []
    for path in project_files():
        if path.suffix not in TEXT:
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, start=1):
            if FOREIGN.search(line):
                named.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert named == []


def test_constraints_pin_every_dependency_and_nothing_else_stands_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert [p for p in pins if not re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*", p)] == []
    pinned = {pin.split("==")[0] for pin in pins}
    names = {re.split(r"[^\w.-]", text)[0].lower().replace("_", "-") for text in needed}
    assert names <= pinned, "run python scripts/make_constraints.py"
