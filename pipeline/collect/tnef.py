"""winmail.dat: what Outlook makes of attachments for those who don't use it (MS-OXTNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.collect.names import decoded, leaf, told_apart
from pipeline.collect.sink import Origin, Sink, UnpackError

_START: Final = 6  # signature and key
_HEADER: Final = struct.Struct("<BII")  # level, attribute, length
_CHECKSUM: Final = 2
_NEW_ATTACHMENT: Final = 0x00069002
_TITLE: Final = 0x00018010
_DATA: Final = 0x0006800F
_PROPERTIES: Final = 0x00069005
_LONG_NAME: Final = 0x3707
_TEXTS: Final = {0x001E: "", 0x001F: "utf-16-le"}
_SIZES: Final = {0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8}
_SIZES_OF_IDS: Final = {0x48: 16}
_NAMED: Final = 0x8000
_VARIABLE: Final = (0x1E, 0x1F, 0x102, 0xD)


@dataclass
class _Attachment:
    title: str = ""
    name: str = ""
    data: bytes | None = None


def unpack_tnef(path: Path, sink: Sink, _: tuple[str, ...]) -> None:
    """Put the attachments of a winmail.dat into ``sink``.

    Raises UnpackError (``container-damaged``) where it breaks off or is none.
    """
    try:
        found = [a for a in _attachments(path.read_bytes()) if a.data is not None]
    except (struct.error, ValueError) as fault:
        raise UnpackError("container-damaged") from fault
    names = told_apart([leaf(a.name or a.title) for a in found])
    for name, attachment in sorted(zip(names, found, strict=True), key=lambda pair: pair[0]):
        sink.put(name, [attachment.data or b""], origin=Origin())


def _attachments(data: bytes) -> list[_Attachment]:
    found: list[_Attachment] = []
    at = _START
    while at < len(data):
        _, kind, length = _HEADER.unpack_from(data, at)
        at += _HEADER.size
        value = data[at : at + length]
        if len(value) < length:
            raise ValueError("breaks off")
        at += length + _CHECKSUM
        if kind == _NEW_ATTACHMENT:
            found.append(_Attachment())
        elif not found:
            continue
        elif kind == _TITLE:
            found[-1].title = decoded(value.rstrip(b"\x00"))
        elif kind == _DATA:
            found[-1].data = value
        elif kind == _PROPERTIES:
            found[-1].name = _long_name(value)
    return found


def _long_name(data: bytes) -> str:
    """Return the attachment's long name; the short title is all there is where it can't be read."""
    try:
        return next((name for name in _long_names(data)), "")
    except (struct.error, ValueError):
        return ""


def _long_names(data: bytes) -> Iterator[str]:
    (count,) = struct.unpack_from("<I", data)
    at = 4
    for _ in range(count):
        kind, number = struct.unpack_from("<HH", data, at)
        at += 4
        if number >= _NAMED:
            at = _after_name(data, at)
        plain = kind & ~0x1000
        if plain in _VARIABLE:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
            for _ in range(values):
                (length,) = struct.unpack_from("<I", data, at)
                text = data[at + 4 : at + 4 + length]
                at += 4 + length + -length % 4
                if number == _LONG_NAME and plain in _TEXTS:
                    yield decoded(text, _TEXTS[plain]).rstrip("\x00")
            continue
        values = 1
        if kind & 0x1000:
            (values,) = struct.unpack_from("<I", data, at)
            at += 4
        size = _SIZES.get(plain) or _SIZES_OF_IDS.get(plain)
        if size is None:
            raise ValueError("unknown type")
        at += size * values


def _after_name(data: bytes, at: int) -> int:
    """Skip a named property's set and its number or name."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    at += 20
    (length,) = struct.unpack_from("<I", data, at)
    return at + 4 if kind == 0 else at + 4 + length + -length % 4
