"""Choices and dates in a ledger's cells: accepted, asked about, unknown; several in one cell."""

from datetime import date

import pytest
from tables import CASES, CLEAN, CLEAN_CASE, ITEMS, lines, listed, seen, settled

DONE = [
    "已完成",
    "完成",
    "已整改",
    "整改完成",
    "已整改完成",
    "已办结",
    "√",
    "是",
    "100%",
    "１００％",
]
OPEN = ["持续整改中", "整改中", "正在整改", "持续推进", "未完成", "否", "×", " 未 完成 "]
BEHIND = ["未达到序时进度", "滞后"]
SIGNED_OFF = ["已销号", "完成销号", "Signed off"]


def status(text: str) -> tuple[str | None, str, list[tuple[str, str, int | None, str]]]:
    """Return value, stage and findings of a row whose status reads ``text``."""
    found = settled(ITEMS, lines(CLEAN | {"status": text}))
    ((value, stage),) = listed(found.rows, "status.value", "stage")
    return value, stage, seen(found.findings, "EWI")


@pytest.mark.parametrize(
    ("texts", "value", "stage"),
    [
        (DONE, "已完成", "completed"),
        (OPEN, "整改中", "ongoing"),
        (BEHIND, "未达到序时进度", "ongoing"),
        (SIGNED_OFF, "已销号", "completed"),
        (["达到序时进度", "超序时进度"], "达到序时进度", "ongoing"),
    ],
)
def test_spellings_that_surely_mean_a_state(texts: list[str], value: str, stage: str) -> None:
    assert [status(text) for text in texts] == [(value, stage, [])] * len(texts)


@pytest.mark.parametrize("text", ["基本完成", "阶段性完成", "部分完成", "50%"])
def test_doubtful_states_are_asked_and_never_mapped(text: str) -> None:
    assert status(text) == (None, "undecided", [("asked-choice", "E", 2, "status")])


@pytest.mark.parametrize(
    "text", ["预计10月完成", "未完成整改", "已完成，但正在调试", "○", "完 成?"]
)
def test_states_nobody_listed_are_unknown(text: str) -> None:
    assert status(text) == (None, "undecided", [("unknown-choice", "E", 2, "status")])


def test_an_unknown_choice_weighs_as_its_column() -> None:
    found = settled(
        ITEMS,
        """
        问题描述｜问题类别｜问题层级｜整改状态
        一｜废水｜集团级｜已完成
        二｜废水与废气｜总部｜已完成
        三｜｜｜已完成
        """,
    )
    assert listed(found.rows, "category.value", "level.value") == [
        ("废水类", "集团"),
        (None, None),
        (None, None),
    ]
    asked = [f for f in seen(found.findings) if f[0] == "unknown-choice"]
    assert asked == [
        ("unknown-choice", "W", 3, "category"),
        ("unknown-choice", "W", 3, "level"),
    ]


def test_a_cell_with_several_values() -> None:
    cells = ["水、大气", "废水，扬尘", "大气/噪音；水", "水、废水", "水、电磁辐射", "光污染", ""]
    rows = [
        CLEAN_CASE | {"case_no": f"D{number}", "pollution": cell}
        for number, cell in enumerate(cells)
    ]
    found = settled(CASES, lines(*rows))
    assert [value for (value,) in listed(found.rows, "pollution.value")] == [
        "水、大气",
        "水、大气",
        "大气、噪声、水",
        "水",
        "水",
        None,
        None,
    ]
    assert seen(found.findings) == [
        ("unknown-choice", "W", 6, "pollution"),
        ("unknown-choice", "W", 7, "pollution"),
    ]
    first = found.findings.to_pylist()[0]
    assert '"unknown": "电磁辐射"' in first["params"]


def test_dates_assumptions_are_told_and_doubts_asked() -> None:
    found = settled(
        ITEMS,
        """
        问题描述｜发现日期｜整改时限｜整改状态
        一｜2020.9.1｜2020.10.31｜整改中
        二｜9月1日｜10月底｜整改中
        三｜44075｜长期坚持｜整改中
        四｜9月底｜尽快｜整改中
        五｜2020.1｜2020.1｜整改中
        六｜｜｜整改中
        """,
    )
    first, last = date(2020, 9, 1), date(2020, 10, 31)
    assert listed(found.rows, "found_on.value", "deadline.value", "due.value") == [
        (first, last, last),
        (first, last, last),
        (first, None, None),
        (None, None, None),
        (None, None, None),
        (None, None, None),
    ]
    assert [f for f in seen(found.findings, "EWI") if f[3] != "enterprise"] == [
        ("assumed-date", "I", 3, "deadline"),
        ("assumed-date", "I", 3, "found_on"),
        ("assumed-date", "I", 4, "found_on"),
        ("unreadable-date", "W", 5, "found_on"),
        ("unreadable-date", "W", 6, "found_on"),
        ("unreadable-deadline", "W", 5, "deadline"),
        ("unreadable-deadline", "W", 6, "deadline"),
    ]


def test_texts_stay_as_they_came() -> None:
    found = settled(ITEMS, lines(CLEAN | {"status": " √ ", "deadline": "10 月底"}))
    assert listed(found.rows, "status", "deadline", "item_no", "key") == [
        ("√", "10 月底", "LX-001", "lx-001")
    ]


def test_a_ledger_without_rows_has_its_typed_columns() -> None:
    found = settled(ITEMS, "")
    assert found.rows.num_rows == 0
    assert {"status.value", "due.value", "stage", "pace"} <= set(found.rows.column_names)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("LX-001、LX-002", True),
        ("LX-001\nLX-002", True),
        ("LX-001至LX-003", True),
        ("1001-01，1001-02", True),
        ("LX-\n001", False),  # one number, broken
        ("HB1001第01号", False),
        ("环督〔2020〕3号", False),
        ("1001-01", False),
    ],
)
def test_a_list_of_numbers_is_asked_about(number: str, told: bool) -> None:
    found = settled(ITEMS, lines(CLEAN | {"item_no": number}))
    codes = [code for code, *_ in seen(found.findings) if code == "several-items"]
    assert codes == ["several-items"] * told
