"""How a run's outputs reach their place: all of them or none, and never over a person's work.

New files are first written into a staging folder beside their place. A journal then says where
each belongs; from the moment it stands the outputs count as made, and moving them in is finished
by the next run if this one dies. Without a journal, what is staged is thrown away. Outputs that
something else is saved with (the store) count as made only once that is: the journal names the
entry of the log that says so, and without the entry they are thrown away.

A file is the program's own where its hash is one that the program wrote; any other was edited.
An edited ``briefing.docx`` stays, and the new one becomes ``briefing.new.docx``, or
``briefing.new2.docx`` where that was edited too.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import Any, Protocol

from pipeline.errors import ImpossibleError

STAGING = ".taizhang-staging"
JOURNAL = "journal.json"
FINISHED = "finished.json"  # what ``recover`` moved in: hashes that no caller has heard of
FORMER = ".former"  # ends the name of a copy of what a staged file replaces


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the outputs.

    ``written`` maps each output's path to the SHA-256 of its new content, which stands under that
    path or, for those ``kept``, beside it; it is the ``written_before`` of the next delivery.
    ``kept`` are the paths of edited files that stayed; ``beside`` maps each of them to the path
    at which the new content stands.
    """

    written: Mapping[str, str]
    kept: tuple[str, ...]
    beside: Mapping[str, str]

    @property
    def token(self) -> str:
        """What tells this delivery apart in the log entry that it belongs to."""
        told = json.dumps([dict(self.written), dict(self.beside)], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()


class Witness(Protocol):
    """Who knows whether what outputs belong to was saved: the log."""

    def next_entry(self) -> int:
        """Return the position that the next entry will have."""

    def delivered(self, position: int) -> str | None:
        """Return the token of the delivery that an entry tells of, None where it tells none."""


@dataclass(frozen=True, slots=True)
class _Move:
    """One file to be moved in. ``replaces`` is the hash of what it replaces, None if nothing."""

    path: str
    target: str
    staged: str
    sha256: str
    replaces: str | None


def deliver(
    folder: Path, files: Mapping[str, bytes], written_before: Mapping[str, str]
) -> Delivery:
    """Put ``files`` (relative path to content) into ``folder``, all of them or none.

    ``written_before`` maps paths to the SHA-256 of what the program wrote last; a file with another
    hash, or with none known, counts as edited, unless it equals the new one.

    Raises ImpossibleError, with nothing moved, where a file is open elsewhere or the folder can't
    be written; ValueError for paths that lead out of the folder.
    """
    with staged(folder, files, written_before) as delivery:
        pass
    return delivery


@contextmanager
def staged(
    folder: Path,
    files: Mapping[str, bytes],
    written_before: Mapping[str, str],
    *,
    stale: Mapping[str, str] = MappingProxyType({}),
    witness: Witness | None = None,
) -> Iterator[Delivery]:
    """Prepare a delivery, run the block, move the files in. The block may save what it was told.

    If the block raises, the former outputs stay. If the process dies within it, the next
    ``recover`` moves the new ones in; with a ``witness`` only if the block had written the log's
    next entry, with the delivery's token. ``stale`` are outputs that are no longer made (path ->
    the hash that was written): they go with the move, unless edited since. Other arguments and
    errors are those of ``deliver``.
    """
    for path in files:
        _checked(path)
    recover(folder, witness)
    staging = folder / STAGING
    with said(folder):
        known = [written_before, _read(staging / FINISHED) or {}]
        delivery, moves = _plan(folder, files, known)
        _refuse_if_locked(folder, moves)
        try:
            entry = witness.next_entry() if witness is not None else None
            _stage(folder, files, _Journal(moves, stale, entry, delivery.token))
        except OSError:
            _discard(staging)
            raise
    try:
        yield delivery
    except BaseException:
        with said(folder):
            _discard(staging)
        raise
    with said(folder):
        _move_in(folder, moves)
        _withdraw(folder, stale)
        _discard(staging, known=True)


def _withdraw(folder: Path, stale: Mapping[str, str]) -> None:
    """Remove outputs that a later run no longer makes: path -> the hash that was written.

    A file that was edited since stays.
    """
    for path, written in sorted(stale.items()):
        file = folder / _checked(path)
        if hash_of(file) == written:
            file.unlink()
        if file.parent != folder and file.parent.is_dir() and not any(file.parent.iterdir()):
            file.parent.rmdir()


def recover(folder: Path, witness: Witness | None = None) -> None:
    """Finish or throw away what a run that died left in ``folder``.

    What belongs to an entry of the log is finished if the ``witness`` knows the entry. Raises
    ImpossibleError where a file to be replaced is open elsewhere (call again later), or where only
    a witness could tell and there is none.
    """
    staging = folder / STAGING
    with said(folder):
        journal = _journal(staging)
        moves = journal.moves if _made(journal, folder, witness) else []
        for move in moves:  # the folder may have come from elsewhere
            _checked(move.target), _checked(move.staged)
        if moves:
            _refuse_if_locked(folder, [m for m in moves if (staging / m.staged).exists()])
            placed = [_place(folder, move) for move in moves]
            _sync(folder, placed)
            _withdraw(folder, journal.stale)
            new = {move.path: move.sha256 for move in placed}
            _write_whole(staging / FINISHED, (_read(staging / FINISHED) or {}) | new)
        _discard(staging)


@dataclass(frozen=True, slots=True)
class _Journal:
    """What is to be done once it is made: by which ``entry`` of the log, None if by itself."""

    moves: list[_Move]
    stale: Mapping[str, str]
    entry: int | None
    token: str


def _journal(staging: Path) -> _Journal:
    found = _read(staging / JOURNAL)
    if found is None:
        return _Journal([], {}, None, "")
    moves = [_Move(**move) for move in found["moves"]]
    return _Journal(moves, found["stale"], found["entry"], found["token"])


def _made(journal: _Journal, folder: Path, witness: Witness | None) -> bool:
    """Whether what is staged counts as made."""
    if journal.entry is None:
        return True
    if witness is None:
        raise ImpossibleError(
            f"{folder} 中有工作文件夹上次没有写完的结果", "请先在该工作文件夹中重新运行一次 merge"
        )
    return witness.delivered(journal.entry) == journal.token


def _plan(
    folder: Path, files: Mapping[str, bytes], known: Sequence[Mapping[str, str]]
) -> tuple[Delivery, list[_Move]]:
    """Say where each file goes; those that stand there already need no move."""
    written: dict[str, str] = {}
    beside: dict[str, str] = {}
    moves: list[_Move] = []
    taken = set(files)
    for path, content in sorted(files.items()):
        digest = hashlib.sha256(content).hexdigest()
        own = {digest, *(hashes.get(path) for hashes in known)}
        target, found = _free(folder, path, own, taken)
        written[path] = digest
        if target != path:
            taken.add(target)
            beside[path] = target
        if found != digest:
            moves.append(_Move(path, target, f"{len(moves)}.new", digest, found))
    return Delivery(written, tuple(beside), beside), moves


def _free(folder: Path, path: str, own: set[str | None], taken: set[str]) -> tuple[str, str | None]:
    """Return the first name that is free or the program's own, and the hash of what is there."""
    for name in _names(path):
        if name != path and name in taken:
            continue
        found = hash_of(folder / name)
        if found is None or found in own:
            return name, found
    raise AssertionError("names never end")


def _names(path: str) -> Iterator[str]:
    """Yield briefing.docx, briefing.new.docx, briefing.new2.docx and so on."""
    pure = PurePosixPath(path)
    yield path
    for number in count(1):
        mark = ".new" if number == 1 else f".new{number}"
        yield str(pure.with_name(f"{pure.stem}{mark}{pure.suffix}"))


def _checked(path: str) -> str:
    """Refuse paths that are not plainly within the folder, on any system."""
    parts = path.split("/")
    windows = PureWindowsPath(path)
    plain = not windows.drive and not windows.root and "\\" not in path
    if not plain or parts[0] == STAGING or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"not a path within the folder: {path!r}")
    return path


def _refuse_if_locked(folder: Path, moves: list[_Move]) -> None:
    """Raise ImpossibleError where a file to be replaced is open in an office program."""
    for move in moves:
        target = folder / move.target
        if not target.exists():
            continue
        for sign in _signs(target):
            if sign.exists():
                raise ImpossibleError(
                    f"{target} 正被打开（有锁文件 {sign.name}），未改动任何输出文件",
                    f"请先在 Excel/WPS 中关闭该文件后重试；如已关闭，请删除 {sign}",
                )
        # Windows refuses this where a program holds the file without sharing it.
        try:
            os.close(os.open(target, os.O_RDWR))
        except PermissionError as error:
            raise _open_elsewhere(target) from error


def _signs(target: Path) -> list[Path]:
    """Return the lock files that Excel, WPS, Word and LibreOffice would put beside ``target``."""
    names = [f"~${target.name}", f".~lock.{target.name}#"]
    if target.suffix.lower() in (".docx", ".doc"):
        # Word writes the mark over the first letters of a longer name.
        names += [f"~${target.name[1:]}", f"~${target.name[2:]}"]
    return [target.with_name(name) for name in names]


def _open_elsewhere(target: Path) -> ImpossibleError:
    return ImpossibleError(
        f"{target} 正被别的程序打开，或为只读，无法替换",
        "请先在 Excel/WPS 中关闭该文件（或取消其只读属性）后重试",
    )


def _stage(folder: Path, files: Mapping[str, bytes], journal: _Journal) -> None:
    """Write the new files, set copies of the former aside, then let the journal say "ready"."""
    moves = journal.moves
    if not moves:
        return
    staging = folder / STAGING
    staging.mkdir(parents=True, exist_ok=True)
    for move in moves:
        _write(staging / move.staged, files[move.path])
        if move.replaces is not None:
            former = staging / (move.staged + FORMER)
            try:
                os.link(folder / move.target, former)
            except OSError:  # many network drives and sticks know no links
                shutil.copy2(folder / move.target, former)
    _sync(staging)
    told = {"entry": journal.entry, "token": journal.token, "stale": dict(journal.stale)}
    _write_whole(staging / JOURNAL, {**told, "moves": [asdict(move) for move in moves]})


def _move_in(folder: Path, moves: list[_Move]) -> None:
    """Move the staged files in; where the system refuses one, put back those already moved."""
    done: list[_Move] = []
    try:
        for move in moves:
            done.append(_place(folder, move))
    except (OSError, ImpossibleError):
        _take_back(folder, done)
        raise
    _sync(folder, done)


def _place(folder: Path, move: _Move) -> _Move:
    """Move one file in, if that was not done before. Returns the move as it came to be."""
    new, target = folder / STAGING / move.staged, folder / move.target
    if not new.exists():
        return move
    found = hash_of(target)
    if found not in (move.replaces, move.sha256):
        # Edited since it was looked at: this is a person's work too.
        name, found = _free(folder, move.path, {move.sha256}, set())
        move = _Move(move.path, name, move.staged, move.sha256, found)
        target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(new, target)
    except PermissionError as error:
        raise _open_elsewhere(target) from error
    return move


def _take_back(folder: Path, done: list[_Move]) -> None:
    """Undo moves. The new file goes back first: dying half-way leaves what ``recover`` finishes."""
    staging = folder / STAGING
    for move in reversed(done):
        os.replace(folder / move.target, staging / move.staged)
        former = staging / (move.staged + FORMER)
        if move.replaces is not None and former.exists():
            os.replace(former, folder / move.target)
    _discard(staging)


def _discard(staging: Path, *, known: bool = False) -> None:
    """Remove what is staged, the journal first; if ``known``, what ``recover`` finished as well."""
    if not staging.is_dir():
        return
    for file in sorted(staging.iterdir(), key=lambda file: file.name != JOURNAL):
        if known or file.name != FINISHED:
            os.unlink(file)
    if not any(staging.iterdir()):
        os.rmdir(staging)


def _read(file: Path) -> Any:
    """Return the JSON value in a file, None where there is no file."""
    try:
        return json.loads(file.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError as error:
        remedy = f"请删除文件夹 {file.parent} 后重新汇总"
        raise ImpossibleError(f"上次运行留下的 {file} 已损坏", remedy) from error


def hash_of(file: Path) -> str | None:
    """Return the SHA-256 of a file, None where there is none."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _write(file: Path, content: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _write_whole(file: Path, value: object) -> None:
    """Write a value as JSON so that the file is there whole or not at all."""
    draft = file.with_name(file.name + ".draft")
    _write(draft, json.dumps(value, ensure_ascii=False, sort_keys=True).encode())
    os.replace(draft, file)
    _sync(file.parent)


def _sync(folder: Path, moves: Sequence[_Move] = ()) -> None:
    """Wait until the disk has the names in these folders; Windows does so by itself."""
    folders = {folder, *((folder / move.target).parent for move in moves)}
    for place in sorted(folders) if sys.platform != "win32" else ():
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def said(folder: Path) -> Iterator[None]:
    """Turn what the system would not do into words."""
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC
        what = "磁盘已满" if full else error.strerror or str(error)
        remedy = "请清理磁盘后重试" if full else "请检查该位置是否存在、是否有写入权限"
        raise ImpossibleError(
            f"输出文件夹 {folder} 写不进去：{what}（{error.filename or folder}）", remedy
        ) from error
