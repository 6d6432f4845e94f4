"""Clean truth: fictional enterprises and items that no rule of the ledger finds fault with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

PROFILE = Path(__file__).parents[2] / "input_templates" / "rectification" / "profile.toml"
AS_OF = date(2020, 10, 9)

_COLUMNS = tomllib.loads(PROFILE.read_text(encoding="utf-8"))["columns"]
LABELS: Mapping[str, str] = {c["id"]: c["label"]["zh"] for c in _COLUMNS}
ALIASES: Mapping[str, list[str]] = {c["id"]: c.get("aliases", []) for c in _COLUMNS}
EXAMPLES: Mapping[str, str] = {c["id"]: c["example"] for c in _COLUMNS if "example" in c}
KINDS: Mapping[str, str] = {c["id"]: c.get("type", "text") for c in _COLUMNS}
ACCEPTS: Mapping[str, Mapping[str, list[str]]] = {
    c["id"]: {choice["value"]: choice.get("accepts", []) for choice in c["choices"]}
    for c in _COLUMNS
    if "choices" in c
}

CORE = (
    "serial", "enterprise", "item_no", "source", "category", "description", "found_on", "method",
    "measures", "deadline", "planned_funds", "person", "contingency", "status", "progress",
    "completed_on", "evidence",
)  # fmt: skip
EXTRA = (
    "level", "key_item", "goal", "spent_funds", "department", "leader", "phone", "reported_on",
    "remarks",
)  # fmt: skip
DONE = ("已完成", "核查通过", "已销号", "已完成并长期坚持")
OPEN = ("未启动", "整改中", "达到序时进度", "未达到序时进度", "达到序时进度并长期坚持")

_PLACES = "青云白石金沙碧水长林高岭双桥大河东山南屏西塘北川新集古渡红岩清泉龙潭凤台"
_TRADES = ("矿业", "冶炼", "铜业", "化工", "新材料", "锌业", "水务", "选矿", "稀土", "建材")
_SPOTS = ("沉淀池", "堆场", "废水总排口", "危废暂存间", "循环水池", "破碎车间", "锅炉房", "尾矿库")
_FAULTS = (
    ("挡板破损，存在渗漏", "更换挡板并做防渗处理"),
    ("标识牌缺失", "补齐标识牌"),
    ("未建立巡查台账", "建立巡查台账，每日巡查"),
    ("除尘器密封不严，有粉尘逸散", "更换密封件"),
    ("围堰高度不足0.5米", "加高围堰至0.8米"),
    ("雨污分流不彻底", "新建雨水沟120米"),
    ("在线监测设备校准记录不全", "补做校准并存档"),
)
_NAMES = "赵钱孙李周吴郑王冯陈褚卫"


@dataclass(frozen=True)
class Owner:
    """An enterprise: the registry's name, a short and a former one."""

    name: str
    short: str
    former: str


@dataclass
class Truth:
    """What one file should tell: its enterprises, and its items by profile column."""

    index: int
    owners: list[Owner]
    items: list[dict[str, Any]]


def owner(number: int) -> Owner:
    """Return a fictional enterprise; different numbers have different names."""
    places = [_PLACES[i : i + 2] for i in range(0, len(_PLACES), 2)]
    rest, trade = divmod(number, len(_TRADES))
    upper, lower = divmod(rest, len(places))
    place = places[upper % len(places)] + places[lower] + (places[upper // len(places)] * 1)
    stem = f"示例{place}"
    kind = _TRADES[trade]
    return Owner(f"{stem}{kind}有限公司", f"{stem}{kind}", f"{stem}旧{kind}厂")


def truth(index: int, random: Random, rows: int, owners: int) -> Truth:
    """Make a file's truth. Item numbers and enterprises of different files never meet."""
    people = [owner(2 * index + place) for place in range(owners)]
    spots = random.sample([(s, f) for s in _SPOTS for f in _FAULTS], rows)
    numbered = random.choice(("LX-{:04d}-{:02d}", "{:04d}{:02d}", "HB{:04d}第{:02d}号"))
    items = []
    for place, (spot, (fault, cure)) in enumerate(spots):
        item = _item(random)
        item["serial"] = place + 1
        item["enterprise"] = people[place * owners // rows].name
        item["item_no"] = numbered.format(1000 + index, place + 1)
        item["description"] = f"{random.randint(1, 9)}号{spot}{fault}"
        item["measures"] = cure
        items.append(item)
    return Truth(index, people, items)


def _item(random: Random) -> dict[str, Any]:
    found = date(2020, 8, 1) + timedelta(random.randrange(45))
    item: dict[str, Any] = {
        "source": random.choice(list(ACCEPTS["source"])),
        "category": random.choice(list(ACCEPTS["category"])),
        "level": random.choice(list(ACCEPTS["level"])),
        "key_item": random.choice(["是", "否"]),
        "found_on": found,
        "method": random.choice(list(ACCEPTS["method"])),
        "planned_funds": _amount(random),
        "spent_funds": _amount(random),
        "person": f"示例{random.choice(_NAMES)}某",
        "leader": f"示例{random.choice(_NAMES)}总",
        "department": random.choice(("安环部", "生产部", "机修车间", "设备科")),
        "contingency": random.choice(("不涉及", "已编制应急预案")),
        "goal": random.choice(("达到排放标准", "消除隐患", "满足贮存要求")),
        "phone": f"1390000{random.randrange(10_000):04d}",
        "reported_on": found + timedelta(random.randrange(5)),
        "remarks": random.choice((None, None, "集团督办", "需上级协调")),
    }
    item["spent_funds"] = min(item["spent_funds"], item["planned_funds"])
    if random.random() < 0.6:
        return {**item, **_done(random, found)}
    if item["method"] == "立行立改":
        item["method"] = "限期整改"
    return {**item, **_open(random)}


def _done(random: Random, found: date) -> dict[str, Any]:
    completed = found + timedelta(random.randrange(1, max(2, (AS_OF - found).days)))
    return {
        "status": random.choice(DONE[:1] * 4 + DONE[1:]),
        "progress": random.choice(("已更换并复测达标", "已整改到位", "现场已清理完毕")),
        "completed_on": completed,
        "evidence": random.choice(("整改前后照片2张", "检测报告", "采购票据、照片")),
        "deadline": completed + timedelta(random.randrange(20)),
    }


def _open(random: Random) -> dict[str, Any]:
    late = random.random() < 0.15
    return {
        "status": random.choice(OPEN),
        "progress": random.choice(("正在采购设备", "方案已批复，正在施工", "正在招标")),
        "completed_on": None,
        "evidence": None,
        "deadline": date(2021, 1, 5) + timedelta(random.randrange(80))
        if late
        else date(2020, 10, 20) + timedelta(random.randrange(70)),
    }


def _amount(random: Random) -> Decimal:
    return random.choice(
        (
            Decimal(0),
            Decimal(random.randrange(1, 60)),
            Decimal(random.randrange(1, 999)) / 10,
            Decimal(random.randrange(1000, 3000)),
            Decimal(random.randrange(1, 5000)) / 100,
        )
    )
