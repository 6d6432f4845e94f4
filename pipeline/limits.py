"""Work on what others sent, in a child process that can be lost.

The limits live inside the task, not in a pool: a broken process pool loses everything queued, a
dead child only its own answer. Threads of the caller may run several children at a time.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, Literal

How = Literal["abort", "memory", "timeout", "panic", "no-answer"]

_PRELOADED: Final = ["pipeline.read.task", "pipeline.collect.unpack"]
_ANSWER, _MEMORY, _PANIC = b"+", b"m", b"p"
_TOLD: Final = 500  # bytes of a fault's own words that are kept
_PATIENCE: Final = 2.0  # seconds until a child that has ended, or was killed, is gone
_BOOKKEEPING: Final = threading.Lock()
"""Starting and reaping children from several threads: multiprocessing's own lists know no locks."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost. Sizes in bytes, times in seconds.

    ``memory_bytes`` comes on top of what the libraries take before the first file is opened. A
    batch of files has ``seconds`` plus ``further_seconds`` for each file after the first.
    ``ratio`` (plain to compressed) counts for parts of ``ratio_from`` bytes and more. ``cells`` is
    the extent, last row times last column, beyond which a sheet is not read as a whole.
    """

    memory_bytes: int = 1 << 30
    seconds: float = 20.0
    further_seconds: float = 1.0
    batch: int = 25
    file_bytes: int = 20 << 20
    parts: int = 2_000
    part_bytes: int = 200 << 20
    total_bytes: int = 400 << 20
    ratio: int = 200
    ratio_from: int = 10 << 20
    cells: int = 4_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child answered."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Death:
    """The child ended without an answer; ``told`` are its last words, for the log."""

    how: How
    told: str = ""


def run_limited(
    target: Callable[[Any], bytes],
    argument: Any,
    limits: Limits,
    *,
    seconds: float | None = None,
) -> Answer | Death:
    """Return what ``target(argument)`` returns in a child process, or how the child died.

    ``target`` is a module's function, ``argument`` picklable. The child may use
    ``limits.memory_bytes`` and ``seconds`` (default ``limits.seconds``) of wall-clock time, and is
    killed after that. Never raises for what the child does.
    """
    context = _context()
    answer, answering = context.Pipe(duplex=False)
    words, speaking = context.Pipe(duplex=False)
    with answer, words:
        child = context.Process(
            target=_live, args=(target, argument, limits.memory_bytes, answering, speaking)
        )
        child.daemon = True
        with _BOOKKEEPING, _main_hidden(), _interrupts_held():
            child.start()
        answering.close()
        speaking.close()
        late = threading.Event()
        clock = threading.Timer(
            limits.seconds if seconds is None else seconds, _kill, (child, late)
        )
        clock.daemon = True
        clock.start()
        told = _Listener(words)
        told.start()
        try:
            return _outcome(child, answer, told, late)
        finally:
            clock.cancel()
            _reap(child)
            told.join(_PATIENCE)


def _context() -> Any:
    """A server that forks children with the libraries loaded; where there is none, fresh ones."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


@contextlib.contextmanager
def _main_hidden() -> Iterator[None]:
    """Keep multiprocessing from running the caller's script once more in each child.

    A child needs nothing of it, and a script without a ``__main__`` guard, or one that came from
    standard input, would end it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: the run ends them, and nothing of theirs is said.

    The mask is the calling thread's; what it starts inherits it. Where there are no masks (Windows)
    a child may still print what interrupted it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(child: BaseProcess, late: threading.Event) -> None:
    late.set()
    child.kill()


def _outcome(
    child: BaseProcess, answer: Connection, told: _Listener, late: threading.Event
) -> Answer | Death:
    try:
        data = answer.recv_bytes()
    except (EOFError, OSError):
        _reap(child)
        return _cause(child.exitcode, told.last_words(), late.is_set())
    kind, rest = data[:1], data[1:]
    if kind == _ANSWER:
        return Answer(rest)
    return Death("memory" if kind == _MEMORY else "panic", rest.decode("utf-8", "replace"))


def _cause(exit_code: int | None, told: str, late: bool) -> Death:
    """Tell deaths apart. A failed allocation in native code aborts, but says so first."""
    if late:
        return Death("timeout", told)
    lowered = told.lower()
    if any(
        w in lowered for w in ("memory allocation", "memoryerror", "bad_alloc", "out of memory")
    ):
        return Death("memory", told)
    if exit_code == -9:  # killed, and not by us: the system ran out of memory
        return Death("memory", told)
    if exit_code is not None and exit_code < 0:
        return Death("abort", told)
    return Death("panic" if "panicked at" in lowered else "no-answer", told)


def _reap(child: BaseProcess) -> None:
    """Wait for a child that is ending; one that closed its pipe and lingers is killed."""
    with _BOOKKEEPING:
        child.join(_PATIENCE)
        if child.exitcode is None:
            child.kill()
            child.join(_PATIENCE)


class _Listener(threading.Thread):
    """Reads what the child says on stderr, so that it never waits, and keeps the end of it."""

    def __init__(self, words: Connection) -> None:
        super().__init__(daemon=True)
        self._words = words
        self._told = b""

    def run(self) -> None:
        """Read until the child is gone. On Windows its stderr is not taken (see _speak_into)."""
        if sys.platform == "win32":
            return
        with contextlib.suppress(OSError):
            while piece := os.read(self._words.fileno(), 1 << 16):
                self._told = (self._told + piece)[-_TOLD:]

    def last_words(self) -> str:
        """Return the end of what a child said that is gone."""
        self.join(_PATIENCE)
        return self._told.decode("utf-8", "replace").strip()


# ---------------------------------------------------------------- in the child


def _live(
    target: Callable[[Any], bytes],
    argument: Any,
    memory_bytes: int,
    answering: Connection,
    speaking: Connection,
) -> None:
    _speak_into(speaking)
    _limit_memory(memory_bytes)
    try:
        answering.send_bytes(_ANSWER + target(argument))
    except MemoryError as fault:
        answering.send_bytes(_MEMORY + str(fault).encode("utf-8", "replace")[:_TOLD])
    except BaseException as fault:  # calamine's panics are no Exception
        told = f"{type(fault).__name__}: {fault}"[:_TOLD]
        answering.send_bytes(_PANIC + told.encode("utf-8", "replace"))


def _speak_into(speaking: Connection) -> None:
    """Take the child's stderr: the operator sees no traceback, and an abort tells its reason."""
    if sys.platform != "win32":
        os.dup2(speaking.fileno(), 2)


def _limit_memory(memory_bytes: int) -> None:
    """Limit the address space to what is mapped now plus ``memory_bytes``; no core dumps."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit = _mapped_bytes() + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _mapped_bytes() -> int:
    """Address space in use. Libraries reserve far more than they touch, so it is measured."""
    try:
        with open("/proc/self/statm", encoding="ascii") as status:
            pages = int(status.read().split()[0])
    except (OSError, ValueError, IndexError):
        return 2 << 30
    return pages * os.sysconf("SC_PAGE_SIZE")
