"""Text in runs of differing looks (ECMA-376 Part 1, 18.4.4), of which some may be crossed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from xml.parsers import expat

from pipeline.read.probe.lean import lean
from pipeline.read.probe.seen import NOTED, Partly
from pipeline.read.refusal import refused

_OFF: Final = ("0", "false", "off")
_LONGEST: Final = 32_767  # signs in a cell, by Excel


def is_on(given: Mapping[str, str]) -> bool:
    """Whether an element such as <strike/> says yes: it may say ``val="0"``."""
    return given.get("val", "1") not in _OFF


class Runs:
    """The runs of one text while it is read; true while there are any."""

    def __init__(self) -> None:
        self._texts: list[list[str]] = []
        self._struck: list[bool] = []
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._texts)

    def begin(self, *, struck: bool = False) -> None:
        """Begin another run."""
        self._texts.append([])
        self._struck.append(struck)

    def strike(self, given: Mapping[str, str]) -> None:
        """Cross the present run out."""
        if self._struck:
            self._struck[-1] = is_on(given)

    def text(self, data: str) -> None:
        """Take a piece of the present run's text."""
        if self._texts and self._size < _LONGEST:
            self._size += len(data)
            self._texts[-1].append(data)

    def done(self) -> Partly | None:
        """Return what is crossed out and what is left, None where nothing is; begin anew."""
        told = [("".join(t), s) for t, s in zip(self._texts, self._struck, strict=True)]
        self._texts, self._struck, self._size = [], [], 0
        struck = "".join(text for text, is_struck in told if is_struck)
        left = "".join(text for text, is_struck in told if not is_struck)
        return Partly(struck, left) if struck.strip() else None


def crossed_out(chunks: Iterable[bytes]) -> Mapping[str, Partly]:
    """Return the shared strings with crossed-out runs, by their number as sheets write it."""
    found: dict[str, Partly] = {}
    runs = Runs()
    number, inside = -1, False

    def settle() -> None:
        told = runs.done() if runs else None
        if told is not None and len(found) < NOTED:
            found[str(number)] = told

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal number, inside
        if name == "si":
            number += 1
        elif name == "r":
            runs.begin()
        elif name == "strike":
            runs.strike(given)
        elif name == "rPh":
            settle()
        inside = name == "t"

    def end(name: str) -> None:
        nonlocal inside
        inside = False
        if name == "si":
            settle()

    hear(chunks, start, end, lambda data: runs.text(data) if inside else None)
    return found


def hear(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Tell of the elements and texts of a part as they come, names without their prefixes.

    Raises RefusedError (``damaged``) for broken XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def begun(name: str, given: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in given.items()}
        start(name.rpartition(":")[2], plain)

    parser.StartElementHandler = begun
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    try:
        for chunk in lean(chunks):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise refused("damaged") from fault
