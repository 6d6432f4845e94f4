"""Refresh, on the example's charts: the next period's numbers, and the trend that is new then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from charts import faults
from demo_runs import FIRST, SECOND, THIRD, Ran
from office import to_docx
from papers import add_after, edit, lines
from workbooks import taizhang

from pipeline.read.document import Chart, document

TYPED = "办公室已约谈有关单位。"


@pytest.fixture
def folder(three_periods: Ran) -> Path:
    return three_periods.folder


def drawn(file: Path) -> list[Chart]:
    """A document's charts, wherever its package keeps them."""
    return [replace(one, part="") for one in document(file).charts]


def refreshed(folder: Path, before: str, now: str, place: Path, *, saved: bool = False) -> Path:
    """A briefing that a person edited, and maybe saved with LibreOffice, with new figures."""
    made = place / "edited.docx"
    edit(folder / "output" / before / "briefing.docx", _typed, made)
    if saved:
        made = to_docx(made, place / "saved")
    out = made.with_name(f"{made.stem} refreshed.docx")
    found = taizhang("refresh", str(made), "--period", now, "--out", str(out), cwd=folder)
    assert found.code == 0, found.out + found.err
    return out


def _typed(root: object) -> None:
    add_after(root, "一、总体进展", TYPED)  # type: ignore[arg-type]


@pytest.mark.parametrize(("before", "now"), [(FIRST[1], SECOND[0]), (SECOND[0], THIRD[0])])
def test_charts_are_those_of_the_newest_run(
    folder: Path, tmp_path: Path, before: str, now: str
) -> None:
    made = refreshed(folder, before, now, tmp_path)
    fresh = drawn(folder / "output" / now / "briefing.docx")
    assert len(fresh) == (3 if now == THIRD[0] else 2)  # the third period is the first with a trend
    assert drawn(made) == fresh
    assert TYPED in lines(made)
    assert faults(made.read_bytes()) == []
    verified = taizhang("verify", str(made), cwd=folder)
    assert verified.code == 0, verified.out


def test_charts_that_libreoffice_saved_are_known_by_their_figures(
    folder: Path, tmp_path: Path
) -> None:
    """It drops their titles."""
    made = refreshed(folder, SECOND[0], THIRD[0], tmp_path, saved=True)
    fresh = drawn(folder / "output" / THIRD[0] / "briefing.docx")
    told = [[(s.name, s.values) for s in one.series] for one in drawn(made)]
    assert told == [[(s.name, s.values) for s in one.series] for one in fresh]
