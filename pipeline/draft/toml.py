"""A draft as TOML that a person reads and corrects: every guess stands under its reason."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from pipeline.draft import roles
from pipeline.draft.plan import Draft, Planned, States
from pipeline.profile.base import Words

_COUNTED = {"zh": "项", "en": "items"}
_LONGEST = 110


def written(draft: Draft) -> str:
    """Return the profile's text; the same draft gives the same text."""
    parts = [_head(draft), _sheet(draft), *(_column(c) for c in draft.columns)]
    parts += [_stages(draft), _pace(draft), _rules(draft), _figures(draft), _briefing(draft)]
    return "\n".join("\n".join(part) + "\n" for part in parts if part)


def quoted(text: str) -> str:
    """Return a text as a TOML basic string; what an editor would not show is escaped."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in plain)


def _words(zh: str, en: str) -> str:
    return f"{{ zh = {quoted(zh)}, en = {quoted(en)} }}"


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(quoted(text) for text in texts) + "]"


def _check(reasons: Sequence[Words]) -> list[str]:
    """The line that marks a guess: 请核对, and why, in both languages."""
    if not reasons:
        return []
    zh, en = ("；".join(r.zh for r in reasons), "; ".join(r.en for r in reasons))
    return [_comment(f"请核对：{zh}。/ check: {en}.")]


def _comment(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return f"# {shown}"


def _head(draft: Draft) -> list[str]:
    about = f"{draft.source}（{'、'.join(draft.sheets)}）"
    lines = [
        _comment(f"由 taizhang profile new 据样表起草 / drafted from {about}"),
        "# 逐处核对标有“请核对”的地方，改好后删去该行。",
        "# Look at each line marked “check”, put right what is wrong, and delete the mark.",
        "",
        f"id = {quoted(draft.id)}",
        "version = 1",
        *_check(draft.checks.get("label", ())),
        f"label = {_words(draft.label.zh, draft.label.en)}",
        f"unit = {_words(**_COUNTED)}",
        f"description = {_words('一行一项。', 'One row an item.')}",
        *_check(draft.checks.get("key", ())),
        f"key = {quoted(draft.key)}",
        f"key_scope = {quoted('enterprise' if draft.reported else 'group')}",
        *_check(draft.checks.get("subject", ())),
        f"subject = {quoted(draft.subject)}",
        *_check(draft.checks.get("dates", ())),
    ]
    if draft.dates is not None:
        lines.append(f"dates = {quoted(draft.dates)}")
    lines += [
        *_check(draft.checks.get("reported", ())),
        f"reported = {str(draft.reported).lower()}",
    ]
    lines += [
        *_check(draft.checks.get("breakdowns", ())),
        f"breakdowns = {_list(draft.breakdowns)}",
    ]
    lines += [_comment(f"未列入：{n.zh}。/ left out: {n.en}.") for n in draft.left_out]
    return lines


def _sheet(draft: Draft) -> list[str]:
    names = [name for name in draft.sheets if name.strip()]
    lines = ["[sheet]", f"names = {_list(names)}", *_check(draft.checks.get("header", ()))]
    lines += [f"header_within = {max(10, draft.header[0] + 1)}", f"at_least = {draft.at_least}"]
    if draft.guidance:
        told = Words(zh="表头下的填写提示，不作数据", en="what stands under the header is no data")
        lines += [*_check((told,)), "guidance = [", *_lines(draft.guidance), "]"]
    return lines


def _lines(texts: Iterable[str]) -> Iterator[str]:
    return (f"    {quoted(text)}," for text in texts)


def _column(column: Planned) -> list[str]:
    lines = ["[[columns]]", *_check(column.checks)]
    lines += [f"id = {quoted(column.id)}", f"label = {_words(column.label.zh, column.label.en)}"]
    lines.append(f"type = {quoted(column.type)}")
    cells = column.seen.filled if column.seen is not None else []
    width = roles.width_of(cells, column.label.zh)
    lines.append(f"width = {width:g}")
    if column.required:
        lines.append(f"required = {quoted(column.required)}")
    if column.audience:
        lines.append(f"audience = {_list(column.audience)}")
    lines.append(f"purpose = {_words(column.purpose.zh, column.purpose.en)}")
    if column.choices:
        lines += ["choices = [", *map(_choice, column.choices), "]"]
    return lines


def _choice(choice: tuple[str, int]) -> str:
    value, times = choice
    seen = f"  # {times}" if times else ""
    return f"    {{ value = {quoted(value)}, en = {quoted(value)} }},{seen}"


# ---------------------------------------------------------------- states


def _stages(draft: Draft) -> list[str]:
    states, last = draft.states, 'undecided = "undecided"'
    completed = ["completed"] + (["dated"] if states.by_date else [])
    lines = ["[stages]", 'partition = "stage"', f"completed = {_list(completed)}"]
    lines += ['ongoing = ["ongoing"]', last, "", "[[partitions]]", 'id = "stage"']
    lines += [f"label = {_words('进展', 'Stage')}", *_check(_about_states(states))]
    lines += ["parts = [", *_parts(states), "]"]
    return lines


def _about_states(states: States) -> list[Words]:
    told = []
    if states.unknown:
        listed = "、".join(states.unknown[:8])
        told.append(
            Words(
                zh=f"不知属于哪一类，暂列待裁定：{listed}",
                en=f"not known, undecided for now: {listed}",
            )
        )
    if states.blank_is_open:
        told.append(Words(zh="没有状态列：没有说完成的都算未完成",
                          en="no status column: what is not said to be done is open"))  # fmt: skip
    if not told:
        told.append(Words(zh="按取值的字面分类", en="sorted by what the values say"))
    return told


def _parts(states: States) -> list[str]:
    def part(name: str, zh: str, en: str, how: str) -> str:
        return f'    {{ id = "{name}", label = {_words(zh, en)}, {how} }},'

    def one_of(values: Sequence[str]) -> str:
        return f"when = {{ {states.column} = {_list(values)} }}"

    lines = [part("completed", "已完成", "Completed", one_of(states.completed))]
    if states.by_date:
        filled = f"when = {{ {states.by_date} = {{ blank = false }} }}"
        lines.append(part("dated", "已完成（有日期）", "Completed (dated)", filled))
    ongoing = "when = {}" if states.blank_is_open else one_of(states.ongoing)
    lines.append(part("ongoing", "未完成", "Ongoing", ongoing))
    return [*lines, part("undecided", "待裁定", "Undecided", "rest = true")]


def _pace(draft: Draft) -> list[str]:
    deadline = draft.roles.get("deadline")
    if deadline is None:
        return []
    late = f'when = {{ {deadline} = {{ before = "as_of" }} }}'
    return [
        "[[partitions]]",
        'id = "pace"',
        f"label = {_words('进度', 'Pace')}",
        'within = { stage = ["ongoing"] }',
        "parts = [",
        f'    {{ id = "overdue", label = {_words("超期", "Overdue")}, {late} }},',
        f'    {{ id = "not_due", label = {_words("未到期", "Not yet due")}, rest = true }},',
        "]",
    ]


# ---------------------------------------------------------------- rules


def _rules(draft: Draft) -> list[str]:
    done, found, due = (draft.roles.get(n) for n in ("done_on", "found_on", "deadline"))
    rules: list[tuple[str, str, str, str]] = []
    if draft.column(draft.key).seen is not None:
        rules.append(("duplicate-key", "unique", "E", f'column = "{draft.key}"'))
    if done:
        rules.append(("done-after-as-of", "not_after", "W", f'column = "{done}"\nother = "as_of"'))
    if done and found:
        rules.append(("done-before-found", "not_before", "W",
                      f'column = "{done}"\nother = "{found}"'))  # fmt: skip
    if due:
        open_ = 'when = { stage = ["ongoing"] }'
        rules.append(("overdue", "overdue", "W", f'column = "{due}"\n{open_}'))
    lines: list[str] = []
    dated = Words(zh="按列名看是这些日期", en="which dates they are was told by the labels")
    for code, family, severity, rest in rules:
        why = () if family == "unique" else (dated,)
        lines += ["", "[[rules]]", *_check(why), f'code = "{code}"', f'family = "{family}"']
        lines += [f'severity = "{severity}"', *rest.split("\n")]
    return lines[1:]


# ---------------------------------------------------------------- figures and briefing


def _figures(draft: Draft) -> list[str]:
    states = draft.states
    done = ["completed", "dated"] if states.by_date else ["completed"]
    everything = [*done, "ongoing", "undecided"]

    def figure(name: str, zh: str, en: str, rest: str, kind: str = "count") -> list[str]:
        return ["", "[[figures]]", f'id = "{name}"', f'kind = "{kind}"',
                f"label = {_words(zh, en)}", f"definition = {_words(zh, en)}", rest]  # fmt: skip

    lines = figure("total", "总数", "Items", f"where = {{ stage = {_list(everything)} }}")
    lines += figure("completed", "已完成", "Completed", f"where = {{ stage = {_list(done)} }}")
    lines += figure("ongoing", "未完成", "Ongoing", 'where = { stage = ["ongoing"] }')
    lines += figure("undecided", "待裁定", "Undecided", 'where = { stage = ["undecided"] }')
    rate = 'of = "completed"\nover = "total"'
    lines += figure("completion_rate", "完成率", "Completion rate", rate, "ratio")
    parts = ['"completed", "ongoing", "undecided"']
    identities = ["", "[[identities]]", 'total = "total"', f"parts = [{parts[0]}]"]
    if "deadline" in draft.roles:
        lines += figure("overdue", "超期", "Overdue", 'where = { pace = ["overdue"] }')
        lines += figure("not_due", "未到期", "Not yet due", 'where = { pace = ["not_due"] }')
        identities += ["", "[[identities]]", 'total = "ongoing"', 'parts = ["overdue", "not_due"]']
    return [*lines[1:], *identities]


def _briefing(draft: Draft) -> list[str]:
    label, by = draft.label, draft.breakdowns[:1]
    shown = ["total", "completed", "ongoing", "completion_rate"]
    lines = [
        "[[briefing]]",
        'id = "overview"',
        "place = 10",
        f"heading = {_words(label.zh, label.en)}",
    ]
    lines += _item(
        "截至{as_of}，共有{total}项，已完成{completed}项，完成率{completion_rate}%；未完成{ongoing}项。",
        "As of {as_of} there are {total} items: {completed} are completed "
        "(completion rate {completion_rate}%), {ongoing} are ongoing.",
        'needs = "total"',
        f"otherwise = {_words('截至{as_of}，尚无事项。', 'As of {as_of} there are no items.')}",
    )
    lines += _item(
        "另有{undecided}项状态待裁定。", "{undecided} more await a decision.", 'needs = "undecided"'
    )
    if "deadline" in draft.roles:
        lines += _item(
            "未完成的事项中，超期{overdue}项。",
            "Of the ongoing items {overdue} are overdue.",
            'needs = "ongoing"',
        )
    if by:
        label = draft.column(by[0]).label
        lines += [
            "", "[[briefing.items]]",
            f"caption = {_words(f'按{_plain(label.zh)}统计', f'By {_plain(label.en)}')}",
            f"table = {{ by = {quoted(by[0])}, figures = {_list(shown)}, "
            'if_any = ["undecided"] }',
            'needs = "total"',
        ]  # fmt: skip
    return lines


def _item(zh: str, en: str, *rest: str) -> list[str]:
    return ["", "[[briefing.items]]", f"text = {_words(zh, en)}", *rest]


def _plain(label: str) -> str:
    """A label without braces, which a sentence would take for the place of a figure."""
    return label.replace("{", "(").replace("}", ")")
