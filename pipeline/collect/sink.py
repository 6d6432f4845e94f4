"""Where a container's content goes: numbered files in one folder, within a budget. In the child."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.collect.letters import Said

_RATIO: Final = 200
_RATIO_FROM: Final = 10 << 20
"""What grows two hundredfold is no ledger; small members may (an empty form's XML does)."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What may come out of one container: members, bytes of one, bytes of all."""

    members: int = 5_000
    member_bytes: int = 200 << 20
    total_bytes: int = 2 << 30

    def less(self, members: int, size: int) -> Budget:
        """Return what is left of it for containers within the container."""
        left = max(self.members - members, 0), max(self.total_bytes - size, 0)
        return Budget(left[0], self.member_bytes, left[1])


class UnpackError(Exception):
    """A container is not unpacked. ``code`` is the finding's, ``why`` an identifier for it."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(code, why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sent what comes out of a mail, and when; "" for archives."""

    sender: str = ""
    sent_at: str = ""


@dataclass
class Sink:
    """Writes members by number; their names are only noted, so none can lead anywhere.

    ``members`` are (name, file, sender, sent at); ``lost`` are names of members that could not be
    taken out; ``said`` is what mails say in words.
    """

    folder: Path
    budget: Budget
    members: list[tuple[str, str, str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    total: int = 0
    begun: int = 0

    def put(
        self, name: str, chunks: Iterable[bytes], packed: int = 0, origin: Origin | None = None
    ) -> None:
        """Write one member; ``packed`` is its size in the archive, 0 where that is not known.

        Raises UnpackError where the budget is spent; the files written so far are then void.
        Whatever ``chunks`` raises passes, with nothing noted.
        """
        writing = self.open(name, packed, origin)
        try:
            for chunk in chunks:
                writing.write(chunk)
        except BaseException:
            writing.drop()
            raise
        writing.close()

    def open(self, name: str, packed: int = 0, origin: Origin | None = None) -> Member:
        """Return a member to be written piece by piece."""
        if len(self.members) >= self.budget.members:
            raise UnpackError("container-refused", "too-many-parts")
        return Member(self, name, packed, origin or Origin())

    def lose(self, name: str) -> None:
        """Note a member that can't be taken out."""
        self.lost.append(name)

    def spend(self, size: int) -> None:
        """Count bytes that came out."""
        self.total += size
        if self.total > self.budget.total_bytes:
            raise UnpackError("container-refused", "bomb")


class Member:
    """One member while it is written; it is noted when it is closed."""

    def __init__(self, sink: Sink, name: str, packed: int, origin: Origin) -> None:
        self._sink = sink
        self._name = name
        self._packed = packed
        self._origin = origin
        self._size = 0
        self._file = f"{sink.begun:05}"  # its own, whatever became of those before it
        sink.begun += 1
        self._stream: Any = (sink.folder / self._file).open("wb")

    def write(self, chunk: bytes) -> None:
        """Write a piece. Raises UnpackError beyond what one member may be, or grow to."""
        self._size += len(chunk)
        self._sink.spend(len(chunk))
        if self._size > self._sink.budget.member_bytes:
            raise UnpackError("container-refused", "part-too-large")
        if self._packed and self._size > max(_RATIO_FROM, self._packed * _RATIO):
            raise UnpackError("container-refused", "bomb")
        self._stream.write(chunk)

    def close(self) -> None:
        """End the member and note it."""
        self._stream.close()
        origin = self._origin
        self._sink.members.append((self._name, self._file, origin.sender, origin.sent_at))

    def drop(self) -> None:
        """End a member that did not come out whole; it is not noted."""
        self._stream.close()
