"""The facts of the example, read from the tables beside this module."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
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
    central: dict[str, list[Row]]
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
    central = {
        "publicity": _postings(enterprises),
        "inspections": [r | {"enterprise": names[r["code"]]} for r in _table("inspections")],
        "letters": _letters(enterprises, _table("letters")),
        "process": _diary(enterprises, items, _table("process")),
    }
    forms = tomllib.loads((HERE / "files.toml").read_text(encoding="utf-8"))
    return Facts(
        enterprises,
        items,
        cases,
        central,
        forms["files"],
        forms["second"],
        {ledger: _labels(ledger) for ledger in ("rectification", "cases", *central)},
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


PLACES = ("厂区内", "大门外", "居民区或繁华处")
SPOTS = {
    "厂区内": ("主干道公告栏", "职工食堂门口", "办公楼前公告栏"),
    "大门外": ("大门东侧围墙", "门卫室外墙", "大门外公告栏"),
    "居民区或繁华处": ("邻近居民区北门公告栏", "邻近集市入口", "邻近村委会公告栏"),
}
"""Where postings stand; each enterprise takes the next of each kind."""


def _postings(enterprises: list[Row]) -> list[Row]:
    """One posting at each place that applies: three at producers, one at other operating units.

    All were up by 3 September, three days after the team came; most a day or two before.
    """
    rows: list[Row] = []
    for number, unit in enumerate(e for e in enterprises if e["实体"] == "是"):
        first = (1, 1, 2, 2, 3)[number % 5]
        for place in PLACES if unit["生产"] == "是" else ("办公场所",):
            later = number % 2 if place == PLACES[-1] else 0
            spots = SPOTS.get(place, ("办公楼大厅公告栏",))
            rows.append({
                "enterprise": unit["企业名称"], "code": unit["代码"], "place": place,
                "location": unit["简称"] + spots[number % len(spots)] + "（示例）",
                "phone_posted": "是", "box_posted": "是", "due_on": "2020-09-03",
                "posted_on": f"2020-09-0{min(3, first + later)}",
                "photo": f"{unit['简称']}-{place}.jpg", "condition": "完好",
                "seen_on": f"2020-10-0{5 + number % 4}", "seen_by": unit["联系人"],
            })  # fmt: skip
    return rows


def _letters(enterprises: list[Row], letters: list[Row]) -> list[Row]:
    """Each letter at each unit of every level; so many have answered, checked, or only read it."""
    rows: list[Row] = []
    for letter in letters:
        steps = ["已回复"] * int(letter["replied"]) + ["已自查"] * int(letter["checked"])
        steps += ["已传达"] * int(letter["read"])
        steps += ["未传达"] * (len(enterprises) - len(steps))
        issued = date.fromisoformat(letter["issued_on"])
        for number, (unit, state) in enumerate(zip(enterprises, steps, strict=True)):
            found = state in ("已回复", "已自查") and number % 9 == 4
            row = {name: letter[name] for name in ("letter_no", "kind", "title", "issued_on")}
            row |= {"enterprise": unit["企业名称"], "due_on": letter["due_on"], "state": state}
            if state != "未传达":
                row["read_on"] = (issued + timedelta(days=1 + number % 3)).isoformat()
            if state in ("已回复", "已自查"):
                row |= {"self_check": "有问题已整改" if found else "无同类问题"}
                row |= {"problems": "1" if found else "0"}
            if state == "已回复":
                row["replied_on"] = (issued + timedelta(days=6 + number % 5)).isoformat()
            rows.append(row)
    return rows


VISIT = (
    ("当日会议", "督察立行立改推进会", "会议纪要、签到表"),
    ("整改方案", "立行立改事项整改方案", "方案、签收单"),
    ("情况报告", "立行立改事项整改情况报告", "报告、签收单"),
)
"""What every visited enterprise did on the day of its visit, and the evidence of it."""


def _diary(enterprises: list[Row], items: list[Row], others: list[Row]) -> list[Row]:
    """Meeting, plan and report of each visited enterprise, then what else went on."""
    names = {unit["代码"]: unit["企业名称"] for unit in enterprises}
    rows: list[Row] = []
    for unit in (e for e in enterprises if e["被督察"] == "是"):
        count = sum(item["code"] == unit["代码"] for item in items)
        for kind, matter, evidence in VISIT:
            row = {"enterprise": unit["企业名称"], "kind": kind, "state": "已落实"}
            row |= {"matter": f"{unit['简称']}{matter}（示例）", "evidence": evidence}
            row |= {"done_on": unit["下沉督察日期"], "handler": unit["联系人"]}
            row["items"] = "" if kind == "当日会议" else str(count)
            rows.append(row)
    rows += [row | {"enterprise": names[row["code"]]} for row in others]
    return [row | {"entry_no": f"RC-{number:03d}"} for number, row in enumerate(rows, start=1)]


def _labels(ledger: str) -> Row:
    text = (PROFILES / ledger / "profile.toml").read_text(encoding="utf-8")
    return {column["id"]: column["label"]["zh"] for column in tomllib.loads(text)["columns"]}
