"""The files of an item: those that told of it, and scans that belong to it or may belong.

A scan belongs where that is known: it is the stamped copy of a ledger that told of the item, or
its own name is in the item's evidence, or holds the item's number. What merely came along with
such a ledger, or from the same enterprise, may belong, and is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.collect import checked
from pipeline.dossier.find import Item
from pipeline.dossier.life import Life
from pipeline.errors import ImpossibleError
from pipeline.recall import Arrived, Recalled
from pipeline.store import Store
from pipeline.text import fold

_SHORTEST: Final = 3
_STARTS: Final[Mapping[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".gif": (b"GIF8",),
    ".bmp": (b"BM",),
    ".tif": (b"II*\0", b"MM\0*"),
    ".tiff": (b"II*\0", b"MM\0*"),
    ".docx": (b"PK\x03\x04",),
    ".ofd": (b"PK\x03\x04",),
}
"""How files that are what their name says begin."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of the dossier. ``kind``: ledger, stamped, evidence or may.

    ``why`` is how it is known to belong: told, stamped, named, number, beside or enterprise.
    ``data`` is None where the archive has lost it; ``sound`` tells whether it begins as files of
    its kind do.
    """

    period: str
    name: str
    sha256: str
    size: int
    kind: str
    why: str
    data: bytes | None
    sound: bool = True


def papers(
    item: Item, life: Life, then: Sequence[Recalled], store: Store, archive: Path
) -> tuple[Paper, ...]:
    """Return the item's files, those that told of it first, each once: as it came first."""
    told = {(s.told.period, s.told.file) for s in life.steps if s.told is not None}
    every = {file for _, file in told}  # a scan may come a period after its ledger
    ledgers, others = [], []
    for recalled in then:
        sources = {file for period, file in told if period == recalled.period}
        own = _own(store, recalled.period, item)
        for file in recalled.files:
            if file.name in sources:
                ledgers.append(_paper(recalled.period, file, "ledger", "told", archive))
        for file in recalled.passed:
            if file.state in ("attachment", "stamped"):
                kind, why = _belongs(file, every, own, item, life)
                if kind:
                    others.append(_paper(recalled.period, file, kind, why, archive))
    order = {"ledger": 0, "stamped": 1, "evidence": 2, "may": 3}
    found: dict[str, Paper] = {}
    for paper in sorted([*ledgers, *others], key=lambda p: (order[p.kind], p.period, p.name)):
        found.setdefault(paper.sha256, paper)
    return tuple(found.values())


def _own(store: Store, period: str, item: Item) -> set[str]:
    """Names of the files that came from the item's enterprise."""
    lines = store.submissions(period)
    return {line.name for line in lines if item.enterprise and line.enterprise == item.enterprise}


def _belongs(
    file: Arrived, sources: set[str], own: set[str], item: Item, life: Life
) -> tuple[str, str]:
    beside, theirs = file.about in sources, file.name in own
    theirs = theirs or bool(item.enterprise and fold(item.enterprise) in fold(file.name))
    if not (beside or theirs):
        return "", ""
    if _named(file, item, life):
        return "evidence", "named"
    if _numbered(file, item):
        return "evidence", "number"
    if beside and file.state == "stamped":
        return "stamped", "stamped"
    if file.state == "stamped":
        return "", ""  # of another ledger of the enterprise, or of another period's
    return "may", "beside" if beside else "enterprise"


def _named(file: Arrived, item: Item, life: Life) -> bool:
    stem = fold(PurePosixPath(file.name).stem)
    columns = [column.id for column in item.profile.columns if column.pictures]
    cells = (fold(text) for column in columns for text in life.texts(column))
    return len(stem) >= _SHORTEST and any(_within(stem, cell) for cell in cells)


def _numbered(file: Arrived, item: Item) -> bool:
    number = fold(item.number)
    # A bare 3 is in too many names to tell anything.
    telling = len(number) >= _SHORTEST and not number.isdigit()
    return telling and _within(number, fold(PurePosixPath(file.name).stem))


def _within(part: str, text: str) -> bool:
    """Whether a text stands in another by itself: LX-001 is not in LX-0011."""
    left = r"(?<![0-9a-z])" if re.match(r"[0-9a-z]", part) else ""
    right = r"(?![0-9a-z])" if re.search(r"[0-9a-z]$", part) else ""
    return re.search(left + re.escape(part) + right, text) is not None


def _paper(period: str, file: Arrived, kind: str, why: str, archive: Path) -> Paper:
    try:
        data = checked(archive, file.sha256, file.suffix, file.name).read_bytes()
    except ImpossibleError:
        return Paper(period, file.name, file.sha256, file.size, kind, why, None)
    starts = _STARTS.get(file.suffix, (b"",))
    sound = bool(data) and data.startswith(starts)
    return Paper(period, file.name, file.sha256, file.size, kind, why, data, sound)
