"""What a run found, as one value that every writer of results takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pyarrow as pa

from pipeline.collect import Passed
from pipeline.count import Ledger
from pipeline.effect import Effect
from pipeline.merge import Merged
from pipeline.model import Earlier, FigureRef, Number, Period, Previous, Sheet, Submission
from pipeline.profile.schema import Profile
from pipeline.write.counted import Counted


@dataclass(frozen=True)
class LedgerResult:
    """One ledger's part: rows with dispositions, roster, roll call, figures, findings.

    ``effects`` are what its doubts could change; ``tried`` what rules on trial found, which no
    reader but the coordinator is shown.

    ``previous`` is the period compared with, None in the first; ``since`` the roster that it left,
    with its states as of today; ``earlier`` is what the earlier issues of the same form counted,
    oldest first.

    ``owners`` maps its sheets to the enterprises that sent them; ``understood`` (UNDERSTOOD) are
    the cells that were read otherwise than they stand.
    """

    ledger: Ledger
    merged: Merged
    figures: Mapping[FigureRef, Number]
    effects: tuple[Effect, ...]
    findings: pa.Table
    tried: pa.Table
    dispositions: Mapping[str, int]
    previous: Previous | None
    owners: Mapping[int, str | None]
    understood: pa.Table
    since: pa.Table
    earlier: tuple[Earlier, ...] = ()

    @property
    def counted(self) -> Counted:
        """What its part of the briefing is composed from."""
        return Counted(self.ledger, self.figures, self.previous, self.earlier)

    @property
    def profile(self) -> Profile:
        """The ledger's profile."""
        return self.ledger.profile


@dataclass(frozen=True)
class Report:
    """A whole run's result. ``tried`` are findings of rules on trial, ``findings`` all others."""

    period: Period
    ledgers: tuple[LedgerResult, ...]
    findings: pa.Table
    tried: pa.Table
    submissions: tuple[Submission, ...]
    passed: tuple[Passed, ...]
    sheets: tuple[Sheet, ...]
    title: str
    lang: str

    @cached_property
    def files(self) -> Mapping[int, str]:
        """Name of each submission."""
        return {submission.id: submission.name for submission in self.submissions}

    @property
    def shown(self) -> tuple[LedgerResult, ...]:
        """The ledgers that people are shown: the main one, and others that hold or got anything."""
        main, *others = self.ledgers
        told = (r for r in others if r.merged.roster.num_rows or sum(r.dispositions.values()))
        return (main, *told)

    @cached_property
    def figures(self) -> Mapping[FigureRef, Number]:
        """Every figure of every ledger."""
        return {ref: number for r in self.ledgers for ref, number in r.figures.items()}

    @cached_property
    def profiles(self) -> Sequence[Profile]:
        """The profiles of all ledgers."""
        return tuple(result.profile for result in self.ledgers)

    @cached_property
    def created(self) -> date:
        """The date that documents say of themselves: the main ledger's as-of date."""
        return self.ledgers[0].ledger.as_of
