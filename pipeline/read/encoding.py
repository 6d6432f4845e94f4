"""How text is encoded: found out from its bytes; what a file says of itself is only a hint."""

from __future__ import annotations

import codecs
from typing import Final

from pipeline.read.refusal import RefusedError

_LOOK_BYTES: Final = 4096
_SIMPLIFIED: Final = frozenset({"gb2312", "gbk", "cp936", "x-gbk", "gb_2312-80"})
_USUAL: Final = ((9, 10), (13, 13), (0x20, 0x7E), (0x2010, 0x27BF), (0x3000, 0x303F),
                 (0x4E00, 0x9FFF), (0xFF00, 0xFFEF))  # fmt: skip
_USUAL_SHARE: Final = 0.95


def decode(data: bytes, declared: str = "") -> str:
    """Return the text: by its mark, else UTF-16, UTF-8, GB18030 (GBK is part of it), else a guess.

    ``declared`` is what the file says of itself, tried first; what calls itself GB2312 is read as
    GB18030. Raises RefusedError (``unreadable-type``, kind "text") where nothing fits.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        known = "gb18030" if declared.lower() in _SIMPLIFIED else declared.lower()
        own = () if known in ("", "utf-16", "unicode") else (known,)
        candidates = (*own, utf16(data) or "utf-8-sig", "utf-8-sig", "gb18030")
    for encoding in candidates:
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise RefusedError("unreadable-type", kind="text")
    return str(best)


def utf16(data: bytes) -> str:
    """Return the byte order of UTF-16 without a mark, "" where it is something else.

    Commas, digits and line breaks leave a zero in every pair, always on the same side; what comes
    out must be text as people here write it.

    >>> utf16("序号,状态".encode("utf-16-be")), utf16("序号,状态".encode())
    ('utf-16-be', '')
    """
    head = data[: _LOOK_BYTES & ~1] if len(data) % 2 == 0 else b""
    if b"\x00" not in head:
        return ""
    sides = {"utf-16-be": head[::2].count(0), "utf-16-le": head[1::2].count(0)}
    if min(sides.values()):
        return ""
    order = max(sides, key=lambda side: sides[side])
    try:
        text = head.decode(order)
    except UnicodeDecodeError:
        return ""
    usual = sum(any(low <= ord(c) <= high for low, high in _USUAL) for c in text)
    return order if usual >= _USUAL_SHARE * len(text) else ""
