"""What each enterprise is told about each file: its faults, and the rows a fault sheet quotes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from pipeline.audience import may_show
from pipeline.findings import dumps, findings_table
from pipeline.messages import say
from pipeline.model import EXTRA, Sheet, Submission
from pipeline.personal import mask
from pipeline.rules.check import DESK
from pipeline.write.report import LedgerResult, Report
from pipeline.write.returns.fault import AllTaken, Fault, Heading, Quoted, Taken, faults_of
from pipeline.write.returns.holdings import Holdings, Row
from pipeline.write.rows import rows_told
from pipeline.write.told import told
from pipeline.write.understood import (
    Understanding,
    Understandings,
    asked_about,
    calm,
    cells,
    foremost,
    text_told,
)

NOBODY = ""
"""Stands for whoever sent a file of which nobody knows who did."""

_OUTPUT = "returns/"
_ASKED = ("E", "W")
_MOST_TAKEN = 40


@dataclass(frozen=True, slots=True)
class Planned:
    """One file's answer to one recipient. ``whole``: its own workbook may go back to it."""

    recipient: str
    submission: Submission
    faults: tuple[Fault, ...]
    taken: AllTaken
    quoted: tuple[Quoted, ...]
    heading: Heading
    whole: bool


def planned(report: Report, until: date | None, *, unknown: bool) -> Iterator[Planned]:
    """Yield the answers of a run, by file and recipient; those without a fault are none.

    ``unknown`` adds files of which nobody knows who sent them (recipient NOBODY).
    """
    plan = _Plan(report, until)
    spoken = {sheet.submission for sheet in report.sheets if sheet.call is not None}
    for submission in report.submissions:
        if submission.id in spoken:
            continue  # What was told by phone is no file of theirs to be sent back.
        recipients = plan.holdings.recipients(submission)
        for name in recipients or ((NOBODY,) if unknown else ()):
            made = plan.answer(submission, name)
            if made is not None:
                yield made


class _Plan:
    """The run's findings by file, and what may be said of them to whom."""

    def __init__(self, report: Report, until: date | None) -> None:
        self.holdings = Holdings(report)
        self._report = report
        self._until = until
        self._sheets = {sheet.id: sheet for sheet in report.sheets}
        self._found: dict[int, list[dict[str, Any]]] = {}
        self._missing: dict[str, list[dict[str, Any]]] = {}
        self._understood = Understandings(report)
        self._asked = asked_about(report)
        for finding in report.findings.to_pylist():
            if finding["severity"] not in _ASKED:
                continue
            finding["params"] = json.loads(finding["params"] or "{}")
            if finding["submission"] is not None:
                self._found.setdefault(finding["submission"], []).append(finding)
            elif finding["enterprise"] and not finding["params"].get(DESK):
                self._missing.setdefault(finding["enterprise"], []).append(finding)

    def answer(self, submission: Submission, name: str) -> Planned | None:
        """Return what ``name`` is told about a file; None where there is nothing."""
        sender = self.holdings.sender(submission) or NOBODY
        found = [f for f in self._found.get(submission.id, ()) if self._for(f, name, sender)]
        if name == sender:
            found += self._left_out(submission, name)
        if not found:
            return None
        faults = self._faults(found, submission, name)
        quoted = tuple(self._quoted(found, name, sender))
        whole = self.holdings.whole(submission, name)
        file = PurePosixPath(submission.name).name
        if name != sender:
            file = self._discreet(file, name)
        heading = Heading(file, self._report.created, self._until)
        taken = self._taken(submission, name, sender)
        return Planned(name, submission, faults, taken, quoted, heading, whole)

    def _for(self, finding: Mapping[str, Any], name: str, sender: str) -> bool:
        """Whether a finding on a file is for ``name``: by its row, else by its sheet or file."""
        if finding["params"].get(DESK):
            return False
        if finding["ledger"] in self.holdings.central:
            return False
        sheet = finding["sheet_id"]
        if sheet is None or finding["row_no"] is None:
            owner = self.holdings.owners.get(sheet) if sheet is not None else sender
            return name == sender and (owner or NOBODY) in {*self.holdings.family(name), NOBODY}
        row = self.holdings.rows.get((sheet, finding["row_no"]))
        if row is None:  # no row that was read: only the one who sent the sheet may be told
            return name == sender
        return not row.old and self.holdings.belongs(row, name, sender)

    def _left_out(self, submission: Submission, name: str) -> list[dict[str, Any]]:
        """What a file leaves out, told with the file of that ledger which counts, and once."""
        ledgers = {
            row.result.profile.id for row in self.holdings.rows_of(submission) if not row.old
        }
        waiting = self._missing.get(name, [])
        told_here = [f for f in waiting if f["ledger"] in ledgers]
        self._missing[name] = [f for f in waiting if f["ledger"] not in ledgers]
        return told_here

    # ------------------------------------------------------------ words

    def _faults(
        self, found: Sequence[Mapping[str, Any]], submission: Submission, name: str
    ) -> tuple[Fault, ...]:
        report = self._report
        records = [
            {**f, "params": dumps(self._own(f["code"], f["params"], submission, name))}
            for f in found
        ]
        words = told(
            findings_table(records), report.files, report.sheets, report.profiles, report.lang,
            output=_OUTPUT,
        )  # fmt: skip
        sheets = self.holdings.sheets[submission.id]
        return tuple(self._without_others(fault, name) for fault in faults_of(words, sheets))

    def _own(
        self, code: str, params: Mapping[str, Any], submission: Submission, name: str
    ) -> dict[str, Any]:
        """A message's parameters without what belongs to others: names, files."""
        family, lang = self.holdings.family(name), self._report.lang
        own = dict(params)
        if "owners" in own:
            own["owners"] = [say("return_other_enterprise", lang)]
        if "names" in own and not set(own["names"]) <= family:
            own["names"] = [say("return_several_enterprises", lang)]
        if own.get("nearest") and code == "enterprise-unknown" and own["nearest"] not in family:
            own["nearest"] = ""
        if code == "enterprise-differs" and own.get("other") not in family:
            own["other"] = say("return_other_enterprise", lang)
        for key in ("file", "newer", "same"):
            if own.get(key):
                own[key] = self._file_name(str(own[key]), name)
        return own

    def _file_name(self, path: str, name: str) -> str:
        """Another file as ``name`` may be told of it: its own by name, others not at all."""
        by_name = {s.name: s for s in self._report.submissions}
        other = by_name.get(path)
        if other is not None and (self.holdings.sender(other) or NOBODY) == name:
            return PurePosixPath(path).name
        return say("return_other_file", self._report.lang)

    def _without_others(self, fault: Fault, name: str) -> Fault:
        """Other enterprises' names go from a message, but for what the cell itself says."""
        family, message = self.holdings.family(name), fault.message
        mask = say("return_other_enterprise", self._report.lang)
        for other in self.holdings.registry.names:
            if other in message and other not in family and other not in fault.value:
                message = message.replace(other, mask)
        return fault if message == fault.message else replace(fault, message=message)

    def _discreet(self, file: str, name: str) -> str:
        """A file's name for one that did not send it: without the name of another."""
        registry = self.holdings.registry
        if set(registry.named_in(PurePosixPath(file).stem).found) <= self.holdings.family(name):
            return file
        return say("return_unnamed_file", self._report.lang) + PurePosixPath(file).suffix

    # ------------------------------------------------------------ rows

    def _taken(self, submission: Submission, name: str, sender: str) -> AllTaken:
        """What was understood in the rows that ``name`` may be shown."""
        mine = []
        for each in calm(self._understood.of(submission), self._asked):
            if not may_show(each.field.audience, _OUTPUT) or each.ledger in self.holdings.central:
                continue
            rows = tuple(
                number
                for number in each.rows
                if (row := self.holdings.rows.get((each.sheet.id, number))) is not None
                and self.holdings.belongs(row, name, sender)
            )
            if rows:
                mine.append(replace(each, rows=rows))
        first = tuple(_taken(each, self._report.lang) for each in foremost(mine, _MOST_TAKEN))
        return AllTaken(first, len(mine) - len(first), cells(mine))

    def _quoted(
        self, found: Iterable[Mapping[str, Any]], name: str, sender: str
    ) -> Iterator[Quoted]:
        """The faulty rows by sheet, with the sheet's own columns as far as they may be shown."""
        wanted: dict[int, set[int]] = {}
        for finding in found:
            if finding["sheet_id"] is not None and finding["row_no"] is not None:
                wanted.setdefault(finding["sheet_id"], set()).add(finding["row_no"])
        for sheet_id, numbers in sorted(wanted.items()):
            rows = [
                (number, row)
                for number in sorted(numbers)
                if (row := self.holdings.rows.get((sheet_id, number))) is not None
                and row.place is not None
                and self.holdings.belongs(row, name, sender)
            ]
            if rows:
                quote = _quote(self._sheets[sheet_id], rows[0][1].result, rows)
                yield quote if name == sender else replace(quote, rows=_masked(quote.rows))


def _taken(each: Understanding, lang: str) -> Taken:
    how = say(f"understood_{each.kind}", lang)
    if len(each.rows) > 1:
        how = say("understood_where", lang, how=how, rows=rows_told(each.rows, lang))
    return Taken(
        sheet=each.sheet.name,
        row=each.rows[0],
        letter=each.letter,
        header=each.column,
        value=text_told(each.value, lang),
        meaning=text_told(each.understood, lang),
        how=how,
        count=len(each.rows),
    )


def _quote(sheet: Sheet, result: LedgerResult, rows: Sequence[tuple[int, Row]]) -> Quoted:
    """Quote rows; columns whose audience leaves enterprises out are not among them."""
    shown = {c.id for c in result.profile.columns if may_show(c.audience, _OUTPUT)}
    known = [c for c in sheet.columns if c in shown]
    known.sort(key=lambda c: (len(sheet.letters.get(c, "")), sheet.letters.get(c, "")))
    table = result.merged.rows
    extras = [_extra(table.column(EXTRA)[row.place].as_py(), sheet) for _, row in rows]
    unknown = [head for head in sheet.unknown if any(extra.get(head) for extra in extras)]
    cells = [
        (
            number,
            (
                *(table.column(c)[row.place].as_py() or "" for c in known),
                *(extra.get(head, "") for head in unknown),
            ),
        )
        for (number, row), extra in zip(rows, extras, strict=True)
    ]
    columns = [(sheet.letters.get(c, ""), sheet.columns[c]) for c in known]
    columns += [("", head) for head in unknown]
    return Quoted(sheet.name, tuple(columns), tuple(cells))


def _masked(rows: tuple[tuple[int, tuple[str, ...]], ...]) -> tuple[Any, ...]:
    """Rows of another's file without personal data: who sent it has the original."""
    return tuple((number, tuple(mask(cell) for cell in cells)) for number, cells in rows)


def _extra(text: str | None, sheet: Sheet) -> dict[str, str]:
    told_extra = json.loads(text) if text else {}
    return {head: str(value) for head, value in told_extra.items() if head in sheet.unknown}
