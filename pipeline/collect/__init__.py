"""Collect: what arrived, by its bytes, out of folders, archives and mails."""

from pipeline.collect.folder import collect, collect_again, collect_files, keep, kept_in
from pipeline.collect.kinds import Collected, Passed
from pipeline.collect.phone import with_records

__all__ = [
    "Collected",
    "Passed",
    "collect",
    "collect_again",
    "collect_files",
    "keep",
    "kept_in",
    "with_records",
]
