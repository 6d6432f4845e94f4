"""Messy files made from clean truth: nothing read wrongly, hardly anything asked needlessly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from messy.judge import Verdict
from messy.make import KINDS, Recipe, make, sure
from messy.report import MOST_ASKED, alone, combined, described, judged, tally
from messy.writers import convert
from portions import portion

FILES = portion(2, 3)
MIXES = 3000
FIRST = 100_000  # seed of the first random combination


def told(verdicts: Sequence[Verdict], how: str) -> str:
    """The first faults of a sort, for whoever mends them."""
    lines = [
        f"{verdict.made.recipe}: {described(fault)}"
        for verdict in verdicts
        for fault in verdict.faults
        if fault.how == how
    ]
    return "\n".join(lines[:12])


def check(verdicts: Sequence[Verdict], *, clear: bool) -> None:
    """Nothing wrong; where the truth is clear, few questions."""
    total = tally(verdicts)
    assert total.wrong == 0, told(verdicts, "wrong")
    assert not clear or total.share <= MOST_ASKED, told(verdicts, "asked")


@pytest.fixture(scope="module")
def by_kind() -> Mapping[str, Sequence[Verdict]]:
    return alone(FILES)


def test_a_clean_file_is_read_and_nothing_asked(
    by_kind: Mapping[str, Sequence[Verdict]],
) -> None:
    total = tally(by_kind[""])
    assert (total.asked, total.wrong) == (0, 0), told(by_kind[""], "asked")
    assert total.right > 130 * FILES


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_of_mess(kind: str, by_kind: Mapping[str, Sequence[Verdict]]) -> None:
    check(by_kind[kind], clear=sure(kind))


def test_the_same_recipe_makes_the_same_file(tmp_path: Path) -> None:
    recipe = Recipe(3, 5, ("date_dots", "columns_shuffled", "by_csv"))
    first, second = make(recipe), make(recipe)
    first.write(tmp_path / "1")
    second.write(tmp_path / "2")
    assert (tmp_path / "1" / first.name).read_bytes() == (tmp_path / "2" / second.name).read_bytes()
    assert first.draft.wishes == second.draft.wishes


@pytest.mark.slow
def test_random_combinations() -> None:
    check(combined(MIXES, KINDS, FIRST), clear=True)


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.parametrize("suffix", ["ods", "xls", "xlsx"])
def test_files_saved_by_libreoffice(suffix: str, tmp_path: Path) -> None:
    kinds = ["", "owner_merged", "heads_merged", "sheets_done_undone", "date_1904"]
    if suffix != "xls":  # there LibreOffice stores 0 for the texts that formulas gave
        kinds.append("formula_stored")
    recipes = [Recipe(n, 50 + n, (kind,) if kind else ()) for n, kind in enumerate(kinds)]
    check(judged(recipes, lambda folder: resaved(folder, suffix, tmp_path)), clear=True)


def resaved(inbox: Path, suffix: str, out: Path) -> None:
    """Let LibreOffice save every file of the inbox in another format, in its place."""
    for path in sorted(inbox.rglob("*.xlsx")):
        (made,) = convert([path], suffix, out / path.parent.name)
        path.unlink()
        made.replace(path.with_suffix(f".{suffix}"))
