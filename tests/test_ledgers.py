"""The ledgers beside items and cases: each figure on a small table with its nasty case."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
import workbooks
from blank_forms import below, blank, opened
from briefings import texts
from demo_runs import CASES, FIRST, Ran, run, workspace
from docx import Document
from matters import (
    DIARY,
    GROUPS,
    LETTER,
    LETTERS,
    MEETING,
    PLACES,
    POSTING,
    POSTINGS,
    UNITS,
    VISIT,
    at_all,
    counted,
)
from tables import CLEAN, ITEMS, figures, judged, lines, period, registry, seen
from test_rulings import ACCEPT, decide, rule
from workbooks import HEADER, merge, ongoing, send

from pipeline.count import names_told
from pipeline.model import FigureRef
from pipeline.profile import Profile


@pytest.mark.parametrize(
    ("profile", "row"),
    [(POSTINGS, POSTING), (GROUPS, VISIT), (LETTERS, LETTER), (DIARY, MEETING)],
)
def test_a_clean_row_has_neither_errors_nor_queries(profile: Profile, row: dict[str, str]) -> None:
    assert seen(judged(profile, lines(row), known=UNITS)) == []


# ---------------------------------------------------------------- postings


def test_a_producer_posted_at_two_of_three_places_is_not_covered() -> None:
    result = counted(
        POSTINGS,
        *at_all("甲公司", *PLACES),
        *at_all("乙公司", *PLACES[:2]),
        *at_all("丁公司", "办公场所"),
    )
    names = ("operating", "operating_posted", "operating_coverage")
    assert figures(result, *names) == [4, 3, Decimal("75.0")]
    names = ("production", "production_posted", "production_lacking", "production_coverage")
    assert figures(result, *names) == [3, 1, 2, Decimal("33.3")]
    told = {p.id: names_told(result.ledger, p) for p in POSTINGS.phrases}
    assert told == {"operating_without": ("丙公司",), "production_without": ("乙公司", "丙公司")}


def test_the_same_place_three_times_is_one_of_three() -> None:
    rows = [POSTING | {"location": f"第{n}公告栏"} for n in (1, 2, 3)]
    assert figures(counted(POSTINGS, *rows), "posted", "production_posted") == [3, 0]


def test_a_posting_without_the_post_box_does_not_count() -> None:
    rows = at_all("甲公司", *PLACES)
    rows[1] |= {"box_posted": "否"}
    result = counted(POSTINGS, *rows)
    assert figures(result, "posted", "operating_posted", "production_posted") == [3, 1, 0]
    assert seen(judged(POSTINGS, lines(*rows), known=UNITS)) == [
        ("posting-without-box", "W", 3, "box_posted")
    ]


def test_a_posting_that_was_torn_down_was_posted_and_is_not_intact() -> None:
    result = counted(POSTINGS, POSTING, *at_all("乙公司", "大门外", condition="缺失"))
    names = ("total", "intact", "damaged", "not_posted", "posted", "intact_rate")
    assert figures(result, *names) == [2, 1, 1, 0, 2, Decimal("50.0")]


def test_coverage_is_told_day_by_day_against_its_own_denominator() -> None:
    first = at_all("甲公司", "厂区内", "大门外", posted_on="2020-09-01")
    last = at_all("甲公司", "居民区或繁华处", posted_on="2020-09-03")
    late = at_all("丁公司", "办公场所", posted_on="2020-09-05")
    undated = at_all("乙公司", "厂区内", posted_on="")
    ahead = at_all("丙公司", "厂区内", posted_on="2020-10-12", condition="未张贴")
    result = counted(POSTINGS, *first, *last, *late, *undated, *ahead)
    days = list(result.ledger.slices["posted_on"])
    assert days == ["2020-09-01", "2020-09-03", "2020-09-05"]
    names = ("posted", "operating_posted", "operating_coverage", "production_posted")
    assert [figures(result, *names, by="posted_on", at=day) for day in days] == [
        [2, 1, Decimal("25.0"), 0],
        [3, 1, Decimal("25.0"), 1],
        [4, 2, Decimal("50.0"), 1],
    ]
    # The day of one is not known: it counts in all, and on no day.
    assert figures(result, "posted", "operating_posted", "operating_in_time") == [5, 3, 1]


# ---------------------------------------------------------------- internal inspections


def test_a_group_at_two_enterprises_is_one_group_however_it_is_spelt() -> None:
    result = counted(
        GROUPS,
        VISIT,
        VISIT
        | {"inspection_no": "DC-02", "group": "第一组", "enterprise": "乙公司", "way": "视频"},
        VISIT | {"inspection_no": "DC-03", "group": "2", "enterprise": "乙公司"},
    )
    names = ("groups", "enterprises", "held", "on_site", "by_video", "production_left", "problems")
    assert figures(result, *names) == [2, 2, 3, 2, 1, 1, Decimal(6)]
    assert figures(result, "production", "production_inspected", "production_coverage") == [
        3, 2, Decimal("66.7"),
    ]  # fmt: skip


def test_a_visit_elsewhere_and_a_planned_one_cover_no_producer() -> None:
    planned = VISIT | {"inspection_no": "DC-02", "enterprise": "乙公司", "state": "未开展"}
    result = counted(GROUPS, VISIT | {"enterprise": "丁公司"}, planned)
    names = ("held", "planned", "enterprises", "production_inspected", "groups")
    assert figures(result, *names) == [1, 1, 1, 0, 1]


def test_a_visit_entered_twice_under_one_number_is_an_error() -> None:
    table = lines(VISIT, VISIT | {"way": "视频"})
    found = seen(judged(GROUPS, table, known=UNITS))
    assert found == [("duplicate-key", "E", n, "inspection_no") for n in (2, 3)]


# ---------------------------------------------------------------- letters


def test_letters_by_state_and_the_units_that_have_read_one() -> None:
    other = LETTER | {"letter_no": "示例函[2020]4号", "kind": "警示案例", "title": "案例（示例）"}
    other |= {"replied_on": "", "due_on": "2020-10-15"}
    unchecked = other | {"self_check": "", "problems": ""}
    result = counted(
        LETTERS,
        LETTER,
        LETTER | {"enterprise": "示例总部", "letter_no": "示例函[2020]3号"},
        other | {"state": "已自查", "self_check": "有问题已整改", "problems": "2"},
        unchecked | {"state": "已传达", "enterprise": "乙公司"},
        unchecked | {"state": "未传达", "enterprise": "丙公司", "read_on": ""},
    )
    names = ("total", "replied", "checked", "read", "unread", "overdue", "reply_rate")
    assert figures(result, *names) == [5, 2, 1, 1, 1, 0, Decimal("40.0")]
    names = ("letters", "advice", "warnings", "units", "units_reached", "problems")
    assert figures(result, *names) == [2, 1, 1, 5, 3, Decimal(2)]


def test_an_answer_that_is_due_is_asked_for() -> None:
    row = LETTER | {"state": "已自查", "replied_on": ""}
    assert seen(judged(LETTERS, lines(row), known=UNITS)) == [
        ("letter-reply-overdue", "W", 2, "due_on")
    ]
    assert figures(counted(LETTERS, row), "overdue") == [1]


def test_answered_without_reading_or_checking_is_asked_about() -> None:
    row = LETTER | {"read_on": "", "self_check": "", "problems": "", "replied_on": ""}
    assert [code for code, *_ in seen(judged(LETTERS, lines(row), known=UNITS))] == [
        "letter-read-undated", "letter-reply-undated", "letter-without-self-check",
    ]  # fmt: skip


# ---------------------------------------------------------------- the diary


def visit_day(name: str, day: str) -> list[dict[str, str]]:
    """Meeting, plan and report of an enterprise on a day."""
    return [
        MEETING | {"enterprise": name, "kind": kind, "matter": f"{name}{kind}", "done_on": day,
                   "entry_no": f"{name}-{number}", "items": "" if number == 0 else "3"}
        for number, kind in enumerate(("当日会议", "整改方案", "情况报告"))
    ]  # fmt: skip


def test_same_day_means_each_enterprises_own_visit_day() -> None:
    on_others_day = visit_day("乙公司", "2020-09-07")
    result = counted(DIARY, *visit_day("甲公司", "2020-09-07"), *on_others_day)
    names = ("visited", "met_same_day", "filed_same_day", "not_same_day", "plans")
    assert figures(result, *names) == [2, 1, 1, 1, Decimal(6)]
    told = {p.id: names_told(result.ledger, p) for p in DIARY.phrases}
    assert told == {"not_same_day_enterprises": ("乙公司",)}
    found = seen(judged(DIARY, lines(*on_others_day), known=UNITS))
    assert found == [("earlier-than-visit", "W", row, "done_on") for row in (2, 3, 4)]


def test_a_report_filed_the_day_after_is_asked_about() -> None:
    rows = visit_day("甲公司", "2020-09-07")
    rows[2] |= {"done_on": "2020-09-08"}
    assert seen(judged(DIARY, lines(*rows), known=UNITS)) == [
        ("later-than-visit", "W", 4, "done_on")
    ]
    names = ("met_same_day", "filed_same_day", "not_same_day")
    assert figures(counted(DIARY, *rows), *names) == [1, 0, 2]


def test_an_enterprise_without_a_visit_day_is_not_told_that_it_is_late() -> None:
    rows = visit_day("丙公司", "2020-09-07")
    assert seen(judged(DIARY, lines(*rows), known=UNITS)) == []
    assert figures(counted(DIARY, *rows), "met_same_day", "not_same_day") == [0, 2]


def test_a_corrected_visit_day_counts_for_entries_of_earlier_periods() -> None:
    before = counted(DIARY, *visit_day("甲公司", "2020-09-08"))
    assert figures(before, "met_same_day") == [0]
    corrected = registry("企业名称｜被督察｜下沉督察日期\n甲公司｜是｜2020-09-08")
    later = period(DIARY, before=before, known=corrected)
    assert figures(later, "met_same_day", "filed_same_day") == [1, 1]


def test_documents_say_who_asked_and_when_they_were_given() -> None:
    asked = MEETING | {"kind": "调阅资料", "matter": "监测数据", "done_on": "", "state": "办理中"}
    asked |= {"due_on": "2020-09-30"}
    assert [code for code, *_ in seen(judged(DIARY, lines(asked), known=UNITS))] == [
        "document-asked-by-whom", "document-asked-when", "entry-overdue",
    ]  # fmt: skip
    given = asked | {"asked_by": "资料组", "asked_on": "2020-09-07", "done_on": "2020-09-08",
                     "state": "已落实", "entry_no": "RC-2"}  # fmt: skip
    assert seen(judged(DIARY, lines(given), known=UNITS)) == []
    assert figures(counted(DIARY, asked, given), "documents", "documents_given") == [2, 1]


# ---------------------------------------------------------------- blank ledgers


USE = 'use = ["rectification", "cases"]'
LACKING = {"publicity": ["production-lacking-place"], "process": ["visit-day-lacking"]}
"""What one row a ledger leaves to be asked: other places to post at, other acts of the day."""


def test_blank_ledgers_come_back_filled_and_are_known_by_their_headers(tmp_path: Path) -> None:
    unit = {"企业名称": "甲公司", "实体": "是", "生产": "是", "被督察": "是"}
    folder = workbooks.workspace(tmp_path / "ws", unit | {"下沉督察日期": "2020-09-07"})
    config = folder / "taizhang.toml"
    text = config.read_text(encoding="utf-8")
    assert USE in text
    every = 'use = ["rectification", "publicity", "inspections", "letters", "process"]'
    config.write_text(text.replace(USE, every), encoding="utf-8")
    rows = ((POSTINGS, POSTING), (GROUPS, VISIT), (LETTERS, LETTER), (DIARY, MEETING))
    for profile, row in rows:
        book = opened(blank(profile, enterprise=None, enterprises=("甲公司",), rows=3))
        sheet = book.worksheets[1]
        for name, value in row.items():
            sheet[below(sheet, profile.column(name).label.zh)].value = value or None
        book.save(folder / "inbox" / f"{profile.id}.xlsx")
    merged = merge(folder)
    for profile, _ in rows:
        found = merged.manifest["ledgers"][profile.id]
        assert found["rows"]["counted"] == 1, profile.id
        told = [f for f in merged.manifest["findings"] if f["ledger"] == profile.id]
        assert [f["code"] for f in told if f["severity"] != "I"] == LACKING.get(profile.id, [])


# ---------------------------------------------------------------- the example


def test_the_examples_ledgers_are_counted_each_against_its_own_denominator(one_period: Ran) -> None:
    manifest = one_period.outcomes[0].manifest
    truth = json.loads((CASES / "example_truth.json").read_text(encoding="utf-8"))
    for ledger in ("publicity", "inspections", "letters", "process"):
        found = manifest["ledgers"][ledger]["figures"]
        assert {name: found[name] for name in truth[ledger]["figures"]} == truth[ledger]["figures"]
        assert [f for f in manifest["findings"] if f["ledger"] == ledger] == []
    told = {name: manifest["ledgers"][name]["figures"] for name in manifest["ledgers"]}
    assert (told["inspections"]["groups"], told["inspections"]["enterprises"]) == (30, 39)
    assert (told["process"]["visited"], told["publicity"]["production"]) == (16, 39)
    assert (told["publicity"]["operating"], told["letters"]["units"]) == (41, 43)
    assert (told["process"]["plans"], told["process"]["reports"]) == (38, 38)


def test_an_unused_ledger_says_nothing(tmp_path: Path) -> None:
    folder = workspace(tmp_path / "ws")
    for path in (folder / "inbox").glob("*截至10月9日*"):
        path.unlink()
    outcome = run(folder, FIRST)
    shown = [result.profile.id for result in outcome.report.shown]
    assert shown == ["rectification", "cases"]
    trace = {entry["figure"].split(".")[0] for entry in outcome.manifest["trace"].values()}
    assert trace == {"rectification", "cases"}
    assert FigureRef("publicity", "operating") in outcome.report.ledgers[2].figures


# ---------------------------------------------------------------- the item ledger


def test_joint_items_and_supervision_are_told_by_group_and_month() -> None:
    known = registry("企业名称｜督查组\n甲公司｜第2督查组\n乙公司｜第10督查组\n丙公司｜")
    result = period(
        ITEMS,
        lines(
            CLEAN | {"joint_units": "乙公司配合", "supervision_group": "第3督查组",
                     "supervision_month": "10月"},
            CLEAN | {"item_no": "LX-002", "description": "另一项", "joint_units": "",
                     "supervision_group": "", "supervision_month": "11月"},
            CLEAN | {"enterprise": "乙公司", "item_no": "YX-003", "joint_units": "",
                     "supervision_group": "", "supervision_month": ""},
            CLEAN | {"enterprise": "丙公司", "item_no": "BX-004", "joint_units": "",
                     "supervision_group": "", "supervision_month": ""},
        ),
        known=known,
    )  # fmt: skip
    assert figures(result, "total", "joint", "supervised", "scheduled") == [4, 1, 3, 2]
    # As the registry lists them, not 第10 before 第2; a group of a row's own is told after those.
    assert list(result.ledger.slices["group"]) == ["第2督查组", "第10督查组", "第3督查组", ""]
    assert list(result.ledger.slices["supervision_month"]) == ["10月", "11月", ""]


def test_a_bridge_explains_that_38_plus_2_minus_1_is_39(tmp_path: Path) -> None:
    folder = workbooks.workspace(tmp_path, "甲公司")
    rows = [ongoing("甲公司", f"LX-{n}") for n in range(1, 39)]
    send(folder, "一.xlsx", *rows)
    merge(folder)
    rows[6] |= {"整改状态": "已并入"}
    half = ongoing("甲公司", "LX-39", 问题描述="3号沉淀池围堰渗水", 变更说明="由LX-3拆分")
    other = ongoing("甲公司", "LX-40", 问题描述="危废间标识脱落")
    send(folder, "二.xlsx", *rows, half, other, header=(*HEADER, "变更说明"))
    names = ("previous_total", "new_items", "split_off", "restored", "removed_now", "total")
    claimed = merge(folder, "2020-10-16")
    assert claimed.figures(*names) == (38, 2, 1, 0, 0, 40)
    rule(claimed, "已并入", ACCEPT)
    assert decide(folder, claimed).code == 0
    settled = merge(folder, "2020-10-16")
    assert settled.figures(*names) == (38, 2, 1, 0, 1, 39)
    assert settled.figures("merged_now", "handed_over_now", "withdrawn_now") == (1, 0, 0)
    text = "".join(texts(Document(str(settled.folder / "briefing.docx"))))
    assert (
        "事项总数变动：上期38项，加本期新增2项（其中拆分1项）、恢复0项，"
        "减本期核减1项（并入1项、移交0项、撤销或不属实0项），本期39项。"
    ) in text
