"""Compare what the program read with what a careful person reads, cell by cell.

right: the right value was taken, or a doubtful cell was asked about. asked: a question, or a row
undecided, where the truth is clear. wrong: another value taken, a row lost or doubled, a doubtful
value taken without a word.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from messy.draft import Page, Want
from messy.make import Made
from messy.truth import AS_OF, KINDS, LABELS
from pipeline.collect import collect
from pipeline.examine import examine
from pipeline.job import Job, Watch
from pipeline.model import Period
from pipeline.profile import shipped_profile
from pipeline.registry import Registry, registry_from
from pipeline.write.report import Report

TYPED = ("date", "deadline", "number", "choice")
Key = tuple[str, int]
Change = Callable[[Path], None]


@dataclass(frozen=True)
class Fault:
    """A cell or row that did not come out as it should."""

    file: str
    how: str  # "asked" or "wrong"
    what: str
    row: int | None = None
    column: str = ""
    cell: str = ""
    wanted: str = ""
    got: str = ""
    codes: tuple[str, ...] = ()


@dataclass
class Verdict:
    """What came of one file."""

    made: Made
    right: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many needless questions."""
        return sum(fault.how == "asked" for fault in self.faults)

    @property
    def wrong(self) -> int:
        """How many mistakes."""
        return sum(fault.how == "wrong" for fault in self.faults)


@dataclass
class _Found:
    """What the program made of one file: rows by place, findings by place."""

    rows: dict[Key, dict[str, Any]] = field(default_factory=dict)
    doubled: list[Key] = field(default_factory=list)
    on_row: dict[Key, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    on_column: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    whole: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    roster: dict[Key, int] = field(default_factory=lambda: defaultdict(int))


def judge(made: Sequence[Made], change: Change | None = None) -> list[Verdict]:
    """Write the files, let the program examine them, and compare.

    ``change`` is done to the written files before they are examined; it may change suffixes.
    """
    with tempfile.TemporaryDirectory() as folder:
        for one in made:
            one.write(Path(folder))
        if change is not None:
            change(Path(folder))
        return _judge(made, Path(folder), change)


def _judge(made: Sequence[Made], inbox: Path, change: Change | None) -> list[Verdict]:
    try:
        report = _examined(inbox, made)
    except Exception as error:
        if len(made) == 1:
            told = f"{type(error).__name__}: {error}"[:300]
            return [Verdict(made[0], 0, [Fault(made[0].name, "wrong", "the run failed: " + told)])]
        middle = len(made) // 2
        return judge(made[:middle], change) + judge(made[middle:], change)
    found = {name.split("/")[0]: one for name, one in _by_file(report).items()}
    return [_compare(one, found.get(one.folder) or _Found()) for one in made]


def _examined(inbox: Path, made: Sequence[Made]) -> Report:
    profile = shipped_profile("rectification")
    job = Job(
        folder=inbox, out=inbox, period=Period(str(AS_OF), {profile.id: AS_OF}),
        profiles=(profile,), registry=_registry(made), template=inbox,
    )  # fmt: skip
    return examine(job, collect(inbox, None, {}), Watch())


def _registry(made: Sequence[Made]) -> Registry:
    owners = [owner for one in made for owner in one.draft.truth.owners]
    lines = [["企业名称", "简称", "曾用名"], ["示例总部直属机关", "", ""]]
    lines += [[owner.name, owner.short, owner.former] for owner in owners]
    return registry_from(lines, "enterprises.xlsx")


def _by_file(report: Report) -> Mapping[str, _Found]:
    """Sort rows and findings by the file they are from."""
    found: dict[str, _Found] = defaultdict(_Found)
    sheets = {sheet.id: sheet for sheet in report.sheets}
    merged = report.ledgers[0].merged
    ids: dict[int, Key] = {}
    for table in (merged.rows, merged.aside):
        for row in table.to_pylist():
            sheet = sheets[row["sheet_id"]]
            one = found[report.files[sheet.submission]]
            key = (sheet.name, row["row_no"])
            if key in one.rows:
                one.doubled.append(key)
            one.rows[key] = row
            if row.get("row_id") is not None:
                ids[row["row_id"]] = key
    for item in merged.roster.to_pylist():
        one = found[item["source_file"]]
        one.roster[item["source_sheet"], item["source_row"]] += 1
    for finding in report.findings.to_pylist():
        _sort(finding, found, sheets, report.files, ids)
    return found


def _sort(
    finding: Mapping[str, Any],
    found: Mapping[str, _Found],
    sheets: Mapping[int, Any],
    files: Mapping[int, str],
    ids: Mapping[int, Key],
) -> None:
    sheet = sheets.get(finding["sheet_id"])
    submission = finding["submission"] if sheet is None else sheet.submission
    if submission is None:
        return
    one = found[files[submission]]
    code, column = finding["code"], finding["column"] or ""
    one.codes.add(code)
    if finding["severity"] not in ("E", "W"):
        return
    if finding["row_id"] in ids:
        one.on_row[ids[finding["row_id"]]].append((column, code))
    elif sheet is not None and finding["row_no"] is not None and not _is_head(sheet, finding):
        one.on_row[sheet.name, finding["row_no"]].append((column, code))
    elif column:
        one.on_column[_squeeze(column)].append((code, finding["severity"]))
    elif finding["severity"] == "E":
        one.refused.append(code)
    else:
        one.whole.append((column, code))


def _is_head(sheet: Any, finding: Mapping[str, Any]) -> bool:
    return bool(finding["row_no"] <= sheet.header_row)


def _compare(made: Made, found: _Found) -> Verdict:
    verdict = Verdict(made)
    single = len(made.draft.ledgers()) == 1 and made.draft.writer.startswith(("csv", "xls_"))
    expected: set[Key] = set()
    for page, grid in zip(made.draft.pages, made.grids, strict=True):
        name = next((sheet for sheet, _ in found.rows), grid.name) if single else grid.name
        for row, item in grid.places.items():
            expected.add((name, row))
            line = next(line for line in page.lines if line.item == item)
            _compare_row(verdict, found, page, (name, row), item, line.cells)
    _compare_rest(verdict, found, expected)
    _compare_questions(verdict, found)
    return verdict


def _compare_row(
    verdict: Verdict, found: _Found, page: Page, key: Key, item: int, cells: Mapping[str, Any]
) -> None:
    draft, file, row = verdict.made.draft, verdict.made.name, found.rows.get(key)
    wishes = {column: wish for (i, column), wish in draft.wishes.items() if i == item}
    told = found.on_row.get(key, [])
    if row is None or row["disposition"] == "set_aside":
        how = "asked" if found.refused or told else "wrong"
        why = "lost" if row is None else f"set aside ({row.get('reason')})"
        codes = tuple(sorted({*found.refused, *(code for _, code in told)}))
        fault = Fault(file, how, f"row {why}", key[1], codes=codes)
        for wish in wishes.values():
            if how == "asked" and wish.want is not Want.CLEAR:
                verdict.right += 1
            else:
                verdict.faults.append(fault)
        return
    undecided = row["disposition"] == "undecided"
    doubtful = item in draft.marked or any(w.want is not Want.CLEAR for w in wishes.values())
    if item in draft.marked and not told and not undecided and not _told_whole(found):
        verdict.faults.append(Fault(file, "wrong", "doubtful row taken unasked", key[1]))
    if undecided and not doubtful and not told:
        verdict.faults.append(Fault(file, "asked", "row undecided", key[1]))
    if found.roster.get(key, 0) != 1 and not told:
        verdict.faults.append(Fault(file, "wrong", f"{found.roster[key]} items of a row", key[1]))
    names = _names([page])
    on_column = {names.get(label, label): told for label, told in found.on_column.items()}
    for column, wish in wishes.items():
        here = [c for k, c in told if k == column]
        wide = [c for k, c in told if k not in LABELS] + [c for c, _ in on_column.get(column, ())]
        got = _value(row, column)
        if got is None and wish.want is not Want.CLEAR:
            wide += [code for _, code in found.whole]
        asked = tuple(here + wide + found.refused)
        right = any(_same(column, value, got) for value in wish.values)
        how = _rate(wish.want, right, bool(here), bool(asked), doubtful, undecided, column)
        if how == "right":
            verdict.right += 1
            continue
        cell = cells.get(column)
        text = "" if cell is None else repr(cell.value)[:80]
        wanted = "to be asked" if wish.want is Want.ASK else " / ".join(map(str, wish.values))
        verdict.faults.append(
            Fault(
                file, how, wish.want.value, key[1], column, text, wanted[:80], str(got)[:80], asked
            )
        )


def _rate(
    want: Want, right: bool, here: bool, asked: bool, doubtful: bool, undecided: bool, column: str
) -> str:
    if want is Want.ASK:
        return "right" if asked or undecided else "wrong"
    asked = asked or (undecided and column in ("status", "enterprise"))
    if want is Want.EITHER:
        return "right" if right or asked else "wrong"
    if right:
        return "asked" if here and not doubtful else "right"
    return "asked" if asked else "wrong"


def _names(pages: Iterable[Page]) -> dict[str, str]:
    """Columns by what a finding may call them."""
    ours = {_squeeze(label): key for key, label in LABELS.items()}
    return ours | {_squeeze(c.label): c.key for page in pages for c in page.columns}


def _told_whole(found: _Found) -> bool:
    return bool(found.whole or found.on_column or found.refused)


def _compare_rest(verdict: Verdict, found: _Found, expected: Iterable[Key]) -> None:
    """Rows that are no items must be set aside; a question about one is needless."""
    file = verdict.made.name
    for key, row in found.rows.items():
        if key in set(expected) or row["disposition"] == "set_aside":
            continue
        asked = row["disposition"] == "undecided" or found.on_row.get(key)
        codes = tuple(code for _, code in found.on_row.get(key, ()))
        text = "|".join(str(row[k]) for k in LABELS if row.get(k))[:80]
        how = "asked" if asked else "wrong"
        fault = Fault(file, how, "no item, not set aside", key[1], "", text, codes=codes)
        verdict.faults += [fault] * max(len(page.columns) for page in verdict.made.draft.pages)
    for key in found.doubled:
        verdict.faults.append(Fault(file, "wrong", "row doubled", key[1]))


def _compare_questions(verdict: Verdict, found: _Found) -> None:
    """Questions about a whole file, sheet or column; and what must be told of it."""
    draft, file = verdict.made.draft, verdict.made.name
    for told in draft.told:
        if not any(re.search(told, code) for code in found.codes) and not found.refused:
            verdict.faults.append(Fault(file, "wrong", f"nothing told of: {told}"))
    labels = _names(draft.pages)
    if "*" in draft.allowed:
        return
    for column, code in found.whole:
        if code not in draft.allowed:
            verdict.faults.append(Fault(file, "asked", "of the file", None, column, codes=(code,)))
    for label, codes in found.on_column.items():
        key = labels.get(label, label)
        for code, _ in codes:
            if code not in draft.allowed and f"*{key}" not in draft.allowed:
                verdict.faults.append(Fault(file, "asked", "of a column", None, key, codes=(code,)))
    if found.refused and not draft.wishes:
        verdict.faults.append(Fault(file, "asked", "refused", codes=tuple(found.refused)))


def _value(row: Mapping[str, Any], column: str) -> Any:
    if column == "enterprise":
        return row["enterprise.name"]
    if column == "item_no":
        return row["key"]
    return row[f"{column}.value"] if KINDS[column] in TYPED else row[column]


def _same(column: str, wanted: Any, got: Any) -> bool:
    if wanted in (None, ""):
        return got in (None, "")
    if got is None:
        return False
    if KINDS[column] == "text":
        wanted, got = str(wanted), str(got)
        if column == "item_no":
            fold = unicodedata.normalize
            return _squeeze(fold("NFKC", wanted)).lower() == _squeeze(fold("NFKC", got)).lower()
        return _squeeze(wanted) == _squeeze(got)
    return bool(wanted == got)


def _squeeze(text: str) -> str:
    """Text without white space and what does not show."""
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff]+|_x000D_", "", text)
