"""The facts of the example, read from the tables beside this module."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PROFILES = HERE.parent.parent / "input_templates"

Row = dict[str, str]


@dataclass(frozen=True)
class Facts:
    """Everything that is true in one period, and how files present it."""

    enterprises: list[Row]
    items: list[Row]
    cases: list[Row]
    forms: list[dict[str, Any]]
    second_forms: list[dict[str, Any]]
    labels: dict[str, dict[str, str]]

    def enterprise(self, code: str) -> Row:
        """Return the registry's row of one enterprise."""
        return next(row for row in self.enterprises if row["代码"] == code)


def read_facts(later: bool = False) -> Facts:
    """Read all tables; ``later`` applies what changed in the second period."""
    enterprises = _table("enterprises")
    items = _table("items")
    if later:
        items = _changed(items, _table("second"))
    visits = {row["代码"]: row["下沉督察日期"] for row in enterprises}
    names = {row["代码"]: row["企业名称"] for row in enterprises}
    items = [_completed(row, visits, names) for row in items]
    cases = [row | {"enterprise": names[row["code"]]} for row in _table("cases")]
    forms = tomllib.loads((HERE / "files.toml").read_text(encoding="utf-8"))
    return Facts(
        enterprises,
        items,
        cases,
        forms["files"],
        forms["second"],
        {ledger: _labels(ledger) for ledger in ("rectification", "cases")},
    )


def _table(name: str) -> list[Row]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _changed(items: list[Row], changes: list[Row]) -> list[Row]:
    """Overlay what a later period says; a number not known before is a new item."""
    by_number = {row["item_no"]: row for row in items}
    for change in changes:
        said = {column: value for column, value in change.items() if value}
        number = change["item_no"]
        by_number[number] = {**by_number.get(number, change), **said}
    return sorted(by_number.values(), key=lambda row: (row["code"], row["item_no"]))


def _completed(row: Row, visits: Row, names: Row) -> Row:
    """Add what follows from the enterprise and the number."""
    visit = visits[row["code"]]
    return row | {
        "enterprise": names[row["code"]],
        "source": "企业自行提出",
        "found_on": row["found_on"] or visit,
        "phone": f"0000-12345{row['item_no'][-2:]}",
    }


def _labels(ledger: str) -> Row:
    text = (PROFILES / ledger / "profile.toml").read_text(encoding="utf-8")
    return {column["id"]: column["label"]["zh"] for column in tomllib.loads(text)["columns"]}
