"""Whether the archive is whole: every file that the store refers to is there and is what it was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.store import Reference, Store


@dataclass(frozen=True)
class ArchiveState:
    """``files`` are how many the store refers to; ``missing`` and ``changed`` those that are not
    there, or no longer have their hash.
    """

    files: int
    missing: tuple[Reference, ...]
    changed: tuple[Reference, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is missing or changed."""
        return not (self.missing or self.changed)


def archive_state(store: Store, archive: Path) -> ArchiveState:
    """Read every file that the store refers to and compare it with its hash."""
    by_hash: dict[str, list[Reference]] = {}
    for reference in store.references():
        by_hash.setdefault(reference.sha256, []).append(reference)
    missing: list[Reference] = []
    changed: list[Reference] = []
    for sha, named in sorted(by_hash.items()):
        found = sorted((archive / sha[:2]).glob(f"{sha}*"))
        if not found:
            missing += named
        elif not any(_hash(file) == sha for file in found):
            changed += named
    return ArchiveState(len(by_hash), _in_order(missing), _in_order(changed))


def _hash(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _in_order(found: Sequence[Reference]) -> tuple[Reference, ...]:
    return tuple(sorted(found, key=lambda r: (r.period, r.name)))
