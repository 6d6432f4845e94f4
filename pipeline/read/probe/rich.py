"""Text in runs of differing looks (ECMA-376 Part 1, 18.4.4), of which some may be crossed out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple
from xml.parsers import expat

from pipeline.read.probe.lean import lean
from pipeline.read.probe.seen import NOTED, Partly
from pipeline.read.refusal import refused

_OFF: Final = ("0", "false", "off")
_LONGEST: Final = 32_767  # signs in a cell, by Excel


def is_on(given: Mapping[str, str]) -> bool:
    """Whether an element such as <strike/> says yes: it may say ``val="0"``."""
    return given.get("val", "1") not in _OFF


class Rich(NamedTuple):
    """What is crossed out in a text, by the cell it stands in: runs may leave that to the cell.

    None where nothing is.
    """

    in_plain: Partly | None
    in_struck: Partly | None

    @property
    def matters(self) -> bool:
        """Whether it tells more than the cell's own look."""
        return self.in_plain is not None or self.in_struck is None or bool(self.in_struck.left)


class Runs:
    """The runs of one text while it is read; true while there are any."""

    def __init__(self) -> None:
        self._texts: list[list[str]] = []
        self._struck: list[bool | None] = []
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._texts)

    def begin(self, *, struck: bool | None = None) -> None:
        """Begin another run; None: it looks like its cell."""
        self._texts.append([])
        self._struck.append(struck)

    def strike(self, struck: bool) -> None:
        """Say of the present run whether it is crossed out."""
        if self._struck:
            self._struck[-1] = struck

    def text(self, data: str) -> None:
        """Take a piece of the present run's text."""
        if self._texts and self._size < _LONGEST:
            self._size += len(data)
            self._texts[-1].append(data)

    def done(self) -> Rich:
        """Return what is crossed out; begin anew."""
        told = Rich(self._divided(struck=False), self._divided(struck=True))
        self._texts, self._struck, self._size = [], [], 0
        return told

    def _divided(self, *, struck: bool) -> Partly | None:
        parts: dict[bool, list[str]] = {True: [], False: []}
        for text, own in zip(self._texts, self._struck, strict=True):
            parts[struck if own is None else own] += text
        out, left = "".join(parts[True]), "".join(parts[False])
        return Partly(out, left if left.strip() else "") if out.strip() else None


def rich_strings(chunks: Iterable[bytes]) -> Mapping[str, Rich]:
    """Return the shared strings whose runs matter, by their number as sheets write it."""
    found: dict[str, Rich] = {}
    runs = Runs()
    number, inside = -1, False

    def settle() -> None:
        if runs:
            told = runs.done()
            if told.matters and len(found) < NOTED:
                found[str(number)] = told

    def start(name: str, given: dict[str, str]) -> None:
        nonlocal number, inside
        if name == "si":
            number += 1
        elif name == "r":
            runs.begin()
        elif name == "rPr":
            runs.strike(False)
        elif name == "strike":
            runs.strike(is_on(given))
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

    def begun(name: str, given: dict[str, str]) -> None:
        plain = {key.rpartition(":")[2]: value for key, value in given.items()}
        start(name.rpartition(":")[2], plain)

    stream(chunks, begun, lambda name: end(name.rpartition(":")[2]), text)


def stream(
    chunks: Iterable[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """The same with names as they stand, prefix and all. A part that is not there tells nothing."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text
    fed = False
    try:
        for chunk in lean(chunks):
            fed = True
            parser.Parse(chunk, False)
        if fed:
            parser.Parse(b"", True)
    except expat.ExpatError as fault:
        raise refused("damaged") from fault
