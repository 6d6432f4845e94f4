"""Last period's faults in the next ledger, listed on top of its instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.worksheet import Worksheet

from pipeline.write.guidewords import say
from pipeline.write.style import Styles, lines_needed, put, row_height


@dataclass(frozen=True, slots=True)
class LastFault:
    """A fault that stands on the ``item``-th row filled beforehand, from 0, which is ``row``.

    ``column`` is the profile's, "" for the row as a whole; ``label`` what people call it; ``value``
    what was found faulty.
    """

    item: int
    row: int
    column: str
    label: str
    value: str
    what: str
    remedy: str


def write_last(
    sheet: Worksheet, styles: Styles, faults: Sequence[LastFault], top: int, lang: str,
    widths: Sequence[float],
) -> int:  # fmt: skip
    """Write the list from row ``top`` on; returns the row after it."""
    put(sheet, top, 0, say(lang, "last_heading", n=len(faults)), styles["heading"])
    heads = [say(lang, f"last_{key}") for key in ("place", "what", "row", "value", "remedy")]
    for i, head in enumerate(heads):
        put(sheet, top + 1, i, head, styles["header_must"])
    sheet.set_row(top + 1, 22)
    row = top + 2
    for row, fault in enumerate(faults, start=top + 2):
        number = say(lang, "last_at", n=fault.row)
        cells = [fault.label, fault.what, number, fault.value, fault.remedy]
        for i, text in enumerate(cells):
            put(sheet, row, i, text, styles["told"])
        lines = max(lines_needed(t, w - 1) for t, w in zip(cells, widths, strict=True))
        sheet.set_row(row, row_height(lines))
    return row + 1
