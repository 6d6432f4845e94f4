"""Eight weeks over the year's end: every change that matters is planted once and found once."""

from __future__ import annotations

from pathlib import Path

import demo_runs
import pytest
from tables import ITEMS, figures, roster
from weeks import Rows, Weeks, files, open_item

from pipeline.merge import roster_schema
from pipeline.model import Decision
from pipeline.write.report import LedgerResult

A, B, C, D, E = "甲公司", "乙公司", "丙公司", "丁公司", "戊公司"
NAMES = f"{A} {B} {C} {D} {E}"
RENAMED = f"企业名称｜曾用名\n甲新公司｜{A}\n{B}｜\n{C}｜\n{D}｜\n{E}｜"
TAKEN_OVER = (
    f"企业名称｜曾用名｜并入单位｜生效日期\n甲新公司｜{A}｜｜\n{B}｜｜｜\n"
    f"{C}｜｜{B}｜2021-01-04\n{D}｜｜｜\n{E}｜｜｜"
)
BASE = (
    open_item(A, "A-1", "北侧雨水沟与污水沟相通"),
    open_item(A, "A-2", "危废间标识牌缺失"),
    open_item(B, "B-1", "原料堆场未设围挡且雨天黑水流出厂外"),
    open_item(B, "B-2", "循环水池液位计失灵"),
    open_item(B, "B-3", "球磨机房隔声门关不严"),
    open_item(C, "C-1", "破碎车间集气罩风量不足"),
    open_item(C, "C-2", "破碎车间皮带廊多处漏风"),
    open_item(C, "C-9", "应急池阀门锈死"),
    open_item(D, "D-1", "污泥脱水间地面渗漏"),
    open_item(D, "D-2", "在线监测站房空调停用"),
    open_item(E, "E-1", "化验室废液混装", deadline="1月底"),
    open_item(E, "E-2", "锅炉房除尘布袋破损"),
    open_item(E, "E-3", "厂界绿化带堆放炉渣"),
)
DONE = {"status": "已完成", "evidence": "照片2张"}
BACK = {"status": "核查退回", "completed_on": "", "evidence": ""}
STILL = "D-1"
"""The item of which nothing new is told until the sixth week."""


def _with(rows: Rows, **changes: dict[str, str]) -> Rows:
    """Change cells of items; numbers are given with _ for -."""
    cells = {number.replace("_", "-"): told for number, told in changes.items()}
    assert cells.keys() <= rows.keys()
    return {number: {**row, **cells.get(number, {})} for number, row in rows.items()}


def _progressed(rows: Rows, week: int) -> Rows:
    """Everyone adds a word on what was done, but for the item that stands still."""
    return {
        number: row if number == STILL and week < 6 else {
            **row, "progress": f"{row['progress']}；第{week}周继续推进"
        }
        for number, row in rows.items()
    }  # fmt: skip


def _without(rows: Rows, *numbers: str) -> Rows:
    return {number: row for number, row in rows.items() if number not in numbers}


def _plus(rows: Rows, *new: dict[str, str]) -> Rows:
    return {**rows, **{row["item_no"]: row for row in new}}


def _weeks() -> dict[str, Rows]:
    """What is sent in each week."""
    one = {row["item_no"]: row for row in BASE}
    two = one  # nothing changed
    three = _with(
        _progressed(two, 3),
        A_1={**DONE, "completed_on": "2020-12-02"},
        A_2={"extended_deadline": "2021-08-31", "approval_no": "示例环督〔2020〕12号"},
        D_2={"deadline": "2021-09-30"},
        B_3={"measures": "更换挡板。"},
    )
    four = _with(
        _progressed(three, 4),
        B_2={"description": "冷却塔填料老化结垢"},
        E_2={**DONE, "completed_on": "2020-12-10", "evidence": ""},
    )
    five = _plus(
        _without(_progressed(four, 5), "B-1"),
        open_item(B, "B-4", "原料堆场未设围挡", change_note="拆分"),
        open_item(B, "B-5", "雨天黑水流出厂外", change_note="拆分"),
    )
    six = _plus(
        _without(
            _with(
                _progressed(five, 6),
                A_1=BACK,
                B_3={**DONE, "completed_on": "2020-12-01"},
                E_2={"evidence": "照片2张"},
                D_1={"item_no": "D-2"},
                D_2={"item_no": "D-1"},
            ),
            "C-1",
            "C-2",
        ),
        open_item(C, "C-3", "破碎车间集气罩风量不足、破碎车间皮带廊多处漏风"),
    )
    seven = _with(_progressed(six, 7), E_2=BACK)
    seven = _with(seven, A_1={"enterprise": "甲新公司"}, A_2={"enterprise": "甲新公司"})
    eight = _with(
        _progressed(seven, 8),
        A_2={"status": "撤销"},
        E_1={**DONE, "completed_on": "1月6日"},
        E_3={"status": "移交"},
        C_9={"enterprise": B},
        C_3={"enterprise": B},
    )
    eight = _plus(eight, open_item(D, "D-3", "厂界绿化带堆放炉渣"))
    every = (one, two, three, four, five, six, seven, eight)
    return dict(zip(EXPECTED, every, strict=True))


EXPECTED: dict[str, list[tuple[str, str]]] = {
    "2020-11-20": [],
    "2020-11-27": [],
    "2020-12-04": [("deadline-moved", "2021-09-30")],
    "2020-12-11": [("completed-no-evidence", ""), ("text-rewritten", "冷却塔填料老化结垢")],
    "2020-12-18": [
        ("completed-no-evidence", ""),
        ("fault-unmended", ""),
        ("no-progress", "整改中"),
        ("split-proposed", "B-1"),
    ],
    "2020-12-25": [
        ("completed-to-ongoing", "核查退回"),
        ("completion-back-dated", "2020-12-01"),
        ("merge-proposed", "C-1"),
        ("merge-proposed", "C-2"),
        ("numbers-reassigned", "D-2"),
    ],
    "2021-01-01": [("completed-fell", "1"), ("completed-to-ongoing", "核查退回")],
    "2021-01-08": [("removal-claimed", "撤销"), ("removal-claimed", "移交")],
}
"""What is found in each week before anything is ruled: code, and the value it is told of."""

RULED = {
    "2020-12-18": [("B-1", "split-proposed", "item_no", "state", "已并入")],
    "2020-12-25": [
        ("C-1", "merge-proposed", "item_no", "state", "已并入"),
        ("C-2", "merge-proposed", "item_no", "state", "已并入"),
    ],
    "2021-01-08": [
        ("A-2", "removal-claimed", "status", "accept", ""),
        ("E-3", "removal-claimed", "status", "accept", ""),
    ],
}
"""What is ruled then, in the same week: item, code, column, action, value."""

STANDS = {
    "2020-11-20": (13, 0, 13),
    "2020-11-27": (13, 0, 13),
    "2020-12-04": (13, 1, 12),  # A-1 is done
    "2020-12-11": (13, 2, 11),  # E-2 is done
    "2020-12-18": (14, 2, 12),  # + B-4, + B-5, − B-1
    "2020-12-25": (13, 2, 11),  # + C-3, − C-1, − C-2; B-3 is done, A-1 is back
    "2021-01-01": (13, 1, 12),  # E-2 is back
    "2021-01-08": (12, 2, 10),  # + D-3, − A-2, − E-3; E-1 is done
}
"""Total, completed and ongoing of each week after that."""

REGISTRIES = {"2021-01-01": RENAMED, "2021-01-08": TAKEN_OVER}


def _rulings(weeks: Weeks, as_of: str) -> list[Decision]:
    schema = roster_schema(ITEMS)
    return [
        Decision("rectification", weeks.item(number, as_of, schema), code, column, "", action,
                 value, "示例依据", "示例经办", as_of)
        for number, code, column, action, value in RULED.get(as_of, [])
    ]  # fmt: skip


def _run(
    weeks: Weeks, as_of: str, rows: Rows, *, backwards: bool = False
) -> tuple[LedgerResult, LedgerResult]:
    """Run a week, rule on what it finds, and run it again."""
    arrived = files(rows)
    arrived = arrived[::-1] if backwards else arrived
    known = REGISTRIES.get(as_of, NAMES)
    first = weeks.week(as_of, arrived, known)
    return first, weeks.week(as_of, arrived, known, _rulings(weeks, as_of))


def _asked(result: LedgerResult) -> list[tuple[str, str]]:
    found = result.findings.to_pylist()
    return sorted((f["code"], f["value"] or "") for f in found if f["severity"] in "EW")


Year = dict[str, tuple[LedgerResult, LedgerResult]]
"""By week: its first run, and the run after the rulings."""


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    weeks = Weeks(tmp_path_factory.mktemp("weeks") / "taizhang.db", ITEMS)
    return {as_of: _run(weeks, as_of, rows) for as_of, rows in _weeks().items()}


@pytest.mark.parametrize("as_of", EXPECTED)
def test_each_change_is_found_once_and_nothing_else(year: Year, as_of: str) -> None:
    first, ruled = year[as_of]
    assert _asked(first) == EXPECTED[as_of]
    settled = {code for _, code, *_ in RULED.get(as_of, [])}
    assert _asked(ruled) == [each for each in EXPECTED[as_of] if each[0] not in settled]


@pytest.mark.parametrize("as_of", STANDS)
def test_totals_follow_from_week_to_week(year: Year, as_of: str) -> None:
    """That they add up is proved by each run; these are the numbers counted by hand."""
    assert tuple(figures(year[as_of][1], "total", "completed", "ongoing")) == STANDS[as_of]


def test_items_stay_the_same_through_new_names_numbers_and_owners(year: Year) -> None:
    now = dict(roster(year["2021-01-08"][1], "item_no", "enterprise.name"))
    assert (now["A-1"], now["C-3"], now["C-9"]) == ("甲新公司", B, B)
    ids = [dict(roster(year[w][1], "description", "item_id")) for w in ("2020-11-20", "2021-01-08")]
    kept = ("北侧雨水沟与污水沟相通", "应急池阀门锈死", "污泥脱水间地面渗漏")
    assert [ids[0][text] for text in kept] == [ids[1][text] for text in kept]


def test_the_order_of_files_and_a_second_run_change_nothing(tmp_path: Path, year: Year) -> None:
    weeks = Weeks(tmp_path / "taizhang.db", ITEMS)
    columns = ("item_id", "moved_period", "faults", "stage")
    for as_of, rows in _weeks().items():
        _run(weeks, as_of, rows, backwards=True)
        _, again = _run(weeks, as_of, rows, backwards=True)
        ruled = year[as_of][1]
        assert again.figures == ruled.figures
        assert roster(again, *columns) == roster(ruled, *columns)
        assert _asked(again) == _asked(ruled)


@pytest.mark.slow
def test_the_examples_second_week_asks_nothing_of_those_who_reported(tmp_path: Path) -> None:
    folder = demo_runs.workspace(tmp_path / "example")
    demo_runs.run(folder, demo_runs.FIRST)
    demo_runs.second_inbox(folder)
    second = demo_runs.run(folder, demo_runs.SECOND)
    again = demo_runs.run(folder, demo_runs.SECOND)
    asked = {f.code for f in second.findings if f.severity in "EW"}
    assert asked == {"not-reported"}
    assert again.manifest == second.manifest
