"""Measure a merge and its parts as ratios to parsing alone; see README.md beside this file."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter
from python_calamine import load_workbook

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2020, 10, 9)
HEADER = (
    "序号", "企业名称", "问题编号", "问题来源", "问题类别", "问题层级", "问题描述", "发现日期",
    "整改方式", "整改措施", "整改时限", "责任部门", "责任人", "整改状态", "进展情况", "完成日期",
    "佐证材料",
)  # fmt: skip
CATEGORIES = ("依法合规类", "废水类", "废气类", "一般固废/危废类", "其它类")
PLACES = ("沉淀池", "原料库", "危废间", "排放口", "除尘器", "应急池", "循环水池", "装卸区")


def main() -> None:
    """Make the workbooks, measure, print the table."""
    asked = _asked()
    with tempfile.TemporaryDirectory() as name:
        inbox = Path(name) / "inbox"
        inbox.mkdir()
        for number in range(asked.files):
            _workbook(inbox, number, asked.rows)
        size = sum(path.stat().st_size for path in inbox.iterdir())
        print(f"{asked.files} files × {asked.rows} rows, {size / 1e6:.1f} MB, {asked.jobs} jobs")
        seconds = _measured(inbox, Path(name), asked.jobs, asked.repeat)
    _print(seconds, noise=asked.noise)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--noise", action="store_true", help="show how far repeats lie apart")
    return parser.parse_args()


def _workbook(folder: Path, number: int, rows: int) -> None:
    """One enterprise's ledger; contents are fictional and depend on the numbers alone."""
    enterprise = f"示例第{number + 1:04d}号矿业有限公司"
    book = xlsxwriter.Workbook(folder / f"整改台账-{enterprise}.xlsx")
    sheet = book.add_worksheet("整改台账")
    sheet.write(0, 0, "整改台账")
    sheet.write_row(1, 0, HEADER)
    for row in range(rows):
        found = DAY - timedelta(days=30 + (number + row) % 20)
        done = (number + row) % 5 < 3
        place = PLACES[(number * 7 + row) % len(PLACES)]
        sheet.write_row(row + 2, 0, (
            row + 1, enterprise, f"LX-{number + 1:04d}-{row + 1:03d}", "企业自行提出",
            CATEGORIES[row % 5], "厂矿", f"{row + 1}号{place}第{number + row}处防渗层破损（示例）",
            found.isoformat(), "限期整改", "修补防渗层并复测", (found + timedelta(20)).isoformat(),
            "环保科", "示例人员", "已完成" if done else "整改中", "按计划推进",
            (found + timedelta(15)).isoformat() if done else "", "照片2张" if done else "",
        ))  # fmt: skip
    book.close()


def _measured(inbox: Path, work: Path, jobs: int, repeat: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {"parse only": [], "merge": []}
    python = [sys.executable, "-m", "pipeline"]
    for turn in range(repeat):
        seconds["parse only"].append(_timed(lambda: _parse(inbox)))
        out = work / f"out{turn}"
        merge = [*python, "merge", str(inbox), "--as-of", str(DAY), "--out", str(out)]
        merge += ["--jobs", str(jobs)]
        seconds["merge"].append(_timed(lambda command=merge: _run(command, 0, 1)))
        timing = json.loads((out / "timing.json").read_text(encoding="utf-8"))["seconds"]
        for stage, took in timing.items():
            if stage != "total":
                seconds.setdefault(f"  {stage}", []).append(took)
    for _ in range(max(repeat, 5)):
        for name, command in (
            ("import pandas", [sys.executable, "-c", "import pandas"]),
            ("--help", [*python, "--help"]),
        ):
            seconds.setdefault(name, []).append(_timed(lambda command=command: _run(command, 0)))
    return seconds


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _parse(inbox: Path) -> None:
    for path in sorted(inbox.iterdir()):
        book = load_workbook(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _run(command: list[str], *codes: int) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode not in codes:
        raise SystemExit(f"{command} ended with {done.returncode}\n{done.stderr}")


def _print(seconds: dict[str, list[float]], *, noise: bool) -> None:
    print(f"{'':16}{'seconds':>9}  {'ratio':>7}")
    for name, times in seconds.items():
        base = "import pandas" if name in ("--help", "import pandas") else "parse only"
        ratio = statistics.median(times) / statistics.median(seconds[base])
        spread = f"  {min(times):.3f}–{max(times):.3f}" if noise else ""
        print(f"{name:16}{statistics.median(times):9.3f}  {ratio:7.2f}{spread}")


if __name__ == "__main__":
    main()
