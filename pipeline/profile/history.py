"""The history of a profile's columns: whether what it declares of versions can be."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.profile.schema import Profile


def history(profile: Profile) -> Iterator[str]:
    """Yield what columns say of versions that there never were, a line for each."""
    for column in profile.columns:
        if not 1 <= column.since <= profile.version:
            yield f"columns({column.id}).since：应在 1 到 {profile.version} 之间"
    for each in profile.retired:
        if not 1 <= each.until < profile.version:
            yield f"retired({each.label}).until：应早于现行的第 {profile.version} 版"
