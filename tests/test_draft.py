"""``profile new``: small sheets and the profiles drafted from them, to the last guess."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from workbooks import taizhang, workbook

from pipeline.draft import Draft, draft, written
from pipeline.errors import UsageError
from pipeline.model import REASON, ROW_NO, Submission
from pipeline.profile import Profile, load_profile
from pipeline.read import Page, pages, read
from pipeline.write.blank import BlankLedgers

HAZARDS = """设备隐患排查表
填报单位：示例甲公司
序号｜隐患编号｜车间｜隐患描述｜类别｜发现日期｜整改期限｜整改情况｜完成时间｜责任人｜费用（元）
1｜YH-001｜一车间｜皮带机防护罩缺失｜机械｜2020-09-01｜2020-09-10｜已完成｜2020-09-08｜示例张三｜1200
2｜YH-002｜一车间｜配电柜门未锁好｜电气｜2020-09-01｜2020-09-10｜已完成｜2020-09-03｜示例李四｜300
3｜YH-003｜二车间｜护栏的高度不足｜机械｜2020-09-02｜2020-09-30｜整改中｜｜示例张三｜5000
4｜YH-004｜二车间｜消防通道堆了物｜消防｜2020-09-02｜2020-09-05｜已完成｜2020-09-04｜示例王五｜0
5｜YH-005｜三车间｜线路老化且裸露｜电气｜2020-09-03｜立即｜基本完成｜｜示例王五｜800
6｜YH-006｜三车间｜灭火器已经过期｜消防｜2020-09-03｜2020-10-31｜整改中｜｜示例李四｜450
合计｜｜｜6项
注：每周五报送。"""
OPEN = """Quarterly review

Ref｜Site｜Observation｜Rating｜Owner｜Raised｜Due
Required｜Required｜What was seen｜Select from list｜One name｜MM/DD/YYYY｜MM/DD/YYYY
R-01｜North｜Labels are missing on two drums｜High｜P. Example｜01/15/2020｜02/01/2020
R-02｜North｜The gate of yard 4 is never locked｜Low｜P. Example｜01/16/2020｜03/01/2020
R-03｜South｜Stairs are blocked by spare parts｜High｜R. Sample｜02/03/2020｜04/01/2020
R-04｜South｜No list of keys exists for hall 2｜Low｜R. Sample｜02/04/2020｜04/05/2020"""
CLOSED = """Quarterly review

Ref｜Site｜Observation｜Rating｜Owner｜Raised｜Due｜Date closed
R-05｜North｜The eyewash station was dry｜High｜P. Example｜01/20/2020｜02/20/2020｜02/12/2020
R-06｜South｜Extinguishers were out of date｜Low｜R. Sample｜01/21/2020｜03/21/2020｜03/02/2020"""
AS_OF = date(2020, 10, 9)


def page(text: str, name: str = "Sheet1", **more: Any) -> Page:
    return Page(name, [line.split("｜") for line in text.splitlines()], **more)


def loaded(made: Draft, folder: Path) -> Profile:
    (folder / "profile.toml").write_text(written(made), encoding="utf-8")
    return load_profile(folder)


def types(made: Draft) -> dict[str, str]:
    return {column.id: column.type for column in made.columns}


def test_a_chinese_list(tmp_path: Path) -> None:
    made = draft([page(HAZARDS, "隐患")], "隐患.xlsx", "hazards")
    assert (made.label.zh, made.sheets, made.header, made.rows) == (
        "设备隐患排查表", ("隐患",), (2, 2), 6,
    )  # fmt: skip
    assert types(made) == {
        "no": "serial", "column_2": "text", "column_3": "choice", "column_4": "text",
        "category": "choice", "found_on": "date", "deadline": "deadline", "handling": "choice",
        "completed_on": "date", "action_owner": "text", "column_11": "number",
    }  # fmt: skip
    assert (made.key, made.subject, made.breakdowns) == (
        "column_2", "column_4", ("column_3", "category"),
    )  # fmt: skip
    assert made.roles == {
        "deadline": "deadline", "done_on": "completed_on", "found_on": "found_on",
    }  # fmt: skip
    states = made.states
    assert (states.column, states.completed, states.ongoing, states.unknown) == (
        "handling", ("已完成",), ("整改中",), ("基本完成",),
    )  # fmt: skip
    assert made.column("category").choices == (("机械", 2), ("电气", 2), ("消防", 2))
    assert made.column("action_owner").audience == ("desk", "enterprise")
    profile = loaded(made, tmp_path)
    assert [(rule.code, rule.column, rule.other) for rule in profile.rules] == [
        ("duplicate-key", "column_2", None),
        ("done-after-as-of", "completed_on", "as_of"),
        ("done-before-found", "completed_on", "found_on"),
        ("overdue", "deadline", None),
    ]


def test_an_english_list_on_two_sheets(tmp_path: Path) -> None:
    made = draft([page(OPEN, "Open items"), page(CLOSED, "Closed items")], "review.xlsx")
    assert (made.id, made.label.en) == ("review", "Quarterly review")
    assert (made.sheets, made.header, made.rows) == (("Open items", "Closed items"), (2, 2), 6)
    assert types(made) == {
        "ref": "text", "site": "enterprise", "observation": "text", "rating": "choice",
        "owner": "text", "raised": "date", "due": "deadline", "date_closed": "date",
        "status": "choice",
    }  # fmt: skip
    assert (made.key, made.subject, made.dates) == ("ref", "observation", "mdy")
    assert (made.states.completed, made.states.ongoing) == (("Closed",), ("Open",))
    assert made.guidance == (
        "Required", "What was seen", "Select from list", "One name", "MM/DD/YYYY",
    )  # fmt: skip
    assert loaded(made, tmp_path).dates == "mdy"


def test_each_guess_stands_under_its_reason() -> None:
    lines = written(draft([page(HAZARDS, "隐患")], "隐患.xlsx", "hazards")).splitlines()
    guessed = ("label", "key", "subject", "reported", "breakdowns", "header_within")
    for key in guessed:
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{key} = "))
        above = lines[at - 2 : at] if key == "subject" else lines[at - 1 : at]
        assert any(line.startswith("# 请核对：") for line in above), (key, above)
    for at, line in enumerate(lines):
        if line == "[[columns]]":
            assert lines[at + 1].startswith("# 请核对："), lines[at + 1]
    assert any(
        line.startswith("# 请核对：不知属于哪一类，暂列待裁定：基本完成。") for line in lines
    )


def test_the_sample_is_read_by_its_draft(tmp_path: Path) -> None:
    path = workbook(tmp_path / "hazards.xlsx", [x.split("｜") for x in HAZARDS.splitlines()])
    profile = loaded(draft(pages(path), path.name), tmp_path)
    file = Submission(0, path.name, "", path, path.stat().st_size)
    rows = read([file], [profile], jobs=1).rows[profile.id]
    assert [row[ROW_NO] for row in rows.to_pylist() if row[REASON] is None] == [4, 5, 6, 7, 8, 9]


def test_a_signature_below_a_subject_of_few_values_is_no_row(tmp_path: Path) -> None:
    names = ("桥式起重机", "叉车", "储气罐")
    rows = [f"{n}｜TS-{n:03}｜{names[n % 3]}｜2023-01-{n:02}｜合格" for n in range(1, 31)]
    head = "序号｜设备编号｜设备名称｜上次检验日期｜检验结论"
    text = [head, *rows, "填表人：示例甲｜｜审核：示例乙｜｜"]
    path = workbook(tmp_path / "devices.xlsx", [line.split("｜") for line in text])
    profile = loaded(draft(pages(path), path.name), tmp_path)
    assert (profile.subject, profile.column(profile.subject).type) == ("column_3", "choice")
    file = Submission(0, path.name, "", path, path.stat().st_size)
    (last,) = read([file], [profile], jobs=1).rows[profile.id].slice(30).to_pylist()
    assert (last[ROW_NO], last[REASON]) == (32, "signature")


def test_a_blank_ledger_of_the_draft_comes_back(tmp_path: Path) -> None:
    profile = loaded(draft([page(HAZARDS, "隐患")], "隐患.xlsx", "hazards"), tmp_path)
    made = BlankLedgers(profile, enterprises=(), period="2020-10-09", as_of=AS_OF, rows=4)
    book = load_workbook(io.BytesIO(made.ledger(None)))
    sheet = book[profile.label.zh]
    head = {cell.value: cell.column for cell in sheet[6] if cell.value}
    row = {"隐患编号": "YH-9", "隐患描述": "栏杆松动", "类别": "机械", "整改情况": "已完成"}
    for label, value in row.items():
        sheet.cell(7, head[label], value)
    path = tmp_path / "back.xlsx"
    book.save(path)
    told = taizhang("check", str(path), "--profile", str(tmp_path), "--as-of", "2020-10-09",
                    "--json", cwd=tmp_path)  # fmt: skip
    assert '"hazards": {\n   "counted": 1' in told.out
    found = read([Submission(0, "back.xlsx", "", path, 1)], [profile], jobs=1).rows["hazards"]
    (given,) = [r for r in found.to_pylist() if r[REASON] is None]
    assert (given["column_2"], given["column_4"], given["handling"]) == (
        "YH-9",
        "栏杆松动",
        "已完成",
    )


HOSTILE = [
    '''No"; [[columns]] #''', "{total}", "a\\u0000\\", "'''", '"""', "标签\n第二行", "\x85\u2028x",
    "\x7f\x1b[31mred", "=cmd|' /C calc'!A0", "id", "id ", "ID", "row_no", "as_of", "stage", "total",
    "𝕳eader", "é" * 60, "１２", "true", "x" * 79, "\u202eevil", "\ufeffbom", "<b>&amp;</b>",
]  # fmt: skip


def test_whatever_a_hostile_workbook_says_the_draft_is_sound(tmp_path: Path) -> None:
    rows = [[f"{label}{n % 3}" for label in HOSTILE] for n in range(9)]
    rows = [[f"N-{n}", *row, HOSTILE[n], f"2020-01-0{n + 1}"] for n, row in enumerate(rows)]
    name = 'Evil"\n[x]\x07\u2028'
    sheet = Page(name, [["{as_of} \x1b"], ["Ref", *HOSTILE, "Status", "Due\tdate"], *rows])
    made = draft([sheet], 'a"b\n#c.xlsx', "evil")
    text = written(made)
    assert all(c.isprintable() or c == "\n" for c in text)
    assert tomllib.loads(text)["sheet"]["names"] == [name]
    profile = loaded(made, tmp_path)
    assert len({column.id for column in profile.columns}) == len(profile.columns) >= 20
    BlankLedgers(profile, enterprises=(), period="2020-10-09", as_of=AS_OF, rows=2).ledger(None)


@pytest.mark.parametrize(
    "sheets",
    [
        [],
        [[]],
        [["只有一列"], ["一"], ["二"]],
        [["甲", "乙"]],
        [["1", "2"], ["3", "4"], ["5", "6"]],
    ],
    ids=["no sheet", "blank", "one column", "header alone", "no header"],
)
def test_a_file_without_a_table_is_refused(sheets: Sequence[Sequence[str]]) -> None:
    with pytest.raises(UsageError, match="没有找到"):
        draft([Page("甲", sheets)] if sheets else [], "空.xlsx")


def test_the_command_tells_what_it_did_and_what_is_next(tmp_path: Path) -> None:
    workbook(tmp_path / "review.xlsx", *([x.split("｜") for x in t.splitlines()]
             for t in (OPEN, CLOSED)), names=("Open", "Closed"))  # fmt: skip
    said = taizhang("profile", "new", "review.xlsx", "--lang", "en", cwd=tmp_path)
    assert said.out.splitlines() == [
        "Drafted review/profile.toml; 21 guesses to review (search for “check:”).",
        "Sheets: Open、Closed; header down to row 3; 6 rows of data, 9 columns.",
        "Key: ref; subject: observation; status: status.",
        "Read by the draft, the sample has 6 rows of data; 5 are set aside.",
        "Next: correct it, then taizhang profile check review",
    ]
    assert taizhang("profile", "check", "review", cwd=tmp_path).code == 0
    mine = (tmp_path / "review" / "profile.toml").read_bytes()
    again = taizhang("profile", "new", "review.xlsx", cwd=tmp_path)
    assert (again.code, (tmp_path / "review" / "profile.toml").read_bytes()) == (2, mine)
    assert "已经存在，没有改动" in again.err


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["review.csv", "--id", "Bad Name"], 2, "不能作标识"),
        (["nothing.xlsx"], 3, "打不开文件 nothing.xlsx"),
        (["empty.csv"], 2, "没有找到"),
    ],
)
def test_what_the_command_refuses(
    arguments: list[str], code: int, told: str, tmp_path: Path
) -> None:
    (tmp_path / "review.csv").write_text("Ref,What\n1,a\n2,b\n", "utf-8")
    (tmp_path / "empty.csv").write_text("一\n", "utf-8")
    said = taizhang("profile", "new", *arguments, cwd=tmp_path)
    assert said.code == code, said
    assert told in said.err
    assert not list(tmp_path.glob("*/profile.toml"))
