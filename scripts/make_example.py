"""Remake the shipped fictional example and the second period of the tests.

    python scripts/make_example.py

The facts stand in ``scripts/example/*.csv``, the forms clerks give them in ``files.toml``. Some
workbooks are saved by LibreOffice, which must be installed; only their bytes may differ from one
making to the next.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from example.book import save
from example.data import Facts, read_facts
from example.grid import Grid, cases_grid, central_grid, ledger_grids
from example.registry import write_registry
from example.truth import truth

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "input_templates"
EXAMPLE = TEMPLATES / "example"
CASES = ROOT / "tests" / "cases"
SECOND = CASES / "second_period"

FIRST_DAY = date(2020, 10, 9)
SECOND_DAY = date(2020, 10, 16)
CASES_DAY = date(2020, 10, 8)
CENTRAL = {
    "publicity": "联系方式张贴台账",
    "inspections": "内部督查台账",
    "letters": "函件传达台账",
    "process": "督察日常台账",
}

Form = dict[str, Any]
Workbook = tuple[Path, list[Grid], str]


def workbooks(facts: Facts, forms: list[Form], inbox: Path) -> list[Workbook]:
    """Lay out each enterprise's file, not yet written."""
    made: list[Workbook] = []
    for form in forms:
        suffix = ".csv" if form["writer"] == "csv" else ".xlsx"
        grids = ledger_grids(form, facts)
        made.append((inbox / (form["name"] + suffix), grids, form["writer"]))
    return made


def write_truth(path: Path, content: dict[str, Any]) -> None:
    """Write what the pipeline must find, for tests to compare with."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Write everything anew; former inboxes are emptied first."""
    first = read_facts()
    second = read_facts(later=True)
    forms = {form["code"]: form for form in first.forms}
    later = [forms[form["code"]] | form for form in first.second_forms]
    for inbox in (EXAMPLE / "inbox", SECOND / "inbox"):
        inbox.mkdir(parents=True, exist_ok=True)
        for old in (*inbox.glob("*.xlsx"), *inbox.glob("*.csv")):
            old.unlink()
    cases = EXAMPLE / "inbox" / "转办案件台账（截至10月8日）.xlsx"
    books = workbooks(first, first.forms, EXAMPLE / "inbox")
    books.append((cases, [cases_grid(first)], "office"))
    for ledger, title in CENTRAL.items():
        path = EXAMPLE / "inbox" / f"{title}（截至10月9日）.xlsx"
        books.append((path, [central_grid(first, ledger, title, FIRST_DAY)], "xlsx"))
    save(books, FIRST_DAY)
    save(workbooks(second, later, SECOND / "inbox"), SECOND_DAY)
    write_registry(EXAMPLE / "enterprises.xlsx", first.enterprises, FIRST_DAY)
    write_registry(TEMPLATES / "enterprises.xlsx", [], FIRST_DAY)
    write_truth(CASES / "example_truth.json", truth(first, first.forms, FIRST_DAY, CASES_DAY))
    write_truth(SECOND / "truth.json", truth(second, later, SECOND_DAY, None))
    print(f"{len(books)} files in {EXAMPLE / 'inbox'}, {len(later)} in {SECOND / 'inbox'}")


if __name__ == "__main__":
    main()
