"""What a period depends on beside its originals, kept so that it can be computed again.

Files go into the archive under their hash; of what the store holds itself (the roster before the
period, what earlier periods counted) only the hash is noted. Names are those of a folder's files,
so that a person who looks into the archive finds a file by name and hash in ``run.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline import __version__
from pipeline.collect import checked, keep_bytes
from pipeline.model import Called, Decision, Earlier, FigureRef, Number, Period
from pipeline.profile.schema import Profile

PERIOD = "period.json"
COLLECTED = "collected.json"
DECISIONS = "decisions.json"
REGISTRY = "enterprises.xlsx"
TEMPLATE = "briefing.docx"
CONFIGURATION = "taizhang.toml"
PREVIOUS = "previous_run"
FIGURES = "figures"
_LIST = ".json"
_PROFILES, _ROSTERS, _SINCE, _EARLIER = "profiles/", "rosters/", "since/", "earlier/"
_CALLS = "roll_calls/"
_MANIFEST = {
    "period": PERIOD, "collected": COLLECTED, "registry": REGISTRY, "template": TEMPLATE,
    "configuration": CONFIGURATION, "decisions": DECISIONS, "previous_run": PREVIOUS,
}  # fmt: skip
"""The manifest's names for those that are one of their kind."""


RollCalls = Mapping[str, Mapping[str, Called]]
"""Roll calls of a ledger by period and enterprise."""


@dataclass(frozen=True)
class Inputs:
    """``files`` by name, and ``hashes`` of what is kept elsewhere, by name."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)

    def with_file(self, name: str, data: bytes) -> Inputs:
        """Return them with one more file."""
        return replace(self, files={**self.files, name: data})

    def with_hash(self, name: str, digest: str) -> Inputs:
        """Return them with the hash of something else that is kept elsewhere."""
        return replace(self, hashes={**self.hashes, name: digest})

    @property
    def all_hashes(self) -> dict[str, str]:
        """The hash of each by its name."""
        own = {name: hashlib.sha256(data).hexdigest() for name, data in self.files.items()}
        return {**own, **self.hashes}

    def told(self) -> dict[str, Any]:
        """Return the hashes as the manifest lists them, None for what there is not."""
        return listed(self.all_hashes)

    @property
    def digest(self) -> str:
        """One hash that stands for them all."""
        return hashlib.sha256(_json(self.all_hashes)).hexdigest()

    def kept(self, archive: Path) -> None:
        """Put the files into the archive. Raises ImpossibleError where it can't be written."""
        for name, data in sorted(self.files.items()):
            keep_bytes(data, PurePosixPath(name).suffix, archive)
        keep_bytes(_json(self.all_hashes), _LIST, archive)  # its hash is the digest of them all


def hashes_of(digest: str, archive: Path) -> dict[str, str]:
    """Return the hashes of a run's inputs by name, from the digest of them all.

    Raises ImpossibleError where the archive has lost the list.
    """
    place = checked(archive, digest, _LIST, "inputs.json")
    return {str(name): str(sha) for name, sha in json.loads(place.read_bytes()).items()}


def listed(hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return hashes of inputs, by their names, as the manifest lists them."""
    return {
        "profiles": _under(hashes, _PROFILES),
        "rosters": _under(hashes, _ROSTERS),
        "since": _under(hashes, _SINCE),
        "earlier": _under(hashes, _EARLIER),
        "roll_calls": _under(hashes, _CALLS),
        **{name: hashes.get(file) for name, file in _MANIFEST.items()},
    }


def _under(hashes: Mapping[str, str], folder: str) -> dict[str, str]:
    return {
        PurePosixPath(name).stem: digest
        for name, digest in hashes.items()
        if name.startswith(folder)
    }


def asked(period: Period, profiles: Sequence[Profile], options: Mapping[str, Any]) -> bytes:
    """Return what a run was asked for, as the file PERIOD.

    ``options`` is how it is to write, in values that JSON knows: the language and such.
    """
    ledgers = [{"id": p.id, "as_of": str(period.as_of[p.id])} for p in profiles]
    told = {"taizhang": __version__, "period": period.id, "ledgers": ledgers, "options": options}
    return _json(told)


def inputs_of(
    profiles: Sequence[Profile],
    template: Path,
    *,
    registry: Path | None = None,
    configuration: Path | None = None,
    decisions: Sequence[Decision] = (),
    rosters: Mapping[str, str] | None = None,
    since: Mapping[str, str] | None = None,
    earlier: Mapping[str, Sequence[Earlier]] | None = None,
    calls: Mapping[str, RollCalls] | None = None,
    previous: str | None = None,
) -> Inputs:
    """Return the inputs of a run before anything is collected.

    Profiles are kept as they were used: aliases, and who must report in this campaign, are in them.
    ``rosters`` are the hashes of the rosters before the period by ledger, ``since`` those of the
    rosters compared with where these are others, ``earlier`` what the periods before counted,
    ``calls`` who reported in them, ``previous`` the hash of the manifest before.
    """
    # What is said, not what goes without saying: a default need not be a value that may be said.
    told = {p.id: p.model_dump_json(indent=1, exclude_defaults=True) for p in profiles}
    files = {f"{_PROFILES}{name}.json": text.encode() for name, text in told.items()}
    files[DECISIONS] = _json([asdict(each) for each in decisions])
    paths = {TEMPLATE: template, REGISTRY: registry, CONFIGURATION: configuration}
    for name, path in paths.items():
        if path is not None and path.is_file():
            files[name] = path.read_bytes()
    hashes = {f"{_ROSTERS}{ledger}": digest for ledger, digest in (rosters or {}).items()}
    hashes |= {f"{_SINCE}{ledger}": digest for ledger, digest in (since or {}).items()}
    hashes |= {
        f"{_EARLIER}{ledger}": periods_hash(then) for ledger, then in (earlier or {}).items()
    }
    hashes |= {f"{_CALLS}{ledger}": called_hash(then) for ledger, then in (calls or {}).items()}
    return Inputs(files, hashes | ({PREVIOUS: previous} if previous else {}))


def roster_hashes(hashes: Mapping[str, str], ledger: str) -> set[str]:
    """Return the hashes of a ledger's rosters before the period and compared with, by name."""
    found = (hashes.get(f"{folder}{ledger}") for folder in (_ROSTERS, _SINCE))
    return {digest for digest in found if digest is not None}


def earlier_hash(hashes: Mapping[str, str], ledger: str) -> str | None:
    """Return the hash of what the periods before counted of a ledger, from the hashes by name."""
    return hashes.get(f"{_EARLIER}{ledger}")


def calls_hash(hashes: Mapping[str, str], ledger: str) -> str | None:
    """Return the hash of a ledger's roll calls before the period, from the hashes by name."""
    return hashes.get(f"{_CALLS}{ledger}")


def called_hash(calls: RollCalls) -> str:
    """Return the hash of roll calls of earlier periods."""
    told = {period: {n: asdict(one) for n, one in c.items()} for period, c in calls.items()}
    return hashlib.sha256(_json(told)).hexdigest()


def periods_hash(earlier: Sequence[Earlier]) -> str:
    """Return the hash of what earlier periods counted of a ledger: same dates and figures, same."""
    told = [
        [then.period, str(then.as_of), {n: _number(v) for n, v in then.figures.items()}]
        for then in earlier
    ]
    return hashlib.sha256(_json(told)).hexdigest()


@dataclass(frozen=True)
class Archived:
    """A period's inputs, found whole in the archive: where each file lies, by its name."""

    places: Mapping[str, Path]

    @classmethod
    def find(cls, hashes: Mapping[str, str], archive: Path) -> Archived:
        """Find the files of a period; ImpossibleError names one that is missing or was changed."""
        files = {name: sha for name, sha in hashes.items() if PurePosixPath(name).suffix}
        return cls(
            {
                name: checked(archive, digest, PurePosixPath(name).suffix, name)
                for name, digest in sorted(files.items())
            }
        )

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        return self.places[name].read_bytes()

    @property
    def period(self) -> Period:
        """The period, its ledgers in their order."""
        told = json.loads(self.read(PERIOD))
        as_of = {one["id"]: date.fromisoformat(one["as_of"]) for one in told["ledgers"]}
        return Period(told["period"], as_of)

    @property
    def options(self) -> Mapping[str, Any]:
        """How the run was asked to write."""
        found: Mapping[str, Any] = json.loads(self.read(PERIOD))["options"]
        return found

    @property
    def version(self) -> str:
        """The program's version that ran the period."""
        return str(json.loads(self.read(PERIOD))["taizhang"])

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profiles, the main ledger's first."""
        return tuple(
            Profile.model_validate_json(self.read(f"{_PROFILES}{ledger}.json"))
            for ledger in self.period.as_of
        )

    def decisions(self, ledger: str) -> tuple[Decision, ...]:
        """The rulings on a ledger that there were, in the order in which they were recorded."""
        every = (Decision(**one) for one in json.loads(self.read(DECISIONS)))
        return tuple(one for one in every if one.ledger == ledger)


def figures_hash(figures: Mapping[FigureRef, Number]) -> str:
    """Return the hash of figures: two runs that counted alike have the same."""
    lines = sorted(
        [ref.ledger, ref.figure, ref.by, ref.at, _number(number)] for ref, number in figures.items()
    )
    return hashlib.sha256(_json(lines)).hexdigest()


def _number(number: Number) -> str | None:
    return None if number is None else str(number)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
