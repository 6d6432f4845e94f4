"""Where the roster has what it says of an item: for messages that quote it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.model import SOURCE_FILE, SOURCE_PERIOD, SOURCE_ROW, SOURCE_SHEET

_NAMES = {"period": SOURCE_PERIOD, "file": SOURCE_FILE, "sheet": SOURCE_SHEET, "row": SOURCE_ROW}


def sources(items: pa.Table) -> list[dict[str, Any]]:
    """Return period, file, sheet and row that told the present state of each item."""
    columns = (items.column(name).to_pylist() for name in _NAMES.values())
    return [dict(zip(_NAMES, cells, strict=True)) for cells in zip(*columns, strict=True)]
