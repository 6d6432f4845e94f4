"""Folders: what arrived, in the order of names, each file once; what lies beside a ledger."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.collect import Collected, Passed, collect, collect_files
from pipeline.collect.beside import belonging
from pipeline.errors import ImpossibleError, UsageError


def put(folder: Path, name: str, data: bytes = b"") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data or name.encode())
    return path


def states(found: Collected) -> dict[str, tuple[str, str]]:
    return {p.name: (p.state, p.about) for p in found.passed}


def names(found: Collected) -> list[str]:
    return [s.name for s in found.submissions]


def test_folders_in_any_depth_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("丙/二/三/a.xlsx", "b.csv", "a/z.xls", "甲.et"):
        put(tmp_path, name)
    found = collect(tmp_path, None, {})
    assert names(found) == ["a/z.xls", "b.csv", "丙/二/三/a.xlsx", "甲.et"]
    assert [s.id for s in found.submissions] == [0, 1, 2, 3]
    assert {(s.sender, s.sent_at, s.fault) for s in found.submissions} == {("", "", None)}


def test_identical_bytes_are_one_and_earlier_ones_are_known(tmp_path: Path) -> None:
    put(tmp_path, "甲/a.xlsx", b"same")
    put(tmp_path, "乙/副本.xlsx", b"same")
    put(tmp_path, "c.xlsx", b"old")
    digest = collect_files([tmp_path / "c.xlsx"]).submissions[0].sha256
    found = collect(tmp_path, None, {digest: "2020-10-02"})
    assert names(found) == ["乙/副本.xlsx"]
    assert states(found) == {
        "c.xlsx": ("earlier", "2020-10-02"), "甲/a.xlsx": ("duplicate", "乙/副本.xlsx"),
    }  # fmt: skip


def test_originals_are_archived_by_hash_and_read_from_there(tmp_path: Path) -> None:
    put(tmp_path / "in", "台账.XLSX", b"data")
    (one,) = collect(tmp_path / "in", tmp_path / "archive", {}).submissions
    assert one.path == tmp_path / "archive" / one.sha256[:2] / f"{one.sha256}.xlsx"
    assert one.path.read_bytes() == b"data"
    assert not one.path.stat().st_mode & stat.S_IWUSR
    (again,) = collect(tmp_path / "in", tmp_path / "archive", {}).submissions
    assert again == one


@pytest.mark.parametrize(
    "name, why",
    [
        ("~$台账.xlsx", "lock"),
        (".~台账.xlsx", "lock"),
        (".~lock.台账.xlsx#", "lock"),
        ("甲/Thumbs.db", "system"),
        (".DS_Store", "system"),
        (".gitkeep", "hidden"),
        ("._台账.xlsx", "system"),
        ("~WRL0001.tmp", "temporary"),
        ("台账.xlsx.crdownload", "incomplete"),
        ("smime.p7s", "signature"),
    ],
)
def test_litter_is_ignored_with_a_reason(tmp_path: Path, name: str, why: str) -> None:
    put(tmp_path, name)
    found = collect(tmp_path, None, {})
    assert (found.submissions, found.passed) == ((), (Passed(name, "", 0, "ignored", why),))


def test_scans_are_registered_beside_their_ledger(tmp_path: Path) -> None:
    for name in (
        "甲公司/整改台账.xlsx", "甲公司/整改台账.pdf", "甲公司/照片/1.jpg", "甲公司/说明.docx",
        "乙公司台账.xlsx", "乙公司台账（已盖章）.pdf", "丙公司台账.xlsx", "会议纪要.docx",
        "丙公司台账扫描件第2页.jpg",
    ):  # fmt: skip
        put(tmp_path, name)
    found = collect(tmp_path, None, {})
    assert names(found) == ["丙公司台账.xlsx", "乙公司台账.xlsx", "甲公司/整改台账.xlsx"]
    assert states(found) == {
        "丙公司台账扫描件第2页.jpg": ("stamped", "丙公司台账.xlsx"),
        "乙公司台账（已盖章）.pdf": ("stamped", "乙公司台账.xlsx"),
        "会议纪要.docx": ("attachment", ""),
        "甲公司/整改台账.pdf": ("stamped", "甲公司/整改台账.xlsx"),
        "甲公司/照片/1.jpg": ("attachment", "甲公司/整改台账.xlsx"),
        "甲公司/说明.docx": ("attachment", "甲公司/整改台账.xlsx"),
    }
    assert [p.name for p in found.passed] == sorted(p.name for p in found.passed)


@pytest.mark.parametrize(
    "scan, ledgers, expected",
    [
        ("台账.pdf", ["甲/台账.xlsx", "乙/台账.xlsx"], ("", False)),
        ("甲/台账.pdf", ["甲/台账.xlsx", "乙/台账.xlsx"], ("甲/台账.xlsx", True)),
        ("甲/盖章.jpg", ["甲/台账.xlsx", "甲/案件.xlsx"], ("", True)),
        ("甲/附件/a.pdf", ["甲/台账.xlsx", "乙/台账.xlsx"], ("甲/台账.xlsx", False)),
        ("甲/a.pdf", ["乙/台账.xlsx"], ("", False)),
        ("报告.docx", ["报告.xlsx", "台账.xlsx"], ("报告.xlsx", False)),
        ("周报.zip/台账(1).pdf", ["周报.zip/台账.xlsx"], ("周报.zip/台账.xlsx", True)),
        ("a.pdf", [], ("", False)),
    ],
)
def test_what_a_scan_belongs_to(scan: str, ledgers: list[str], expected: tuple[str, bool]) -> None:
    assert belonging([scan], ledgers) == {scan: expected}


def test_files_named_one_by_one_keep_their_order_and_place(tmp_path: Path) -> None:
    paths = [put(tmp_path, name) for name in ("z.xlsx", "a.pdf", "~$m.xlsx")]
    found = collect_files([*paths, paths[0]])
    assert names(found) == ["z.xlsx", "a.pdf", "~$m.xlsx", "z.xlsx"]
    assert [s.path for s in found.submissions] == [*paths, paths[0]]


def test_what_is_not_there_is_the_operators_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        collect(tmp_path / "nowhere", None, {})
    with pytest.raises(UsageError):
        collect_files([tmp_path / "nothing.xlsx"])


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions don't bind")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    put(tmp_path, "甲/a.xlsx")
    (tmp_path / "甲").chmod(0)
    try:
        with pytest.raises(ImpossibleError):
            collect(tmp_path, None, {})
    finally:
        (tmp_path / "甲").chmod(0o700)
