"""Which column of the profile each of a header's labels is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.model import Notice
from pipeline.read.header import Header, letter
from pipeline.read.labels import TOKEN_LABEL, Labels
from pipeline.text import bare

_OWN: Final = frozenset({TOKEN_LABEL})
_CHOICES: Final = ("choice", "choices")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which sheet column is which: ``known`` by identifier, ``extra`` maps others to their name."""

    known: Mapping[str, int]
    extra: Mapping[int, str]
    unknown: tuple[str, ...]
    token: int | None
    notices: tuple[Notice, ...]


def assign(header: Header, labels: Labels, rows: Sequence[Sequence[str]]) -> Columns:
    """Say which sheet column is which of the profile's, ``rows`` being those below the header.

    The label itself comes before an alias, an alias before a former label; then the cells decide
    what shared labels are; weak aliases take what is left. Of two headers for one column the first
    is taken. What no column claims is kept under its header, and told.
    """
    work = _Assignment(header, labels)
    for rank in labels.ranks:
        for column, label in enumerate(header.labels):
            if label in rank:
                work.claim(rank[label], column)
    for column, label in enumerate(header.labels):
        if label in labels.shared and column not in work.taken:
            work.share(column, labels.shared[label], _sample(rows, work, column))
    for column, label in enumerate(header.labels):
        if (
            label in labels.weak
            and column not in work.taken
            and labels.weak[label] not in work.known
        ):
            work.claim(labels.weak[label], column)
    work.leave()
    return work.done()


def _sample(rows: Sequence[Sequence[str]], work: _Assignment, column: int) -> list[str]:
    """Return the filled cells of a column in rows that describe something: totals don't vote."""
    subject = work.known.get(work.labels.profile.subject)
    found = []
    for row in rows:
        if column < len(row) and row[column]:
            described = sum(map(bool, row)) > 1 if subject is None else _at(row, subject)
            if described:
                found.append(row[column])
    return found


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


class _Assignment:
    """The columns while they are being given away."""

    def __init__(self, header: Header, labels: Labels) -> None:
        self.header = header
        self.labels = labels
        self.known: dict[str, int] = {}
        self.taken: set[int] = set()
        self.notices: list[Notice] = []

    def claim(self, name: str, column: int) -> None:
        """Give a column away if nobody has it yet; a second header for it is told and kept."""
        if column in self.taken:
            return
        self.taken.add(column)
        if name in self.known:
            first = self.header.heads[self.known[name]]
            self._tell("doubled-column", column, first=first, label=self._label(name))
            self.taken.discard(column)
            return
        self.known[name] = column
        if self.header.labels[column] in self.labels.former:
            self._tell("old-template", column, label=self._label(name))

    def share(self, column: int, claimants: Sequence[str], cells: Sequence[str]) -> None:
        """Let the cells decide: all of them choices, none of them, or some."""
        choice = next((c for c in claimants if self._column_type(c) in _CHOICES), None)
        others = [c for c in claimants if c != choice]
        spelled = self.labels.spellings.get(choice or "", frozenset())
        share = sum(bare(cell) in spelled for cell in cells) / len(cells) if cells else 1.0
        order = [choice, *others] if choice and share > 0 else others
        if cells and share == 1.0 and choice:
            order = [choice]
        free = next((c for c in order if c and c not in self.known), None)
        if free is None:
            self.claim(next(c for c in (*order, *claimants) if c), column)
            return
        if 0.0 < share < 1.0 and free == choice:
            percent = round(share * 100)
            header = self.header.heads[column]
            self._tell("ambiguous-column", column, header=header, share=percent)
        self.claim(free, column)

    def leave(self) -> None:
        """Tell of the headers that nobody claimed."""
        for column, label in enumerate(self.header.labels):
            if not label or column in self.taken or label in _OWN or self._told(column):
                continue
            near = self.labels.nearest(label)
            other = self.labels.in_other_unit(label)
            if other and other not in self.known:
                name = self._label(other)
                self._tell("header-unit", column, nearest=name, unit="万元")
            elif label in self.labels.retired:
                self._tell("old-template", column)
            elif near and self.labels.column_of(near) not in self.known:
                self._tell("header-typo", column, nearest=near)
            else:
                self._tell("unknown-column", column)

    def done(self) -> Columns:
        """Return who has what."""
        heads = self.header.heads
        token = next((i for i, x in enumerate(self.header.labels) if x == TOKEN_LABEL), None)
        given = set(self.known.values()) | ({token} if token is not None else set())
        left = {i: head for i, head in enumerate(heads) if i not in given}
        times = Counter(head for head in heads if head)
        extra = {
            i: (head if times[head] == 1 else f"{head}[{letter(i)}]") if head else letter(i)
            for i, head in left.items()
        }
        unknown = tuple(head for i, head in left.items() if head)
        return Columns(self.known, extra, unknown, token, tuple(self.notices))

    def _column_type(self, name: str) -> str:
        return self.labels.profile.column(name).type

    def _label(self, name: str) -> str:
        return self.labels.profile.column(name).label.zh

    def _told(self, column: int) -> bool:
        head = self.header.heads[column]
        return any(n.column == head and n.code == "doubled-column" for n in self.notices)

    def _tell(self, code: str, column: int, **params: str | int) -> None:
        row, head = self.header.bottom + 1, self.header.heads[column]
        self.notices.append(Notice(code, row=row, column=head, params=params))
