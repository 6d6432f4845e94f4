"""What sub-titles between rows tell of the rows below them: 一、废水类; （二）已完成事项."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pipeline.model import Notice
from pipeline.read.columns import Columns
from pipeline.read.labels import Labels
from pipeline.read.lines import heading, is_mark
from pipeline.text import fold

_HEADINGS: Final = ("note", "title")

Fills = dict[tuple[int, str], str]
"""What stands for a blank cell, by row (from 0) and column of the profile."""


def told_by_sections(
    cells: Sequence[Sequence[str]],
    reasons: Mapping[int, str | None],
    labels: Labels,
    columns: Columns,
    named: Mapping[str, str],
    above: Sequence[Sequence[str]] = (),
) -> tuple[Fills, list[Notice]]:
    """Return what sub-titles say for the blank cells of a choice column below them.

    ``above`` are lines above the table that ``reasons`` doesn't have. A sub-title holds until one
    of its level or a higher one. Where a row below it says something
    else in that column, it tells nothing; nor does it where the sheet's own name does.
    """
    fills: Fills = {}
    for name, word, rows in _sections(cells, reasons, labels, above):
        column = labels.profile.column(name)
        at = columns.known.get(name)
        said = {row: _at(cells[row], at) for row in rows}
        same = {word, *_same(word, name, labels)}
        if name not in named and all(not text or fold(text) in same for text in said.values()):
            fills.update({(row, column.id): word for row, text in said.items() if not text})
    return fills, [
        Notice(
            "told-by-section", column=labels.profile.column(name).label.zh,
            value="、".join(dict.fromkeys(v for (_, n), v in sorted(fills.items()) if n == name)),
        )
        for name in dict.fromkeys(name for _, name in sorted(fills))
    ]  # fmt: skip


def _same(word: str, name: str, labels: Labels) -> Iterator[str]:
    """The spellings that mean the same choice as ``word``."""
    for choice in labels.profile.column(name).choices:
        spellings = [fold(text) for text in (choice.value, choice.en, *choice.accepts)]
        if word in spellings:
            yield from spellings


def _at(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _sections(
    cells: Sequence[Sequence[str]],
    reasons: Mapping[int, str | None],
    labels: Labels,
    above: Sequence[Sequence[str]],
) -> Iterator[tuple[str, str, list[int]]]:
    """Each sub-title that is a choice: its column, the word, and the rows of data below it."""
    open_: dict[int, tuple[str, str, list[int]]] = {}
    lines: list[tuple[int, str | None, Sequence[str]]] = [(-1, "title", row) for row in above]
    lines += [(number, reason, cells[number]) for number, reason in reasons.items()]
    for number, reason, row in lines:
        if reason is None:
            for _, _, rows in open_.values():
                rows.append(number)
            continue
        filled = [cell for cell in row if cell]
        if reason not in _HEADINGS or len(filled) != 1 or is_mark(filled[0]):
            continue
        level, word = heading(filled[0])
        for over in [over for over in open_ if over >= level]:
            yield open_.pop(over)
        names = [name for name, spellings in labels.spellings.items() if word in spellings]
        if len(names) == 1:
            open_[level] = (names[0], word, [])
    yield from open_.values()
