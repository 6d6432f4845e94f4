"""What all tests share: random cases, programs that may be absent, and the example's runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from demo_runs import FIRST, SECOND, THIRD, Ran, looked_at, run, second_inbox, workspace
from desk import Desk
from hypothesis import settings

from pipeline.replay import Replay, replayed
from pipeline.trace.original import Original, original_of
from pipeline.workspace import find

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

OFFICE = ("soffice", "pdftotext", "pdftoppm")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs LibreOffice where it is absent; in CI that is a failure."""
    if item.get_closest_marker("office") is None:
        return
    absent = [program for program in OFFICE if shutil.which(program) is None]
    if not absent:
        return
    told = f"not installed: {', '.join(absent)}"
    if os.environ.get("CI"):
        pytest.fail(told)
    pytest.skip(told)


@pytest.fixture(scope="session")
def one_period(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """The example after its first period, of 9 October."""
    folder = workspace(tmp_path_factory.mktemp("one") / "w")
    with looked_at(Ran(folder, (run(folder, FIRST),))) as ran:
        yield ran


@pytest.fixture(scope="session")
def two_periods(one_period: Ran, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """A week later, with news of some enterprises."""
    folder = one_period.copied(tmp_path_factory.mktemp("two") / "w")
    second_inbox(folder)
    with looked_at(Ran(folder, (*one_period.outcomes, run(folder, SECOND)))) as ran:
        yield ran


@pytest.fixture(scope="session")
def three_periods(two_periods: Ran, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """Another week later, without news; from the third period on there is a trend."""
    folder = two_periods.copied(tmp_path_factory.mktemp("three") / "w")
    with looked_at(Ran(folder, (*two_periods.outcomes, run(folder, THIRD)))) as ran:
        yield ran


@pytest.fixture(scope="session")
def first_replayed(one_period: Ran) -> Replay:
    """The first period, computed anew from what is stored of it."""
    found = find(one_period.folder)
    assert found is not None
    return replayed(found, FIRST[1])


@pytest.fixture(scope="session")
def original(first_replayed: Replay) -> Original:
    """What the first period's briefing must say."""
    return original_of(first_replayed)


@pytest.fixture(scope="session")
def desk(original: Original, one_period: Ran, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The first period's briefing, to be edited and verified."""
    return Desk(original, one_period.briefing(), tmp_path_factory.mktemp("desk"))
