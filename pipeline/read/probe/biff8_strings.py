"""The shared strings of an old workbook (MS-XLS 2.4.265), as far as runs are crossed out.

Strings run on over records (2.4.58): where one is cut within its signs, the next record begins with
a byte that says anew whether they take one byte or two.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from pipeline.read.probe.rich import Rich, Runs
from pipeline.read.probe.seen import NOTED

_WIDE, _EXTENDED, _RICH = 1, 4, 8
_MOST: Final = 1 << 20  # strings that are looked at


def rich_strings(records: Sequence[bytes], is_struck: Callable[[int], bool]) -> Mapping[int, Rich]:
    """Return strings whose runs matter by their number; ``records`` are SST and what follows.

    Raises struct.error or IndexError where the records are cut short.
    """
    found: dict[int, Rich] = {}
    if not records:
        return found
    stream = _Stream(records)
    stream.skip(8)  # how many there are, which some programs get wrong
    for number in range(_MOST):
        if stream.ended:
            break
        text, runs = _string(stream)
        if runs:
            told = _rich(text, runs, is_struck)
            if told.matters and len(found) < NOTED:
                found[number] = told
    return found


class _Stream:
    """Records read as one."""

    def __init__(self, records: Sequence[bytes]) -> None:
        self._records = records
        self._number, self._at = 0, 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left."""
        last = len(self._records) - 1
        return self._number >= last and self._at >= len(self._records[last])

    def bytes(self, size: int) -> bytes:
        """Return the next bytes, whatever record they stand in."""
        taken = b""
        while len(taken) < size:
            self._settle()
            piece = self._records[self._number][self._at : self._at + size - len(taken)]
            taken += piece
            self._at += len(piece)
        return taken

    def skip(self, size: int) -> None:
        """Leave bytes out."""
        while size > 0:
            self._settle()
            step = min(size, len(self._records[self._number]) - self._at)
            self._at += step
            size -= step

    def signs(self, size: int, *, wide: bool) -> str:
        """Return the next ``size`` signs."""
        pieces: list[str] = []
        while size > 0:
            if self._at == len(self._records[self._number]):
                self._settle()
                wide = bool(self.bytes(1)[0] & _WIDE)
            record = self._records[self._number]
            step = min(size, (len(record) - self._at) >> wide)
            if step == 0:
                raise IndexError("a string ends within a sign")
            piece = record[self._at : self._at + (step << wide)]
            pieces.append(piece.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += len(piece)
            size -= step
        return "".join(pieces)

    def _settle(self) -> None:
        while self._at >= len(self._records[self._number]):
            self._number, self._at = self._number + 1, 0


def _string(stream: _Stream) -> tuple[str, list[tuple[int, int]]]:
    """Return the next string and its runs: first sign and font of each."""
    size, flags = struct.unpack("<HB", stream.bytes(3))
    rich = struct.unpack("<H", stream.bytes(2))[0] if flags & _RICH else 0
    extended = struct.unpack("<I", stream.bytes(4))[0] if flags & _EXTENDED else 0
    text = stream.signs(size, wide=bool(flags & _WIDE))
    runs = [struct.unpack("<HH", stream.bytes(4)) for _ in range(rich)]
    stream.skip(extended)
    return text, [(first, font) for first, font in runs]


def _rich(text: str, marks: Sequence[tuple[int, int]], is_struck: Callable[[int], bool]) -> Rich:
    """Cut a string into its runs; what stands before the first looks like its cell.

    Positions count units of UTF-16: a sign beyond the basic plane takes two.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    runs, at = Runs(), 0
    struck: bool | None = None
    for first, font in (*marks, (len(units) // 2, 0)):
        runs.begin(struck=struck)
        runs.text(units[2 * at : 2 * first].decode("utf-16-le", "replace"))
        at, struck = first, is_struck(font)
    return runs.done()
