"""What outlives a run: periods, the roster and its changes, rulings, numbers, outputs.

SQLAlchemy stands behind this door only. ``Store`` is loaded when it is first asked for, so that
the records can be used, and help texts shown, without waiting for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.store.records import (
    BriefingNumber,
    Composed,
    Entry,
    Hand,
    Issue,
    NumberState,
    PeriodState,
    PeriodStatus,
    Reference,
    StoredPeriod,
)

if TYPE_CHECKING:
    from pipeline.store.store import Store

__all__ = [
    "BriefingNumber",
    "Composed",
    "Entry",
    "Hand",
    "Issue",
    "NumberState",
    "PeriodState",
    "PeriodStatus",
    "Reference",
    "Store",
    "StoredPeriod",
]


def __getattr__(name: str) -> Any:
    if name == "Store":
        from pipeline.store.store import Store

        return Store
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
