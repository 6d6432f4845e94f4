"""The stage: who must report a ledger, who did and how, and what mails and scans add to that."""

from pipeline.rollcall.arrivals import arrivals
from pipeline.rollcall.call import SCHEMA, Punctuality, must_report, roll_call
from pipeline.rollcall.filings import Filing, filings, state_of
from pipeline.rollcall.letters import accepted, claims, linked, stamped_by, unattributed
from pipeline.rollcall.untouched import untouched

__all__ = [
    "SCHEMA",
    "Filing",
    "Punctuality",
    "accepted",
    "arrivals",
    "claims",
    "filings",
    "linked",
    "must_report",
    "roll_call",
    "stamped_by",
    "state_of",
    "unattributed",
    "untouched",
]
