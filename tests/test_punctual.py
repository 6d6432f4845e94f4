"""Reports and the cut-off: in time, late, nobody knows; streaks; reminders."""

import json
from datetime import date, time
from typing import Any

import pytest
from tables import ITEMS, File, coded, period, registry

from pipeline.model import Called
from pipeline.punctual import Cutoff, Record, latest, record, timeliness
from pipeline.workdays import PUBLISHED
from pipeline.write.calls import Reminder, record_told, reminder_text, timeliness_told
from pipeline.write.report import LedgerResult

DUE = "2020-10-09T17:00:00+08:00"
FIVE = Cutoff(time(17))
HEAD = "企业名称｜问题编号｜问题描述｜整改状态\n"


@pytest.mark.parametrize(
    ("cutoff", "instant"),
    [
        (FIVE, "2020-10-09T17:00:00+08:00"),
        (Cutoff(time(9, 30), days=1), "2020-10-10T09:30:00+08:00"),
        # 10 October 2020, a Saturday, was worked.
        (Cutoff(time(9), days=1, working=True), "2020-10-10T09:00:00+08:00"),
        (Cutoff(time(9), days=2, working=True), "2020-10-12T09:00:00+08:00"),
        (Cutoff(time(9), zone=0), "2020-10-09T09:00:00+00:00"),
    ],
)
def test_the_instant_until_which_reports_are_in_time(cutoff: Cutoff, instant: str) -> None:
    assert cutoff.of(date(2020, 10, 9), PUBLISHED).isoformat() == instant


@pytest.mark.parametrize(
    ("arrived", "kind", "minutes"),
    [
        ("2020-10-09T17:00:00+08:00", "punctual", 0),
        ("2020-10-09T17:00:01+08:00", "late", 1),
        ("2020-10-09T09:00:00+00:00", "punctual", 0),
        ("2020-10-09T11:05:00+00:00", "late", 125),
        ("2020-10-09T16:00", "punctual", 0),  # told where the cut-off is
        ("2020-10-08", "punctual", 0),
        ("2020-10-09", "unknown", 0),
        ("2020-10-10", "late", 420),
        ("", "unknown", 0),
        ("soon", "unknown", 0),
    ],
)
def test_punctual_late_or_unknown(arrived: str, kind: str, minutes: int) -> None:
    assert timeliness(Called("reported", arrived, DUE)) == (kind, minutes)


def test_nobody_is_late_without_a_cutoff_and_who_is_missing_is_not_late() -> None:
    assert timeliness(Called("reported", "2020-10-12")) == ("", 0)
    assert timeliness(Called("missing", "", DUE)) == ("", 0)


def test_a_report_in_parts_is_there_with_the_last_of_them_or_nobody_knows_when() -> None:
    early, late = "2020-10-09T18:00:00+08:00", "2020-10-09T11:00:00+00:00"
    assert latest([late, early]) == late
    assert latest([late, ""]) == latest([]) == ""


def test_streaks_and_how_often() -> None:
    calls = [
        Called("missing"),
        *[Called("reported", "2020-10-09T16:00:00+08:00", DUE)] * 3,
        Called("reported", "2020-10-12", DUE),
        Called("phone", "2020-10-09", DUE),
        *[Called("missing", "", DUE)] * 3,
    ]
    times = {"punctual": 3, "late": 1, "unknown": 1, "missing": 3}  # the first is the ninth ago
    assert record(calls) == Record(3, 0, times)
    assert record(calls[:4]).punctual == 3
    assert record(calls[:6]).missing == record(calls[:6]).punctual == 0


def called(result: LedgerResult) -> dict[str, Any]:
    rows = result.ledger.roll_call.to_pylist()
    return {r["enterprise"]: (r["arrived"], r["punctuality"], r["late_minutes"]) for r in rows}


def test_arrival_is_the_mails_and_never_the_files() -> None:
    result = period(
        ITEMS,
        File(HEAD + "甲公司｜LX-1｜漏水｜整改中", "甲.xlsx", sent_at="2020-10-09T11:00:00+00:00"),
        File(HEAD + "乙公司｜LX-2｜扬尘｜整改中", "乙.xlsx"),
        File(HEAD, "丙公司.xlsx", declared={"filing": "nil"}, sent_at="2020-10-09T16:59:00+08:00"),
        known=registry("甲公司 乙公司 丙公司 丁公司"),
        cutoff=FIVE,
    )
    assert called(result) == {
        "甲公司": ("2020-10-09T19:00:00+08:00", "late", 120),
        "乙公司": ("", "unknown", 0),
        "丙公司": ("2020-10-09T16:59:00+08:00", "punctual", 0),
        "丁公司": ("", "", 0),
    }
    (late,) = coded(result, "late-report")
    assert (late["severity"], late["enterprise"]) == ("W", "甲公司")
    params = json.loads(late["params"])
    assert params == {"late_minutes": 120, "arrived": called(result)["甲公司"][0], "cutoff": DUE}


def test_without_a_cutoff_arrival_is_kept_and_nothing_asked() -> None:
    file = File(HEAD + "甲公司｜LX-1｜漏水｜整改中", "甲.xlsx", sent_at="2020-10-19T11:00:00+08:00")
    result = period(ITEMS, file, known=registry("甲公司"))
    assert called(result) == {"甲公司": ("2020-10-19T11:00:00+08:00", "", 0)}
    assert coded(result, "late-report") == []


def test_missing_once_more_is_counted_by_todays_name() -> None:
    known = registry("企业名称｜曾用名\n甲公司｜老甲公司\n乙公司｜")
    calls = {
        "2020-09-25": {"老甲公司": Called("reported")},
        "2020-10-02": {"老甲公司": Called("missing"), "乙公司": Called("missing")},
    }
    result = period(ITEMS, known=known, calls=calls)
    rows = {r["enterprise"]: r for r in result.ledger.roll_call.to_pylist()}
    assert {name: row["missing_in_a_row"] for name, row in rows.items()} == {
        "甲公司": 2,
        "乙公司": 2,
    }
    assert timeliness_told(rows["甲公司"], "zh") == "连续第2期未报"
    assert record_told(rows["乙公司"], "zh") == "未报2"
    streaks = [json.loads(f["params"])["in_a_row"] for f in coded(result, "not-reported")]
    assert streaks == [2, 2]


def test_what_a_reminder_says() -> None:
    told = Reminder("甲公司", "整改台账", "2020-10-09", DUE, 3, "2020-10-02", 2)
    assert reminder_text(told, "zh") == (
        "【甲公司】您好！截至2020年10月9日的《整改台账》尚未收到贵单位报送"
        "（截止时间2020年10月9日17:00）。这是连续第2期未收到。"
        "贵单位有3项未完成事项，目前沿用2020年10月2日的数据。"
        "请尽快报送；没有变化的报“无变化”，没有事项的报“零报告”。"
        "如已报送，请告知发送时间和方式，谢谢！"
    )
    bare = reminder_text(Reminder("甲公司", "整改台账", "2020-10-09"), "zh")
    assert "截止时间" not in bare
    assert "连续" not in bare
    assert "未完成" not in bare
    phoned = reminder_text(Reminder("甲公司", "items", "2020-10-09", phoned=True), "en")
    assert phoned.startswith("To 甲公司: thank you for telling us your items as of 9 October 2020")
