"""Names that stood in an archive or mail: decoded, and made places that lead nowhere else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_LONGEST: Final = 200
_SIMPLIFIED: Final = frozenset({"gb2312", "gbk", "gb_2312-80", "cp936", "ms936", "x-gbk", "hz"})


def decoded(raw: bytes, charset: str = "") -> str:
    """Return a name's text: as declared, else UTF-8, else GB18030, else with marks for the rest.

    What calls itself GB2312 or GBK is read as GB18030, which both are part of: clients write 镕
    under the label gb2312, which has no such character.
    """
    folded = charset.strip().lower()
    first = "gb18030" if folded in _SIMPLIFIED and folded != "hz" else folded
    for encoding in dict.fromkeys((first, "utf-8", "gb18030")):
        try:
            return raw.decode(encoding) if encoding else raw.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("utf-8", "replace")


def all_decoded(raws: Sequence[bytes]) -> list[str]:
    """Decode names that one program wrote: all in UTF-8, or none; a short name may look like it."""
    try:
        return [raw.decode("utf-8") for raw in raws]
    except UnicodeDecodeError:
        return [raw.decode("gb18030", "replace") for raw in raws]


def place(name: str, fallback: str = "未命名") -> str:
    """Return ``name`` as a place below its container, with forward slashes.

    Nothing is ever written under it, but it stands in messages and tables: no drive, no way up, no
    control characters or signs that turn the direction of writing.

    >>> place("..\\\\..\\\\C:\\\\甲公司\\\\台账.xlsx"), place("/")
    ('甲公司/台账.xlsx', '未命名')
    """
    parts = []
    for part in name.replace("\\", "/").split("/"):
        clean = "".join(c for c in part if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
        clean = _DRIVE.sub("", clean, count=1) if _DRIVE.match(clean) else clean
        clean = clean.strip()
        if clean and clean not in (".", ".."):
            parts.append(clean if len(clean) <= _LONGEST else clean[:100] + "…" + clean[-90:])
    return "/".join(parts) or fallback


def leaf(name: str, fallback: str = "未命名") -> str:
    """Return ``name`` as one part of a place: a subject, or an attachment's name."""
    return place(re.sub(r"[\\/]", "_", name), fallback)


def told_apart(names: Sequence[str]) -> list[str]:
    """Return names of which no two are alike: the second 台账.xlsx becomes 台账 (2).xlsx."""
    seen: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 1
        while unique.casefold() in seen:
            number += 1
            stem, dot, suffix = name.rpartition(".")
            plain = "/" in suffix or not stem
            unique = f"{name} ({number})" if plain else f"{stem} ({number}){dot}{suffix}"
        seen.add(unique.casefold())
        result.append(unique)
    return result
