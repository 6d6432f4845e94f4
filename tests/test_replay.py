"""A period computed again from what was kept of it, whatever has changed since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from workbooks import AS_OF, item, merge, ongoing, register, send, taizhang, workspace

from pipeline.collect import keep_bytes
from pipeline.errors import ImpossibleError, UsageError
from pipeline.inputs import PERIOD, Archived, asked, inputs_of
from pipeline.model import Decision, FigureRef, Period
from pipeline.profile import shipped_profile, shipped_profiles
from pipeline.profile.schema import Profile
from pipeline.replay import Replay, replayed
from pipeline.shipped import shipped
from pipeline.store import Store
from pipeline.workspace import find

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"


@pytest.fixture(scope="module")
def run_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two enterprises; one item spelled so that the workspace's own aliases are needed."""
    folder = workspace(tmp_path_factory.mktemp("ran") / "w", A, B)
    (folder / "aliases.toml").write_text(
        '[[alias]]\nledger = "rectification"\ncolumn = "status"\nspelling = "搞定"\n'
        'value = "已完成"\n',
        encoding="utf-8",
    )
    send(folder, "a.xlsx", item(A, "1", 整改状态="搞定"), ongoing(A, "2"), ongoing(A, "3"))
    said = taizhang(
        "record", B, "--by", "示例王五", "--at", AS_OF, "--count", "已完成=2", cwd=folder
    )
    assert said.code == 0, said.err
    merge(folder)
    return folder


@pytest.fixture
def folder(run_before: Path, tmp_path: Path) -> Path:
    shutil.copytree(run_before, tmp_path / "w")
    return tmp_path / "w"


def again(folder: Path, period: str = AS_OF) -> Replay:
    found = find(folder)
    assert found is not None
    return replayed(found, period)


def counted(replay: Replay, *names: str) -> tuple[object, ...]:
    return tuple(replay.report.figures[FigureRef("rectification", name)] for name in names)


def test_the_same_figures_come_out(folder: Path) -> None:
    run = json.loads((folder / "output" / AS_OF / "run.json").read_text(encoding="utf-8"))
    figures = run["ledgers"]["rectification"]["figures"]
    replay = again(folder)
    assert counted(replay, "total", "completed", "ongoing") == (5, 3, 2)
    assert (figures["total"], figures["completed"], figures["ongoing"]) == (5, 3, 2)
    assert replay.report.lang == "zh"


def emptied_inbox(folder: Path) -> None:
    shutil.rmtree(folder / "inbox")


def other_profile(folder: Path) -> None:
    own = folder / "input_templates" / "rectification"
    shutil.copytree(shipped("rectification"), own)
    text = (own / "profile.toml").read_text(encoding="utf-8")
    (own / "profile.toml").write_text(text.replace('"已完成"', '"都做完了"'), encoding="utf-8")


def no_aliases(folder: Path) -> None:
    (folder / "aliases.toml").unlink()


def other_registry(folder: Path) -> None:
    register(folder, "示例丙水泥有限公司")


def other_ledgers(folder: Path) -> None:
    (folder / "taizhang.toml").write_text('[ledgers]\nuse = ["cases"]\n', encoding="utf-8")


def no_records(folder: Path) -> None:
    shutil.rmtree(folder / "records")


def later_ruling(folder: Path) -> None:
    ruling = Decision(
        ledger="rectification", subject="整改中", code="", column="status", digest="",
        action="means", value="已完成", reason="试", by="示例赵六", period_id=AS_OF,
    )  # fmt: skip
    with Store.open(folder / "taizhang.db") as store:
        assert store.add_decisions([ruling]) == 1


def later_period(folder: Path) -> None:
    send(folder, "a2.xlsx", item(A, "1"), item(A, "2"), item(A, "3"), item(A, "4"))
    merge(folder, LATER)


def no_outputs(folder: Path) -> None:
    shutil.rmtree(folder / "output")


@pytest.mark.parametrize(
    "change",
    [emptied_inbox, other_profile, no_aliases, other_registry, other_ledgers, no_records,
     later_ruling, later_period, no_outputs],
)  # fmt: skip
def test_what_changes_later_plays_no_part(folder: Path, change: Callable[[Path], None]) -> None:
    change(folder)
    replay = again(folder)
    assert counted(replay, "total", "completed", "ongoing") == (5, 3, 2)
    assert [e.name for e in replay.report.ledgers[0].ledger.registry.enterprises] == [A, B]


def test_a_ruling_in_force_then_stays_in_force(folder: Path) -> None:
    later_ruling(folder)
    merge(folder)
    assert counted(again(folder), "completed") == (5,)
    with sqlite3.connect(folder / "taizhang.db") as database:
        database.execute("DELETE FROM decision")
    assert counted(again(folder), "completed") == (5,)


def test_the_second_period_starts_from_the_roster_before_it(folder: Path) -> None:
    later_period(folder)
    assert counted(again(folder, LATER), "total", "completed", "new_items") == (6, 6, 1)
    assert counted(again(folder), "total", "completed") == (5, 3)


def test_nothing_is_written(folder: Path) -> None:
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    again(folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


def test_the_manifest_names_what_the_archive_holds(folder: Path) -> None:
    run = json.loads((folder / "output" / AS_OF / "run.json").read_text(encoding="utf-8"))
    inputs = run["inputs"]
    names = {p.name for p in (folder / "archive").rglob("*") if p.is_file()}
    for ledger in ("rectification", "cases"):
        assert f"{inputs['profiles'][ledger]}.json" in names
        assert len(inputs["rosters"][ledger]) == len(inputs["earlier"][ledger]) == 64
    suffixes = {
        "registry": "xlsx", "template": "docx", "configuration": "toml", "decisions": "json",
        "collected": "json", "period": "json",
    }  # fmt: skip
    assert {f"{inputs[name]}.{suffix}" for name, suffix in suffixes.items()} <= names


@pytest.mark.parametrize("kind", ["a.xlsx", "enterprises.xlsx", "profiles/cases.json"])
@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_harmed_archive_names_the_file(folder: Path, kind: str, harm: str) -> None:
    with Store.open(folder / "taizhang.db") as store:
        known = {line.name: line.sha256 for line in store.submissions(AS_OF)}
        digest = (known | store.inputs(AS_OF))[kind]
    (file,) = (folder / "archive").rglob(f"{digest}*")
    file.chmod(0o644)
    if harm == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(ImpossibleError, match=digest) as told:
        again(folder)
    assert kind in told.value.message
    assert "备份" in told.value.remedy


def test_a_roster_that_was_tampered_with_is_told_of(folder: Path) -> None:
    later_period(folder)
    with sqlite3.connect(folder / "taizhang.db") as database:
        changed = database.execute(
            "UPDATE change SET before = replace(before, '整改中', '已完成') "
            "WHERE period_id = ? AND before LIKE '%整改中%'",
            (LATER,),
        ).rowcount
    assert changed
    with pytest.raises(ImpossibleError, match="名册"):
        again(folder, LATER)


def test_what_earlier_periods_counted_is_told_of_when_tampered_with(folder: Path) -> None:
    later_period(folder)
    again(folder, LATER)
    with sqlite3.connect(folder / "taizhang.db") as database:
        changed = database.execute(
            "UPDATE figure SET value = value + 1 "
            "WHERE period_id = ? AND ledger = 'rectification' AND name = 'total'",
            (AS_OF,),
        ).rowcount
    assert changed == 1
    with pytest.raises(ImpossibleError, match="各期数字"):
        again(folder, LATER)


def test_other_figures_than_then_are_refused(folder: Path) -> None:
    with sqlite3.connect(folder / "taizhang.db") as database:
        database.execute("UPDATE input SET sha256 = 'x' WHERE name = 'figures'")
    with pytest.raises(ImpossibleError, match="与当时不同"):
        again(folder)


def test_inputs_of_another_version_are_told_of(folder: Path) -> None:
    digest = keep_bytes(b"{}", ".json", folder / "archive")
    with sqlite3.connect(folder / "taizhang.db") as database:
        database.execute("UPDATE input SET sha256 = ? WHERE name = 'period.json'", (digest,))
    with pytest.raises(ImpossibleError, match="另一版本"):
        again(folder)


def test_an_unknown_period_names_those_there_are(folder: Path) -> None:
    with pytest.raises(UsageError) as told:
        again(folder, LATER)
    assert AS_OF in told.value.remedy


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_profile_comes_back_from_the_archive_as_it_was(name: str) -> None:
    profile = shipped_profile(name)
    said = profile.model_dump_json(indent=1, exclude_defaults=True)
    assert Profile.model_validate_json(said) == profile


def test_inputs_come_back_as_they_were(tmp_path: Path) -> None:
    from datetime import date

    profiles = (shipped_profile("rectification"), shipped_profile("cases"))
    days = {"rectification": date(2020, 10, 9), "cases": date(2020, 10, 8)}
    ruling = Decision("cases", "s", "c", "col", "d", "accept", "", "理由", "某", "2020-10-02", id=3)
    inputs = inputs_of(profiles, shipped("briefing.docx"), decisions=[ruling])
    inputs = inputs.with_file(PERIOD, asked(Period(AS_OF, days), profiles, {"lang": "en"}))
    inputs.kept(tmp_path)
    found = Archived.find(inputs.all_hashes, tmp_path)
    assert (found.period, found.options) == (Period(AS_OF, days), {"lang": "en"})
    assert list(found.period.as_of) == ["rectification", "cases"]
    assert found.profiles == profiles
    assert found.decisions("cases") == (ruling,)
    assert found.decisions("rectification") == ()
