"""Annotating in child processes: what was sent is opened nowhere else, and a lost child costs one
file its annotations, never the run.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from pipeline.limits import Death, Limits, run_limited
from pipeline.write.returns.fault import AllTaken, Fault, Heading
from pipeline.write.returns.package import NotAnnotatedError
from pipeline.write.returns.patch import annotated

_LENGTH: Final = struct.Struct("<q")
_NOTHING: Final = -1
_BATCH: Final = 25
_BATCH_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Work:
    """One file to annotate; its bytes are asked for when its turn comes."""

    original: Callable[[], bytes]
    faults: tuple[Fault, ...]
    taken: AllTaken
    heading: Heading
    lang: str


_Job = tuple[bytes, tuple[Fault, ...], AllTaken, Heading, str]


def annotated_all(
    work: Sequence[Work], *, workers: int = 2, limits: Limits | None = None
) -> list[bytes | None]:
    """Return each file annotated, None for those that can't be.

    ``workers`` children run at a time, each with a batch; ``limits`` are those of one file.
    """
    allowed = limits or Limits()
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        waiting = [pool.submit(_survive, batch, allowed) for batch in _batches(work)]
        return [answer for batch in waiting for answer in batch.result()]


def _batches(work: Sequence[Work]) -> Iterator[list[_Job]]:
    batch: list[_Job] = []
    size = 0
    for each in work:
        data = each.original()
        if batch and (len(batch) == _BATCH or size + len(data) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((data, each.faults, each.taken, each.heading, each.lang))
        size += len(data)
    if batch:
        yield batch


def _survive(batch: list[_Job], limits: Limits) -> list[bytes | None]:
    """Annotate a batch in one child; if that dies, each file in a child of its own."""
    seconds = limits.seconds + (len(batch) - 1) * limits.further_seconds
    outcome = run_limited(annotate_batch, batch, limits, seconds=seconds)
    if not isinstance(outcome, Death):
        return _unpacked(outcome.data)
    if len(batch) == 1:
        return [None]
    return [answer for job in batch for answer in _survive([job], limits)]


def annotate_batch(batch: list[_Job]) -> bytes:
    """Annotate files in the child: for each its length (-1: can't be) and its bytes."""
    pieces = []
    for original, faults, taken, heading, lang in batch:
        try:
            made = annotated(original, faults, taken, lang=lang, heading=heading)
        except NotAnnotatedError:
            pieces.append(_LENGTH.pack(_NOTHING))
        else:
            pieces += [_LENGTH.pack(len(made)), made]
    return b"".join(pieces)


def _unpacked(data: bytes) -> list[bytes | None]:
    found: list[bytes | None] = []
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if length == _NOTHING:
            found.append(None)
        else:
            found.append(data[at : at + length])
            at += length
    return found
