"""Tables as XML, built directly: python-docx's cells take quadratic time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import ceil

from pipeline.write.briefing.figures import (
    Bookmarks,
    Element,
    W,
    clean,
    element,
    plain,
    run,
)
from pipeline.write.content import Cell, Grid, Placed

TABLE_STYLE = "简报表格"
HEAD_STYLE = "简报表头"
TEXT_STYLE = "简报表文"
FIGURE_STYLE = "简报表数"
TOTAL_STYLE = "简报合计"
NOTE_STYLE = "简报表注"
STYLES = (TABLE_STYLE, HEAD_STYLE, TEXT_STYLE, FIGURE_STYLE, TOTAL_STYLE)

SHORT = 14
"""A table of so many lines of print stays on one page; a longer one may break between rows."""

NARROW, ROOMY = 5, 8
"""Ems: a column of broken lines is never narrower than the one, and crowded below the other."""

MOST_LINES = 3
"""A column of which a cell takes more lines is crowded too."""

YIELD = 0.7
"""What a column of broken lines keeps of its share at the least, so that others stay whole."""

SMALLER = 86
"""Percent of the style's size in a crowded table: 9 pt for 10.5."""

LATIN, BOLD = 0.55, 0.68
"""Ems that a Latin letter takes, and one of a bold head."""

CELL_MARGINS = 200
"""Twips that margins and rules take from a cell."""


@dataclass(frozen=True, slots=True)
class Look:
    """How tables look here: style ids by name; text width and an em, in twips; the language."""

    styles: dict[str, str]
    width: int
    em: int
    english: bool
    small: bool = False


def table(grid: Grid, look: Look, bookmarks: Bookmarks) -> Element:
    """Return a ``w:tbl`` as wide as the text, its header repeated, its rows unbroken.

    A table too crowded for the style's size is set smaller. Raises ``ValueError`` when header,
    rows, ``numeric`` and ``weights`` differ in number.
    """
    count = len(grid.header)
    if not count or {len(grid.numeric), len(grid.weights), *map(len, grid.rows)} != {count}:
        raise ValueError(f"columns differ in number in table {grid.caption!r}")
    widths, crowded = _widths(grid, look)
    if crowded:
        look = replace(look, em=look.em * SMALLER // 100, small=True)
        widths, _ = _widths(grid, look)
    setter = _Setter(look, widths, bookmarks)
    rows = [_row(setter.cells(grid.header, [HEAD_STYLE] * count), repeated=True)]
    styles = [FIGURE_STYLE if numeric else TEXT_STYLE for numeric in grid.numeric]
    for left, row in zip(range(len(grid.rows))[::-1], grid.rows, strict=True):
        rows.append(_row(setter.cells(row, styles, bold=grid.total and left == 0)))
    if not grid.rows:
        rows.append(_row([setter.none()]))
    if _lines(grid, widths, look) <= SHORT:
        _keep_with_next(rows[:-1])
    if grid.note:
        _keep_with_next(rows[-1:])
    return element("tbl", _properties(look), _grid(widths), *rows)


def _widths(grid: Grid, look: Look) -> tuple[list[int], bool]:
    """Share the width out by weight; say whether a column of broken lines is left too narrow.

    Where the shares would break cells, the columns that need least (序号, a date) get what they
    need first, and the others share the rest by their text. The whole is kept to the twip.
    """
    if min(grid.weights) <= 0:
        raise ValueError("a column's weight must be above 0")
    heads = [_room(head, look.em, BOLD) for head in grid.header]
    rows = ([_room(cell, look.em) for cell in row] for row in grid.rows)
    needs = [max(column) for column in zip(heads, *rows, strict=True)]
    shares = _shared(look.width, grid.weights)
    narrow = NARROW * look.em + CELL_MARGINS
    least = [min(n, max(narrow, s * YIELD)) for n, s in zip(needs, shares, strict=True)]
    kept: set[int] = set(range(len(needs)))
    if sum(least) <= look.width and any(n > s for n, s in zip(needs, shares, strict=True)):
        base = list(least)
        kept = set()
        for column in sorted(range(len(needs)), key=lambda column: needs[column]):
            if sum(base) - base[column] + needs[column] <= look.width:
                base[column] = needs[column]
                kept.add(column)
        broken = [0.0 if n in kept else need for n, need in enumerate(needs)]
        free = broken if any(broken) else grid.weights
        spare = _shared(look.width - sum(base), free)
        shares = [given + more for given, more in zip(base, spare, strict=True)]
    edges = [0, *(round(edge) for edge in accumulate(shares))]
    roomy = ROOMY * look.em + CELL_MARGINS
    crowded = any(
        n not in kept and (share < roomy or _broken(needs[n], share) > MOST_LINES)
        for n, share in enumerate(shares)
    )
    return [right - left for left, right in pairwise(edges)], crowded or sum(least) > look.width


def _shared(width: float, weights: Sequence[float]) -> list[float]:
    whole = sum(weights)
    return [width * weight / whole for weight in weights]


def _lines(grid: Grid, widths: list[int], look: Look) -> int:
    """Estimate how many lines of print the table takes."""
    rows: tuple[tuple[Cell, ...], ...] = (grid.header, *grid.rows)
    return sum(
        max(_broken(_room(cell, look.em), width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


def _broken(room: float, width: float) -> int:
    """Return how many lines a text becomes that needs ``room`` to stand on one."""
    return ceil((room - CELL_MARGINS) / max(width - CELL_MARGINS, 1))


def _room(cell: Cell, em: int, latin: float = LATIN) -> float:
    """Return the twips a cell needs to stay on one line."""
    return ems(plain(cell), latin) * em + CELL_MARGINS


def ems(text: str, latin: float = LATIN) -> float:
    """Estimate how wide a text is, in ems; between scripts, Word leaves a quarter."""
    wide = sum(1.0 if _wide(letter) else latin for letter in text)
    return wide + 0.25 * sum(_wide(left) != _wide(right) for left, right in pairwise(text))


def _wide(letter: str) -> bool:
    return letter >= "\u2e80"


def _properties(look: Look) -> Element:
    return element(
        "tblPr",
        element("tblStyle", val=look.styles[TABLE_STYLE]),
        element("tblW", w=str(look.width), type="dxa"),
        element("jc", val="center"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0020", firstRow="1", noHBand="1", noVBand="1"),
    )


def _grid(widths: list[int]) -> Element:
    return element("tblGrid", *(element("gridCol", w=str(width)) for width in widths))


def _row(cells: list[Element], repeated: bool = False) -> Element:
    properties = element("trPr", element("cantSplit"))
    if repeated:
        properties.append(element("tblHeader"))
    return element("tr", properties, *cells)


@dataclass(frozen=True, slots=True)
class _Setter:
    """Sets the cells of one table."""

    look: Look
    widths: list[int]
    bookmarks: Bookmarks

    def cells(self, row: Sequence[Cell], styles: list[str], bold: bool = False) -> list[Element]:
        """Return a row's cells."""
        return [
            self._cell(self._paragraph(cell, style, bold), element("tcW", w=str(width), type="dxa"))
            for cell, style, width in zip(row, styles, self.widths, strict=True)
        ]

    def none(self) -> Element:
        """Return a cell over the whole width that says there is nothing."""
        text = "(none)" if self.look.english else "（无）"
        return self._cell(
            self._paragraph(text, FIGURE_STYLE, bold=False),
            element("tcW", w=str(self.look.width), type="dxa"),
            element("gridSpan", val=str(len(self.widths))),
        )

    def _paragraph(self, cell: Cell, style: str, bold: bool) -> Element:
        properties = element("rPr")
        if bold:
            properties.append(element("rStyle", val=self.look.styles[TOTAL_STYLE]))
        # Else Word takes “ ” — · from the Latin typeface, at half the width.
        properties.append(element("rFonts", hint="eastAsia"))
        if self.look.small:
            half_points = str(self.look.em // 10)
            properties.extend((element("sz", val=half_points), element("szCs", val=half_points)))
        made = element("p", element("pPr", element("pStyle", val=self.look.styles[style])))
        if isinstance(cell, Placed):
            made.extend(self.bookmarks.place(cell, properties))
        elif cell:
            made.append(run(clean(cell), properties))
        return made

    def _cell(self, paragraph: Element, *properties: Element) -> Element:
        return element(
            "tc", element("tcPr", *properties, element("vAlign", val="center")), paragraph
        )


def _keep_with_next(rows: list[Element]) -> None:
    for row in rows:
        for style in row.iter(f"{W}pStyle"):
            style.addnext(element("keepNext"))
