"""Who gets what back: its own faults in its own file, and nothing of others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from workbooks import HEADER, comma_file, item, lines, ongoing, workbook, workspace

from pipeline.collect import collect
from pipeline.configuration import Campaign
from pipeline.examine import examine
from pipeline.job import Job, Watch
from pipeline.model import Period
from pipeline.profile import Profile, shipped_profile
from pipeline.read import cells
from pipeline.registry import registry_from
from pipeline.shipped import shipped
from pipeline.write.names import free_name, safe_name
from pipeline.write.report import Report
from pipeline.write.returns import Fault, Heading, chat_text
from pipeline.write.returns.fault import NOTHING_TAKEN
from pipeline.write.returns.task import Work, annotated_all
from pipeline.write.returns.write import write_returns
from pipeline.write.told import told

A, B, C = "示例甲矿业有限公司", "示例乙化工有限公司", "示例丙冶炼有限公司"
ITEMS, CASES = shipped_profile("rectification"), shipped_profile("cases")
DAY = date(2020, 10, 9)
BAD = {"整改状态": "基本完成", "完成日期": None, "整改时限": "2020-12-31"}


def examined(folder: Path, *profiles: Profile, lang: str = "zh") -> Report:
    chosen = profiles or (ITEMS,)
    register = next(iter(cells(folder / "enterprises.xlsx").values()))
    job = Job(
        folder=folder, out=folder, period=Period("2020-10-09", {p.id: DAY for p in chosen}),
        profiles=chosen, registry=registry_from(register, "enterprises.xlsx"),
        template=shipped("briefing.docx"), campaign=Campaign(), lang=lang,
    )  # fmt: skip
    return examine(job, collect(folder / "inbox", None, {}), Watch())


def returned(folder: Path, *profiles: Profile, lang: str = "zh", **how: Any) -> dict[str, bytes]:
    report = examined(folder, *profiles, lang=lang)
    files = write_returns(report, lambda s: s.path.read_bytes(), **how)
    assert write_returns(report, lambda s: s.path.read_bytes(), **how) == files
    assert all(path.startswith("returns/") for path in files)
    return {path.removeprefix("returns/"): data for path, data in files.items()}


def send(folder: Path, name: str, *rows: Any, **layout: Any) -> Path:
    return workbook(folder / "inbox" / name, lines(rows, **layout))


def everything(data: bytes) -> str:
    """All that a file says, in whatever part."""
    if not data.startswith(b"PK"):
        return data.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )


def listed(data: bytes) -> list[tuple[Any, ...]]:
    """Severity, row, column and value of a return's first sheet."""
    page = load_workbook(io.BytesIO(data)).worksheets[0]
    rows = list(page.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] == "序号")
    return [(row[1], row[3], row[4], row[6]) for row in rows[head + 1 :]]


def test_an_enterprise_gets_its_own_workbook_and_a_text(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "甲矿业台账.xlsx", item(A, "X-01"), ongoing(A, "X-02", **BAD))
    send(folder, "乙化工台账.xlsx", item(B, "Y-01"))
    files = returned(folder, until=date(2020, 10, 12))
    assert list(files) == [f"{A}/甲矿业台账.xlsx", f"{A}/说明.txt"]
    data = files[f"{A}/甲矿业台账.xlsx"]
    assert listed(data) == [("须更正", "3", "整改状态", "基本完成")]
    page = load_workbook(io.BytesIO(data))["整改台账"]
    assert [c.value for c in page[1]] == list(HEADER)
    column = HEADER.index("整改状态") + 1
    note = page.cell(3, column).comment
    assert note is not None
    assert "基本完成" in note.text
    said = files[f"{A}/说明.txt"].decode("utf-8-sig")
    assert "甲矿业台账.xlsx" in said
    assert "1 处须更正" in said
    assert "第 3 行" in said
    assert "2020年10月12日" in said


def test_what_cannot_be_annotated_comes_back_as_a_fault_sheet(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    rows = lines([item(A, "X-01"), ongoing(A, "X-02", **BAD, 责任人="=1+1")])
    comma_file(folder / "inbox" / "甲矿业.csv", rows, "gb18030")
    files = returned(folder)
    data = files[f"{A}/甲矿业-须修改.xlsx"]
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["须修改", "有关行"]
    head, *quoted = book["有关行"].iter_rows(values_only=True)
    assert head == ("原行号", *HEADER)
    assert [row[0] for row in quoted] == ["3"]
    assert quoted[0][head.index("责任人")] == "=1+1"
    column = head.index("整改状态") + 1
    cell = book["有关行"].cell(2, column)
    assert cell.comment is not None
    assert cell.fill.fgColor.rgb == "FFF8C6C4"
    assert not any(c.data_type == "f" for page in book for row in page.iter_rows() for c in row)


def test_a_file_that_cannot_be_read_is_answered_all_the_same(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    (folder / "inbox" / f"{A}.xlsx").write_bytes(b"PK\x03\x04" + bytes(400))
    files = returned(folder)
    assert listed(files[f"{A}/{A}-须修改.xlsx"])[0][0] == "须更正"


def test_rows_of_others_never_appear(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B, C)
    send(
        folder,
        "甲矿业报送.xlsx",
        ongoing(A, "X-01", **BAD, 问题描述="甲的机密挡板"),
        ongoing(B, "Y-01", **BAD, 问题描述="乙的机密水池"),
        item(C, "Z-01", 问题描述="丙的机密烟囱"),
    )
    files = returned(folder)
    for owner, own, others in ((A, "甲的机密", ("乙", "丙")), (B, "乙的机密", ("甲", "丙"))):
        mine = {p: everything(d) for p, d in files.items() if p.startswith(f"{owner}/")}
        assert any(own in text for text in mine.values())
        for path, text in mine.items():
            for other in others:
                assert f"{other}的机密" not in text
                assert not any(name in text + path for name in (A, B, C) if name[2] == other)
    assert not any(path.startswith(f"{C}/") and "报送" in path for path in files)


def test_a_number_shared_with_another_does_not_tell_whose(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, "甲矿业.xlsx", item(A, "LX-01"))
    send(folder, "乙化工.xlsx", item(B, "LX-01", 问题描述="别的事项"))
    files = returned(folder)
    text = "".join(everything(data) for path, data in files.items() if path.startswith(f"{A}/"))
    assert "其他企业" in text
    assert B not in text


def test_a_parent_gets_its_subsidiaries_rows_but_not_the_other_way(tmp_path: Path) -> None:
    parent = {"企业名称": A, "简称": "甲"}
    folder = workspace(tmp_path, parent, {"企业名称": B, "上级单位": "示例甲矿业有限公司"}, C)
    send(folder, f"{A}.xlsx", ongoing(A, "X-01"), ongoing(B, "Y-01", **BAD))
    files = returned(folder)
    assert [path for path in files if path.endswith("xlsx")] == [f"{A}/{A}.xlsx"]
    (folder / "inbox" / f"{A}.xlsx").unlink()
    send(folder, f"{B}.xlsx", ongoing(B, "Y-01", **BAD), ongoing(A, "X-01", 问题描述="上级的事"))
    files = returned(folder)
    mine = {p: everything(d) for p, d in files.items() if p.startswith(f"{B}/")}
    assert f"{B}/{B}-须修改.xlsx" in mine
    assert "上级的事" not in "".join(mine.values())


@pytest.mark.parametrize(
    "name,whole", [("示例甲矿业公司", True), ("示例乙化公工有限公司", False), ("选矿车间", True)]
)
def test_an_unclear_name_counts_as_another_s_if_it_looks_like_one(
    tmp_path: Path, name: str, whole: bool
) -> None:
    folder = workspace(tmp_path, A, B)
    send(folder, f"{A}.xlsx", ongoing(A, "X-01", **BAD), ongoing(name, "X-02", 问题描述="谁的事"))
    files = returned(folder)
    assert (f"{A}/{A}.xlsx" in files) == whole
    assert ("谁的事" in "".join(map(everything, files.values()))) == whole


def test_columns_for_the_desk_alone_are_not_quoted(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A, B)
    columns = tuple(
        c.model_copy(update={"audience": ("desk",)}) if c.id == "person" else c
        for c in ITEMS.columns
    )
    profile = ITEMS.model_copy(update={"columns": columns})
    rows = [ongoing(A, "X-01", **BAD, 责任人="示例机密"), ongoing(B, "Y-01", **BAD)]
    send(folder, "汇总.xlsx", *rows)
    text = "".join(map(everything, returned(folder, profile).values()))
    assert "基本完成" in text
    assert "示例机密" not in text


def test_a_ledger_kept_centrally_stays_with_the_desk(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    head = ["批次", "受理编号", "涉及企业", "交办问题基本情况", "是否办结", "交办日期"]
    send(folder, f"{A}案件.xlsx", ["第1批", "D1", A, "异味", "基本办结", "2020-09-10"], header=head)
    assert returned(folder, ITEMS, CASES) == {}


def test_nobody_s_file_has_a_return_only_where_asked(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "台账.xlsx", ongoing(None or "", "X-01", **BAD))
    assert returned(folder) == {}
    assert list(returned(folder, unknown=True)) == [
        "（企业待确认）/台账.xlsx",
        "（企业待确认）/说明.txt",
    ]


def test_files_of_one_name_and_an_older_version(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    for place, number in (("1/甲矿业.xlsx", "X-01"), ("2/甲矿业.xlsx", "X-02")):
        send(folder, place, ongoing(A, number, **BAD, 问题描述=f"{number}号池"))
    assert list(returned(folder)) == [
        f"{A}/甲矿业 (2).xlsx", f"{A}/甲矿业.xlsx", f"{A}/说明.txt",
    ]  # fmt: skip
    workbook(
        folder / "inbox" / "3" / "甲矿业.xlsx",
        lines([item(A, "X-01", 问题描述="X-01号池"), item(A, "X-02", 问题描述="X-02号池")]),
        saved="2020-10-09",
    )
    files = returned(folder)
    assert "基本完成" not in "".join(v for v in map(str, (listed(d) for p, d in files.items()
                                                       if p.endswith("xlsx"))))  # fmt: skip


def test_english(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, "甲矿业.xlsx", ongoing(A, "X-02", **BAD))
    files = returned(folder, lang="en")
    assert list(files) == [f"{A}/note.txt", f"{A}/甲矿业.xlsx"]
    assert "1 to correct" in everything(files[f"{A}/note.txt"])


# ---------------------------------------------------------------- parts


def test_a_lost_child_costs_one_file_its_annotations() -> None:
    heading = Heading("a.xlsx", DAY)
    work = [Work(lambda: b"no workbook", (), NOTHING_TAKEN, heading, "zh")] * 3
    assert annotated_all(work) == [None, None, None]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("number", [1, 2, 3, 40])
def test_the_chat_text_is_short(lang: str, number: int) -> None:
    faults = [
        Fault("表", n, "C", f"列{n}", "值", "W" if n % 2 else "E", "很长" * 100, f"改{n}")
        for n in range(1, number + 1)
    ]
    for until in (None, DAY):
        text = chat_text(faults, lang=lang, heading=Heading("名" * 200 + ".xlsx", DAY, until))
        assert len(text) <= 300
        assert "…" in text
        assert "\n" not in text


def test_names_that_every_file_system_takes() -> None:
    told: Mapping[str, str] = {
        "a/b\\c:d*e?f": "a_b_c_d_e_f", "CON": "CON_", "com1.txt": "com1.txt_", " . ": "_",
        "甲公司. ": "甲公司", "..": "_", "a\u202excod": "a_xcod",
    }  # fmt: skip
    assert {name: safe_name(name) for name in told} == told
    assert len(safe_name("名" * 300, ".xlsx").encode()) < 200
    assert free_name("A.xlsx", ["a.XLSX", "a (2).xlsx"]) == "A (3).xlsx"


def test_a_told_finding_knows_its_column_s_letter_and_keeps_it_to_itself(tmp_path: Path) -> None:
    folder = workspace(tmp_path, A)
    send(folder, f"{A}.xlsx", ongoing(A, "X-01", **BAD))
    report = examined(folder)
    (found,) = told(report.findings, report.files, report.sheets, report.profiles, "zh")
    assert (found.letter, found.column, found.row) == ("M", "整改状态", 2)
    assert "letter" not in found.record()
    assert "kind" not in found.record()


def test_what_an_enterprise_can_do_nothing_about_is_not_sent_back(tmp_path: Path) -> None:
    """A month of supervision is for the desk to plan; a blank person is the clerk's."""
    folder = workspace(tmp_path, A)
    header = [*HEADER, "督办组", "督办月份"]
    send(folder, "a.xlsx", ongoing(A, "X-01", 督办组="第1督查组"), header=header)
    codes = [f["code"] for f in examined(folder).findings.to_pylist()]
    assert codes == ["no-supervision-month"]
    assert returned(folder) == {}
    send(folder, "a.xlsx", ongoing(A, "X-01", 督办组="第1督查组", 责任人=None), header=header)
    sent = "\n".join(everything(data) for data in returned(folder).values())
    assert "责任人" in sent
    assert "未完成事项须定督办月份" not in sent
