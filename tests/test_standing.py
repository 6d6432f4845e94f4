"""``taizhang status``: from where a workspace stands to the next command."""

import json
import os
import shutil
from pathlib import Path

import demo_runs
import pytest
from click.testing import CliRunner

from pipeline.cli import taizhang
from pipeline.standing import Facts, Next, next_step, standing
from pipeline.workspace import required

P = "2020-10-09"


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (Facts(), "collect"),
        (Facts(fresh=True), "first_merge"),
        (Facts(P), "review"),
        (Facts(P, undecided=2), "rule"),
        (Facts(P, undecided=2, reviewed=True), "rule"),
        (Facts(P, undecided=2, rulings="edited"), "decide"),
        (Facts(P, fresh=True, rulings="edited"), "decide"),
        (Facts(P, undecided=2, rulings="taken"), "apply"),
        (Facts(P, fresh=True), "take_in"),
        (Facts(P, missing_outputs=True), "remerge"),
        (Facts(P, newer_draft=True), "refresh"),
        (Facts(P, reviewed=True), "sign"),
        (Facts(P, signed="another"), "sign_again"),
        (Facts(P, signed="on", fresh=True), "publish"),
        (Facts(P, published=True), "wait"),
        (Facts(P, published=True, fresh=True), "merge"),
        (Facts(P, published=True, correcting=True), "sign_correction"),
        (Facts(P, published=True, correcting=True, signed="on"), "publish_correction"),
    ],
)
def test_the_next_step(facts: Facts, step: Next) -> None:
    assert next_step(facts) == step


def told(*options: str) -> str:
    result = CliRunner().invoke(taizhang, ["status", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_one_page_from_an_empty_inbox_to_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = demo_runs.workspace(tmp_path / "w")
    monkeypatch.chdir(folder)
    (folder / "inbox" / "~$台账.xlsx").write_bytes(b"lock")
    assert "新收到、未统计 22：" in told()
    assert "merge --as-of 日期" in told()
    demo_runs.run(folder, demo_runs.FIRST)
    page = told()
    assert "2020-10-09 第22期：草稿" in page
    assert "未报 1：示例远帆贸易有限公司" in page
    assert "待裁定 0 行" in page
    assert "taizhang review output/2020-10-09/briefing.docx" in page
    assert len(page.splitlines()) <= 40
    assert all(len(line.encode("gb18030")) <= 80 for line in page.splitlines()[1:])
    assert told("--reminders").startswith("【示例远帆贸易有限公司】您好！截至2020年10月9日的")
    record = json.loads(told("--json"))
    assert (record["next"], record["inbox_new"], record["gone"]) == ("review", [], [])


def test_files_edited_gone_and_new_are_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = demo_runs.workspace(tmp_path / "w")
    monkeypatch.chdir(folder)
    demo_runs.run(folder, demo_runs.FIRST)
    out = folder / "output" / "2020-10-09"
    with (out / "findings.xlsx").open("ab") as file:
        file.write(b" ")
    os.remove(out / "master.xlsx")
    shutil.copyfile(folder / "enterprises.xlsx", folder / "inbox" / "new.xlsx")
    with (folder / "inbox" / "new.xlsx").open("ab") as file:
        file.write(b" ")
    found = standing(required(folder))
    assert (found.edited, found.gone, found.fresh) == (
        ("findings.xlsx",),
        ("master.xlsx",),
        ("new.xlsx",),
    )
    assert next_step(found.facts) == "decide"
