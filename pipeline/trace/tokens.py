"""Three forms of one paragraph: as it was written, as a person left it, as it is written now.

What the program changed is put where the person left the old words standing; where those were
changed too, the person's stay and the new sentence is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from pipeline.read.document import Document
from pipeline.trace.printed import numbers
from pipeline.trace.units import Unit
from pipeline.write.edit.changes import Marked, Pieces, Retext

_STOPS: Final = "。；;！？!?"
_DETAIL: Final = "no_"


@dataclass(frozen=True, slots=True)
class Token:
    """A figure (``tag``), a number, date or code (``loose``), or a letter, where it stands."""

    start: int
    end: int
    text: str
    tag: str | None = None
    loose: bool = False

    @property
    def key(self) -> str:
        """What makes two tokens the same: a figure is one whatever its value."""
        return f"\x00{self.tag}" if self.tag else self.text

    @property
    def kind(self) -> str:
        """The same, with every loose number alike."""
        return "\x01" if self.loose else self.key


class Reading:
    """A document's passages as tokens. ``renamed`` are new short ids by those in the document."""

    def __init__(
        self, document: Document, units: Sequence[Unit], renamed: Mapping[str, str]
    ) -> None:
        self.document = document
        marks: defaultdict[int, dict[int, Token]] = defaultdict(dict)
        for unit in units:
            for one in unit.standings:
                if one.tag is not None:
                    start = unit.low + one.start
                    tag = renamed.get(one.tag, one.tag)
                    token = Token(start, start + len(one.text), one.text, tag)
                    marks[unit.place].setdefault(start, token)
        for place, passage in enumerate(document.passages):
            for span in passage.spans:
                if span.name.casefold().startswith(_DETAIL) and span.end > span.start:
                    text = passage.text[span.start : span.end]
                    token = Token(span.start, span.end, text, span.name.casefold())
                    marks[place].setdefault(span.start, token)
        self.tokens = [
            _tokens(passage.text, marks.get(place, {}))
            for place, passage in enumerate(document.passages)
        ]

    def text(self, place: int) -> str:
        """A passage's text."""
        return self.document.passages[place].text


def _tokens(text: str, marks: Mapping[int, Token]) -> list[Token]:
    found: list[Token] = []
    loose = {one.start: one for one in numbers(text)} if any(map(str.isdecimal, text)) else {}
    at = 0
    ahead = sorted(marks)
    while at < len(text):
        mark, number = marks.get(at), loose.get(at)
        until = next((m for m in ahead if m > at), len(text))
        if mark is not None:
            token = mark
        elif number is not None and number.end <= until:
            token = Token(at, number.end, number.text, None, True)
        else:
            token = Token(at, at + 1, text[at])
        found.append(token)
        at = max(token.end, at + 1)
    return found


@dataclass(frozen=True, slots=True)
class Hunk:
    """What the program changed: tokens ``low`` to ``high`` of the old are now ``pieces``."""

    low: int
    high: int
    pieces: Pieces
    small: bool
    """Whether only a loose number changed."""


def hunks(old: Sequence[Token], new: Sequence[Token]) -> list[Hunk]:
    """Return what changed between two forms of a paragraph; values of figures are no change."""
    keys = [t.key for t in old], [t.key for t in new]
    if keys[0] == keys[1]:
        return []
    found = []
    for kind, low, high, start, end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind != "equal":
            small = all(t.loose for t in (*old[low:high], *new[start:end]))
            found.append(Hunk(low, high, pieces_of(new[start:end]), small))
    return found


def pieces_of(tokens: Sequence[Token]) -> Pieces:
    """Return tokens as they are put into a document."""
    pieces: list[str | Marked] = []
    for token in tokens:
        if token.tag and not token.tag.startswith(_DETAIL):
            pieces.append(Marked(token.text, token.tag))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += token.text
        else:
            pieces.append(token.text)
    return tuple(pieces)


def merged(
    place: int, mine: Sequence[Token], old: Sequence[Token], new: Sequence[Token]
) -> tuple[list[Retext], list[str]]:
    """Return what is to be changed in a passage, and the new sentences that can't be placed.

    ``mine`` is as the person left it. A sentence's words are put in all together or not at all;
    its loose numbers (dates) wherever they stand.
    """
    wanted = hunks(old, new)
    if not wanted:
        return [], []
    where = _standing(mine, old)
    ends = [n for n, token in enumerate(old) if token.text in _STOPS]
    placed: defaultdict[int, list[tuple[Hunk, tuple[int, int] | None]]] = defaultdict(list)
    for hunk in wanted:
        sentence = sum(end < hunk.low for end in ends)
        placed[sentence].append((hunk, _place(hunk, where, len(old), len(mine))))
    texts: list[Retext] = []
    said: list[str] = []
    for sentence, each in placed.items():
        whole = all(at is not None for _, at in each)
        for hunk, at in each:
            if at is not None and (whole or hunk.small):
                low = mine[at[0]].start if at[0] < len(mine) else _end(mine)
                high = mine[at[1] - 1].end if at[1] > at[0] else low
                texts.append(Retext(place, low, high, hunk.pieces))
        if not whole and not _there(each, mine):
            said.append(_sentence(sentence, old, new))
    return texts, said


def _end(tokens: Sequence[Token]) -> int:
    return tokens[-1].end if tokens else 0


def _standing(mine: Sequence[Token], old: Sequence[Token]) -> dict[int, int]:
    """Where each of the old tokens that still stands is now."""
    keys = [t.key for t in old], [t.key for t in mine]
    if keys[0] == keys[1]:
        return {n: n for n in range(len(old))}
    found = SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks()
    return {a + n: b + n for a, b, size in found for n in range(size)}


def _place(hunk: Hunk, where: Mapping[int, int], count: int, last: int) -> tuple[int, int] | None:
    """The tokens of the person's form that a change replaces; None where they were edited."""
    if hunk.low < hunk.high:
        low, high = where.get(hunk.low), where.get(hunk.high - 1)
        if low is None or high is None or high - low != hunk.high - 1 - hunk.low:
            return None
        every = all(where.get(n) == low + n - hunk.low for n in range(hunk.low, hunk.high))
        return (low, high + 1) if every else None
    before, after = where.get(hunk.low - 1), where.get(hunk.low)
    if before is not None and (after is None or hunk.low == count):
        return before + 1, before + 1
    if after is not None:
        return (after, after) if before is None or before < after else None
    return None


def _there(each: Sequence[tuple[Hunk, tuple[int, int] | None]], mine: Sequence[Token]) -> bool:
    """Whether what can't be placed stands there already, in the person's own hand."""
    text = "".join(t.text for t in mine)
    lost = [hunk for hunk, at in each if at is None]
    said = ["".join(p if isinstance(p, str) else p.text for p in h.pieces) for h in lost]
    return all(len(one) > 1 and one in text for one in said)


def _sentence(number: int, old: Sequence[Token], new: Sequence[Token]) -> str:
    """The new form of a sentence, or all of it where sentences were added."""

    def parts(tokens: Sequence[Token]) -> list[str]:
        text = "".join(t.text for t in tokens)
        for stop in _STOPS:
            text = text.replace(stop, stop + "\n")
        return [one for one in text.split("\n") if one]

    before, after = parts(old), parts(new)
    return after[number] if len(before) == len(after) and number < len(after) else "".join(after)
