"""Which figure, column and value a person means who typed a name, a label or another spelling."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rapidfuzz import process

from pipeline.count import breaks_down
from pipeline.errors import UsageError
from pipeline.profile.schema import Figure, Profile
from pipeline.registry import Registry
from pipeline.text import fold


def figure_meant(
    profiles: Sequence[Profile], text: str, ledger: str | None
) -> tuple[Profile, Figure]:
    """Return the figure called ``text``: ``completed``, ``cases.closed``, 已完成, Completed.

    The main ledger (the first) goes before others. Raises UsageError where there is none such, or
    several; the nearest are named.
    """
    told, dot, name = text.rpartition(".")
    among = [profile_meant(profiles, ledger or told)] if ledger or dot else list(profiles)
    found = [
        (profile, figure)
        for profile in among
        for figure in profile.figures
        if fold(name) in (fold(figure.id), fold(figure.label.zh), fold(figure.label.en))
    ]
    main = [pair for pair in found if pair[0] is profiles[0]]
    if len(found) > 1 and len(main) != 1:
        names = "、".join(f"{profile.id}.{figure.id}" for profile, figure in found)
        raise UsageError(f"『{text}』可能是：{names}", "请写其中一个")
    if not found:
        raise _unknown(text, among)
    return (main or found)[0]


def profile_meant(profiles: Sequence[Profile], ledger: str) -> Profile:
    """Return the profile of that id; UsageError where there is none."""
    for profile in profiles:
        if profile.id == ledger:
            return profile
    known = "、".join(profile.id for profile in profiles)
    raise UsageError(f"没有名为『{ledger}』的台账", f"可用：{known}")


def _unknown(text: str, profiles: Sequence[Profile]) -> UsageError:
    known = {f.label.zh: f"{p.id}.{f.id}" for p in profiles for f in p.figures}
    known |= {each: each for each in known.values()}
    near = process.extract(text, list(known), limit=3, score_cutoff=50)
    hint = f"，是不是 {'、'.join(dict.fromkeys(known[n] for n, *_ in near))}？" if near else ""
    return UsageError(f"没有名为『{text}』的指标{hint}", "可用 taizhang profile show LEDGER 查看")


def column_meant(
    profile: Profile, figures: Collection[Figure], by: str, columns: Collection[str]
) -> str:
    """Return the breakdown column that is called ``by``, one of ``columns``.

    Raises UsageError where it is none, or one of the figures is not broken down by it.
    """
    words = {fold(w): c for c in columns for w in (c, *_words(profile, c))}
    column = words.get(fold(by))
    if column is None:
        known = "、".join(f"{c}（{profile.labels[c].zh}）" for c in columns)
        raise UsageError(f"『{profile.label.zh}』不按『{by}』分列", f"可用：{known}")
    for figure in figures:
        if not breaks_down(profile, figure, column):
            raise UsageError(f"指标 {figure.id} 不分列", "请去掉 --by 和 --at")
    return column


def value_meant(
    profile: Profile, registry: Registry, column: str, at: str, values: Collection[str]
) -> str:
    """Return the value of a breakdown that is called ``at``: an enterprise by any of its names, a
    choice or part by its label. UsageError where it is none of ``values``.
    """
    wanted = _value(profile, registry, column, at)
    if wanted in values:
        return wanted
    near = [n for n, *_ in process.extract(at, list(values), limit=5)]
    shown_values = "、".join(n or "未填" for n in (near or list(values)[:5]))
    label = profile.labels[column].zh
    raise UsageError(f"『{label}』中没有『{at or '未填'}』", f"有：{shown_values}")


def _words(profile: Profile, column: str) -> tuple[str, str]:
    return profile.labels[column].zh, profile.labels[column].en


def _value(profile: Profile, registry: Registry, column: str, at: str) -> str:
    if at in ("未填", "未注明", "unknown"):
        return ""
    if column == profile.enterprise_column:
        return registry.match(at).sure or at
    for partition in profile.partitions:
        for part in partition.parts if partition.id == column else ():
            if fold(at) in (fold(part.label.zh), fold(part.label.en)):
                return part.id
    for declared in profile.columns:
        for choice in declared.choices if declared.id == column else ():
            if fold(at) in (fold(choice.value), fold(choice.en), *map(fold, choice.accepts)):
                return choice.value
    return at
