"""Clean rows of the ledgers beside items, and the units that they are of."""

from __future__ import annotations

from tables import CLEAN_CASE, lines, period, registry

from pipeline.profile import Profile, shipped_profile
from pipeline.registry import Registry
from pipeline.write.report import LedgerResult

POSTINGS, GROUPS = shipped_profile("publicity"), shipped_profile("inspections")
LETTERS, DIARY = shipped_profile("letters"), shipped_profile("process")

UNITS = registry(
    "企业名称｜实体｜生产｜被督察｜下沉督察日期\n"
    "示例总部｜否｜否｜否｜\n"
    "甲公司｜是｜是｜是｜2020-09-07\n"
    "乙公司｜是｜是｜是｜2020-09-08\n"
    "丙公司｜是｜是｜否｜\n"
    "丁公司｜是｜否｜否｜"
)
"""Five units, four of them operating, three of these producing, two of these visited."""

PLACES = ("厂区内", "大门外", "居民区或繁华处")
POSTING = {
    "enterprise": "甲公司", "place": "厂区内", "location": "公告栏", "phone_posted": "是",
    "box_posted": "是", "due_on": "2020-09-03", "posted_on": "2020-09-02", "photo": "1.jpg",
    "condition": "完好", "seen_on": "2020-10-08",
}  # fmt: skip
VISIT = {
    "inspection_no": "DC-01", "group": "第1组", "enterprise": "甲公司", "way": "现场",
    "inspected_on": "2020-09-20", "state": "已开展", "scope": "设施运行", "problems": "2",
    "problems_fixed": "1", "report": "第1组督查报告（示例）",
}  # fmt: skip
LETTER = {
    "letter_no": "示例函〔2020〕3号", "kind": "举一反三提示函", "title": "提示函（示例）",
    "enterprise": "甲公司", "issued_on": "2020-09-14", "read_on": "2020-09-15",
    "self_check": "无同类问题", "problems": "0", "due_on": "2020-09-25",
    "replied_on": "2020-09-20", "state": "已回复",
}  # fmt: skip
MEETING = {
    "entry_no": "RC-1", "enterprise": "甲公司", "kind": "当日会议", "matter": "推进会",
    "asked_by": "", "asked_on": "", "due_on": "", "done_on": "2020-09-07", "items": "",
    "people": "", "state": "已落实",
}  # fmt: skip


def counted(profile: Profile, *rows: dict[str, str], known: Registry = UNITS) -> LedgerResult:
    """Run a period with these rows."""
    return period(profile, lines(*rows), known=known)


def at_all(name: str, *places: str, **other: str) -> list[dict[str, str]]:
    """Postings of one enterprise, one at each place."""
    return [
        POSTING | {"enterprise": name, "place": p, "location": f"{p}公告栏"} | other for p in places
    ]


NUMBER = "D20200911002"
OPEN_CASE = CLEAN_CASE | {
    "complaint": "运输车辆抛洒（示例）", "closure": "未办结", "reported_on": "", "findings": "",
    "validity": "", "handling": "", "accountability": "", "due_on": "2020-10-20",
}  # fmt: skip
