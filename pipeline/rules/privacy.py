"""Families about what must not stand where others read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline.personal import found, mask
from pipeline.profile.base import Words
from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import asked_once
from pipeline.rules.check import Check, comparison

KINDS: Mapping[str, Words] = {
    "mobile": Words(zh="手机号码", en="mobile number"),
    "landline": Words(zh="电话号码", en="telephone number"),
    "identity": Words(zh="身份证号码", en="identity number"),
    "card": Words(zh="银行卡号", en="bank card number"),
    "email": Words(zh="电子邮箱", en="e-mail address"),
    "name": Words(zh="姓名", en="name"),
    "address": Words(zh="住址门牌", en="home address"),
}
"""What is found (``pipeline.personal``), in words."""


def personal_data(rule: Rule, profile: Profile) -> list[Check]:
    """Columns that others than the desk read hold nothing that tells a person.

    Those of ``columns`` that only the desk reads may hold it. The finding quotes the cell masked.
    """
    public = [name for name in rule.columns if {*profile.column(name).audience} - {"desk"}]
    return [comparison(rule, _holding(name), _kinds(name), name, shown=mask) for name in public]


def _holding(name: str) -> Any:
    def compare(table: pa.Table) -> pa.Table:
        return table.filter(asked_once(table.column(name), lambda text: bool(found(text))))

    return compare


def _kinds(name: str) -> Any:
    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        return [{"kinds": _listed(text)} for text in rows.column(name).to_pylist()]

    return of_row


def _listed(text: str) -> dict[str, str]:
    kinds = [KINDS[kind] for kind in dict.fromkeys(span.kind for span in found(text))]
    return {"zh": "、".join(k.zh for k in kinds), "en": ", ".join(k.en for k in kinds)}
