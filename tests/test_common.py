"""Common problems: which descriptions are alike, and a review from workbook to letters."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from workbooks import lines, merge, ongoing, taizhang, workbook, workspace

from pipeline.common.alike import Groups

LABELLED = (
    (
        "危废暂存间标识牌缺失",
        "危险废物暂存间无标识标牌",
        "危废暂存间未设置标识牌",
        "危废间标识标牌缺失、破损",
    ),
    ("危废管理台账记录不规范", "危废台账填写不规范，缺少签字", "危险废物管理台账记录不完整"),
    ("原料堆场未苫盖，扬尘明显", "堆场物料未苫盖，易产生扬尘", "煤堆场未苫盖，有扬尘"),
    ("厂区雨污分流不彻底", "雨污分流不到位，初期雨水未收集", "厂区雨污未分流"),
    ("2号沉淀池出水口挡板破损", "沉淀池挡板锈蚀破损"),
    ("废气在线监测设备数据异常", "烟气在线监测数据缺失未说明", "在线监测设备运维记录不全"),
    ("布袋除尘器滤袋破损，有粉尘外逸", "除尘器布袋破损漏灰", "3#除尘器滤袋破损"),
    ("应急预案未按期修订",),
    ("排污许可证未及时变更",),
    ("职工食堂油烟净化器未清洗",),
)
A, B, C, D = "示例甲矿业有限公司", "示例乙化工有限公司", "示例丙冶炼有限公司", "示例丁贸易有限公司"


def test_labelled_texts_come_into_their_groups() -> None:
    texts = [text for group in LABELLED for text in group]
    groups = Groups()
    for text in texts:
        groups.add(text)
    assert {frozenset(texts[n] for n in g) for g in groups.members} == set(map(frozenset, LABELLED))


def test_later_texts_change_no_group() -> None:
    texts = [text for group in LABELLED for text in group]
    few, all_of_them = Groups(), Groups()
    placed = [few.add(text) for text in texts[:9]]
    assert [all_of_them.add(text) for text in texts][:9] == placed


def _workspace(folder: Path) -> Path:
    kinds = {A: "是", B: "是", C: "是", D: "否"}
    place = workspace(folder, *({"企业名称": name, "生产": kind} for name, kind in kinds.items()))
    for name, text in (
        (A, "危废暂存间标识牌缺失"),
        (B, "危废暂存间未设置标识牌"),
        (C, "布袋除尘器漏灰"),
    ):
        rows = [ongoing(name, "LX-001", 问题描述=text)]
        workbook(place / "inbox" / f"{name}.xlsx", lines(rows))
    merge(place)
    return place


def test_from_review_to_letters(tmp_path: Path) -> None:
    folder = _workspace(tmp_path / "ws")
    assert taizhang("common", "--xlsx", "c.xlsx", cwd=folder).code == 0
    book = load_workbook(folder / "c.xlsx")
    [row] = book["共性问题"].iter_rows(min_row=2, values_only=True)
    assert row[1:8] == ("危废暂存间未设置标识牌", "待审核", 2, 2, f"{A}、{B}", C, None)
    for column, text in ((9, "改名"), (10, "危废间标识不全")):
        book["共性问题"].cell(2, column, text)
    book.save(folder / "c.xlsx")
    said = taizhang("common", "--take", "c.xlsx", cwd=folder)
    assert said.code == 1
    assert "没有填审核人" in said.out
    book["共性问题"].cell(2, 11, "示例李四")
    book.save(folder / "c.xlsx")
    said = taizhang("common", "--take", "c.xlsx", "--letters", "l.xlsx", cwd=folder)
    assert (said.code, "收入 2 条" in said.out) == (0, True)
    cells = [list(r) for r in load_workbook(folder / "l.xlsx")["函件传达台账"].values]
    [letter] = [row for row in cells if C in row and "举一反三提示函" in row]
    assert "关于对“危废间标识不全”开展举一反三自查的提示函" in letter
    assert not [row for row in cells if D in row]

    rows = [ongoing(C, "LX-002", 问题描述="危废暂存间未设标识牌")]
    workbook(folder / "inbox" / f"{C}10.16.xlsx", lines(rows), saved="2020-10-15")
    merge(folder, "2020-10-16")
    taizhang("common", "--xlsx", "d.xlsx", cwd=folder)
    book = load_workbook(folder / "d.xlsx")
    [row] = book["共性问题"].iter_rows(min_row=2, values_only=True)
    assert row[1:8] == ("危废间标识不全", "已审核", 3, 3, f"{A}、{B}、{C}", None, None)
    news = [(r[1], r[4]) for r in book["事项"].iter_rows(min_row=2, values_only=True)]
    assert news == [(A, None), (B, None), (C, "新")]
