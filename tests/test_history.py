"""The log and what it proves: every way of tampering is found, and told in words."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from papers import paragraphs
from workbooks import AS_OF, item, merge, ongoing, send, taizhang, workspace

from pipeline.model import Decision
from pipeline.read.document import document
from pipeline.store import Hand, Store
from pipeline.store.encoding import canonical
from pipeline.store.log import START, hash_of

A = "示例甲矿业有限公司"
FILE = f"output/{AS_OF}/briefing.docx"
RULING = Decision("rectification", "x", "", "status", "", "means", "已完成", "当面核实", "示例张三",
                  AS_OF)  # fmt: skip


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = workspace(tmp_path_factory.mktemp("history"), A)
    send(folder, "a.xlsx", item(A, "A-01"), ongoing(A, "A-02"))
    merge(folder)
    with Store.open(folder / "taizhang.db", Hand("示例李四", "2020-10-10T09:00:00+08:00")) as store:
        store.add_decisions([RULING])
    merge(folder)
    assert (
        taizhang("signoff", FILE, "--by", "示例张三", "--date", "2020-10-10", cwd=folder).code == 0
    )
    assert taizhang("publish", FILE, cwd=folder).code == 0
    return folder


@pytest.fixture
def folder(issued: Path, tmp_path: Path) -> Path:
    (tmp_path / "taizhang.toml").write_bytes((issued / "taizhang.toml").read_bytes())
    (tmp_path / "taizhang.db").write_bytes((issued / "taizhang.db").read_bytes())
    shutil.copytree(issued / "archive", tmp_path / "archive")
    shutil.copytree(issued / "output", tmp_path / "output")
    return tmp_path


def test_what_was_done_is_told(folder: Path) -> None:
    with Store.open(folder / "taizhang.db") as store:
        log = store.log()
    assert [e.what for e in log] == ["merged", "decided", "merged", "signed", "published"]
    assert all(e.by and e.at for e in log)
    said = taizhang("history", "--log", cwd=folder)
    assert f"{AS_OF}　第1期　已印发" in said.out
    assert "示例张三 2020-10-10 签发，2020-10-10 印发" in said.out
    assert "示例李四　收入裁定" in said.out
    assert all(len(line.encode("gbk")) <= 80 for line in said.out.splitlines())
    whole = taizhang("history", "verify", "--head", log[3].hash[:16], cwd=folder)
    assert (whole.code, "日志完整，共 5 条" in whole.out) == (0, True), whole.out


def test_an_issue_prints_the_entry_before_its_own(folder: Path) -> None:
    with Store.open(folder / "taizhang.db") as store:
        log = store.log()
    (paper,) = (folder / "output" / AS_OF / "issued").iterdir()
    assert paragraphs(folder / FILE).count("存证号：×") == 1
    assert f"存证号：{log[3].printed}" in paragraphs(paper)
    assert document(paper).properties["taizhang.log"] == f"4 {log[3].hash}"
    assert taizhang("history", "verify", str(paper), cwd=folder).code == 0
    assert taizhang("verify", str(paper), cwd=folder).code == 0
    (kept,) = (folder / "archive").rglob(f"{log[4].detail['issued']}.docx")
    kept.chmod(0o644)
    kept.write_bytes(b"x")
    said = taizhang("history", "verify", cwd=folder)
    assert (said.code, "已损坏或被改动" in said.out.replace("\n", "")) == (1, True)


def reckoned_anew(path: Path) -> None:
    """Change an entry and reckon it and all after it anew, as one who knows how would."""
    with Store.open(path) as store:
        log = store.log()
    before = START
    with sqlite3.connect(path) as connection:
        for entry in log:
            new = replace(entry, by="示例王五") if entry.what == "decided" else entry
            before = hash_of(new, before)
            connection.execute(
                "UPDATE log SET by = ?, hash = ?, detail = ? WHERE position = ?",
                (new.by, before, canonical(new.detail), new.position),
            )


ATTACKS = {
    "entry changed": ("UPDATE log SET by = '示例王五' WHERE position = 2", "日志第 2 条"),
    "entry dropped": ("DELETE FROM log WHERE position = 2", "日志缺第 2 条"),
    "last entry dropped": ("DELETE FROM log WHERE position = 5", "没有印发的记录"),
    "entry slipped in": (
        "INSERT INTO log SELECT 6, at, by, 'merged', about, detail, hash FROM log"
        " WHERE position = 3", "日志第 6 条",
    ),
    "entries swapped": (
        "UPDATE log SET position = CASE position WHEN 1 THEN -2 WHEN 2 THEN -1 END"
        " WHERE position < 3; UPDATE log SET position = -position WHERE position < 0",
        "日志第 1 条",
    ),
    "decision edited": ("UPDATE decision SET value = '整改中'", "裁定第 1–1 条与日志第 2 条"),
    "decision deleted": ("DELETE FROM decision", "裁定第 1–1 条与日志第 2 条"),
    "decision slipped in": (
        "INSERT INTO decision SELECT id + 1, ledger, 'y', code, \"column\", digest, action, value,"
        " reason, by, until, period_id FROM decision", "1 条裁定不在日志中",
    ),
    "issue's hash edited": ("UPDATE issue SET issued = 'ab'", "issued 与日志第 5 条"),
    "signer edited": ("UPDATE issue SET signed_by = '示例王五'", "signed_by 与日志第 5 条"),
    "issue deleted": ("DELETE FROM issue", "登记簿中没有"),
    "period reopened": ("UPDATE period SET state = 'draft'", "台账库中却是草稿"),
    "figure edited": ("UPDATE figure SET value = '9' WHERE name = 'total'", "的数字与日志第 3 条"),
    "item edited": ("UPDATE item SET record = '{}'", "名册与各期变动不符"),
    "number edited": ("UPDATE briefing_number SET number = 7", "的期号与日志第 3 条"),
    "hash of an output edited": ("UPDATE output SET sha256 = 'ab'", "的输出的哈希与日志第 3 条"),
    "roll call edited": ("UPDATE roll_call SET state = 'nil'", "的报送情况与日志第 3 条"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_tampering_is_found_and_told(folder: Path, attack: str) -> None:
    script, words = ATTACKS[attack]
    with sqlite3.connect(folder / "taizhang.db") as connection:
        connection.executescript(script)
    said = taizhang("history", "verify", cwd=folder)
    assert (said.code, words in said.out.replace("\n", "")) == (1, True), said.out
    assert json.loads(taizhang("history", "verify", "--json", cwd=folder).out)["flaws"]
    assert taizhang("history", "verify", "--lang", "en", cwd=folder).code == 1


def test_a_log_reckoned_anew_is_found_by_a_hash_noted_elsewhere(folder: Path) -> None:
    with Store.open(folder / "taizhang.db") as store:
        noted = store.log()[3].hash[:16]
    reckoned_anew(folder / "taizhang.db")
    found = taizhang("history", "verify", cwd=folder).out
    assert f"存证号 4-{noted} 不在日志中" in found.replace("\n", "")  # as the issue prints it
    said = taizhang("history", "verify", "--head", noted, cwd=folder)
    assert (said.code, f"没有哈希为 {noted}" in said.out) == (1, True)
