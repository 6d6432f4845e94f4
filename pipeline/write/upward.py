"""Fill a workbook that somebody else made: values into prepared cells, all else as it was.

Only the sheet's part changes: its formats, formulas, widths and the other parts stay. What formulas
had computed is taken out, so that whoever opens it computes them anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from pipeline.errors import UsageError
from pipeline.read.refusal import RefusedError
from pipeline.text import fold
from pipeline.write.returns.cells import Cells, Place, letters_of
from pipeline.write.returns.comments import escaped
from pipeline.write.returns.package import (
    NotAnnotatedError,
    Parts,
    local,
    namespace,
    parsed,
    same_name,
)

Cell = str | int | Decimal | date | None
_WITHIN: Final = 30  # rows in which the header is looked for
_LARGEST: Final = 20_000_000  # bytes of a sheet's part
_EPOCHS: Final = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def filled(
    data: bytes, sheet: str, labels: Sequence[str], until: str, rows: Sequence[Sequence[Cell]]
) -> bytes:
    """Return the workbook with ``rows`` under the columns ``labels`` of ``sheet``.

    Raises UsageError where the form is not as expected: no such sheet or header, cells that hold
    something already, too few prepared rows above ``until``.
    """
    try:
        parts = Parts(data)
        made = _Filling(parts, sheet)
        made.put(labels, until, rows)
        return parts.packed()
    except (NotAnnotatedError, RefusedError) as error:
        raise UsageError(
            f"上级报表不能安全地填写（{error}）", "请在 Excel/WPS 中另存为 .xlsx 后重试"
        ) from error


class _Filling:
    def __init__(self, parts: Parts, sheet: str) -> None:
        book = next(t for _, kind, t in parts.relations("") if kind == "officeDocument")
        root = parsed(parts.read(book))
        targets = {key: target for key, _, target in parts.relations(book)}
        names = {}
        for element in root.iter():
            if local(element) == "sheet":
                key = next(v for k, v in element.attrib.items() if str(k).endswith("}id"))
                names[element.get("name", "")] = targets[str(key)]
        found = next((t for name, t in names.items() if same_name(name, sheet)), None)
        if found is None:
            raise UsageError(f"上级报表中没有工作表『{sheet}』", f"有：{'、'.join(names)}")
        about = next((e for e in root.iter() if local(e) == "workbookPr"), None)
        late = about is not None and about.get("date1904") in ("1", "true")
        self._epoch = _EPOCHS[late]
        if len(parts.read(found)) > _LARGEST:
            raise UsageError("上级报表的工作表太大", "请删去多余的空行空列后重试")
        self._cells = Cells(parts.root(found))
        strings = [t for _, kind, t in parts.relations(book) if kind == "sharedStrings"]
        self._strings = [
            "".join(t.text or "" for t in item.iter() if local(t) == "t")
            for item in (parsed(parts.read(strings[0])) if strings else ())
        ]
        for target in names.values():
            if b"<f" in parts.read(target) or b":f>" in parts.read(target):
                _forget(parts.root(target))

    def put(self, labels: Sequence[str], until: str, rows: Sequence[Sequence[Cell]]) -> None:
        header, columns = self._header(labels)
        end = self._end(header, until)
        if end is not None and len(rows) > end - header - 1:
            raise UsageError(
                f"上级报表在『{until}』之前只留了 {end - header - 1} 行，需要 {len(rows)} 行",
                f"请在『{until}』上方插入 {len(rows) - (end - header - 1)} 行后重试",
            )
        last = end - 1 if end is not None else header + max(len(rows), 1)
        for number in range(header + 1, last + 1):
            for column in columns:
                self._check_free((number, column))
        styles = [self._cells.cell((header + 1, column)).get("s") for column in columns]
        for number, row in enumerate(rows, start=header + 1):
            for column, style, value in zip(columns, styles, row, strict=True):
                self._set((number, column), style, value)

    def _header(self, labels: Sequence[str]) -> tuple[int, list[int]]:
        best: list[str] = list(labels)
        for number in range(1, min(self._cells.last_row, _WITHIN) + 1):
            found: dict[str, list[int]] = {}
            for column, cell in self._cells.cells_in(number).items():
                found.setdefault(fold(self._text(cell)), []).append(column)
            lacking = [label for label in labels if fold(label) not in found]
            if not lacking:
                twice = [label for label in labels if len(found[fold(label)]) > 1]
                if twice:
                    raise UsageError(
                        f"上级报表第 {number} 行有两列都叫『{twice[0]}』", "请改名后重试"
                    )
                return number, [found[fold(label)][0] for label in labels]
            best = min(best, lacking, key=len)
        raise UsageError(
            f"上级报表前 {_WITHIN} 行没有含全部列名的表头，缺『{'、'.join(best)}』",
            "请核对映射文件中的 label 与报表的列名",
        )

    def _end(self, header: int, until: str) -> int | None:
        if not until:
            return None
        for number in range(header + 1, self._cells.last_row + 1):
            cells = self._cells.cells_in(number).values()
            if any(fold(self._text(cell)) == fold(until) for cell in cells):
                return number
        raise UsageError(f"上级报表的表头下没有『{until}』行", "请核对映射文件的 until")

    def _check_free(self, place: Place) -> None:
        cell = self._cells.cells_in(place[0]).get(place[1])
        address = f"{letters_of(place[1])}{place[0]}"
        if self._cells.merged(place):
            raise UsageError(f"上级报表的 {address} 是合并单元格", "请取消合并后重试")
        if cell is None or not len(cell):
            return
        if any(local(child) == "f" for child in cell):
            raise UsageError(f"上级报表的 {address} 是公式", "请从映射文件中去掉这一列")
        if text := self._text(cell):
            raise UsageError(
                f"上级报表的 {address} 已有内容『{text[:20]}』",
                "请用空白报表；表下有合计或说明的，用 until 写明其首行的文字",
            )

    def _text(self, cell: etree._Element) -> str:
        if cell.get("t") == "inlineStr":
            return "".join(t.text or "" for t in cell.iter() if local(t) == "t").strip()
        value = next((c.text or "" for c in cell if local(c) == "v"), "")
        if cell.get("t") == "s":
            at = int(value) if value.isdecimal() else -1
            return self._strings[at].strip() if 0 <= at < len(self._strings) else ""
        return value.strip()

    def _set(self, place: Place, style: str | None, value: Cell) -> None:
        cell = self._cells.cell(place)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", "")
        if style and not int(cell.get("s") or 0):
            cell.set("s", style)
        ns = namespace(cell)
        if value is None or value == "":
            return
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(cell, f"{ns}is"), f"{ns}t")
            text.text = escaped(value)
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return
        number = (value - self._epoch).days if isinstance(value, date) else value
        etree.SubElement(cell, f"{ns}v").text = (
            f"{number:f}" if isinstance(number, Decimal) else str(number)
        )


def _forget(root: etree._Element) -> None:
    """Take out what formulas had computed: it is another table's now."""
    for cell in root.iter():
        if local(cell) == "c" and any(local(child) == "f" for child in cell):
            for child in [c for c in cell if local(c) == "v"]:
                cell.remove(child)
            cell.attrib.pop("t", "")


def mapped(value: Cell, names: Mapping[str, str], label: str) -> Cell:
    """Return a value as the form names it; UsageError where the form has no name for it."""
    if not names or value is None or value == "":
        return value
    if str(value) not in names:
        raise UsageError(
            f"『{label}』列没有写明『{value}』在上级报表中怎么填", "请在映射文件该列的 names 中补上"
        )
    return names[str(value)]
