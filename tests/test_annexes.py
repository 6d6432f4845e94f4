"""The briefing's annexes: what changed, how totals came about, rows read, doubts and their effect.

Seen in the tables of the Word document of whole runs.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from briefings import said
from docx import Document
from tables import ITEMS, File, listed, period, registry
from workbooks import (
    AS_OF,
    HEADER,
    Merged,
    item,
    lines,
    merge,
    ongoing,
    register,
    send,
    taizhang,
    workbook,
    workspace,
)

from pipeline.model import ENTERPRISE
from pipeline.profile.check import contradictions
from pipeline.profile.printed import BriefingList
from pipeline.prove import NotProvedError, dispositions_by_enterprise
from pipeline.write.listed import Beside, rows_of

A, B, C = "示例甲矿业有限公司", "示例乙化工有限公司", "示例丙建材有限公司"
LATER = "2020-10-16"
EXTENDED = (*HEADER, "调整后时限", "批准文号")


def annex(found: Merged, title: str) -> list[list[str]]:
    """The table whose caption holds ``title``, without its head; [] where there is none."""
    document = Document(str(found.folder / "briefing.docx"))
    caption = ""
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            if title in caption:
                return [[said(cell) for cell in row.cells] for row in part.rows][1:]
        elif text := said(part):
            caption = text
    return []


def note_below(found: Merged, title: str) -> str:
    """The paragraph after the table whose caption holds ``title``."""
    document = Document(str(found.folder / "briefing.docx"))
    caption, seen = "", False
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            seen = title in caption
        elif text := said(part):
            if seen:
                return text
            caption = text
    return ""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Merged, Merged, Path]:
    folder = workspace(tmp_path_factory.mktemp("annexes"), A, B, C)
    send(folder, "a.xlsx", item(A, "A-1"), *(ongoing(A, f"A-{n}") for n in (2, 3, 4, 5)))
    doubt = ongoing(B, "B-3", 整改状态="基本完成")
    send(folder, "b.xlsx", ongoing(B, "B-1"), item(B, "B-2"), doubt)
    first = merge(folder)
    rows = [
        ongoing(A, "A-1", 整改状态="核查退回", 整改时限="2020-09-30"),
        item(A, "A-2", 整改时限="2020-12-31", 完成日期="2020-10-12"),
        ongoing(A, "A-3", 调整后时限="2021-03-31", 批准文号="示例环督〔2020〕1号"),
        ongoing(A, "A-4", 整改时限="2020-11-30"),
        ongoing(A, "A-5", 整改状态="50%"),
        ongoing(A, "A-6"),
    ]
    send(folder, "a2.xlsx", *rows, header=EXTENDED, saved="2020-10-15")
    odd = item(C, "C-2", 整改状态="差不多了")
    send(folder, "c.xlsx", ongoing(C, "C-1"), odd, saved="2020-10-15")
    return first, merge(folder, LATER), folder


def test_a_first_period_tells_of_no_change(runs: tuple[Merged, Merged, Path]) -> None:
    assert annex(runs[0], "变动事项") == []
    assert annex(runs[0], "增减") == []


def test_each_change_is_told_from_what_to_what(runs: tuple[Merged, Merged, Path]) -> None:
    assert [row[1:] for row in annex(runs[1], "较第1期变动事项")] == [
        ["新增", A, "A-6", "A-6号沉淀池挡板破损", "", "整改中"],
        ["新增", C, "C-1", "C-1号沉淀池挡板破损", "", "整改中"],
        ["新增", C, "C-2", "C-2号沉淀池挡板破损", "", "待裁定"],
        ["本期完成", A, "A-2", "A-2号沉淀池挡板破损", "整改中", "已完成"],
        ["退回整改", A, "A-1", "A-1号沉淀池挡板破损", "已完成", "核查退回"],
        ["时限延后", A, "A-3", "A-3号沉淀池挡板破损", "2020年12月31日", "2021年3月31日"],
        ["时限提前", A, "A-4", "A-4号沉淀池挡板破损", "2020年12月31日", "2020年11月30日"],
    ]


def test_what_is_removed_and_restored_is_told(tmp_path: Path) -> None:
    """A removal takes a ruling; the status in the roster is the ruled one."""
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", ongoing(A, "A-1"), item(A, "A-2"))
    merge(folder)
    send(folder, "a2.xlsx", ongoing(A, "A-1", 整改状态="撤销"), item(A, "A-2"))
    ruled = merge(folder, LATER)
    assert annex(ruled, "变动事项") == [["（无）"] * 7]
    rule_removal(folder, ruled)
    gone = merge(folder, LATER)
    assert [row[1:] for row in annex(gone, "变动事项")] == [
        ["本期核减", A, "A-1", "A-1号沉淀池挡板破损", "整改中", "撤销"]
    ]
    assert annex(gone, "事项总数增减") == [[A, "2", "0", "1", "1"], ["合计", "2", "0", "1", "1"]]
    assert annex(gone, "未完成事项增减") == [
        [A, "1", "0", "0", "0", "1", "0"],
        ["合计", "1", "0", "0", "0", "1", "0"],
    ]
    done = item(A, "A-1", 整改时限="2020-12-31")
    send(folder, "a3.xlsx", done, item(A, "A-2"), saved="2020-10-22")
    back = merge(folder, "2020-10-23")
    assert [row[1:] for row in annex(back, "变动事项")] == [
        ["本期完成", A, "A-1", "A-1号沉淀池挡板破损", "撤销", "已完成"],
        ["恢复", A, "A-1", "A-1号沉淀池挡板破损", "撤销", "已完成"],
    ]
    assert annex(back, "事项总数增减")[-1] == ["合计", "1", "0", "1", "0", "2"]


def rule_removal(folder: Path, found: Merged) -> None:
    """Accept the removal in the findings workbook, as a coordinator does."""
    book = openpyxl.load_workbook(found.folder / "findings.xlsx")
    sheet = book["裁定"]
    head = next(r for r in sheet.iter_rows() if any(cell.value == "裁定" for cell in r[1:]))
    place = {cell.value: cell.column for cell in head}
    for row in sheet.iter_rows(min_row=head[0].row + 1):
        if any("核减" in str(cell.value) for cell in row):
            told = {"裁定": "认可，照计", "理由": "批准撤销", "裁定人": "示例主任"}
            for label, text in told.items():
                sheet.cell(row[0].row, place[label], text)
    book.save(folder / "ruled.xlsx")
    told = taizhang("decide", "ruled.xlsx", cwd=folder)
    assert told.code == 0, told.err


def test_totals_roll_forward_enterprise_by_enterprise(
    runs: tuple[Merged, Merged, Path],
) -> None:
    # Before, new, removed, now: nobody restored anything.
    assert annex(runs[1], "事项总数增减") == [
        [A, "5", "1", "0", "6"],
        [B, "3", "0", "0", "3"],
        [C, "0", "2", "0", "2"],
        ["合计", "8", "3", "0", "11"],
    ]
    # Open before, new, reopened, completed, open now.
    assert annex(runs[1], "未完成事项增减") == [
        [A, "4", "1", "1", "1", "5"],
        [B, "2", "0", "0", "0", "2"],
        [C, "0", "2", "0", "0", "2"],
        ["合计", "6", "3", "1", "1", "9"],
    ]


def test_a_roll_forward_that_does_not_add_up_stops_the_run() -> None:
    head = "企业名称｜问题编号｜问题描述｜整改状态\n"
    wrong = ITEMS.model_copy(
        update={
            "identities": tuple(
                each.model_copy(update={"less": ()}) if each.total == "open" else each
                for each in ITEMS.identities
            )
        }
    )
    first = period(wrong, head + "甲公司｜LX-1｜漏水｜整改中")
    with pytest.raises(NotProvedError, match=r"open = .* at enterprise|open = "):
        period(wrong, head + "甲公司｜LX-1｜漏水｜已完成", before=first, as_of=date(2020, 10, 16))


def test_a_merger_changes_no_item_only_whose_it_is(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "a.xlsx", ongoing(A, "A-1"))
    merge(folder)
    register(folder, {"企业名称": A, "并入单位": B, "生效日期": "2020-10-12"}, B)
    found = merge(folder, LATER)
    assert annex(found, "变动事项")[0][0] == "（无）"
    assert annex(found, "事项总数增减") == [[B, "1", "0", "0", "1"], ["合计", "1", "0", "0", "1"]]


def test_an_item_whose_enterprise_is_another_is_told() -> None:
    head = "企业名称｜问题编号｜问题描述｜整改状态\n"
    known = registry("企业名称｜简称\n甲公司｜甲\n乙公司｜乙")
    now = period(ITEMS, head + "甲公司｜LX-1｜漏水｜整改中", known=known)
    roster = now.ledger.roster
    place = roster.column_names.index(ENTERPRISE)
    before = roster.set_column(place, ENTERPRISE, pa.array(["乙公司"]))
    beside = Beside(before, {}, now.dispositions)
    told = BriefingList(table="changes", columns=("change",))
    rows = rows_of(told, now.ledger, beside, "zh")
    assert listed(rows, "change", "changed_from", "changed_to") == [("taken_over", "乙", "甲")]


def test_rows_read_are_those_counted_undecided_and_set_aside(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B, {"企业名称": C})
    total = ["合计", None, None, None, None, None, "共2项"]
    rows = lines([item(A, "A-1"), ongoing(A, "A-2", 整改状态="50%")], below=[total])
    workbook(folder / "inbox" / "a.xlsx", rows)
    send(folder, "x.xlsx", item("无人知道的公司", "X-1"))
    found = merge(folder)
    assert annex(found, "行数核对") == [
        ["1", A, "3", "1", "1", "1"],
        ["", "其他（不在以上各家或企业待确认）", "1", "0", "1", "0"],
        ["", "合计", "4", "1", "2", "1"],
    ]
    assert found.rows == (4, 1, 2, 1)


def test_rows_are_their_enterprises_or_their_senders() -> None:
    head = "企业名称｜问题编号｜问题描述｜整改状态\n"
    told = head + "甲公司｜LX-1｜漏水｜整改中\n乙公司｜LX-2｜扬尘｜50%\n合计｜｜2项｜"
    result = period(ITEMS, File(told, "1.xlsx"), known=registry("企业名称\n甲公司\n乙公司"))
    found = dispositions_by_enterprise(result.merged, result.owners)
    assert sum(sum(each.values()) for each in found.values()) == 3
    assert found["甲公司"]["counted"] == 1
    assert found["乙公司"]["undecided"] == 1


def test_each_doubt_is_told_with_what_hangs_on_it(runs: tuple[Merged, Merged, Path]) -> None:
    now = annex(runs[1], "存疑待裁定事项及其影响")
    assert [row[1:3] + row[4:] for row in now] == [
        [A, "A-5",
         "第 6 行『整改状态』填的是『50%』，不能确定算哪一种（未启动、整改中、达到序时进度、…）。",
         "已完成+1、持续整改−1、达到序时进度−1、滞后+1"],
        [B, "B-3",
         "『B-3』自 2020-10-09 一期起状态存疑（『基本完成』），至今没有裁定，也没有新的报送。",
         "已完成+1、持续整改+1、达到序时进度+1、滞后+1"],
        [C, "C-2",
         "第 3 行『整改状态』填的是『差不多了』，不在可选项之内"
         "（未启动、整改中、达到序时进度、…）。",
         "已完成+1、持续整改+1、超期+1"],
    ]  # fmt: skip
    note = note_below(runs[1], "存疑待裁定事项及其影响")
    assert note.startswith("全部裁定后：已完成最少2、最多5；")
    assert note.endswith("；整改完成率最少18.2%、最多45.5%（各数分别计，不同时达到）。")


def test_without_doubts_there_is_no_annex_of_them(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "A-1"))
    assert annex(merge(folder), "存疑待裁定事项及其影响") == []


def test_a_long_list_is_cut_and_says_where_the_rest_is(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "A-1", 问题描述="一车间雨污分流不彻底"))
    merge(folder)
    rows = [ongoing(A, f"N-{n:02}", 问题描述=f"{n}号点位扬尘未覆盖") for n in range(70)]
    sent_back = ongoing(A, "A-1", 问题描述="一车间雨污分流不彻底", 整改状态="核查退回")
    send(folder, "a2.xlsx", sent_back, *rows, saved="2020-10-15")
    found = merge(folder, LATER)
    told = annex(found, "变动事项")
    assert len(told) == 60
    assert [row[1] for row in told[-2:]] == ["退回整改", "时限延后"]  # these before new ones
    assert note_below(found, "变动事项") == (
        "共72条，此处先列须关注的，计60条，其余见 master.xlsx。"
    )


def test_the_annexes_are_verified_with_the_rest(runs: tuple[Merged, Merged, Path]) -> None:
    _, now, folder = runs
    told = taizhang("verify", str(now.folder / "briefing.docx"), cwd=folder)
    assert (told.code, "全部相符" in told.out) == (0, True)


def test_in_english(runs: tuple[Merged, Merged, Path], tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", ongoing(A, "A-1"), ongoing(A, "A-2"))
    merge(folder)
    send(folder, "a2.xlsx", item(A, "A-1", 整改时限="2020-12-31", 完成日期="2020-10-12"),
         ongoing(A, "A-2", 整改状态="50%"), saved="2020-10-15")  # fmt: skip
    found = merge(folder, LATER, "--lang", "en")
    assert annex(found, "What changed since issue 1") == [
        ["1", "completed now", A, "A-1", "A-1号沉淀池挡板破损", "In progress", "Completed"]
    ]
    assert annex(found, "Rows read")[-1][1:] == ["Total", "2", "1", "1", "0"]
    assert annex(found, "await a ruling")[0][-1] == (
        "Completed+1, Ongoing−1, On schedule−1, Behind+1"
    )


def test_lists_name_what_there_is() -> None:
    def faults(**told: Any) -> list[str]:
        section = ITEMS.briefing[0]
        base = ITEMS.briefing[0].items[0].model_copy(update={"text": None})
        wrong = base.model_copy(update={"list": BriefingList(**told)})
        changed = section.model_copy(update={"items": (wrong,)})
        return contradictions(ITEMS.model_copy(update={"briefing": (changed,)}))

    where = "briefing(overview).items[1].list"
    assert faults(table="changes", columns=("changed_form",)) == [
        f"{where}：没有名为『changed_form』的列，是不是『changed_from』？"
    ]
    assert faults(table="changes", columns=("change",), watch=("remarks",))[0].startswith(
        f"{where}.watch：没有名为『remarks』的日期列"
    )
    assert faults(table="doubts", columns=("person",)) == [
        f"{where}：『person』不对领导公开（audience），不能列入简报"
    ]
    assert faults(table="roster", columns=("due",), watch=("due",)) == [
        f'{where}.watch：只有变动清单（table = "changes"）才有'
    ]


def test_the_roll_forward_of_each_category_adds_up(runs: tuple[Merged, Merged, Path]) -> None:
    """Before + new = now; before + new + reopened − completed = open now."""
    assert annex(runs[1], "各类别事项总数和未完成事项增减") == [
        ["废水类", "8", "3", "11", "6", "3", "1", "1", "9"],
        ["合计", "8", "3", "11", "6", "3", "1", "1", "9"],
    ]
    words = "未完成事项变动：上期6项，加新增3项、退回1项、恢复0项，减完成1项、核减0项，本期9项。"
    assert words in [
        said(part) for part in Document(str(runs[1].folder / "briefing.docx")).paragraphs
    ]


def test_a_number_that_the_last_issue_printed_otherwise_is_told(tmp_path: Path) -> None:
    """The store's figures of the last period are not what its roster comes to any more."""
    folder = workspace(tmp_path, A)
    send(folder, "a.xlsx", item(A, "A-1"), ongoing(A, "A-2"))
    merge(folder, AS_OF)

    def differing() -> list[str]:
        findings = merge(folder, LATER).manifest["findings"]
        return [one["message"] for one in findings if one["code"] == "previous-differs"]

    assert differing() == []
    with sqlite3.connect(folder / "taizhang.db") as database:
        changed = "UPDATE figure SET value = '3' WHERE name = 'total' AND period_id = ?"
        database.execute(changed, [AS_OF])
    assert differing() == [f"{AS_OF} 一期的『事项总数』当时印为 3，按现在的口径为 2。"]
