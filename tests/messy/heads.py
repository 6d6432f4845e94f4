"""Columns and headers: labels, groups, order, what stands above and between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from messy.draft import (
    ABOVE,
    COLUMNS,
    HEADS,
    WORKBOOKS,
    XLSX,
    Cell,
    Column,
    Draft,
    Line,
    Want,
    mess,
)
from messy.truth import ALIASES, EXAMPLES, LABELS

GROUPS = (
    ("基本情况", ("item_no", "source", "category", "level", "key_item", "description", "found_on")),
    (
        "整改方案",
        ("method", "goal", "measures", "deadline", "planned_funds", "person", "contingency"),
    ),
    ("整改落实", ("status", "progress", "completed_on", "evidence", "spent_funds")),
)


def _relabel(draft: Draft, change: Callable[[Column], str]) -> None:
    """Change labels, alike on all pages."""
    made: dict[str, str] = {}
    for page in draft.ledgers():
        for column in page.columns:
            if column.key.startswith("?"):
                continue
            if column.key not in made and draft.random.random() < draft.share:
                made[column.key] = change(column)
            column.label = made.get(column.key, column.label)


@mess(HEADS, "labels", clear=False)
def ask_head_typo(draft: Draft) -> None:
    """One character wrong in a label: proposed, not taken."""
    key = draft.random.choice(("found_on", "completed_on", "evidence", "measures"))
    for page in draft.ledgers():
        if page.has(key):
            label = page.column(key).label
            page.column(key).label = label[:1] + "卌" + label[2:]
    draft.told.append("header-typo")
    draft.allowed |= {"header-typo", "column-missing-asked", f"*{key}"}
    for place in range(len(draft.truth.items)):
        value = draft.truth.items[place][key]
        draft.wish(place, key, Want.EITHER, value, None)
        if key == "found_on":
            continue
        draft.marked.add(place)


@mess(HEADS, "labels")
def head_alias(draft: Draft) -> None:
    """Other labels that the profile knows."""
    _relabel(
        draft,
        lambda c: (
            draft.random.choice([LABELS[c.key], *ALIASES[c.key]])
            if c.label == LABELS[c.key]
            else c.label
        ),
    )


@mess(HEADS)
def head_breaks(draft: Draft) -> None:
    """Line breaks within labels."""
    _relabel(
        draft, lambda c: c.label[:2] + draft.random.choice(("\n", "\r\n", " \n")) + c.label[2:]
    )


@mess(HEADS)
def head_blanks(draft: Draft) -> None:
    """Blanks within and around labels."""
    blank = draft.random.choice((" ", "\u3000", "\u00a0", "  "))
    _relabel(
        draft,
        lambda c: draft.random.choice((blank.join(c.label), f" {c.label} ", c.label + "\u200b")),
    )


@mess(HEADS, "brackets")
def head_wide(draft: Draft) -> None:
    """Full-width brackets and strokes."""
    wide = str.maketrans("()/", "（）／")
    _relabel(draft, lambda c: c.label.translate(wide))


@mess(HEADS, "notes")
def head_notes(draft: Draft) -> None:
    """Notes in brackets after the label."""
    notes = ("（必填）", "(必填)", "（请如实填写）", "\n（可另附页）", "【必填】", "(下拉选择)")
    special = {
        "found_on": "（年/月/日）",
        "completed_on": "（如2020年10月9日）",
        "status": "（已完成/整改中）",
        "deadline": "\n（具体到日）",
        "enterprise": "（全称）",
        "method": "（立行立改、限期整改、长期坚持）",
    }
    _relabel(draft, lambda c: c.label + draft.random.choice((special.get(c.key, notes[0]), *notes)))


@mess(HEADS, "marks")
def head_marks(draft: Draft) -> None:
    """Stars and colons on labels."""
    marks = ("*{}", "{}*", "{}：", "{}:", "★{}", "＊{}")
    _relabel(draft, lambda c: draft.random.choice(marks).format(c.label))


@mess(HEADS, "marks", clear=False)
def head_numbered(draft: Draft) -> None:
    """Numbered labels: understood or asked."""
    number = iter(range(1, 200))
    _relabel(draft, lambda c: f"{next(number)}.{c.label}")
    for place, wish in list(draft.wishes.items()):
        if wish.want is Want.CLEAR:
            draft.wish(*place, Want.EITHER, *wish.values)
    draft.allowed.add("*")


@mess(COLUMNS, "order")
def columns_shuffled(draft: Draft) -> None:
    """Columns in another order."""
    order = [column.key for column in draft.page.columns]
    draft.random.shuffle(order)
    for page in draft.ledgers():
        page.columns.sort(key=lambda c: order.index(c.key) if c.key in order else -1)


@mess(COLUMNS)
def columns_unknown(draft: Draft) -> None:
    """Columns that the ledger does not know."""
    labels = draft.random.sample(
        ("经办", "督查情况反馈", "厂区位置", "是否上会", "领导批示", "工期"), 2
    )
    _insert(draft, labels, lambda: draft.random.choice(("是", "张某", 3, "2020.9.1", None)))


@mess(COLUMNS)
def columns_blank(draft: Draft) -> None:
    """Blank columns within the table."""
    _insert(draft, ["", ""], lambda: None)


@mess(COLUMNS)
def columns_unlabelled(draft: Draft) -> None:
    """Columns with content but no label."""
    _insert(draft, [""], lambda: draft.random.choice(("已核", "张某", 5, None)))


def _insert(draft: Draft, labels: Sequence[str], content: Callable[[], object]) -> None:
    for page in draft.ledgers():
        for label in labels:
            key = f"?{len(page.columns)}"
            place = draft.random.randrange(1, len(page.columns))
            page.columns.insert(place, Column(key, label))
            for line in page.data():
                line.cells[key] = Cell(content())


@mess(COLUMNS)
def serial_missing(draft: Draft) -> None:
    """No serial numbers."""
    for page in draft.ledgers():
        page.columns = [column for column in page.columns if column.key != "serial"]


@mess(COLUMNS)
def serial_odd(draft: Draft) -> None:
    """Serial numbers that start anew, repeat or are in words."""
    for page in draft.ledgers():
        for number, line in enumerate(page.data()):
            if "serial" in line.cells:
                line.cells["serial"] = Cell(
                    draft.random.choice((number % 3 + 1, "一", "(1)", None, "1-1"))
                )


@mess(COLUMNS, writers=XLSX, clear=True)
def columns_hidden(draft: Draft) -> None:
    """Hidden columns are read, and told of."""
    for column in draft.random.sample(draft.page.columns[3:], 3):
        column.hidden = True
    draft.told.append("hidden")
    draft.allowed.add("hidden-columns")


@mess(ABOVE)
def table_moved(draft: Draft) -> None:
    """The table starts in the second or third column."""
    for page in draft.ledgers():
        page.left = draft.random.choice((1, 2))


@mess(HEADS, "heads", writers=WORKBOOKS)
def heads_merged(draft: Draft) -> None:
    """Group heads merged above the labels; single labels merged over both rows."""
    _group(draft, "merged")


@mess(HEADS, "heads", clear=True)
def heads_plain(draft: Draft) -> None:
    """Group heads in the first cell of the group, nothing merged."""
    _group(draft, "plain")


def _group(draft: Draft, way: str) -> None:
    of = {key: group for group, keys in GROUPS for key in keys}
    for page in draft.ledgers():
        page.two_heads = way
        for column in page.columns:
            column.group = of.get(column.key, "")


@mess(HEADS, "heads", writers=WORKBOOKS, clear=False)
def heads_composed(draft: Draft) -> None:
    """Labels that make sense only with their group: 资金(万元) over 计划."""
    parts = {
        "planned_funds": ("资金（万元）", "计划"),
        "found_on": ("发现", "日期"),
        "completed_on": ("完成", "日期"),
        "spent_funds": ("资金（万元）", "已投入"),
    }
    for (_, key), mess_name in draft.taken.items():
        if mess_name.endswith(("in_yuan", "head_typo")):
            parts.pop(key, None)
    for page in draft.ledgers():
        page.two_heads = "merged"
        for column in page.columns:
            if column.key in parts:
                column.alone = column.label
                column.group, column.label = parts[column.key]
    for (item, key), wish in list(draft.wishes.items()):
        if key in parts and wish.want is Want.CLEAR:
            draft.wish(item, key, Want.EITHER, *wish.values)
    draft.allowed |= {"*found_on", "*completed_on", "*planned_funds", "*spent_funds", "*"}


@mess(ABOVE)
def title_above(draft: Draft) -> None:
    """A title, perhaps a second one, and a unit line."""
    owner = draft.sender
    for page in draft.ledgers():
        above: list[list[object]] = [[f"{owner}环保督察立行立改整改台账"]]
        if draft.random.random() < 0.5:
            above.append([f"填报单位：{owner}", None, None, None, "填报日期：2020年10月9日"])
        if draft.random.random() < 0.5 and not page.above:
            above.append([None] * 8 + ["单位：万元"])
        page.above[:0] = above


@mess(ABOVE)
def rows_above(draft: Draft) -> None:
    """The header stands as far down as row 10."""
    for page in draft.ledgers():
        most = 9 - len(page.above) - (1 if page.two_heads else 0)
        lines: list[list[object]] = [
            [],
            ["附件2"],
            [],
            ["内部资料　注意保管"],
            ["（截至2020年10月9日）"],
            [None, None, "环保督察整改"],
            [],
            ["编号：环督〔2020〕3号"],
        ]
        page.above[:0] = lines[: draft.random.randint(1, max(1, most))]


@mess(ABOVE, "numbers")
def numbers_below_head(draft: Draft) -> None:
    """A line with the columns' numbers under the header."""
    for page in draft.ledgers():
        cells = {c.key: Cell(place) for place, c in enumerate(page.columns, start=1)}
        page.lines.insert(0, Line(cells))


@mess(ABOVE, "numbers", clear=False)
def hints_below_head(draft: Draft) -> None:
    """A line of hints under the header: no item."""
    hints = {
        "enterprise": "填写全称",
        "description": "具体到设施",
        "found_on": "年/月/日",
        "status": "下拉选择",
        "planned_funds": "万元",
        "completed_on": "已完成的填写",
        "category": "五类之一",
        "deadline": "具体到日",
    }
    for page in draft.ledgers():
        cells = {c.key: Cell(hints.get(c.key)) for c in page.columns}
        page.lines.insert(0, Line(cells))


@mess(ABOVE, "numbers")
def example_row(draft: Draft) -> None:
    """The template's example row was left in."""
    for page in draft.ledgers():
        cells = {c.key: Cell(EXAMPLES.get(c.key)) for c in page.columns}
        first = page.columns[0].key
        if first not in EXAMPLES:
            cells[first] = Cell(draft.random.choice(("例", "示例", "样例", "举例")))
        page.lines.insert(0, Line(cells))


@mess(HEADS, "status_head", clear=True)
def head_shared(draft: Draft) -> None:
    """完成情况 holds the status, 整改情况 the narrative: told by what the cells are."""
    for page in draft.ledgers():
        if page.has("status") and page.has("progress"):
            page.column("status").label = "完成情况"
            page.column("progress").label = "整改情况"
    draft.allowed.add("ambiguous-column")


@mess(HEADS, "status_head", clear=True)
def head_shared_turned(draft: Draft) -> None:
    """The other way about: 整改情况 holds the status, 完成情况 the narrative."""
    for page in draft.ledgers():
        if page.has("status") and page.has("progress"):
            page.column("status").label = "整改情况"
            page.column("progress").label = "完成情况"
    draft.allowed.add("ambiguous-column")
