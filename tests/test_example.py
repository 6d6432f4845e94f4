"""The shipped example, whole: its figures, its faults, two periods, the same bytes again."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from briefings import texts
from charts import charts
from demo_runs import FIRST, SECOND, Ran, run, truth, workspace
from docx import Document
from office import to_pdf, to_xlsx
from openpyxl import load_workbook
from workbooks import outputs

from pipeline.count import rows_behind


@pytest.fixture
def first(one_period: Ran) -> Any:
    return one_period.outcomes[0]


@pytest.fixture
def second(two_periods: Ran) -> Any:
    return two_periods.outcomes[1]


def agree(manifest: dict[str, Any], expected: dict[str, Any]) -> None:
    for ledger, true in expected.items():
        found = manifest["ledgers"][ledger]
        figures = found["figures"]
        assert {name: figures[name] for name in true["figures"]} == true["figures"]
        for name, rate in true.get("rates", {}).items():
            assert f"{figures[name]:.1f}" == rate
        for by, values in true["by"].items():
            for value, parts in values.items():
                assert {n: found["by"][by][value][n] for n in parts} == parts, (by, value)
        if "roll_call" in true:
            assert manifest["roll_call"][ledger] == true["roll_call"]
        assert manifest["as_of"][ledger] == true["as_of"]


def test_the_first_period_is_38_24_14_and_5_4_1(first: Any) -> None:
    agree(first.manifest, truth("example_truth.json"))
    figures = first.manifest["ledgers"]["rectification"]["figures"]
    assert (figures["total"], figures["completed"], figures["ongoing"]) == (38, 24, 14)
    cases = first.manifest["ledgers"]["cases"]["figures"]
    assert (cases["total"], cases["batches"], cases["closed"], cases["stage_closed"]) == (
        5,
        4,
        4,
        1,
    )


def test_only_the_planted_faults_are_errors_or_queries(first: Any) -> None:
    queries = [f for f in first.findings if f.severity in ("E", "W") and f.file]
    found = {(f.code, f.column) for f in queries if f.code != "overdue"}
    assert found == {
        ("completed-undated", "完成日期"),
        ("completed-no-evidence", "佐证材料"),
        ("required", "责任人"),
        ("ongoing-with-completion-date", "完成日期"),
        ("unknown-choice", "整改类型"),
    }


def test_every_row_read_has_one_disposition(first: Any, second: Any) -> None:
    for outcome in (first, second):
        for ledger in outcome.manifest["ledgers"].values():
            rows = ledger["rows"]
            assert rows["read"] == rows["counted"] + rows["undecided"] + rows["set_aside"]
        for ledger in ("rectification", "cases"):
            told = [s["rows"] for s in outcome.manifest["submissions"] if s["ledger"] == ledger]
            read = sum(rows.get("read", 0) for rows in told)
            assert read == outcome.manifest["ledgers"][ledger]["rows"]["read"]


def test_the_second_period_follows_from_the_first(second: Any) -> None:
    agree(second.manifest, truth("second_period/truth.json"))
    roster = second.manifest["ledgers"]["rectification"]["roster"]
    assert roster == {"updated": 12, "carried": 26, "new": 1, "removed": 0}


def test_a_silent_period_changes_no_total(one_period: Ran, tmp_path: Path) -> None:
    folder = one_period.copied(tmp_path / "ws")
    before = one_period.outcomes[0].manifest["ledgers"]["rectification"]
    after = run(folder, ("2020-10-10",)).manifest["ledgers"]["rectification"]
    for name in ("total", "completed", "ongoing", "undecided", "planned_funds"):
        assert after["figures"][name] == before["figures"][name]
    for enterprise, figures in before["by"]["enterprise"].items():
        assert after["by"]["enterprise"][enterprise]["total"] == figures["total"]
    assert after["rows"]["read"] == 0
    assert after["roster"] == {"updated": 0, "carried": 38, "new": 0, "removed": 0}


def test_a_figure_is_the_number_of_rows_behind_it(first: Any, second: Any) -> None:
    for outcome in (first, second):
        for result in outcome.report.ledgers:
            for ref, number in result.figures.items():
                figure = result.profile.figure(ref.figure)
                if figure.kind == "count":
                    assert rows_behind(result.ledger, ref).num_rows == number


def test_the_same_input_gives_the_same_bytes(one_period: Ran, tmp_path: Path) -> None:
    one, other = one_period.copied(tmp_path / "one"), workspace(tmp_path / "two")
    first = outputs(one / "output")
    run(one, FIRST)
    assert outputs(one / "output") == first
    files = sorted((other / "inbox").iterdir(), reverse=True)
    contents = [(path, path.read_bytes()) for path in files]
    for path, _ in contents:
        path.unlink()
    for path, data in contents:
        path.write_bytes(data)
    run(other, FIRST)
    assert outputs(other / "output") == first


def test_a_second_run_of_a_period_replaces_the_first(two_periods: Ran, tmp_path: Path) -> None:
    folder = two_periods.copied(tmp_path / "ws")
    assert run(folder, SECOND).manifest == two_periods.outcomes[1].manifest


def test_an_edited_briefing_is_kept_and_the_new_one_stands_beside_it(
    one_period: Ran, tmp_path: Path
) -> None:
    folder = one_period.copied(tmp_path / "ws")
    briefing = folder / "output" / "2020-10-09" / "briefing.docx"
    document = Document(str(briefing))
    document.add_paragraph("人工补充的一段")
    document.save(str(briefing))
    edited = briefing.read_bytes()
    outcome = run(folder, FIRST)
    assert briefing.read_bytes() == edited
    assert outcome.delivery.beside == {"briefing.docx": "briefing.new.docx"}
    assert (briefing.parent / "briefing.new.docx").exists()


def test_originals_are_archived_under_their_hash(one_period: Ran) -> None:
    folder = one_period.folder
    for submission in one_period.outcomes[0].report.submissions:
        assert submission.path.is_relative_to(folder / "archive")
        assert submission.path.stem == submission.sha256
        assert submission.path.read_bytes() == (folder / "inbox" / submission.name).read_bytes()


def test_the_master_gives_each_item_its_source_and_live_totals(first: Any) -> None:
    data = (first.folder / "master.xlsx").read_bytes()
    values = load_workbook(io.BytesIO(data), data_only=True)
    formulas = load_workbook(io.BytesIO(data))
    assert values.sheetnames == [
        "汇总", "整改台账", "转办案件台账", "联系方式张贴台账", "内部督查台账", "函件传达台账",
        "督察日常台账", "报送文件", "未计与待裁定行",
    ]  # fmt: skip
    rows = list(values["整改台账"].iter_rows(values_only=True))
    header, items = rows[0], rows[1:]
    assert len(items) == 38
    places = [header.index(name) for name in ("来源期次", "来源文件", "来源工作表", "来源行")]
    assert all(row[place] not in (None, "") for row in items for place in places[:2])
    assert all(isinstance(row[places[3]], int) for row in items)
    both = zip(values["汇总"].iter_rows(), formulas["汇总"].iter_rows(), strict=True)
    summary = {r[0].value: (r[1].value, f[1].value) for r, f in both}
    for label, number in (("事项总数", 38), ("已完成", 24), ("持续整改", 14)):
        assert summary[label][0] == number
        assert str(summary[label][1]).startswith("=SUMPRODUCT(")


def without_values(workbook: bytes) -> bytes:
    """The workbook with no stored result beside a formula, so that an office must compute it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data)
            new.writestr(entry, data)
    return out.getvalue()


@pytest.mark.office
def test_the_summary_is_the_same_when_computed_anew(first: Any, tmp_path: Path) -> None:
    stored = load_workbook(first.folder / "master.xlsx", data_only=True)["汇总"]
    bare = tmp_path / "master.xlsx"
    bare.write_bytes(without_values((first.folder / "master.xlsx").read_bytes()))
    assert load_workbook(bare, data_only=True)["汇总"]["B7"].value is None
    computed = load_workbook(to_xlsx(bare, tmp_path / "anew"), data_only=True)["汇总"]
    compared = 0
    for row in stored.iter_rows(min_row=7):
        for cell in row:
            if isinstance(cell.value, int | float):
                assert computed[cell.coordinate].value == pytest.approx(cell.value), cell.coordinate
                compared += 1
    assert compared > 150


@pytest.mark.office
def test_page_one_of_the_briefing_has_the_figures_with_their_dates(
    first: Any, tmp_path: Path
) -> None:
    pdf = to_pdf(first.folder / "briefing.docx", tmp_path)
    page = subprocess.run(
        ["pdftotext", "-f", "1", "-l", "1", str(pdf), "-"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    text = re.sub(r"\s+", "", page)
    assert "截至2020年10月9日，16家企业共有整改事项38项" in text
    assert "已完成整改24项，整改完成率63.2%；持续整改14项" in text
    assert "截至2020年10月8日，累计收到转办案件4批5件，已办结4件、阶段性办结1件" in text


def test_the_briefing_in_english(tmp_path: Path) -> None:
    outcome = run(workspace(tmp_path / "ws"), FIRST, lang="en")
    text = "\n".join(texts(Document(str(outcome.folder / "briefing.docx"))))
    assert "As of 9 October 2020, 16 enterprises have 38 items" in text
    assert (
        "As of 8 October 2020, 5 cases came in 4 batches: 4 closed, 1 closed for the stage" in text
    )


def test_the_trace_knows_every_figure_in_the_briefing(first: Any) -> None:
    xml = (first.folder / "briefing.docx").read_bytes()
    document = Document(io.BytesIO(xml))
    names = document.element.body.xpath(".//w:bookmarkStart/@w:name")
    tags = {re.sub(r"_\d+$", "", name.removeprefix("fig_")) for name in names if "fig_" in name}
    drawn = {tag for seen in charts(xml) for tag in seen.tags.values()}
    assert len(drawn - tags) > 10  # on schedule and behind, by enterprise: in no table
    assert tags | drawn == set(first.manifest["trace"])
    total = [t for t in first.manifest["trace"].values()
             if t["figure"] == "rectification.total" and t["by"] is None]  # fmt: skip
    assert [(t["value"], t["rows"], t["as_of"]) for t in total] == [(38, 38, "2020-10-09")]


def test_complaints_stay_out_of_briefing_and_manifest(first: Any) -> None:
    cases = next(r for r in first.report.ledgers if r.profile.id == "cases")
    secrets = cases.ledger.roster.column("complaint").to_pylist()
    document = Document(str(first.folder / "briefing.docx"))
    text = "".join(document.element.body.xpath(".//w:t/text()"))
    manifest = (first.folder / "run.json").read_text(encoding="utf-8")
    assert len(secrets) == 5
    for secret in secrets:
        assert secret not in text
        assert secret not in manifest
