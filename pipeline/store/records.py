"""The store's records: plain, immutable values, free of any database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class PeriodState(StrEnum):
    """A draft may be run again; what is published stands."""

    DRAFT = "draft"
    PUBLISHED = "published"


class NumberState(StrEnum):
    """A reserved number belongs to a draft; an issued one was printed and sent."""

    RESERVED = "reserved"
    ISSUED = "issued"


@dataclass(frozen=True, slots=True)
class BriefingNumber:
    """The number in a briefing's head: 第``number``期〔总第``running``期〕 of ``year``.

    Each form of the briefing is a ``series`` of its own.
    """

    year: int
    number: int
    running: int
    state: NumberState = NumberState.RESERVED
    series: str = "weekly"


@dataclass(frozen=True, slots=True)
class StoredPeriod:
    """A period as it was saved last. ``as_of`` maps each ledger to its as-of date."""

    id: str
    as_of: Mapping[str, date]
    state: PeriodState
    number: BriefingNumber | None


@dataclass(frozen=True, slots=True)
class PeriodStatus:
    """One line of ``taizhang status``: the period, and its files counted by state."""

    period: StoredPeriod
    submissions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, and when: an ISO 8601 instant with its offset. "" where that is not said."""

    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: what was done, when, by whom, about which period ("" for none)."""

    position: int
    at: str
    by: str
    what: str
    about: str
    detail: Mapping[str, str]
    hash: str

    @property
    def printed(self) -> str:
        """Its position and the first 16 digits of its hash, as a document prints them."""
        return f"{self.position}-{self.hash[:16]}"


@dataclass(frozen=True, slots=True)
class Turn:
    """What a period did to an item: the fields that changed, before and after, by column.

    ``before`` is None where the item is new, ``after`` where it is gone; the other one is whole.
    Values are JSON's: dates as ISO texts, decimals as plain texts.
    """

    period: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Upward:
    """What was reported to ``recipient`` in a ``form`` of theirs, by whom and on which day (ISO).

    ``name`` and ``sha256`` are the file's. ``figures`` are the numbers in it: ledger, figure,
    breakdown column and value ("" for the whole), and the number as text.
    """

    form: str
    period_id: str
    recipient: str
    on: str
    by: str
    name: str
    sha256: str
    figures: tuple[tuple[str, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A briefing that a run composed: hash of its inputs, of the document, of the manifest."""

    inputs: str
    briefing: str
    manifest: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A file of a period that the archive must hold, under the name by which a person knows it."""

    period: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What was signed and issued of a period.

    ``edition`` 1 is the issue itself, later ones are corrections with a ``reason``. Days are ISO
    dates; ``signed`` and ``issued`` are the hashes of the documents; "" where not yet.
    """

    edition: int
    reason: str = ""
    signed_by: str = ""
    signed_on: str = ""
    signed: str = ""
    issued_on: str = ""
    issued: str = ""
    inputs: str = ""
    manifest: str = ""
