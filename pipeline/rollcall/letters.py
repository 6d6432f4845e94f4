"""What mails and scans say of who filed: nil returns in words, links, stamped copies.

A mail's words are never a report by themselves: a finding quotes them, and a ruling that accepts it
makes the roll call count them. They matter only where the enterprise sent no ledger that tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

import pyarrow as pa

from pipeline.findings import finding, findings_table
from pipeline.model import Letter, RollCall
from pipeline.profile.schema import Profile
from pipeline.registry import Registry
from pipeline.rollcall.call import must_report
from pipeline.rollcall.filings import Filing, state_of

_CODE: Final = "nil-in-mail"


def writer_of(letter: Letter, registry: Registry) -> str | None:
    """Return whom a letter speaks for: the one its sentence names, its sender, its file's name."""
    told = [registry.named_in(letter.sentence), registry.sent_by(letter.sender)]
    place = PurePosixPath(letter.name)
    told += [registry.named_in(part.name) for part in (place, *place.parents)]
    return next((match.sure for match in told if match.found), None)


def claims(
    letters: Sequence[Letter],
    filed: Mapping[str, Filing],
    registry: Registry,
    profile: Profile,
) -> tuple[dict[str, Letter], pa.Table]:
    """Return the letters that claim a filing of an enterprise that is missing, and their findings.

    Of several letters of one enterprise the one sent last is taken.
    """
    expected = {
        e.name for e in registry.enterprises if profile.reported and must_report(e, profile)
    }
    found: dict[str, Letter] = {}
    for letter in sorted(letters, key=_when):
        writer = writer_of(letter, registry) if letter.filing else None
        if writer in expected and state_of(filed.get(writer)) == RollCall.MISSING:
            found[writer] = letter
    records = [
        finding(
            _CODE, "W", ledger=profile.id, enterprise=writer, subject=letter.id,
            value=letter.sentence, params=_told(letter),
        )
        for writer, letter in sorted(found.items())
    ]  # fmt: skip
    return found, findings_table(records)


def _when(letter: Letter) -> tuple[float, str]:
    """When a letter was sent, in whatever zone; one that does not tell comes first."""
    sent = letter.sent_at
    return datetime.fromisoformat(sent).timestamp() if sent else 0.0, letter.name


def accepted(
    filed: Mapping[str, Filing], claimed: Mapping[str, Letter], ruled: pa.Table
) -> tuple[dict[str, Filing], dict[str, str]]:
    """Return the filings with those claims that were accepted, and the others: name -> state.

    ``ruled`` are the findings after ruling: what was accepted has become a note.
    """
    taken = {
        subject
        for code, severity, subject in zip(
            *(ruled[name].to_pylist() for name in ("code", "severity", "subject")), strict=True
        )
        if code == _CODE and severity == "I"
    }
    told = dict(filed)
    open_ = {}
    for name, letter in claimed.items():
        if letter.id not in taken:
            open_[name] = letter.filing
            continue
        nil = letter.filing == RollCall.NIL
        told[name] = replace(filed.get(name, Filing()), nil=nil, unchanged=not nil)
    return told, open_


def unattributed(letters: Iterable[Letter], registry: Registry) -> pa.Table:
    """Return a finding for each claim of which nobody can tell whose it is."""
    return findings_table(
        [
            finding(_CODE, "W", value=letter.sentence, params=_told(letter) | {"message": _UNKNOWN})
            for letter in letters
            if letter.filing and writer_of(letter, registry) is None
        ]
    )


_UNKNOWN: Final = "nil-in-mail-unknown"


def linked(letters: Iterable[Letter], registry: Registry) -> pa.Table:
    """Return a finding for each mail that leads to a file elsewhere."""
    return findings_table(
        [
            finding("link-in-mail", "W", enterprise=writer_of(letter, registry),
                    params=_told(letter) | {"links": list(letter.links)})
            for letter in letters
            if letter.links
        ]
    )  # fmt: skip


def _told(letter: Letter) -> dict[str, str]:
    return {
        "file": letter.name, "who": letter.sender, "sent": letter.sent_at, "filing": letter.filing,
    }  # fmt: skip


def stamped_by(
    scans: Iterable[tuple[str, str]], owners: Mapping[str, Iterable[str]], registry: Registry
) -> frozenset[str]:
    """Return the enterprises that sent a stamped copy of a ledger.

    ``scans`` are the stamped files with the ledger that each belongs to, "" where that is not
    known; ``owners`` maps ledger files to the enterprises that they are from. Without a ledger the
    scan's own name and folder tell.
    """
    found: set[str] = set()
    for name, book in scans:
        if owners.get(book):
            found.update(owners[book])
            continue
        place = PurePosixPath(name)
        told = (registry.named_in(part.name) for part in (place, *place.parents))
        found.update(match.sure for match in told if match.sure)
    return frozenset(found)
