"""Figures over the periods: what each counted, what changed, what was issued and corrected since.

Whole figures are the store's. For one value of a breakdown the manifests in the archive are read,
one of each period: what the period's newest run said there. What leadership may not see stands in
no manifest, so there is no trend of it.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pipeline.collect import checked
from pipeline.errors import UsageError
from pipeline.model import Number
from pipeline.profile.schema import Figure, Profile
from pipeline.profile.shown import shows
from pipeline.store import Store, StoredPeriod
from pipeline.trace.named import column_meant, figure_meant, profile_meant, value_meant
from pipeline.workspace import Workspace
from pipeline.write.trended import Course, Point, Stop, Trend

_END: Final = "9999-12-31"
_FEW: Final = 4
"""Days that daily issues may lie apart without a gap: a weekend and a day."""

Counted = Mapping[str, Number]
"""What a period counted: figures by name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figures of which ledger, of the value ``at`` of a column ``by`` if that is given, in
    periods whose briefing has the ``form`` (any if ""), and of how many periods (0: all).
    """

    figures: Sequence[str] = ()
    ledger: str | None = None
    by: str | None = None
    at: str | None = None
    form: str = ""
    last: int | None = None


def trend(workspace: Workspace, asked: Asked, lang: str) -> Trend:
    """Return the trend. Raises UsageError for what there is not; ImpossibleError for a lost file.

    Without figures they are those of the profile's own chart over periods, or else its headline.
    """
    profiles = workspace.profiles()
    profile, figures, usual = _figures(profiles, asked)
    last = usual if asked.last is None else asked.last
    with Store.open(workspace.database) as store:
        periods = [
            p for p in store.periods()
            if not asked.form or (p.number is not None and p.number.series == asked.form)
        ]  # fmt: skip
        if not any(profile.id in p.as_of for p in periods):
            raise UsageError(f"『{profile.label.zh}』还没有汇总过", "请先运行 taizhang merge")
        periods = periods[-(last + 1) :] if last else periods  # one more: the first change
        by, at, counted = _counted(workspace, store, profile, figures, periods, asked)
        issued = {p.id: _issued(workspace, store, profile, p, by, at) for p in periods}
    skipped = len(periods) - min(len(periods), last or len(periods))
    return Trend(
        ledger=profile.id,
        label=profile.label.say(lang),
        by=by,
        at=at,
        stops=_stops(profile, periods)[skipped:],
        courses=tuple(
            _course(profile, figure, periods, counted, issued, skipped, lang) for figure in figures
        ),
    )


def _figures(profiles: Sequence[Profile], asked: Asked) -> tuple[Profile, list[Figure], int]:
    """The ledger and its figures, and how many periods the profile's own chart has."""
    found = [figure_meant(profiles, name, asked.ledger) for name in asked.figures]
    profile = profile_meant(profiles, asked.ledger) if asked.ledger else profiles[0]
    if found:
        profile = found[0][0]
        for other, figure in found:
            if other is not profile:
                raise UsageError(
                    f"{figure.id} 是另一本台账（{other.id}）的指标", "请分开查看各台账"
                )
    charts = [i.chart for s in profile.briefing for i in s.items if i.chart and i.chart.over]
    usual = charts[0].last if charts else 12
    names = charts[0].figures if charts else profile.headline
    figures = [figure for _, figure in found] or [profile.figure(name) for name in names]
    return profile, figures, usual


def _counted(
    workspace: Workspace,
    store: Store,
    profile: Profile,
    figures: Sequence[Figure],
    periods: Sequence[StoredPeriod],
    asked: Asked,
) -> tuple[str, str, Mapping[str, Counted]]:
    """The column and value asked for ("" for the whole), and what each period counted there."""
    if asked.by is None:
        if asked.at is not None:
            raise UsageError("--at 须与 --by 一起用", "例如 --by 企业名称 --at 某企业")
        found = store.earlier(profile.id, _END, since=periods[0].id)
        return "", "", {then.period: then.figures for then in found}
    column = column_meant(profile, figures, asked.by, profile.breakdowns)
    if not shows(profile, column, "run.json"):
        raise UsageError(
            f"『{profile.labels[column].zh}』领导不可见，各期清单（run.json）不按它分列",
            "请用 taizhang explain 指标 --by 列 --at 值 --period 日期 逐期查看",
        )
    parts = {p.id: _parts(workspace, store, profile, p, column) for p in periods}
    names = dict.fromkeys(at for each in parts.values() for at in each)
    value = value_meant(profile, workspace.registry(), column, asked.at or "", names)
    return column, value, {p: each.get(value, {}) for p, each in parts.items() if each}


def _parts(
    workspace: Workspace, store: Store, profile: Profile, period: StoredPeriod, column: str
) -> dict[str, Counted]:
    """What a period's newest run counted of each value, enterprises by today's names."""
    runs = store.composed(period.id)
    if not runs or profile.id not in period.as_of:
        return {}
    return _by(workspace, _manifest(workspace, runs[-1].manifest), profile, column)


def _by(
    workspace: Workspace, manifest: Mapping[str, Any], profile: Profile, column: str
) -> dict[str, Counted]:
    told = manifest["ledgers"].get(profile.id, {}).get("by", {}).get(column, {})
    registry = workspace.registry()
    owners = column == profile.enterprise_column
    return {
        (registry.match(at).sure or at) if owners else at: _numbers(figures)
        for at, figures in told.items()
    }


def _numbers(figures: Mapping[str, Any]) -> Counted:
    """Figures of a manifest, in which rates are told as JSON's numbers."""
    return {
        name: Decimal(str(value)) if isinstance(value, float) else value
        for name, value in figures.items()
    }


def _manifest(workspace: Workspace, digest: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        checked(workspace.archive, digest, ".json", "run.json").read_bytes()
    )
    return found


def _issued(
    workspace: Workspace, store: Store, profile: Profile, period: StoredPeriod, by: str, at: str
) -> Counted:
    """What the first issue of a period said, if it was corrected since; else nothing."""
    issues = store.issues(period.id)
    if len(issues) < 2 or not issues[0].manifest:
        return {}
    manifest = _manifest(workspace, issues[0].manifest)
    if by:
        return _by(workspace, manifest, profile, by).get(at, {})
    return _numbers(manifest["ledgers"].get(profile.id, {}).get("figures", {}))


def _stops(profile: Profile, periods: Sequence[StoredPeriod]) -> tuple[Stop, ...]:
    days = [date.fromisoformat(p.id) for p in periods]
    apart = [0, *((b - a).days for a, b in itertools.pairwise(days))]
    usual = Counter(apart[1:]).most_common(1)[0][0] if len(days) > 2 else 0
    return tuple(
        Stop(
            period=p.id,
            as_of=p.as_of.get(profile.id),
            state=p.state.value,
            form=p.number.series if p.number else "",
            number=p.number.number if p.number else 0,
            gap=gap if usual and gap >= 2 * usual and gap > _FEW else 0,
        )
        for p, gap in zip(periods, apart, strict=True)
    )


def _course(
    profile: Profile,
    figure: Figure,
    periods: Sequence[StoredPeriod],
    counted: Mapping[str, Counted],
    issued: Mapping[str, Counted],
    skipped: int,
    lang: str,
) -> Course:
    points: list[Point] = []
    before: Number = None
    for period in periods:
        told = counted.get(period.id, {})
        value = told.get(figure.id)
        then = issued[period.id]
        points.append(
            Point(
                value=value,
                counted=figure.id in told,
                change=value - before if value is not None and before is not None else None,
                issued=then.get(figure.id),
                corrected=figure.id in then and then[figure.id] != value,
            )
        )
        before = value if figure.id in told else before
    rate = figure.kind in ("ratio", "coverage")
    unit = "%" if rate else (figure.unit or profile.unit).say(lang)
    return Course(figure.id, figure.label.say(lang), unit, rate, tuple(points[skipped:]))
