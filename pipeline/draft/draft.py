"""From the sheets of a sample to a drafted profile."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pipeline.audience import Audience
from pipeline.dates import Order, orders
from pipeline.draft import roles, words
from pipeline.draft.about import (
    about_order,
    about_reporting,
    guidance_of,
    label_of,
    left_out,
    one_enterprise,
    where,
)  # fmt: skip
from pipeline.draft.columns import Guess, Seen, guess, reason
from pipeline.draft.names import identifiers, labels, slug
from pipeline.draft.plan import Draft, Planned
from pipeline.draft.sample import Table, table_of
from pipeline.draft.states import added, free, states_of
from pipeline.errors import UsageError
from pipeline.profile.base import Words
from pipeline.read import Page
from pipeline.read.labels import folded_label

_ALIKE = 0.6  # of the labels two sheets must share to be parts of one ledger
_MOST_COLUMNS = 120


def draft(pages: Sequence[Page], file: str, name: str = "") -> Draft:
    """Draft a profile from the sheets of ``file``; ``name`` is the identifier asked for.

    Raises UsageError where no sheet holds a table of records.
    """
    tables = _alike(_tables(pages))
    if not tables:
        raise UsageError(
            f"{file} 中没有找到一行一条记录的表（需要至少两列有表头、其下有数据）",
            "请换一份样表，或手工编写台账模板（docs/profiles.md）",
        )
    seen = _columns(tables)
    order = _order(seen)
    guesses = [guess(one, order) for one in seen]
    enterprise = roles.enterprise_of(guesses)
    named = dict(zip(identifiers(guesses, enterprise), guesses, strict=True))
    return _put_together(tables, named, enterprise, order, file, name)


def _tables(pages: Sequence[Page]) -> list[Table]:
    known = words.known_labels()
    return [table for page in pages if (table := table_of(page, known)) is not None]


def _worth(table: Table) -> float:
    """Rows and labels; what is hidden is a list for dropdowns more often than the ledger."""
    size: float = min(len(table.rows), 200) * math.sqrt(len(table.header.labels))
    return size * (0.2 if table.hidden else 1.0)


def _alike(tables: Sequence[Table]) -> list[Table]:
    """The largest table, and those with much the same header: one ledger on several sheets."""
    if not tables:
        return []
    main = max(tables, key=_worth)
    mine = {folded_label(text) for text in main.header.labels.values()}

    def likeness(table: Table) -> float:
        theirs = {folded_label(text) for text in table.header.labels.values()}
        return len(mine & theirs) / len(mine | theirs)

    return [main, *(t for t in tables if t is not main and likeness(t) >= _ALIKE)]


def _columns(tables: Sequence[Table]) -> list[Seen]:
    """Columns of all sheets by their labels, in the order of the first that has them."""
    labels: dict[str, str] = {}
    for table in tables:
        for text in table.header.labels.values():
            labels.setdefault(folded_label(text), " ".join(text.split()))
    found = []
    for folded, label in list(labels.items())[:_MOST_COLUMNS]:
        cells: list[str] = []
        for table in tables:
            places = [i for i, t in table.header.labels.items() if folded_label(t) == folded]
            cells += table.cells(places[0]) if places else [""] * len(table.rows)
        found.append(Seen(label, cells))
    return found


def _order(columns: Sequence[Seen]) -> Order | None:
    """The order of day and month, where some date allows only one and none denies it."""
    only = {next(iter(found)) for one in columns for cell in one.values
            if len(found := orders(cell)) == 1}  # fmt: skip
    return next(iter(only)) if len(only) == 1 else None


# ---------------------------------------------------------------- put together


def _put_together(
    tables: Sequence[Table],
    named: dict[str, Guess],
    owner: Guess | None,
    order: Order | None,
    file: str,
    name: str,
) -> Draft:
    main = tables[0]
    rows = sum(len(table.rows) for table in tables)
    key, why_key = roles.key_of(named)
    enterprise = next((n for n, one in named.items() if one is owner), None)
    subject, why_subject = roles.subject_of(
        {n: g for n, g in named.items() if n != enterprise} or named, key
    )
    status = roles.status_of(named)
    dates = roles.dates_of(named)
    planned = [_planned(n, g, key, subject, enterprise, status) for n, g in named.items()]
    if key is None:
        key = free("item_no", named)
        planned.insert(0, added(key, Words(zh="编号", en="Item no."), "text"))
    states, extra = states_of(named, status, dates, tables)
    planned = _labelled([*planned, *extra])
    label, why_label = label_of(main, file)
    breakdowns = roles.breakdowns_of(named, enterprise, states.column)
    few = reason("取值少、几乎每行都填的列", "columns of few values, filled in nearly everywhere")
    checks = {
        "label": (why_label,),
        "breakdowns": (few,) if breakdowns else (),
        "key": (why_key,),
        "subject": (why_subject,),
        "header": (where(main),),
        "dates": about_order(order, named),
        "reported": about_reporting(named, enterprise),
    }
    header = (main.header.top, main.header.bottom)
    left = [note for table in tables for note in left_out(table)]
    return Draft(
        id=name or slug(file.rpartition("/")[2].rpartition(".")[0]) or "ledger",
        label=label,
        source=file,
        sheets=tuple(table.sheet for table in tables),
        header=header,
        rows=rows,
        columns=tuple(planned),
        key=key,
        subject=subject,
        states=states,
        roles={**dates, **({"enterprise": enterprise} if enterprise else {})},
        breakdowns=breakdowns,
        at_least=min(3, *(len(table.header.labels) for table in tables)),
        dates=order,
        reported=one_enterprise(named, enterprise),
        guidance=guidance_of(tables),
        left_out=left,
        checks={what: why for what, why in checks.items() if why},
    )


def _labelled(columns: Sequence[Planned]) -> list[Planned]:
    """Give columns their labels in both languages, no two alike; added ones behind the others."""
    seen = [column for column in columns if column.seen is not None]
    added = [column for column in columns if column.seen is None]
    given = labels([c.label.zh for c in seen], [c.label for c in added])
    by_name = {c.id: label for c, label in zip([*seen, *added], given, strict=True)}
    return [replace(column, label=by_name[column.id]) for column in columns]


def _planned(
    name: str, one: Guess, key: str | None, subject: str, enterprise: str | None, status: str | None
) -> Planned:
    seen, kind = one.seen, one.type
    if name == enterprise:
        kind = "enterprise"
    elif name in (key, subject) and kind not in ("choice", "choices"):
        kind = "text"
    checks = list(one.why) if kind == one.type else []
    required, why = _required(one, name in (subject, status), name in (key, enterprise))
    checks += why
    audience: tuple[Audience, ...] = ()
    if seen.personal and name != enterprise:
        audience = ("desk", "enterprise")
        checks.append(reason("像是人员信息，不列入简报", "looks personal: not for leadership"))
    told = seen.label.rstrip(".")
    choices = one.choices if kind in ("choice", "choices") else ()
    return Planned(
        id=name,
        label=Words(zh=seen.label, en=seen.label),
        type=kind,
        seen=seen,
        choices=choices,
        required=required,
        audience=audience,
        purpose=Words(zh=f"填写{told}。", en=f"{told}."),
        checks=tuple(checks),
    )


def _required(one: Guess, decisive: bool, helpful: bool) -> tuple[str, list[Words]]:
    """How far a column must be filled, from how far it is in the sample."""
    filled, size = len(one.seen.filled), len(one.seen.cells)
    told = reason(f"{size} 行中填了 {filled} 行", f"filled in {filled} of {size} rows")
    if filled < size or not size or one.type == "serial":
        return "", [told]
    if decisive:
        return "E", [told]
    return ("W" if helpful or size >= 5 else ""), [told]
