"""What a run is asked to do, and how its progress is told."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.configuration import Campaign, Form
from pipeline.inputs import Inputs
from pipeline.model import Period
from pipeline.profile.schema import Profile
from pipeline.punctual import Cutoff
from pipeline.registry import Registry
from pipeline.write.manifest import encoded

if TYPE_CHECKING:
    from pipeline.store import Store

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, how much is done, and how much there is (0: not known)."""


class Watch:
    """Progress, and how long each stage took: ``timing.json``, the one output that varies."""

    def __init__(self, progress: Progress = lambda *_: None) -> None:
        self._progress = progress
        self._start = self._last = time.monotonic()
        self._took: dict[str, float] = {}

    def done(self, stage: str) -> None:
        """Note that a stage has ended."""
        now = time.monotonic()
        self._took[stage] = round(now - self._last, 3)
        self._last = now
        self._progress(stage, 1, 1)

    def counting(self, stage: str, total: int) -> Callable[[int], None]:
        """Return a function that is told how many more are done within a stage."""
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            self._progress(stage, done, total)

        return count

    def report(self) -> bytes:
        """Return seconds by stage, as JSON."""
        took = {**self._took, "total": round(time.monotonic() - self._start, 3)}
        return encoded({"seconds": took})


@dataclass(frozen=True)
class Job:
    """What a run is asked to do.

    ``daily`` asks for the briefing's one-page form, ``remarks`` are the paragraphs of its 按语.
    ``store``, ``archive`` and ``records`` (what was told by phone) are None outside a workspace.
    ``correction`` is the reason why a published period is run again, "" for any other run.
    ``since`` is the period that it is compared with, "" for the newest before it. Without a
    ``cutoff`` no report is late.
    """

    folder: Path
    out: Path
    period: Period
    profiles: tuple[Profile, ...]
    registry: Registry
    template: Path
    campaign: Campaign = field(default_factory=Campaign)
    store: Store | None = None
    archive: Path | None = None
    records: Path | None = None
    inputs: Inputs = field(default_factory=Inputs)
    workers: int = 2
    lang: str = "zh"
    daily: bool = False
    remarks: tuple[str, ...] = ()
    correction: str = ""
    since: str = ""
    cutoff: Cutoff | None = None

    @property
    def options(self) -> dict[str, Any]:
        """How it is to write, by the fields' names; a period keeps it, to be replayed."""
        return {
            "lang": self.lang,
            "daily": self.daily,
            "remarks": list(self.remarks),
            "since": self.since,
        }

    @property
    def form(self) -> Form:
        """The form of its briefing."""
        return "daily" if self.daily else "weekly"
