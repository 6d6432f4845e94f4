"""One item's dossier and the handover, from a workspace of two periods with scans beside."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from docx import Document
from workbooks import item, lines, merge, ongoing, taizhang, workbook, workspace

from pipeline.kept import archive_state
from pipeline.store import Store

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
LATER = "2020-10-16"
JPG, PDF = b"\xff\xd8\xff photo", b"%PDF-1.4 scan"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = workspace(tmp_path_factory.mktemp("dossier") / "ws", A, B)
    inbox = place / "inbox"
    first = [
        ongoing(A, "LX-001", 问题描述="沉淀池挡板破损", 整改时限="2020-10-31"),
        ongoing(A, "LX-0011", 问题描述="危废间没有标识"),
    ]
    workbook(inbox / "一" / f"{A}.xlsx", lines(first))
    workbook(inbox / "二" / f"{B}.xlsx", lines([ongoing(B, "LX-001", 问题描述="挡板锈蚀")]))
    (inbox / "一" / f"{A}盖章.pdf").write_bytes(PDF)
    merge(place)
    done = item(A, "LX-001", 问题描述="沉淀池挡板破损", 整改时限="2020-10-31",
                完成日期="2020-10-15", 佐证材料="见更换后照片")  # fmt: skip
    workbook(inbox / "三" / f"{A}10.16.xlsx", lines([done]), saved="2020-10-15")
    (inbox / "三" / "更换后照片.jpg").write_bytes(JPG)
    (inbox / "三" / "LX-0011标识.jpg").write_bytes(JPG + b"2")
    (inbox / "三" / "坏.jpg").write_bytes(b"not a picture")
    merge(place, LATER)
    return place


def page(path: Path) -> list[str]:
    """The rows of the page's tables, cells joined."""
    tables = Document(str(path)).tables
    return ["|".join(cell.text for cell in row.cells) for t in tables for row in t.rows]


def test_the_folder_for_the_desk_holds_what_belongs_and_tells_what_may(folder: Path) -> None:
    said = taizhang(
        "dossier", "lx001", "--enterprise", A, "--for", "desk", "--out", "d", cwd=folder
    )
    assert (said.code, said.err) == (0, "")
    place = folder / "d" / f"{A}-LX-001"
    found = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    assert found == {
        "卷宗.docx", "SHA256SUMS",
        f"1 报送台账/{A}.xlsx", f"1 报送台账/{A}10.16.xlsx", f"2 盖章件/{A}盖章.pdf",
        "3 佐证材料/更换后照片.jpg", "4 可能有关/LX-0011标识.jpg", "4 可能有关/坏.jpg",
    }  # fmt: skip
    for line in (place / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == digest
    rows = page(place / "卷宗.docx")
    assert "责任人|示例张三|材料1〔整改台账〕第2行" in rows
    assert "整改状态|已完成|材料2〔整改台账〕第2行" in rows
    assert "核查记录|缺|核查日期、核查结论" in rows
    assert "回头看记录|未到此步|" in rows
    assert "三/坏.jpg|打不开|请企业重新扫描报送" in rows
    [step] = [row for row in rows if row.startswith("2020年10月16日|") and "→" in row]
    assert "整改状态：整改中 → 已完成" in step


def test_others_get_no_whole_ledger_and_no_name(folder: Path) -> None:
    taizhang("dossier", "沉淀池", "--out", "o", "--zip", cwd=folder)
    place = folder / "o" / f"{A}-LX-001"
    found = {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}
    assert found == {"卷宗.docx", "SHA256SUMS", "3 佐证材料/更换后照片.jpg"}
    rows = page(place / "卷宗.docx")
    assert "责任人|（不列出）|材料1〔整改台账〕第2行" in rows
    assert not [row for row in rows if "示例张三" in row]
    packed = (folder / "o" / f"{A}-LX-001.zip").read_bytes()
    taizhang("dossier", "沉淀池", "--out", "again", "--zip", cwd=folder)
    assert (folder / "again" / f"{A}-LX-001.zip").read_bytes() == packed


def test_of_several_items_the_candidates_are_listed(folder: Path) -> None:
    said = taizhang("dossier", "挡板", cwd=folder)
    assert said.code == 2
    assert "『挡板』有 2 件" in said.err
    assert A in said.err
    assert B in said.err
    assert taizhang("dossier", "没有这回事", cwd=folder).code == 2


def test_the_handover_tells_what_is_near_and_that_the_archive_is_whole(folder: Path) -> None:
    said = taizhang("handover", "--days", "80", "--json", cwd=folder)
    assert said.code == 0
    told = json.loads(said.out)
    assert (told["as_of"], told["soon"], told["issue"]) == (LATER, "2021-01-04", "unsigned")
    assert [(p["enterprise"], p["number"], p["why"]) for p in told["promises"]] == [
        (B, "LX-001", "due"), (A, "LX-0011", "due"),
    ]  # fmt: skip
    assert told["archive"]["missing"] == told["archive"]["changed"] == []
    taizhang("handover", "--out", "h", cwd=folder)
    assert (folder / "h" / "handover.docx").is_file()


def test_a_lost_and_a_changed_original_are_found(folder: Path) -> None:
    with Store.open(folder / "taizhang.db") as store:
        assert archive_state(store, folder / "archive").whole
        one, other = (hashlib.sha256(data).hexdigest() for data in (PDF, JPG))
        lost = folder / "archive" / one[:2] / f"{one}.pdf"
        spoilt = folder / "archive" / other[:2] / f"{other}.jpg"
        spoilt.chmod(0o644)
        lost.rename(folder / "kept.pdf")
        spoilt.write_bytes(b"other")
        state = archive_state(store, folder / "archive")
        (folder / "kept.pdf").rename(lost)
        spoilt.write_bytes(JPG)
    assert {r.name for r in state.missing} == {f"一/{A}盖章.pdf"}
    assert {r.name for r in state.changed} == {"三/更换后照片.jpg"}
