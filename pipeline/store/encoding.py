"""Between the roster's tables and stored records.

A record is a JSON object of the fields that are not null, in one spelling: keys sorted, no white
space, dates in ISO 8601, decimals as plain strings without trailing zeros. Equal records are
therefore equal texts, and most of the comparing is done on texts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ConfigurationError
from pipeline.model import ITEM_ID, Number

Records = dict[str, str]
"""Item id to record text."""

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: Any) -> str:
    """Return ``value`` as JSON in the one spelling."""
    return _encode(value)


def number_text(number: Number) -> str | None:
    """Return a figure in one spelling; ``number_of`` reads it back."""
    return None if number is None else f"{number:f}" if isinstance(number, Decimal) else str(number)


def number_of(text: str | None) -> Number:
    """Return a figure that was stored: an int, a Decimal where it has a point, or None."""
    if text is None:
        return None
    return Decimal(text) if "." in text else int(text)


def records_of(table: pa.Table) -> Records:
    """Return the rows of ``table`` as records by item id.

    Columns may be strings, dates, decimals, booleans, integers or null. Raises TypeError for other
    types and ValueError where item ids are missing or doubled: mistakes of the program.
    """
    ids = table.column(ITEM_ID).to_pylist()
    names = sorted(name for name in table.column_names if name != ITEM_ID)
    columns = [_plain(table.column(name), name) for name in names]
    if not columns:
        columns = [[None] * len(ids)]
    records = {
        item: _encode({n: v for n, v in zip(names, values, strict=False) if v is not None})
        for item, values in zip(ids, zip(*columns, strict=True), strict=True)
    }
    if len(records) != len(ids) or None in records:
        raise ValueError("item ids must be there and differ")
    return records


def digest_of(table: pa.Table) -> str:
    """Return the hash of a roster: of equal records in any order it is the same."""
    return digest(records_of(table))


def digest(records: Records) -> str:
    """Return the hash of records."""
    return hashlib.sha256(canonical(records).encode()).hexdigest()


def table_of(records: Mapping[str, str], schema: pa.Schema, ledger: str) -> pa.Table:
    """Return ``records`` as a table of ``schema``, sorted by item id; fields not stored are null.

    Raises ConfigurationError where a stored value does not fit the column's type, as after a
    profile's column became a date.
    """
    ids = sorted(records)
    loaded = [json.loads(records[item]) for item in ids]
    arrays = [
        pa.array(ids, field.type)
        if field.name == ITEM_ID
        else _array([record.get(field.name) for record in loaded], field, ledger)
        for field in schema
    ]
    return pa.table(arrays, schema=schema)


def difference(before: str | None, after: str | None) -> tuple[str | None, str | None]:
    """Reduce two records of an item to the fields that differ; a field's null is then written.

    None stands for an item that is not there, and is returned as it is, with the other side whole.
    """
    if before is None or after is None:
        return before, after
    old, new = json.loads(before), json.loads(after)
    fields = [name for name in old | new if _differ(old.get(name), new.get(name))]
    return (
        canonical({name: old.get(name) for name in fields}),
        canonical({name: new.get(name) for name in fields}),
    )


def restored(after: str | None, before: str | None) -> str | None:
    """Return the record as it was, from what it became and a change's ``before``."""
    if before is None or after is None:
        return before
    fields = json.loads(after) | json.loads(before)
    return canonical({name: value for name, value in fields.items() if value is not None})


def _differ(one: Any, other: Any) -> bool:
    # True == 1 in Python, but not in JSON.
    return type(one) is not type(other) or one != other


def _plain(column: pa.ChunkedArray, name: str) -> list[Any]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type), name)
    if pa.types.is_date32(kind):
        return list(pc.cast(column, pa.string()).to_pylist())
    if pa.types.is_decimal(kind):
        return [None if value is None else _decimal(value) for value in column.to_pylist()]
    if not _is_simple(kind):
        raise TypeError(f"column {name} is {kind}, which the store does not keep")
    return list(column.to_pylist())


def _decimal(value: Decimal) -> str:
    # By text: Decimal.normalize would round to the context's 28 digits.
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _array(values: list[Any], field: pa.Field, ledger: str) -> pa.Array:
    kind = field.type
    dates, decimals = pa.types.is_date32(kind), pa.types.is_decimal(kind)
    if not (dates or decimals or _is_simple(kind)):
        raise TypeError(f"column {field.name} is {kind}, which the store does not keep")
    try:
        if dates:
            return pa.array(values, pa.string()).cast(kind)
        if decimals:
            return pa.array([None if v is None else Decimal(v) for v in values], kind)
        return pa.array(values, kind)
    except (pa.ArrowException, ArithmeticError, TypeError, ValueError) as error:
        raise ConfigurationError(
            f"台账库中『{ledger}』的『{field.name}』列与台账模板的类型不符：{error}",
            "请恢复该列原来的类型，或换一个列标识",
        ) from error


def _is_simple(kind: pa.DataType) -> bool:
    """Whether Arrow's values of this type are JSON's as they are."""
    types = pa.types
    tests = (types.is_string, types.is_large_string, types.is_boolean, types.is_integer)
    return any(test(kind) for test in tests) or types.is_null(kind)
