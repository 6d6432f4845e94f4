"""How far an item is: read from a status column, the sheets' names, or a completion date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.draft import words
from pipeline.draft.columns import Guess, reason
from pipeline.draft.names import is_chinese
from pipeline.draft.plan import Planned, States
from pipeline.draft.sample import Table
from pipeline.profile.base import Words
from pipeline.read.lines import heading


def added(name: str, label: Words, kind: str, choices: tuple[str, ...] = ()) -> Planned:
    """Return a column that the sample lacks."""
    told = reason("样表没有这一列", "the sample has no such column")
    purpose = Words(zh=f"填写{label.zh}。", en=f"{label.en.rstrip('.')}.")
    counted = tuple((value, 0) for value in choices)
    return Planned(name, label, kind, None, counted, purpose=purpose, checks=(told,))


def states_of(
    named: Mapping[str, Guess],
    status: str | None,
    dates: Mapping[str, str],
    tables: Sequence[Table],
) -> tuple[States, list[Planned]]:
    """Stages from the status column; else from the sheets' names; else from a completion date."""
    if status is not None:
        asked = words.asks_whether(named[status].seen.label)
        return _sorted(status, [value for value, _ in named[status].choices], asked=asked), []
    told = [
        (word, words.stage_of(word, asked=False)) for t in tables if (word := heading(t.sheet)[1])
    ]
    column = free("status", named)
    label = Words(zh="状态", en="Status")
    if told and all(stage for _, stage in told):
        values = [word.capitalize() if word.isascii() else word for word, _ in told]
        values = list(dict.fromkeys(values))
        made = added(column, label, "choice", tuple(values))
        why = reason("由工作表的名称得知", "told by the sheets' names")
        return _sorted(column, values, asked=False), [replace(made, checks=(*made.checks, why))]
    values = ["未完成", "已完成"] if _chinese(named) else ["Open", "Closed"]
    made = added(column, label, "choice", tuple(values))
    states = States(
        column, (values[1],), (values[0],), by_date=dates.get("done_on", ""), blank_is_open=True
    )
    return states, [made]


def _sorted(column: str, values: Sequence[str], *, asked: bool) -> States:
    stages = {value: words.stage_of(value, asked=asked) for value in values}

    def meaning(stage: str) -> tuple[str, ...]:
        return tuple(value for value, found in stages.items() if found == stage)

    return States(column, meaning("completed"), meaning("ongoing"), unknown=meaning(""))


def _chinese(named: Mapping[str, Guess]) -> bool:
    return any(is_chinese(one.seen.label) for one in named.values())


def free(name: str, named: Mapping[str, Guess]) -> str:
    """Return an identifier that no column of the sample has."""
    while name in named:
        name += "_2"
    return name
