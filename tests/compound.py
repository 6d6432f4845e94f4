"""Compound files (MS-CFB) for tests: the few structures that a reader needs, and no more."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF

Tree = Mapping[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int  # 1 storage, 2 stream, 5 root
    data: bytes = b""
    child: int = NONE
    right: int = NONE
    start: int = END


def compound(tree: Tree) -> bytes:
    """Return a compound file that holds ``tree``: streams are bytes, storages are mappings."""
    entries = [_Entry("Root Entry", 5)]
    _add(entries, 0, tree)
    mini, mini_table = b"", list[int]()
    for entry in entries:
        if entry.kind == 2 and 0 < len(entry.data) < CUTOFF:
            count = -(-len(entry.data) // MINI)
            first = len(mini_table)
            entry.start = first
            mini_table += [*range(first + 1, first + count), END]
            mini += entry.data.ljust(count * MINI, b"\0")
    entries[0].data = mini
    sectors, table = list[bytes](), list[int]()

    def put(data: bytes) -> int:
        if not data:
            return END
        first, count = len(sectors), -(-len(data) // SECTOR)
        sectors.extend(
            data[i * SECTOR : (i + 1) * SECTOR].ljust(SECTOR, b"\0") for i in range(count)
        )
        table.extend([*range(first + 1, first + count), END])
        return first

    for entry in entries:
        if entry.kind == 5 or len(entry.data) >= CUTOFF:
            entry.start = put(entry.data)
    mini_start = put(_padded(mini_table))
    directory = put(b"".join(_packed(entry) for entry in _rounded(entries)))
    fat_count = 1
    while (len(sectors) + fat_count) > fat_count * (SECTOR // 4):
        fat_count += 1
    fat_start = len(sectors)
    table += [0xFFFFFFFD] * fat_count
    fat = _padded(table)
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6), 0,
        fat_count, directory, 0, CUTOFF, mini_start, -(-len(mini_table) // (SECTOR // 4)), END, 0,
        fat_start,
    )  # fmt: skip
    places = [fat_start + i if i < fat_count else FREE for i in range(1, 109)]
    return header + struct.pack("<108I", *places) + b"".join(sectors) + fat


def _add(entries: list[_Entry], parent: int, tree: Tree) -> None:
    numbers = []
    for name in sorted(tree, key=lambda n: (len(n), n.upper())):
        value = tree[name]
        numbers.append(len(entries))
        entries.append(_Entry(name, 2, value) if isinstance(value, bytes) else _Entry(name, 1))
        if not isinstance(value, bytes):
            _add(entries, numbers[-1], value)
    for left, right in pairwise(numbers):
        entries[left].right = right
    if numbers:
        entries[parent].child = numbers[0]


def _rounded(entries: list[_Entry]) -> list[_Entry]:
    return entries + [_Entry("", 0) for _ in range(-len(entries) % 4)]


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0" if entry.kind else b""
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name, len(name), entry.kind, 1, NONE, entry.right, entry.child, bytes(16), 0, 0, 0,
        entry.start if entry.kind in (2, 5) else 0, len(entry.data),
    )  # fmt: skip


def _padded(table: list[int]) -> bytes:
    filled = table + [FREE] * (-len(table) % (SECTOR // 4))
    return struct.pack(f"<{len(filled)}I", *filled)
