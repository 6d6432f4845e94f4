"""What a file that arrived is, before anybody opens it: by its name and its first bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pipeline.model import Letter, Submission
from pipeline.phone import PhoneRecord

Container = Literal["zip", "7z", "eml", "msg", "tnef", "foreign"]
"""What can be unpacked; ``foreign`` are archives that can't."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is not read, and its ``state``.

    ``duplicate``: ``about`` is the file it repeats. ``earlier``: the period in which it was taken
    in. ``container``: an archive or mail, unpacked. ``letter``: a mail without files that says
    something (see Letter). ``attachment``, and ``stamped`` (已盖章): the
    ledger file it belongs to, "" where that can't be told. ``ignored``: ``about`` is lock, system,
    hidden, temporary, incomplete or signature.
    """

    name: str
    sha256: str
    size: int
    state: str
    about: str = ""


@dataclass(frozen=True)
class Collected:
    """What arrived: ``submissions`` to be read, what is ``passed`` over and why, what mails say.

    ``calls`` are what was told by phone; their submissions are numbered behind the others.
    """

    submissions: tuple[Submission, ...]
    passed: tuple[Passed, ...]
    letters: tuple[Letter, ...] = ()
    calls: tuple[tuple[Submission, PhoneRecord], ...] = ()

    @property
    def everything(self) -> tuple[Submission, ...]:
        """All submissions, those told by phone too, in the order of their ids."""
        return (*self.submissions, *(submission for submission, _ in self.calls))


ATTACHMENTS: Final = frozenset(
    {".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".webp",
     ".doc", ".docx", ".wps", ".rtf", ".ppt", ".pptx", ".dps", ".txt", ".md", ".mp4", ".mp3"}
)  # fmt: skip
"""Suffixes of scans and documents: registered beside a ledger, never read."""

PACKAGES: Final = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".ods", ".ots", ".docx", ".docm", ".pptx"}
)
_OLD_OFFICE: Final = frozenset({".xls", ".xlt", ".et", ".ett", ".doc", ".wps", ".ppt", ".dps"})

_LITTER_STARTS: Final = (
    ("~$", "lock"), (".~", "lock"), ("._", "system"), ("~wr", "temporary"), (".", "hidden"),
)  # fmt: skip
_LITTER_NAMES: Final = frozenset(
    {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", ".ds_store", ".localized", ".directory"}
)
_LITTER_ENDS: Final = {
    ".tmp": "temporary", ".lnk": "system", ".url": "system",
    ".crdownload": "incomplete", ".part": "incomplete", ".download": "incomplete",
    ".td": "incomplete", ".p7s": "signature",
}  # fmt: skip

_LOOK: Final = 4096
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TNEF: Final = b"\x78\x9f\x3e\x22"
_FOREIGN: Final = (b"Rar!\x1a\x07", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00")
_TAR_MARK: Final = (257, b"ustar")
_LOCAL_HEADER: Final = 30
_OFFICE_STARTS: Final = (
    b"[content_types].xml", b"_rels/", b"docprops/", b"xl/", b"word/", b"ppt/", b"mimetype",
    b"customxml/", b"meta-inf/", b"content.xml",
)  # fmt: skip
"""How the first entry of a workbook or document is called."""


def litter(name: str) -> str:
    """Return why a file of that name is ignored, "" where it is not.

    Lock files of Excel, WPS and LibreOffice, what file managers leave behind, downloads that did
    not end, signatures that mail programs add.

    >>> litter("甲公司/~$台账.xlsx"), litter("Thumbs.db"), litter("台账.xlsx")
    ('lock', 'system', '')
    """
    path = PurePosixPath(name)
    last = path.name.lower()
    if any(part.lower() == "__macosx" for part in path.parts):
        return "system"
    if last in _LITTER_NAMES:
        return "system"
    for start, why in _LITTER_STARTS:
        if last.startswith(start):
            return why
    return _LITTER_ENDS.get(path.suffix.lower(), "")


def is_attachment(name: str) -> bool:
    """Whether a file of that name is a scan or document."""
    return PurePosixPath(name).suffix.lower() in ATTACHMENTS


def container(path: Path, name: str) -> Container | None:
    """Return what kind of archive or mail the file at ``path``, called ``name``, may be.

    Only a few bytes are looked at, nothing is parsed: a workbook is a zip archive too, and is told
    by the name of its first entry; an odd one is found out when it is unpacked. Raises OSError
    where it can't be read.
    """
    suffix = PurePosixPath(name).suffix.lower()
    with path.open("rb") as file:
        head = file.read(_LOOK)
    if head.startswith(_ZIP):
        return None if _office(head) else "zip"
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return "7z"
    if head.startswith(_FOREIGN) or head[_TAR_MARK[0] :].startswith(_TAR_MARK[1]):
        return "foreign"
    if head.startswith(_TNEF):
        return "tnef"
    if head.startswith(_OLE2):
        return "msg" if suffix == ".msg" or _outlook(path, suffix) else None
    return "eml" if suffix == ".eml" else None


def _office(head: bytes) -> bool:
    length = int.from_bytes(head[26:28], "little")
    first = head[_LOCAL_HEADER : _LOCAL_HEADER + length].lower()
    return head.startswith(b"PK\x03\x04") and first.startswith(_OFFICE_STARTS)


def _outlook(path: Path, suffix: str) -> bool:
    """Whether a compound file of an unusual suffix holds a mail: its directory names that."""
    if suffix in _OLD_OFFICE or suffix in PACKAGES:
        return False
    return "__properties_version1.0".encode("utf-16-le") in path.read_bytes()


def stamped(name: str) -> bool:
    """Whether a scan's name says that it bears a stamp or signature."""
    return any(word in name for word in STAMP_WORDS)


STAMP_WORDS: Sequence[str] = ("盖章", "签章", "用印", "签字", "签名")
SCAN_WORDS: Sequence[str] = ("扫描件", "扫描", "影印", "复印件", "照片", "PDF", "pdf")
SCANS: Final = frozenset(
    {".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".heic", ".webp"}
)
