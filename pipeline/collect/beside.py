"""Which ledger a scan or document belongs to, and whether it is the stamped copy (已盖章)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from pipeline.collect.kinds import SCAN_WORDS, SCANS, STAMP_WORDS, stamped
from pipeline.text import fold

_WORDS = sorted((fold(word) for word in (*STAMP_WORDS, *SCAN_WORDS)), key=len, reverse=True)
_NUMBERED = re.compile(r"(?:[(]\d+[)]|第\d+页|[-_.]\d{1,2})$")
_LOOSE = re.compile(r"[()\[\]\-_+.,，、：:已]")
_SHORTEST = 4


def belonging(attachments: Iterable[str], ledgers: Iterable[str]) -> Mapping[str, tuple[str, bool]]:
    """Return the ledger file of each attachment, "" if not clear, and whether it is stamped.

    The ledger of the same stem comes first: beside it, then anywhere, if there is only one. A
    scan of a ledger's stem is taken as its stamped copy, which is what such scans are sent for.
    Otherwise it is the only ledger in the nearest folder, archive or mail around it.
    """
    books = sorted(ledgers)
    by_stem: dict[str, list[str]] = {}
    for book in books:
        by_stem.setdefault(_stem(book), []).append(book)
    found = {}
    for name in attachments:
        twin = _twin(name, by_stem)
        scan = PurePosixPath(name).suffix.lower() in SCANS
        is_stamped = stamped(PurePosixPath(name).name) or (bool(twin) and scan)
        found[name] = (twin or _only_one_near(name, books), is_stamped)
    return found


def _stem(name: str) -> str:
    """Fold a file's stem to what names the ledger: no stamp or scan words, no page numbers."""
    stem = fold(PurePosixPath(name).stem)
    for word in _WORDS:
        stem = stem.replace(word, "")
    return _LOOSE.sub("", _NUMBERED.sub("", stem))


def _twin(name: str, by_stem: Mapping[str, list[str]]) -> str:
    stem = _stem(name)
    if len(stem) < 2:
        return ""
    same = by_stem.get(stem, [])
    beside = [book for book in same if _folder(book) == _folder(name)]
    if len(beside) == 1:
        return beside[0]
    if len(same) == 1:
        return same[0]
    longer = [
        book
        for known, books in by_stem.items()
        if len(known) >= _SHORTEST and stem.startswith(known)
        for book in books
        if _folder(book) == _folder(name)
    ]
    return longer[0] if len(longer) == 1 else ""


def _only_one_near(name: str, books: list[str]) -> str:
    """Return the only ledger in the nearest place around ``name`` that holds any."""
    folder = _folder(name)
    while True:
        near = [book for book in books if _folder(book) == folder]
        if not near and folder:
            near = [book for book in books if book.startswith(f"{folder}/")]
        if near:
            return near[0] if len(near) == 1 else ""
        if "/" not in folder:
            return ""  # the inbox itself says nothing about what lies in its folders
        folder = folder.rpartition("/")[0]


def _folder(name: str) -> str:
    return name.rpartition("/")[0]
