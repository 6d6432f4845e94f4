"""What the pipeline must find in the example, counted from the facts, not from the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from example.data import PLACES, Facts, Row

FAULTS = [
    {"item": "LX-031", "column": "completed_on", "code": "completed-undated"},
    {"item": "LX-031", "column": "evidence", "code": "completed-no-evidence"},
    {"item": "LX-032", "column": "person", "what": "blank"},
    {"item": "LX-033", "column": "completed_on", "code": "ongoing-with-completion-date"},
    {"item": "LX-034", "column": "method", "what": "not one of the choices"},
]

Figures = dict[str, int]


def truth(
    facts: Facts, forms: list[dict[str, Any]], day: date, cases_day: date | None
) -> dict[str, Any]:
    """Return the figures of each ledger in the shape of ``run.json``, and the known faults."""
    sent = {form["code"]: form for form in forms}
    calls = _roll_call(facts, sent)
    numbers = [row["item_no"] for row in facts.items if row["code"] in sent]
    faults = [fault for fault in FAULTS if fault["item"] in numbers]
    columns = ("enterprise", "category", "level", "source")
    rectification = {
        "as_of": day.isoformat(),
        "figures": _figures(facts.items, day)
        | _calls_counted(calls)
        | {
            "enterprises": len({row["code"] for row in facts.items}),
            "visited": sum(row["被督察"] == "是" for row in facts.enterprises),
        },
        "planned_funds": str(_funds(facts.items)),
        "rates": _rates(_figures(facts.items, day)),
        "by": {column: _by(facts.items, column, lambda r: _figures(r, day)) for column in columns},
        "roll_call": calls,
        "faults": faults,
        "pace": {
            part: [row["item_no"] for row in facts.items if _pace(row, day) == part]
            for part in ("on_schedule", "behind", "overdue")
        },
    }
    if cases_day is None:
        return {"rectification": rectification}
    cases = {
        "as_of": cases_day.isoformat(),
        "figures": _case_figures(facts.cases),
        "by": {"enterprise": _by(facts.cases, "enterprise", _case_figures)},
    }
    others = {
        ledger: {"as_of": day.isoformat(), "figures": found, "by": {}}
        for ledger, found in _central_figures(facts).items()
    }
    return {"rectification": rectification, "cases": cases, **others}


def _central_figures(facts: Facts) -> dict[str, Figures]:
    """Count the ledgers that the office keeps, each against its own denominator."""
    units = facts.enterprises
    operating = {u["企业名称"] for u in units if u["实体"] == "是"}
    production = {u["企业名称"] for u in units if u["生产"] == "是"}
    visited = {u["企业名称"]: u["下沉督察日期"] for u in units if u["被督察"] == "是"}
    return {
        "publicity": _postings(facts.central["publicity"], operating, production),
        "inspections": _inspections(facts.central["inspections"], production),
        "letters": _letters(facts.central["letters"], len(units)),
        "process": _diary(facts.central["process"], visited),
    }


def _postings(rows: list[Row], operating: set[str], production: set[str]) -> Figures:
    """Where telephone and letter box are posted; a producer needs every kind of place."""
    posted = [r for r in rows if r["phone_posted"] == r["box_posted"] == "是"]
    at = {place: {r["enterprise"] for r in posted if r["place"] == place} for place in PLACES}
    return {
        "total": len(posted),
        "intact": len(posted),
        "operating": len(operating),
        "operating_posted": len(operating & {r["enterprise"] for r in posted}),
        "production": len(production),
        "production_posted": len(production & set.intersection(*at.values())),
    }


def _inspections(rows: list[Row], production: set[str]) -> Figures:
    """What the office's own groups inspected and found."""
    ways = Counter(r["way"] for r in rows)
    return {
        "groups": len({r["group"] for r in rows}),
        "enterprises": len({r["enterprise"] for r in rows}),
        "production_inspected": len(production & {r["enterprise"] for r in rows}),
        "held": len(rows),
        "on_site": ways["现场"],
        "by_video": ways["视频"],
        "problems": sum(int(r["problems"]) for r in rows),
        "problems_fixed": sum(int(r["problems_fixed"]) for r in rows),
    }


def _letters(rows: list[Row], units: int) -> Figures:
    """How far each letter came at each of the units that it went to."""
    states = Counter(r["state"] for r in rows)
    return {
        "letters": len({r["letter_no"] for r in rows}),
        "units": units,
        "total": len(rows),
        "replied": states["已回复"],
        "checked": states["已自查"],
        "read": states["已传达"],
        "unread": states["未传达"],
        "overdue": 0,
    }


def _diary(rows: list[Row], visited: dict[str, str]) -> Figures:
    """The office's diary; ``visited`` has the day of each enterprise that inspectors went to."""
    same = {
        kind: {
            r["enterprise"]
            for r in rows
            if r["kind"] == kind and r["done_on"] == visited.get(r["enterprise"])
        }
        for kind in ("当日会议", "整改方案", "情况报告")
    }
    kinds = Counter(r["kind"] for r in rows)
    given = Counter((r["kind"], r["state"]) for r in rows)
    return {
        "visited": len(visited),
        "met_same_day": len(same["当日会议"]),
        "filed_same_day": len(same["整改方案"] & same["情况报告"]),
        "not_same_day": len(visited.keys() - set.intersection(*same.values())),
        "plans": sum(int(r["items"]) for r in rows if r["kind"] == "整改方案"),
        "reports": sum(int(r["items"]) for r in rows if r["kind"] == "情况报告"),
        "assignments": kinds["领导交办"],
        "documents": kinds["调阅资料"],
        "documents_given": given["调阅资料", "已落实"],
        "people": sum(int(r.get("people") or 0) for r in rows),
    }


def _pace(row: Row, day: date) -> str:
    if row["status"] == "已完成":
        return "completed"
    if date.fromisoformat(row["deadline"]) < day:
        return "overdue"
    return "behind" if row["status"] == "未达到序时进度" else "on_schedule"


def _figures(items: list[Row], day: date) -> Figures:
    pace = Counter(_pace(row, day) for row in items)
    due = [row for row in items if date.fromisoformat(row["deadline"]) < day]
    done = [row for row in due if row["status"] == "已完成"]
    dated = [row for row in done if row["completed_on"]]
    return {
        "total": len(items),
        "completed": pace["completed"],
        "ongoing": len(items) - pace["completed"],
        "undecided": 0,
        "on_schedule": pace["on_schedule"],
        "behind": pace["behind"],
        "overdue": pace["overdue"],
        "due": len(due),
        "due_completed": len(done),
        "completed_in_time": sum(row["completed_on"] <= row["deadline"] for row in dated),
        "completed_late": sum(row["completed_on"] > row["deadline"] for row in dated),
        "completed_undated": len(done) - len(dated),
        "verified": 0,
        "signed_off": 0,
        "self_raised": sum(row["source"] == "企业自行提出" for row in items),
    }


def _case_figures(cases: list[Row]) -> Figures:
    closure = Counter(row["closure"] for row in cases)
    in_time = sum(row["reported_on"] <= row["due_on"] for row in cases)
    return {
        "total": len(cases),
        "batches": len({row["batch"] for row in cases}),
        "closed": closure["已办结"],
        "stage_closed": closure["阶段性办结"],
        "open": closure["未办结"],
        "undecided": 0,
        "reported_in_time": in_time,
        "replies_late": len(cases) - in_time,
    }


def _by(
    rows: list[Row], column: str, figures: Callable[[list[Row]], Figures]
) -> dict[str, Figures]:
    values = dict.fromkeys(row[column] for row in rows)
    return {value: figures([row for row in rows if row[column] == value]) for value in values}


def _funds(items: list[Row]) -> Decimal:
    amounts = (row["planned_funds"] for row in items)
    return sum((Decimal(text) for text in amounts if text[:1].isdigit()), Decimal(0))


def _rates(figures: Figures) -> dict[str, str]:
    """Return the rates as they are printed, in per cent with one decimal."""
    pairs = {
        "completion_rate": ("completed", "total"),
        "due_completion_rate": ("due_completed", "due"),
    }
    return {
        name: str((Decimal(100 * figures[of]) / figures[over]).quantize(Decimal("0.1")))
        for name, (of, over) in pairs.items()
    }


def _roll_call(facts: Facts, sent: dict[str, dict[str, Any]]) -> Row:
    calls: Row = {}
    for row in facts.enterprises:
        form = sent.get(row["代码"])
        if row["实体"] != "是" or row["被督察"] == "否":
            continue
        if form is None:
            calls[row["企业名称"]] = "missing"
        elif "only" in form:
            calls[row["企业名称"]] = "unchanged" if "变化" in form["only"] else "nil"
        else:
            calls[row["企业名称"]] = "reported"
    return calls


def _calls_counted(calls: Row) -> Figures:
    states = Counter(calls.values())
    return {
        "expected": len(calls),
        "reporting": len(calls) - states["missing"],
        "nil_returns": states["nil"],
        "unchanged_returns": states["unchanged"],
        "missing": states["missing"],
    }
