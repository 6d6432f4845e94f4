"""What was told by phone, as sheets and rows like any others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from pipeline.errors import ConfigurationError
from pipeline.model import ROW_NO, SHEET_ID, Call, Sheet, Submission
from pipeline.phone import UNNAMED, PhoneRecord
from pipeline.profile import Profile
from pipeline.read.reading import Reading
from pipeline.read.task import rows_schema


def with_calls(
    reading: Reading,
    calls: Sequence[tuple[Submission, PhoneRecord]],
    profiles: Sequence[Profile],
) -> Reading:
    """Return ``reading`` with what was told by phone behind what was read.

    A record is a sheet without a name, its rows are numbered from 1. A record of counts has a row
    for each item, with a status and nothing else. Raises ConfigurationError for a record that tells
    of columns which its ledger does not have.
    """
    by_id = {profile.id: profile for profile in profiles}
    sheets, rows = list(reading.sheets), dict(reading.rows)
    for submission, record in calls:
        profile = by_id[record.ledger]
        cells = list(_rows(record, profile))
        _must_be_known({name for row in cells for name in row}, record, profile)
        sheet = _sheet(record, profile, {name for row in cells for name in row})
        sheet = replace(sheet, id=len(sheets), submission=submission.id)
        rows[profile.id] = pa.concat_tables([rows[profile.id], _table(sheet.id, cells, profile)])
        sheets.append(sheet)
    return replace(reading, sheets=tuple(sheets), rows=rows)


def _sheet(record: PhoneRecord, profile: Profile, columns: set[str]) -> Sheet:
    declared = {"enterprise": record.enterprise, "filing": record.filing}
    return Sheet(
        id=0,
        submission=0,
        name="",
        ledger=profile.id,
        columns={c.id: c.label.zh for c in profile.columns if c.id in columns},
        declared={name: value for name, value in declared.items() if value},
        modified=record.told_at,
        call=Call(record.told_by, record.told_at, record.how, unnamed=bool(record.counts)),
    )


def _must_be_known(names: set[str], record: PhoneRecord, profile: Profile) -> None:
    unknown = sorted(names - {column.id for column in profile.columns})
    if unknown:
        raise ConfigurationError(
            f"{record.enterprise} {record.told_at} 的电话报数记录里有本台账没有的列："
            f"{'、'.join(unknown)}",
            "请移走 records/ 中的该文件，用 taizhang record 重新登记",
        )


def _rows(record: PhoneRecord, profile: Profile) -> Iterator[Mapping[str, str]]:
    owner = {profile.enterprise_column: record.enterprise} if profile.enterprise_column else {}
    for item in record.items:
        yield {**owner, **item}
    for status, count in record.counts.items():
        for _ in range(count):
            yield {**owner, profile.subject: UNNAMED, profile.status_column: status}


def _table(sheet: int, cells: Sequence[Mapping[str, str]], profile: Profile) -> pa.Table:
    schema = rows_schema(profile)
    told = [{**row, SHEET_ID: sheet, ROW_NO: n} for n, row in enumerate(cells, start=1)]
    return pa.Table.from_pylist(told, schema=schema)
