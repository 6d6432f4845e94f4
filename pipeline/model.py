"""The nouns. All are immutable; tables between stages are ``pyarrow.Table``.

A table's columns are named here once. For a profile column ``c`` a settled table holds ``c``, the
text as it came, and, where the type is not text, its typed twin ``c.value`` (see ``typed``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa


class Disposition(StrEnum):
    """What became of a row that was read; each row has exactly one."""

    COUNTED = "counted"
    UNDECIDED = "undecided"
    SET_ASIDE = "set_aside"


class RollCall(StrEnum):
    """An enterprise's 报送 state for a ledger and period."""

    REPORTED = "reported"
    NIL = "nil"
    UNCHANGED = "unchanged"
    PHONE = "phone"
    MISSING = "missing"


def typed(column: str) -> str:
    """Name of the typed twin of a profile column: a date32, decimal128(20, 6) or string array."""
    return f"{column}.value"


def attribute(column: str) -> str:
    """Name of the column that holds what the registry says of the row's enterprise."""
    return f"registry.{column}"


NUMBER = pa.decimal128(20, 6)
"""Type of amounts: decimals, because sums of floats depend on the order of the files."""

TWINS: Mapping[str, pa.DataType] = {
    "date": pa.date32(),
    "deadline": pa.date32(),
    "number": NUMBER,
    "choice": pa.string(),
    "choices": pa.string(),
    "ordinal": pa.string(),
}
"""Arrow type of the typed twin, by a profile column's type; the other types have none."""

Number = int | Decimal | None
"""A figure's value; None where a ratio has nothing to be a ratio of."""

SEVERAL = "、"
"""Between the values of a cell that holds several."""


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period. ``id`` is the main ledger's as-of date; ``as_of`` maps ledger to date."""

    id: str
    as_of: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class Submission:
    """One file that arrived. ``path`` is where its bytes are read, ``name`` its place in the inbox.

    ``name`` uses forward slashes; what stood in an archive or mail has that file's name before its
    own (周报.zip/甲公司/台账.xlsx). ``id`` numbers the submissions of a run in the order of their
    names, so that it does not depend on the order in which files were found. ``sender`` is who the
    mail says sent it, "display name <address>" or either of them; ``sent_at`` when, ISO 8601 with
    the offset that the mail gives; both "" for what came in no mail. ``fault`` is why an archive or
    mail could not be unpacked, or not wholly; such a file is told of, and not read.
    """

    id: int
    name: str
    sha256: str
    path: Path
    size: int
    sender: str = ""
    sent_at: str = ""
    fault: Notice | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says in words that matters: a nil return, or links instead of files.

    ``name`` is the mail's place in the inbox, ``id`` a digest that is its own. ``filing`` is "nil"
    or "unchanged" where ``sentence`` claims that, else both are "". ``links`` name the services
    that the mail leads to.
    """

    id: str
    name: str
    sender: str
    sent_at: str
    filing: str
    sentence: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileLine:
    """What one file brought for one enterprise and ledger, and what became of it.

    ``name`` is its place in the inbox, ``size`` in bytes; ``enterprise`` and ``ledger`` are None
    where they could not be told. ``state`` is read, phone, unreadable, duplicate, earlier,
    container, letter, attachment, stamped or ignored; ``about`` the file or period that this refers
    to, or why it is ignored. ``rows`` counts rows by disposition, and those read. A file with
    sheets of two ledgers is two lines of one name.
    """

    name: str
    sha256: str
    size: int
    enterprise: str | None
    ledger: str | None
    state: str
    rows: Mapping[str, int]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Who told figures or states by phone, chat or word of mouth: to be confirmed in writing.

    ``at`` is an ISO 8601 date, or date and time; ``how`` the words 电话, 微信… as recorded. With
    ``unnamed`` the rows stand for items that were only counted: they have a state and nothing else.
    """

    by: str
    at: str
    how: str
    unnamed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a submission, or one of several tables on it, as reading understood it.

    ``ledger`` is the profile's id, or None where the sheet is no ledger (``why`` says why not).
    ``columns`` maps profile columns to the header as it stands in the file, ``letters`` to the
    sheet's column letter. ``unknown`` are headers that no profile column claims. ``declared`` is
    what the sheet says of itself: enterprise, period, profile, version, filing ("nil" or
    "unchanged"). ``modified`` is the time in the package's core properties, ISO 8601, or "".
    ``call`` is set where it is no sheet of a file, but what was told by phone.
    ``filled`` are the rows, by column, where a cell merged with one above says what that says. A
    column that the sheet's name tells has the sheet's name as its header, and no letter.
    """

    id: int
    submission: int
    name: str
    ledger: str | None
    header_row: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    declared: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    modified: str = ""
    why: str = ""
    call: Call | None = None
    filled: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding about a file or sheet, made while reading, before rows have their ids."""

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


# The columns that reading adds to a sheet's text columns.
ROW_NO = "row_no"  # int32: the sheet's row as Excel shows it, from 1
REASON = "reason"  # string: why the row is set aside; null where it is data
SUPERSEDED = "superseded"  # a REASON: a later version has the item
OVERTAKEN = "overtaken"  # a REASON: written, but what was told later by phone counts of the item
COVERED = "covered"  # a REASON: counted by phone, and an item that is known
JOINT = "joint"  # a REASON: an item that another enterprise leads and reports
TOKEN = "row_token"  # string: the hidden id that a blank ledger gave the row
EXTRA = "extra"  # string: JSON object of the cells under unknown headers; all cells if set aside

# The columns that settling adds.
ROW_ID = "row_id"  # int64: number of the row within the run and ledger
SHEET_ID = "sheet_id"  # int32
SUBMISSION = "submission"  # int32
ENTERPRISE = "enterprise.name"  # string: the registry's name; null where it is not known for sure
KEY = "key"  # string: the item's number, folded; null where there is none
FINGERPRINT = "fingerprint"  # string: digest of the folded text that tells items apart

# The columns of the roster beside the ledger's own.
ITEM_ID = "item_id"  # string: the item's lasting id
CONFIRMED = "confirmed"  # bool: whether a state of it was ever accepted
SOURCE_PERIOD = "source_period"  # string: period of the row that told its present state
SOURCE_FILE = "source_file"
SOURCE_SHEET = "source_sheet"
SOURCE_ROW = "source_row"  # int32
MOVED = "moved_period"  # string: period in which a report last brought news of its progress
FAULTS = "faults"  # string: JSON list of what was asked of its last row, and since which period
BASIS = "basis"  # partition: written | phone; how its present state was told
ENTRY = "entry"  # partition: new | before
TURN = "turn"  # partition: completed_now | reopened | removed_now | same
WAS = "was"  # partition: completed | open | removed | absent; where it stood before this period
STANDING = "standing"  # partition: updated | carried | asked
REACH = "reach"  # partition: completed | could (in doubt, not counted as completed) | no

FINDINGS = pa.schema(
    [
        ("code", pa.string()),
        ("severity", pa.string()),
        ("ledger", pa.string()),
        ("enterprise", pa.string()),
        ("submission", pa.int32()),
        ("sheet_id", pa.int32()),
        ("row_id", pa.int64()),
        ("row_no", pa.int32()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("params", pa.string()),
        ("subject", pa.string()),
        ("digest", pa.string()),
        ("trial", pa.bool_()),
    ]
)
"""Findings between stages. Severity E: the row can't be counted as it stands; W: counted, and asked
about; I: told.

``column`` is the profile's identifier or, for headers that it does not know, the header; ``params``
a JSON object for the message, whose text is rendered when written. ``subject`` is what a ruling on
it would be about: the item or the file; ``digest`` that of the columns its rule reads. ``trial``:
the rule that found it is on trial, so that it has no consequences (see ``findings.parted``).
"""

UNDERSTOOD = pa.schema(
    [
        ("row_id", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("understood", pa.string()),
        ("kind", pa.string()),
    ]
)
"""Cells that were understood otherwise than they stand, so that nobody need write them anew.

``column`` is the profile's identifier; ``value`` what stood there, "" for a blank cell (or the
sheet's name, where that tells); ``understood`` the same meaning in its normal written form. Settled
again from ``understood``, a cell means the same. For ``kind`` see ``settle.understood``.
"""


class Action(StrEnum):
    """What a ruling can say of what it is about."""

    MEANS = "means"
    ACCEPT = "accept"
    SET_ASIDE = "set_aside"
    STATE = "state"
    KEEP = "keep"
    ALIAS = "alias"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Decision:
    """A ruling on a finding.

    ``subject`` is what it is about: an item's id, a text as it was written (folded), or a file's
    hash; which of them follows from ``action``. MEANS: the text in ``column`` means ``value``.
    ACCEPT: the finding ``code`` on the item is accepted. SET_ASIDE: the item's row is not counted.
    STATE: the item's status is ``value``. KEEP: of two versions this file counts. ALIAS: from now
    on the header, or the text in ``column``, is another name of the column or choice ``value``.
    GROUP: the item is one of the common problem ``value`` ("": of none).

    ``digest`` is that of the columns the rule reads: the ruling holds while they stay the same ("":
    whatever they become), and not after ``until``, an ISO date, if given. ``period_id`` is the
    period in which it was made. ``id`` is 0 until it is stored.
    """

    ledger: str
    subject: str
    code: str
    column: str
    digest: str
    action: str
    value: str
    reason: str
    by: str
    period_id: str
    until: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class FigureRef:
    """One printed number: a figure of a ledger, perhaps for one value of a breakdown.

    ``by`` is a breakdown column and ``at`` the value, or both empty for the whole ledger.
    ``period`` names the earlier period that counted it; "" is the period at hand.
    """

    ledger: str
    figure: str
    by: str = ""
    at: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Previous:
    """The period that a ledger is compared with, and the ledger's date in it.

    ``form`` and ``number`` are those of its briefing; "" and 0 where it had none.
    """

    period: str
    as_of: date
    form: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier period counted of a ledger: its whole figures, by name, as of its date."""

    period: str
    as_of: date
    figures: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Called:
    """An enterprise in a roll call: its state, when its report came, and when it was due.

    Moments are ISO 8601 with their offset, or a day alone; "" where they are not known or set.
    """

    state: str
    arrived: str = ""
    cutoff: str = ""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One line of the registry. ``attributes`` holds the cells by registry column identifier."""

    name: str
    names: tuple[str, ...]
    order: int
    attributes: Mapping[str, str]


def item_token(item: str) -> str:
    """Return the hidden id of an item that came without one: made of its lasting id."""
    return "r" + hashlib.sha256(f"token\x1f{item}".encode()).hexdigest()[:12]
