"""Explain: a figure's definition and the rows behind it, down to file, sheet and row."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from demo_runs import Ran
from workbooks import AS_OF, Said, item, merge, ongoing, send, taizhang, workspace

from pipeline.model import FigureRef
from pipeline.replay import Replay
from pipeline.trace.explain import explained
from pipeline.write.report import Report

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"


@pytest.fixture
def folder(one_period: Ran) -> Path:
    return one_period.folder


@pytest.fixture
def report(first_replayed: Replay) -> Report:
    return first_replayed.report


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two enterprises over two periods; the second time only one of them reports."""
    made = workspace(tmp_path_factory.mktemp("small") / "w", {"企业名称": A, "简称": "甲矿业"}, B)
    send(made, "a.xlsx", item(A, "A-1"), ongoing(A, "A-2"))
    send(made, "b.xlsx", item(B, "B-1", 问题描述="=1+1 雨污混流"), ongoing(B, "B-2"))
    merge(made)
    send(made, "a2.xlsx", item(A, "A-1"), item(A, "A-2"), above=[["整改台账"]])
    merge(made, LATER)
    return made


def told(folder: Path, *arguments: str) -> dict[str, object]:
    said = taizhang("explain", *arguments, "--json", cwd=folder)
    assert said.code == 0, said.err
    found: dict[str, object] = json.loads(said.out)
    return found


def sources(found: dict[str, object]) -> list[tuple[str, str, str, int]]:
    rows = found["rows"]
    assert isinstance(rows, list)
    return [(r["number"], r["period"], r["file"], r["row"]) for r in rows]


def test_the_rows_behind_every_figure_make_it(report: Report) -> None:
    """By hand: a count is as many as its rows, a sum is theirs, a ratio that of its parts."""
    kinds = set()
    for ref, number in report.figures.items():
        result = next(r for r in report.ledgers if r.profile.id == ref.ledger)
        kind = result.profile.figure(ref.figure).kind
        found = explained(report, ref, "zh")
        assert found.conditions or found.parts
        assert "{" not in found.conditions
        kinds.add(kind)
        if kind in ("count", "uncovered"):
            assert len(found.rows) == number, ref
        elif kind == "sum":
            assert sum(Decimal(row.value or 0) for row in found.rows) == number, ref
        elif kind == "distinct":
            assert len({row.value for row in found.rows if row.value}) == number, ref
        elif kind == "covered":
            assert len({row.enterprise for row in found.rows}) == number, ref
        elif kind == "ratio":
            part, whole = (Decimal(each.value) for each in found.parts)
            share = f"{part / whole * 100:.1f}%" if whole else "—"
            assert found.value == share, ref
    assert kinds >= {"count", "sum", "distinct", "ratio", "covered", "uncovered", "coverage"}


def test_every_source_is_the_row_as_excel_shows_it(folder: Path, report: Report) -> None:
    """Each row behind the total is looked up in the file that it names."""
    found = explained(report, FigureRef("rectification", "total"), "zh")
    looked = 0
    for row in found.rows:
        path = next((p for p in (folder / "inbox").rglob("*") if p.name == row.file), None)
        if path is None or path.suffix != ".xlsx":
            continue  # within an archive or a mail
        sheet = openpyxl.load_workbook(path)[row.sheet]
        cells = [str(cell.value) for cell in sheet[row.row or 0]]
        assert any(row.text.strip() in text.replace("\n", " ") for text in cells), row
        looked += 1
    assert looked > 20


def test_a_figure_by_its_name_label_or_either_language(small: Path) -> None:
    named = [told(small, name) for name in ("completed", "rectification.completed", "已完成",
                                            "Completed")]  # fmt: skip
    assert all(one == named[0] for one in named)
    assert (named[0]["value"], named[0]["as_of"]) == ("3", LATER)
    assert sources(named[0]) == [
        ("A-1", LATER, "a2.xlsx", 3),
        ("A-2", LATER, "a2.xlsx", 4),
        ("B-1", AS_OF, "b.xlsx", 2),
    ]


def test_of_an_earlier_period(small: Path) -> None:
    found = told(small, "completed", "--period", AS_OF)
    assert found["value"] == "2"
    assert sources(found) == [("A-1", AS_OF, "a.xlsx", 2), ("B-1", AS_OF, "b.xlsx", 2)]


def test_of_one_enterprise_by_its_short_name(small: Path) -> None:
    found = told(small, "total", "--by", "企业名称", "--at", "甲矿业")
    assert found["by"] == {"enterprise": A}
    assert [number for number, *_ in sources(found)] == ["A-1", "A-2"]


def test_a_ratio_has_two_parts(small: Path) -> None:
    found = told(small, "completion_rate")
    assert found["value"] == "75.0%"
    parts = found["parts"]
    assert isinstance(parts, list)
    assert [(p["figure"], p["value"], len(p["rows"])) for p in parts] == [
        ("rectification.completed", "3", 3),
        ("rectification.total", "4", 4),
    ]


def test_by_the_id_that_the_document_carries(small: Path) -> None:
    run_json = json.loads((small / "output" / LATER / "run.json").read_text(encoding="utf-8"))
    for tag, entry in run_json["trace"].items():
        if entry["figure"] == "rectification.completed" and entry["by"] is None:
            assert (
                told(small, tag) == told(small, f"fig_{tag.upper()}_2") == told(small, "completed")
            )
            return
    raise AssertionError("the briefing shows no completed items")


def test_the_filter_is_told_in_words(small: Path) -> None:
    found = told(small, "completed")
    assert (
        found["filter"]
        == "整改情况为已完成（整改状态为已完成、核查通过、已销号、已完成并长期坚持）"
    )
    english = told(small, "completed", "--lang", "en")
    assert str(english["filter"]).startswith("Progress is") or " is Completed" in str(
        english["filter"]
    )


def screen(folder: Path, *arguments: str) -> Said:
    said = taizhang("explain", *arguments, cwd=folder)
    wide = [len(line) + sum(c > "\u2e80" for c in line) for line in said.out.splitlines()]
    assert max(wide, default=0) <= 80
    return said


def test_the_screen_shows_sources_and_what_is_carried(small: Path) -> None:
    said = screen(small, "completed")
    assert "已完成 = 3" in said.out
    assert "a2.xlsx，整改台账，第 3 行\n" in said.out
    assert "b.xlsx，整改台账，第 2 行（沿用 2020-10-09 一期）" in said.out


def test_many_rows_are_capped_with_a_word(folder: Path) -> None:
    said = screen(folder, "total")
    assert "……另有 8 行" in said.out
    assert "--csv" in said.out


def test_all_rows_as_csv_and_no_formula_in_it(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    assert screen(small, "total", "--csv", str(path)).code == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["指标", "企业名称", "编号", "内容", "数值", "数据期次", "文件", "工作表", "行"]
    assert [row[2] for row in rows] == ["A-1", "A-2", "B-1", "B-2"]
    assert next(row[3] for row in rows if row[2] == "B-1") == "'=1+1 雨污混流"


# ---------------------------------------------------------------- a number in a document


def test_a_number_that_stands_once_is_explained(folder: Path) -> None:
    found = told(folder, f"output/{AS_OF}/briefing.docx", "63.2%")
    assert found["figure"] == "rectification.completion_rate"


def test_a_number_of_several_figures_is_listed_with_its_words(folder: Path) -> None:
    said = screen(folder, f"output/{AS_OF}/briefing.docx", "24")
    assert said.code == 1
    assert "【24】" in said.out
    assert "taizhang explain 编号" in said.out
    told_json = taizhang("explain", f"output/{AS_OF}/briefing.docx", "24", "--json", cwd=folder)
    places = json.loads(told_json.out)["places"]
    assert len({place["id"] for place in places}) > 1
    tag = next(p["id"] for p in places if "已完成整改【24】项" in p["around"])
    assert told(folder, tag)["figure"] == "rectification.completed"


MISTAKES: dict[str, tuple[tuple[str, ...], str]] = {
    "no such figure": (("compelted",), "rectification.completed"),
    "no such ledger": (("completed", "--ledger", "x"), "rectification"),
    "no such breakdown": (("completed", "--by", "天气", "--at", "晴"), "enterprise"),
    "no such value": (("completed", "--by", "企业名称", "--at", "示例某公司"), "有："),
    "a value without its column": (("completed", "--at", A), "--by"),
    "no such period": (("completed", "--period", "2020-01-01"), AS_OF),
    "no such id": (("faaaaaaaaaaaa",), "--period"),
    "a document without a number": (("output/2020-10-09/briefing.docx",), "24"),
    "a number that is not there": (("output/2020-10-09/briefing.docx", "4711"), "4711"),
    "no such document": (("no.docx", "24"), "no.docx"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_two_lines(small: Path, mistake: str) -> None:
    arguments, named = MISTAKES[mistake]
    said = taizhang("explain", *arguments, cwd=small)
    assert said.code == 2
    assert named in said.err
    assert len(said.err.splitlines()) == 2


def test_before_anything_is_merged(tmp_path: Path) -> None:
    workspace(tmp_path / "w", A)
    said = taizhang("explain", "completed", cwd=tmp_path / "w")
    assert (said.code, "taizhang merge" in said.err) == (2, True)
