"""The stage: settled rows in, rows with their items out, and what is odd about them.

An item has a lasting id. Ways to find it, surest first: enterprise and item number with the text;
the text alone (told, so that it can be objected to); the hidden id that a blank ledger gave the
row, where the text bears it out; the number with a like text; the number alone. Of two versions of
an item the later file (``pipeline.identify.age``) counts until ruled otherwise. What is told by
phone of an item is its newest version as far as it goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table, on_rows, together
from pipeline.identify.age import Ages
from pipeline.identify.differences import MOST, Differing, Files, differences
from pipeline.identify.heard import Written, hear, named_at_last
from pipeline.identify.items import matched, own_tokens
from pipeline.identify.joint import shared
from pipeline.identify.rows import Row, listed_rows
from pipeline.identify.versions import versions
from pipeline.model import (
    ENTERPRISE,
    ITEM_ID,
    JOINT,
    REASON,
    SHEET_ID,
    SUBMISSION,
    SUPERSEDED,
    TOKEN,
    Sheet,
    Submission,
)
from pipeline.profile.schema import Profile
from pipeline.rulings import digest_of
from pipeline.text import fold

_COLUMNS_NAMED = 3
_NUMBERS_TOLD = 3


@dataclass(frozen=True)
class Identified:
    """Rows with ITEM_ID, and REASON where a row goes no further: SUPERSEDED, COVERED or JOINT."""

    rows: pa.Table
    findings: pa.Table


def identify(
    rows: pa.Table,
    sheets: Sequence[Sheet],
    submissions: Sequence[Submission],
    roster: pa.Table,
    profile: Profile,
    as_of: date,
    kept: Sequence[str] = (),
) -> Identified:
    """Give each row of a settled table the id of its item.

    ``roster`` is the roster before this period, with its states. A row whose number stands on
    different items in different files is an error finding (duplicate-key); it gets an item of its
    own. ``kept`` are hashes of files that were ruled to count among versions, in the order of the
    rulings.
    """
    names = {submission.id: submission.name for submission in submissions}
    calls = {sheet.id: sheet.call for sheet in sheets if sheet.call is not None}
    everything = listed_rows(rows, names, _owners(roster), profile)
    listed = [row for row in everything if row.sheet not in calls]
    ages = Ages(submissions, [s for s in sheets if s.ledger == profile.id], kept, as_of)
    older, clashes = versions(listed, ages)
    ids, told = matched([r for r in listed if r.place not in older], roster, profile)
    stage = rows.column(profile.stages.partition).to_pylist()
    written = Written([r for r in listed if r.place not in older], ids, stage, ages.moment)
    ids |= named_at_last(written, roster, profile)
    heard = hear([r for r in everything if r.sheet in calls], calls, written, roster, profile)
    for place, newer in older.items():
        ids[place] = ids[newer]
    table = _with(rows, ITEM_ID, {**ids, **heard.ids})
    tokens = own_tokens(listed, ids, roster, profile)
    table = _with(table.drop_columns([TOKEN]), TOKEN, tokens)
    differing, how = differences(table, listed, older, sheets, names, profile)
    findings = [
        _two_versions(listed, older, submissions, ages, how, profile),
        differing,
        _only_in_older(table, listed, older, clashes, names, profile),
        _clashing(table, clashes, names, profile),
        _by_text(table, told, roster, profile),
        _copied(table, listed, tokens, older, ids, roster, profile),
        heard.findings,
    ]
    joint = shared(table, written.rows, ids, roster, profile)
    findings.append(joint.findings)
    reasons = {
        **dict.fromkeys(joint.places, JOINT), **dict.fromkeys(older, SUPERSEDED), **heard.reasons
    }  # fmt: skip
    return Identified(_with(table, REASON, reasons), together(findings))


def _with(table: pa.Table, name: str, values: Mapping[int, str | None]) -> pa.Table:
    """Add a text column, by the place of the row; null where there is no value."""
    cells = [values.get(place) for place in range(table.num_rows)]
    return table.append_column(name, pa.array(cells, pa.string()))


def _owners(roster: pa.Table) -> Mapping[str, str]:
    """Enterprises that have items, by their folded names: one may have left the registry."""
    names = pc.unique(roster.column(ENTERPRISE)).to_pylist()
    return {fold(name): name for name in names if name}


def _two_versions(
    listed: Sequence[Row],
    older: Mapping[int, int],
    submissions: Sequence[Submission],
    ages: Ages,
    how: Mapping[Files, Differing],
    profile: Profile,
) -> pa.Table:
    """One finding for each pair of files: which counts and why, how many items, how many differ.

    It is about the older file; a ruling to accept it holds for these two files.
    """
    files = {submission.id: submission for submission in submissions}
    pairs: dict[Files, list[Row]] = {}
    for place, newer in older.items():
        one = listed[place]
        pairs.setdefault((one.submission, listed[newer].submission), []).append(one)
    records = []
    for (old, new), rows in sorted(pairs.items()):
        reason = ages.reason(old, new)
        params = {
            "newer": files[new].name, "items": len(rows), "by": reason.by,
            "newer_says": reason.newer, "older_says": reason.older, "against": reason.against,
            **_how(how.get((old, new), Differing(0, {})), profile),
        }  # fmt: skip
        about = {
            "submission": old, "ledger": profile.id, "enterprise": rows[0].enterprise,
            "subject": files[old].sha256, "digest": files[new].sha256[:16],
        }  # fmt: skip
        severity = "I" if reason.by == "ruled" else "W"
        records.append(finding("two-versions", severity, **about, params=params))
    return findings_table(records)


def _how(differing: Differing, profile: Profile) -> dict[str, Any]:
    """How much differs: items, the columns with most differences, and whether all are listed."""
    most = sorted(differing.columns.items(), key=lambda entry: -entry[1])[:_COLUMNS_NAMED]
    labels = {name: profile.labels[name] for name, _ in most}
    return {
        "differing": differing.items,
        "columns": {
            "zh": "、".join(f"『{labels[name].zh}』{times} 项" for name, times in most),
            "en": ", ".join(f"“{labels[name].en}” ({times})" for name, times in most),
        },
        "listed": MOST if sum(differing.columns.values()) > MOST else 0,
    }


def _only_in_older(
    table: pa.Table,
    listed: Sequence[Row],
    older: Mapping[int, int],
    clashes: Mapping[int, Row],
    names: Mapping[int, str],
    profile: Profile,
) -> pa.Table:
    """Rows of a file that a later one replaces in part, which the later one leaves out."""
    newer: dict[tuple[int, str], int] = {}
    for place, other in older.items():
        newer[(listed[place].submission, listed[place].scope)] = listed[other].submission
    left = [
        r for r in listed if (r.submission, r.scope) in newer and r.place not in {*older, *clashes}
    ]
    params = [{"newer": names[newer[(row.submission, row.scope)]]} for row in left]
    rows = table.take(pa.array([row.place for row in left], pa.int64()))
    return on_rows(rows, "only-in-older", "W", profile.id, profile.key, params)


def _clashing(
    table: pa.Table,
    clashes: Mapping[int, Row],
    names: Mapping[int, str],
    profile: Profile,
) -> pa.Table:
    places = sorted(clashes)
    params = [
        {"file": names[clashes[p].submission], "rows": [clashes[p].number], "message": "clash"}
        for p in places
    ]
    return on_rows(
        table.take(pa.array(places, pa.int64())),
        "duplicate-key", "E", profile.id, profile.key, params,
    )  # fmt: skip


def _by_text(
    table: pa.Table, told: Mapping[int, str], before: pa.Table, profile: Profile
) -> pa.Table:
    """Rows found by their text under another number: one is told by itself, several as one.

    A row inserted on top shifts all numbers of a sheet; that is one thing to mend.
    """
    by_sheet: dict[tuple[int, str | None], list[int]] = {}
    owners, sheets = (table.column(name).to_pylist() for name in (ENTERPRISE, SHEET_ID))
    for place in sorted(told):
        by_sheet.setdefault((sheets[place], owners[place]), []).append(place)
    single = [places[0] for places in by_sheet.values() if len(places) == 1]
    rows = table.take(pa.array(single, pa.int64()))
    changed = on_rows(rows, "number-changed", "W", profile.id, profile.key, [{}] * len(single))
    old = dict(zip(*(before[name].to_pylist() for name in (ITEM_ID, profile.key)), strict=True))
    numbers, files = table[profile.key].to_pylist(), table[SUBMISSION].to_pylist()
    records = []
    for (sheet, owner), places in sorted(by_sheet.items(), key=lambda each: each[1]):
        if len(places) == 1:
            continue
        pairs = [(old[told[place]] or "", numbers[place] or "") for place in places]
        shown = "、".join(f"{was}→{now}" for was, now in pairs[:_NUMBERS_TOLD])
        params = {"count": len(pairs), "renumbered": shown + ("…" * (len(pairs) > _NUMBERS_TOLD))}
        about = {"submission": files[places[0]], "sheet_id": sheet, "enterprise": owner}
        subject, digest = told[places[0]], digest_of([f"{was}→{now}" for was, now in pairs])
        records.append(
            finding(
                "numbers-reassigned", "W", ledger=profile.id, column=profile.key, value=pairs[0][1],
                params=params, subject=subject, digest=digest, **about,
            )
        )  # fmt: skip
    return together([changed, findings_table(records)])


def _copied(
    table: pa.Table,
    listed: Sequence[Row],
    tokens: Mapping[int, str],
    older: Mapping[int, int],
    ids: Mapping[int, str],
    roster: pa.Table,
    profile: Profile,
) -> pa.Table:
    """Tell of new items whose row was copied, with its hidden id, from that of another item."""
    known = set(roster.column(ITEM_ID).to_pylist())
    rows = [
        row.place
        for row in listed
        if row.token and row.place not in tokens and row.place not in older
        and ids[row.place] not in known
    ]  # fmt: skip
    copies = table.take(pa.array(rows, pa.int64()))
    return on_rows(copies, "copied-row", "I", profile.id, profile.subject, {})
