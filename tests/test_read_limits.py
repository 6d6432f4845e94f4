"""Targets that die in every way, and what is told of each."""

import ctypes
import os
import sys
import time
from typing import Any

import pytest

from pipeline.limits import Answer, Death, Limits, run_limited

LIMITS = Limits(memory_bytes=256 << 20, seconds=20)
unix = pytest.mark.skipif(sys.platform == "win32", reason="signals and address limits")


class Panic(BaseException):
    """Like a panic in native code: no Exception."""


def double(number: int) -> bytes:
    return str(2 * number).encode()


def large(size: int) -> bytes:
    return b"x" * size


def abort(_: Any) -> bytes:
    os.abort()


def crash(_: Any) -> bytes:
    return ctypes.string_at(0)


def hang(_: Any) -> bytes:
    time.sleep(600)
    return b""


def hoard(_: Any) -> bytes:
    hoarded = [bytearray(1 << 20) for _ in range(100_000)]
    return bytes(hoarded[0])


def native_hoard(_: Any) -> bytes:
    """A failed allocation in Rust: says so on stderr, then aborts."""
    os.write(2, b"memory allocation of 9999999999 bytes failed\n")
    os.abort()


def panic(_: Any) -> bytes:
    raise Panic("index out of bounds")


def leave(_: Any) -> bytes:
    os._exit(3)


def chatter(_: Any) -> bytes:
    for _ in range(2_000):
        sys.stderr.write("a library that warns a lot\n" * 10)
    return b"done"


def test_an_answer_comes_back_whole() -> None:
    assert run_limited(double, 21, LIMITS) == Answer(b"42")
    answer = run_limited(large, 20 << 20, LIMITS)
    assert isinstance(answer, Answer)
    assert len(answer.data) == 20 << 20


@unix
@pytest.mark.parametrize(
    "target, how",
    [
        (abort, "abort"),
        (crash, "abort"),
        (hoard, "memory"),
        (native_hoard, "memory"),
        (panic, "panic"),
        (leave, "no-answer"),
    ],
)
def test_deaths_are_told_apart(target: Any, how: str) -> None:
    death = run_limited(target, None, LIMITS)
    assert isinstance(death, Death)
    assert death.how == how


def test_a_panic_tells_its_words() -> None:
    assert run_limited(panic, None, LIMITS) == Death("panic", "Panic: index out of bounds")


def test_a_child_that_hangs_is_killed_in_time() -> None:
    start = time.monotonic()
    death = run_limited(hang, None, LIMITS, seconds=0.5)
    assert isinstance(death, Death)
    assert death.how == "timeout"
    assert time.monotonic() - start < 10


def test_a_child_that_talks_is_not_held_up(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_limited(chatter, None, LIMITS) == Answer(b"done")
    assert capfd.readouterr().err == ""
