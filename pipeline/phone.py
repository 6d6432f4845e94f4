"""What was told by phone, chat or word of mouth: a record per call, a file each in ``records/``.

A record is the operator's own: it holds an enterprise's items with what was told of them, or how
many items have which status, or that there is nothing new. It counts until it is confirmed in
writing. Deleting a record's file before its period is closed takes it back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import ConfigurationError

MOST = 5_000
"""Items that one record may tell of."""

SUFFIX = ".json"

UNNAMED = "（电话报数，事项内容待书面报送）"
"""Stands in the ledger for what an item is that was only counted."""

Text = Annotated[str, Field(max_length=2_000)]


class PhoneRecord(BaseModel):
    """One call. ``items`` are profile columns with what was said of them, as a cell would say it.

    ``counts`` tells how many items have which status. One of ``items``, ``counts`` and ``filing``
    is given. ``told_at`` is an ISO 8601 date, or date and time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: Literal["taizhang phone record"] = "taizhang phone record"
    ledger: Text
    enterprise: Text
    told_by: Annotated[Text, Field(min_length=1)]
    told_at: Text
    how: Text = "电话"
    note: Text = ""
    items: tuple[dict[str, Text], ...] = ()
    counts: dict[str, Annotated[int, Field(ge=0)]] = {}
    filing: Literal["", "nil", "unchanged"] = ""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        datetime.fromisoformat(self.told_at)
        if sum(map(bool, (self.items, self.counts, self.filing))) != 1:
            raise ValueError("one of items, counts and filing must be given")
        if len(self.items) + sum(self.counts.values()) > MOST:
            raise ValueError(f"more than {MOST} items")
        return self

    @property
    def day(self) -> date:
        """The day on which it was told."""
        return datetime.fromisoformat(self.told_at).date()

    def encoded(self) -> bytes:
        """Return the record as UTF-8 JSON that a person can read."""
        told = {name: value for name, value in self.model_dump(mode="json").items() if value}
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def parsed(data: bytes, place: str) -> PhoneRecord:
    """Return the record in ``data``; ConfigurationError, naming ``place``, where it is none."""
    try:
        told = json.loads(data)
        if isinstance(told, Mapping) and isinstance(told.get("items"), list):
            told = {**told, "items": tuple(told["items"])}
        return PhoneRecord.model_validate(told)
    except (ValueError, RecursionError, ValidationError) as error:
        raise ConfigurationError(
            f"{place} 不是 taizhang record 写出的电话报数记录，或已被改坏",
            "请移走该文件，用 taizhang record 重新登记",
        ) from error
