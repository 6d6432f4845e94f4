"""Which paragraph or table of a document is which of another form of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import fuzz

from pipeline.trace.tokens import Reading, Token
from pipeline.write.edit.changes import Block

_LIKE: Final = 60
_LABEL: Final = 6
"""A paragraph of so few letters (附件1) is known by what follows it."""


@dataclass(slots=True)
class Part:
    """A paragraph (``passages`` has one) or a table of the body. ``number`` is its place."""

    number: int
    block: Block
    passages: list[int]
    words: str = ""
    tags: frozenset[str] = frozenset()
    key: Hashable = ""
    cells: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def table(self) -> bool:
        """Whether it is a table."""
        return self.block[0]

    @property
    def rows(self) -> list[int]:
        """The rows of a table in which something stands."""
        return sorted({row for row, _ in self.cells})

    def key_of(self, reading: Reading) -> list[str]:
        """A paragraph's words, with figures whatever their values."""
        return [token.key for place in self.passages for token in reading.tokens[place]]


def parts(reading: Reading) -> list[Part]:
    """Return the body's paragraphs and tables in their order."""
    found: list[Part] = []
    tables: dict[int, Part] = {}
    for place, passage in enumerate(reading.document.passages):
        if passage.story != "body":
            continue
        cell = passage.cell
        if cell is None:
            found.append(Part(len(found), (False, place), [place]))
            continue
        if cell.table not in tables:
            tables[cell.table] = Part(len(found), (True, cell.table), [])
            found.append(tables[cell.table])
        tables[cell.table].passages.append(place)
        tables[cell.table].cells.setdefault((cell.row, cell.column), []).append(place)
    for part in found:
        _described(part, reading)
    for part, following in zip(found, [*found[1:], None], strict=True):
        if not part.table and len(part.words) <= _LABEL and following is not None:
            part.key = (part.key, following.key)
    return found


def _described(part: Part, reading: Reading) -> None:
    tokens = [t for place in part.passages for t in reading.tokens[place]]
    part.tags = frozenset(t.tag for t in tokens if t.tag)
    if not part.table:
        part.words = _words(tokens)
        part.key = (False, "".join(t.kind for t in tokens))
        return
    first = reading.document.passages[part.passages[0]]
    head = [_words(reading.tokens[p]) for p in part.passages if _row(reading, p) == 0]
    caption = "".join(letter for letter in first.caption if not letter.isdecimal())
    part.words = caption + "".join(head)
    part.key = (True, caption, tuple(head))


def _row(reading: Reading, place: int) -> int:
    cell = reading.document.passages[place].cell
    return cell.row if cell is not None else -1


def _words(tokens: Sequence[Token]) -> str:
    return "".join(t.text for t in tokens if not t.tag and not t.loose)


def paired(mine: Sequence[Part], theirs: Sequence[Part]) -> dict[int, int]:
    """Return, by number, what each part was: the same words first, then what is most alike."""
    found: dict[int, int] = {}
    waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
    for other in theirs:
        waiting[other.key].append(other.number)
    for part in mine:
        if waiting[part.key]:
            found[part.number] = waiting[part.key].pop(0)
    taken = set(found.values())
    scored = [
        (score, -abs(a.number / len(mine) - b.number / len(theirs)), a.number, b.number)
        for a in mine
        if a.number not in found
        for b in theirs
        if b.number not in taken and a.table == b.table and (score := _likeness(a, b))
    ]
    for *_, number, other_number in sorted(scored, reverse=True):
        if number not in found and other_number not in taken:
            found[number] = other_number
            taken.add(other_number)
    return found


def _likeness(one: Part, other: Part) -> float:
    shared = len(one.tags & other.tags) / max(len(one.tags | other.tags), 1)
    alike = fuzz.ratio(one.words, other.words, score_cutoff=_LIKE)
    return 200 * shared + alike


def rows_paired(mine: Part, reading: Reading, theirs: Part, others: Reading) -> dict[int, int]:
    """Pair the rows of two forms of a table; the heads are each other's."""
    features = _features(mine, reading), _features(theirs, others)
    holders: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, own in features[1].items():
        for feature in own:
            holders[feature].append(row)
    scored = []
    for row, own in features[0].items():
        votes: defaultdict[int, float] = defaultdict(float)
        for feature in own:
            among = holders.get(feature, ())
            for other in among if len(among) <= max(len(features[1]) // 3, 1) else ():
                votes[other] += 1 / len(among)
        scored += [(score, -abs(row - other), row, other) for other, score in votes.items()]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, row, other in sorted(scored, reverse=True):
        if row not in found and other not in taken:
            found[row] = other
            taken.add(other)
    return found


def _features(part: Part, reading: Reading) -> dict[int, set[Hashable]]:
    found: dict[int, set[Hashable]] = {}
    for (row, column), places in part.cells.items():
        features = found.setdefault(row, set())
        for place in places:
            features |= {("tag", t.tag) for t in reading.tokens[place] if t.tag}
            if words := _words(reading.tokens[place]).strip():
                features.add((column, words))
        if row == 0:
            features.add("head")
    return found
