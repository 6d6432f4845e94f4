"""Who sent it: the enterprise's name in rows, titles and file names."""

from __future__ import annotations

from messy.draft import COLUMNS, VALUES, WORKBOOKS, Cell, Draft, Line, Want, mess
from messy.truth import Owner


def _owner(draft: Draft, line: Line) -> Owner:
    name = draft.truth.items[line.item]["enterprise"]
    return next(owner for owner in draft.truth.owners if owner.name == name)


def _rename(draft: Draft, want: Want, *forms: str) -> None:
    for line, key in draft.free(("enterprise",)):
        owner = _owner(draft, line)
        text = draft.random.choice(forms).format(
            name=owner.name, short=owner.short, former=owner.former, spaced=" ".join(owner.name)
        )
        line.cells[key] = Cell(text)
        draft.wish(line.item, key, want, *(() if want is Want.ASK else (owner.name,)))
    if want is not Want.CLEAR:
        draft.allowed.add("empty-return")


@mess(VALUES)
def owner_short(draft: Draft) -> None:
    """Short and former names that the registry knows."""
    _rename(draft, Want.CLEAR, "{short}", "{former}")


@mess(VALUES)
def owner_blanks(draft: Draft) -> None:
    """Blanks and line breaks within the name."""
    _rename(draft, Want.CLEAR, " {name}", "{name}\n", "{spaced}", "{name}\u200b", "\u3000{short} ")


@mess(VALUES, clear=False)
def owner_stamped(draft: Draft) -> None:
    """Words around the name."""
    _rename(
        draft,
        Want.EITHER,
        "{name}（盖章）",
        "{name}公司",
        "1.{name}",
        "{name}机修车间",
        "《{name}》",
    )


@mess(VALUES, clear=False)
def ask_owner_typo(draft: Draft) -> None:
    """A name that is nearly an enterprise's."""
    lines = draft.free(("enterprise",))
    for line, key in draft.random.sample(lines, min(2, len(lines))):
        name = _owner(draft, line).name
        place = draft.random.randrange(2, len(name) - 4)
        line.cells[key] = Cell(name[:place] + "卌" + name[place + 1 :])
        draft.wish(line.item, key, Want.ASK)
        draft.marked.add(line.item)


@mess(VALUES, clear=False)
def ask_owner_unknown(draft: Draft) -> None:
    """An enterprise that the registry does not have."""
    lines = draft.free(("enterprise",))
    for line, key in draft.random.sample(lines, min(1, len(lines))):
        line.cells[key] = Cell(draft.random.choice(("别处某某实业集团", "甲公司", "外协单位")))
        draft.wish(line.item, key, Want.ASK)
        draft.marked.add(line.item)


@mess(VALUES, "stem", clear=False)
def ask_owner_differs(draft: Draft) -> None:
    """The file names another enterprise of the registry than the rows."""
    draft.stem = "示例总部直属机关整改台账"
    for page in draft.ledgers():
        for line in page.data():
            name = draft.truth.items[line.item]["enterprise"]
            draft.wish(line.item, "enterprise", Want.EITHER, name)
    draft.told.append("enterprise")
    draft.allowed |= {"enterprise-differs", "empty-return"}


def _without_column(draft: Draft) -> None:
    for page in draft.ledgers():
        page.columns = [column for column in page.columns if column.key != "enterprise"]


def _single(draft: Draft) -> bool:
    return len(draft.truth.owners) == 1 and all(
        (line.item, "enterprise") not in draft.taken
        for page in draft.ledgers()
        for line in page.data()
    )


@mess(COLUMNS, "owner")
def owner_in_file_name(draft: Draft) -> None:
    """Only the file's name tells the enterprise."""
    if _single(draft):
        _without_column(draft)
        owner = draft.truth.owners[0]
        name = draft.random.choice((owner.name, owner.short))
        draft.stem = draft.random.choice(
            (
                "{}整改台账",
                "附件2：{}立行立改台账（10月9日）",
                "{}-台账最终版2",
                "整改台账（{}）",
                "2020年{}(1)",
            )
        ).format(name)


@mess(COLUMNS, "owner")
def owner_in_title(draft: Draft) -> None:
    """Only the title, or a line under it, tells the enterprise."""
    if _single(draft):
        _without_column(draft)
        draft.stem = draft.random.choice(("整改台账", "附件2", "新建 Microsoft Excel 工作表"))
        name = draft.truth.owners[0].name
        text = draft.random.choice(
            (
                "{}环保督察整改台账",
                "填报单位：{}",
                "填报单位（盖章）： {}",
                "单位名称:{}　　填报日期：2020年10月9日",
            )
        ).format(name)
        for page in draft.ledgers():
            page.above.insert(0, [text])


@mess(COLUMNS, "owner", clear=False)
def ask_owner_nowhere(draft: Draft) -> None:
    """Nothing tells the enterprise."""
    if _single(draft):
        _without_column(draft)
        draft.stem = "整改台账"
        draft.nameless = True
        for page in draft.ledgers():
            for line in page.data():
                draft.wish(line.item, "enterprise", Want.ASK)
                draft.marked.add(line.item)


@mess(COLUMNS, "owner", writers=WORKBOOKS)
def owner_merged(draft: Draft) -> None:
    """The name in one cell merged over all rows of the enterprise."""
    _once(draft, merged=True)


@mess(COLUMNS, "owner", clear=False)
def owner_first_only(draft: Draft) -> None:
    """The name in the first row of the enterprise only, the rest blank: understood or asked."""
    _once(draft, merged=False)


def _once(draft: Draft, *, merged: bool) -> None:
    for page in draft.ledgers():
        if any("enterprise" in n.cells and not n.cells["enterprise"].value for n in page.data()):
            continue
        runs: list[list[Line]] = []
        for line in page.data():
            name = line.cells["enterprise"].value if "enterprise" in line.cells else None
            if runs and runs[-1][0].cells["enterprise"].value == name:
                runs[-1].append(line)
            elif name is not None:
                runs.append([line])
        for run in runs:
            for line in run[1:]:
                line.cells["enterprise"] = Cell()
                if not merged:
                    name = draft.truth.items[line.item]["enterprise"]
                    draft.wish(line.item, "enterprise", Want.EITHER, name)
            if merged and len(run) > 1:
                page.merges.append(("enterprise", run[0], run[-1]))


@mess(COLUMNS, "owner", clear=False)
def owner_in_section(draft: Draft) -> None:
    """A line with the enterprise's name above its items instead of a column."""
    if any((i, "enterprise") in draft.taken for i in range(len(draft.truth.items))):
        return
    _without_column(draft)
    draft.stem = "整改台账"
    for page in draft.ledgers():
        last = None
        for line in page.data():
            name = draft.truth.items[line.item]["enterprise"]
            draft.wish(line.item, "enterprise", Want.EITHER, name)
            if name != last:
                page.lines.insert(page.lines.index(line), Line({"+0": Cell(name)}, wide=True))
            last = name
