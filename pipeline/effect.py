"""What doubts could change: how low and how high each headline figure may still go.

An item in doubt may turn out to have any status of the ledger; that it leaves the list only where
its row says so. Each figure's bounds are its own: not all of them are reached at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.count import Ledger, percent
from pipeline.model import CONFIRMED, ITEM_ID, STANDING, FigureRef, Number, typed
from pipeline.profile.base import When
from pipeline.rules.algebra import condition, mask
from pipeline.states import with_states


@dataclass(frozen=True, slots=True)
class Effect:
    """A figure as it stands, and the least and the most that it may become."""

    figure: str
    now: Number
    least: Number
    most: Number


@dataclass(frozen=True, slots=True)
class Stake:
    """What one item in doubt could do to a figure: add ``least`` (0 or less) to ``most``."""

    figure: str
    least: int
    most: int


def claimed_off(findings: pa.Table) -> frozenset[str]:
    """Items whose rows say that they leave the list, not ruled on."""
    open_ = pc.and_(
        pc.equal(findings["code"], "removal-claimed"), pc.equal(findings["severity"], "E")
    )
    return frozenset(findings.filter(open_)["subject"].to_pylist())


def effects(
    ledger: Ledger, figures: Mapping[FigureRef, Number], claimed: Collection[str]
) -> tuple[Effect, ...]:
    """Return the headline figures that items in doubt could change, in the profile's order.

    ``claimed`` are items whose rows say that they leave the list.
    """
    profile = ledger.profile
    doubted = _doubted(ledger)
    if not doubted.num_rows:
        return ()
    cases = _cases(doubted, ledger, claimed)
    found: dict[str, Effect] = {}
    for name in profile.headline:
        figure = profile.figure(name)
        now = figures[FigureRef(profile.id, name)]
        if figure.kind == "count" and figure.table == "roster":
            held, must, can = _bounds(doubted, cases, figure.where, ledger)
            base = int(now or 0) - int(held.sum())
            found[name] = Effect(name, now, base + int(must.sum()), base + int(can.sum()))
        elif figure.kind == "ratio" and figure.of in found:
            whole = found.get(str(figure.over))
            if whole is None or whole.least == whole.most:
                part, over = found[figure.of], figures[FigureRef(profile.id, str(figure.over))]
                least, most = percent(part.least, over), percent(part.most, over)
                found[name] = Effect(name, now, least, most)
    return tuple(effect for effect in found.values() if effect.least != effect.most)


def stakes(ledger: Ledger, claimed: Collection[str]) -> dict[str, tuple[Stake, ...]]:
    """Return, for each item in doubt, what settling it alone could do to the headline figures.

    Told are counts; of a rate see ``effects``. Items are in the roster's order.
    """
    profile = ledger.profile
    doubted = _doubted(ledger)
    found: dict[str, list[Stake]] = {item: [] for item in doubted[ITEM_ID].to_pylist()}
    if not found:
        return {}
    cases = _cases(doubted, ledger, claimed)
    for name in profile.headline:
        figure = profile.figure(name)
        if figure.kind != "count" or figure.table != "roster":
            continue
        held, must, can = _bounds(doubted, cases, figure.where, ledger)
        for item, now, least, most in zip(found, held, must, can, strict=True):
            if least != most:
                found[item].append(Stake(name, int(least) - int(now), int(most) - int(now)))
    return {item: tuple(each) for item, each in found.items()}


def _bounds(
    doubted: pa.Table, cases: list[tuple[pa.Table, np.ndarray]], where: When, ledger: Ledger
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which items in doubt a count holds now, which it holds whatever is ruled, which it may."""
    inside = [(_held(states, where, ledger), open_to) for states, open_to in cases]
    can = np.any([held & open_to for held, open_to in inside], axis=0)
    must = np.all([held | ~open_to for held, open_to in inside], axis=0)
    return _held(doubted, where, ledger), must, can


def _doubted(ledger: Ledger) -> pa.Table:
    """Items whose last row is in doubt, and those that were never confirmed."""
    roster, stages = ledger.roster, ledger.profile.stages
    asked = pc.equal(roster.column(STANDING), "asked")
    never = pc.equal(roster.column(stages.partition), stages.undecided)
    gone = pc.is_in(roster.column(stages.partition), pa.array(stages.removed, pa.string()))
    return roster.filter(pc.and_(pc.or_(asked, never), pc.invert(gone)))


def _cases(
    doubted: pa.Table, ledger: Ledger, claimed: Collection[str]
) -> list[tuple[pa.Table, np.ndarray]]:
    """Each status that there is: the items as they would stand with it, and which may have it."""
    profile = ledger.profile
    stage, status = profile.stages.partition, typed(profile.status_column)
    leaving = np.array([item in claimed for item in doubted[ITEM_ID].to_pylist()])
    cases = []
    for choice in profile.column(profile.status_column).choices:
        size = doubted.num_rows
        ruled = _put(doubted, status, pa.repeat(choice.value, size))
        states = with_states(_put(ruled, CONFIRMED, pa.repeat(True, size)), profile, ledger.as_of)
        parts = states.column(stage).to_pylist()
        open_to = np.array([part not in profile.stages.removed for part in parts]) | leaving
        cases.append((states, open_to))
    return cases


def _put(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _held(rows: pa.Table, where: When, ledger: Ledger) -> np.ndarray:
    return np.array(mask(condition(where), rows, ledger.as_of).to_pylist())
