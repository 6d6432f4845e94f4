"""The next ledger: what is open filled in, what was accepted locked, and all of it coming back."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from workbooks import Merged, item, merge, ongoing, register, send, taizhang, workspace

A = "示例甲矿业有限公司"
LATER = "2020-10-16"
TEXTS = ("1号沉淀池挡板破损", "危废间没有标识", "雨污分流不彻底", "废气收集罩破损", "台账不全")


def next_ledger(folder: Path) -> Workbook:
    """Merge a first period of five items, one completed and one faulty; open the next ledger."""
    workspace(folder, A)
    rows = [ongoing(A, f"A-{n}" if n % 2 else None, 问题描述=t) for n, t in enumerate(TEXTS)]
    rows[4] = item(A, "A-4", 问题描述=TEXTS[4])
    rows[3]["责任人"] = None
    send(folder, "a.xlsx", *rows)
    merge(folder)
    (folder / "inbox" / "a.xlsx").unlink()
    return made(folder)


def made(folder: Path, name: str = A) -> Workbook:
    said = taizhang("template", "--as-of", LATER, "--ledger", "rectification", cwd=folder)
    assert said.code == 0, said.err
    return load_workbook(folder / "output" / LATER / "blank" / f"整改台账-{name}.xlsx")


def back(folder: Path, book: Workbook) -> Merged:
    book.save(folder / "inbox" / "回.xlsx")
    return merge(folder, LATER)


def column(book: Workbook, label: str) -> int:
    return next(c.column for c in book.worksheets[1][6] if c.value == label)


def states(folder: Path) -> dict[str, tuple[str, str]]:
    """Each item of the roster: its description, person and state."""
    book = load_workbook(folder / "output" / LATER / "master.xlsx")
    sheet = book["整改台账"]
    heads = [
        c.value for c in next(r for r in sheet.iter_rows() if any(c.value == "问题描述" for c in r))
    ]
    rows = [dict(zip(heads, (c.value for c in r), strict=True)) for r in sheet.iter_rows()]
    return {r["问题描述"]: (r["责任人"], r["整改状态"]) for r in rows if r["问题描述"] in TEXTS}


def test_faults_on_top_accepted_locked(tmp_path: Path) -> None:
    book = next_ledger(tmp_path)
    guide, ledger, accepted = book.worksheets[:3]
    told = [[c.value for c in row[:5]] for row in guide.iter_rows(min_row=6, max_row=8)]
    assert told[0][0] == "上期还有 1 处问题，请先改这些（台账中已涂黄，改了就不再涂）"
    assert told[2][:3] == ["责任人", "第 8 行『责任人』为空：须填写。", "第 8 行"]
    assert ledger["A4"].value.startswith("上期有 1 处问题还没改")
    described = column(book, "问题描述")
    assert ledger.cell(8, described).value == TEXTS[3]
    assert (accepted.title, accepted.protection.sheet) == ("已认定事项", True)
    assert accepted.protection.password is None
    assert [c.value for c in accepted[5]][:2] == ["上期新认定", "2020-10-09"]


def test_unchanged_is_one_cell(tmp_path: Path) -> None:
    book = next_ledger(tmp_path)
    cell = next(c for c in book.worksheets[1][3] if c.value == "正常报送")
    cell.value = "无变化"
    found = back(tmp_path, book)
    codes = [code for code, *_ in found.told()]
    assert not {"unchanged-with-changes", "nil-with-rows", "item-missing"} & set(codes)
    assert found.figures("total", "new_items") == (5, 0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tokens", [True, False])
def test_sorted_inserted_and_edited_it_comes_back_to_the_right_items(
    tmp_path: Path, seed: int, tokens: bool
) -> None:
    chance = random.Random(seed)
    book = next_ledger(tmp_path)
    sheet = book.worksheets[1]
    described, person = column(book, "问题描述"), column(book, "责任人")
    last = column(book, "行标识")
    rows = [[sheet.cell(n, c).value for c in range(1, last + 1)] for n in range(7, 11)]
    chance.shuffle(rows)
    for row in rows:
        row[person - 1] = f"示例{row[described - 1][:2]}"
        if not tokens:
            row[last - 1] = None
    added = list(rows[0])
    added[described - 1], added[column(book, "问题编号") - 1] = "新发现的跑冒滴漏现象", None
    rows.insert(chance.randrange(5), added)  # copied with its hidden id
    for n, row in enumerate(rows, start=7):
        for c, value in enumerate(row, start=1):
            sheet.cell(n, c).value = value
    found = back(tmp_path, book)
    assert found.figures("total", "new_items") == (6, 1)
    assert {t: p for t, (p, _) in states(tmp_path).items()} == {
        **{t: f"示例{t[:2]}" for t in TEXTS[:4]},
        TEXTS[4]: "示例张三",
    }
    assert len(found.said("copied-row")) == (1 if tokens else 0)


def test_a_rewritten_text_without_number_comes_back_by_its_hidden_id(tmp_path: Path) -> None:
    book = next_ledger(tmp_path)
    described = column(book, "问题描述")
    cell = next(
        c
        for (c,) in book.worksheets[1].iter_rows(7, 10, described, described)
        if c.value == TEXTS[2]
    )
    cell.value = "厂区雨污分流不彻底"
    assert back(tmp_path, book).figures("total", "new_items") == (5, 0)


def test_a_changed_accepted_row_is_asked_about_and_not_read(tmp_path: Path) -> None:
    book = next_ledger(tmp_path)
    book.worksheets[2].cell(5, 12).value = "改了"
    found = back(tmp_path, book)
    assert found.said("accepted-changed") == [
        "『已认定事项』第 5 行有改动；这张表只供核对，收回时不读入。"
    ]
    assert found.figures("total", "completed") == (5, 1)


def test_a_renamed_enterprise_finds_its_items_in_its_next_ledger(tmp_path: Path) -> None:
    next_ledger(tmp_path)
    new = "示例甲环保有限公司"
    register(tmp_path, {"企业名称": new, "曾用名": A})
    book = made(tmp_path, new)
    assert book.worksheets[1].cell(7, column(book, "企业名称")).value == new
    assert back(tmp_path, book).figures("total", "new_items") == (5, 0)


def test_a_ledger_of_an_older_version_is_read_and_told_of_once(tmp_path: Path) -> None:
    book = next_ledger(tmp_path)
    meta, sheet = book["_taizhang"], book.worksheets[1]
    meta["B2"].value = "1"
    first = column(book, "回头看日期")
    sheet.cell(6, first).value = sheet.cell(6, first + 1).value = None
    found = back(tmp_path, book)
    assert found.said("old-version") == [
        "使用的是第 1 版台账模板，现行第 2 版，已按现行栏目读入："
        "没有后来增加的『回头看日期、回头看结论』，这次不要求。"
    ]
    assert found.said("column-missing-asked") == []


def test_a_ledger_of_a_version_that_nobody_knows_is_asked_about(tmp_path: Path) -> None:
    book = next_ledger(tmp_path)
    book["_taizhang"]["B2"].value = "3"
    assert len(back(tmp_path, book).said("newer-version")) == 1
