"""Who acts, and when, as the log has it: read here, at the edge, and nowhere else."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.store import Hand

USER = "TAIZHANG_USER"
"""Environment variable with the name that the log is to have; else it is the login's."""


def hand() -> Hand:
    """Return who acts, and this moment with its offset, to the second."""
    from pipeline.store import Hand

    return Hand(_name(), datetime.now().astimezone().isoformat(timespec="seconds"))


def _name() -> str:
    named = os.environ.get(USER, "").strip()
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a process without any user's name
        return ""
