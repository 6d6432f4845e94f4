"""Families about cells of a row that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.algebra import Contains, OneOf, finder
from pipeline.rules.check import Check, row_check


def conflicts(rule: Rule, profile: Profile) -> list[Check]:
    """Where ``when`` holds, the column must not say one of ``values``."""
    return [row_check(rule, rule.column, OneOf(str(rule.column), rule.values))]


def contradicts(rule: Rule, profile: Profile) -> list[Check]:
    """Where ``when`` holds of ``other``, the narrative must not hold one of ``phrases``.

    ``apart_from`` are longer phrases in which they mean something else, negations above all.
    """
    column, other = str(rule.column), str(rule.other)
    found = finder(rule.phrases, rule.apart_from)

    def of_row(rows: pa.Table) -> list[Mapping[str, Any]]:
        pairs = zip(rows.column(column).to_pylist(), rows.column(other).to_pylist(), strict=True)
        return [{"phrase": found(text), "stated": stated or ""} for text, stated in pairs]

    fault = Contains(column, rule.phrases, rule.apart_from)
    return [row_check(rule, column, fault, params={"other": other}, of_row=of_row)]
