"""Text made fit for cells, and estimates of room."""

from __future__ import annotations

import pytest

from pipeline.write.style import clean, lines_needed, sheet_name


@pytest.mark.parametrize(
    "text, limit, expected",
    [
        ("a\x0bb\ufffec", 10, "abc"),
        ("a\r\nb\rc", 10, "a\nb\nc"),
        ("一二三四", 3, "一二…"),
        ("😀😀", 3, "😀…"),  # two UTF-16 units each, as Excel counts
        ("ab😀", 3, "ab…"),  # never half a pair
    ],
)
def test_clean(text: str, limit: int, expected: str) -> None:
    assert clean(text, limit) == expected


def test_sheet_name_and_lines() -> None:
    assert sheet_name("'整改/销号[1]'") == "整改_销号_1_"
    assert len(sheet_name("长" * 40)) == 31
    assert lines_needed("一二三四五六", 7) == 2
    assert lines_needed("a\nb", 50) == 2
