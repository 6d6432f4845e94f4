"""Profiles: what a ledger's TOML file may say, and how it is loaded and refused."""

from pipeline.profile.aliases import Alias, add_aliases, column_named, load_aliases, with_aliases
from pipeline.profile.load import load_profile, shipped_profile, shipped_profiles
from pipeline.profile.schema import Column, Figure, Profile, Words

__all__ = [
    "Alias",
    "Column",
    "Figure",
    "Profile",
    "Words",
    "add_aliases",
    "column_named",
    "load_aliases",
    "load_profile",
    "shipped_profile",
    "shipped_profiles",
    "with_aliases",
]
