"""File and folder names that every system takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count
from pathlib import PurePosixPath
from typing import Final

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]')
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_LONGEST: Final = 180
"""Bytes in UTF-8: file systems take 255, and editors put something of their own behind."""


def safe_name(text: str, suffix: str = "") -> str:
    """Return ``text`` as the name of a file or folder, with ``suffix`` behind.

    Windows forbids most: characters, names of devices, blanks and dots at the end. Characters that
    turn the reading direction would hide a file's true ending.

    >>> safe_name("a/b: c. "), safe_name("CON", ".txt"), safe_name("")
    ('a_b_ c', 'CON_.txt', '_')
    """
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text))
    name = (
        name.encode("utf-8", "ignore")[:_LONGEST].decode("utf-8", "ignore").strip(" ").rstrip(".")
    )
    name = name.strip() or "_"
    return (f"{name}_" if _DEVICE.fullmatch(name) else name) + suffix


def free_name(name: str, taken: Collection[str]) -> str:
    """Return ``name``, or with a number where it is taken; case does not tell names apart."""
    folded = {other.casefold() for other in taken}
    pure = PurePosixPath(name)
    numbered = (name if i == 1 else f"{pure.stem} ({i}){pure.suffix}" for i in count(1))
    return next(each for each in numbered if each.casefold() not in folded)
