"""Files as they arrive, read in children: what comes out, and what is told."""

import os
import time
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from openpyxl import Workbook as Plain
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.errors import ConfigurationError, ImpossibleError
from pipeline.model import Notice, Submission
from pipeline.profile import shipped_profile
from pipeline.read import Limits, Reading, cells, read, reading
from pipeline.read.task import Batch, read_batch

ITEMS = shipped_profile("rectification")
CASES = shipped_profile("cases")
HEADER = ["序号", "企业名称", "问题描述", "整改状态"]
ROWS = [["1", "甲公司", "漏水", "已完成"], ["2", "甲公司", "破损", "整改中"]]


def book(path: Path, fill: Callable[[Workbook, Worksheet], None] | None = None) -> Path:
    work = Workbook(path)
    sheet = work.add_worksheet("整改台账")
    for number, row in enumerate([HEADER, *ROWS]):
        sheet.write_row(number, 0, row)
    if fill:
        fill(work, sheet)
    work.close()
    return path


def patched(source: Path, target: Path, old: str, new: str) -> Path:
    """Copy a workbook with something else in its first sheet's XML."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for entry in before.infolist():
            data = before.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode())
            after.writestr(entry.filename, data)
    return target


def arrived(*paths: Path) -> list[Submission]:
    return [Submission(i, p.name, "", p, p.stat().st_size) for i, p in enumerate(paths)]


def take(*paths: Path, **more: Any) -> Reading:
    return read(arrived(*paths), [ITEMS, CASES], **more)


def data(rows: pa.Table, column: str) -> list[str]:
    return [r[column] for r in rows.to_pylist() if r["reason"] is None]


def told(found: Reading) -> list[Notice]:
    return [n for _, n in found.notices if not n.code.startswith("column-missing")]


def test_a_workbook_becomes_text_columns(tmp_path: Path) -> None:
    found = take(book(tmp_path / "a.xlsx"))
    rows = found.rows["rectification"]
    assert rows.column_names == ["sheet_id", "row_no", "reason", "row_token", "extra"] + [
        c.id for c in ITEMS.columns
    ]
    assert rows.schema.field("row_no").type == pa.int32()
    assert rows.column("row_no").to_pylist() == [2, 3]
    assert data(rows, "description") == ["漏水", "破损"]
    assert data(rows, "measures") == [None, None]
    assert found.rows["cases"].num_rows == 0
    (sheet,) = found.sheets
    assert (sheet.id, sheet.submission, sheet.name, sheet.header_row) == (0, 0, "整改台账", 1)
    assert sheet.columns["status"] == "整改状态"
    assert sheet.letters == {"serial": "A", "enterprise": "B", "description": "C", "status": "D"}
    assert sheet.modified.startswith("20")
    assert told(found) == []


def test_values_as_a_person_sees_them(tmp_path: Path) -> None:
    def fill(work: Workbook, sheet: Worksheet) -> None:
        day = work.add_format({"num_format": "yyyy/m/d"})
        sheet.write_row(
            0, 4, ["整改时限", "完成日期", "计划资金(万元)", "联系电话", "备注", "措施"]
        )
        sheet.write_datetime(1, 4, datetime.fromisoformat("2020-10-09"), day)
        sheet.write_datetime(1, 5, datetime.fromisoformat("2020-10-09T08:30"), day)
        sheet.write_number(1, 6, 3.5)
        sheet.write_number(1, 7, 13_900_000_000)
        sheet.write_boolean(1, 8, True)
        sheet.write_string(1, 9, "第一\n第二  ")

    (row, _) = take(book(tmp_path / "a.xlsx", fill)).rows["rectification"].to_pylist()
    names = ["deadline", "completed_on", "planned_funds", "phone", "remarks", "measures"]
    assert [row[name] for name in names] == [
        "2020-10-09", "2020-10-09 08:30:00", "3.5", "13900000000", "TRUE", "第一\n第二  ",
    ]  # fmt: skip


def test_what_the_reader_hides_is_told(tmp_path: Path) -> None:
    def fill(work: Workbook, sheet: Worksheet) -> None:
        sheet.write(0, 4, "整改措施")
        sheet.write_formula(1, 4, "=A1+#REF!", None, "#REF!")
        sheet.write_formula(2, 4, "=1+1", None, "")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(3, 3, None, None, {"hidden": True})

    path = book(tmp_path / "a.xlsx", fill)
    path = patched(path, tmp_path / "b.xlsx", "<f>1+1</f><v></v>", "<f>1+1</f>")
    found = take(path)
    assert data(found.rows["rectification"], "measures") == ["#REF!", None]
    assert told(found) == [
        Notice("error-cell", "整改台账", 2, "整改措施", "#REF!"),
        Notice("formula-without-value", "整改台账", 3, "整改措施"),
        Notice("hidden-rows", "整改台账", 3, params={"count": 1, "rows": [3]}),
        Notice(
            "hidden-columns",
            "整改台账",
            None,
            "整改状态",
            "",
            {"count": 1, "columns": ["整改状态"]},
        ),
    ]


def test_filtered_rows_are_told_apart_from_hidden_ones(tmp_path: Path) -> None:
    def fill(work: Workbook, sheet: Worksheet) -> None:
        sheet.autofilter(0, 0, 2, 3)
        sheet.filter_column(0, "x == 1")
        sheet.set_row(2, None, None, {"hidden": True})

    found = take(book(tmp_path / "a.xlsx", fill))
    assert told(found) == [Notice("filtered-rows", "整改台账", 3, params={"count": 1, "rows": [3]})]


def test_sheets_beside_the_ledger(tmp_path: Path) -> None:
    def fill(work: Workbook, sheet: Worksheet) -> None:
        work.add_worksheet("空表")
        work.add_worksheet("人员").write(0, 0, "张三")
        hidden = work.add_worksheet("旧台账")
        for number, row in enumerate([HEADER, ROWS[0]]):
            hidden.write_row(number, 0, row)
        hidden.hide()
        own = work.add_worksheet("_taizhang")
        for number, pair in enumerate([("profile", "rectification"), ("enterprise", "甲公司")]):
            own.write_row(number, 0, pair)
        own.very_hidden()

    found = take(book(tmp_path / "a.xlsx", fill))
    assert [(s.name, s.ledger, s.why) for s in found.sheets] == [
        ("整改台账", "rectification", ""), ("空表", None, "empty"), ("人员", None, "no-header"),
        ("旧台账", "rectification", ""), ("_taizhang", None, "own"),
    ]  # fmt: skip
    assert found.sheets[0].declared == {"profile": "rectification", "enterprise": "甲公司"}
    assert told(found) == [Notice("sheet-ignored", "人员"), Notice("hidden-sheet", "旧台账")]


def test_a_wrong_dimension_hides_nothing(tmp_path: Path) -> None:
    path = patched(book(tmp_path / "a.xlsx"), tmp_path / "b.xlsx", 'ref="A1:D3"', 'ref="A1"')
    assert data(take(path).rows["rectification"], "description") == ["漏水", "破损"]


def test_a_file_without_header_is_told_once(tmp_path: Path) -> None:
    work = Plain()
    work.active.append(["漏水", "已完成"])  # type: ignore[union-attr]
    work.save(tmp_path / "a.xlsx")
    found = take(tmp_path / "a.xlsx")
    assert found.notices == ((0, Notice("no-header")),)


@pytest.mark.parametrize(
    "encoding, mark", [("gbk", ","), ("utf-8-sig", ","), ("utf-8", "\t"), ("utf-16", ";")]
)
def test_text_files(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "a.xls"  # the name lies
    lines = [mark.join(row) for row in [HEADER, *ROWS]]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    found = take(path)
    assert data(found.rows["rectification"], "status") == ["已完成", "整改中"]
    assert (found.sheets[0].name, found.sheets[0].ledger) == ("", "rectification")


def test_a_stray_cell_costs_nothing_and_an_impossible_one_the_sheet(tmp_path: Path) -> None:
    stray = book(tmp_path / "a.xlsx", lambda _, sheet: sheet.write(1_048_575, 25, "x"))
    impossible = patched(
        book(tmp_path / "b.xlsx"), tmp_path / "c.xlsx", 'r="A3"', 'r="ZZZZZZZ99999999999"'
    )
    found = take(stray, impossible)
    assert data(found.rows["rectification"], "description") == ["漏水", "破损"]
    assert [(i, n.code, dict(n.params)) for i, n in found.notices if "missing" not in n.code] == [
        (0, "stray-cells", {"count": 1, "cells": ["Z1048576"]}),
        (1, "package-refused", {"why": "extent"}),
    ]


def test_the_result_does_not_depend_on_jobs_or_batches(tmp_path: Path) -> None:
    paths = [book(tmp_path / f"{i}.xlsx") for i in range(7)]
    (tmp_path / "8.xlsx").write_bytes(b"PK\x03\x04damaged")
    paths.append(tmp_path / "8.xlsx")
    done: list[int] = []
    one = take(*paths, jobs=1, limits=Limits(batch=100))
    many = take(*paths, jobs=3, limits=Limits(batch=2), on_done=done.append)
    assert (one.sheets, one.notices) == (many.sheets, many.notices)
    assert one.rows["rectification"].equals(many.rows["rectification"])
    assert [s.id for s in one.sheets] == list(range(7))
    assert one.rows["rectification"].column("sheet_id").to_pylist() == [i // 2 for i in range(14)]
    assert sum(done) == 8


# ---------------------------------------------------------------- files that kill the reader


def deadly(batch: Batch) -> bytes:
    """Read a batch as usual, but die of files named for how."""
    for _, name, _ in batch.files:
        if name.startswith("abort"):
            os.abort()
        if name.startswith("hang"):
            time.sleep(600)
        if name.startswith("memory"):
            return bytes(1 << 40)
    return read_batch(batch)


def test_a_dead_child_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_batch", deadly)
    names = ["a", "abort", "b", "hang", "c", "memory"]
    paths = [book(tmp_path / f"{name}.xlsx") for name in names]
    found = take(*paths, limits=Limits(seconds=1.0, further_seconds=0.1, memory_bytes=1 << 28))
    assert {s.submission for s in found.sheets} == {0, 2, 4}
    crashes = [(i, n.params["how"]) for i, n in found.notices if n.code == "unreadable-crashed"]
    assert crashes == [(1, "abort"), (3, "timeout"), (5, "memory")]


def heavy(path: Path) -> Path:
    """A workbook of half a megabyte that holds fifty of text."""

    def fill(_: Workbook, sheet: Worksheet) -> None:
        for row in range(3, 1_500):
            sheet.write_string(row, 2, f"{row}" + "x" * 32_000)

    return book(path, fill)


def test_a_real_file_that_needs_too_much_memory(tmp_path: Path) -> None:
    path = heavy(tmp_path / "a.xlsx")
    (told_of_bomb,) = (n for _, n in take(path).notices)
    assert told_of_bomb == Notice("package-refused", params={"why": "bomb"})
    (notice,) = (n for _, n in take(path, limits=Limits(ratio=10**6, memory_bytes=1 << 25)).notices)
    assert (notice.code, notice.params["how"]) == ("unreadable-crashed", "memory")


def test_a_real_file_that_takes_too_long(tmp_path: Path) -> None:
    limits = Limits(ratio=10**6, seconds=0.05)
    (notice,) = (n for _, n in take(heavy(tmp_path / "a.xlsx"), limits=limits).notices)
    assert (notice.code, notice.params["how"]) == ("unreadable-crashed", "timeout")


def test_a_file_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + bytes(2_000))
    found = take(tmp_path / "a.xlsx", limits=Limits(file_bytes=1_000))
    assert told(found) == [Notice("package-refused", params={"why": "too-large"})]


def test_a_copy_that_is_gone_is_the_operators_fault(tmp_path: Path) -> None:
    with pytest.raises(ImpossibleError) as fault:
        read([Submission(0, "a.xlsx", "", tmp_path / "a.xlsx", 0)], [ITEMS])
    assert fault.value.remedy


# ---------------------------------------------------------------- the registry


def test_cells_of_a_registry(tmp_path: Path) -> None:
    work = Workbook(tmp_path / "a.xlsx")
    work.add_worksheet("名录").write_row(1, 1, ["企业名称", 3.0])
    work.add_worksheet("空")
    work.close()
    assert cells(tmp_path / "a.xlsx") == {"名录": [["", "", ""], ["", "企业名称", "3"]], "空": []}


def test_cells_of_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.4")
    with pytest.raises(ConfigurationError) as fault:
        cells(tmp_path / "a.xlsx")
    assert "pdf" in fault.value.message
    assert fault.value.remedy


def test_labels_beside_the_cells_are_told_of(tmp_path: Path) -> None:
    def form(work: Workbook, _: Worksheet) -> None:
        sheet = work.add_worksheet("事项2")
        sheet.write_row(0, 0, ["问题描述", "破损", "整改状态", "已完成"])
        guide = work.add_worksheet("说明")
        guide.write_row(0, 0, ["问题描述", "具体到设施"])
        guide.write_row(1, 0, ["整改状态", "已完成/整改中"])

    found = take(book(tmp_path / "a.xlsx", form))
    assert [s.why for s in found.sheets] == ["", "sideways", "no-header"]
    assert [(n.code, n.sheet) for n in told(found)] == [
        ("sideways", "事项2"),
        ("sheet-ignored", "说明"),
    ]


def test_two_tables_of_a_sheet_are_two_sheets_of_one_name(tmp_path: Path) -> None:
    def below(_: Workbook, sheet: Worksheet) -> None:
        sheet.write_row(4, 0, list(reversed(HEADER)))
        sheet.write_row(5, 0, list(reversed(ROWS[0])))

    found = take(book(tmp_path / "a.xlsx", below))
    assert [(s.id, s.name, s.header_row, s.letters["status"]) for s in found.sheets] == [
        (0, "整改台账", 1, "D"),
        (1, "整改台账", 5, "A"),
    ]
    rows = found.rows["rectification"]
    assert data(rows, "sheet_id") == [0, 0, 1]
    assert data(rows, "status") == ["已完成", "整改中", "已完成"]
