"""The registry: who is meant by a name, and what is wrong with the workbook."""

from datetime import date

import pytest
from tables import cells, registry

from pipeline.errors import ConfigurationError
from pipeline.registry import Match, Registry, registry_from

KNOWN = registry(
    """
    代码｜企业名称｜简称｜曾用名｜排序
    01｜示例青岭矿业有限公司｜青岭｜青岭铜矿、示例青岭铁矿｜2
    02｜示例青岭矿业有限公司东山分公司｜东山｜｜3
    03｜示例（华南）化工有限公司｜华南，华南化工｜｜1
    04｜示例东山建材有限公司｜东山｜｜
    """
)
MINE = "示例青岭矿业有限公司"
BRANCH = "示例青岭矿业有限公司东山分公司"
CHEMICAL = "示例（华南）化工有限公司"
BRICKS = "示例东山建材有限公司"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (MINE, (MINE,)),
        (" 示例青岭矿业 有限公司\n", (MINE,)),
        ("青岭", (MINE,)),
        ("青岭铜矿", (MINE,)),
        ("示例青岭铁矿", (MINE,)),
        ("示例(华南)化工有限公司", (CHEMICAL,)),
        ("示例【华南】化工有限公司", (CHEMICAL,)),
        ("华南化工", (CHEMICAL,)),
        ("东山", (BRANCH, BRICKS)),
        ("青岭矿业", ()),
        ("", ()),
    ],
)
def test_a_whole_cell_names(text: str, found: tuple[str, ...]) -> None:
    assert KNOWN.match(text).found == found
    assert KNOWN.match(text).sure == (found[0] if len(found) == 1 else None)


def test_a_slip_gets_the_nearest_name_and_is_not_taken() -> None:
    assert KNOWN.match("示例青岭矿叶有限公司") == Match((), MINE)
    assert KNOWN.match("别的单位") == Match((), "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("整改台账-青岭铜矿（1）", (MINE,)),
        (f"{BRANCH}整改台账", (BRANCH,)),
        (f"{MINE}和{BRICKS}", (MINE, BRICKS)),
        (f"{BRANCH}、{MINE}", (BRANCH, MINE)),
        ("东山整改台账", (BRANCH, BRICKS)),
        ("整改台账（2）", ()),
    ],
)
def test_named_within_a_text_the_longer_name_wins(text: str, found: tuple[str, ...]) -> None:
    assert set(KNOWN.named_in(text).found) == set(found)


def test_a_name_of_one_character_is_not_looked_for_in_texts() -> None:
    known = registry("企业名称｜简称\n示例甲公司｜甲")
    assert known.match("甲").sure == "示例甲公司"
    assert known.named_in("附件甲").found == ()


def test_order_is_the_registrys_then_the_sheets() -> None:
    assert KNOWN.names == (CHEMICAL, MINE, BRANCH, BRICKS)


def test_a_short_name_that_two_share_shortens_neither() -> None:
    assert KNOWN.short[MINE] == "青岭"
    assert {BRANCH, BRICKS}.isdisjoint(KNOWN.short)


def test_short_names_are_told_apart_by_any_separator() -> None:
    assert KNOWN.short[CHEMICAL] == "华南"


def test_the_header_may_stand_below_a_title_and_blank_rows_are_passed_over() -> None:
    known = registry_from(
        cells("企业名录｜｜\n序号｜企业 名称｜被督察\n1｜甲公司｜是\n｜｜\n2｜乙公司｜否"), "a.xlsx"
    )
    assert [(e.name, e.attributes["visited"]) for e in known.enterprises] == [
        ("甲公司", "是"),
        ("乙公司", "否"),
    ]


@pytest.mark.parametrize(
    ("sheet", "fault"),
    [
        ("单位｜简称\n甲公司｜甲", "a.xlsx 里没有『企业名称』这一列"),
        ("企业名称｜简称\n甲公司｜甲\n｜乙", "a.xlsx 第 3 行没有企业名称"),
        (
            "标题｜\n企业名称｜简称\n甲（1）公司｜\n｜\n甲(1) 公司｜",
            "a.xlsx 第 5 行的『甲(1) 公司』与第 3 行重复",
        ),
    ],
)
def test_a_faulty_workbook_is_refused_with_the_row(sheet: str, fault: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        registry_from(cells(sheet), "a.xlsx")
    assert refused.value.message == fault
    assert refused.value.remedy
    assert refused.value.exit_code == 2


def test_without_a_workbook_the_files_name_the_enterprises() -> None:
    known = Registry(given=False).extended(["乙公司", "甲公司", "乙公司"])
    assert (known.names, known.given) == (("乙公司", "甲公司"), False)
    assert known.match("甲公司").sure == "甲公司"


def test_a_given_registry_takes_no_other_names() -> None:
    assert registry("甲公司").extended(["乙公司"]).names == ("甲公司",)


def test_without_a_workbook_two_spellings_of_a_name_are_one_enterprise() -> None:
    known = Registry(given=False).extended(["示例（华南）公司", "示例(华南)公司"])
    assert len(known.names) == 1
    assert known.match("示例（华南）公司").sure == known.names[0]


def merged_names(*cells: str) -> Registry:
    header = ["企业名称", "简称", "并入单位", "生效日期"]
    return registry_from([header, *(c.split("｜") for c in cells)], "enterprises.xlsx")


def test_a_merged_enterprise_goes_by_its_successor_from_the_day_on() -> None:
    registry = merged_names("示例甲公司｜甲｜｜", "示例乙公司｜乙｜示例甲公司｜2020年10月1日")
    before, after = registry.at(date(2020, 9, 30)), registry.at(date(2020, 10, 1))
    assert before.names == ("示例甲公司", "示例乙公司")
    assert before.match("乙").sure == "示例乙公司"
    assert after.names == ("示例甲公司",)
    assert after.match("乙").sure == after.match("示例乙公司").sure == "示例甲公司"


def test_mergers_follow_one_another_and_circles_are_refused() -> None:
    chain = merged_names(
        "示例甲公司｜｜｜",
        "示例乙公司｜｜示例甲公司｜",
        "示例丙公司｜｜示例乙公司｜",
    )
    assert chain.at(date(2020, 1, 1)).match("示例丙公司").sure == "示例甲公司"
    circle = merged_names("示例甲公司｜｜示例乙公司｜", "示例乙公司｜｜示例甲公司｜")
    with pytest.raises(ConfigurationError, match="示例甲公司"):
        circle.at(date(2020, 1, 1))
    with pytest.raises(ConfigurationError, match="并入单位『示例丁公司』不是名录中确定的一家"):
        merged_names("示例甲公司｜｜示例丁公司｜").at(date(2020, 1, 1))
