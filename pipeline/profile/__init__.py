"""Profiles: what a ledger's TOML file may say, and how it is loaded and refused."""

from pipeline.profile.aliases import Alias, add_aliases, column_named, load_aliases, with_aliases
from pipeline.profile.base import Words
from pipeline.profile.load import (
    load_profile,
    load_rules,
    shipped_profile,
    shipped_profiles,
    with_rules,
)
from pipeline.profile.schema import Column, Figure, Profile, Rule

__all__ = [
    "Alias",
    "Column",
    "Figure",
    "Profile",
    "Rule",
    "Words",
    "add_aliases",
    "column_named",
    "load_aliases",
    "load_profile",
    "load_rules",
    "shipped_profile",
    "shipped_profiles",
    "with_aliases",
    "with_rules",
]
