"""Take rulings in from a findings workbook: check each line, make the decisions it stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.dates import understand
from pipeline.errors import UsageError
from pipeline.messages import say
from pipeline.model import Action, Decision
from pipeline.profile import Alias, Profile, column_named
from pipeline.registry import Registry
from pipeline.text import tidy
from pipeline.write.rulings import MEMBERS, Member

_COLUMNS = ("group_id", "ruling", "ruled_value", "ruled_why", "ruled_by", "ruled_until")


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that can't be taken in: its row in the sheet, and why."""

    row: int
    why: str


@dataclass(frozen=True)
class Rulings:
    """What a workbook says: decisions to be recorded, and lines that can't be."""

    decisions: tuple[Decision, ...]
    refused: tuple[Refused, ...]


def rulings_in(
    sheets: Mapping[str, Sequence[Sequence[str]]],
    profiles: Sequence[Profile],
    registry: Registry,
    period: str,
    place: Path,
) -> Rulings:
    """Read the rulings of a findings workbook, given as its sheets' cells.

    Raises UsageError where it is no findings workbook. Lines without a ruling are passed over.
    """
    lang = next((g for g in ("zh", "en") if say("rulings_sheet", g) in sheets), None)
    if lang is None or MEMBERS not in sheets:
        raise UsageError(f"{place} 里没有『裁定』工作表", "请给出 merge 写出的 findings.xlsx")
    members = _members(sheets[MEMBERS])
    lines = sheets[say("rulings_sheet", lang)]
    labels = [say(name, lang) for name in _COLUMNS]
    head = next((n for n, row in enumerate(lines) if set(labels) <= set(row)), None)
    if head is None:
        raise UsageError(f"{place} 的『裁定』工作表缺少表头", "请重新运行 merge 生成")
    at = {name: lines[head].index(label) for name, label in zip(_COLUMNS, labels, strict=True)}
    decisions: list[Decision] = []
    refused: list[Refused] = []
    for number, row in enumerate(lines[head + 1 :], start=head + 2):
        cells = {n: tidy(row[i]) if i < len(row) else "" for n, i in at.items()}
        if not cells["ruling"]:
            continue
        found = _line(cells, members, profiles, registry, period, lang)
        if isinstance(found, str):
            refused.append(Refused(number, found))
        else:
            decisions.extend(found)
    return Rulings(tuple(decisions), tuple(refused))


def recorded(ruling: Decision, known: Sequence[Decision]) -> bool:
    """Tell whether the newest ruling on the same subject says the same."""
    about = (ruling.subject, ruling.code, ruling.column)
    same = [d for d in known if (d.subject, d.code, d.column) == about]
    return bool(same) and replace(same[-1], id=0, period_id="") == replace(ruling, period_id="")


def aliases_in(decisions: Sequence[Decision], profiles: Sequence[Profile]) -> list[Alias]:
    """Return the aliases that rulings make, of a header or of a choice's spelling."""
    columns = {profile.id: {c.id for c in profile.columns} for profile in profiles}
    made = []
    for d in decisions:
        told = {"ledger": d.ledger, "by": d.by, "why": d.reason}
        if d.action == Action.ALIAS and d.column in columns[d.ledger]:
            made.append(Alias(column=d.column, spelling=d.subject, value=d.value, **told))
        elif d.action == Action.ALIAS:
            made.append(Alias(column=d.value, label=d.subject, **told))
    return made


def _members(rows: Sequence[Sequence[str]]) -> Mapping[tuple[str, str], list[Member]]:
    found: dict[tuple[str, str], list[Member]] = {}
    for row in rows:
        cells = [*row, *[""] * 7][:7]
        member = Member(*cells)
        found.setdefault((member.group, member.action), []).append(member)
    return found


def _line(
    cells: Mapping[str, str],
    members: Mapping[tuple[str, str], list[Member]],
    profiles: Sequence[Profile],
    registry: Registry,
    period: str,
    lang: str,
) -> list[Decision] | str:
    """Return a line's decisions, or why it can't be taken in."""
    action = next((a for a in Action if say(f"rule_{a.value}", lang) == cells["ruling"]), None)
    found = members.get((cells["group_id"], action.value), []) if action is not None else []
    if action is None or not found:
        return f"『{cells['ruling']}』不是这一行可选的裁定，请从下拉选项中选"
    for name, label in (("ruled_why", "理由"), ("ruled_by", "裁定人")):
        if not cells[name]:
            return f"没有填{label}"
    until = _until(cells["ruled_until"])
    if cells["ruled_until"] and until is None:
        return f"有效期『{cells['ruled_until']}』不是日期，请写成 2020-12-31"
    value = _value(action, cells["ruled_value"], found[0], profiles, registry)
    if value is None:
        return f"裁定值『{cells['ruled_value']}』不可用，请从下拉选项中选或填写完整"
    return [
        Decision(
            ledger=m.ledger, subject=m.subject, code=m.code, column=m.column, digest=m.digest,
            action=action.value, value=value, reason=cells["ruled_why"], by=cells["ruled_by"],
            period_id=period, until=until,
        )
        for m in found
    ]  # fmt: skip


def _until(text: str) -> str | None:
    day = understand(text, date(2000, 1, 1), deadline=False)
    return str(day.day) if day.day is not None and not day.assumed else None


def _value(
    action: Action, text: str, member: Member, profiles: Sequence[Profile], registry: Registry
) -> str | None:
    """Check a ruling's value against what the column can hold; None where it can't be that."""
    if action not in (Action.MEANS, Action.STATE, Action.ALIAS):
        return ""
    profile = next((p for p in profiles if p.id == member.ledger), None)
    if profile is None or not text:
        return None
    if action == Action.ALIAS and member.column not in {c.id for c in profile.columns}:
        try:
            return column_named(text, profile)
        except UsageError:
            return None
    column = profile.status_column if action == Action.STATE else member.column
    declared = profile.column(column)
    if declared.type == "enterprise":
        return registry.match(text).sure if registry.given else text
    if declared.type in ("choice", "choices"):
        return text if text in [c.value for c in declared.choices] else None
    if declared.type in ("date", "deadline"):
        return _until(text)
    return text
