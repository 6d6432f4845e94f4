"""Which run is meant: a period's newest, one by its place among the period's, or by its hash."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.errors import UsageError
from pipeline.replay import Run, reopened, stored_period
from pipeline.store import Store
from pipeline.workspace import Workspace

_NAMED: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:#(\d{1,4}))?")
_HASH: Final = re.compile(r"[0-9a-f]{6,64}")


@dataclass(frozen=True, slots=True)
class Told:
    """A run as it is told: its period, the how manieth of how many, hash of inputs and manifest."""

    period: str
    number: int
    of: int
    inputs: str
    manifest: str


def run_meant(workspace: Workspace, text: str) -> tuple[Told, Run]:
    """Return the run that an operator named: ``2020-10-09``, ``2020-10-09#1``, a hash's beginning.

    Raises UsageError where there is none such, or the hash begins several.
    """
    told = _told(workspace, text.strip().lower())
    return told, reopened(workspace, told.period, run=told.inputs)


def _told(workspace: Workspace, text: str) -> Told:
    named = _NAMED.fullmatch(text)
    if named is not None:
        stored_period(workspace, named[1])
        runs = _runs(workspace, named[1])
        number = int(named[2]) if named[2] else len(runs)
        if not runs and not named[2]:
            return Told(named[1], 0, 0, "", "")
        if not 1 <= number <= len(runs):
            raise UsageError(
                f"{named[1]} 一期没有第 {number} 次汇总，共有 {len(runs)} 次",
                f"请写 {named[1]}#1 至 {named[1]}#{len(runs)}；不写 # 为最近一次",
            )
        return runs[number - 1]
    found = _by_hash(workspace, text) if _HASH.fullmatch(text) else []
    if len({one.inputs for one in found}) != 1:
        known = "有几次汇总的编号这样开头" if found else "没有这样一次汇总"
        raise UsageError(
            f"『{text}』：{known}",
            "请写期次（2020-10-09）、第几次（2020-10-09#1），或输入编号的前几位",
        )
    return found[-1]


def _runs(workspace: Workspace, period: str) -> list[Told]:
    with Store.open(workspace.database) as store:
        runs = store.composed(period)
    return [
        Told(period, number, len(runs), one.inputs, one.manifest)
        for number, one in enumerate(runs, 1)
    ]


def _by_hash(workspace: Workspace, text: str) -> list[Told]:
    if not workspace.database.is_file():
        return []
    with Store.open(workspace.database) as store:
        periods = [period.id for period in store.periods()]
    every = [one for period in periods for one in _runs(workspace, period)]
    return [one for one in every if one.inputs.startswith(text)]
