"""Verify at the command line: what is told, of which period, and in which language."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from demo_runs import Ran
from desk import Element, figure_in, figures, packed, paragraph, tree
from workbooks import item, merge, ongoing, send, taizhang
from workbooks import workspace as small

DATE = "2020-10-09"


@pytest.fixture
def folder(one_period: Ran) -> Path:
    return one_period.folder


@pytest.fixture
def briefing(one_period: Ran) -> bytes:
    return one_period.briefing()


def edited(place: Path, briefing: bytes, change: Callable[[Element], None]) -> Path:
    root = tree(briefing)
    change(root)
    path = place / "改过的简报.docx"
    path.write_bytes(packed(briefing, root))
    return path


def twenty_five(root: Element) -> None:
    _, text = figure_in(paragraph(root, "持续整改"), "24")
    text.text = "25"


def test_the_command_says_that_all_is_right(folder: Path) -> None:
    said = taizhang("verify", f"output/{DATE}/briefing.docx", cwd=folder)
    assert (said.code, said.err) == (0, "")
    assert "全部相符" in said.out


def test_the_command_names_number_place_and_remedy(
    folder: Path, briefing: bytes, tmp_path: Path
) -> None:
    path = edited(tmp_path, briefing, twenty_five)
    said = taizhang("verify", str(path), cwd=folder)
    assert said.code == 1
    assert "一、总体进展" in said.out
    assert "【25】" in said.out
    assert "现为 25，应为 24" in said.out.replace("\n   ", "")
    assert max(len(line) + sum(c > "\u2e80" for c in line) for line in said.out.splitlines()) <= 80
    english = taizhang("verify", str(path), "--lang", "en", cwd=folder)
    assert "stands as 25, should be 24" in english.out


def test_the_command_in_json(folder: Path, briefing: bytes, tmp_path: Path) -> None:
    path = edited(tmp_path, briefing, twenty_five)
    told = json.loads(taizhang("verify", str(path), "--json", cwd=folder).out)
    (one,) = told["mismatches"]
    assert (one["fault"], one["part"], one["stands"], one["should"], one["figure"]) == (
        "changed", "body", "25", "24", "rectification.completed",
    )  # fmt: skip
    assert told["period"] == DATE


def test_a_document_that_lost_its_properties_is_known_by_its_figures(
    folder: Path, briefing: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "b.docx"
    with zipfile.ZipFile(io.BytesIO(briefing)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if name != "docProps/custom.xml":
                data = old.read(name)
                if name == "_rels/.rels":
                    data = re.sub(rb"<Relationship [^>]*custom-properties[^>]*/>", b"", data)
                new.writestr(name, data)
    said = taizhang("verify", str(path), cwd=folder)
    assert (said.code, f"{DATE} 一期" in said.out) == (0, True), said.err


def test_a_document_of_nobody_asks_for_the_period(folder: Path) -> None:
    template = Path(__file__).parent.parent / "input_templates" / "briefing.docx"
    said = taizhang("verify", str(template), cwd=folder)
    assert said.code == 2
    assert "--period" in said.err


def test_outside_a_workspace_is_said(tmp_path: Path) -> None:
    assert taizhang("verify", "x.docx", cwd=tmp_path).code == 2


A = "示例甲矿业有限公司"


def two_enterprises(place: Path) -> Path:
    """A small workspace with one period."""
    folder = small(place / "w", A, "示例乙化工有限公司")
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2"))
    merge(folder)
    return folder


def test_a_period_and_all_before_it(tmp_path: Path) -> None:
    folder = two_enterprises(tmp_path)
    send(folder, "a2.xlsx", item(A, "1"), item(A, "2"))
    merge(folder, "2020-10-16")
    for period, *full in (("2020-10-16", "--full"), (DATE,), (DATE, "--full")):
        said = taizhang("verify", f"output/{period}/briefing.docx", *full, cwd=folder)
        assert said.code == 0, said.out + said.err
        assert ("前后相接" in said.out) == bool(full)
    other = taizhang("verify", f"output/{DATE}/briefing.docx", "--period", "2020-10-16", cwd=folder)
    assert (other.code, "--period" in other.err) == (2, True)


def test_a_document_of_an_earlier_run_is_told(tmp_path: Path) -> None:
    folder = two_enterprises(tmp_path)
    old = tmp_path / "old.docx"
    shutil.copyfile(folder / "output" / DATE / "briefing.docx", old)
    send(folder, "a.xlsx", item(A, "1"), item(A, "2"))
    merge(folder)
    said = taizhang("verify", str(old), cwd=folder)
    assert said.code == 1
    assert "又重新汇总过" in said.out.replace("\n", "")


def test_an_english_briefing(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", A, "示例乙化工有限公司")
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2", 整改时限="2020-09-20"))
    merged = merge(folder, DATE, "--lang", "en")
    path = merged.folder / "briefing.docx"
    assert taizhang("verify", str(path), cwd=folder).code == 0
    written = path.read_bytes()
    root = tree(written)
    for _, text in figures(root):
        if text.text == "50.0":
            text.text = "51"
            break
    path.write_bytes(packed(written, root))
    said = taizhang("verify", str(path), "--lang", "en", cwd=folder)
    assert "stands as 51, should be 50.0" in " ".join(said.out.split())


@pytest.mark.office
def test_a_round_trip_through_libreoffice_changes_no_number(
    folder: Path, briefing: bytes, tmp_path: Path
) -> None:
    (tmp_path / "b.docx").write_bytes(briefing)
    (tmp_path / "out").mkdir()
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "docx", "--outdir", str(tmp_path / "out"), str(tmp_path / "b.docx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    said = taizhang("verify", str(tmp_path / "out" / "b.docx"), cwd=folder)
    assert said.code == 0, said.out + said.err
