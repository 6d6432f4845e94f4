"""What forms, printing and drawing down leave between items: sub-titles, hints, marks, sums."""

from __future__ import annotations

import re
from collections.abc import Sequence

from messy.draft import ABOVE, ROWS, Cell, Draft, Line, Page, Want, mess
from messy.truth import ALIASES, LABELS

NUMBERS = "一二三四五六七八九十"
_HEADING = re.compile(r"[（(]?[一二三四五六七八九十]|第.部分|.*：$")


def _keys(page: Page, *wanted: str) -> list[str]:
    return [key for key in wanted if page.has(key)]


def _headed(page: Page) -> bool:
    """Whether lines between items already head some of them."""
    texts = (str(n.cells["+0"].value) for n in page.lines if n.item is None and "+0" in n.cells)
    return any(_HEADING.match(text) for text in texts)


def _head_runs(draft: Draft, key: str, form: str) -> None:
    """Put a sub-title above each run of one choice, and blank it in the rows below."""
    for page in draft.ledgers():
        lines = page.data()
        free = all((line.item, key) not in draft.taken for line in lines)
        if not page.has(key) or not free or _headed(page):
            continue
        last, count = None, 0
        for line in lines:
            word = draft.truth.items[line.item][key]
            if word != last:
                text = form.format(number=NUMBERS[count % 10], word=word)
                page.lines.insert(page.lines.index(line), Line({"+0": Cell(text)}))
                last, count = word, count + 1
            if draft.random.random() < draft.share:
                line.cells[key] = Cell()
            draft.wish(line.item, key, Want.CLEAR, word)
        page.merges = [merge for merge in page.merges if merge[0] != key]
        if draft.random.random() < 0.5 and draft.share == 1.0:
            page.columns = [column for column in page.columns if column.key != key]


@mess(ROWS, "sections")
def section_category(draft: Draft) -> None:
    """一、废水类 above its items, nothing in the column, or no column."""
    form = draft.random.choice(("{number}、{word}", "（{number}）{word}问题", "{word}", "{word}："))
    _head_runs(draft, "category", form)


@mess(ROWS, "sections")
def section_source(draft: Draft) -> None:
    """（一）督察组指出问题 above its items."""
    form = draft.random.choice(("（{number}）{word}的问题", "{number}、{word}事项"))
    _head_runs(draft, "source", form.replace("的", ""))


@mess(ROWS)
def total_moved(draft: Draft) -> None:
    """A total whose word stands in another column, or sums without a word."""
    for page in draft.ledgers():
        count = len(page.data())
        place = draft.random.choice(_keys(page, "measures", "category", "person", "description"))
        word = draft.random.choice(("本页小计", "总计", "合 计", "累计", "以上合计"))
        cells = {place: Cell(word), "planned_funds": Cell(draft.random.randrange(1, 99))}
        if draft.random.random() < 0.5:
            cells |= {"serial": Cell(count + 1)}
        if draft.random.random() < 0.3:
            cells = {"planned_funds": Cell(draft.random.randrange(1, 99))}
        where = draft.random.randrange(count // 2, len(page.lines) + 1)
        page.lines.insert(where, Line({k: c for k, c in cells.items() if page.has(k)}))


@mess(ROWS)
def marks_between(draft: Draft) -> None:
    """以下空白, page numbers and the like, in any column."""
    marks = (
        "以下空白",
        "—— 以下空白 ——",
        "（以下无正文）",
        "第1页 共2页",
        "第 2 页，共 2 页",
        "（转下页）",
    )
    for page in draft.ledgers():
        for mark in draft.random.sample(marks, 2):
            key = draft.random.choice([c.key for c in page.columns if not c.key.startswith("?")])
            line = Line({key: Cell(mark)})
            if draft.random.random() < 0.3 and key != "serial":
                line.cells["serial"] = Cell(len(page.data()) + 1)
            page.lines.insert(draft.random.randrange(1, len(page.lines) + 1), line)


@mess(ROWS)
def strokes_below(draft: Draft) -> None:
    """Rows struck out with strokes, or 无 in each cell, below the items."""
    for page in draft.ledgers():
        for mark in draft.random.sample(("/", "—", "无", "-"), 2):
            page.lines.append(Line({column.key: Cell(mark) for column in page.columns}))


@mess(ROWS)
def defaults_ahead(draft: Draft) -> None:
    """Name and choices drawn down below the last item."""
    for page in draft.ledgers():
        start, owner = len(page.data()), draft.truth.owners[0].name
        keys = draft.random.sample(("category", "source", "status", "method"), 2)
        for number in range(1, 6):
            cells = {"serial": Cell(start + number), "enterprise": Cell(owner)}
            cells |= {key: Cell({"category": "废水类", "source": "内部自查", "status": "整改中",
                                 "method": "立行立改"}[key]) for key in keys}  # fmt: skip
            page.lines.append(Line({k: c for k, c in cells.items() if page.has(k)}))


@mess(ROWS)
def approval_below(draft: Draft) -> None:
    """A leader's opinion, signature and date."""
    for page in draft.ledgers():
        form = draft.random.choice(("单位主要负责人意见：同意上报", "分管领导审核意见：情况属实"))
        cells = {"+0": Cell(form), "+6": Cell("签字："), "+9": Cell("年 月 日")}
        page.lines += [Line(), Line(cells)]


@mess(ROWS)
def printed_pages(draft: Draft) -> None:
    """Title, unit line and header again on each printed page."""
    for page in draft.ledgers():
        if len(page.data()) < 4 or _headed(page):
            continue
        head = Line({column.key: Cell(column) for column in page.columns})
        above = [Line({"+0": Cell("整改台账（续）")}, wide=True), Line({"+6": Cell("单位：万元")})]
        place = page.lines.index(page.data()[2])
        page.lines[place:place] = [*above[: draft.random.randint(0, 2)], head]


@mess(ROWS, "stacked")
def stacked_aliases(draft: Draft) -> None:
    """A second table below, in the same order, with other labels that the profile knows."""
    for page in draft.ledgers():
        cells = {
            column.key: Cell(draft.random.choice([LABELS[column.key], *ALIASES[column.key]]))
            for column in page.columns
            if not column.key.startswith("?")
        }
        place = len(page.lines) // 2
        page.lines[place:place] = [
            Line(),
            Line({"+0": Cell("二、其余事项")}, wide=True),
            Line(cells),
        ]


@mess(ABOVE, "numbers")
def codes_below_head(draft: Draft) -> None:
    """A line that numbers the columns: (1) (2), ① ②, A B, 甲 乙 1 2."""
    forms: Sequence[Sequence[str]] = (
        [f"({n})" for n in range(1, 60)],
        [f"（{n}）" for n in range(1, 60)],
        [chr(9312 + n) if n < 20 else str(n + 1) for n in range(60)],
        [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *(f"A{c}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")],
        ["甲", "乙", "丙", *map(str, range(1, 60))],
    )
    form = draft.random.choice(forms)
    for page in draft.ledgers():
        cells = {c.key: Cell(form[place]) for place, c in enumerate(page.columns)}
        page.lines.insert(0, Line(cells))


@mess(ABOVE, "numbers")
def demands_below_head(draft: Draft) -> None:
    """必填, 选填, choices and samples in a line under the header."""
    hints = {
        "enterprise": "必填，填写全称", "description": "必填", "found_on": "如：2020-10-09",
        "status": "已完成/整改中/未启动", "planned_funds": "万元", "category": "五选一",
        "completed_on": "如：2020年10月9日", "deadline": "格式：2020-10-31", "measures": "必填",
        "method": "立行立改、限期整改、长期坚持", "evidence": "选填", "serial": "自动编号",
    }  # fmt: skip
    for page in draft.ledgers():
        kept = {key: hint for key, hint in hints.items() if draft.random.random() < 0.8}
        page.lines.insert(0, Line({c.key: Cell(kept.get(c.key)) for c in page.columns}))
