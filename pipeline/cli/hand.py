"""Who acts, and when, as the log has it: read here, at the edge, and nowhere else."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.store import Hand, Store
    from pipeline.workspace import Workspace

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


@contextmanager
def at_work(workspace: Workspace) -> Iterator[Store]:
    """Hold a workspace for one command, what a run that died left of any period finished first."""
    from pipeline.store import Store
    from pipeline.write.lock import folder_lock
    from pipeline.write.outputs import STAGING, recover

    with folder_lock(workspace.root), Store.open(workspace.database, hand()) as store:
        for staging in sorted(workspace.output.glob(f"*/{STAGING}")):
            recover(staging.parent, store)
        yield store
