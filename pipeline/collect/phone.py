"""Take in what was told by phone: the records of a workspace that are new by the as-of date."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.collect.folder import keep
from pipeline.collect.kinds import Collected
from pipeline.errors import ImpossibleError
from pipeline.model import Submission
from pipeline.phone import SUFFIX, PhoneRecord, parsed

FOLDER = "records"
_LARGEST = 2_000_000


def with_records(
    collected: Collected,
    folder: Path | None,
    archive: Path | None,
    taken_before: Mapping[str, str],
    as_of: Mapping[str, date],
) -> Collected:
    """Return ``collected`` with the records in ``folder`` on ledgers in ``as_of``, as its calls.

    Left out are those told after the ledger's date and those that an earlier period took in, by
    their hash. A call's submission is called ``records/`` and the file's name. Raises
    ConfigurationError for a file that is no record, ImpossibleError where one can't be read or
    archived.
    """
    if folder is None or not folder.is_dir():
        return collected
    first = len(collected.submissions)
    found: list[tuple[Submission, PhoneRecord]] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        data = _bytes(path)
        digest = hashlib.sha256(data).hexdigest()
        name = f"{FOLDER}/{path.name}"
        record = parsed(data, name)
        if record.day > as_of.get(record.ledger, date.min) or digest in taken_before:
            continue
        kept = keep(path, archive) if archive is not None else path
        submission = Submission(
            first + len(found), name, digest, kept, len(data), record.told_by, record.told_at
        )
        found.append((submission, record))
    return replace(collected, calls=tuple(found))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST + 1)
    except OSError as error:
        raise ImpossibleError(
            f"读不了 {path}：{error.strerror}", "请检查权限，或关闭占用它的程序"
        ) from error
