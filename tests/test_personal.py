"""Personal data in running text: what is found, what only looks alike, and what is left of it."""

from __future__ import annotations

import re
import time
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import personal
from pipeline.personal import Span, found, mask, masked


@pytest.mark.parametrize(
    ("text", "kind", "left"),
    [
        ("联系13800138000核实", "mobile", "联系138＊＊＊＊8000核实"),
        ("138-0013-8000", "mobile", "138＊＊＊＊8000"),
        ("138 0013 8000", "mobile", "138＊＊＊＊8000"),
        ("1 3 8 0 0 1 3 8 0 0 0", "mobile", "138＊＊＊＊8000"),
        ("+86 13800138000", "mobile", "138＊＊＊＊8000"),
        ("１３８００１３８０００", "mobile", "138＊＊＊＊8000"),
        ("13\u200b8001\u200b38000", "mobile", "138＊＊＊＊8000"),
        ("一三八零零一三八零零零", "mobile", "138＊＊＊＊8000"),
        ("2020-10-09 13800138000", "mobile", "2020-10-09 138＊＊＊＊8000"),
        ("电话：13800138000", "mobile", "电话：138＊＊＊＊8000"),
        ("0871-65432101", "landline", "＊＊＊"),
        ("（010）65432101转8", "landline", "＊＊＊"),
        ("01065432101", "landline", "＊＊＊"),
        ("座机 6543-2101", "landline", "座机 ＊＊＊"),
        ("微信号:87654321", "landline", "微信号:＊＊＊"),
        ("证110101199003078515。", "identity", "证＊＊＊。"),
        ("11010119900307123X", "identity", "＊＊＊"),
        ("110101 19900307 8515", "identity", "＊＊＊"),
        ("110101900307851", "identity", "＊＊＊"),
        ("卡6222021234567890128汇款", "card", "卡＊＊＊汇款"),
        ("zhang.san_01@example.com.cn", "email", "＊＊＊"),
        ("举报人张某反映", "name", "举报人＊＊＊反映"),
        ("投诉人李四称", "name", "投诉人＊＊＊称"),
        ("投诉人王女士要求", "name", "投诉人＊＊＊要求"),
        ("举报人姓名：张三丰；", "name", "举报人姓名：＊＊＊；"),
        ("举报人（欧阳锋）", "name", "举报人（＊＊＊）"),
        ("举报人：于海洋反映", "name", "举报人：＊＊＊反映"),
        ("投诉人为赵六", "name", "投诉人为＊＊＊"),
        ("住阳光小区5号楼3单元402室", "address", "住阳光小区＊＊＊"),
        ("五栋二单元301室", "address", "＊＊＊"),
        ("阳光小区5-2-301", "address", "阳光小区＊＊＊"),
        ("示例村3组12号", "address", "示例村3组＊＊＊"),
        ("门牌号：17号", "address", "门牌号：＊＊＊"),
    ],
)
def test_what_tells_a_person_is_found_and_masked(text: str, kind: str, left: str) -> None:
    assert [span.kind for span in found(text)] == [kind]
    assert mask(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "D20200910001",
        "X3HN202009100001*",
        "LX-001-20200910",
        "13-14 2020-10-09",
        "2020-10-09至2020-10-10",
        "20201009",
        "电话2020-10-09回访",
        "电话13次",
        "联单20200911001号",
        "430100202009150003",  # region, date, serial: a record's number; its check digit is wrong
        "430100201009001",  # of 15 digits, the year 20: no card was issued to such a one
        "6222021234567890123",  # Luhn's digit is wrong
        "138001380001",
        "1380013800",
        "清运1200吨，监测值48分贝，pH 7.35",
        "计划资金138.0013万元",
        "举报人周边居民反映",
        "举报人向我单位反映",
        "举报人曾多次来电",
        "投诉人对处理结果满意",
        "投诉人要求赔偿",
        "举报人：匿名",
        "信访人不同意",
        "2号楼高位水池渗漏",
        "3号楼西侧5户居民",
        "第3组12号井",
        "一二三四五六",
        "邮箱 @示例",
    ],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert found(text) == ()
    assert mask(text) == text


def test_several_are_told_in_their_order_and_do_not_overlap() -> None:
    text = "举报人张某，电话13800138000，身份证110101199003078515，住5号楼402室"
    assert [s.kind for s in found(text)] == ["name", "mobile", "identity", "address"]
    assert mask(text) == "举报人＊＊＊，电话138＊＊＊＊8000，身份证＊＊＊，住＊＊＊"
    assert found(text)[0] == Span(3, 5, "name")


def test_parameters_of_messages_are_masked_wherever_a_text_stands() -> None:
    params = {"text": "13800138000", "rows": [3, 4], "because": {"zh": "问13800138000"}}
    assert masked(params) == {
        "text": "138＊＊＊＊8000", "rows": [3, 4], "because": {"zh": "问138＊＊＊＊8000"},
    }  # fmt: skip


PIECES = st.sampled_from(
    [
        "举报人", "投诉人：", "张某", "李四", "13800138000", "138-0013-8000", "0871-65432101",
        "110101199003078515", "a.b12345678@example.com", "5号楼402室", "，", " ", "\u200b", "2020",
        "-", "１３", "8", "D20200910001", "村3组12号", "6222021234567890128",
    ]
)  # fmt: skip


MASKED = r"(?:＊＊＊|[0-9]{3}＊＊＊＊[0-9]{4})"


@given(st.lists(PIECES | st.text(max_size=6), max_size=12))
def test_all_of_a_span_goes_and_everything_else_stays(pieces: list[str]) -> None:
    text = "".join(pieces)
    spans = found(text)
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(text)]
    assert sorted([*ends, *starts]) == [n for pair in zip(ends, starts, strict=True) for n in pair]
    kept = [re.escape(text[a:b]) for a, b in zip(ends, starts, strict=True)]
    assert re.fullmatch(MASKED.join(kept), mask(text))


@given(st.lists(PIECES | st.text(max_size=6), max_size=12))
def test_the_quick_look_misses_nothing(pieces: list[str]) -> None:
    text = "".join(pieces)
    told = found(text)
    with mock.patch.object(personal, "_WORTH_A_LOOK", re.compile("")):
        assert found(text) == told


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(alphabet="，的。电话", max_size=5))
def test_no_seven_digits_of_a_number_are_left(number: str, around: str) -> None:
    left = mask(around + number + around)
    assert re.findall(r"[0-9]{7,}", left) == []


@pytest.mark.parametrize(
    "piece",
    ["1", "13800138000 ", "a", "1-", "举报人", "举报人张", "1号楼", "0731-", "一", "\u200b",
     "电话1", "村1组", "小区1-", "62220212345678", "110101199003", "A@", "1 "],
)  # fmt: skip
def test_hostile_text_takes_time_in_proportion(piece: str) -> None:
    def took(size: int) -> float:
        text = (piece * size)[:size]
        start = time.perf_counter()
        mask(text)
        return time.perf_counter() - start

    short = min(took(50_000) for _ in range(3))
    assert took(400_000) < max(40 * short, 1.0)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("群众李四13800138000反映粉尘", "群众＊＊＊138＊＊＊＊8000反映粉尘"),
        ("王家村李四 138 0013 8000", "王家村＊＊＊ 138＊＊＊＊8000"),
        ("联系人王某，电话：13800138000", "联系人＊＊＊，电话：138＊＊＊＊8000"),
        ("责任人杨波（13800138000）", "责任人＊＊＊（138＊＊＊＊8000"),
        ("联系电话13800138000", "联系电话138＊＊＊＊8000"),
        ("马上联系13800138000", "马上联系138＊＊＊＊8000"),
        ("高压泵房13800138000", "高压泵房138＊＊＊＊8000"),
        ("严格管理，电话13800138000", "严格管理，电话138＊＊＊＊8000"),
        ("李四反映粉尘，后查明", "李四反映粉尘，后查明"),
    ],
)
def test_a_name_right_before_a_mobile_number_goes_with_it(text: str, left: str) -> None:
    assert mask(text).removesuffix("）") == left
