"""Findings with one cause are told as one: the first as the example, how many rows, and which.

A column filled with dates that nobody can read is one thing to mend, not a hundred. Whatever tells
findings to people asks here; the findings themselves stay single (``findings.parquet``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pipeline.messages import say
from pipeline.write.rows import items_told, rows_told

FEW = 5
"""As many findings of one cause are still told one by one."""


class Single(Protocol):
    """What may be told together with others: a ``ToldFinding``, a ``Fault``.

    ``cause`` is equal for all that have one cause, and None for what is told alone.
    """

    @property
    def cause(self) -> Hashable:
        """What it has in common with others."""

    @property
    def row(self) -> int | None:
        """The row as Excel shows it."""

    @property
    def value(self) -> str:
        """What the cell says; the item's number where an item of the roster is meant."""

    @property
    def message(self) -> str:
        """What is wrong, in words."""


F = TypeVar("F", bound=Single)


@dataclass(frozen=True, slots=True)
class Cause(Generic[F]):
    """One line of a list: a single finding, or several with one cause, in their order."""

    findings: tuple[F, ...]

    @property
    def first(self) -> F:
        """The finding that is told, as the example of all."""
        return self.findings[0]

    def message(self, lang: str) -> str:
        """Return what is wrong with the first, and which rows or items have the same."""
        if len(self.findings) == 1:
            return self.first.message
        rows = [finding.row for finding in self.findings if finding.row is not None]
        items = [finding.value for finding in self.findings]
        told = rows_told(rows, lang) if rows else items_told(items, lang)
        return self.first.message + say("same_cause", lang, rows=told)

    def row_told(self, lang: str) -> str:
        """Return the row for a narrow column: where more follow, this is said."""
        if self.first.row is None or len(self.findings) == 1:
            return str(self.first.row or "")
        return say("row_and_more", lang, row=self.first.row)


def causes(
    findings: Sequence[F],
    cause: Callable[[F], Hashable] = lambda finding: finding.cause,
    few: int = FEW,
) -> list[Cause[F]]:
    """Gather ``findings`` by ``cause``; each stands where the first of it stood.

    Where a cause has no more than ``few`` of them, they stay single.
    """
    gathered: dict[Hashable, list[int]] = {}
    for place, finding in enumerate(findings):
        key = cause(finding)
        gathered.setdefault(place if key is None else (key,), []).append(place)
    lines: dict[int, Cause[F]] = {}
    for places in gathered.values():
        if len(places) > few:
            lines[places[0]] = Cause(tuple(findings[place] for place in places))
        else:
            lines |= {place: Cause((findings[place],)) for place in places}
    return [lines[place] for place in sorted(lines)]
