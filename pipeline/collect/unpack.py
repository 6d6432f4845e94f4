"""Unpack one container. Runs in the child; nothing is written but numbered files in one folder."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.collect.archives import unpack_seven, unpack_zip
from pipeline.collect.kinds import Container
from pipeline.collect.mail import unpack_mail
from pipeline.collect.outlook import unpack_outlook
from pipeline.collect.sink import Budget, Sink, UnpackError
from pipeline.collect.tnef import unpack_tnef

Unpacker = Callable[[Path, Sink, tuple[str, ...]], None]

UNPACKERS: Final[Mapping[Container, Unpacker]] = {
    "zip": unpack_zip,
    "7z": unpack_seven,
    "eml": unpack_mail,
    "msg": unpack_outlook,
    "tnef": unpack_tnef,
}
"""Every kind of container that is unpacked, and what does it."""

_MOST_SAID: Final = 1000

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Task:
    """A container to be unpacked into ``target``, an empty folder."""

    path: Path
    kind: Container
    target: Path
    budget: Budget
    passwords: tuple[str, ...] = field(default=(), repr=False)


def unpack(task: Task) -> bytes:
    """Return JSON: {"members": [[name, file, sender, sent at]…], "lost": [names], "total": bytes,
    "said": [what mails say]}.

    Where the container is not unpacked: {"fault": [code, why]}, and what was written is void; where
    the disk would not take it: {"disk": what the system says}.
    """
    sink = Sink(task.target, task.budget)
    told: dict[str, Any]
    try:
        unpacker = UNPACKERS.get(task.kind)
        if unpacker is None:
            raise UnpackError("container-unsupported")
        unpacker(task.path, sink, task.passwords)
    except UnpackError as fault:
        told = {"fault": [fault.code, fault.why]}
    except OSError as fault:
        if fault.errno in _FULL:
            told = {"disk": fault.strerror}
        else:
            told = {"fault": ["container-damaged", ""]}
    else:
        told = {"members": sink.members, "lost": sink.lost, "total": sink.total}
        told["said"] = [asdict(one) for one in sink.said[:_MOST_SAID]]
    return json.dumps(told, ensure_ascii=True).encode()
