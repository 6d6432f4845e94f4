"""The stage: raw text columns in, one settled table and the findings about what is unclear out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.findings import finding, findings_table, on_rows, together
from pipeline.model import (
    ENTERPRISE,
    EXTRA,
    FINGERPRINT,
    KEY,
    REASON,
    ROW_ID,
    ROW_NO,
    SHEET_ID,
    SUBMISSION,
    Period,
    Sheet,
    Submission,
)
from pipeline.profile.schema import Profile
from pipeline.registry import Registry, with_attributes
from pipeline.rulings import Rulings
from pipeline.settle.migrated import migrated
from pipeline.settle.owners import Owner, owner_of, unknown_senders, with_owners
from pipeline.settle.understood import Sources, understood
from pipeline.settle.units import in_its_unit
from pipeline.settle.values import with_values
from pipeline.states import with_states
from pipeline.text import ENDS, fingerprint, fold

_BETWEEN: Final = re.compile(r"[、,，;；]")
_VERSION: Final = 5  # digits
_DIGITS: Final = re.compile(r"\d+")
_RANGE: Final = re.compile(r".*\d(~|至|到).*\d")


@dataclass(frozen=True)
class Settled:
    """A ledger's rows of this period. ``rows`` are data, ``aside`` the rows set aside on reading.

    ``owners`` maps each ledger sheet to the enterprise that sent it, None where nobody knows.
    ``declared`` maps enterprises to what a row of theirs says instead of items: nil or unchanged.
    ``understood`` (UNDERSTOOD) are the cells that were read otherwise than they stand.
    """

    rows: pa.Table
    aside: pa.Table
    findings: pa.Table
    owners: Mapping[int, str | None]
    declared: Mapping[str, str]
    understood: pa.Table


def settle(
    raw: pa.Table,
    sheets: Sequence[Sheet],
    submissions: Sequence[Submission],
    profile: Profile,
    registry: Registry,
    period: Period,
    rulings: Rulings = Rulings(),  # noqa: B008 - immutable
) -> Settled:
    """Settle a ledger's raw rows as of the ledger's date in ``period``.

    ``raw`` has SHEET_ID, ROW_NO, REASON, TOKEN, EXTRA and the profile's columns as strings. The
    result has in addition SUBMISSION, ROW_ID, ENTERPRISE, KEY, FINGERPRINT, the typed twins, the
    derived columns and the partitions.
    """
    as_of = period.as_of[profile.id]
    mine = [sheet for sheet in sheets if sheet.ledger == profile.id]
    by_id = {submission.id: submission for submission in submissions}
    numbered = _numbered(raw, mine, profile)
    data = pc.is_null(numbered.column(REASON))
    set_aside = numbered.filter(pc.invert(data))
    aside = set_aside.select([ROW_ID, SUBMISSION, SHEET_ID, ROW_NO, REASON, EXTRA])
    rows = numbered.filter(data).drop_columns([REASON])
    sent, rows = rows, _trimmed(rows, profile)
    registry = registry.extended(_names_given(rows, mine, profile))
    told = {s.id: owner_of(s, by_id[s.submission], registry) for s in mine}
    rows, about_owners = with_owners(rows, set_aside, mine, told, profile, registry, rulings)
    rows, about_values = with_values(rows, profile, as_of, rulings)
    rows, about_units = in_its_unit(rows, mine, profile)
    rows = with_attributes(_with_keys(rows, profile), profile, registry, as_of)
    filed = _filed(numbered, profile, registry)
    owners = _senders(told, rows, filed)
    speaking = {*rows[SHEET_ID].to_pylist(), *(sheet for sheet, _, _ in filed)}
    senders = unknown_senders(mine, told, profile, speaking)
    declared = {name: reason for _, name, reason in filed}
    several = _several(rows, profile)
    forms = _forms(mine, profile, period)
    findings = together([forms, *about_owners, *about_values, about_units, several, senders])
    sources = Sources(mine, told, profile, registry, rulings, as_of)
    repairs = understood(sent, rows, sources)
    return Settled(with_states(rows, profile, as_of), aside, findings, owners, declared, repairs)


def _numbered(raw: pa.Table, sheets: Sequence[Sheet], profile: Profile) -> pa.Table:
    """Sort the rows, number them, and turn cells of nothing but white space into nulls."""
    table = raw.sort_by([(SHEET_ID, "ascending"), (ROW_NO, "ascending")])
    for column in profile.columns:
        texts = table.column(column.id)
        blank = pc.equal(pc.utf8_trim_whitespace(texts), "")
        at = table.column_names.index(column.id)
        cleaned = pc.if_else(pc.fill_null(blank, True), pa.scalar(None, pa.string()), texts)
        table = table.set_column(at, column.id, cleaned)
    senders = {sheet.id: sheet.submission for sheet in sheets}
    submission = [senders[sheet] for sheet in table.column(SHEET_ID).to_pylist()]
    table = table.append_column(SUBMISSION, pa.array(submission, pa.int32()))
    return table.append_column(ROW_ID, pa.array(np.arange(table.num_rows), pa.int64()))


def _trimmed(rows: pa.Table, profile: Profile) -> pa.Table:
    """Texts without blanks at their ends: what is shown, compared and kept from here on."""
    for column in profile.columns:
        at = rows.column_names.index(column.id)
        texts = rows.column(at)
        rows = rows.set_column(at, column.id, pc.utf8_trim(texts, characters=ENDS))
    return rows


def _names_given(rows: pa.Table, sheets: Sequence[Sheet], profile: Profile) -> list[str]:
    """Names of enterprises that the files give themselves, for want of a registry."""
    column = profile.enterprise_column
    given = pc.unique(rows.column(column)).to_pylist() if column else []
    declared = [sheet.declared.get("enterprise", "") for sheet in sheets]
    return [name for name in (*given, *declared) if name]


def _with_keys(rows: pa.Table, profile: Profile) -> pa.Table:
    keys = _each(rows.column(profile.key), fold)
    subjects = _each(rows.column(profile.subject), fingerprint)
    return rows.append_column(KEY, keys).append_column(FINGERPRINT, subjects)


def _several(rows: pa.Table, profile: Profile) -> pa.Table:
    """Tell of rows whose number is a list of numbers: items that were put into one row."""
    texts = rows.column(profile.key).to_pylist()
    places = [place for place, text in enumerate(texts) if text and _is_list(text)]
    return on_rows(
        rows.take(pa.array(places, pa.int64())), "several-items", "W", profile.id, profile.key, {}
    )


def _is_list(text: str) -> bool:
    """Whether numbers stand one after another; a break within one number parts it unevenly."""
    folded = [fold(part) for part in _BETWEEN.split(text)]
    lines = [fold(part) for part in text.split("\n")]
    alike = len(set(map(len, lines))) == 1 and len(lines[0]) > 2
    parts = folded if len(folded) > 1 else lines if alike else []
    forms = {_DIGITS.sub("0", part) for part in parts}
    listed = len(parts) > 1 and len(forms) == 1 and "0" in min(forms)
    return listed or bool(_RANGE.fullmatch(fold(text)))


def _each(texts: pa.ChunkedArray, change: object) -> pa.Array:
    assert callable(change)
    changed = [change(text) or None if text is not None else None for text in texts.to_pylist()]
    return pa.array(changed, pa.string())


def _forms(sheets: Sequence[Sheet], profile: Profile, period: Period) -> pa.Table:
    """Tell of blank ledgers that were made for another period, or from an older profile."""
    records = []
    for sheet in sheets:
        place = {"ledger": profile.id, "submission": sheet.submission, "sheet_id": sheet.id}
        told = sheet.declared.get("period", "")
        if told and told != period.id:
            dated = {"told": told, "period": period.id}
            records.append(finding("wrong-period", "W", **place, params=dated))
        version = sheet.declared.get("version", "")
        if not version.isdecimal() or len(version) > _VERSION or int(version) == profile.version:
            continue
        params: dict[str, object] = {"told": version, "version": str(profile.version)}
        old = int(version) < profile.version
        if old:
            params |= migrated(sheet, profile, int(version))
        code = "old-version" if old else "newer-version"
        records.append(finding(code, "W", **place, params=params))
    return findings_table(records)


def _filed(rows: pa.Table, profile: Profile, registry: Registry) -> list[tuple[int, str, str]]:
    """Rows that say nil or unchanged and whose: sheet, enterprise, and which of the two."""
    column = profile.enterprise_column
    if column is None:
        return []
    said = rows.filter(pc.is_in(rows.column(REASON), pa.array(["nil", "unchanged"])))
    cells = (said.column(name).to_pylist() for name in (SHEET_ID, column, REASON))
    return [
        (sheet, name, reason)
        for sheet, text, reason in zip(*cells, strict=True)
        if text and (name := registry.match(text).sure) is not None
    ]


def _senders(
    told: Mapping[int, Owner], rows: pa.Table, filed: Sequence[tuple[int, str, str]]
) -> dict[int, str | None]:
    """Who sent each sheet: as it says itself, or the one enterprise that all its rows name."""
    named: dict[int, set[str]] = {}
    for sheet, name, _ in filed:
        named.setdefault(sheet, set()).add(name)
    for sheet, name in zip(rows[SHEET_ID].to_pylist(), rows[ENTERPRISE].to_pylist(), strict=True):
        if name is not None:
            named.setdefault(sheet, set()).add(name)
    only = {sheet: next(iter(names)) for sheet, names in named.items() if len(names) == 1}
    return {sheet: owner.name or only.get(sheet) for sheet, owner in told.items()}
