"""Amounts as people write them, in the unit the column asks for."""

from decimal import Decimal

import pytest
from tables import ITEMS, listed, seen, settled

from pipeline.settle.numbers import Amount, amount


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("12.5", "12.5", ""),
        ("0", "0", ""),
        ("1,200.50", "1200.5", ""),
        ("12,345,678", "12345678", ""),
        ("１，２００．５", "1200.5", ""),
        (" 1 200 ", "1200", ""),
        ("1.2e3", "1200", ""),
        ("12.5万元", "12.5", "万元"),
        ("12.5 万 元", "12.5", "万元"),
        ("12万", "12", "万"),
        ("5000元", "0.5", "元"),
        ("1,234元", "0.1234", "元"),
        ("1.2亿元", "12000", "亿元"),
        ("2亿", "20000", "亿"),
        ("0.1234567", "0.123457", ""),
        ("9999999999999.999999", "9999999999999.999999", ""),
    ],
)
def test_a_number_in_ten_thousand_yuan(text: str, number: str, unit: str) -> None:
    assert amount(text, in_ten_thousands=True) == Amount(Decimal(number), unit)


@pytest.mark.parametrize(
    "text",
    ["", "约5万元", "5-8", "五万", "1,20", "1.2.3", "12万5", "万元", "5美元", "1e99",
     "10000000000000", "1000000000亿元", "NaN", "Infinity", "—"],
)  # fmt: skip
def test_what_is_no_number_for_sure_is_none(text: str) -> None:
    assert amount(text, in_ten_thousands=True) == Amount(None)


def test_a_unit_in_a_column_without_one_is_not_guessed() -> None:
    assert amount("12", in_ten_thousands=False) == Amount(Decimal(12))
    assert amount("12万元", in_ten_thousands=False) == Amount(None)


def test_funds_in_a_ledger() -> None:
    found = settled(
        ITEMS,
        """
        企业名称｜问题描述｜计划资金(万元)｜整改状态
        甲公司｜一｜１２．５｜整改中
        甲公司｜二｜5000元｜整改中
        甲公司｜三｜无需资金｜整改中
        甲公司｜四｜不 涉 及｜整改中
        甲公司｜五｜若干｜整改中
        甲公司｜六｜3万元｜整改中
        甲公司｜七｜｜整改中
        """,
    )
    assert listed(found.rows, "planned_funds", "planned_funds.value") == [
        ("１２．５", Decimal("12.5")),
        ("5000元", Decimal("0.5")),
        ("无需资金", None),
        ("不 涉 及", None),
        ("若干", None),
        ("3万元", Decimal(3)),
        (None, None),
    ]
    assert seen(found.findings) == [
        ("converted-unit", "W", 3, "planned_funds"),
        ("unreadable-number", "W", 6, "planned_funds"),
    ]
    (converted,) = [f for f in found.findings.to_pylist() if f["code"] == "converted-unit"]
    assert converted["params"] == '{"number": "0.5", "unit": "元"}'
