"""Collect: what arrived, by its bytes. Originals are archived before anybody opens them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ImpossibleError, UsageError
from pipeline.model import Submission

_ATTACHMENTS = frozenset(
    {".pdf", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".gif", ".heic",
     ".doc", ".docx", ".wps", ".ppt", ".pptx", ".txt", ".md"}
)  # fmt: skip
_LITTER = ("~$", ".~", "._", ".")
_LITTER_NAMES = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is not read: ``state`` is duplicate, earlier, attachment or ignored.

    ``about`` is the file it repeats, or the period in which it was taken in.
    """

    name: str
    sha256: str
    size: int
    state: str
    about: str = ""


@dataclass(frozen=True)
class Collected:
    """What a folder holds: ``submissions`` to be read, and what is passed over and why."""

    submissions: tuple[Submission, ...]
    passed: tuple[Passed, ...]


def collect(folder: Path, archive: Path | None, taken_before: Mapping[str, str]) -> Collected:
    """Take in the files of ``folder``, at any depth, in the order of their names.

    With ``archive`` each file is copied there under its hash first, and read from there. Files
    whose hash is in ``taken_before`` were read in the period named there. Raises UsageError where
    there is no such folder, ImpossibleError where a file or the archive can't be used.
    """
    if not folder.is_dir():
        raise UsageError(f"没有这个文件夹：{folder}", "请检查路径，或把收到的台账放进去再运行")
    submissions: list[Submission] = []
    passed: list[Passed] = []
    first: dict[str, str] = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if _is_litter(path):
            passed.append(Passed(name, "", 0, "ignored"))
            continue
        digest, size = _digest(path)
        if path.suffix.lower() in _ATTACHMENTS:
            passed.append(Passed(name, digest, size, "attachment"))
        elif digest in taken_before:
            passed.append(Passed(name, digest, size, "earlier", taken_before[digest]))
        elif digest in first:
            passed.append(Passed(name, digest, size, "duplicate", first[digest]))
        else:
            first[digest] = name
            kept = _archived(path, digest, archive) if archive is not None else path
            submissions.append(Submission(len(submissions), name, digest, kept, size))
    return Collected(tuple(submissions), tuple(passed))


def collect_files(paths: Sequence[Path]) -> Collected:
    """Take files as they are named, to be looked at where they are; nothing is archived.

    Raises UsageError where one is not there.
    """
    submissions = []
    for number, path in enumerate(paths):
        if not path.is_file():
            raise UsageError(f"没有这个文件：{path}", "请检查文件名；整个文件夹请用 taizhang merge")
        digest, size = _digest(path)
        submissions.append(Submission(number, path.name, digest, path, size))
    return Collected(tuple(submissions), ())


def _files(folder: Path) -> Sequence[Path]:
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise ImpossibleError(f"读不了文件夹 {error.filename}：{error.strerror}", "请检查权限")

    for place, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if f != "__MACOSX")
        found.extend(Path(place) / name for name in names)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _is_litter(path: Path) -> bool:
    """Lock files of Excel, WPS and LibreOffice, and what file managers leave behind."""
    return path.name.startswith(_LITTER) or path.name.lower() in _LITTER_NAMES


def _digest(path: Path) -> tuple[str, int]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, file.tell()
    except OSError as error:
        raise ImpossibleError(
            f"读不了 {path}：{error.strerror}", "请检查权限，或关闭占用它的程序"
        ) from error


def _archived(path: Path, digest: str, archive: Path) -> Path:
    """Copy a file into the archive, whole or not at all; what is there already stays."""
    place = archive / digest[:2] / f"{digest}{path.suffix.lower()}"
    if place.exists():
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f".{place.name}.part")
        shutil.copyfile(path, part)
        os.replace(part, place)
        place.chmod(0o444)
    except OSError as error:
        raise ImpossibleError(
            f"写不了存档 {place}：{error.strerror}", "请检查磁盘空间和权限"
        ) from error
    return place
