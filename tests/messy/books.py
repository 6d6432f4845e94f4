"""Sheets and files: one ledger on several sheets, other sheets beside it, other formats."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from messy.draft import BOOK, SPLIT, WORKBOOKS, XLSX, Cell, Column, Draft, Line, Page, Want, mess
from messy.truth import DONE


def _split(draft: Draft, by: Callable[[int], Hashable], names: dict[Hashable, str]) -> None:
    """Put the items of the only page on pages by a key, in the order in which the keys come."""
    first = draft.page
    pages: dict[Hashable, Page] = {}
    for line in first.data():
        key = by(line.item)
        if key not in pages:
            columns = [Column(c.key, c.label) for c in first.columns]
            pages[key] = Page(names.get(key, str(key)), columns)
        pages[key].lines.append(line)
    draft.pages = list(pages.values())


def _without(draft: Draft, key: str) -> None:
    for page in draft.pages:
        page.columns = [column for column in page.columns if column.key != key]


@mess(SPLIT, "split", writers=WORKBOOKS)
def sheets_done_undone(draft: Draft) -> None:
    """Done and undone items on two sheets, each with its status."""
    names = draft.random.choice(
        (("已完成", "未完成"), ("Sheet1", "Sheet2"), ("完成事项", "持续整改事项"))
    )
    _split(
        draft, lambda i: draft.truth.items[i]["status"] in DONE, {True: names[0], False: names[1]}
    )


@mess(SPLIT, "split", writers=WORKBOOKS, clear=True)
def sheets_tell_status(draft: Draft) -> None:
    """已完成 and 整改中 as names of sheets without a status column."""
    for item in draft.truth.items:
        item["status"] = "已完成" if item["status"] in DONE else "整改中"
    for place, item in enumerate(draft.truth.items):
        draft.wish(place, "status", Want.CLEAR, item["status"])
    _split(draft, lambda i: draft.truth.items[i]["status"], {})
    _without(draft, "status")


@mess(SPLIT, "split", writers=WORKBOOKS, clear=True)
def sheets_tell_category(draft: Draft) -> None:
    """One sheet per category, without a category column."""
    for place, item in enumerate(draft.truth.items):
        if "/" in item["category"]:
            item["category"] = "废水类"
        draft.wish(place, "category", Want.CLEAR, item["category"])
    _split(draft, lambda i: draft.truth.items[i]["category"], {})
    _without(draft, "category")


@mess(SPLIT, "split", writers=WORKBOOKS)
def sheets_by_category(draft: Draft) -> None:
    """One sheet per category, each with the column."""
    _split(draft, lambda i: draft.truth.items[i]["category"], {"一般固废/危废类": "固废危废"})


@mess(SPLIT, "split", writers=WORKBOOKS)
def sheets_by_month(draft: Draft) -> None:
    """One sheet per month."""
    _split(
        draft, lambda i: draft.truth.items[i]["found_on"].month, {8: "8月", 9: "9月", 10: "10月"}
    )


@mess(BOOK, "sheet_name")
def sheet_named(draft: Draft) -> None:
    """Other names of the sheet."""
    names = [
        "整改台账 (2)",
        "Sheet1",
        "附件2",
        "工作表1",
        "10.9",
        "立行立改",
        "最终版",
        "2020年 台账 ",
    ]
    for page in draft.ledgers() if len(draft.pages) == 1 else []:
        page.name = draft.random.choice(names)


def _page(name: str, rows: list[list[object]]) -> Page:
    page = Page(name, bare=True)
    page.above = [list(row) for row in rows]
    return page


@mess(BOOK, writers=WORKBOOKS)
def sheet_summary(draft: Draft) -> None:
    """A sheet of totals beside the ledger."""
    owner = draft.truth.owners[0].name
    rows: list[list[object]] = [
        ["整改情况汇总表"],
        ["企业名称", "事项总数", "已完成", "持续整改", "完成率"],
        [owner, 8, 5, 3, 0.625],
        ["合计", 8, 5, 3, 0.625],
    ]
    draft.pages.insert(draft.random.randint(0, len(draft.pages)), _page("汇总", rows))


@mess(BOOK, writers=WORKBOOKS)
def sheet_guide(draft: Draft) -> None:
    """A sheet that explains how to fill in, and blank ones."""
    guide = [
        ["填表说明"],
        ["1", "企业名称", "填写全称"],
        ["2", "问题描述", "具体写明地点、设施和问题"],
        ["3", "整改状态", "按下拉选项填写"],
    ]
    draft.pages.insert(0, _page("填表说明", guide))
    draft.pages += [_page("Sheet98", []), _page("Sheet99", [])]


@mess(BOOK, writers=XLSX)
def sheet_lists(draft: Draft) -> None:
    """A hidden sheet of dropdown lists."""
    page = _page(
        "字典",
        [
            ["问题类别", "整改状态", "整改方式"],
            ["废水类", "已完成", "立行立改"],
            ["废气类", "整改中", "限期整改"],
            ["其它类", "未启动", "长期坚持"],
        ],
    )
    page.state = "hidden"
    draft.pages.append(page)


@mess(BOOK, writers=XLSX)
def sheet_hidden(draft: Draft) -> None:
    """A hidden sheet with items is read, and told of."""
    if len(draft.ledgers()) > 1:
        draft.ledgers()[-1].state = "hidden"
        draft.told.append("hidden")
        draft.allowed.add("hidden-sheet")


@mess(BOOK, writers=WORKBOOKS)
def sheet_empty_ledger(draft: Draft) -> None:
    """The same ledger, blank, on another sheet."""
    first = draft.page
    draft.pages.append(Page("空白台账", [Column(c.key, c.label) for c in first.columns]))


def _emptied(draft: Draft) -> Page:
    """Leave one page without lines, of which nothing need be told."""
    draft.wishes.clear()
    draft.marked.clear()
    draft.told.clear()
    page = draft.page
    draft.pages = [page]
    page.lines, page.merges = [], []
    return page


@mess(BOOK, "nil", clear=True)
def nil_report(draft: Draft) -> None:
    """No items in this period, said in words."""
    page = _emptied(draft)
    draft.stem = f"{draft.truth.owners[0].name}整改台账"
    word = draft.random.choice(("本期无整改事项", "零报告", "无整改事项", "本期零报告"))
    place = draft.random.choice(
        [c.key for c in page.columns if c.key in ("description", "serial")] or ["+0"]
    )
    page.lines = [Line({place: Cell(word)})]


@mess(BOOK, "nil", clear=True)
def blank_template(draft: Draft) -> None:
    """The blank ledger sent back."""
    _emptied(draft)
    draft.allowed.add("*")


@mess(BOOK, writers=XLSX)
def dimension_wrong(draft: Draft) -> None:
    """A declared dimension of one cell, as WPS writes."""
    draft.dimension = draft.random.choice(("A1", "A1:A1", "A1:C3"))


@mess(BOOK, writers=XLSX)
def dimension_whole(draft: Draft) -> None:
    """A declared dimension of the whole sheet."""
    draft.dimension = "A1:XFD1048576"


@mess(BOOK, writers=XLSX)
def stray_cell(draft: Draft) -> None:
    """A cell far below everything else."""
    for page in draft.ledgers()[:1]:
        page.lines += [Line() for _ in range(3000)]
        page.lines.append(Line({"+3": Cell(draft.random.choice((" ", "1", "a")))}))


def family(writer: str) -> str:
    """Return what the writer can show: CSV and HTML hold text alone."""
    return "csv" if writer.startswith(("csv", "xls_")) else writer


def _written(name: str, summary: str) -> None:
    def apply(draft: Draft) -> None:
        draft.writer = name

    apply.__doc__ = summary
    mess(SPLIT, "writer", writers=(family(name),), name=f"by_{name}")(apply)


_written("xlsxwriter", "Written by XlsxWriter.")
_written("xls", "The old binary format.")
_written("csv", "UTF-8 with its mark, commas.")
for _name, _summary in (
    ("csv_plain", "UTF-8 without a mark."),
    ("csv_gb", "GB18030, commas."),
    ("csv_gb_tab", "GB18030, tabs."),
    ("csv_semicolon", "UTF-8, semicolons."),
    ("csv_tab", "UTF-8, tabs."),
    ("csv_utf16", "UTF-16 with tabs, Excel's Unicode text."),
    ("csv_long_dates", "Dates as 2020年10月9日."),
    ("xls_html", "HTML saved as .xls."),
):
    _written(_name, _summary)
