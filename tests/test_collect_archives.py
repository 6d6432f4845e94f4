"""Zip and 7z: names, nesting, locks, and what would fill a disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import py7zr
import pytest

from pipeline.collect import Collected, collect, collect_files, containers
from pipeline.collect.containers import unpacked
from pipeline.collect.names import place, told_apart
from pipeline.collect.sink import Budget
from pipeline.limits import Death
from pipeline.model import Notice
from pipeline.passwords import VARIABLE

BOOK = b"PK\x03\x04" + bytes(22) + b"\x13\0\0\0[Content_Types].xml"
"""Enough of a workbook for what looks at first bytes."""


class Unmarked(zipfile.ZipInfo):
    """An entry whose name is written as Windows does: in some code page, without a mark."""

    encoding = "gb18030"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode(self.encoding), self.flag_bits


def zipped(files: Mapping[str, bytes], encoding: str = "") -> bytes:
    """Return a zip archive; with ``encoding`` its names are unmarked."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = Unmarked(name) if encoding else zipfile.ZipInfo(name)
            if isinstance(entry, Unmarked):
                entry.encoding = encoding
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return stream.getvalue()


def seven(files: Mapping[str, bytes], password: str | None = None) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", password=password) as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return stream.getvalue()


def locked(name: str, data: bytes, password: bytes) -> bytes:
    """Return a zip archive locked as of old (APPNOTE.TXT 6.1), which zipfile only reads."""
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(byte: int, old: int) -> int:
        return (~zlib.crc32(bytes([byte]), ~old & 0xFFFFFFFF)) & 0xFFFFFFFF

    def turn(byte: int) -> None:
        keys[0] = crc(byte, keys[0])
        keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
        keys[2] = crc(keys[1] >> 24, keys[2])

    for byte in password:
        turn(byte)
    check = zlib.crc32(data)
    hidden = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + data:
        mask = (keys[2] | 2) & 0xFFFF
        hidden.append(byte ^ (mask * (mask ^ 1) >> 8) & 0xFF)
        turn(byte)
    raw = name.encode()
    common = struct.pack(
        "<HHHHHIIIHH", 20, 0x801, 0, 0, 33, check, len(hidden), len(data), len(raw), 0
    )
    first = b"PK\x03\x04" + common + raw + bytes(hidden)
    central = b"PK\x01\x02" + struct.pack("<H", 20) + common + bytes(14) + raw
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(first), 0)
    return first + central + end


def take(folder: Path, name: str, data: bytes, **more: Any) -> Collected:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return collect(folder, more.get("archive"), more.get("before", {}))


def names(found: Collected) -> list[str]:
    return [s.name for s in found.submissions if s.fault is None]


def faults(found: Collected) -> list[tuple[str, str]]:
    return [(s.name, s.fault.code) for s in found.submissions if s.fault is not None]


@pytest.mark.parametrize("encoding", ["", "gb18030", "utf-8"])
def test_names_in_an_archive(tmp_path: Path, encoding: str) -> None:
    data = zipped({"甲公司/台账.xlsx": b"1", "乙公司/整改台账（终稿）.xls": b"2"}, encoding)
    found = take(tmp_path, "周报.zip", data)
    assert names(found) == ["周报.zip/乙公司/整改台账（终稿）.xls", "周报.zip/甲公司/台账.xlsx"]
    assert [p.state for p in found.passed] == ["container"]


def test_what_comes_out_is_a_submission_of_its_own(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    found = take(tmp_path / "in", "a.zip", zipped({"台账.xlsx": b"data"}), archive=archive)
    (one,) = found.submissions
    assert one.path == archive / one.sha256[:2] / f"{one.sha256}.xlsx"
    assert one.path.read_bytes() == b"data"
    assert one.size == 4
    (box,) = found.passed
    assert (archive / box.sha256[:2] / f"{box.sha256}.zip").is_file()
    (tmp_path / "in" / "b.xlsx").write_bytes(b"data")
    again = collect(tmp_path / "in", archive, {})
    assert [(p.name, p.state, p.about) for p in again.passed][1:] == [
        ("b.xlsx", "duplicate", "a.zip/台账.xlsx")
    ]
    assert collect(tmp_path / "in", archive, {box.sha256: "p", one.sha256: "p"}).submissions == ()


def test_litter_and_scans_within(tmp_path: Path) -> None:
    files = {"甲/台账.xlsx": b"1", "__MACOSX/甲/._台账.xlsx": b"2", "甲/~$台账.xlsx": b"3",
             "甲/台账盖章.pdf": b"4", "甲/.DS_Store": b"5"}  # fmt: skip
    found = take(tmp_path, "a.zip", zipped(files))
    assert names(found) == ["a.zip/甲/台账.xlsx"]
    assert [(p.name, p.state, p.about) for p in found.passed] == [
        ("a.zip", "container", ""),
        ("a.zip/__MACOSX/甲/._台账.xlsx", "ignored", "system"),
        ("a.zip/甲/.DS_Store", "ignored", "system"),
        ("a.zip/甲/~$台账.xlsx", "ignored", "lock"),
        ("a.zip/甲/台账盖章.pdf", "stamped", "a.zip/甲/台账.xlsx"),
    ]


def test_one_archive_within_another_but_no_deeper(tmp_path: Path) -> None:
    inner = zipped({"台账.xlsx": b"1", "三.zip": zipped({"x.xlsx": b"2"})})
    found = take(tmp_path, "一.zip", zipped({"甲/二.zip": inner}))
    assert names(found) == ["一.zip/甲/二.zip/台账.xlsx"]
    assert faults(found) == [("一.zip/甲/二.zip/三.zip", "container-too-deep")]


def test_names_that_lead_elsewhere_lead_nowhere(tmp_path: Path) -> None:
    data = zipped({"../../a.xlsx": b"1", "/etc/b.xlsx": b"2", "..\\C:\\c.xlsx": b"3"})
    found = take(tmp_path / "in", "x.zip", data)
    assert names(found) == ["x.zip/a.xlsx", "x.zip/c.xlsx", "x.zip/etc/b.xlsx"]
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


def test_names_alike_are_told_apart() -> None:
    assert told_apart(["a.xlsx", "A.xlsx", "b/c", "b/c"]) == [
        "a.xlsx",
        "A (2).xlsx",
        "b/c",
        "b/c (2)",
    ]
    assert place("a\u202excel.exe\n") == "axcel.exe"
    assert len(place("长" * 500 + ".xlsx")) <= 200


def test_a_workbook_whatever_it_is_called(tmp_path: Path) -> None:
    book = zipped({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<b/>"})
    odd = zipped({"odd.bin": b"", "[Content_Types].xml": b"<a/>"})
    for name, data in (("a.zip", book), ("b.xlsx", odd), ("c.xlsx", b"PK\x03\x04broken")):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "d.xlsx").write_bytes(zipped({"台账.xlsx": b"1"}))
    found = collect(tmp_path, None, {})
    assert names(found) == ["a.zip", "b.xlsx", "c.xlsx", "d.xlsx/台账.xlsx"]


@pytest.mark.parametrize(
    "name, data, code",
    [
        ("a.zip", b"PK\x03\x04 and no more", "container-damaged"),
        ("a.zip", zipped({"a.xlsx": b"1"})[:-10], "container-damaged"),
        ("a.zip", zipped({}), "container-empty"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c and no more", "container-damaged"),
        ("a.7z", seven({"a.xlsx": b"1" * 999})[:-10], "container-damaged"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00", "container-unsupported"),
        ("a.tar.gz", b"\x1f\x8b\x08", "container-unsupported"),
        ("a.zip", locked("a.xlsx", b"data", b"secret"), "container-encrypted"),
        ("a.7z", seven({"a.xlsx": b"data"}, "secret"), "container-encrypted"),
    ],
)
def test_a_faulty_archive_is_told(tmp_path: Path, name: str, data: bytes, code: str) -> None:
    found = take(tmp_path, name, data)
    assert faults(found) == [(name, code)]
    assert names(found) == []


@pytest.mark.parametrize("kind", ["zip", "7z"])
def test_a_password_from_the_environment_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv(VARIABLE, "wrong|示例2020\nother")
    files = {"台账.xlsx": b"data"}
    made = (
        seven(files, "示例2020")
        if kind == "7z"
        else locked("台账.xlsx", b"data", "示例2020".encode())
    )
    found = take(tmp_path, f"a.{kind}", made)
    assert [(s.name, s.path.read_bytes()) for s in found.submissions] == [
        (f"a.{kind}/台账.xlsx", b"data")
    ]


def test_what_is_whole_is_taken_out_of_a_broken_archive(tmp_path: Path) -> None:
    data = zipped({"a.xlsx": b"first" * 50, "b.xlsx": b"second" * 50})
    at = data.index(b"b.xlsx") + 6
    found = take(tmp_path, "x.zip", data[:at] + b"\xff\xff" + data[at + 2 :])
    assert names(found) == ["x.zip/a.xlsx"]
    (box,) = (s for s in found.submissions if s.fault)
    assert box.fault == Notice("container-partly", params={"count": 1, "names": ["b.xlsx"]})


def test_7z(tmp_path: Path) -> None:
    files = {"甲公司/台账.xlsx": b"1", "空.csv": b"", "乙/台账.xlsx": b"2"}
    found = take(tmp_path, "周报.7z", seven(files))
    assert [(s.name, s.path.read_bytes()) for s in found.submissions] == [
        ("周报.7z/乙/台账.xlsx", b"2"), ("周报.7z/甲公司/台账.xlsx", b"1"),
        ("周报.7z/空.csv", b""),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [zipped, seven])
@pytest.mark.parametrize(
    "budget", [Budget(members=1), Budget(member_bytes=100), Budget(total_bytes=100)]
)
def test_an_archive_beyond_the_budget_is_refused(tmp_path: Path, make: Any, budget: Budget) -> None:
    (tmp_path / "x").write_bytes(make({"a": b"0" * 200, "b": b"1"}))
    kind: Any = "zip" if make is zipped else "7z"
    found = unpacked(tmp_path / "x", kind, tmp_path, budget, ())
    assert found.fault is not None
    assert (found.fault.code, found.contents) == ("container-refused", ())


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    found = take(tmp_path, "a.zip", zipped({"a.xlsx": bytes(30 << 20)}))
    assert faults(found) == [("a.zip", "container-refused")]


def test_a_child_that_dies_costs_its_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "run_limited", lambda *_: Death("memory", "words"))
    found = take(tmp_path, "a.zip", zipped({"a.xlsx": b"1"}))
    (box,) = found.submissions
    assert box.fault == Notice("container-crashed", params={"how": "memory"})


def test_a_single_archive_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"台账.xlsx": b"1"}))
    assert names(collect_files([tmp_path / "a.zip"])) == ["a.zip/台账.xlsx"]
