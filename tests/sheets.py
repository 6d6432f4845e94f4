"""Sheets as small tables, and what layout makes of them."""

from pipeline.model import Notice
from pipeline.profile import shipped_profile
from pipeline.read.grid import Grid, Merge
from pipeline.read.labels import Labels, labels_of
from pipeline.read.layout import Ledger, lay_out

ITEMS = labels_of(shipped_profile("rectification"))
CASES = labels_of(shipped_profile("cases"))
HEADER = "序号 | 企业名称 | 问题描述 | 整改状态 | 整改措施 | 整改时限 | 责任人"


def grid(table: str, merged: tuple[Merge, ...] = (), name: str = "Sheet1") -> Grid:
    """Cells between bars, a row a line; ``⏎`` is a line break within a cell."""
    rows = [line.strip() for line in table.strip("\n").splitlines()]
    cells = [[c.strip().replace("⏎", "\n") for c in r.split("|")] if r else [] for r in rows]
    return Grid(name, cells, merged)


def ledger(table: str, merged: tuple[Merge, ...] = (), **more: object) -> Ledger:
    known: tuple[Labels, ...] = (ITEMS, CASES)
    found = lay_out(grid(table, merged), known, **more)  # type: ignore[arg-type]
    (only,) = found
    return only


def reasons(table: str, merged: tuple[Merge, ...] = ()) -> list[tuple[int, str | None]]:
    lines = ledger(table, merged).lines
    return list(zip(lines.row_no, lines.reason, strict=True))


def data(found: Ledger, column: str) -> list[str | None]:
    lines = found.lines
    return [t for t, r in zip(lines.texts[column], lines.reason, strict=True) if r is None]


def told(found: Ledger) -> list[Notice]:
    """Notices but for required columns that the small tables leave out."""
    return [n for n in found.notices if not n.code.startswith("column-missing")]


def tables(table: str, merged: tuple[Merge, ...] = ()) -> list[Ledger]:
    return list(lay_out(grid(table, merged), (ITEMS, CASES)))


def rows(found: Ledger, *columns: str) -> list[tuple[object, ...]]:
    texts = [found.lines.texts[name] for name in columns]
    lines = zip(found.lines.row_no, found.lines.reason, *texts, strict=True)
    return [(number, *cells) for number, reason, *cells in lines if reason is None]
