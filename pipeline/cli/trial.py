"""``taizhang profile try``: what a rule would have found in the periods that are past."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.messages import say

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.profile import Profile, Rule
    from pipeline.trial import Past
    from pipeline.workspace import Workspace
    from pipeline.write.causes import Cause
    from pipeline.write.told import ToldFinding

_EXAMPLES = 3


def try_rules(
    name: str, ledger: str | None, last: int, lang: str
) -> tuple[Profile, list[tuple[Rule, list[Past]]], int]:
    """Try the rule ``name``, or those of the file ``name``, on the ``last`` periods.

    Returns the ledger's profile, what each rule found, and how many older periods there are.
    Raises UsageError or ProfileError for what can't be tried.
    """
    from pipeline.cli.screen import progress_shown
    from pipeline.store import Store
    from pipeline.trial import past
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    profiles = workspace.profiles()
    profile, rules = _asked_for(workspace, profiles, name, ledger)
    if not workspace.database.exists():
        raise _nothing_past(profile)
    codes = [rule.code for rule in rules]
    with Store.open(workspace.database) as store:
        periods = [period for period in store.periods() if profile.id in period.as_of]
    if not periods:
        raise _nothing_past(profile)
    found: list[list[Past]] = []
    with progress_shown(quiet=False) as progress:
        for each in past(profile, codes, workspace, periods[-last:], lang):
            found.append(each)
            progress("try", len(found), len(periods[-last:]))
    by_rule = [list(column) for column in zip(*found, strict=True)]
    return profile, list(zip(rules, by_rule, strict=True)), max(len(periods) - last, 0)


def _nothing_past(profile: Profile) -> UsageError:
    return UsageError(
        f"『{profile.label.zh}』还没有汇总过任何一期，没有可试的数据",
        "请先运行 taizhang merge --as-of 日期，汇总一期后再试",
    )


# ---------------------------------------------------------------- which rule


def _asked_for(
    workspace: Workspace, profiles: Sequence[Profile], name: str, ledger: str | None
) -> tuple[Profile, tuple[Rule, ...]]:
    """The rules that an operator named, and the profile they are rules of."""
    from pipeline.profile import load_rules, with_rules
    from pipeline.rules.families import checks

    among = [_ledger(profiles, ledger)] if ledger is not None else list(profiles)
    if not name.endswith(".toml"):
        return _by_code(among, name)
    if len(among) > 1:
        known = "、".join(f"{p.id}（{p.label.zh}）" for p in among)
        raise UsageError("没有说明规则用于哪本台账", f"请加 --profile，可用：{known}")
    path = Path(name)
    rules = load_rules(path)
    profile = with_rules(among[0], rules, path)
    checks(profile)  # refuses a family that there is not, or what it lacks
    return profile, rules


def _by_code(among: Sequence[Profile], code: str) -> tuple[Profile, tuple[Rule, ...]]:
    from rapidfuzz import process

    found = [(profile, rule) for profile in among for rule in profile.rules if rule.code == code]
    if len(found) == 1:
        profile, rule = found[0]
        return profile, (rule,)
    if found:
        ledgers = "、".join(profile.id for profile, _ in found)
        raise UsageError(
            f"『{code}』是几本台账的规则：{ledgers}", f"请加 --profile {found[0][0].id}"
        )
    codes = sorted({rule.code for profile in among for rule in profile.rules})
    near = process.extractOne(code, codes, score_cutoff=50)
    raise UsageError(
        f"没有代码为『{code}』的规则" + (f"，是不是『{near[0]}』？" if near else ""),
        f"可用 taizhang profile show {among[0].id} 查看各条规则；"
        "还没有写进台账模板的，请给出写有 [[rules]] 的 .toml 文件",
    )


def _ledger(profiles: Sequence[Profile], name: str) -> Profile:
    """The profile that an operator named: one in use, or another version of it by path."""
    from pipeline.cli.profile import load_named

    for profile in profiles:
        if name in (profile.id, profile.label.zh, profile.label.en):
            return profile
    return load_named(name)


# ---------------------------------------------------------------- what is printed


def document(profile: Profile, tried: Sequence[tuple[Rule, Sequence[Past]]]) -> dict[str, Any]:
    """Return what was found as one JSON object."""
    from pipeline.trial import examples

    return {
        "ledger": profile.id,
        "rules": [
            {
                "rule": rule.code,
                "severity": rule.severity,
                "life": rule.life,
                "periods": [each.record() for each in found],
                "examples": [
                    {"period": period, "rows": len(cause.findings), **cause.first.record()}
                    for period, cause in examples(found, _EXAMPLES)
                ],
            }
            for rule, found in tried
        ],
    }


def show(
    profile: Profile, tried: Sequence[tuple[Rule, Sequence[Past]]], older: int, lang: str
) -> None:
    """Print each rule's numbers by period, then a few examples."""
    from pipeline.cli.screen import console

    screen = console()
    for rule, found in tried:
        _numbers(screen, profile, rule, found, lang)
        _examples(screen, found, lang)
    if older:
        screen.print(say("try_older", lang, count=older, all=older + len(tried[0][1])))


def _numbers(
    screen: Console, profile: Profile, rule: Rule, found: Sequence[Past], lang: str
) -> None:
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    severity = say(f"severity_{rule.severity}", lang)
    about = {"code": rule.code, "ledger": profile.label.say(lang), "severity": severity}
    screen.print(escape(say("try_head", lang, life=say(f"life_{rule.life}", lang), **about)))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(say("try_period", lang))
    for word in ("try_rows", "try_faulted", "try_enterprises", "try_uncounted"):
        table.add_column(say(word, lang), justify="right")
    for each in found:
        numbers = (each.rows, each.faulted, each.enterprises, each.uncounted)
        table.add_row(each.period, *map(str, numbers))
    screen.print(table)
    last = "try_uncounted_means" if rule.severity == "E" else "try_asks_only"
    screen.print(say(last, lang, severity=severity))


def _examples(screen: Console, found: Sequence[Past], lang: str) -> None:
    from pipeline.cli.screen import paragraph
    from pipeline.trial import examples

    chosen: list[tuple[str, Cause[ToldFinding]]] = examples(found, _EXAMPLES)
    if chosen:
        screen.print()
        screen.print(say("try_examples", lang))
    for period, cause in chosen:
        first = cause.first
        place = say("try_example", lang, period=period, file=first.file, sheet=first.sheet)
        paragraph(screen, f"· {place}", 0, lang)
        paragraph(screen, cause.message(lang), 4, lang)
        if first.value and first.value not in first.message:
            paragraph(screen, say("try_value", lang, value=first.value), 4, lang)
        paragraph(screen, f"→ {first.remedy}", 4, lang)
    screen.print()
