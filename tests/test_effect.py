"""What doubts could change, figure by figure, seen in the findings workbook of whole runs."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from workbooks import item, merge, ongoing, send, workspace

A = "示例甲矿业有限公司"
LATER = "2020-10-16"


def bounds(folder: Path) -> dict[str, tuple[str, str]]:
    """Figure -> now and bounds, as page 1 of the findings shows them."""
    sheet = openpyxl.load_workbook(folder / "findings.xlsx").worksheets[0]
    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows()]
    start = next(n for n, row in enumerate(rows) if row[0] == "对数字的影响")
    found = {}
    for name, now, told in rows[start + 2 :]:
        if not (name or "").startswith("整改台账："):
            break
        found[name.removeprefix("整改台账：")] = (now, told)
    return found


def test_a_doubtful_status_could_be_anything_but_a_removal(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"), item(A, "2"), ongoing(A, "3", 整改状态="基本完成"))
    assert bounds(merge(folder).folder) == {
        "已完成": ("2", "最少 2，最多 3"),
        "持续整改": ("0", "最少 0，最多 1"),
        "达到序时进度": ("0", "最少 0，最多 1"),
        "滞后": ("0", "最少 0，最多 1"),
        "整改完成率%": ("66.7", "最少 66.7，最多 100.0"),
    }


def test_a_completed_item_in_doubt_now_could_fall_back(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"), item(A, "2"))
    merge(folder)
    send(folder, "b.xlsx", item(A, "1"), item(A, "2", 整改状态="50%", 整改时限="2020-09-30"))
    found = bounds(merge(folder, LATER).folder)
    assert found["已完成"] == ("2", "最少 1，最多 2")
    assert found["超期"] == ("0", "最少 0，最多 1")
    assert "滞后" not in found


def test_a_claimed_removal_could_lower_the_total_too(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"), ongoing(A, "2", 整改状态="撤销"))
    found = bounds(merge(folder).folder)
    assert found["事项总数"] == ("2", "最少 1，最多 2")
    assert "整改完成率%" not in found


def test_without_doubts_nothing_could_change(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "1"))
    assert bounds(merge(folder).folder) == {}
