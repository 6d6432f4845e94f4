"""The parts of a drafted profile, each guess with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.audience import Audience
from pipeline.dates import Order
from pipeline.draft.columns import Seen
from pipeline.profile.base import Words

_NOTHING = Words(zh="", en="")


@dataclass(frozen=True)
class Planned:
    """One column of the draft. ``choices`` are values and how often each was seen.

    ``seen`` is None for a column that the sample lacks. ``checks`` say what was guessed, and why.
    """

    id: str
    label: Words
    type: str
    seen: Seen | None
    choices: tuple[tuple[str, int], ...] = ()
    required: str = ""
    audience: tuple[Audience, ...] = ()
    purpose: Words = _NOTHING
    checks: tuple[Words, ...] = ()


@dataclass(frozen=True)
class States:
    """How far an item is: the column that says so, and which of its values mean what.

    ``unknown`` are values whose meaning was not guessed; ``by_date`` is a column whose being filled
    means completed, where the sample has no status; ``blank_is_open`` that all else is ongoing.
    """

    column: str
    completed: tuple[str, ...]
    ongoing: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    by_date: str = ""
    blank_is_open: bool = False


@dataclass(frozen=True)
class Draft:
    """A whole draft. ``checks`` has the reasons for what is no column's, by the key they explain.

    ``roles`` maps deadline, done_on, found_on and enterprise to columns, as far as there are any.
    """

    id: str
    label: Words
    source: str
    sheets: tuple[str, ...]
    header: tuple[int, int]
    rows: int
    columns: tuple[Planned, ...]
    key: str
    subject: str
    states: States
    roles: Mapping[str, str]
    breakdowns: tuple[str, ...]
    at_least: int
    dates: Order | None = None
    reported: bool = False
    guidance: tuple[str, ...] = ()
    left_out: Sequence[Words] = ()
    checks: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)

    def column(self, name: str) -> Planned:
        """Return the column with that identifier."""
        return next(column for column in self.columns if column.id == name)
