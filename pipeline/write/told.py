"""Findings in words, with their addresses: made once, for the workbook, the terminal and JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from pipeline.audience import DESK_ONLY, MASK, OUTPUTS, for_desk_only
from pipeline.messages import say, tell
from pipeline.model import Sheet
from pipeline.personal import mask, masked
from pipeline.profile.schema import Profile
from pipeline.profile.shown import shows
from pipeline.rulings import RULED

_ORDER = {"E": 0, "W": 1, "I": 2}
_RECORD = (
    "code", "severity", "ledger", "enterprise", "file", "sheet", "row", "column", "value",
    "message", "remedy",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ToldFinding:
    """A finding as a person reads it; ``row`` as Excel shows it, ``column`` as in the file.

    The fields from ``kind`` on are for the program: the message, the profile's column, what a
    ruling on the finding would be about, the column's letter ("" where the sheet lacks it), and the
    message's parameters. They are no part of the record.
    """

    code: str
    severity: str
    ledger: str
    enterprise: str
    file: str
    sheet: str
    row: int | None
    column: str
    value: str
    message: str
    remedy: str
    kind: str = ""
    field: str = ""
    subject: str = ""
    digest: str = ""
    letter: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict, compare=False)

    @property
    def cause(self) -> tuple[object, ...] | None:
        """What all of one cause have in common; None where neither row nor item is told."""
        if self.row is None and not self.value:
            return None
        sheet = (self.ledger, self.enterprise, self.file, self.sheet, self.row is None)
        fault = (self.letter, self.column, self.severity, self.code, self.remedy)
        return (*sheet, *fault, str(self.params.get(RULED) or ""))

    def record(self) -> dict[str, Any]:
        """Return it as a JSON object, by the contract of ``run.json``."""
        return {name: value for name, value in asdict(self).items() if name in _RECORD}


def told(
    findings: pa.Table,
    names: Mapping[int, str],
    sheets: Sequence[Sheet],
    profiles: Sequence[Profile],
    lang: str,
    output: str = "findings.xlsx",
) -> list[ToldFinding]:
    """Tell findings, those first that keep rows from counting, then by file, sheet and row.

    ``names`` maps submissions to their files. ``output`` is where they are told: values of columns
    that its readers may not see are masked, in the message too, and so is personal data in any
    other unless the desk alone reads it.
    """
    by_id = {sheet.id: sheet for sheet in sheets}
    by_name = {profile.id: profile for profile in profiles}
    if OUTPUTS[output].readers != DESK_ONLY:
        names = {number: mask(name) for number, name in names.items()}
    found = [_told(f, names, by_id, by_name, lang, output) for f in findings.to_pylist()]
    return sorted(found, key=_place)


def _place(finding: ToldFinding) -> tuple[Any, ...]:
    default_taken = finding.code != "two-versions"
    return (
        _ORDER[finding.severity],
        default_taken,
        finding.ledger,
        finding.file,
        finding.sheet,
        finding.row or 0,
        finding.code,
        finding.column,
        finding.value,
    )


def _told(
    finding: Mapping[str, Any],
    names: Mapping[int, str],
    sheets: Mapping[int, Sheet],
    profiles: Mapping[str, Profile],
    lang: str,
    output: str,
) -> ToldFinding:
    params = json.loads(finding["params"] or "{}")
    profile = profiles.get(finding["ledger"] or "")
    sheet = sheets.get(finding["sheet_id"]) if finding["sheet_id"] is not None else None
    header = _header(finding["column"] or "", sheet, profile, lang)
    value = finding["value"] or ""
    field = _field(finding["column"] or "", sheet)
    if OUTPUTS[output].readers != DESK_ONLY:
        if params.get("who"):
            params["who"] = MASK  # who sent a mail
        if profile is not None:
            value, params = _masked(finding, value, params, field, profile, output)
    if "sheets" in params:
        params["sheets"] = [by.name if (by := sheets.get(n)) else "" for n in params["sheets"]]
    if profile is not None and "other" in params and "other_label" not in params:
        params["other_label"] = _header(str(params["other"]), sheet, profile, lang)
    if OUTPUTS[output].readers != DESK_ONLY:
        # Before the message shortens it: a number cut in half is none that can be found.
        value, params = mask(value), masked(params)
    on = sheet.name if sheet else ""
    if output == "run.json":  # a return needs the file's own names, to mark its cells
        on, header = mask(on), mask(header)
    place = {
        "row": finding["row_no"],
        "column": header,
        "value": value,
        "enterprise": finding["enterprise"] or "",
        "sheet": on,
    }
    words = tell(finding["code"], params, lang, **place)
    return ToldFinding(
        code=finding["code"],
        severity=finding["severity"],
        ledger=finding["ledger"] or "",
        enterprise=finding["enterprise"] or "",
        file=names.get(finding["submission"], "") if finding["submission"] is not None else "",
        sheet=on or str(params.get("sheet", "")),
        row=finding["row_no"],
        column=header,
        value=value,
        message=words.message + _ruling(params, lang),
        remedy=words.remedy,
        kind=str(params.get("message", finding["code"])),
        field=field,
        subject=finding["subject"] or "",
        digest=finding["digest"] or "",
        letter=_letter(finding["column"] or "", sheet),
        params=params,
    )


_OF_THE_PROGRAM = frozenset(
    {"message", "because", "remedy", "example", "choices", "days", "trial", "how", "unit",
     "rows", "sheets", "more", "row", "count", "period", "pending", "file", "newer", "older_row",
     "item", "text", "named", "last", "since", "fault", "periods", "figure", "then", "fallen_to",
     "names", "lost", "renumbered", "kinds", "owners", "other", "other_label", "other_value",
     "told_by"}
)  # fmt: skip
"""What findings on cells say beside the cell; all other parameters may quote it. Items and other
columns have an audience of their own.
"""

_AS_WRITTEN = frozenset(
    {"unknown-choice", "asked-choice", "unreadable-date", "unreadable-deadline",
     "unreadable-number", "enterprise-unknown", "enterprise-ambiguous", "implausible-date",
     "cell-comment"}
)  # fmt: skip
"""Findings whose value nobody understood: anything may stand there, a complainant's name too."""


def _field(column: str, sheet: Sheet | None) -> str:
    """The profile's identifier of a column; reading tells of columns by their headers."""
    heads = sheet.columns.items() if sheet is not None else ()
    return next((name for name, head in heads if column in (name, head)), column)


def _masked(
    finding: Mapping[str, Any],
    value: str,
    params: Mapping[str, Any],
    field: str,
    profile: Profile,
    output: str,
) -> tuple[str, dict[str, Any]]:
    """Return a finding's value and parameters with MASK where the output's readers may not see."""

    def hidden(name: str) -> bool:
        return not shows(profile, name, output)

    kept = dict(params)
    if hidden(field) or _unforeseen(finding["code"], field, profile):
        value = MASK if value else ""
        if finding["row_no"] is not None:
            kept = {name: told if name in _OF_THE_PROGRAM else MASK for name, told in kept.items()}
            kept.pop(RULED, None)
    if hidden(str(params.get("other", ""))):
        kept["other_value"] = MASK
    if hidden(profile.subject):
        value = MASK if value and value == params.get("text") else value
        kept["text"] = MASK
    if hidden(profile.key) or (hidden(profile.subject) and not params.get("named")):
        kept["item"] = MASK
    if hidden(profile.key):
        kept |= {name: MASK for name in ("names", "lost", "renumbered") if name in kept}
    return value, kept


def _unforeseen(code: str, field: str, profile: Profile) -> bool:
    """Whether, in a ledger that has columns for the desk alone, nobody knows what a value says."""
    known = {c.id for c in profile.columns} | {d.id for d in profile.derived}
    confidential = any(for_desk_only(c.audience) for c in profile.columns)
    return confidential and (field not in known or code in _AS_WRITTEN)


def _ruling(params: Mapping[str, Any], lang: str) -> str:
    """What was ruled on the finding, if it was."""
    ruled = params.get(RULED)
    if not ruled or "meaning" in params:
        return ""
    return say(f"ruled_{ruled['action']}", lang, **ruled)


def _header(column: str, sheet: Sheet | None, profile: Profile | None, lang: str) -> str:
    """The header as it stands in the file, else the profile's label, else what was given."""
    if sheet is not None and column in sheet.columns:
        return " ".join(sheet.columns[column].split())
    if column == "as_of":
        return "as-of date" if lang == "en" else "统计截止日期"
    if profile is not None:
        labels = profile.labels
        if column in labels:
            return labels[column].say(lang)
        # Reading tells of columns that a sheet lacks by their Chinese labels.
        return next((words.say(lang) for words in labels.values() if words.zh == column), column)
    return column


def _letter(column: str, sheet: Sheet | None) -> str:
    """The sheet's letter of a profile column, or of a header as reading notices it."""
    if sheet is None:
        return ""
    named = (name for name, head in sheet.columns.items() if column in (name, head))
    return sheet.letters.get(next(named, ""), "")
