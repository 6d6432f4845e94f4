"""Which rows are about the same item, and which item of the roster that is."""

import json

from tables import CASES, CLEAN_CASE, ITEMS, File, coded, figures, lines, listed, period, roster

from pipeline.write.report import LedgerResult

HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
TOKENS = "row_token｜企业名称｜问题编号｜问题描述｜整改状态\n"
FIRST = "1号沉淀池挡板破损"
SECOND = "2号沉淀池挡板破损"


def ids(result: LedgerResult) -> dict[str, str]:
    """Return the roster's ids by description."""
    return dict(roster(result, "description", "item_id"))


def test_of_two_versions_the_later_saved_counts() -> None:
    old = HEAD + "甲公司｜LX-1｜漏水｜整改中\n甲公司｜LX-2｜扬尘｜整改中"
    new = HEAD + "甲公司｜LX-1｜漏水｜已完成"
    result = period(
        ITEMS,
        File(old, "甲公司最终版.xlsx", modified="2020-10-08T09:00:00Z"),
        File(new, "甲公司.xlsx", modified="2020-10-09T09:00:00Z"),
    )
    assert roster(result, "item_no", "stage") == [("LX-1", "completed"), ("LX-2", "ongoing")]
    assert listed(result.merged.rows, "submission", "row_no", "disposition", "reason") == [
        (0, 2, "set_aside", "superseded"),
        (0, 3, "counted", None),
        (1, 2, "counted", None),
    ]
    (told,) = coded(result, "two-versions")
    assert (told["severity"], told["submission"], told["enterprise"]) == ("W", 0, "甲公司")
    params = json.loads(told["params"])
    assert (params["newer"], params["items"], params["differing"]) == ("甲公司.xlsx", 1, 1)
    assert (params["by"], params["against"]) == ("saved", ["words"])


def test_of_two_versions_saved_nobody_knows_when_the_later_name_counts() -> None:
    files = [
        File(HEAD + f"甲公司｜LX-1｜漏水｜{status}", name)
        for name, status in (("甲公司(1).xlsx", "已完成"), ("甲公司(2).xlsx", "整改中"))
    ]
    for order in (files, files[::-1]):
        assert roster(period(ITEMS, *order), "stage") == [("ongoing",)]


def test_a_version_without_numbers_is_found_by_its_text() -> None:
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜LX-1｜漏 水｜整改中\n甲公司｜｜扬尘｜整改中", "1.xlsx"),
        File(HEAD + "甲公司｜｜漏水｜已完成\n甲公司｜LX-2｜扬尘｜已完成", "2.xlsx"),
    )
    assert figures(result, "total", "completed") == [2, 2]
    assert result.dispositions == {"counted": 2, "undecided": 0, "set_aside": 2}


def test_three_versions_of_which_the_last_lost_its_numbers() -> None:
    numbered = HEAD + "甲公司｜LX-1｜漏水｜整改中"
    result = period(
        ITEMS,
        File(numbered, "1.xlsx"),
        File(numbered, "2.xlsx"),
        File(HEAD + "甲公司｜｜漏水｜已完成", "3.xlsx"),
    )
    assert figures(result, "total", "completed") == [1, 1]
    assert result.dispositions == {"counted": 1, "undecided": 0, "set_aside": 2}


def test_two_numbers_and_one_text_are_two_items() -> None:
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜LX-1｜标识缺失｜整改中", "1.xlsx"),
        File(HEAD + "甲公司｜LX-2｜标识缺失｜整改中", "2.xlsx"),
    )
    assert roster(result, "item_no") == [("LX-1",), ("LX-2",)]
    assert coded(result, "two-versions") == []


def test_one_number_on_different_items_of_two_files_is_asked_on_both_sides() -> None:
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜LX-1｜危废间地面防渗层破损｜整改中", "1.xlsx"),
        File(HEAD + "甲公司｜LX-9｜扬尘｜整改中\n甲公司｜LX-1｜雨水管网未分流｜已完成", "2.xlsx"),
    )
    told = coded(result, "duplicate-key")
    assert [(f["severity"], f["submission"], f["row_no"]) for f in told] == [
        ("E", 0, 2),
        ("E", 1, 3),
    ]
    assert [json.loads(f["params"]) for f in told] == [
        {"file": "2.xlsx", "message": "clash", "rows": [3]},
        {"file": "1.xlsx", "message": "clash", "rows": [2]},
    ]
    assert result.dispositions == {"counted": 1, "undecided": 2, "set_aside": 0}
    assert figures(result, "total", "undecided") == [3, 2]


def test_a_reworded_description_under_its_number_is_the_same_item() -> None:
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜LX-1｜危废间地面防渗层破损｜整改中", "1.xlsx"),
        File(HEAD + "甲公司｜LX-1｜危废暂存间地面防渗层有破损｜已完成", "2.xlsx"),
    )
    assert roster(result, "description", "stage") == [("危废暂存间地面防渗层有破损", "completed")]


def test_two_enterprises_may_use_one_number_and_one_text() -> None:
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜1｜标识缺失｜整改中", "1.xlsx"),
        File(HEAD + "乙公司｜1｜标识缺失｜已完成", "2.xlsx"),
    )
    assert roster(result, "enterprise.name", "stage") == [
        ("乙公司", "completed"),
        ("甲公司", "ongoing"),
    ]
    assert coded(result, "two-versions") == []


def test_one_case_number_is_one_case_whoever_sends_it() -> None:
    result = period(
        CASES,
        File(lines(CLEAN_CASE | {"closure": "未办结"}), "1.xlsx"),
        File(lines(CLEAN_CASE | {"enterprise": "乙公司"}), "2.xlsx"),
    )
    assert roster(result, "enterprise.name", "stage") == [("乙公司", "closed")]


def test_keyless_identical_rows_of_a_file_are_items_of_their_own_and_are_found_again() -> None:
    table = HEAD + "甲公司｜｜标识缺失｜整改中\n甲公司｜｜标识缺失｜整改中"
    first = period(ITEMS, table)
    assert figures(first, "total") == [2]
    again = period(ITEMS, table + "\n甲公司｜｜标识缺失｜已完成", before=first)
    assert figures(again, "total", "new_items", "completed") == [3, 1, 1]
    assert {i for (i,) in roster(first, "item_id")} < {i for (i,) in roster(again, "item_id")}


def test_a_number_assigned_later_changes_nothing() -> None:
    first = period(ITEMS, HEAD + "甲公司｜｜漏水｜整改中")
    second = period(ITEMS, HEAD + "甲公司｜LX-1｜漏 水｜整改中", before=first)
    assert roster(second, "item_id", "item_no", "key", "entry") == [
        (*roster(first, "item_id")[0], "LX-1", "lx-1", "before")
    ]
    assert coded(second, "number-changed") == []
    third = period(ITEMS, HEAD + "甲公司｜｜漏水｜已完成", before=second)
    assert roster(third, "item_no", "key", "turn") == [("LX-1", "lx-1", "completed_now")]


def test_another_number_on_the_same_text_is_the_same_item_and_this_is_told() -> None:
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜漏水｜整改中")
    second = period(ITEMS, HEAD + "甲公司｜LX-7｜漏水｜整改中", before=first)
    assert roster(second, "item_id", "item_no") == [(*roster(first, "item_id")[0], "LX-7")]
    (told,) = coded(second, "number-changed")
    assert (told["severity"], told["row_no"], told["column"]) == ("W", 2, "item_no")


def test_a_number_with_its_text_is_surer_than_the_text_alone() -> None:
    first = period(ITEMS, HEAD + "甲公司｜LX-1｜标识缺失｜整改中")
    both = HEAD + "甲公司｜LX-7｜标识缺失｜整改中\n甲公司｜LX-1｜标识缺失｜已完成"
    second = period(ITEMS, both, before=first)
    assert roster(second, "item_no", "entry") == [("LX-1", "before"), ("LX-7", "new")]


def test_running_numbers_that_moved_by_an_inserted_row_are_not_taken_for_the_old_items() -> None:
    first = period(
        ITEMS, HEAD + "甲公司｜1｜危废间地面防渗层破损｜整改中\n甲公司｜2｜雨水管网未分流｜已完成"
    )
    second = period(
        ITEMS,
        HEAD + "甲公司｜1｜在线监测数据缺失｜整改中\n"
        "甲公司｜2｜危废间地面防渗层破损｜整改中\n甲公司｜3｜雨水管网未分流｜已完成",
        before=first,
    )
    before = ids(first)
    assert {text: item for text, item in ids(second).items() if text in before} == before
    assert figures(second, "new_items", "reopened", "newly_completed") == [1, 0, 0]


def test_a_hidden_id_finds_a_reworded_item_without_a_number() -> None:
    first = period(ITEMS, TOKENS + f"t1｜甲公司｜｜{FIRST}｜整改中")
    second = period(ITEMS, TOKENS + f"t1｜甲公司｜｜{FIRST}（已更换）｜已完成", before=first)
    assert roster(second, "item_id", "turn") == [(*roster(first, "item_id")[0], "completed_now")]


def test_a_strange_hidden_id_that_the_text_does_not_bear_out_is_not_believed() -> None:
    first = period(ITEMS, TOKENS + "t1｜甲公司｜｜危废间地面防渗层破损｜整改中")
    second = period(ITEMS, TOKENS + "t1｜甲公司｜｜危废间标识牌缺失｜整改中", before=first)
    assert sorted(roster(second, "description", "entry", "standing")) == [
        ("危废间地面防渗层破损", "before", "carried"),
        ("危废间标识牌缺失", "new", "updated"),
    ]


def test_a_hidden_id_that_the_number_denies_is_not_believed() -> None:
    first = period(ITEMS, TOKENS + f"t1｜甲公司｜LX-1｜{FIRST}｜整改中")
    second = period(ITEMS, TOKENS + f"t1｜甲公司｜LX-2｜{SECOND}｜整改中", before=first)
    assert roster(second, "item_no", "entry") == [("LX-1", "before"), ("LX-2", "new")]


def test_a_copied_row_keeps_the_hidden_id_and_is_an_item_of_its_own() -> None:
    first = period(ITEMS, TOKENS + f"t1｜甲公司｜｜{FIRST}｜整改中")
    copied = TOKENS + f"t1｜甲公司｜｜{FIRST}｜整改中\nt1｜甲公司｜｜{SECOND}｜整改中"
    second = period(ITEMS, copied, before=first)
    assert sorted(roster(second, "description", "entry")) == [(FIRST, "before"), (SECOND, "new")]


def test_sorting_without_the_hidden_column_swaps_no_items() -> None:
    first = period(ITEMS, TOKENS + f"t1｜甲公司｜｜{FIRST}｜整改中\nt2｜甲公司｜｜{SECOND}｜已完成")
    sort = TOKENS + f"t1｜甲公司｜｜{SECOND}｜已完成\nt2｜甲公司｜｜{FIRST}｜整改中"
    second = period(ITEMS, sort, before=first)
    assert ids(second) == ids(first)
    assert figures(second, "reopened", "newly_completed") == [0, 0]


def test_rows_that_name_nobody_are_no_versions_of_each_other() -> None:
    result = period(
        ITEMS,
        File(HEAD + "戊公司｜1｜漏水｜整改中", "1.xlsx"),
        File(HEAD + "己公司｜1｜扬尘｜整改中", "2.xlsx"),
    )
    assert result.dispositions == {"counted": 0, "undecided": 2, "set_aside": 0}
    assert figures(result, "total", "undecided") == [2, 2]


def test_unnamed_rows_of_two_files_with_one_text_are_two_items_until_somebody_knows() -> None:
    result = period(
        ITEMS,
        File(HEAD + "戊公司｜1｜标识缺失｜整改中", "1.xlsx"),
        File(HEAD + "己公司｜1｜标识缺失｜整改中", "2.xlsx"),
    )
    assert figures(result, "total", "undecided") == [2, 2]


BLANK = HEAD + "甲公司｜｜｜已完成"
IDENTICAL = HEAD + "甲公司｜｜标识缺失｜已完成\n甲公司｜｜标识缺失｜滞后"


def test_a_row_without_number_and_text_is_one_item_however_often_it_is_sent() -> None:
    first = period(ITEMS, BLANK)
    assert figures(first, "total", "undecided") == [1, 1]
    second = period(ITEMS, BLANK, before=first)
    assert figures(second, "total", "undecided", "new_items") == [1, 1, 0]
    assert coded(second, "item-missing") == []


def test_identical_rows_keep_their_items_in_their_order() -> None:
    """Some texts' ids happen to lie in the rows' order: several texts, all must hold."""
    moved = 0
    for text in ("标识缺失", "漏水", "扬尘", "异味"):
        table = IDENTICAL.replace("标识缺失", text)
        again = period(ITEMS, table, before=period(ITEMS, table))
        moved += sum(figures(again, "reopened", "newly_completed"))
        moved += len(coded(again, "completed-to-ongoing"))
    assert moved == 0


def test_a_doubtful_row_is_not_confirmed_by_its_identical_twin_sent_again() -> None:
    for text in ("标识缺失", "漏水", "扬尘", "异味", "噪声"):
        table = HEAD + f"甲公司｜｜{text}｜滞后\n甲公司｜｜{text}｜50%"
        first = period(ITEMS, table)
        again = period(ITEMS, table, before=first)
        assert figures(again, "ongoing", "undecided") == figures(first, "ongoing", "undecided")
