"""What a well-formed profile must also satisfy: every name it uses must be one that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from rapidfuzz import process

from pipeline import model
from pipeline.audience import may_show
from pipeline.profile.base import DateTest, Table, TextTest, When, Words
from pipeline.profile.printed import BriefingChart, BriefingItem, BriefingList, BriefingTable
from pipeline.profile.schema import Profile
from pipeline.profile.shown import REGISTRY_CLOSED, shows
from pipeline.text import fold

ROLL_CALL_COLUMNS = (
    "enterprise", "state", "items", "as_at", "stamped", "proposed", "read", "counted", "undecided",
    "set_aside", "punctuality", "late_minutes", "missing_in_a_row", "open", "timeliness",
)  # fmt: skip
CHANGE_COLUMNS = ("change", "changed_from", "changed_to")
"""What a list of changes has beside the roster's columns: what it is, from what, to what."""
DOUBT_COLUMNS = ("doubt", "at_stake")
"""What a list of doubts has beside the roster's: what is doubted, what hangs on it."""
REGISTRY_DATES = ("visit_date", "effective")
REGISTRY_COLUMNS = (
    "code", "name", "short", "former", "parent", "tier", "entity", "production", "visited",
    "visit_date", "order", "email", "supervision_group", "verification_group", "contact",
    "merged_into", "effective",
)  # fmt: skip
ENGINE_PARTITIONS = {
    "entry": ("new", "before"),
    "turn": ("completed_now", "reopened", "removed_now", "same"),
    "was": ("completed", "open", "removed", "absent"),
    "standing": ("updated", "carried", "asked"),
    "reach": ("completed", "doubted", "could", "no"),
    "basis": ("written", "phone"),
}
"""Partitions that the engine adds to the roster: how an item came, turned, and was told of."""

RESERVED = (
    *ENGINE_PARTITIONS, *CHANGE_COLUMNS, *DOUBT_COLUMNS,
    model.ROW_NO, model.REASON, model.TOKEN, model.EXTRA, model.ROW_ID,
    model.SHEET_ID, model.SUBMISSION, model.KEY, model.FINGERPRINT, model.ITEM_ID, model.CONFIRMED,
    model.SOURCE_PERIOD, model.SOURCE_FILE, model.SOURCE_SHEET, model.SOURCE_ROW, "as_of",
    "disposition",
)  # fmt: skip
"""Names that tables between stages use beside those of a profile's columns."""

ENGINE_WORDS = ("as_of", "previous_as_of", "previous_issue", "item_name")
"""Words beside figures and phrases that a briefing's sentences may use."""

_OF_DATES = ("not_after", "not_before", "overdue", "due_within", "missing_after", "still_open")
_OF_NUMBERS = ("outside", "far_above")
"""Families of rules that compare dates, and numbers."""


def contradictions(profile: Profile) -> list[str]:
    """Return one line per fault, each with its place; empty for a sound profile."""
    return [
        *_doubled(profile),
        *_labels(profile),
        *_columns_named(profile),
        *_conditions(profile),
        *_figures_named(profile),
        *_rules(profile),
        *_briefing(profile),
        *_audiences(profile),
        *_report(profile),
    ]


def _missing(place: str, what: str, name: str, known: Iterable[str]) -> Iterator[str]:
    names = list(known)
    if name not in names:
        found = process.extractOne(name, names, score_cutoff=50)
        hint = f"，是不是『{found[0]}』？" if found else ""
        yield f"{place}：没有名为『{name}』的{what}{hint}"


def _doubled(profile: Profile) -> Iterator[str]:
    tables = [c.id for c in profile.columns] + [d.id for d in profile.derived]
    tables += [p.id for p in profile.partitions]
    for where, names in (
        ("columns, derived, partitions", tables),
        ("figures", [f.id for f in profile.figures] + [p.id for p in profile.phrases]),
        ("rules", [r.code for r in profile.rules]),
        ("briefing", [s.id for s in profile.briefing]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{where}：『{name}』出现了 {times} 次，标识不能重复"
    for name in sorted(set(tables) & set(RESERVED)):
        yield f"columns, derived, partitions：『{name}』是程序自用的名称，请改名"


def _labels(profile: Profile) -> Iterator[str]:
    """Each label must lead to one column, and each spelling of a choice to one value."""
    owner: dict[str, str] = {}
    for column in profile.columns:
        labels = (column.label.zh, column.label.en, *column.aliases, *column.former)
        for label in labels:
            other = owner.setdefault(fold(label), column.id)
            if other != column.id:
                yield f"columns({column.id})：表头『{label}』已属于『{other}』"
        if column.type in ("choice", "choices") and not column.choices:
            yield f"columns({column.id}).choices：选择列须列出可选值"
        if column.pictures and column.type != "text":
            yield f"columns({column.id}).pictures：只有文本列可以用图片作答"
        spelt: dict[str, str] = {}
        for choice in column.choices:
            for spelling in (choice.value, choice.en, *choice.accepts):
                other = spelt.setdefault(fold(spelling), choice.value)
                if other != choice.value:
                    yield f"columns({column.id}).choices：写法『{spelling}』已表示『{other}』"
        for doubtful in column.asks:
            if fold(doubtful) in spelt:
                yield f"columns({column.id}).asks：『{doubtful}』同时列为可接受的写法"


def _columns_named(profile: Profile) -> Iterator[str]:
    columns = [c.id for c in profile.columns]
    dates = [c.id for c in profile.columns if c.type in ("date", "deadline")]
    plain = [c.id for c in profile.columns if c.type not in model.TWINS]
    yield from _missing("key", "列", profile.key, columns)
    yield from _missing("subject", "列", profile.subject, columns)
    if profile.joint is not None:
        yield from _missing("joint", "列", profile.joint, columns)
    for derived in profile.derived:
        texts = derived.registry is not None and derived.registry not in REGISTRY_DATES
        what, sources = ("文本列", plain) if texts else ("日期列", dates)
        for source in derived.first_of:
            yield from _missing(f"derived({derived.id}).first_of", what, source, sources)
        if derived.registry is not None:
            place = f"derived({derived.id}).registry"
            yield from _missing(place, "名录列", derived.registry, REGISTRY_COLUMNS)
        for source, needed in derived.given.items():
            yield from _missing(f"derived({derived.id}).given", "来源列", source, derived.first_of)
            yield from _missing(f"derived({derived.id}).given", "列", needed, columns)
        if derived.after is not None:
            yield from _missing(f"derived({derived.id}).after", "日期列", derived.after, dates)
        if derived.days and derived.working_days:
            yield f"derived({derived.id})：days 和 working_days 只能有一个"
        yield from _when(profile, f"derived({derived.id}).within", derived.within)
        if derived.days_since:
            yield from _missing(
                f"derived({derived.id}).days_since", "日期列", derived.days_since, _dates(profile)
            )
    testable = [*columns, *(p.id for p in profile.partitions)]
    testable += [d.id for d in profile.derived if d.registry and d.id not in _dates(profile)]
    for name in profile.breakdowns:
        yield from _missing("breakdowns", "列", name, testable)
    for name in profile.days:
        yield from _missing("days", "日期列", name, dates)


def _when(
    profile: Profile,
    place: str,
    when: When,
    table: Table = "roster",
    *,
    partitions: int | None = None,
    counted: bool = False,
) -> Iterator[str]:
    """Check that conditions name what there is, and values that can occur.

    ``partitions`` limits them to the first so many; ``counted`` says that the engine's own are
    there too, as they are when figures are counted.
    """
    parts = {p.id: [part.id for part in p.parts] for p in profile.partitions[:partitions]}
    if counted:
        parts |= {name: list(values) for name, values in ENGINE_PARTITIONS.items()}
    choices = {c.id: [choice.value for choice in c.choices] for c in profile.columns if c.choices}
    columns = [c.id for c in profile.columns]
    plain = columns + [d.id for d in profile.derived]
    for name, test in when.items():
        here = f"{place}.{name}"
        if table != "roster":
            known = ROLL_CALL_COLUMNS if table == "roll_call" else REGISTRY_COLUMNS
            yield from _missing(here, "列", name, known)
            continue
        if isinstance(test, TextTest):
            yield from _missing(here, "列", name, columns)
            continue
        yield from _missing(here, "列或划分", name, [*plain, *parts])
        if isinstance(test, DateTest):
            only_blank = test == DateTest(blank=test.blank)
            yield from _missing(here, "列", name, plain if only_blank else _dates(profile))
            dates = ["as_of", *_dates(profile)]
            for other in (test.before, test.not_before, test.after, test.not_after):
                if other is not None:
                    yield from _missing(here, "日期列", other, dates)
            continue
        for value in test:
            for known_values in (parts.get(name), choices.get(name)):
                if known_values is not None:
                    yield from _missing(here, "值", value, known_values)


def _dates(profile: Profile) -> list[str]:
    columns = [c.id for c in profile.columns if c.type in ("date", "deadline")]
    return [
        *columns,
        *(d.id for d in profile.derived if d.registry in REGISTRY_DATES),
        *(d.id for d in profile.derived if d.a_deadline),
    ]


def _conditions(profile: Profile) -> Iterator[str]:
    for number, partition in enumerate(profile.partitions):
        place = f"partitions({partition.id})"
        yield from _when(profile, f"{place}.within", partition.within, partitions=number)
        for part in partition.parts:
            here = f"{place}.parts({part.id}).when"
            yield from _when(profile, here, part.when, partitions=number)
        if not partition.parts[-1].rest or any(p.rest for p in partition.parts[:-1]):
            yield f"{place}.parts：仅最后一部分须为 rest = true，各部分才能相加得总数"
    yield from _stages(profile)
    for name, rows in (("figures", profile.figures), ("phrases", profile.phrases)):
        for row in rows:
            here = f"{name}({row.id}).where"
            yield from _when(profile, here, row.where, row.table, counted=True)
    for figure in profile.figures:
        yield from _when(profile, f"figures({figure.id}).among", figure.among, "registry")
    yield from _when(profile, "roll_call.expected", profile.roll_call.expected, "registry")


def _stages(profile: Profile) -> Iterator[str]:
    stages = profile.stages
    known = {p.id: [part.id for part in p.parts] for p in profile.partitions}
    yield from _missing("stages.partition", "划分", stages.partition, known)
    parts = known.get(stages.partition)
    if parts is None:
        return
    for field in ("completed", "ongoing", "removed"):
        for name in getattr(stages, field):
            yield from _missing(f"stages.{field}", "部分", name, parts)
    yield from _missing("stages.undecided", "部分", stages.undecided, parts)


def _figures_named(profile: Profile) -> Iterator[str]:
    figures = [f.id for f in profile.figures]
    columns = [c.id for c in profile.columns]
    numbers = [c.id for c in profile.columns if c.type == "number"]
    for figure in profile.figures:
        place = f"figures({figure.id})"
        if figure.kind in ("ratio", "gain"):
            for name, value in (("of", figure.of), ("over", figure.over)):
                yield from _missing(f"{place}.{name}", "指标", value or "", figures)
        elif figure.kind == "sum":
            yield from _missing(f"{place}.of", "数字列", figure.of or "", numbers)
        elif figure.kind == "greatest":
            counts = [*numbers, *(d.id for d in profile.derived if d.days_since)]
            yield from _missing(f"{place}.of", "数字列", figure.of or "", counts)
        elif figure.kind == "distinct" and figure.table == "roster":
            yield from _missing(f"{place}.of", "列", figure.of or "", columns)
        yield from _when(profile, f"{place}.every", dict(figure.every), counted=True)
    lacking = [f.id for f in profile.figures if f.kind == "uncovered"]
    tables = {"roster": columns, "roll_call": ROLL_CALL_COLUMNS, "registry": REGISTRY_COLUMNS}
    for told in profile.phrases:
        place = f"phrases({told.id})"
        if told.figure is not None:
            yield from _missing(f"{place}.figure", "未覆盖家数指标", told.figure, lacking)
        else:
            yield from _missing(f"{place}.column", "列", told.column, tables[told.table])
            yield from _missing(f"{place}.whole", "指标", told.whole or "", figures)
        if told.figure is None and told.table == "roster":
            yield from _closed(profile, f"{place}.column", (told.column,))
        if (told.see is None) == (told.caption is None):
            yield f"{place}：须有 see 或 caption 之一，说明名单列不下时全部在哪里"
        if told.each is not None:
            yield from _placeholders(f"{place}.each", told.each, figures)
            yield from _missing(f"{place}.column", "分组列", told.column, profile.breakdowns)
        if told.table == "registry" and told.column in REGISTRY_CLOSED:
            yield f"{place}.column：名录的『{told.column}』只供经办使用，不能列入简报"
    for name in profile.heads:
        yield from _missing("heads", "指标", name, figures)
    for identity in profile.identities:
        for name in (identity.total, *identity.parts, *identity.less):
            yield from _missing(f"identities({identity.total})", "指标", name, figures)


def _rules(profile: Profile) -> Iterator[str]:
    columns = [c.id for c in profile.columns] + [d.id for d in profile.derived]
    for rule in profile.rules:
        place = f"rules({rule.code})"
        for name in (rule.column, *rule.columns):
            if name is not None:
                yield from _missing(place, "列", name, columns)
        dates, numbers = _dates(profile), [c.id for c in profile.columns if c.type == "number"]
        what, fit, others = "列", columns, columns
        if rule.family in _OF_DATES:
            what, fit, others = "日期列", dates, ["as_of", *dates]
        elif rule.family in _OF_NUMBERS:
            what, fit, others = "数字列", numbers, numbers
        if rule.other is not None:
            yield from _missing(f"{place}.other", what, rule.other, others)
        if rule.column in columns:
            yield from _missing(f"{place}.column", what, rule.column, fit)
        if rule.days and rule.working_days:
            yield f"{place}：days 和 working_days 只能有一个"
        if rule.figure is not None:
            lacking = [f.id for f in profile.figures if f.kind == "uncovered"]
            yield from _missing(f"{place}.figure", "未覆盖家数指标", rule.figure, lacking)
        yield from _when(profile, f"{place}.when", rule.when)
        yield from _when(profile, f"{place}.unless", rule.unless)


def _briefing(profile: Profile) -> Iterator[str]:
    figures = [f.id for f in profile.figures]
    columns = [c.id for c in profile.columns] + [d.id for d in profile.derived]
    words = [*figures, *(p.id for p in profile.phrases), *ENGINE_WORDS]
    for number, part in enumerate(profile.message, start=1):
        yield from _placeholders(f"message[{number}]", part.text, words)
        for name in (*part.needed, *part.unless):
            yield from _missing(f"message[{number}].needs", "指标", name, figures)
    for section in profile.briefing:
        for number, item in enumerate(section.items, start=1):
            place = f"briefing({section.id}).items[{number}]"
            for text in (item.text, item.caption, item.otherwise):
                yield from _placeholders(place, text, words)
            for name in (*item.needed, *item.unless):
                yield from _missing(f"{place}.needs", "指标", name, figures)
            yield from _item(profile, place, item, figures, columns)


def _item(
    profile: Profile, place: str, item: BriefingItem, figures: list[str], columns: list[str]
) -> Iterator[str]:
    kinds = [x is not None for x in (item.text, item.table, item.list)]
    if sum(kinds) != (0 if item.chart is not None and item.table is None else 1):
        yield f"{place}：须有且只有 text、table、list、chart 之一（table 可与 chart 同用）"
    if item.chart is not None:
        yield from _chart(profile, f"{place}.chart", item.chart, figures)
    if item.table is not None:
        groups = [*profile.breakdowns, *profile.days]
        yield from _over(profile, f"{place}.table", item.table, groups)
        ranks = (item.table.rank,) if item.table.rank else ()
        for name in (*item.table.figures, *item.table.if_any, *ranks):
            yield from _missing(f"{place}.table.figures", "指标", name, figures)
    if item.list is not None:
        yield from _list(profile, f"{place}.list", item.list, columns)


def _list(profile: Profile, place: str, told: BriefingList, columns: list[str]) -> Iterator[str]:
    more = {"changes": CHANGE_COLUMNS, "doubts": DOUBT_COLUMNS}.get(told.table, ())
    table: Table = "roster"
    known: tuple[str, ...] = (*columns, *more)
    if told.table == "roll_call" or told.table == "registry":
        table, known = (
            told.table,
            {"roll_call": ROLL_CALL_COLUMNS, "registry": REGISTRY_COLUMNS}[told.table],
        )
    for when in (told.where, told.prefer):
        own = {name: test for name, test in when.items() if name not in more}
        yield from _when(profile, f"{place}.where", own, table, counted=True)
    shown = [name for name in (*told.columns, told.order.lstrip("-")) if name]
    for name in shown:
        yield from _missing(place, "列", name, known)
    for name in told.watch:
        yield from _missing(f"{place}.watch", "日期列", name, _dates(profile))
    if told.watch and told.table != "changes":
        yield f'{place}.watch：只有变动清单（table = "changes"）才有'
    if table == "roster":
        stood = (profile.status_column,) if told.table == "changes" else ()
        public = (n for n in (*shown, *told.watch, *stood) if n not in more)
        yield from _closed(profile, place, public)


def _closed(profile: Profile, place: str, names: Iterable[str]) -> Iterator[str]:
    """Columns that leadership, which reads briefings and reports, may not see."""
    for name in dict.fromkeys(names):
        if not shows(profile, name, "briefing.docx"):
            yield f"{place}：『{name}』不对领导公开（audience），不能列入简报"


def _audiences(profile: Profile) -> Iterator[str]:
    """What an enterprise must fill in it must be able to see."""
    if not profile.reported:
        return
    needed = {profile.key, profile.subject, *(c.id for c in profile.columns if c.required)}
    for column in profile.columns:
        if column.id in needed and not may_show(column.audience, "blank/"):
            yield f"columns({column.id}).audience：须由企业填写的列不能不对企业公开"


def _over(
    profile: Profile, place: str, told: BriefingTable | BriefingChart, groups: list[str]
) -> Iterator[str]:
    if told.over is None:
        yield from _closed(profile, f"{place}.by", (told.by,))
        yield from _missing(f"{place}.by", "分组列", told.by, groups)
    elif told.by:
        yield f"{place}：by 与 over 只能有一个"


def _chart(profile: Profile, place: str, chart: BriefingChart, figures: list[str]) -> Iterator[str]:
    yield from _over(profile, place, chart, list(profile.breakdowns))
    for name in (*chart.figures, *([chart.rank] if chart.rank else [])):
        yield from _missing(f"{place}.figures", "指标", name, figures)
    kinds = {f.kind in ("ratio", "coverage") for f in profile.figures if f.id in chart.figures}
    if not chart.over and len(kinds) > 1:
        yield f"{place}.figures：数量与比率不能画在同一条坐标轴上"
    if chart.kind == "stacked" and not _parts_of_a_whole(profile, chart.figures):
        yield f"{place}：叠加的指标须恰为某个总数的各部分（identities），才能不重不漏"


def _parts_of_a_whole(profile: Profile, names: Sequence[str]) -> bool:
    """Tell whether figures are all the parts of one total, each part itself or its own parts."""

    def parts(total: str) -> set[frozenset[str]]:
        found = {frozenset({total})}
        for identity in profile.identities:
            if identity.total == total:
                several = [parts(part) for part in identity.parts]
                found |= {frozenset().union(*each) for each in product(*several)}
        return found

    totals = {identity.total for identity in profile.identities}
    return any(frozenset(names) in parts(total) for total in totals)


def _placeholders(place: str, text: Words | None, known: list[str]) -> Iterator[str]:
    if text is None:
        return
    for lang in ("zh", "en"):
        for name in text.placeholders(lang):
            yield from _missing(f"{place}.{lang}", "指标或词语", name, known)


def _report(profile: Profile) -> Iterator[str]:
    if profile.report is None:
        return
    yield from _closed(profile, "report", (profile.key,))  # the document's name has it
    columns = [c.id for c in profile.columns] + [d.id for d in profile.derived]
    for section in profile.report.sections:
        for name in (*section.facts, *section.prose):
            yield from _missing(f"report.sections({section.heading.zh})", "列", name, columns)
    for title in profile.report.titles:
        yield from _when(profile, f"report.titles({title.text.zh}).when", title.when)
    if not profile.report.titles or profile.report.titles[-1].when:
        yield "report.titles：最后一个题目不能有 when，才能保证都有题目"
