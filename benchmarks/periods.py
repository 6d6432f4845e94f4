"""Measure one more period, and ``trend``, after few periods and after many; see README.md."""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.collect import Collected
from pipeline.configuration import load_configuration
from pipeline.examine import ledger_result
from pipeline.inputs import inputs_of
from pipeline.job import Job
from pipeline.merge import kept_columns
from pipeline.model import Called, FileLine, Period, Sheet, Submission
from pipeline.profile import Profile, shipped_profile
from pipeline.read.reading import Reading
from pipeline.read.task import rows_schema
from pipeline.registry import Registry, registry_from
from pipeline.shipped import briefing_template, shipped
from pipeline.store import Store
from pipeline.store.records import BriefingNumber, Composed
from pipeline.trace.trend import Asked, trend
from pipeline.workspace import CONFIG, Workspace
from pipeline.write.report import LedgerResult

START = date(2020, 1, 3)
PARTS = ("roster", "past", "judge", "save", "trend")


@dataclass
class Ledger:
    """The ledger as the enterprises keep it: the cells of each item, and where it is listed."""

    dice: random.Random
    rows: list[dict[str, str]] = field(default_factory=list)

    def grown(self, count: int, enterprises: list[str], day: date) -> list[int]:
        """List ``count`` new items; return their places."""
        first = len(self.rows)
        for number in range(first, first + count):
            owner = enterprises[number % len(enterprises)]
            found = day - timedelta(days=self.dice.randrange(1, 7))
            self.rows.append({
                "enterprise": owner, "item_no": f"LX-{number:06d}", "source": "内部自查",
                "category": self.dice.choice(("废水类", "废气类", "依法合规类")), "level": "厂矿",
                "description": f"{number}号{self.dice.choice(_PLACES)}标识牌褪色，记录不完整",
                "found_on": found.isoformat(), "method": "限期整改", "measures": "更换并补记",
                "deadline": (day + timedelta(days=60)).isoformat(), "person": "示例人员",
                "planned_funds": "3", "contingency": "不涉及", "status": "整改中",
                "progress": "按计划推进", "supervision_group": "第1督查组",
                "supervision_month": "2020年11月",
            })  # fmt: skip
        return list(range(first, first + count))

    def moved(self, count: int, day: date) -> list[int]:
        """Complete some open items, tell of progress of others; return their places."""
        places = sorted(self.dice.sample(range(len(self.rows)), count))
        for place in places:
            row = self.rows[place]
            if row["status"] == "整改中" and self.dice.random() < 0.7:
                row |= {
                    "status": "已完成", "completed_on": day.isoformat(), "evidence": "照片2张",
                    "progress": "已更换并复查",
                }  # fmt: skip
            else:
                row["progress"] = f"{day.isoformat()} 复查，情况稳定"
        return places


_PLACES = ("沉淀池", "原料库", "危废间", "排放口", "除尘器", "应急池", "循环水池", "装卸区")


class Run:
    """A store, and one period after the other in it."""

    def __init__(self, folder: Path, rows: int, enterprises: int, share: float) -> None:
        (folder / CONFIG).write_text('[ledgers]\nuse = ["rectification"]\n', encoding="utf-8")
        self.workspace = Workspace(folder, load_configuration(folder / CONFIG))
        self.path = self.workspace.database
        self.profile: Profile = shipped_profile("rectification")
        self.names = [f"示例第{n:04d}号矿业有限公司" for n in range(enterprises)]
        lines = [["企业名称"], *([name] for name in self.names)]
        self.registry: Registry = registry_from(lines, "enterprises.xlsx")
        self.rows, self.change = rows, round(rows * share)
        self.ledger = Ledger(random.Random(20201009))
        self.seconds: list[dict[str, float]] = []
        self.sizes: list[int] = []

    def period(self, number: int) -> None:
        """Run one period, its parts timed; the first lists all rows, later ones what changed."""
        day = START + timedelta(days=7 * number)
        if number == 0:
            places = self.ledger.grown(self.rows, self.names, day)
        else:
            new = self.change // 10
            places = self.ledger.moved(self.change - new, day)
            places += self.ledger.grown(new, self.names, day)
        reading, sent = self._sent(places, number)
        period = Period(day.isoformat(), {self.profile.id: day})
        with Store.open(self.path) as store:
            took, _result = self._run(store, period, reading, sent)
        took["trend"] = _timed(lambda: trend(self.workspace, Asked(), "zh"))[0]
        self.seconds.append(took)
        self.sizes.append(self.path.stat().st_size)

    def _run(
        self, store: Store, period: Period, reading: Reading, sent: tuple[Submission, ...]
    ) -> tuple[dict[str, float], LedgerResult]:
        took: dict[str, float] = {}
        name = self.profile.id
        took["roster"], _ = _timed(lambda: store.roster_digest(name, period.id))
        took["past"], inputs = _timed(
            lambda: inputs_of(
                [self.profile],
                shipped(briefing_template("zh")),
                decisions=store.decisions(name),
                rosters={name: ""},
                earlier={name: store.earlier(name, period.id)},
                previous=(before := store.previous(period.id)) and store.outputs(before.id).get(""),
            )
        )
        took["past"] += _timed(lambda: store.taken_before(period.id))[0]
        took["past"] += _timed(lambda: store.reserve_number(period, "weekly", 1, 1))[0]
        job = Job(self.path.parent, self.path.parent, period, (self.profile,), self.registry,
                  shipped(briefing_template("zh")), store=store)  # fmt: skip
        collected = Collected(sent, ())
        took["judge"], result = _timed(lambda: ledger_result(self.profile, job, collected, reading))
        took["save"], _ = _timed(lambda: self._save(store, period, result, sent, inputs.digest))
        return took, result

    def _save(
        self,
        store: Store,
        period: Period,
        result: LedgerResult,
        sent: tuple[Submission, ...],
        digest: str,
    ) -> None:
        name = self.profile.id
        number: BriefingNumber = store.reserve_number(period, "weekly", 1, 1)
        store.save(
            period,
            [FileLine(s.name, s.sha256, s.size, None, name, "read", {"read": 10}) for s in sent],
            {name: kept_columns(result.merged.roster, self.profile)},
            {f"{n}.xlsx": f"{period.id}{n:054d}" for n in range(len(self.names))},
            number=number,
            inputs={"decisions.json": digest},
            figures={name: {r.figure: v for r, v in result.figures.items() if not r.by}},
            roll_calls={name: {each: Called("reported") for each in self.names}},
            composed=Composed(digest, digest, digest),
        )

    def _sent(self, places: list[int], period: int) -> tuple[Reading, tuple[Submission, ...]]:
        """A file for each enterprise with its rows among these."""
        by_owner: dict[str, list[int]] = {name: [] for name in self.names}
        for place in places:
            by_owner[self.ledger.rows[place]["enterprise"]].append(place)
        schema = rows_schema(self.profile)
        labels = {c.id: c.label.zh for c in self.profile.columns}
        records, sheets, sent = [], [], []
        for number, (owner, own) in enumerate(by_owner.items()):
            sheets.append(Sheet(number, number, "整改台账", self.profile.id, 1, labels))
            sha = f"{period:032d}{number:032d}"
            sent.append(Submission(number, f"{owner}-{period}.xlsx", sha, Path(), 20_000))
            for line, place in enumerate(own):
                cells: Mapping[str, Any] = self.ledger.rows[place]
                records.append({"sheet_id": number, "row_no": line + 2, **cells})
        table = pa.Table.from_pylist(records, schema=schema)
        return Reading(tuple(sheets), {self.profile.id: table}, ()), tuple(sent)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def main() -> None:
    """Run the periods, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--periods", type=int, default=104)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--enterprises", type=int, default=40)
    parser.add_argument("--share", type=float, default=0.02, help="rows told of in a period")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder), told.rows, told.enterprises, told.share)
        for number in range(told.periods):
            run.period(number)
        _print(run)


def _print(run: Run) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{len(run.seconds)} periods, {run.rows} rows at first, {run.change} told of in each")
    grown = [after - before for before, after in zip(run.sizes, run.sizes[1:], strict=False)]
    early, late = grown[1:4], grown[-3:]
    print(f"store {run.sizes[3] / 1e6:.1f} MB after 4, {run.sizes[-1] / 1e6:.1f} MB after all;")
    print(f"a period adds {statistics.mean(early) / 1e3:.0f} kB, at the end "
          f"{statistics.mean(late) / 1e3:.0f} kB")  # fmt: skip
    print("seconds of processor time, so that other work on the machine counts for little")
    print(f"{'':8}{'4th':>8}{'last':>8}{'ratio':>7}  spread of five around each")
    for part in (*PARTS, "all"):
        first, last = (_around(run, part, at) for at in (3, len(run.seconds) - 3))
        a, b = statistics.median(first), statistics.median(last)
        spread = "  ".join(f"{min(s):.3f}–{max(s):.3f}" for s in (first, last))
        print(f"{part:8}{a:8.3f}{b:8.3f}{b / a:7.2f}  {spread}")


def _around(run: Run, part: str, at: int) -> list[float]:
    each = run.seconds[at - 2 : at + 3]
    if part == "all":
        return [sum(s[n] for n in PARTS if n != "trend") for s in each]
    return [s[part] for s in each]


if __name__ == "__main__":
    main()
