"""The page of all rules of the shipped profiles, from what they declare."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence

from message_docs import CATALOGUE, both

from pipeline.profile import Profile, shipped_profile
from pipeline.profile.base import Words
from pipeline.profile.load import shipped_profiles
from pipeline.profile.schema import Rule
from pipeline.rules.check import Check
from pipeline.rules.families import checks
from pipeline.rules.live import live_and_later
from pipeline.write.selfcheck import short

Table = Callable[[Sequence[str], Sequence[Sequence[object]]], list[str]]

WHERE = {
    "live": "表内 live",
    "arrival": "收到后 on arrival",
    "desk": "收到后，只告知经办 on arrival, desk only",
    "trial": "试行，只告知经办 on trial, desk only",
    "retired": "停用 retired",
}


def rule_page(remade: str, table: Table) -> str:
    """The page of rules: of each what it asks, why, what it faults, the remedy, its source.

    ``remade`` is the page's mark, ``table`` makes the lines of a table.
    """
    lines = [
        "# 规则 / Rules",
        "",
        remade,
        "",
        "各台账的规则，由台账模板的 `[[rules]]` 生成。程度：E 不能计入，W 计入但要问，I 提示。"
        "“表内”指空白台账填写时就会提示；此外各列的 `required` 和可选项见 "
        "[profiles.md](profiles.md)。",
        "",
        "The rules of each ledger, from its profile's `[[rules]]`. E: can't be counted as it "
        "stands; W: counted, and asked about; I: told. “Live” ones speak while the blank ledger is "
        "filled in. What columns require by themselves is told in [profiles.md](profiles.md).",
        "",
    ]
    header = ("规则 rule", "程度", "查什么 what it asks", "为什么 why", "错例 faulty",
              "办法 what to do", "依据 source", "何时 where")  # fmt: skip
    for profile in map(shipped_profile, shipped_profiles()):
        found: dict[str, list[Check]] = {}
        for check in checks(profile):
            found.setdefault(check.code, []).append(check)
        live = {each.code for each in live_and_later(profile)[0]}
        lines += [f"## {profile.label.zh} / {profile.label.en} · `{profile.id}`", ""]
        told = [_rule(r, found.get(r.code, []), live, profile) for r in profile.rules]
        lines += table(header, told)
    return "\n".join(lines)


def _rule(rule: Rule, made: Sequence[Check], live: set[str], profile: Profile) -> tuple[str, ...]:
    asks = (
        "；".join(dict.fromkeys(short(check, profile, "zh") for check in made)),
        "; ".join(dict.fromkeys(short(check, profile, "en") for check in made)),
    )
    where = "live" if rule.code in live else "desk" if made and made[0].desk else "arrival"
    where = rule.life if rule.life != "active" else where
    return (
        f"`{rule.code}`", rule.severity, both(*asks), _words(rule.why), rule.faulty,
        both(*_remedies(rule, profile)), _words(rule.source), WHERE[where],
    )  # fmt: skip


def _words(words: Words | None) -> str:
    return "" if words is None else both(words.zh, words.en)


class _Left(dict[str, str]):
    """What a remedy names that is known of a row only."""

    def __missing__(self, name: str) -> str:
        return "…"


def _remedies(rule: Rule, profile: Profile) -> tuple[str, str]:
    eg = (f"（如 {rule.example}）", f" (e.g. {rule.example})") if rule.example else ("", "")
    if rule.remedy is not None:
        return rule.remedy.zh + eg[0], rule.remedy.en + eg[1]
    entry = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))[rule.family]
    label = profile.labels[rule.column or (*rule.columns, profile.key)[0]]
    several = rule.column is None and len(rule.columns) > 1
    names = ("该列", "the column") if several else (label.zh, label.en)
    zh, en = (
        entry[f"remedy_{lang}"].format_map(_Left(column=name))
        for lang, name in zip(("zh", "en"), names, strict=True)
    )
    return zh + eg[0], en + eg[1]
