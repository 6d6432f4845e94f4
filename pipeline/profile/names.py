"""Names that tables have beside those of a profile's columns, and the registry's columns."""

from __future__ import annotations

from pipeline import model

ROLL_CALL_COLUMNS = (
    "enterprise", "state", "items", "as_at", "stamped", "proposed", "read", "counted", "undecided",
    "set_aside", "punctuality", "late_minutes", "missing_in_a_row", "open", "timeliness",
)  # fmt: skip
CHANGE_COLUMNS = ("change", "changed_from", "changed_to")
"""What a list of changes has beside the roster's columns: what it is, from what, to what."""
DOUBT_COLUMNS = ("doubt", "at_stake")
"""What a list of doubts has beside the roster's: what is doubted, what hangs on it."""
REGISTRY_DATES = ("visit_date", "effective")
REGISTRY_COLUMNS = (
    "code", "name", "short", "former", "parent", "tier", "entity", "production", "visited",
    "visit_date", "order", "email", "supervision_group", "verification_group", "contact",
    "merged_into", "effective",
)  # fmt: skip
ENGINE_PARTITIONS = {
    "entry": ("new", "before"),
    "turn": ("completed_now", "reopened", "removed_now", "same"),
    "was": ("completed", "open", "removed", "absent"),
    "standing": ("updated", "carried", "asked"),
    "reach": ("completed", "doubted", "could", "no"),
    "basis": ("written", "phone"),
}
"""Partitions that the engine adds to the roster: how an item came, turned, and was told of."""

RESERVED = (
    *ENGINE_PARTITIONS, *CHANGE_COLUMNS, *DOUBT_COLUMNS,
    model.ROW_NO, model.REASON, model.TOKEN, model.EXTRA, model.ROW_ID,
    model.SHEET_ID, model.SUBMISSION, model.KEY, model.FINGERPRINT, model.ITEM_ID, model.CONFIRMED,
    model.MOVED, model.FAULTS,
    model.SOURCE_PERIOD, model.SOURCE_FILE, model.SOURCE_SHEET, model.SOURCE_ROW, "as_of",
    "disposition",
)  # fmt: skip
"""Names that tables between stages use beside those of a profile's columns."""

ENGINE_WORDS = ("as_of", "previous_as_of", "previous_issue", "item_name")
"""Words beside figures and phrases that a briefing's sentences may use."""
