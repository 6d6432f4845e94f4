"""Families about what the last period said of the same item, or counted.

They are declared here like all others; ``pipeline.compare`` holds the rows against the roster.
"""

from __future__ import annotations

from pipeline.profile.schema import Profile, Rule
from pipeline.rules.check import Check, past_check


def moved(rule: Rule, profile: Profile) -> list[Check]:
    """A date stays what it was, unless ``other`` (an approval) is given and is a new one."""
    return [past_check(rule, str(rule.column))]


def rewritten(rule: Rule, profile: Profile) -> list[Check]:
    """A text stays what it was: added to, or alike by ``percent`` with the same numbers in it."""
    return [past_check(rule, name) for name in rule.columns]


def back_dated(rule: Rule, profile: Profile) -> list[Check]:
    """What was still ongoing as of a day was not completed more than ``days`` before that day.

    With ``other``, a deadline, not before that day at all where it would be in time only so.
    """
    return [past_check(rule, str(rule.column), params={"grace": rule.days})]


def stalled(rule: Rule, profile: Profile) -> list[Check]:
    """What is ongoing brings news in one of ``columns`` at least every ``periods`` periods."""
    return [past_check(rule, rule.columns[0], params={"periods": rule.periods})]


def same_fault(rule: Rule, profile: Profile) -> list[Check]:
    """What was asked of an item is mended or answered before the next period."""
    return [past_check(rule, profile.key)]


def fell(rule: Rule, profile: Profile) -> list[Check]:
    """A figure that counts up does not fall, unless by rulings on the items that it lost."""
    label = profile.figure(str(rule.figure)).label
    params = {"figure": {"zh": label.zh, "en": label.en}}
    return [past_check(rule, "", figure=rule.figure, params=params)]
