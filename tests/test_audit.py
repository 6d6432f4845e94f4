"""The English ledger of audit findings: drafted, reviewed, run as docs/drafting.md says."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from workbooks import taizhang

from pipeline.shipped import shipped

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "drafting.md"
sys.path.insert(0, str(ROOT / "scripts"))

import make_audit_example  # noqa: E402


def commands() -> list[list[str]]:
    """The commands of the page, as the shell would split them."""
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [shlex.split(line) for line in block.splitlines()]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The page's commands run, one after another: the folder, and what each of them said."""
    folder = tmp_path_factory.mktemp("drafting")
    os.symlink(shipped(), folder / "input_templates")
    said = []
    for name, *arguments in commands():
        assert name == "taizhang"
        said.append(taizhang(*arguments, cwd=folder))
    return folder, said


def test_the_page_s_commands_do_what_they_say(done: Any) -> None:
    folder, said = done
    drafted, checked, read, merged, _ = said
    assert [each.code for each in said] == [0, 0, 1, 0, 0], [each.err for each in said]
    assert "数据 21 行，列 13 个" in drafted.out
    assert "按草稿读样表：数据 21 行，不计 12 行" in drafted.out
    assert checked.out.startswith("drafts/draft：没有问题")
    assert "共 1 个文件、33 行，可计入 21 行" in read.out
    assert "33 rows read = 21 counted + 0 undecided + 12 set aside" in merged.out
    assert [path.name for path in (folder / "drafts" / "blank").iterdir()] == [
        "Audit findings.xlsx"
    ]


def test_the_figures_are_those_of_the_list(done: Any) -> None:
    manifest = json.loads((done[0] / "drafts" / "results" / "run.json").read_text("utf-8"))
    ledger = manifest["ledgers"]["audit"]
    assert ledger["rows"] == {"read": 33, "counted": 21, "undecided": 0, "set_aside": 12}
    assert ledger["figures"] == {
        "total": 21, "completed": 9, "ongoing": 12, "undecided": 0, "completion_rate": 42.9,
        "overdue": 3, "not_due": 9, "high_open": 4,
    }  # fmt: skip
    by = {name: [parts[part] for part in ("total", "completed", "ongoing", "overdue")]
          for name, parts in ledger["by"]["business_unit"].items()}  # fmt: skip
    assert by == {
        "Example Harbor Terminal": [6, 3, 3, 0], "Example Head Office": [5, 2, 3, 1],
        "Example North Plant": [5, 2, 3, 1], "Example South Plant": [5, 2, 3, 1],
    }  # fmt: skip
    told = [(f["code"], f["sheet"], f["row"]) for f in manifest["findings"] if f["severity"] != "I"]
    assert told == [("finding-overdue", "Open", row) for row in (6, 9, 13)]


def test_rows_of_guidance_titles_and_totals_are_set_aside_as_such(done: Any) -> None:
    book = load_workbook(done[0] / "drafts" / "results" / "master.xlsx", read_only=True)
    told = [
        [str(cell) for cell in row if cell is not None]
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    ]
    reasons = [word for row in told for word in row if word in ("hints on filling in", "title",
               "total", "note", "blank")]  # fmt: skip
    assert sorted(reasons) == [
        *["blank"] * 2, *["hints on filling in"] * 4, *["note"] * 2, *["title"] * 2, *["total"] * 2,
    ]  # fmt: skip


def test_dates_are_read_with_the_month_first(done: Any) -> None:
    found = {}
    book = load_workbook(done[0] / "drafts" / "results" / "master.xlsx", read_only=True)
    for row in book["Audit findings"].iter_rows(values_only=True):
        dates = [cell.date().isoformat() for cell in row if hasattr(cell, "date")]
        found |= {cell: dates for cell in row if str(cell).startswith("AF-20-0")}
    assert found["AF-20-001"] == ["2020-02-11", "2020-04-28"]
    assert found["AF-20-014"] == ["2020-08-04"]


def test_the_example_is_what_its_script_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "example" / "audit_findings.xlsx"
    monkeypatch.setattr(make_audit_example, "TARGET", made)
    make_audit_example.main()
    assert made.read_bytes() == shipped("audit", "example", "audit_findings.xlsx").read_bytes()
