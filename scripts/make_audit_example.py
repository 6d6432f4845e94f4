"""Remake the English example: an audit's findings, open ones and closed ones on two sheets.

    python scripts/make_audit_example.py

The facts stand in ``scripts/example/audit.csv``; all of them are fictional. The same facts give the
same bytes.
"""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "scripts" / "example" / "audit.csv"
TARGET = ROOT / "input_templates" / "audit" / "example" / "audit_findings.xlsx"

TITLE = "Internal audit: findings and actions (fictional example)"
NOTE = "Note: closed findings stay on the second sheet until the year's end."
GUIDANCE = {
    "No.": ("Optional", "Counts the rows"),
    "Finding ID": ("Required", "AF-20-000, given by internal audit"),
    "Business Unit": ("Required", "Full name of the unit"),
    "Audit": ("Required", "Select from list"),
    "Finding": ("Required", "What was found, and where"),
    "Risk": ("Required", "Select from list"),
    "Agreed Action": ("Required", "What will be done"),
    "Action Owner": ("Required", "Name of one person"),
    "Date Raised": ("Required", "MM/DD/YYYY"),
    "Due Date": ("Required", "MM/DD/YYYY"),
    "Date Closed": ("Required", "MM/DD/YYYY"),
    "Evidence": ("Optional", "File or reference"),
}
WIDTHS = (6, 12, 24, 18, 44, 10, 40, 18, 13, 13, 13, 22)


def main() -> None:
    """Write the workbook."""
    with FACTS.open(encoding="utf-8", newline="") as file:
        facts = list(csv.DictReader(file))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(TARGET, {"strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2020, 10, 8)})  # noqa: DTZ001
        head = book.add_format({"bold": True, "bg_color": "#D9E1F2", "border": 1})
        hint = book.add_format({"italic": True, "font_color": "#7F7F7F", "text_wrap": True})
        text = book.add_format({"text_wrap": True, "valign": "top"})
        for name, closed in (("Open", False), ("Closed", True)):
            rows = [fact for fact in facts if bool(fact["Date Closed"]) == closed]
            labels = [x for x in GUIDANCE if closed or x not in ("Date Closed", "Evidence")]
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, TITLE, book.add_format({"bold": True, "font_size": 14}))
            for column, (label, width) in enumerate(zip(labels, WIDTHS, strict=False)):
                sheet.set_column(column, column, width)
                sheet.write_string(2, column, label, head)
                for row, told in enumerate(GUIDANCE[label]):
                    sheet.write_string(3 + row, column, told, hint)
                for row, fact in enumerate(rows):
                    if label == "No.":
                        sheet.write_number(5 + row, column, row + 1, text)
                    else:
                        sheet.write_string(5 + row, column, fact[label], text)
            end = 5 + len(rows)
            sheet.write_string(end, 0, "Total")
            sheet.write_number(end, 1, len(rows))
            sheet.write_string(end + 1, 0, NOTE)
            sheet.freeze_panes(5, 2)


if __name__ == "__main__":
    main()
