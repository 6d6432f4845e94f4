"""How many cases of a long loop are tried: some every day, all of them in CI."""

from __future__ import annotations

import os


def portion(every_day: int, whole: int) -> int:
    """Return ``whole`` where ``CI`` is set, else ``every_day``: the first of the same cases."""
    return whole if os.environ.get("CI") else every_day
