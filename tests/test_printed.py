"""Numbers as they stand in a text: which there are, and which say the same."""

from __future__ import annotations

import pytest

from pipeline.read.document.charts import area
from pipeline.trace.printed import numbers, plain, same

TEXTS: dict[str, list[tuple[str, str, str]]] = {
    "截至2020年10月9日，": [("2020年10月9日", "2020-10-9", "date")],
    "2020-10-09至10月底": [("2020-10-09", "2020-10-9", "date"), ("10月底", "10月底", "date")],
    "已完成24项、63.20%": [("24", "24", "number"), ("63.20", "63.2", "number")],
    "共１，２３４项": [("１，２３４", "1234", "number")],
    "分别为24，138项": [("24", "24", "number"), ("138", "138", "number")],
    "1,234,567.50元": [("1,234,567.50", "1234567.5", "number")],
    "3.5万元": [("3.5万", "35000", "number")],
    "下降-3.0个百分点": [("-3.0", "-3", "number")],
    "LX-07和PM2.5": [("LX-07", "LX-07", "code"), ("PM2.5", "PM2.5", "code")],
    "1. 已完成24项": [("1", "1", "numbering"), ("24", "24", "number")],
    "（2）其中3项": [("2", "2", "numbering"), ("3", "3", "number")],
    "第22期〔总第58期〕": [("22", "22", "number"), ("58", "58", "number")],
    "①无": [],
    "—": [],
    "": [],
}


@pytest.mark.parametrize("text", TEXTS)
def test_the_numbers_of_a_text(text: str) -> None:
    found = numbers(text)
    assert [(n.text, n.value, n.kind) for n in found] == TEXTS[text]
    assert [text[n.start : n.end] for n in found] == [n.text for n in found]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("24", "24", True),
        ("２４", "24", True),
        ("24.0", "24", True),
        ("1,234", "1234", True),
        ("—", "—", True),
        ("24", "25", False),
        ("24", "—", False),
        ("2.4", "24", False),
        ("2020-10-9", "10-9", True),
        ("2020-10-9", "10-8", False),
        ("2020-10-9", "2021-10-9", False),
    ],
)
def test_what_says_the_same(one: str, other: str, expected: bool) -> None:
    assert same(one, other) is same(other, one) is expected


def test_long_rows_of_digits_are_texts() -> None:
    assert plain("9" * 100_000) == "9" * 100_000
    assert len(numbers("a" * 200_000 + "1")) == 1


@pytest.mark.parametrize(
    ("reference", "cells"),
    [
        ("Sheet1!$B$2:$B$4", ["Sheet1!B2", "Sheet1!B3", "Sheet1!B4"]),
        ("'表 1'!$C$2", ["表 1!C2"]),
        ("'it''s'!AA1:AB1", ["it's!AA1", "it's!AB1"]),
        ("label 0", []),
        ("A!A1:XFD1048576", []),
    ],
)
def test_the_cells_that_a_reference_names(reference: str, cells: list[str]) -> None:
    assert area(reference) == cells
