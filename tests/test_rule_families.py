"""Rules on verification, amounts, narratives, repeats: what is a fault, what only looks so."""

from __future__ import annotations

import json

import pytest
from rule_faults import (
    AMOUNTS,
    AMOUNTS_FINE,
    CHECKED,
    CHECKED_FINE,
    DONE,
    DONE_FINE,
    DONE_TEXT,
    OPEN_FINE,
    OPEN_TEXT,
    OTHER,
    TEAM,
    TEXTS,
    TEXTS_FINE,
    VERIFIED,
)
from tables import CLEAN, ITEMS, File, judged, lines, registry, seen

from pipeline.rules.people import names

Row = dict[str, str]


@pytest.mark.parametrize(
    ("base", "changes", "code", "severity", "column"),
    [*CHECKED, *DONE_TEXT, *OPEN_TEXT, *AMOUNTS, *TEXTS],
)
def test_a_fault_is_found_on_its_cell(
    base: Row, changes: Row, code: str, severity: str, column: str
) -> None:
    found = seen(judged(ITEMS, lines(base | changes)), "EWI")
    assert found == [(code, severity, 2, column)]


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        *CHECKED_FINE,
        *((DONE, {"progress": text}) for text in DONE_FINE),
        *((CLEAN, {"progress": text}) for text in OPEN_FINE),
        *((CLEAN, changes) for changes in (*AMOUNTS_FINE, *TEXTS_FINE)),
    ],
)
def test_what_only_looks_like_a_fault(base: Row, changes: Row) -> None:
    found = seen(judged(ITEMS, lines(base | changes)), "EWI")
    assert [f for f in found if f[0] != "converted-unit"] == []


def test_a_ledger_without_the_column_says_nothing_of_it() -> None:
    """The same items, in a ledger that has no columns of the verification team's."""
    signed = VERIFIED | {"status": "已销号"}
    for row in (signed, VERIFIED | {"status": "已完成"}, TEAM):
        bare = {n: v for n, v in row.items() if n in DONE}
        assert seen(judged(ITEMS, lines(bare)), "EWI") == []


def test_the_group_in_charge_is_by_default_the_enterprises() -> None:
    known = registry("企业名称|督查组\n甲公司|第2督查组\n乙公司|")
    table = lines(TEAM | {"supervision_group": ""},
                  TEAM | OTHER | {"enterprise": "乙公司", "supervision_group": ""})  # fmt: skip
    assert seen(judged(ITEMS, File(table, "甲公司乙公司.xlsx"), known=known)) == [
        ("no-supervision-group", "W", 3, "supervision_group")
    ]


def test_findings_for_the_desk_are_marked() -> None:
    (found,) = judged(ITEMS, lines(TEAM | {"supervision_month": ""})).to_pylist()
    assert json.loads(found["params"])["desk"] is True


def test_a_contradiction_tells_the_words_and_the_status() -> None:
    (found,) = judged(ITEMS, lines(DONE | {"progress": "尚未验收，挡板正在加工"})).to_pylist()
    params = json.loads(found["params"])
    assert (params["phrase"], params["stated"]) == ("正在", "已完成")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张三、李四", {"张三", "李四"}),
        ("张三,李四；王五/赵六", {"张三", "李四", "王五", "赵六"}),
        ("张三\n李四", {"张三", "李四"}),
        ("张 三", {"张三"}),
        ("张　三、李四", {"张三", "李四"}),
        ("张三 李四", {"张三", "李四"}),
        ("张三（副科长）", {"张三"}),
        ("欧阳 三", {"欧阳"}),
        ("Zhang San, Li Si", {"zhang", "san", "li", "si"}),
        ("、、 ", set()),
        (None, set()),
    ],
)
def test_the_names_in_a_cell(cell: str | None, expected: set[str]) -> None:
    assert names(cell) == expected


# ---------------------------------------------------------------- rows compared with each other

LONG = "2号沉淀池出水口挡板破损，雨后出水浑浊"
NEAR = "2号沉淀池出水口的挡板破损，雨后出水浑浊"


def rows_told(*rows: Row) -> list[tuple[int, list[int]]]:
    found = judged(ITEMS, lines(*rows)).to_pylist()
    assert {f["code"] for f in found} <= {"description-alike"}
    return [(f["row_no"], json.loads(f["params"])["rows"]) for f in found]


def items(*texts: str) -> list[Row]:
    return [CLEAN | {"item_no": f"LX-{n:03d}", "description": t} for n, t in enumerate(texts, 1)]


def test_nearly_the_same_text_is_told_once_on_the_later_row() -> None:
    assert rows_told(*items(LONG, "危废间标识缺失", NEAR)) == [(4, [2])]
    assert rows_told(*items(NEAR, "危废间标识缺失", LONG)) == [(4, [2])]
    assert rows_told(*items(LONG, LONG, NEAR)) == [(3, [2]), (4, [2])]
    assert rows_told(*items("1号泵漏油", "１号泵 漏油")) == [(3, [2])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (LONG, LONG.replace("2号", "3号")),
        (LONG, LONG.replace("2号", "二号")),
        (LONG, LONG.replace("出水口", "进水口")),
        ("东侧围堰裂缝渗漏，雨后积水外溢到厂外道路", "西侧围堰裂缝渗漏，雨后积水外溢到厂外道路"),
        ("A线除尘器布袋破损，粉尘逸散到厂区道路", "B线除尘器布袋破损，粉尘逸散到厂区道路"),
        ("第一批污泥没有转移联单，台账记录不全", "第二批污泥没有转移联单，台账记录不全"),
        ("1号泵漏油", "1号阀漏油"),
    ],
)
def test_what_differs_in_a_number_or_place_is_another_item(one: str, other: str) -> None:
    assert rows_told(*items(one, other)) == []


def test_alike_is_asked_within_one_enterprises_file_and_of_items_that_stand() -> None:
    one, other = items(LONG, NEAR)
    assert seen(judged(ITEMS, lines(one), lines(other))) == []
    elsewhere = other | {"enterprise": "乙公司"}
    assert [f for f in seen(judged(ITEMS, lines(one, elsewhere))) if "alike" in f[0]] == []
    assert rows_told(one, other | {"status": "移交"}) == []
    same = judged(ITEMS, lines(one, other | {"item_no": "LX-001"}))
    assert {f[0] for f in seen(same)} == {"duplicate-key"}


def test_a_joint_item_that_both_enterprises_report() -> None:
    one = CLEAN | {"joint_units": "配合：乙公司"}
    other = OTHER | {"enterprise": "乙公司", "description": CLEAN["description"]}
    table = File(lines(one, other, OTHER | {"item_no": "LX-009"}), "甲公司.xlsx")
    found = [f for f in judged(ITEMS, table).to_pylist() if f["code"] == "joint-twice"]
    told = [(f["row_no"], json.loads(f["params"])["owners"]) for f in found]
    assert told == [(2, ["乙公司"]), (3, ["甲公司"])]
    for units in ("", "配合：丙公司", "公司"):
        alone = File(lines(one | {"joint_units": units}, other), "甲公司.xlsx")
        assert "joint-twice" not in {f[0] for f in seen(judged(ITEMS, alone))}
