"""Take in a folder or single files. Originals are archived before anybody opens them."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from pipeline.collect.beside import belonging
from pipeline.collect.containers import BUDGET, Unpacked, unpacked
from pipeline.collect.kept import fit_suffix, place, unwritable
from pipeline.collect.kinds import (
    PACKAGES,
    Collected,
    Container,
    Passed,
    container,
    is_attachment,
    litter,
)
from pipeline.collect.letters import Said
from pipeline.collect.names import decoded
from pipeline.collect.sink import Budget
from pipeline.errors import ImpossibleError, UsageError
from pipeline.model import Letter, Notice, Submission
from pipeline.passwords import passwords

_ARCHIVES_DEEP: Final = 2  # an archive within an archive, and no more
_MAILS_DEEP: Final = 3
_MAILS: Final = ("eml", "msg", "tnef")


@dataclass(frozen=True, slots=True)
class _Found:
    """A file before it is known what becomes of it. ``inside`` are the containers around it."""

    name: str
    path: Path
    sender: str = ""
    sent_at: str = ""
    inside: tuple[Container, ...] = ()


@dataclass
class _Intake:
    """What is taken in so far. ``first`` maps hashes to the name under which they came first."""

    archive: Path | None
    taken_before: Mapping[str, str]
    secrets: tuple[str, ...] = field(repr=False)
    scratch: _Scratch
    submissions: list[Submission] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    first: dict[str, str] = field(default_factory=dict)


def collect(folder: Path, archive: Path | None, taken_before: Mapping[str, str]) -> Collected:
    """Take in the files of ``folder``, at any depth, in the order of their names.

    With ``archive`` each file is copied there under its hash first, and read from there; without,
    what comes out of archives and mails lies in a temporary folder until the process ends. Files
    whose hash is in ``taken_before`` were read in the period named there. What is wrong with an
    archive or mail is its submission's ``fault``. Raises UsageError where there is no such folder,
    ImpossibleError where a file or the archive can't be used.
    """
    if not folder.is_dir():
        raise UsageError(f"没有这个文件夹：{folder}", "请检查路径，或把收到的台账放进去再运行")
    with _Scratch(lasting=archive is None) as scratch:
        intake = _Intake(archive, taken_before, passwords(), scratch)
        for path in _files(folder):
            name = decoded(os.fsencode(path.relative_to(folder).as_posix()))
            if _leads_out(path, folder):
                intake.passed.append(Passed(name, "", 0, "ignored", "link"))
            else:
                _take(_Found(name, path), intake, BUDGET)
    return _collected(intake, by_name=True)


def collect_files(paths: Sequence[Path]) -> Collected:
    """Take files as they are named, to be looked at where they are; nothing is archived.

    Archives and mails among them are unpacked into a temporary folder. Raises UsageError where a
    file is not there.
    """
    with _Scratch(lasting=True) as scratch:
        intake = _Intake(None, {}, passwords(), scratch)
        for path in paths:
            if not path.is_file():
                raise UsageError(
                    f"没有这个文件：{path}", "请检查文件名；整个文件夹请用 taizhang merge"
                )
            intake.first.clear()  # a file named twice is looked at twice
            _take(_Found(path.name, path), intake, BUDGET, asked_for=True)
    return _collected(intake, by_name=False)


def keep(path: Path, archive: Path) -> Path:
    """Copy a file into the archive under its hash, and return where it lies there."""
    digest, _ = _digest(path)
    return _archived(_Found(path.name, path), digest, archive)


def _take(found: _Found, intake: _Intake, budget: Budget, *, asked_for: bool = False) -> int:
    """Take in one file, and what is in it. Return how many bytes came out of it."""
    why = litter(found.name)
    if why and not asked_for:
        intake.passed.append(Passed(found.name, "", 0, "ignored", why))
        return 0
    digest, size = _digest(found.path)
    if is_attachment(found.name) and not asked_for:
        if intake.archive is not None:
            _archived(found, digest, intake.archive)
        intake.passed.append(Passed(found.name, digest, size, "attachment"))
        return 0
    for state, known in (("earlier", intake.taken_before), ("duplicate", intake.first)):
        if digest in known:
            intake.passed.append(Passed(found.name, digest, size, state, known[digest]))
            if state == "duplicate":
                _complete(found, digest, intake)
            return 0
    intake.first[digest] = found.name
    kind = _kind(found)
    kept = found.path
    if intake.archive is not None:
        kept = _archived(found, digest, intake.archive)
    plain = Submission(0, found.name, digest, kept, size, found.sender, found.sent_at)
    if kind is None:
        intake.submissions.append(plain)
        return 0
    return _open(found, kind, plain, intake, budget)


def _complete(found: _Found, digest: str, intake: _Intake) -> None:
    """Who sent a file counts too where a copy of it without a sender came first."""
    for number, submission in enumerate(intake.submissions):
        if submission.sha256 == digest and found.sender and not submission.sender:
            intake.submissions[number] = replace(
                submission, sender=found.sender, sent_at=found.sent_at
            )


def _open(
    found: _Found, kind: Container, plain: Submission, intake: _Intake, budget: Budget
) -> int:
    """Unpack a container that is archived, and take in what is in it."""
    if _too_deep(kind, found.inside):
        result = Unpacked(fault=Notice("container-too-deep"))
    else:
        result = unpacked(plain.path, kind, intake.scratch.folder, budget, intake.secrets)
    odd = PurePosixPath(found.name).suffix.lower() in PACKAGES and not result.contents
    if result.package or odd:
        intake.submissions.append(plain)  # a workbook, perhaps a broken one: reading tells
        return 0
    fault = result.fault
    intake.letters += [_letter(said, found, plain.sha256) for said in result.said]
    if fault is None and not result.contents and not result.said:
        fault = Notice("mail-without-files" if kind in ("eml", "msg") else "container-empty")
    if fault is not None:
        intake.submissions.append(replace(plain, fault=fault))
    else:
        state = "container" if result.contents else "letter"
        intake.passed.append(Passed(plain.name, plain.sha256, plain.size, state))
    left = budget.less(len(result.contents), result.total)
    total = result.total
    for content in result.contents:
        inner = _Found(
            f"{found.name}/{content.name}", content.path,
            content.sender or found.sender, content.sent_at or found.sent_at,
            (*found.inside, kind),
        )  # fmt: skip
        came = _take(inner, intake, left)
        left, total = left.less(0, came), total + came
    return total


def _letter(said: Said, found: _Found, digest: str) -> Letter:
    """What a mail says, with its place in the inbox; a sender that it lacks is the outer mail's."""
    name = f"{found.name}/{said.place}".rstrip("/")
    own = hashlib.sha256(f"{digest}/{said.place}/{said.sentence}".encode()).hexdigest()
    sender, sent_at = said.sender or found.sender, said.sent_at or found.sent_at
    return Letter(own, name, sender, sent_at, said.filing, said.sentence, said.links)


def _too_deep(kind: Container, inside: Iterable[Container]) -> bool:
    mails = sum(around in _MAILS for around in inside)
    archives = sum(around not in _MAILS for around in inside)
    return mails >= _MAILS_DEEP if kind in _MAILS else archives >= _ARCHIVES_DEEP


def _collected(intake: _Intake, *, by_name: bool) -> Collected:
    """Number what was taken in, and say which ledger each attachment belongs to."""
    found = sorted(intake.submissions, key=lambda s: s.name) if by_name else intake.submissions
    submissions = tuple(replace(s, id=number) for number, s in enumerate(found))
    books = [s.name for s in submissions if s.fault is None]
    books += [p.name for p in intake.passed if p.state in ("duplicate", "earlier")]
    attached = [p.name for p in intake.passed if p.state == "attachment"]
    owners = belonging(attached, books)
    passed = []
    for entry in sorted(intake.passed, key=lambda p: p.name) if by_name else intake.passed:
        if entry.state == "attachment":
            book, is_stamped = owners[entry.name]
            entry = replace(entry, state="stamped" if is_stamped else "attachment", about=book)
        passed.append(entry)
    return Collected(submissions, tuple(passed), tuple(intake.letters))


# ---------------------------------------------------------------- files


def _files(folder: Path) -> Sequence[Path]:
    found: list[Path] = []

    def refuse(error: OSError) -> None:
        raise ImpossibleError(f"读不了文件夹 {error.filename}：{error.strerror}", "请检查权限")

    for inner, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(f for f in folders if f != "__MACOSX")
        found.extend(Path(inner) / name for name in names)
    return sorted(found, key=lambda path: path.relative_to(folder).as_posix())


def _leads_out(path: Path, folder: Path) -> bool:
    """A link to nothing or to outside the folder, or something that is no file at all."""
    return not path.is_file() or not path.resolve().is_relative_to(folder.resolve())


class _Scratch:
    """A temporary folder, made when it is first needed.

    It is gone when all that was in it is archived; where nothing is archived, when the process
    ends: until then the submissions are read from it.
    """

    def __init__(self, *, lasting: bool) -> None:
        self._lasting = lasting
        self._folder: Path | None = None

    @property
    def folder(self) -> Path:
        """The folder."""
        if self._folder is None:
            try:
                self._folder = Path(tempfile.mkdtemp(prefix="taizhang-"))
            except OSError as error:
                raise ImpossibleError(
                    f"建不了临时文件夹：{error.strerror}", "请检查磁盘空间和权限"
                ) from error
            if self._lasting:
                atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    def __enter__(self) -> _Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None and not self._lasting:
            shutil.rmtree(self._folder, ignore_errors=True)


def _kind(found: _Found) -> Container | None:
    try:
        return container(found.path, found.name)
    except OSError as error:
        raise _unreadable(found.path, error) from error


def _digest(path: Path) -> tuple[str, int]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return digest, file.tell()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ImpossibleError:
    return ImpossibleError(f"读不了 {path}：{error.strerror}", "请检查权限，或关闭占用它的程序")


def _archived(found: _Found, digest: str, archive: Path) -> Path:
    """Copy a file into the archive, whole or not at all; what is there already stays."""
    file = place(archive, digest, fit_suffix(found.name))
    if file.exists():
        return file
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.part")
        part.unlink(missing_ok=True)  # of a run that died
        shutil.copyfile(found.path, part)
        part.chmod(0o444)
        os.replace(part, file)
    except OSError as error:
        raise unwritable(file, error) from error
    return file
