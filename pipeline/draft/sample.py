"""The table in a sample: on which sheets, under which header, which rows are its data.

Nothing is known of the ledger yet, so a header is told by what headers are like: short texts, each
another, over cells of another kind; labels that some ledger knows count for more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.draft.cells import kind
from pipeline.read import Page
from pipeline.read.labels import folded_label
from pipeline.text import fold, tidy

SEARCHED: Final = 40
"""Rows in which a header is looked for."""

MOST_ROWS: Final = 5_000
"""Rows of a sheet that are looked at: a guess needs no more."""

_MOST_COLUMNS: Final = 250
_LONGEST: Final = 80  # what is longer is no label to the reader either
_USUAL: Final = 40
_BELOW: Final = 60  # rows under a header that speak for it
_MOST_GUIDES: Final = 3
_TOTAL: Final = re.compile(r"(合|总|小|共|累)计.*|(grand|sub)?totals?\b.*|(sum|average|mean)of.*")
_GUIDES: Final = re.compile(
    r"(required|optional|mandatory|必填|选填|自动生成|下拉选择|系统生成)[.。!*]?"
    r"|(e\.?g\.?|example|例|如|格式|format)[:：.,].*|[(\[]?(m{1,2}|d{1,2}|y{2,4})([-./ ](m{1,4}|"
    r"d{1,2}|y{2,4})){1,2}[)\]]?|(select|choose|pick|enter|fill|type|freetext|describe|请|从下拉)"
    r".{3,}|.*(dropdown|下拉).*"
)


@dataclass(frozen=True, slots=True)
class Header:
    """Rows ``top`` to ``bottom`` of a sheet, from 0; labels by the sheet's columns, from 0."""

    top: int
    bottom: int
    labels: Mapping[int, str]
    worth: float


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet's table: ``rows`` are its data, each as long as it needs to be.

    ``guides`` are the rows under the header that tell what to fill in; ``unnamed`` the columns that
    hold data under no label, ``doubled`` those whose label another column has already.
    """

    sheet: str
    hidden: bool
    header: Header
    guides: tuple[Sequence[str], ...]
    rows: tuple[Sequence[str], ...]
    title: str
    unnamed: tuple[int, ...]
    doubled: tuple[int, ...]

    def cells(self, column: int) -> list[str]:
        """Return a column's cells, "" for blanks."""
        return [row[column] if column < len(row) else "" for row in self.rows]


def table_of(page: Page, known: frozenset[str]) -> Table | None:
    """Return the table on a sheet, None where there is none; ``known`` are labels, folded."""
    cells = [[tidy(cell) for cell in row[:_MOST_COLUMNS]] for row in page.cells[:MOST_ROWS]]
    header = _header(cells, page, known)
    if header is None:
        return None
    labels, doubled = _distinct(header.labels)
    header = Header(header.top, header.bottom, labels, header.worth)
    filled = _data(_under(cells[header.bottom + 1 :], labels), header)
    guides = _guides(filled, header)
    rows = tuple(filled[len(guides) :])
    if not rows:
        return None
    above = [cell for row in cells[: header.top] for cell in row if cell]
    width = max(map(len, rows))
    unnamed = tuple(
        column
        for column in range(width)
        if column not in header.labels
        and column not in doubled
        and sum(column < len(row) and row[column] != "" for row in rows) * 2 >= len(rows)
    )
    title = above[0] if above else ""
    return Table(page.name, page.hidden, header, guides, rows, title, unnamed, doubled)


# ---------------------------------------------------------------- header


def _header(cells: list[list[str]], page: Page, known: frozenset[str]) -> Header | None:
    """The row, or the two, most like a header; the uppermost of equals."""
    best: Header | None = None
    for top in range(min(SEARCHED, len(cells) - 1)):
        for header in _candidates(cells, top, page, known):
            if best is None or header.worth > best.worth:
                best = header
    return best


def _candidates(
    cells: list[list[str]], top: int, page: Page, known: frozenset[str]
) -> Iterator[Header]:
    single = {i: cell for i, cell in enumerate(cells[top]) if cell}
    yield from _judged(cells, top, top, single, known)
    if top + 2 < len(cells) and len(set(single.values())) > 1:
        double = _double(cells, top, page)
        if double is not None:
            yield from _judged(cells, top, top + 1, double, known)


def _double(cells: list[list[str]], top: int, page: Page) -> dict[int, str] | None:
    """Two rows as one header: group and label together where the label alone is not enough.

    Only where something is merged in the upper row, over columns or over both rows, or where the
    lower row fills gaps that the upper one leaves.
    """
    upper, lower = cells[top], cells[top + 1]
    groups: dict[int, str] = {}
    both: set[int] = set()
    for first, left, last, right in page.merged:
        if first == last == top and right > left and left < len(upper):
            groups.update(dict.fromkeys(range(left, right + 1), upper[left]))
        if first == top and last == top + 1:
            both.update(range(left, right + 1))
    gaps = [i for i, cell in enumerate(lower) if cell and not (i < len(upper) and upper[i])]
    if not groups and not both and len(gaps) < 2:
        return None
    if any(kind(cell) != "text" for i, cell in enumerate(lower) if cell and i not in both):
        return None
    times = Counter(fold(cell) for i, cell in enumerate(lower) if cell and i not in both)
    labels = {}
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        below = lower[column] if column < len(lower) and column not in both else ""
        group = groups.get(column, "")
        if group and below and times[fold(below)] > 1:
            labels[column] = f"{group} {below}"
        elif below or above:
            labels[column] = below or above
    return labels


def _judged(
    cells: list[list[str]], top: int, bottom: int, labels: Mapping[int, str], known: frozenset[str]
) -> Iterator[Header]:
    """A header with what speaks for it, if it has labels and rows under it."""
    below = list(_under(cells[bottom + 1 : bottom + 1 + _BELOW], labels))
    good = {i: text for i, text in labels.items() if _is_label(text)}
    if len(good) < 2 or not below:
        return
    times = Counter(fold(text) for text in labels.values())
    worth = -0.5 * (bottom - top)
    for column, text in labels.items():
        under = [row[column] for row in below if column < len(row) and row[column]]
        if column not in good:
            worth -= 1.0
            continue
        worth += 1.0 if under else 0.2
        worth += 1.0 if folded_label(text) in known else 0.0
        worth -= 1.0 if times[fold(text)] > 1 else 0.0
        worth -= 1.5 if text in under else 0.0
        if under:
            other = sum(kind(cell) != "text" for cell in under) / len(under)
            worth += 1.0 if other > 0.6 else 0.0
    if worth > 1.0:
        yield Header(top, bottom, good, worth)


def _under(rows: Sequence[list[str]], labels: Mapping[int, str]) -> Iterator[list[str]]:
    """Rows under a header that hold something, up to another table, which has a label of its own
    where this one has the same; rows that repeat the header, as printed pages do, are left out.
    """
    for row in rows:
        filled = sum(i < len(row) and row[i] != "" for i in labels)
        same = sum(i < len(row) and row[i] == text for i, text in labels.items())
        if same and 2 * same <= filled:
            return
        if any(row) and not same:
            yield row


def _is_label(text: str) -> bool:
    """Whether a header may say this: a short text with a letter in it."""
    if not 0 < len(text) <= _LONGEST or kind(text) != "text":
        return False
    if text.endswith((":", "：")) or "://" in text:
        return False
    return any(c.isalpha() for c in text) or fold(text) in ("#", "№")


def _distinct(labels: Mapping[int, str]) -> tuple[dict[int, str], tuple[int, ...]]:
    """Each label once, the first of equals; and the columns of the others."""
    kept: dict[int, str] = {}
    seen: set[str] = set()
    doubled = []
    for column, text in sorted(labels.items()):
        label = folded_label(text)
        if label in seen or not label:
            doubled.append(column)
        else:
            seen.add(label)
            kept[column] = text
    return kept, tuple(doubled)


# ---------------------------------------------------------------- rows


def _data(below: Iterable[Sequence[str]], header: Header) -> list[Sequence[str]]:
    """Rows that hold more than a note, a signature or a total."""
    columns = header.labels.keys()
    least = 2 if len(columns) > 2 else 1
    found = []
    for row in below:
        filled = [row[i] for i in columns if i < len(row) and row[i]]
        if len(filled) < least or _TOTAL.fullmatch(fold(filled[0])):
            continue
        found.append(row)
    return found


def _guides(rows: Sequence[Sequence[str]], header: Header) -> tuple[Sequence[str], ...]:
    """Rows right under the header that tell what to fill in.

    By their words (Required, MM/DD/YYYY), or because they hold words where the rows below hold
    dates and numbers: most of their cells must be such, and no date or number may stand among them.
    """
    guides: list[Sequence[str]] = []
    for row in rows[:_MOST_GUIDES]:
        rest = rows[len(guides) + 1 :]
        if len(rest) < 2 or not _tells(row, rest, header):
            break
        guides.append(row)
    return tuple(guides)


def _tells(row: Sequence[str], rest: Sequence[Sequence[str]], header: Header) -> bool:
    filled = {i: row[i] for i in header.labels if i < len(row) and row[i]}
    words = {i for i, cell in filled.items() if _GUIDES.fullmatch(fold(cell))}
    judged = strange = 0
    for column, cell in filled.items():
        under = [other[column] for other in rest[:_BELOW] if column < len(other) and other[column]]
        most, times = Counter(map(kind, under)).most_common(1)[0] if under else ("text", 0)
        if most == "text" or times <= 0.8 * len(under):
            continue
        judged += 1
        if kind(cell) != most:
            strange += 1
            words.add(column)
    return len(words) >= 2 and 2 * len(words) >= len(filled) and strange == judged
