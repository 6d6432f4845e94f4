"""What a period took in and found, called back from the archive without computing it again."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.collect import checked, fit_suffix
from pipeline.errors import ImpossibleError
from pipeline.findings import findings_table
from pipeline.inputs import COLLECTED
from pipeline.store import Store

_FINDINGS = "findings.parquet"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that a period took in: ``state`` is read, or what became of it (see ``Passed``)."""

    name: str
    sha256: str
    suffix: str
    size: int
    state: str
    about: str = ""
    sender: str = ""
    sent_at: str = ""


@dataclass(frozen=True)
class Recalled:
    """A period's files in the order of their ids, those passed over, and its standing findings.

    ``lost`` tells, in words, what the archive no longer holds.
    """

    period: str
    files: tuple[Arrived, ...]
    passed: tuple[Arrived, ...]
    findings: pa.Table
    lost: tuple[str, ...] = ()

    @property
    def names(self) -> Mapping[int, str]:
        """Names of the files by their submissions' ids."""
        return {number: file.name for number, file in enumerate(self.files)}


def recall(store: Store, archive: Path, period: str, subject: str | None = None) -> Recalled:
    """Return what a period took in and found; with ``subject`` its findings on that item alone."""
    told: dict[str, list[dict[str, object]]] = {}
    found, lost = findings_table(), []
    try:
        place = checked(archive, store.inputs(period).get(COLLECTED, ""), ".json", COLLECTED)
        told = json.loads(place.read_bytes())
    except ImpossibleError as error:
        lost.append(error.message)
    try:
        place = checked(archive, store.outputs(period).get(_FINDINGS, ""), ".parquet", _FINDINGS)
        found = pq.read_table(io.BytesIO(place.read_bytes()))
    except ImpossibleError as error:
        lost.append(error.message)
    found = found.filter(pc.invert(found.column("trial")))
    if subject is not None:
        found = found.filter(pc.fill_null(pc.equal(found.column("subject"), subject), False))
    files = [*told.get("submissions", ()), *told.get("calls", ())]
    passed = told.get("passed", ())
    return Recalled(
        period,
        tuple(_arrived(one, str(one["suffix"]), "read") for one in files),
        tuple(_arrived(one, fit_suffix(str(one["name"])), str(one["state"])) for one in passed),
        found,
        tuple(lost),
    )


def _arrived(one: Mapping[str, object], suffix: str, state: str) -> Arrived:
    return Arrived(
        name=str(one["name"]),
        sha256=str(one["sha256"]),
        suffix=suffix,
        size=int(str(one["size"])),
        state=state,
        about=str(one.get("about", "")),
        sender=str(one.get("sender", "")),
        sent_at=str(one.get("sent_at", "")),
    )
