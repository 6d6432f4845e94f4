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
            held = _held(doubted, figure.where, ledger)
            inside = [(_held(states, figure.where, ledger), open_to) for states, open_to in cases]
            can = np.any([held_then & open_to for held_then, open_to in inside], axis=0)
            must = np.all([held_then | ~open_to for held_then, open_to in inside], axis=0)
            base = int(now or 0) - int(held.sum())
            found[name] = Effect(name, now, base + int(must.sum()), base + int(can.sum()))
        elif figure.kind == "ratio" and figure.of in found:
            whole = found.get(str(figure.over))
            if whole is None or whole.least == whole.most:
                part, over = found[figure.of], figures[FigureRef(profile.id, str(figure.over))]
                least, most = percent(part.least, over), percent(part.most, over)
                found[name] = Effect(name, now, least, most)
    return tuple(effect for effect in found.values() if effect.least != effect.most)


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
