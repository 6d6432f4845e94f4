"""What all tests share: the same random cases each time, and programs that may be absent."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import settings

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
