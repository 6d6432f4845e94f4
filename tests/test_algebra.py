"""Predicates on texts and numbers: small columns in, the rows that they take out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from pipeline.model import NUMBER
from pipeline.rules.algebra import Contains, Longer, Outside, Predicate, Shaped, mask, reads


def taken(predicate: Predicate, *texts: str | None) -> list[str | None]:
    table = pa.table({"c": pa.array(texts, pa.string())})
    flags = mask(predicate, table, date(2020, 10, 9)).to_pylist()
    return [text for text, flag in zip(texts, flags, strict=True) if flag]


@pytest.mark.parametrize(
    ("predicate", "texts", "expected"),
    [
        (Contains("c", ("正在", "尚未")), ("正 在整改", "已完成", None, "尚未开工"),
         ["正 在整改", "尚未开工"]),
        (Shaped("c", ("LX-999",)), ("LX-001", "ｌｘ－００２", "LX-1", "XLX-001", "LX-0011", None),
         ["LX-001", "ｌｘ－００２"]),
        (Shaped("c", ("A9?", "*9")), ("b3。", "*7", "33x", "b3"), ["b3。", "*7"]),
        (Shaped("c", ("99、…", "9(…")), ("12、李", "12、", "12", "3（转", "123、", None),
         ["12、李", "12、", "3（转"]),
        (Longer("c", 3), ("四个汉字", " 三个字 ", None, "abcd"), ["四个汉字", "abcd"]),
    ],
)  # fmt: skip
def test_a_predicate_on_texts(
    predicate: Predicate, texts: tuple[str | None, ...], expected: list[str]
) -> None:
    assert taken(predicate, *texts) == expected
    assert reads(predicate) == ("c",)


def test_numbers_outside_a_range_and_what_is_no_number() -> None:
    numbers = [Decimal(-1), Decimal(0), Decimal(100), Decimal("100.000001"), None]
    table = pa.table({"c": ["x"] * 5, "c.value": pa.array(numbers, NUMBER)})
    outside = Outside("c", Decimal(0), Decimal(100))
    assert mask(outside, table, date(2020, 10, 9)).to_pylist() == [True, False, False, True, False]
