"""Lines that are no items, between and after those that are."""

from __future__ import annotations

from messy.draft import ROWS, WORKBOOKS, XLSX, Cell, Column, Draft, Line, Page, mess


def _first_text(page: Page, *keys: str) -> str:
    return next((key for key in keys if page.has(key)), page.columns[0].key)


@mess(ROWS)
def blank_rows(draft: Draft) -> None:
    """Blank lines between items."""
    for page in draft.ledgers():
        for _ in range(3):
            page.lines.insert(draft.random.randrange(len(page.lines) + 1), Line())


@mess(ROWS, writers=WORKBOOKS)
def formatted_rows(draft: Draft) -> None:
    """Hundreds of empty lines that have borders, blanks or empty texts."""
    for page in draft.ledgers():
        for _ in range(200):
            text = draft.random.choice((None, None, "", " "))
            page.lines.append(Line({c.key: Cell(text, "@") for c in page.columns}))


@mess(ROWS)
def serials_ahead(draft: Draft) -> None:
    """Serial numbers drawn down past the last item."""
    for page in draft.ledgers():
        if page.has("serial"):
            start = len(page.data())
            page.lines += [Line({"serial": Cell(start + n)}) for n in range(1, 8)]


@mess(ROWS)
def names_ahead(draft: Draft) -> None:
    """Serial numbers and the enterprise's name drawn down past the last item."""
    for page in draft.ledgers():
        start = len(page.data())
        for n in range(1, 6):
            cells = {"serial": Cell(start + n), "enterprise": Cell(draft.truth.owners[0].name)}
            page.lines.append(Line({key: cell for key, cell in cells.items() if page.has(key)}))


@mess(ROWS)
def total_row(draft: Draft) -> None:
    """A total below the items, sometimes a subtotal among them."""
    for page in draft.ledgers():
        place = _first_text(
            page, *draft.random.choice((("serial",), ("enterprise",), ("description",)))
        )
        for word, at in (
            (draft.random.choice(("合计", "总计", "合 计", "总　计", "合计：")), None),
            (draft.random.choice(("小计", "本页小计")), len(page.lines) // 2),
        ):
            cells = {place: Cell(word), "planned_funds": Cell(1234.5), "description": Cell(8)}
            cells[place] = Cell(word)
            line = Line({key: cell for key, cell in cells.items() if page.has(key)})
            if at is None:
                page.lines.append(line)
            elif draft.random.random() < 0.5:
                page.lines.insert(at, line)


@mess(ROWS)
def total_counts(draft: Draft) -> None:
    """合计8项，已完成5项 in words below the items."""
    text = draft.random.choice(
        ("合计8项，其中已完成5项、整改中3项", "共计：8项", "合计（8项）", "以上共8项，完成率62.5%")
    )
    for page in draft.ledgers():
        page.lines.append(Line({"+0": Cell(text)}, wide=draft.random.random() < 0.5))


@mess(ROWS)
def notes_below(draft: Draft) -> None:
    """Notes below the items."""
    notes = (
        "注：1.本表由各企业填报；2.每周五报送。",
        "说明：资金以万元计。",
        "备注：已完成的须附照片。",
        "填表说明：",
        "1.整改状态按下拉选项填写。",
        "2、完成日期须填写到日。",
        "※本表一式两份",
        "——以下空白——",
        "（以下无正文）",
    )
    for page in draft.ledgers():
        if draft.random.random() < 0.5:
            page.lines.append(Line())
        chosen = draft.random.sample(notes, 3)
        page.lines += [Line({"+0": Cell(n)}, wide=draft.random.random() < 0.5) for n in chosen]


@mess(ROWS)
def note_beside(draft: Draft) -> None:
    """注 in one cell, the note in the next."""
    for page in draft.ledgers():
        word = draft.random.choice(("注", "注：", "备注", "说明"))
        page.lines.append(Line({"+0": Cell(word), "+1": Cell("本表由各企业填报，每周五报送。")}))


@mess(ROWS)
def signatures(draft: Draft) -> None:
    """Who filled it in, who checked it, when."""
    forms: tuple[dict[str, str], ...] = (
        {
            "+0": "填报人：示例张某",
            "+4": "审核人：示例李某",
            "+8": "联系电话：13900000000",
            "+11": "2020年10月9日",
        },
        {"+0": "单位负责人（签字）：　　　填表人：示例张某　　　日期：2020年10月9日"},
        {"+1": "填报单位（盖章）", "+5": "2020年10月9日"},
        {"+0": "主管领导：", "+1": "示例赵某", "+5": "经办人：", "+6": "示例钱某"},
        {"+8": "示例单位（公章）"},
        {"+9": "2020年10月9日"},
        {"+0": "制表：示例张某", "+3": "复核：", "+6": "批准："},
        {"+5": "审核：", "+7": "填表："},
    )
    for page in draft.ledgers():
        page.lines.append(Line())
        for form in draft.random.sample(forms, 2):
            page.lines.append(Line({place: Cell(text) for place, text in form.items()}))


@mess(ROWS)
def repeated_head(draft: Draft) -> None:
    """The header again, as on each printed page."""
    for page in draft.ledgers():
        place = draft.random.randrange(1, len(page.lines) + 1)
        page.lines.insert(place, _head(page.columns))
        if draft.random.random() < 0.5:
            page.lines.insert(place, Line({"+0": Cell("（续表）")}))


def _head(columns: list[Column]) -> Line:
    """A line that becomes the header's text when the page is laid out."""
    return Line({column.key: Cell(column) for column in columns})


@mess(ROWS, "stacked")
def stacked_tables(draft: Draft) -> None:
    """Two tables one below the other, each with title and header."""
    for page in draft.ledgers():
        page.lines[len(page.lines) // 2 : len(page.lines) // 2] = [
            Line(),
            Line({"+0": Cell("二、其余事项")}, wide=True),
            _head(page.columns),
        ]


@mess(ROWS, "stacked")
def stacked_reordered(draft: Draft) -> None:
    """Two tables one below the other; the second has its columns in another order."""
    page = draft.page
    middle = len(page.lines) // 2
    order = [column.key for column in page.columns]
    draft.random.shuffle(order)
    head = _head(page.columns)
    head.order = order
    for line in page.lines[middle:]:
        line.order = order
    page.lines[middle:middle] = [Line(), Line({"+0": Cell("二、未完成事项")}), head]


@mess(ROWS, "sections")
def section_rows(draft: Draft) -> None:
    """Lines between items that head a group of them."""
    words = (
        "一、废水类",
        "（一）已完成事项",
        "二、督察组指出的问题",
        "第二部分",
        "三、选矿厂",
        "自查问题：",
    )
    for page in draft.ledgers():
        for word in draft.random.sample(words, 2):
            place = draft.random.randrange(len(page.lines))
            page.lines.insert(place, Line({"+0": Cell(word)}, wide=draft.random.random() < 0.5))


@mess(ROWS, writers=XLSX)
def rows_hidden(draft: Draft) -> None:
    """Hidden rows are read, and told of."""
    for line in draft.random.sample(draft.page.data(), min(2, len(draft.page.data()))):
        line.hidden = True
    draft.told.append("hidden")
    draft.allowed.add("hidden-rows")


@mess(ROWS, "hide", writers=XLSX)
def rows_filtered(draft: Draft) -> None:
    """Rows that a filter hides are read, and told of."""
    draft.page.filtered = True
    for line in draft.random.sample(draft.page.data(), min(2, len(draft.page.data()))):
        line.hidden = True
    draft.told.append("filter|hidden")
    draft.allowed |= {"hidden-rows", "filtered-rows"}


@mess(ROWS, "merged_category", writers=WORKBOOKS)
def category_merged(draft: Draft) -> None:
    """Items in the order of their category, which is merged over them."""
    page = draft.page
    if not page.has("category") or any(key == "category" for _, key in draft.taken) or page.merges:
        return
    lines = page.data()
    names = [draft.truth.items[line.item]["category"] for line in lines]
    start = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and names[place] == names[start]:
            lines[place].cells["category"] = Cell()
            continue
        if (
            place - start > 1
            and page.lines.index(lines[place - 1]) - page.lines.index(lines[start])
            == place - start - 1
        ):
            page.merges.append(("category", lines[start], lines[place - 1]))
        else:
            for line in lines[start:place]:
                line.cells["category"] = Cell(names[start])
        start = place
