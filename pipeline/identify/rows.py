"""Rows and items as identifying looks at them: whose, which number, which text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa

from pipeline.model import (
    ENTERPRISE,
    FINGERPRINT,
    KEY,
    ROW_NO,
    SHEET_ID,
    SUBMISSION,
    TOKEN,
)
from pipeline.profile.schema import Profile
from pipeline.text import fold

ALIKE = 60
"""Per cent of likeness (rapidfuzz ratio) from which two texts pass as wordings of one item."""


class Row(NamedTuple):
    """One row. ``scope`` is whose numbers it counts among: an enterprise, or the ledger's own.

    Nobody knows whose it is: then it is its own file's and text's, so that two unknown enterprises
    do not become one.
    """

    place: int
    submission: int
    sheet: int
    number: int
    enterprise: str | None
    scope: str
    key: str | None
    text: str
    print_: str
    token: str | None


def listed_rows(
    rows: pa.Table, files: Mapping[int, str], owners: Mapping[str, str], profile: Profile
) -> list[Row]:
    """Return a settled table's rows; ``files`` maps submissions to their names.

    ``owners`` are the enterprises that have items, by folded name: a row that names one of them is
    about its items, even where the registry does not know it any more.
    """
    names = (SUBMISSION, SHEET_ID, ROW_NO, ENTERPRISE, KEY, profile.subject, FINGERPRINT, TOKEN)
    columns = [rows.column(name).to_pylist() for name in names]
    told_owners = owners_told(rows, profile)
    columns[3] = [
        name if name is not None else owners.get(fold(told or ""))
        for name, told in zip(columns[3], told_owners, strict=True)
    ]
    columns.append(told_owners)
    return [
        Row(place, sub, sheet, number, owner, scope_of(owner, told, files[sub], profile), key,
             text or "", print_ or "", token)
        for place, (sub, sheet, number, owner, key, text, print_, token, told) in enumerate(
            zip(*columns, strict=True)
        )
    ]  # fmt: skip


def owners_told(table: pa.Table, profile: Profile) -> list[str | None]:
    """What the cells say of whose the rows are."""
    column = profile.enterprise_column
    return table.column(column).to_pylist() if column else [None] * table.num_rows


def scope_of(owner: str | None, told: str | None, file: str, profile: Profile) -> str:
    """Return whose numbers a row counts among; ``told`` is what its cell says of the owner."""
    if profile.key_scope == "group":
        return ""
    return owner if owner is not None else f"?{fold(told) if told else file}"
