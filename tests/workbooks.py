"""Workbooks as enterprises send them, made in a test, and the commands run on them.

Rows are mappings from labels to cells (or plain lists of cells); nothing here knows how the program
reads them. The same arguments make the same bytes.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter
from openpyxl import load_workbook

from pipeline.cli import main

AS_OF = "2020-10-09"
A, B, C, D, E = (
    f"示例{name}有限公司" for name in ("甲矿业", "乙化工", "丙冶炼", "丁煤业", "戊电力")
)
HEADER = (
    "序号", "企业名称", "问题编号", "问题来源", "问题类别", "问题层级", "问题描述", "发现日期",
    "整改方式", "整改措施", "整改时限", "责任人", "整改状态", "完成日期", "佐证材料",
)  # fmt: skip
DONE = {
    "序号": 1,
    "问题来源": "企业自行提出",
    "问题类别": "废水类",
    "问题层级": "集团",
    "发现日期": "2020-09-08",
    "整改方式": "立行立改",
    "整改措施": "更换挡板",
    "整改时限": "2020-09-30",
    "责任人": "示例张三",
    "整改状态": "已完成",
    "完成日期": "2020-09-20",
    "佐证材料": "照片",
}
OPEN = {
    "整改方式": "限期整改", "整改状态": "整改中", "完成日期": None, "佐证材料": None,
    "整改时限": "2020-12-31",
}  # fmt: skip

Row = Mapping[str, Any] | Sequence[Any]


def item(enterprise: str, number: Any, **changes: Any) -> dict[str, Any]:
    """Return the cells of an item that is completed and has no fault, with ``changes``."""
    text = f"{number or '某'}号沉淀池挡板破损"
    return {**DONE, "企业名称": enterprise, "问题编号": number, "问题描述": text, **changes}


def ongoing(enterprise: str, number: Any, **changes: Any) -> dict[str, Any]:
    """Return the cells of an item that is in progress, due at the year's end."""
    return item(enterprise, number, **{**OPEN, **changes})


def lines(
    rows: Iterable[Row],
    header: Sequence[str] = HEADER,
    above: Iterable[Sequence[Any]] = (),
    below: Iterable[Sequence[Any]] = (),
) -> list[list[Any]]:
    """Return a sheet's cells: what stands above, header, rows, what stands below."""
    cells = ([r.get(label) for label in header] if isinstance(r, Mapping) else r for r in rows)
    return [list(line) for line in (*above, header, *cells, *below)]


def workbook(
    path: Path,
    *sheets: Sequence[Sequence[Any]],
    names: Sequence[str] = ("整改台账",),
    saved: str = "2020-10-08",
    date_1904: bool = False,
) -> Path:
    """Write sheets (as ``lines`` gives them) to ``path``; ``saved`` is the day of the last save."""
    path.parent.mkdir(parents=True, exist_ok=True)
    options = {"date_1904": date_1904, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": datetime.fromisoformat(saved)})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, sheet in zip((*names, *("",) * len(sheets)), sheets, strict=False):
            page = book.add_worksheet(name or None)
            for row, cells in enumerate(sheet):
                for column, cell in enumerate(cells):
                    style = [day] if isinstance(cell, datetime) else []
                    page.write(row, column, cell, *style)
    return path


def comma_file(path: Path, sheet: Sequence[Sequence[Any]], encoding: str) -> Path:
    """Write one sheet as .csv."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(sheet)
    return path


@dataclass(frozen=True)
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Merged(Said):
    """What ``merge`` ended with, and the manifest it wrote."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def ledger(self) -> dict[str, Any]:
        found: dict[str, Any] = self.manifest["ledgers"]["rectification"]
        return found

    @property
    def rows(self) -> tuple[int, int, int, int]:
        """Rows read, counted, undecided, set aside."""
        rows = self.ledger["rows"]
        assert rows["read"] == rows["counted"] + rows["undecided"] + rows["set_aside"]
        return rows["read"], rows["counted"], rows["undecided"], rows["set_aside"]

    @property
    def roster(self) -> tuple[int, int, int, int]:
        """Items updated, carried, new, removed."""
        roster = self.ledger["roster"]
        return roster["updated"], roster["carried"], roster["new"], roster["removed"]

    @property
    def roll_call(self) -> dict[str, str]:
        found: dict[str, str] = self.manifest["roll_call"]["rectification"]
        return found

    def figures(self, *names: str) -> tuple[float, ...]:
        return tuple(self.ledger["figures"][name] for name in names)

    def told(self, *codes: str) -> list[tuple[str, str | None, int | None, str | None]]:
        """Code, file, row and column of findings: those of ``codes``, or all but the notes."""
        return sorted(
            (
                (f["code"], f["file"], f["row"], f["column"])
                for f in self.manifest["findings"]
                if (f["code"] in codes if codes else f["severity"] != "I")
            ),
            key=str,
        )

    def said(self, code: str) -> list[str]:
        """Texts of the findings of a code."""
        return [f["message"] for f in self.manifest["findings"] if f["code"] == code]


def taizhang(*arguments: str, cwd: Path) -> Said:
    """Run a command as the shell would, in ``cwd``."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "argv", ["taizhang", *arguments]),
        mock.patch.dict("os.environ", {"COLUMNS": "80"}),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())


def workspace(folder: Path, *enterprises: str | Mapping[str, str]) -> Path:
    """Set up a workspace whose registry holds ``enterprises``: names, or cells by label."""
    folder.mkdir(parents=True, exist_ok=True)
    said = taizhang("init", ".", cwd=folder)
    assert said.code == 0, said.err
    register(folder, *enterprises)
    (folder / "inbox").mkdir(exist_ok=True)
    return folder


def register(folder: Path, *enterprises: str | Mapping[str, str]) -> None:
    """Write the registry of a workspace anew."""
    path = folder / "enterprises.xlsx"
    labels = [cell.value for cell in load_workbook(path).worksheets[0][1]]
    rows = [{"企业名称": e} if isinstance(e, str) else e for e in enterprises]
    workbook(path, lines(rows, labels), names=("企业名录",))


def merge(folder: Path, as_of: str = AS_OF, *options: str) -> Merged:
    """Merge a workspace's inbox; RuntimeError where the command didn't come to its end."""
    said = taizhang("merge", "--as-of", as_of, *options, cwd=folder)
    if said.code not in (0, 1):
        raise RuntimeError(f"merge ended with {said.code}: {said.err}")
    results = folder / "output" / as_of
    manifest = json.loads((results / "run.json").read_text(encoding="utf-8"))
    return Merged(said.code, said.out, said.err, results, manifest)


def outputs(folder: Path) -> dict[str, bytes]:
    """All output files but the one that tells how long things took."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.name != "timing.json"
    }


def send(folder: Path, name: str, *rows: Any, **layout: Any) -> Path:
    """Put a workbook with these rows into the inbox."""
    saved = layout.pop("saved", "2020-10-08")
    return workbook(folder / "inbox" / name, lines(rows, **layout), saved=saved)
