"""What the database refers to in the archive, by hash."""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy import Connection, select

from pipeline.store.records import Reference
from pipeline.store.tables import composed, input, issue, submission


def references(connection: Connection) -> tuple[Reference, ...]:
    """Return every file that the archive must hold, each once, by period and name."""
    found = set()
    for period, name, sha in connection.execute(
        select(submission.c.period_id, submission.c.name, submission.c.sha256)
    ):
        found.add(Reference(period, name, sha))
    for period, name, sha in connection.execute(
        select(input.c.period_id, input.c.name, input.c.sha256)
    ):
        if PurePosixPath(name).suffix:  # the others are hashes of what the store itself holds
            found.add(Reference(period, name, sha))
    for row in connection.execute(select(composed)):
        named = (("inputs.json", row.inputs), ("briefing.docx", row.briefing))
        for name, sha in (*named, ("run.json", row.manifest)):
            found.add(Reference(row.period_id, name, sha))
    for row in connection.execute(select(issue)):
        named = (("signed.docx", row.signed), ("issued.docx", row.issued))
        for name, sha in (*named, ("inputs.json", row.inputs), ("run.json", row.manifest)):
            found.add(Reference(row.period_id, name, sha))
    return tuple(sorted((r for r in found if r.sha256), key=lambda r: (r.period, r.name, r.sha256)))
