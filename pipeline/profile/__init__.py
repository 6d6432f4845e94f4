"""Profiles: what a ledger's TOML file may say, and how it is loaded and refused."""

from pipeline.profile.load import load_profile, shipped_profile, shipped_profiles
from pipeline.profile.schema import Column, Figure, Profile, Words

__all__ = [
    "Column",
    "Figure",
    "Profile",
    "Words",
    "load_profile",
    "shipped_profile",
    "shipped_profiles",
]
