"""Of two versions, which counts, by what, and how they differ."""

import json
from typing import Any

import pytest
from tables import AS_OF, ITEMS, File, coded, lines, period, roster, sha

from pipeline.identify.age import Ages
from pipeline.messages import tell
from pipeline.model import Decision, Submission
from pipeline.write.report import LedgerResult

HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"
DONE = HEAD + "甲公司｜LX-1｜漏水｜已完成"
OPEN = HEAD + "甲公司｜LX-1｜漏水｜整改中"
EIGHTH, NINTH = "2020-10-08T09:00:00+08:00", "2020-10-09T17:05:00+08:00"


def params(result: LedgerResult) -> dict[str, Any]:
    (told,) = coded(result, "two-versions")
    found: dict[str, Any] = json.loads(told["params"])
    return found


def said(result: LedgerResult, lang: str = "zh") -> str:
    return tell("two-versions", params(result), lang).message


@pytest.mark.parametrize(
    ("newer", "older", "by"),
    [
        ("整改台账10.9", "整改台账10.8", "named"),
        ("整改台账10.9", "整改台账9.30", "named"),
        ("台账20201009", "台账20201008", "named"),
        ("台账2020年10月9日", "台账10月8日", "named"),
        ("台账1009", "台账1008", "named"),
        ("1.3台账", "12.30台账", "named"),
        ("10.8-10.9台账", "10.1-10.8台账", "named"),
        ("10.9/台账", "10.8/台账", "named"),
        ("台账最终版", "台账最新", "words"),
        ("最新台账", "台账终稿", "words"),
        ("台账终稿", "台账修改版", "words"),
        ("台账修改版", "台账", "words"),
        ("台账补充", "台账", "words"),
        ("台账更新", "台账(1)", "words"),
        ("台账最终版2", "台账最终版", "words"),
        ("台账v2", "台账V1", "words"),
        ("台账 v2.10", "台账 v2.9", "words"),
        ("台账第二版", "台账", "words"),
        ("台账", "台账初稿", "words"),
        ("台账", "台账最终版（作废）", "void"),
        ("台账10.8", "台账10.9旧版", "void"),
        ("台账", "台账(旧)", "void"),
        ("台账(1)", "台账", "copy"),
        ("台账(10)", "台账(9)", "copy"),
        ("最终版.eml/台账", "初稿.eml/台账", "words"),
        ("乙公司整改(1)", "乙公司台账(2)", "name"),
        ("废旧物资台账", "废旧物资", "name"),
        ("台账", "台账 - 副本", "name"),
        ("台账D20201009001", "台账D20201008001", "name"),
    ],
)
def test_names_tell_which_is_later(newer: str, older: str, by: str) -> None:
    for swapped in (False, True):
        names = [older, newer][:: -1 if swapped else 1]
        files = [Submission(n, f"{name}.xlsx", "", None, 0) for n, name in enumerate(names)]  # type: ignore[arg-type]
        ages = Ages(files, [], (), AS_OF)
        last = names.index(newer)
        assert ages.latest(frozenset({0, 1})) == last
        assert ages.reason(1 - last, last).by == by


def test_the_later_mail_counts_whatever_its_file_is_called() -> None:
    result = period(
        ITEMS,
        File(DONE, "a/台账最终版10.9.xlsx", sent_at=EIGHTH, modified="2020-10-08T00:00:00Z"),
        File(OPEN, "b/台账.xlsx", sent_at=NINTH, modified="2020-10-07T00:00:00Z"),
    )
    assert roster(result, "stage") == [("ongoing",)]
    assert said(result) == (
        "与『b/台账.xlsx』是同一企业的两个版本，有 1 项两份都有，以『b/台账.xlsx』为准"
        "（邮件发出较晚：2020年10月9日 17:05，本文件 2020年10月8日 09:00；"
        "但保存时间、名称写法相反）。其中 1 项内容不同，多为『整改状态』1 项。"
    )
    assert "the time of saving, the words in the name would say the contrary" in said(result, "en")


def test_moments_are_compared_whatever_their_offset() -> None:
    result = period(
        ITEMS,
        File(DONE, "1.xlsx", sent_at="2020-10-09T08:00:00+00:00"),
        File(OPEN, "2.xlsx", sent_at="2020-10-09T09:00:00+08:00"),
    )
    assert roster(result, "stage") == [("completed",)]


def test_what_only_one_of_the_files_tells_does_not_decide() -> None:
    result = period(
        ITEMS,
        File(DONE, "1.xlsx", sent_at=NINTH, modified="2020-10-06T00:00:00Z"),
        File(OPEN, "2.xlsx", modified="2020-10-07T00:00:00Z"),
    )
    assert (roster(result, "stage"), params(result)["by"]) == ([("ongoing",)], "saved")
    assert "保存时间较晚：2020年10月7日 08:00，本文件 2020年10月6日 08:00" in said(result)


def test_a_title_tells_the_date_where_the_name_does_not() -> None:
    result = period(
        ITEMS,
        File(DONE, "1.xlsx", title="整改台账（截至2020年10月9日）"),
        File(OPEN, "2.xlsx", title="整改台账（截至2020年10月8日）"),
    )
    assert (roster(result, "stage"), params(result)["by"]) == ([("completed",)], "named")


def test_of_three_the_surest_evidence_that_all_have_decides() -> None:
    files = (
        File(DONE, "1.xlsx", sent_at=NINTH, modified="2020-10-03T00:00:00Z"),
        File(OPEN, "2.xlsx", sent_at=EIGHTH, modified="2020-10-05T00:00:00Z"),
        File(HEAD + "甲公司｜LX-1｜漏水｜滞后", "3.xlsx", modified="2020-10-04T00:00:00Z"),
    )
    for order in (files, files[::-1]):
        result = period(ITEMS, *order)
        assert roster(result, "source_file") == [("2.xlsx",)]
        told = [json.loads(f["params"]) for f in coded(result, "two-versions")]
        assert sorted((t["by"], t["against"]) for t in told) == [("saved", []), ("saved", ["sent"])]


def rule(action: str, name: str, *, code: str = "two-versions", other: str = "") -> Decision:
    return Decision(
        ledger=ITEMS.id, subject=sha(name), code=code, column="", digest=sha(other)[:16],
        action=action, value="", reason="电话核实", by="示例丁", period_id="2020-10-09",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rulings", "stage", "by"),
    [
        ([rule("keep", "1.xlsx")], "completed", "ruled"),
        ([rule("keep", "2.xlsx")], "ongoing", "ruled"),
        ([rule("keep", "1.xlsx"), rule("keep", "2.xlsx")], "ongoing", "ruled"),
        ([rule("accept", "1.xlsx", other="2.xlsx")], "ongoing", "name"),
    ],
)
def test_a_ruling_holds_for_either(rulings: list[Decision], stage: str, by: str) -> None:
    result = period(ITEMS, File(DONE, "1.xlsx"), File(OPEN, "2.xlsx"), rulings=rulings)
    assert roster(result, "stage") == [(stage,)]
    (told,) = coded(result, "two-versions")
    assert (told["severity"], params(result)["by"]) == ("I", by)


def test_a_version_accepted_as_newer_is_asked_again_when_a_third_comes() -> None:
    accepted = rule("accept", "1.xlsx", other="2.xlsx")
    files = [File(DONE, "1.xlsx"), File(OPEN, "2.xlsx"), File(DONE, "3.xlsx")]
    result = period(ITEMS, *files, rulings=[accepted])
    assert [f["severity"] for f in coded(result, "two-versions")] == ["W", "W"]


def test_what_differs_is_listed_cell_by_cell_with_both_rows() -> None:
    old = """
        企业名称｜问题编号｜问题描述｜整改状态｜完成日期｜整改措施
        甲公司｜LX-1｜漏水｜已完成｜2020.10.8｜更换
        甲公司｜LX-2｜扬尘｜整改中｜｜洒水
    """
    new = """
        企业名称｜问题编号｜问题描述｜整改状态｜完成日期｜责任人
        甲公司｜LX-2｜扬尘｜√｜2020年10月9日｜示例张三
        甲公司｜LX-1｜漏 水｜完成｜2020年10月8日｜
    """
    result = period(ITEMS, File(old, "1.xlsx"), File(new, "2.xlsx"))
    found = coded(result, "version-differs")
    assert [
        (f["severity"], f["submission"], f["row_no"], f["column"], f["value"]) for f in found
    ] == [("I", 1, 2, "status", "√"), ("I", 1, 2, "completed_on", "2020年10月9日")]
    assert [json.loads(f["params"]) for f in found] == [
        {"older": "整改中", "file": "1.xlsx", "older_row": 3, "item": "LX-2"},
        {"older": "", "file": "1.xlsx", "older_row": 3, "item": "LX-2"},
    ]
    assert [params(result)[n] for n in ("items", "differing", "listed")] == [2, 1, 0]
    words = tell("version-differs", json.loads(found[1]["params"]), "zh", row=2, column="完成日期",
                 value="2020年10月9日")  # fmt: skip
    assert words.message == (
        "第 2 行『完成日期』为『2020年10月9日』，较早的『1.xlsx』第 3 行是空白。"
    )


def test_two_versions_that_say_the_same_say_so() -> None:
    result = period(ITEMS, File(DONE, "1.xlsx"), File(DONE, "2.xlsx"))
    assert said(result).endswith("（看不出先后，暂取文件名在后的）。这些事项的内容相同。")


def test_differences_are_listed_up_to_a_bound_and_counted_beyond() -> None:
    rows = [
        {"enterprise": "甲公司", "item_no": f"LX-{n}", "description": f"{n}号", "status": "整改中"}
        for n in range(600)
    ]
    after = [row | {"status": "已完成"} for row in rows]
    result = period(ITEMS, File(lines(*rows), "1.xlsx"), File(lines(*after), "2.xlsx"))
    assert len(coded(result, "version-differs")) == 500
    assert params(result)["differing"] == 600
    assert said(result).endswith("其中 600 项内容不同，多为『整改状态』600 项。逐项只列前 500 处。")
