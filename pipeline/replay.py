"""A period computed once more, from what the workspace kept of it: nothing that changed since
plays a part, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import pyarrow as pa

from pipeline import __version__
from pipeline.collect import taken_again
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
    roster_hash,
)
from pipeline.job import Job, Progress, Watch
from pipeline.model import Called, Decision, Earlier
from pipeline.profile.schema import Profile
from pipeline.store import Store, StoredPeriod
from pipeline.store.database import Database
from pipeline.workspace import Workspace, load_registry
from pipeline.write.report import Report


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
        if self.roster_digest(ledger, before) != roster_hash(self._hashes, ledger):
            raise _tampered(ledger, before, "名册")
        return super().roster(ledger, before, schema)

    def earlier(self, ledger: str, before: str) -> tuple[Earlier, ...]:
        found = super().earlier(ledger, before)
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
    tried: Profile | None = None,
    run: str = "",
) -> Replay:
    """Compute a period again from the archived originals, profiles, registry and rulings.

    It is the period's newest run, or an earlier one by the digest of its inputs (``run``).

    The roster before it and the figures of earlier periods are the store's, their hashes compared.
    ``tried`` stands in for the profile of its ledger: what would have come out by it. Raises
    UsageError where there is no such period or nothing of it was kept; ImpossibleError where a file
    in the archive is missing or was changed, or, with nothing tried, other figures come out than
    did.
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
    if tried is not None:
        used = (tried if each.id == tried.id else each for each in job.profiles)
        job = replace(job, profiles=tuple(used))
    report = examine(job, collected, Watch(progress))
    if tried is None and figures_hash(report.figures) != hashes[FIGURES]:
        raise _differs(period_id, archived.version)
    return Replay(job, report, stored, Inputs(hashes=hashes))


def form_of(workspace: Workspace, period_id: str) -> Form:
    """Return the form in which a period's briefing was last written."""
    with Store.open(workspace.database) as store:
        archived = Archived.find(store.inputs(period_id), workspace.archive)
    return "daily" if archived.options["daily"] else "weekly"


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
