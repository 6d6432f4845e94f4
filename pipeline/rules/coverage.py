"""Families about enterprises of which a ledger tells nothing, or not all."""

from __future__ import annotations

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.check import Check, told


def covered(rule: Rule, profile: Profile) -> list[Check]:
    """No enterprise must be among those that a figure of the kind ``uncovered`` counts."""
    return [
        Check(
            code=rule.code,
            message=rule.family,
            severity=rule.severity,
            column="",
            life=rule.life,
            figure=rule.figure,
            params=told(rule),
        )
    ]
