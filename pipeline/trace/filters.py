"""A figure's conditions in words."""

from __future__ import annotations

from pipeline.messages import say
from pipeline.profile.base import DateTest, Table, Test, TextTest, When
from pipeline.profile.names import ENGINE_PARTITIONS
from pipeline.profile.schema import Figure, Partition, Profile
from pipeline.registry import REGISTRY_LABELS

_REGISTRY = {column: label for label, column in REGISTRY_LABELS.items()}
_DATES = ("before", "not_before", "after", "not_after")


def filter_of(profile: Profile, figure: Figure, lang: str) -> str:
    """Return which rows a figure counts: 整改进程为已完成（整改状态为已完成、核查通过）.

    Parts of a partition are explained by their own conditions.
    """
    told = [_conditions(profile, figure.where, figure.table, lang)]
    if figure.among:
        among = _conditions(profile, figure.among, "registry", lang)
        told.append(say("filter_among", lang, conditions=among))
    for column, values in figure.every.items():
        label, shown = _label(profile, column, figure.table, lang), _listed(values, lang)
        told.append(say("filter_every", lang, column=label, values=shown))
    return say("filter_next", lang).join(filter(None, told)) or say("filter_all", lang)


def _conditions(profile: Profile, when: When, table: Table, lang: str) -> str:
    parts = [_one(profile, column, test, table, lang) for column, test in when.items()]
    return say("filter_and", lang).join(parts)


def _one(profile: Profile, column: str, test: Test, table: Table, lang: str) -> str:
    label = _label(profile, column, table, lang)
    if isinstance(test, TextTest):
        return say("filter_contains", lang, column=label, values=_listed(test.contains, lang))
    if isinstance(test, DateTest):
        return _dated(profile, label, test, table, lang)
    partition = next((p for p in profile.partitions if p.id == column and table == "roster"), None)
    shown = [
        _part(profile, partition, value, lang) if partition else _value(column, value, table, lang)
        for value in test
    ]
    return say("filter_is", lang, column=label, values=_listed(shown, lang))


def _dated(profile: Profile, label: str, test: DateTest, table: Table, lang: str) -> str:
    told = []
    if test.blank is not None:
        told.append(say("filter_blank" if test.blank else "filter_filled", lang, column=label))
    for how in _DATES:
        other = getattr(test, how)
        if other is not None:
            day = (
                say("as_of_day", lang) if other == "as_of" else _label(profile, other, table, lang)
            )
            told.append(say(f"filter_{how}", lang, column=label, other=day))
    return say("filter_and", lang).join(told)


def _part(profile: Profile, partition: Partition, value: str, lang: str) -> str:
    part = next((p for p in partition.parts if p.id == value), None)
    if part is None:
        return value
    label = part.label.say(lang)
    if not part.when:
        return label
    told = say("filter_and", lang).join(
        _flat(profile, column, test, lang) for column, test in part.when.items()
    )
    return say("filter_part", lang, part=label, conditions=told)


def _flat(profile: Profile, column: str, test: Test, lang: str) -> str:
    """One level is enough: what is made of other partitions' parts is told by their names."""
    partition = next((p for p in profile.partitions if p.id == column), None)
    if partition is None or not isinstance(test, tuple):
        return _one(profile, column, test, "roster", lang)
    labels = {part.id: part.label.say(lang) for part in partition.parts}
    shown = _listed([labels.get(value, value) for value in test], lang)
    return say("filter_is", lang, column=_label(profile, column, "roster", lang), values=shown)


def _label(profile: Profile, column: str, table: Table, lang: str) -> str:
    if table == "registry":
        return _REGISTRY.get(column, column) if lang == "zh" else column
    if table == "roster" and column in profile.labels:
        return profile.labels[column].say(lang)
    known = table == "roll_call" or column in ENGINE_PARTITIONS
    return say(column, lang) if known else column


def _value(column: str, value: str, table: Table, lang: str) -> str:
    if value == "":
        return say("unfilled", lang)
    own = table == "roll_call" or column in ENGINE_PARTITIONS
    return say(value, lang) if own else value


def _listed(values: list[str] | tuple[str, ...], lang: str) -> str:
    return (", " if lang == "en" else "、").join(values)
