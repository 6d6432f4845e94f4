"""Where a ledger's header stands, and which column each of its labels is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.model import Notice
from pipeline.read.grid import Grid
from pipeline.read.labels import TOKEN_LABEL, Labels, folded_label
from pipeline.text import fold, tidy

_OWN: Final = frozenset({TOKEN_LABEL})
_CHOICES: Final = ("choice", "choices")
_LONGEST_LABEL: Final = 80  # what is longer is no label and not worth folding


def letter(column: int) -> str:
    """Return the sheet's letters of a column counted from 0.

    >>> letter(27)
    'AB'
    """
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@dataclass(frozen=True, slots=True)
class Header:
    """Rows ``top`` to ``bottom``, from 0; each column's header as it stands, and folded."""

    top: int
    bottom: int
    heads: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which sheet column is which: ``known`` by identifier, ``extra`` maps others to their name."""

    known: Mapping[str, int]
    extra: Mapping[int, str]
    unknown: tuple[str, ...]
    token: int | None
    notices: tuple[Notice, ...]


# ---------------------------------------------------------------- where


def find_header(grid: Grid, labels: Labels) -> tuple[Header, int] | None:
    """Return the header that shows most of the profile's columns, and how many it shows.

    One row, or two where that shows more or where labels are merged over both; the uppermost of
    equals. None where fewer than the profile's ``at_least`` are found.
    """
    hints = labels.profile.sheet
    best: tuple[Header, int] | None = None
    singles = [
        _single(grid, row, labels) for row in range(min(hints.header_within + 1, len(grid.cells)))
    ]
    scores = [_score(single, labels) for single in singles]
    for top in range(min(hints.header_within, len(grid.cells))):
        here = (singles[top], scores[top])
        if top + 1 < len(singles) and (any(scores[top : top + 2]) or grid.merged):
            double = _double(grid, singles[top], singles[top + 1], labels)
            score = _score(double, labels)
            merged = score == scores[top] and _spans(grid, double, labels)
            if merged or score > max(scores[top : top + 2]):
                here = (double, score)
        if best is None or here[1] > best[1]:
            best = here
    return best if best and best[1] >= hints.at_least else None


def _single(grid: Grid, row: int, labels: Labels) -> Header:
    heads = tuple(tidy(cell) if cell else "" for cell in grid.cells[row])
    keys = (
        labels.read(folded_label(head)) if 0 < len(head) <= _LONGEST_LABEL else "" for head in heads
    )
    return Header(row, row, heads, tuple(keys))


def _double(grid: Grid, upper: Header, lower: Header, labels: Labels) -> Header:
    """Read two rows as one header: a label below, the group above it, or one label for both.

    Group and label together come first (核查 over 日期 is 核查日期), then the label by itself.
    """
    top = upper.top
    groups = _groups(grid, top, upper)
    heads, keys = [], []
    for column in range(max(len(upper.heads), len(lower.heads))):
        above = upper.heads[column] if column < len(upper.heads) else ""
        group = groups.get(column, above)
        below = lower.heads[column] if column < len(lower.heads) else ""
        both = (group + below, below + group) if below and group else ()
        known = next((text for text in both if labels.knows(_key(text, labels))), None)
        if known is not None:
            heads.append(known)
            keys.append(_key(known, labels))
        else:
            heads.append(below or above)
            keys.append(_key(below or above, labels))
    return Header(top, top + 1, tuple(heads), tuple(keys))


def _key(text: str, labels: Labels) -> str:
    return labels.read(folded_label(text))


def _groups(grid: Grid, top: int, upper: Header) -> dict[int, str]:
    groups = {}
    for first, left, last, right in grid.merged:
        if first == last == top and left < len(upper.heads):
            groups.update(dict.fromkeys(range(left, right + 1), upper.heads[left]))
    return groups


def _spans(grid: Grid, double: Header, labels: Labels) -> bool:
    """Whether a known label is merged over both rows, which no row of data below it would be."""
    return any(
        first == double.top
        and last == double.bottom
        and left < len(double.labels)
        and labels.knows(double.labels[left])
        for first, left, last, _ in grid.merged
    )


def _score(header: Header, labels: Labels) -> int:
    present = set(header.labels) - {""}
    columns = {c for label in present if (c := labels.column_of(label))}
    columns |= {labels.weak[label] for label in present if label in labels.weak}
    shared = sum(label in labels.shared for label in present)
    return len(columns) + shared


# ---------------------------------------------------------------- which


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
        share = sum(fold(cell) in spelled for cell in cells) / len(cells) if cells else 1.0
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
