"""A period computed once more, from what the workspace kept of it: nothing that changed since
plays a part, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import pyarrow as pa

from pipeline import __version__
from pipeline.collect import Collected, taken_again
from pipeline.configuration import Configuration, Form, load_configuration
from pipeline.errors import ImpossibleError, UsageError
from pipeline.examine import examine
from pipeline.inputs import (
    COLLECTED,
    CONFIGURATION,
    FIGURES,
    REGISTRY,
    TEMPLATE,
    Archived,
    Inputs,
    called_hash,
    calls_hash,
    earlier_hash,
    figures_hash,
    hashes_of,
    periods_hash,
    roster_hashes,
)
from pipeline.job import Job, Progress, Watch
from pipeline.model import Called, Decision, Earlier, Period
from pipeline.profile.schema import Profile
from pipeline.store import Store, StoredPeriod
from pipeline.store.database import Database
from pipeline.workspace import Workspace, load_registry
from pipeline.write.report import Report


@dataclass(frozen=True)
class Run:
    """A run as it was asked for: its ``job``, what it had ``collected``, its inputs in the archive.

    ``hashes`` are those of all inputs by name. Parts of it may be exchanged, and it examined then.
    """

    job: Job
    collected: Collected
    stored: StoredPeriod
    archived: Archived
    hashes: Mapping[str, str]

    def examined(self, progress: Progress = lambda *_: None) -> Report:
        """Compute what comes out of it."""
        return examine(self.job, self.collected, Watch(progress))

    def with_profile(self, profile: Profile) -> Run:
        """Return it with another profile of its ledger."""
        used = (profile if each.id == profile.id else each for each in self.job.profiles)
        return replace(self, job=replace(self.job, profiles=tuple(used)))

    def counted_alike(self, report: Report) -> bool:
        """Tell whether a report of it has the figures that came out then.

        Raises ImpossibleError where they differ though the program's version is the same.
        """
        alike = figures_hash(report.figures) == self.hashes[FIGURES]
        if not alike and self.archived.version == __version__:
            raise _differs(self.stored.id, self.archived.version)
        return alike


@dataclass(frozen=True)
class Replay:
    """A period as it was: the ``job`` that its run was, its report, and what it was made from."""

    job: Job
    report: Report
    stored: StoredPeriod
    inputs: Inputs


class _StoreThen(Store):
    """The store as a period's run found it: rulings from the archive, its own content proved."""

    def __init__(self, database: Database, archived: Archived, hashes: Mapping[str, str]) -> None:
        super().__init__(database)
        self._archived = archived
        self._hashes = hashes

    @classmethod
    def of(cls, path: Path, archived: Archived, hashes: Mapping[str, str]) -> Self:
        """Open the database at ``path``, which is there and up to date."""
        return cls(Database(path), archived, hashes)

    def decisions(self, ledger: str) -> tuple[Decision, ...]:
        return self._archived.decisions(ledger)

    def roster(self, ledger: str, before: str, schema: pa.Schema) -> pa.Table:
        if self.roster_digest(ledger, before) not in roster_hashes(self._hashes, ledger):
            raise _tampered(ledger, before, "名册")
        return super().roster(ledger, before, schema)

    def earlier(self, ledger: str, before: str, since: str = "") -> tuple[Earlier, ...]:
        found = super().earlier(ledger, before, since)
        if periods_hash(found) != earlier_hash(self._hashes, ledger):
            raise _tampered(ledger, before, "各期数字")
        return found

    def roll_calls(self, ledger: str, before: str) -> dict[str, dict[str, Called]]:
        found = super().roll_calls(ledger, before)
        if called_hash(found) != calls_hash(self._hashes, ledger):
            raise _tampered(ledger, before, "各期报送情况")
        return found


def _tampered(ledger: str, before: str, what: str) -> ImpossibleError:
    return ImpossibleError(
        f"台账库中『{ledger}』在 {before} 一期之前的{what}与当时的不同，台账库可能被改动",
        "请从备份恢复 taizhang.db 后重试",
    )


def replayed(
    workspace: Workspace,
    period_id: str,
    workers: int = 2,
    progress: Progress = lambda *_: None,
    run: str = "",
) -> Replay:
    """Compute a period again from the archived originals, profiles, registry and rulings.

    Raises as ``reopened`` does, and ImpossibleError where other figures come out than did.
    """
    again = reopened(workspace, period_id, workers, run)
    report = again.examined(progress)
    if not again.counted_alike(report):
        raise _differs(period_id, again.archived.version)
    return Replay(again.job, report, again.stored, Inputs(hashes=again.hashes))


def reopened(workspace: Workspace, period_id: str, workers: int = 2, run: str = "") -> Run:
    """Return a run as it was: the period's newest, or an earlier one by the digest of its inputs.

    The roster before it and the figures of earlier periods are the store's, their hashes compared
    when they are asked for. Raises UsageError where there is no such period or nothing of it was
    kept; ImpossibleError where a file in the archive is missing or was changed.
    """
    stored = stored_period(workspace, period_id)
    with Store.open(workspace.database) as store:
        hashes = hashes_of(run, workspace.archive) if run else store.inputs(period_id)
    if not hashes:
        raise UsageError(
            f"{period_id} 这一期汇总时还没有存档输入，不能重算",
            f"如这一期尚未发布，请重新运行 taizhang merge --as-of {period_id}",
        )
    archived = Archived.find(hashes, workspace.archive)
    try:
        store_then = _StoreThen.of(workspace.database, archived, hashes)
        job = _job(workspace, archived, store_then, workers)
        collected = taken_again(archived.read(COLLECTED), workspace.archive)
    except (KeyError, TypeError, ValueError) as error:
        raise ImpossibleError(
            f"{period_id} 一期的存档输入由另一版本的 taizhang 写出，本版本（{__version__}）读不懂",
            "请用汇总该期时的版本；如这一期尚未发布，也可重新 merge",
        ) from error
    return Run(job, collected, stored, archived, hashes)


def between(workspace: Workspace, one: Run, other: Run, taken: Collection[str]) -> Run:
    """Return a run like ``one`` but for the parts in ``taken``, which are the other's.

    Parts are ``as_of``, ``files`` (with the roster that they came upon), ``rulings``, ``registry``
    and ``profile``. Ledgers that the run with the files did not have are left out.
    """
    said = {part: other if part in taken else one for part in PARTS}
    base = said["files"]
    known = base.job.period.as_of
    profiles = tuple(p for p in said["profile"].job.profiles if p.id in known)
    dates, own = said["as_of"].job.period.as_of, said["profile"].job.period.as_of
    as_of = {p.id: dates.get(p.id, own[p.id]) for p in profiles}
    store = _StoreThen.of(workspace.database, said["rulings"].archived, base.hashes)
    job = replace(
        base.job,
        period=Period(base.job.period.id, as_of),
        profiles=profiles,
        registry=said["registry"].job.registry,
        store=store,
    )
    return replace(base, job=job)


PARTS = ("as_of", "files", "rulings", "registry", "profile")
"""What may differ between two runs, in the order in which it is exchanged to tell why."""


def written_as(workspace: Workspace, period_id: str) -> tuple[Form, str]:
    """Return the form in which a period's briefing was last written, and what it compares with."""
    with Store.open(workspace.database) as store:
        archived = Archived.find(store.inputs(period_id), workspace.archive)
    form: Form = "daily" if archived.options["daily"] else "weekly"
    return form, archived.options["since"]


def stored_period(workspace: Workspace, period_id: str) -> StoredPeriod:
    """Return a period of the workspace; UsageError where there is none of that id."""
    periods: tuple[StoredPeriod, ...] = ()
    if workspace.database.is_file():
        with Store.open(workspace.database) as store:
            periods = store.periods()
    for period in periods:
        if period.id == period_id:
            return period
    known = "、".join(p.id for p in periods[-5:]) or "还没有汇总过"
    raise UsageError(f"没有 {period_id} 这一期", f"已有各期：{known}；可用 taizhang status 查看")


def _job(workspace: Workspace, archived: Archived, store: Store, workers: int) -> Job:
    places = archived.places
    told = places.get(CONFIGURATION)
    configuration = load_configuration(told) if told is not None else Configuration()
    return Job(
        folder=workspace.inbox,
        out=workspace.output,
        period=archived.period,
        profiles=archived.profiles,
        registry=load_registry(places.get(REGISTRY, workspace.archive / REGISTRY)),
        template=places[TEMPLATE],
        campaign=configuration.campaign,
        cutoff=configuration.cutoff_rule,
        store=store,
        workers=workers,
        **{**archived.options, "remarks": tuple(archived.options["remarks"])},
    )


def _differs(period_id: str, version: str) -> ImpossibleError:
    if version != __version__:
        return ImpossibleError(
            f"{period_id} 一期由 taizhang {version} 汇总，用本版本（{__version__}）重算，"
            "得出的数与当时不同",
            f"请用 taizhang {version} 核对该期",
        )
    return ImpossibleError(
        f"{period_id} 一期重算得出的数与当时不同",
        "如有加密的台账，请照当时设置 TAIZHANG_PASSWORDS 后重试",
    )
