"""Archives and mails, unpacked in a limited child, and what came out of them."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.collect.kinds import Container
from pipeline.collect.letters import Said
from pipeline.collect.sink import Budget
from pipeline.collect.unpack import Task, unpack
from pipeline.errors import ImpossibleError
from pipeline.limits import Death, Limits, run_limited
from pipeline.model import Notice

LIMITS: Final = Limits(memory_bytes=1 << 30, seconds=120.0)
"""A large 7z takes a minute to unpack; sizes are the budget's matter."""

BUDGET: Final = Budget()
_LARGEST: Final = 1 << 30  # bytes of a container; a mail is held in memory as a whole, and is less
_LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class Content:
    """One file that stood in a container: its place there, where it lies now, who sent it."""

    name: str
    path: Path
    sender: str
    sent_at: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A container's content, in the order of names, and what is wrong with the container.

    ``package`` tells that it is no container but a workbook or document of an unusual make;
    ``total`` are the bytes that came out; ``said`` is what mails say in words.
    """

    contents: tuple[Content, ...] = ()
    fault: Notice | None = None
    package: bool = False
    total: int = 0
    said: tuple[Said, ...] = ()


def unpacked(
    path: Path,
    kind: Container,
    scratch: Path,
    budget: Budget,
    passwords: tuple[str, ...],
    limits: Limits = LIMITS,
) -> Unpacked:
    """Unpack the container at ``path`` into a new folder within ``scratch``.

    Nothing in it raises; raises ImpossibleError where the disk would not take it.
    """
    if path.stat().st_size > _LARGEST:
        return Unpacked(fault=_fault("container-refused", "too-large"))
    target = Path(tempfile.mkdtemp(dir=scratch))
    outcome = run_limited(unpack, Task(path, kind, target, budget, passwords), limits)
    if isinstance(outcome, Death):
        # What a library dies of may be quoted in its last words; a password never is, but the way
        # it died is all a person can use.
        return Unpacked(fault=Notice("container-crashed", params={"how": outcome.how}))
    told: dict[str, Any] = json.loads(outcome.data)
    if "disk" in told:
        raise ImpossibleError(f"解包 {path.name} 时写不了磁盘：{told['disk']}", "请检查磁盘空间")
    if "fault" in told:
        code, why = told["fault"]
        return Unpacked(package=True) if code == "package" else Unpacked(fault=_fault(code, why))
    contents = tuple(
        Content(name, target / file, sender, sent_at)
        for name, file, sender, sent_at in told["members"]
    )
    lost = told["lost"]
    fault = None
    if lost:
        names = lost[:_LISTED]
        fault = Notice("container-partly", params={"count": len(lost), "names": names})
    said = tuple(Said(**{**one, "links": tuple(one["links"])}) for one in told["said"])
    return Unpacked(contents, fault, total=told["total"], said=said)


def _fault(code: str, why: str) -> Notice:
    return Notice(code, params={"why": why} if why else {})
