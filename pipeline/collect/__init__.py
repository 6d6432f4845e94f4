"""Collect: what arrived, by its bytes, out of folders, archives and mails."""

from pipeline.collect.folder import collect, collect_files, keep
from pipeline.collect.kept import checked, fit_suffix, keep_bytes, kept_in
from pipeline.collect.kinds import Collected, Passed
from pipeline.collect.phone import with_records
from pipeline.collect.snapshot import snapshot, taken_again

__all__ = [
    "Collected",
    "Passed",
    "checked",
    "collect",
    "collect_again",
    "collect_files",
    "fit_suffix",
    "keep",
    "keep_bytes",
    "kept_in",
    "snapshot",
    "taken_again",
    "with_records",
]
