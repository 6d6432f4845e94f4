"""Sheets as rows of styled cells, before any file is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from example.data import Facts, Row

DATES = (
    "found_on", "deadline", "completed_on", "passed_on", "due_on", "reported_on", "posted_on",
    "seen_on", "inspected_on", "issued_on", "read_on", "replied_on", "asked_on", "done_on",
    "closed_on", "final_due",
)  # fmt: skip
NUMBERS = ("planned_funds", "problems", "problems_fixed", "items", "people")
CENTRED = {
    "serial", "item_no", "source", "category", "level", "method", "leader", "person", "phone",
    "status", "planned_funds", *DATES, "batch", "case_no", "channel", "pollution", "validity",
    "closure", "key_case", "repeated", "department", "place", "phone_posted", "box_posted",
    "condition", "seen_by", "group", "way", "state", "inspection_no", "entry_no", "kind",
    "self_check", "handler", *NUMBERS,
}  # fmt: skip
WIDTHS = {
    "serial": 5, "enterprise": 15, "item_no": 8, "description": 25, "measures": 27, "goal": 18,
    "progress": 22, "evidence": 14, "remarks": 12, "source": 13, "category": 11, "phone": 13,
    "method": 9, "person": 8, "leader": 8, "department": 10, "status": 11, "level": 9,
    "complaint": 28, "findings": 30, "handling": 30, "case_no": 15, "channel": 7, "batch": 8,
    "key_case": 7, "repeated": 7, "place": 15, "location": 30, "photo": 22, "scope": 30,
    "report": 20, "repeat_of": 15, "title": 34, "letter_no": 20, "kind": 14, "matter": 34,
    "self_check": 13, **dict.fromkeys(DATES, 15),
}  # fmt: skip
NARROW = 10
EXAMPLE_ROW = {
    "serial": "示例", "enterprise": "示例甲矿业有限公司", "item_no": "LX-000",
    "source": "企业自行提出", "category": "废水类", "level": "厂矿",
    "description": "2号沉淀池出水口挡板破损（示例）", "found_on": "2020-09-08",
    "method": "立行立改", "measures": "更换挡板（示例）", "deadline": "2020-09-30",
    "planned_funds": "0.5", "department": "选矿车间", "leader": "某示例", "person": "某示例",
    "phone": "0000-1234500", "status": "已完成", "progress": "挡板已更换（示例）",
    "completed_on": "2020-09-20", "evidence": "照片2张", "remarks": "填写示例，请勿删除",
}  # fmt: skip

Value = str | int | float | date | None


@dataclass(frozen=True)
class Cell:
    """One value and how it looks; ``total_of`` makes it a sum over rows of its own column."""

    value: Value = None
    style: str = "text"
    total_of: tuple[int, int] | None = None


@dataclass
class Grid:
    """One sheet: rows from the top, merged areas, where the header stands."""

    name: str
    widths: list[int]
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    header: tuple[int, int] = (0, 0)

    def across(self, text: str, style: str) -> None:
        """Add a row of one cell merged over the whole width."""
        if text:
            last = len(self.widths) - 1
            self.merges.append((len(self.rows), 0, len(self.rows), last))
        self.rows.append([Cell(text or None, style)])


@dataclass(frozen=True)
class Column:
    """What a column holds, and the words above it."""

    field: str
    label: str
    group: str = ""

    @property
    def style(self) -> str:
        """Short facts stand in the middle, sentences at the left."""
        return "centre" if self.field in CENTRED else "text"


def ledger_grids(form: dict[str, Any], facts: Facts) -> list[Grid]:
    """Lay out one enterprise's file, a grid a sheet; the spare ones are empty."""
    columns = [_column(words, facts.labels["rectification"]) for words in form["columns"]]
    items = [row for row in facts.items if row["code"] == form["code"]]
    if "sheets" in form:
        grids = [
            _sheet(form, name, columns, [row for row in items if row["status"] in states], facts)
            for name, states in form["sheets"].items()
        ]
    else:
        grids = [_sheet(form, form.get("sheet", ""), columns, items, facts)]
    return grids + [Grid(name, []) for name in form.get("spare_sheets", ())]


def cases_grid(facts: Facts) -> Grid:
    """Lay out the case ledger, which the coordinator's office keeps itself."""
    labels = facts.labels["cases"]
    columns = [Column(name, label) for name, label in labels.items()]
    grid = Grid("转办案件台账", [WIDTHS.get(column.field, NARROW) for column in columns])
    grid.across("督察组转办案件办理情况台账", "title")
    grid.across("截至2020年10月8日", "unit")
    _header(grid, columns)
    for serial, case in enumerate(facts.cases, start=1):
        cells = (Cell(_value(case, column, serial, {"dates": "zh"}), column.style)
                 for column in columns)  # fmt: skip
        grid.rows.append(list(cells))
    grid.across("填报：示例集团督察整改工作办公室", "tail")
    return grid


def central_grid(facts: Facts, ledger: str, title: str, day: date) -> Grid:
    """Lay out another ledger that the coordinator's office keeps itself."""
    columns = [Column(name, label) for name, label in facts.labels[ledger].items()]
    grid = Grid(title, [WIDTHS.get(column.field, NARROW) for column in columns])
    grid.across(f"示例集团{title}", "title")
    grid.across(f"截至{day.year}年{day.month}月{day.day}日", "unit")
    _header(grid, columns)
    for serial, row in enumerate(facts.central[ledger], start=1):
        values = (_value(row, column, serial, {"dates": "cell"}) for column in columns)
        cells = zip(values, columns, strict=True)
        grid.rows.append([Cell(value, column.style) for value, column in cells])
    grid.across("填报：示例集团督察整改工作办公室", "tail")
    return grid


def _column(words: str, labels: dict[str, str]) -> Column:
    group, _, rest = words.rpartition("|")
    if rest.startswith("+"):
        return Column(rest[1:], rest[1:], group)
    name, _, label = rest.partition("=")
    return Column(name, label or labels[name], group)


def _sheet(
    form: dict[str, Any], name: str, columns: list[Column], items: list[Row], facts: Facts
) -> Grid:
    grid = Grid(name, [WIDTHS.get(column.field, NARROW) for column in columns])
    if "title" in form:
        grid.across(form["title"], "title")
    for line in form.get("above", ()):
        grid.across(line, _line_style(line))
    _header(grid, columns)
    start = len(grid.rows)
    if form.get("example_row"):
        grid.rows.append(_cells(EXAMPLE_ROW, columns, "示例", form))
    if "only" in form:
        only = {"enterprise": facts.enterprise(form["code"])["企业名称"]}
        only["description"] = form["only"]
        grid.rows.append([Cell(only.get(column.field), column.style) for column in columns])
        items = []
    for serial, item in enumerate(items, start=1):
        grid.rows.append(_cells(item, columns, serial, form))
        if item["item_no"] in form.get("blanks", ()):
            grid.rows.append([Cell(None, column.style) for column in columns])
    end = len(grid.rows) - 1
    if form.get("merge") and end > start:
        place = [column.field for column in columns].index("enterprise")
        grid.merges.append((start, place, end, place))
    if form.get("total"):
        grid.rows.append(_total(columns, len(items), start, end))
    for line in form.get("tail", ()):
        grid.across(line, "tail")
    return grid


def _line_style(line: str) -> str:
    if line.startswith("单位："):
        return "unit"
    return "subtitle" if line.endswith("台账") else "line"


def _header(grid: Grid, columns: list[Column]) -> None:
    """Add the header: one row, or two with merged group heads."""
    top = len(grid.rows)
    labels = [Cell(column.label, "head") for column in columns]
    if not any(column.group for column in columns):
        grid.rows.append(labels)
        grid.header = (top, top)
        return
    heads: list[Cell] = []
    for group, members in groupby(columns, key=lambda column: column.group):
        width = len(list(members))
        first = len(heads)
        if group:
            grid.merges.append((top, first, top, first + width - 1))
            heads += [Cell(group, "head")] + [Cell(None, "head")] * (width - 1)
            continue
        for place in range(first, first + width):
            grid.merges.append((top, place, top + 1, place))
            heads.append(labels[place])
            labels[place] = Cell(None, "head")
    grid.rows += [heads, labels]
    grid.header = (top, top + 1)


def _cells(item: Row, columns: list[Column], serial: int | str, form: dict[str, Any]) -> list[Cell]:
    return [Cell(_value(item, column, serial, form), column.style) for column in columns]


def _value(item: Row, column: Column, serial: int | str, form: dict[str, Any]) -> Value:
    """Return one fact as this file's clerk writes it."""
    name = column.field
    if name == "serial":
        return serial
    if name in form.get("fixed", ()):
        return str(form["fixed"][name])
    text = item.get(name, "")
    if name == "enterprise" and serial != "示例":
        return str(form.get("name_as", text))
    if name == "deadline" and item.get("deadline_text"):
        return item["deadline_text"]
    if name in DATES and text:
        return _date(date.fromisoformat(text), form["dates"], form.get("writer", ""))
    if name in NUMBERS and text[:1].isdigit():
        number = float(text)
        return int(number) if number.is_integer() else number
    said: dict[str, str] = form.get("say", {}).get(name, {})
    return said.get(text, text) or None


def _date(day: date, form: str, writer: str) -> Value:
    year, month, number = day.year, day.month, day.day
    forms: dict[str, Value] = {
        "cell": day,
        "dash": day.isoformat(),
        "slash": f"{year}/{month}/{number}",
        "dot": f"{year}.{month}.{number}",
        "zh": f"{year}年{month}月{number}日",
        "month_day": f"{month}月{number}日",
        "compact": f"{day:%Y%m%d}" if writer == "csv" else int(f"{day:%Y%m%d}"),
    }
    return forms[form]


def _total(columns: list[Column], count: int, start: int, end: int) -> list[Cell]:
    cells: Iterator[Cell] = (
        Cell("合计", "centre")
        if column.field == "serial"
        else Cell(f"共{count}项", "text")
        if column.field == "description"
        else Cell(None, "centre", (start, end))
        if column.field == "planned_funds"
        else Cell(None, column.style)
        for column in columns
    )
    return list(cells)
