"""What a run took in, as JSON to be archived, and taken in again from the archive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.collect.kept import checked
from pipeline.collect.kinds import Collected, Passed
from pipeline.model import Letter, Notice, Submission
from pipeline.phone import parsed


def snapshot(collected: Collected) -> bytes:
    """Return names, hashes and senders of what was taken in; the bytes lie in the archive."""
    told = {
        "submissions": [_told(one) for one in collected.submissions],
        "passed": [asdict(one) for one in collected.passed],
        "letters": [asdict(one) for one in collected.letters],
        "calls": [_told(one) for one, _ in collected.calls],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def taken_again(data: bytes, archive: Path) -> Collected:
    """Return what ``snapshot`` told of, read from the archive and nowhere else.

    Raises ImpossibleError, naming the file, where an original is missing or was changed.
    """
    told = json.loads(data)
    submissions = [_submission(n, one, archive) for n, one in enumerate(told["submissions"])]
    calls = [
        _submission(n, one, archive) for n, one in enumerate(told["calls"], start=len(submissions))
    ]
    return Collected(
        submissions=tuple(submissions),
        passed=tuple(Passed(**one) for one in told["passed"]),
        letters=tuple(Letter(**{**one, "links": tuple(one["links"])}) for one in told["letters"]),
        calls=tuple((one, parsed(one.path.read_bytes(), one.name)) for one in calls),
    )


def _told(one: Submission) -> dict[str, Any]:
    return {
        "name": one.name,
        "sha256": one.sha256,
        "suffix": one.path.name.partition(one.sha256)[2],
        "size": one.size,
        "sender": one.sender,
        "sent_at": one.sent_at,
        "fault": asdict(one.fault) if one.fault is not None else None,
    }


def _submission(number: int, told: Mapping[str, Any], archive: Path) -> Submission:
    return Submission(
        id=number,
        name=told["name"],
        sha256=told["sha256"],
        path=checked(archive, told["sha256"], told["suffix"], told["name"]),
        size=told["size"],
        sender=told["sender"],
        sent_at=told["sent_at"],
        fault=Notice(**told["fault"]) if told["fault"] is not None else None,
    )
