"""Make a messy file from a seed and the kinds of mess that it shall have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

# Each registers its kinds of mess.
from messy import (  # noqa: F401
    amounts,
    books,
    choices,
    dates,
    heads,
    owners,
    printed,
    rows,
    texts,
)
from messy.books import family
from messy.draft import REGISTERED, Draft, Kind, Want, start
from messy.layout import Grid, lay_out
from messy.truth import CORE, EXTRA, truth
from messy.writers import SUFFIXES, write

KINDS = tuple(REGISTERED)


@dataclass(frozen=True)
class Recipe:
    """What a file is made from: the same recipe makes the same file."""

    index: int
    seed: int
    kinds: tuple[str, ...]
    share: float = 1.0

    def without(self, kind: str) -> Recipe:
        """The same file without one kind of mess."""
        rest = tuple(name for name in self.kinds if name != kind)
        return Recipe(self.index, self.seed, rest, self.share)


@dataclass(frozen=True)
class Made:
    """A file that was made, and how a careful person reads it."""

    recipe: Recipe
    draft: Draft

    @cached_property
    def grids(self) -> list[Grid]:
        """The laid-out sheets."""
        return [lay_out(page) for page in self.draft.pages]

    @property
    def folder(self) -> str:
        """Name of the file's folder, which is its own."""
        return f"{self.recipe.index:05d}"

    @property
    def name(self) -> str:
        """The file's place in the inbox."""
        suffix = SUFFIXES.get(self.draft.writer, ".csv")
        return f"{self.folder}/{self.draft.stem}{suffix}"

    def write(self, inbox: Path) -> None:
        """Write the file into its folder in the inbox."""
        path = inbox / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.draft
        write(path, draft.writer, self.grids, draft.epoch_1904, draft.dimension)


def make(recipe: Recipe) -> Made:
    """Make a file in memory."""
    random = Random(recipe.seed)
    names = truth(recipe.index, random, random.randint(6, 9), 2 if random.random() < 0.3 else 1)
    columns = [*CORE, *(key for key in EXTRA if random.random() < 0.6)]
    kinds = sorted((REGISTERED[name] for name in recipe.kinds), key=_order)
    draft = start(names, random, columns)
    draft.share = recipe.share
    shown = _writers(kinds)
    draft.writer = random.choice([w for w in ("openpyxl", "xlsxwriter") if w in shown] or shown)
    for kind in kinds:
        draft.mess = kind.name
        # Each mess draws from a source of its own, so that leaving one out changes no other.
        draft.random = Random(f"{recipe.seed} {kind.name}")
        kind.apply(draft)
    return Made(recipe, draft)


def _order(kind: Kind) -> tuple[int, int]:
    return kind.stage, KINDS.index(kind.name)


def _writers(kinds: Collection[Kind]) -> list[str]:
    """The writers that can show all of these kinds."""
    return [w for w in Kind.writers if all(w in kind.writers for kind in kinds)]


def together(names: Sequence[str]) -> tuple[str, ...]:
    """Return the kinds that go together, the first of those that exclude each other."""
    chosen: list[Kind] = []
    for name in names:
        kind = REGISTERED[name]
        slots = {other.slot for other in chosen if other.slot}
        if kind.slot not in slots and _writers([*chosen, kind]):
            chosen.append(kind)
    return tuple(kind.name for kind in chosen)


def mixed(index: int, seed: int, names: Sequence[str]) -> Recipe:
    """Return a random combination of some of the kinds in ``names``."""
    random = Random(seed)
    count = random.choice((2, 3, 4, 5, 6, 8, 10))
    chosen = random.sample(names, min(count, len(names)))
    return Recipe(index, seed, together(chosen), random.choice((0.3, 0.6, 1.0)))


def sure(kind: str) -> bool:
    """Whether a file with this mess alone leaves nothing to ask about."""
    return REGISTERED[kind].clear


__all__ = ["KINDS", "Made", "Recipe", "Want", "family", "make", "mixed", "sure", "together"]
