"""The long part of a blank ledger, written once: empty rows and each row's formulas.

A thousand enterprises get the same rows but for the rows' ids, so their XML is kept and reused.
Formulas are shared down their column (ECMA-376 part 1, 18.3.1.40): they stand in the sheet once,
which keeps the file small and quick to read when it comes back. Their stored value is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from xlsxwriter.format import Format

from pipeline.rules.cells import ROW
from pipeline.write.selfcheck import SelfCheck, cell_of
from pipeline.write.style import GrowingSheet

_Indices = tuple[int, ...]


@dataclass(slots=True)
class Body:
    """The rows of the forms of one profile: ``rows`` from row ``top`` (from 1) on.

    Kept between workbooks by the numbers that a workbook gives to its formats.
    """

    check: SelfCheck
    top: int
    rows: int
    _tails: dict[_Indices, list[str]] = field(default_factory=dict)
    _fronts: dict[_Indices, list[str]] = field(default_factory=dict)

    def tail(self, number: int, looks: _Indices) -> str:
        """Return the formula cells of the ``number``-th row, from 0."""
        if looks not in self._tails:
            self._tails[looks] = [self._tail(n, looks) for n in range(self.rows)]
        return self._tails[looks][number]

    def front(self, number: int, looks: _Indices) -> str:
        """Return the beginning of the ``number``-th row: its empty cells."""
        if looks not in self._fronts:
            self._fronts[looks] = [self._front(n, looks) for n in range(self.rows)]
        return self._fronts[looks][number]

    def _tail(self, number: int, looks: _Indices) -> str:
        row = self.top + number
        cells = (
            f'<c r="{cell_of(self.check.first + n, row)}"{look} t="str">'
            f"{self._shared(n, number)}<v/></c>"
            for n, look in enumerate(self._looks(looks))
        )
        return "".join(cells)

    def _looks(self, looks: _Indices) -> list[str]:
        """Only what is seen has a look."""
        return [f' s="{looks[0]}"', *[""] * (len(self.check.formulas) - 1)]

    def _shared(self, place: int, number: int) -> str:
        if number:
            return f'<f t="shared" si="{place}"/>'
        letters = cell_of(self.check.first + place, self.top)
        ref = f"{letters}:{cell_of(self.check.first + place, self.top + self.rows - 1)}"
        formula = escape(self.check.formulas[place].replace(ROW, str(self.top)))
        return f'<f t="shared" ref="{ref}" si="{place}">{formula}</f>'

    def _front(self, number: int, looks: _Indices) -> str:
        row = self.top + number
        cells = (f'<c r="{cell_of(n, row)}" s="{look}"/>' for n, look in enumerate(looks))
        return f'<row r="{row}">{"".join(cells)}'


class BodySheet(GrowingSheet):
    """A sheet whose rows end in a body's formulas, and whose empty rows are a body's."""

    def carry(
        self, body: Body, looks: Sequence[Format], tail: Sequence[Format], tokens: Sequence[str]
    ) -> None:
        """Take ``body``; the rows from its end that have ``tokens`` are empty but for these."""
        self._body, self._looks, self._tail_looks = body, tuple(looks), tuple(tail)
        self._tokens = tuple(tokens)
        for look in (*looks, *tail):
            look._get_xf_index()
        self._check_dimensions(body.top + body.rows - 2, body.check.end - 1)
        self._at = -1

    def _calculate_spans(self) -> None:
        """Leave spans out: they are a hint, and what a body adds is not in them."""
        self.row_spans: dict[int, str] = {}

    def _write_row(self, row: int, *args: Any, **more: Any) -> None:
        self._at = row
        super()._write_row(row, *args, **more)

    def _xml_end_tag(self, tag: str) -> None:
        number = self._at + 1 - self._body.top
        if tag == "row" and 0 <= number < self._body.rows:
            self.fh.write(self._body.tail(number, self._indices(self._tail_looks)))
        super()._xml_end_tag(tag)

    def _write_rows(self) -> None:
        super()._write_rows()
        body = self._body
        looks, tail = self._indices(self._looks), self._indices(self._tail_looks)
        place = body.check.first - 1
        for number, token in enumerate(self._tokens, start=body.rows - len(self._tokens)):
            at = cell_of(place, body.top + number)
            kept = f'<c r="{at}" t="inlineStr"><is><t>{token}</t></is></c>'
            self.fh.write(f"{body.front(number, looks)}{kept}{body.tail(number, tail)}</row>")

    def _indices(self, looks: Sequence[Format]) -> _Indices:
        return tuple(look._get_xf_index() for look in looks)
