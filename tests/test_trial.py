"""The life of a rule: on trial it tells the coordinator alone; tried, it tells of the past."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from test_rulings import ACCEPT, decide, rule
from workbooks import Said, item, merge, ongoing, send, taizhang, workbook, workspace

from pipeline.shipped import shipped

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"
CODE = "completed-after-as-of"
EARLY = {"完成日期": "2020-10-20"}
"""Completed after both dates: a fault of severity E, but for nothing else."""


def with_life(folder: Path, life: str, code: str = CODE) -> None:
    """Give the workspace a profile of its own, in which a rule has that life."""
    own = folder / "input_templates" / "rectification" / "profile.toml"
    own.parent.mkdir(parents=True, exist_ok=True)
    text = shipped("rectification", "profile.toml").read_text(encoding="utf-8")
    line = f'code = "{code}"\n'
    assert text.count(line) == 1
    own.write_text(text.replace(line, f'{line}life = "{life}"\n'), encoding="utf-8")


def texts(path: Path) -> str:
    """All that a file says, in whatever part."""
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        return "\n".join(archive.read(n).decode("utf-8", "replace") for n in archive.namelist())


@pytest.fixture(params=["trial", "active", "retired"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A period with one row that the rule faults, by the rule's life."""
    folder = workspace(tmp_path, A)
    with_life(folder, request.param)
    send(folder, "a.xlsx", item(A, "X-01", **EARLY), item(A, "X-02"))
    return request.param, folder, merge(folder)


def test_only_an_active_rule_keeps_a_row_from_counting_and_ends_with_1(run: Any) -> None:
    life, _, found = run
    counts = {"active": (1, (2, 1, 1, 0)), "trial": (0, (2, 2, 0, 0)), "retired": (0, (2, 2, 0, 0))}
    assert (found.code, found.rows) == counts[life]
    assert found.figures("completed", "undecided") == ((1, 1) if life == "active" else (2, 0))


def test_only_an_active_rule_reaches_an_enterprise(run: Any) -> None:
    life, folder, found = run
    assert (found.folder / "returns").exists() == (life == "active")
    said = taizhang("check", "inbox/a.xlsx", cwd=folder)
    assert (said.code, "晚于统计截止日期" in said.out) == (
        (1, True) if life == "active" else (0, False)
    )


def test_only_an_active_rule_stands_in_the_manifest_and_the_other_documents(run: Any) -> None:
    life, _, found = run
    active = life == "active"
    assert found.told(CODE) == ([(CODE, "a.xlsx", 2, "完成日期")] if active else [])
    page = load_workbook(found.folder / "master.xlsx")["未计与待裁定行"]
    assert page.max_row == (2 if active else 1)


def test_a_trial_is_shown_to_the_coordinator_and_can_not_be_ruled_on(run: Any) -> None:
    life, _, found = run
    kept = pq.read_table(found.folder / "findings.parquet").to_pylist()
    assert [f["trial"] for f in kept if f["code"] == CODE] == {
        "active": [False], "trial": [True], "retired": []
    }[life]  # fmt: skip
    book = load_workbook(found.folder / "findings.xlsx")
    marks = [(row[0], row[5]) for row in book["全部发现"].values if row[-1] == CODE]
    assert marks == {"active": [("须更正", 2)], "trial": [("试行·须更正", 2)], "retired": []}[life]
    page = [str(row[0]) for row in book["概览"].values]
    told = "试行规则另查出 1 条，仅供参考：不退回企业，不影响计数。"
    assert (told in page, told in found.out) == (life == "trial", life == "trial")
    assert book["裁定"].max_row == (4 if life == "active" else 3)


# ------------------------------------------------------------------ profile try


def tried(folder: Path, *arguments: str) -> Any:
    """What ``profile try`` says as JSON."""
    said = taizhang("profile", "try", *arguments, "--json", cwd=folder)
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


def numbers(document: Any, place: int = 0) -> list[tuple[Any, ...]]:
    names = ("period", "rows", "faulted", "enterprises", "uncounted")
    return [tuple(p[n] for n in names) for p in document["rules"][place]["periods"]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Period one has the fault at both enterprises, period two at one and a mail's enclosure."""
    folder = workspace(tmp_path_factory.mktemp("ran"), A, B)
    with_life(folder, "retired")
    send(folder, "a.xlsx", item(A, "X-01", **EARLY), item(A, "X-02"))
    send(folder, "b.xlsx", item(B, "Y-01", **EARLY), ongoing(B, "Y-02"), item(B, "Y-03", **EARLY))
    merge(folder)
    inner = workbook(folder / "本期.xlsx", [list(item(A, "X-01")), list(item(A, "X-01").values())])
    with zipfile.ZipFile(folder / "inbox" / "甲公司.zip", "w") as archive:
        row = item(A, "X-03", **EARLY)
        workbook(inner, [list(row), list(row.values())])
        archive.write(inner, "本期.xlsx")
    inner.unlink()
    merge(folder, LATER)
    return folder


@pytest.fixture
def folder(ran: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ran, tmp_path / "w"))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_retired_rule_is_tried_on_all_periods_and_nothing_is_written(folder: Path) -> None:
    before = everything(folder)
    document = tried(folder, CODE)
    assert everything(folder) == before
    assert numbers(document) == [("2020-10-09", 5, 3, 2, 3), (LATER, 1, 1, 1, 1)]
    assert [
        (e["period"], e["file"], e["sheet"], e["row"], e["value"], e["rows"])
        for e in document["rules"][0]["examples"]
    ] == [
        (LATER, "甲公司.zip/本期.xlsx", "整改台账", 2, "2020-10-20", 1),
        ("2020-10-09", "b.xlsx", "整改台账", 2, "2020-10-20", 1),
        ("2020-10-09", "a.xlsx", "整改台账", 2, "2020-10-20", 1),
    ]
    assert document["rules"][0]["life"] == "retired"
    assert tried(folder, CODE) == document
    assert numbers(tried(folder, CODE, "--last", "1")) == numbers(document)[1:]


def test_what_is_tried_is_what_the_rule_finds_when_it_is_active(
    folder: Path, tmp_path: Path
) -> None:
    other = workspace(tmp_path / "two", A, B)
    for path in (folder / "inbox").iterdir():
        if path.suffix == ".xlsx":
            (other / "inbox" / path.name).write_bytes(path.read_bytes())
    active = merge(other)
    found = tried(folder, CODE)["rules"][0]
    assert len(active.told(CODE)) == found["periods"][0]["faulted"] == 3
    assert active.rows[2] == found["periods"][0]["uncounted"] == 3
    first = {e["message"] for e in found["examples"] if e["period"] == "2020-10-09"}
    assert first
    assert first <= set(active.said(CODE))


def test_a_fault_that_was_accepted_would_not_have_kept_its_row_out(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "X-01", **EARLY), item(A, "X-02"))
    found = merge(folder)
    assert numbers(tried(folder, CODE)) == [("2020-10-09", 2, 1, 1, 1)]
    rule(found, "晚于统计截止日期", ACCEPT)
    assert decide(folder, found).code == 0
    assert merge(folder).code == 0
    assert numbers(tried(folder, CODE)) == [("2020-10-09", 2, 1, 1, 0)]


NEW = """
[[rules]]
code = "no-measures"
family = "all_filled"
severity = "W"
columns = ["contingency"]
because = { zh = "须写明预案", en = "a plan is needed" }

[[rules]]
code = "completed-after-as-of"
family = "not_after"
severity = "E"
column = "completed_on"
other = "as_of"
days = 30
"""


def test_rules_that_are_in_no_profile_yet_are_tried_from_a_file(folder: Path) -> None:
    (folder / "新规则.toml").write_text(NEW, encoding="utf-8")
    document = tried(folder, "新规则.toml", "--profile", "rectification")
    assert [r["rule"] for r in document["rules"]] == ["no-measures", CODE]
    assert numbers(document, 0) == [("2020-10-09", 5, 5, 2, 0), (LATER, 1, 1, 1, 0)]
    assert [n[2] for n in numbers(document, 1)] == [0, 0]


def test_an_original_that_is_lost_is_named(folder: Path) -> None:
    lost = next(p for p in folder.glob("archive/*/*.xlsx") if b"Y-01" in texts(p).encode())
    lost.chmod(0o644)
    lost.unlink()
    said = taizhang("profile", "try", CODE, cwd=folder)
    assert said.code == 3
    assert "b.xlsx" in said.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_terminal_shows_it_within_80_columns(lang: str, folder: Path) -> None:
    said = taizhang("profile", "try", CODE, "--lang", lang, cwd=folder)
    assert said.code == 0
    wide = [sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) for line in said.out.splitlines()]
    assert max(wide) <= 80
    table = [line.split() for line in said.out.splitlines() if re.match(r" 2020-\d\d-\d\d ", line)]
    assert table == [["2020-10-09", "5", "3", "2", "3"], [LATER, "1", "1", "1", "1"]]
    assert {"zh": "已停用", "en": "retired"}[lang] in said.out


MISTAKES = {
    "slip": (("completed-after-asof",), "的规则，是不是『completed-after-as-of』？"),
    "nothing": (("xyz",), "没有代码为『xyz』的规则"),
    "no ledger": (("新规则.toml",), "没有说明规则用于哪本台账"),
    "no file": (("没有.toml", "--profile", "rectification"), "没有这个台账模板文件：没有.toml"),
    "column": (("错.toml", "--profile", "rectification"), "『evidense』的列，是不是『evidence』？"),
    "family": (("族.toml", "--profile", "rectification"), "rules(x)：没有名为『filled』的规则"),
    "key": (("键.toml", "--profile", "rectification"), "没有『colum』这一项，是不是『column』？"),
}  # fmt: skip


@pytest.fixture(scope="module")
def tried_on(ran: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(ran, tmp_path_factory.mktemp("tried") / "w"))
    head = '[[rules]]\ncode = "x"\nseverity = "W"\n'
    files = {
        "新规则": NEW,
        "错": head + 'family = "not_one_of"\ncolumns = ["evidense"]\nvalues = ["无"]\n',
        "族": head + 'family = "filled"\ncolumn = "evidence"\n',
        "键": head + 'family = "overdue"\ncolum = "due"\n',
    }
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_can_not_be_tried_is_said_with_a_remedy(mistake: str, tried_on: Path) -> None:
    arguments, message = MISTAKES[mistake]
    said: Said = taizhang("profile", "try", *arguments, cwd=tried_on)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "办法：" in said.err


def test_without_a_past_there_is_nothing_to_try(tmp_path: Path) -> None:
    said = taizhang("profile", "try", CODE, cwd=workspace(tmp_path, A))
    assert said.code == 2
    assert "『整改台账』还没有汇总过任何一期" in said.err
    assert "办法：请先运行 taizhang merge" in said.err
    assert not (tmp_path / "taizhang.db").exists()
