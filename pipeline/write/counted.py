"""What a briefing is composed from: a ledger with its figures, and what periods before counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.count import Ledger
from pipeline.model import Earlier, FigureRef, Number, Previous
from pipeline.write.listed import Beside


@dataclass(frozen=True)
class Counted:
    """A ledger with its figures, and the period that it is compared with, None in the first.

    ``earlier`` is what earlier issues of the same form counted, oldest first. ``beside`` is what
    lists are made of that are of no table of the ledger's.
    """

    ledger: Ledger
    figures: Mapping[FigureRef, Number]
    previous: Previous | None
    earlier: tuple[Earlier, ...] = ()
    beside: Beside | None = None

    def last(self, most: int) -> list[tuple[date, str]]:
        """Return as-of date and id of the last periods, this one, whose id is "", at the end."""
        before = [(then.as_of, then.period) for then in self.earlier[1 - most :]]
        return [*before, (self.ledger.as_of, "")]

    def value(self, ref: FigureRef) -> tuple[date, Number]:
        """Return a figure's as-of date and its value, of this period or of the one it names.

        A figure that the earlier period did not know yet is None. KeyError where there is no such
        figure or period.
        """
        if not ref.period:
            return self.ledger.as_of, self.figures[ref]
        then = {period.period: period for period in self.earlier}[ref.period]
        return then.as_of, then.figures.get(ref.figure)
