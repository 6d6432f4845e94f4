"""Gather a dossier: an item's life, files, findings, rulings, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.dossier.files import Paper, papers
from pipeline.dossier.find import Item
from pipeline.dossier.life import Life, life_of
from pipeline.model import Action, Decision
from pipeline.profile.printed import Material
from pipeline.recall import Recalled, recall
from pipeline.rules.algebra import matching
from pipeline.rulings import RULED
from pipeline.store import Store
from pipeline.text import fold
from pipeline.write.told import ToldFinding, told


@dataclass(frozen=True, slots=True)
class Found:
    """A finding on the item, and the first and last period, of ``times``, that told it."""

    finding: ToldFinding
    first: str
    last: str
    times: int


@dataclass(frozen=True, slots=True)
class Need:
    """What the dossier must hold: ``state`` is there, missing or not_yet; ``lacks`` the columns."""

    material: Material
    state: str
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Dossier:
    """All that is known of an item. ``lost`` tells what the archive no longer holds."""

    item: Item
    life: Life
    papers: tuple[Paper, ...]
    findings: tuple[Found, ...]
    rulings: tuple[Decision, ...]
    needs: tuple[Need, ...]
    lost: tuple[str, ...]

    @property
    def open_findings(self) -> tuple[Found, ...]:
        """Findings of the newest period that nobody has ruled on and that ask for something."""
        newest = (f for f in self.findings if f.last == self.item.period)
        return tuple(f for f in newest if f.finding.severity != "I")


def gather(store: Store, archive: Path, item: Item, lang: str, output: str) -> Dossier:
    """Return the item's dossier, its findings told for the readers of ``output``."""
    life = life_of(store.life(item.profile.id, item.id), item.profile)
    born = min((step.period for step in life.steps), default="")
    periods = [p.id for p in store.periods() if p.id >= born and item.profile.id in p.as_of]
    then = [recall(store, archive, period, item.id) for period in periods]
    return Dossier(
        item=item,
        life=life,
        papers=papers(item, life, then, store, archive),
        findings=_findings(then, item, lang, output),
        rulings=_rulings(store.decisions(item.profile.id), item, life, then),
        needs=tuple(_need(material, item) for material in item.profile.dossier),
        lost=tuple(line for recalled in then for line in recalled.lost),
    )


def _findings(then: Sequence[Recalled], item: Item, lang: str, output: str) -> tuple[Found, ...]:
    """Findings over the periods; the same one told again is one with its first and last period."""
    seen: dict[tuple[object, ...], list[tuple[str, ToldFinding]]] = {}
    for recalled in then:
        names = recalled.names
        for each in told(recalled.findings, names, (), (item.profile,), lang, output):
            what = {n: v for n, v in each.params.items() if n not in ("days", "as_of", RULED)}
            ruled = bool(each.params.get(RULED))
            key = (each.code, each.column, json.dumps(what, default=str, sort_keys=True), ruled)
            seen.setdefault(key, []).append((recalled.period, each))
    found = [Found(s[-1][1], s[0][0], s[-1][0], len({p for p, _ in s})) for s in seen.values()]
    grade = {"E": 0, "W": 1, "I": 2}
    return tuple(sorted(found, key=lambda f: (f.first, grade[f.finding.severity], f.finding.code)))


def _rulings(
    rulings: Sequence[Decision], item: Item, life: Life, then: Sequence[Recalled]
) -> tuple[Decision, ...]:
    """Rulings on the item, on texts that stood in its cells, on versions of its files."""
    told = {(s.told.period, s.told.file) for s in life.steps if s.told is not None}
    files = {f.sha256 for r in then for f in r.files if (r.period, f.name) in told}
    texts = {c.id: {fold(t) for t in life.texts(c.id)} for c in item.profile.columns}
    worded = (Action.MEANS, Action.ALIAS)
    return tuple(
        d
        for d in rulings
        if d.subject == item.id
        or (d.action in worded and d.subject in texts.get(d.column, ()))
        or (d.action == Action.KEEP and d.subject in files)
    )


def _need(material: Material, item: Item) -> Need:
    if not matching(material.when, item.row, item.as_of).num_rows:
        return Need(material, "not_yet", ())
    lacks = tuple(n for n in material.needs if not (item.row.column(n)[0].as_py() or "").strip())
    return Need(material, "missing" if lacks else "there", lacks)
