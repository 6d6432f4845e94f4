"""One run at a time: the lock on a folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ImpossibleError
from pipeline.write.outputs import said

LOCK = ".taizhang.lock"

_held: set[Path] = set()


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold ``folder`` for one run. The lock is the system's: it ends with the process, however.

    The file that carries it stays and names the holder. Raises ImpossibleError where another run
    holds the folder, or where the folder can't be written.
    """
    file = (folder / LOCK).resolve()
    if file in _held:
        # The system's lock is the process's own, so that a second one in it would be granted.
        raise _held_by(file, str(os.getpid()))
    with said(folder):
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        free = _lock(handle)
        os.lseek(handle, 0, os.SEEK_SET)
        if not free:
            raise _held_by(file, os.read(handle, 20).decode("ascii", "replace").strip())
        _held.add(file)
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        _held.discard(file)
        os.close(handle)  # which releases the lock


def _held_by(file: Path, process: str) -> ImpossibleError:
    return ImpossibleError(
        f"另一个 taizhang 正在使用 {file.parent}（进程 {process or '未知'}，锁文件 {file}）",
        "请等它结束后重试",
    )


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            # A byte far behind the end, so that others can still read who holds it.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            # lockf, not flock: a worker forked from this process must not keep the lock alive.
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
