"""Measure all rules on many rows against a plain vectorised version of the same; see README.md."""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from rapidfuzz import fuzz, process

from pipeline.model import Period, Sheet, Submission
from pipeline.profile import Profile, shipped_profile
from pipeline.read.task import rows_schema
from pipeline.registry import registry_from
from pipeline.rules.families import checks, faulty
from pipeline.settle import settle
from pipeline.validate import validate

DAY = date(2020, 10, 9)
PLACES = ("沉淀池", "原料库", "危废间", "排放口", "除尘器", "应急池", "循环水池", "装卸区")
FAULTS = (
    "防渗层破损",
    "标识牌褪色",
    "围堰有裂缝",
    "密封老化有异味",
    "积尘未及时清理",
    "记录不完整",
)
ALIKE = 90


def main() -> None:
    """Make the rows, settle them, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=60_000)
    parser.add_argument("--enterprises", type=int, default=1_000)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    profile = shipped_profile("rectification")
    table, sheets = _settled(profile, asked.rows, asked.enterprises)
    frame = _frame(table)
    seconds: dict[str, list[float]] = {"plain": [], "rules": [], "  masks alone": []}
    for _ in range(asked.repeat):
        took, plain = _timed(lambda: _plain(frame))
        seconds["plain"].append(took)
        took, found = _timed(lambda: validate(table, sheets, profile, DAY))
        seconds["rules"].append(took)
        took, _ = _timed(lambda: [faulty(check, table, DAY) for check in checks(profile)])
        seconds["  masks alone"].append(took)
    told = Counter(found["code"].to_pylist())
    if told != plain:
        raise SystemExit(f"not the same: {told - plain} more, {plain - told} missing")
    print(f"{asked.rows} rows, {sum(told.values())} findings of {len(told)} codes, both the same")
    base = statistics.median(seconds["plain"])
    for name, times in seconds.items():
        print(f"{name:16}{statistics.median(times):9.3f}  {statistics.median(times) / base:7.2f}")


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


# ---------------------------------------------------------------- rows


def _settled(profile: Profile, rows: int, enterprises: int) -> tuple[pa.Table, list[Sheet]]:
    """Rows of 24 filled columns, a file for each enterprise; one in fifty cells is spoilt."""
    dice = random.Random(20201009)
    names = [f"示例第{n:04d}号矿业有限公司" for n in range(enterprises)]
    each = rows // enterprises
    records = [
        {"sheet_id": n, "row_no": row + 2, **_row(dice, name, n, row)}
        for n, name in enumerate(names)
        for row in range(each)
    ]
    raw = pa.Table.from_pylist(records, schema=rows_schema(profile))
    labels = {c.id: c.label.zh for c in profile.columns if c.id in records[0]}
    sheets = [Sheet(n, n, "整改台账", profile.id, 1, labels) for n in range(enterprises)]
    sent = [Submission(n, f"{name}.xlsx", "", Path(), 0) for n, name in enumerate(names)]
    known = registry_from([["企业名称"], *([name] for name in names)], "enterprises.xlsx")
    done = settle(raw, sheets, sent, profile, known, Period(str(DAY), {profile.id: DAY}))
    return done.rows, sheets


def _row(dice: random.Random, name: str, file: int, row: int) -> dict[str, str]:
    found = DAY - timedelta(days=dice.randrange(5, 60))
    done = found + timedelta(days=dice.randrange(1, 5))
    planned = f"{dice.randrange(1, 500) / 10}"
    cells = {
        "enterprise": name, "item_no": f"LX-{file:04d}-{row:03d}", "source": "内部自查",
        "category": "废水类", "level": "厂矿", "key_item": "否",
        "description": f"{row}号{dice.choice(PLACES)}{dice.choice(FAULTS)}，{dice.choice(FAULTS)}",
        "found_on": found.isoformat(), "method": dice.choice(("立行立改", "限期整改")),
        "measures": "修补并复测", "deadline": "2020-12-31", "planned_funds": planned,
        "spent_funds": planned, "department": "环保科", "leader": "示例领导", "person": "示例人员",
        "phone": "13900000000", "contingency": "不涉及", "status": "整改中",
        "progress": dice.choice(("按计划推进", "正在施工", "设备已采购")), "completed_on": "",
        "evidence": "", "verifier": "", "verified_on": "", "verification_result": "",
        "supervision_group": "第1督查组", "supervision_month": "2020年11月",
    }  # fmt: skip
    if dice.random() < 0.6:
        checked = min(done + timedelta(days=2), DAY)
        cells |= {
            "status": "核查通过", "completed_on": done.isoformat(), "evidence": "照片2张",
            "progress": "已更换并复测达标", "verifier": "示例组员", "verification_result": "通过",
            "verified_on": checked.isoformat(),
        }  # fmt: skip
    if dice.random() < 0.5:
        cells |= dice.choice(_SPOILT)
    return {column: cell or None for column, cell in cells.items()}


_SPOILT: tuple[dict[str, str], ...] = (
    {"completed_on": ""}, {"evidence": ""}, {"person": "待定"}, {"phone": "1390000000"},
    {"deadline": "2020-10-01"}, {"deadline": "2020-10-12"}, {"description": "漏油"},
    {"planned_funds": "35000"}, {"spent_funds": "9000"}, {"contingency": ""},
    {"verifier": "示例人员、示例组员"}, {"verified_on": "2020-08-01"}, {"supervision_month": ""},
    {"progress": "尚未开工"}, {"progress": "已整改到位"}, {"verification_result": "退回"},
    {"completed_on": "2020-10-10"}, {"extended_deadline": "2021-01-31"}, {"measures": ""},
    {"description": "循环水池防渗层破损渗漏，雨后有积水外溢到厂区道路"},
    {"description": "循环水池的防渗层破损渗漏，雨后有积水外溢到厂区道路"},
)  # fmt: skip


# ---------------------------------------------------------------- the same, plainly


def _frame(table: pa.Table) -> pd.DataFrame:
    """A frame with typed columns: texts folded by nothing, days as days, amounts as floats."""
    frame = table.select([n for n in table.column_names if n != "extra"]).to_pandas()
    for name in frame.columns:
        if name.endswith("_funds.value"):
            frame[name] = frame[name].astype(float)
        elif pa.types.is_date(table.schema.field(name).type):
            frame[name] = pd.to_datetime(frame[name])
    return frame


def _plain(f: pd.DataFrame) -> Counter[str]:
    """Each rule as one expression over whole columns, as one would write it by hand."""
    day, days = pd.Timestamp(DAY), pd.Timedelta(days=1)
    found, done, seen = f["found_on.value"], f["completed_on.value"], f["verified_on.value"]
    due, stage, status = f["due.value"], f["stage"], f["status.value"]
    completed, ongoing = stage == "completed", stage == "ongoing"
    result, open_due = f["verification_result.value"], f["pace"].isin(["on_schedule", "behind"])
    planned, spent = f["planned_funds.value"], f["spent_funds.value"]
    plan = f["source.value"].isin(["内部自查", "内部督查"]) & (completed | ongoing)
    plan &= f["method.value"].isin(["限期整改", "长期坚持"])
    asked = ["description", "measures", "person", "deadline"]
    asked += ["source", "category", "status"]
    rules = {
        "required": [f[name].isna() for name in asked],
        "completed-undated": [completed & f["completed_on"].isna()],
        "completed-no-evidence": [completed & f["evidence"].isna()],
        "completed-after-as-of": [completed & (done > day)],
        "completed-before-found": [done < found],
        "deadline-before-found": [f["deadline.value"] < found],
        "ongoing-with-completion-date": [ongoing & f["completed_on"].notna()],
        "plan-incomplete": [plan & f[n].isna() for n in ("planned_funds", "contingency")],
        "extension-without-approval": [
            f["extended_deadline.value"].notna() & f["approval_no"].isna()
        ],
        "overdue": [(f["pace"] == "overdue") & (due < day)],
        "due-soon": [open_due & (due >= day) & (due <= day + 7 * days)],
        "completed-late": [completed & (done > due)],
        "fix-at-once-open": [
            (f["method.value"] == "立行立改") & ongoing & (found < day - 30 * days)
        ],
        "done-but-ongoing-text": [completed & _says(f["progress"], "正在|尚未|未完成|预计")],
        "ongoing-but-done-text": [ongoing & _says(f["progress"], "整改完毕|整改到位|已销号")],
        "verified-before-completed": [(seen < done) & (result != "退回")],
        "failed-but-completed": [completed & (result == "退回") & ~(done > seen)],
        "unverified-after-a-week": [
            (f["confirmation"] == "claimed") & seen.isna() & result.isna() & (done < day - 7 * days)
        ],
        "no-supervision-month": [ongoing & f["supervision_month"].isna()],
        "signed-off-unverified": [(status == "已销号") & seen.isna() & result.isna()],
        "funds-implausible": [(planned < 0) | (planned > 10_000)],
        "spent-implausible": [(spent < 0) | (spent > 10_000)],
        "spent-above-plan": [(planned != 0) & (spent > 2 * planned)],
        "description-too-short": [f["description"].str.len() < 3],
        "text-too-long": [f[n].str.len() > 600 for n in ("description", "measures")],
        "placeholder": [
            f[n].isin(["待定", "无", "/"]) for n in ("description", "measures", "person")
        ],
        "phone-no-phone": [
            f["phone"].notna() & ~f["phone"].str.match(r"^(1\d{10}|0\d{2,3}-\d{7,8})$")
        ],
        "number-lost": [_says(f[n], _LOST) for n in ("item_no", "phone")],
        "duplicate-key": [f.duplicated(["submission", "enterprise.name", "key"], keep=False)],
        "verifies-own-item": [_same_person(f)],
        "description-alike": [_alike(f[stage != "removed"])],
    }
    counts = {
        code: int(sum(np.sum(mask.to_numpy()) for mask in masks)) for code, masks in rules.items()
    }
    return Counter({code: count for code, count in counts.items() if count})


_LOST = r"^\d+(?:\.\d+)?[Ee]\+\d+$|^\d{4}-\d{2}-\d{2}$"


def _says(texts: pd.Series, pattern: str) -> pd.Series:
    return texts.str.contains(pattern, regex=True, na=False)


def _same_person(frame: pd.DataFrame) -> pd.Series:
    """Names apart at commas: a pair of plain sets for each row, as pandas has nothing for it."""
    cells = (frame[name].fillna("") for name in ("verifier", "person", "leader"))
    pairs = zip(*cells, strict=True)
    return pd.Series([
        bool(set(re.split("[、,]", one)) & {*re.split("[、,]", other), leader} - {""})
        for one, other, leader in pairs
    ])  # fmt: skip


def _alike(frame: pd.DataFrame) -> pd.Series:
    """Rows like an earlier one of the enterprise: all compared with all, in one call for each."""
    told = []
    for _, part in frame.groupby(["submission", "enterprise.name"], sort=False):
        texts = part["description"].fillna("").tolist()
        scores = np.triu(process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE), 1)
        numbers = np.array(["".join(re.findall(r"\d+", text)) for text in texts])
        scores *= (numbers[:, None] == numbers[None, :]) & (numbers != "")[:, None] | (
            (numbers[:, None] == "") & (numbers[None, :] == "")
        )
        told += (scores.max(axis=0) > 0).tolist()
    return pd.Series(told)


if __name__ == "__main__":
    main()
