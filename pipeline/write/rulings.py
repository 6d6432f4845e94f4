"""The rulings sheet of ``findings.xlsx``: doubts grouped by cause, each with what can be ruled.

One ruling may settle hundreds of rows: all cells of a column that say the same, or all rows of an
enterprise with the same fault. A hidden sheet says what each group is about, so that ``taizhang
decide`` can take the rulings in (``pipeline.decide``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.messages import say
from pipeline.messages.catalogue import actions
from pipeline.model import Action
from pipeline.profile.schema import Profile
from pipeline.text import fold
from pipeline.write.causes import causes
from pipeline.write.style import Styles, lines_needed, put, row_height, sheet_name
from pipeline.write.told import ToldFinding

MEMBERS = "_rulings"
"""Name of the hidden sheet; its columns are those of ``Member``."""

_WIDTHS = (10, 9, 24, 16, 60, 9, 22, 18, 30, 12, 14)
_RULED_AT = 6
_HEADER_ROW = 2


@dataclass(frozen=True, slots=True)
class Member:
    """What one group's ruling would be recorded of; a group has at least one member."""

    group: str
    action: str
    ledger: str
    code: str
    column: str
    subject: str
    digest: str


@dataclass(frozen=True)
class Group:
    """Findings with one cause: what can be ruled, and of what."""

    id: str
    findings: tuple[ToldFinding, ...]
    actions: tuple[Action, ...]
    members: tuple[Member, ...]


def groups(findings: Sequence[ToldFinding], profiles: Sequence[Profile]) -> list[Group]:
    """Group errors and queries by cause, in their order; what can't be ruled on is left out."""
    status = {profile.id: profile.status_column for profile in profiles}
    gathered: dict[tuple[str, ...], list[ToldFinding]] = {}
    for finding in findings:
        if finding.severity in ("E", "W") and actions(finding.kind) and finding.ledger:
            gathered.setdefault(_cause(finding), []).append(finding)
    return [_group(cause, found, status) for cause, found in gathered.items()]


def _cause(finding: ToldFinding) -> tuple[str, ...]:
    """Same words in the same column anywhere; otherwise the same fault at one enterprise."""
    same = _WORDS & {*actions(finding.kind)}
    told = fold(_words(finding)) if same else finding.enterprise
    own = finding.subject if Action.KEEP in actions(finding.kind) else ""
    return (finding.ledger, finding.code, finding.field, told, own)


def _group(
    cause: tuple[str, ...], found: Sequence[ToldFinding], status: Mapping[str, str]
) -> Group:
    name = hashlib.sha256("\x1f".join(cause).encode()).hexdigest()[:8]
    allowed = actions(found[0].kind)
    members: dict[Member, None] = {}
    for finding in found:
        for action in allowed:
            subject, digest = finding.subject, finding.digest
            if action in _WORDS:
                subject, digest = fold(_words(finding)), ""
            if action == Action.STATE and not _about_state(finding, status):
                continue
            if subject:
                place = (finding.ledger, finding.code, finding.field, subject, digest)
                members[Member(name, action.value, *place)] = None
    offered = {member.action for member in members}
    kept = tuple(action for action in allowed if action.value in offered)
    return Group(name, tuple(found), kept, tuple(members))


_WORDS = {Action.MEANS, Action.ALIAS}
"""What is ruled of words, wherever they stand."""


def _words(finding: ToldFinding) -> str:
    """The cell's text, or the header that a finding on a column is about."""
    return finding.value or finding.column


_ABOUT_ITEMS = ("item-missing", "split-proposed", "merge-proposed")
"""Findings on items without a row, of which a state can be ruled."""


def _about_state(finding: ToldFinding, status: Mapping[str, str]) -> bool:
    return finding.kind in _ABOUT_ITEMS or finding.field == status[finding.ledger]


def rulings_sheet(
    book: Workbook,
    styles: Styles,
    findings: Sequence[ToldFinding],
    profiles: Sequence[Profile],
    lang: str,
) -> None:
    """Write the sheet and its hidden companion."""
    sheet = book.add_worksheet(sheet_name(say("rulings_sheet", lang)))
    members = book.add_worksheet(MEMBERS)
    members.very_hidden()
    put(sheet, 0, 0, say("rulings_hint", lang), styles["hint"])
    words = ("group_id", "severity", "enterprise", "column", "what", "affected", "ruling",
             "ruled_value", "ruled_why", "ruled_by", "ruled_until")  # fmt: skip
    for column, (word, width) in enumerate(zip(words, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        look = "header_must" if column >= _RULED_AT else "header_should"
        put(sheet, _HEADER_ROW, column, say(word, lang), styles[look])
    by_name = {profile.id: profile for profile in profiles}
    row, line = _HEADER_ROW, 0
    for group in groups(findings, profiles):
        if not group.actions:
            continue
        row += 1
        first = group.findings[0]
        owners = dict.fromkeys(f.enterprise for f in group.findings if f.enterprise)
        names = next(iter(owners), "") + (f" +{len(owners) - 1}" if len(owners) > 1 else "")
        what = causes(group.findings)[0].message(lang)
        cells = (group.id, say(f"severity_{first.severity}", lang), names, first.column, what)
        sheet.set_row(row, row_height(min(4, lines_needed(what, _WIDTHS[4]))))
        for column, cell in enumerate(cells):
            put(sheet, row, column, cell, styles["cell_text"])
        sheet.write_number(row, len(cells), len(group.findings), styles["cell_number"])
        for column in range(_RULED_AT, len(words)):
            put(sheet, row, column, "", styles["cell_text"])
        offered = [say(f"rule_{action.value}", lang) for action in group.actions]
        sheet.data_validation(row, _RULED_AT, row, _RULED_AT, {"validate": "list",
                              "source": offered, "error_type": "warning"})  # fmt: skip
        _offer_values(sheet, row, group, by_name[first.ledger])
        for member in group.members:
            for column, text in enumerate(
                (member.group, member.action, member.ledger, member.code, member.column,
                 member.subject, member.digest)
            ):  # fmt: skip
                put(members, line, column, text)
            line += 1
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _offer_values(sheet: Worksheet, row: int, group: Group, profile: Profile) -> None:
    """Offer the column's choices, or for a header the columns' labels, as far as they fit into a
    dropdown (255 characters).
    """
    column = group.findings[0].field
    if group.actions == (Action.ALIAS,):
        choices = [c.label.zh for c in profile.columns]
        _offer(sheet, row, choices)
        return
    if Action.STATE in group.actions and Action.MEANS not in group.actions:
        column = profile.status_column
    _offer(sheet, row, [c.value for x in profile.columns if x.id == column for c in x.choices])


def _offer(sheet: Worksheet, row: int, choices: Sequence[str]) -> None:
    if choices and len(",".join(choices)) <= 255:
        source = {"validate": "list", "source": choices, "error_type": "warning"}
        at = _RULED_AT + 1
        sheet.data_validation(row, at, row, at, source)
