"""Try each kind of mess alone, then random combinations; write what failed, the worst first.

python -m messy.report OUT.md [FILES_PER_KIND] [COMBINATIONS]
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from messy.draft import REGISTERED, VALUES
from messy.judge import Change, Fault, Verdict, judge
from messy.make import KINDS, Recipe, make, mixed, sure

BATCH = 250
MOST_ASKED = 0.05
SHARES = (1.0, 0.4)


@dataclass
class Tally:
    """What came of all files of a kind."""

    right: int = 0
    asked: int = 0
    wrong: int = 0
    touched: int = 0

    def add(self, verdict: Verdict) -> None:
        """Count a file. Of mess in values, only the cells that have it count as tried."""
        self.touched += len(verdict.made.draft.taken)
        self.right += verdict.right
        self.asked += verdict.asked
        self.wrong += verdict.wrong

    @property
    def share(self) -> float:
        """Needless questions among the cells that were tried."""
        return self.asked / max(1, self.touched or self.right + self.asked + self.wrong)

    @property
    def fine(self) -> bool:
        """Nothing wrong, and hardly anything asked."""
        return self.wrong == 0 and self.share <= MOST_ASKED


def judged(recipes: Iterable[Recipe], change: Change | None = None) -> list[Verdict]:
    """Make and judge files, many at a time."""
    verdicts: list[Verdict] = []
    for batch in _parts(recipes):
        verdicts += judge([make(recipe) for recipe in batch], change)
    return verdicts


def _parts(recipes: Iterable[Recipe]) -> Iterable[Sequence[Recipe]]:
    rest = list(recipes)
    return (rest[start : start + BATCH] for start in range(0, len(rest), BATCH))


def alone(files: int) -> dict[str, list[Verdict]]:
    """Judge each kind of mess by itself; "" is no mess at all."""
    recipes = [
        Recipe(
            place * files + number, 1000 * number + 7, (kind,) if kind else (), SHARES[number % 2]
        )
        for place, kind in enumerate(("", *KINDS))
        for number in range(files)
    ]
    found: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in judged(recipes):
        found["".join(verdict.made.recipe.kinds)].append(verdict)
    return found


def tally(verdicts: Sequence[Verdict]) -> Tally:
    """Count the cells of some files."""
    total = Tally()
    for verdict in verdicts:
        total.add(verdict)
    kinds = {kind for verdict in verdicts for kind in verdict.made.recipe.kinds}
    if len(kinds) != 1 or REGISTERED[kinds.pop()].stage != VALUES:
        total.touched = 0
    return total


def smallest(failed: Sequence[Verdict], how: str = "wrong") -> dict[tuple[str, ...], Verdict]:
    """Leave out kinds of mess from failing files as long as they fail; by what is left."""
    found: dict[tuple[str, ...], Verdict] = {}
    left = list(failed)
    while left:
        tries, parents = [], []
        for verdict in left:
            for kind in verdict.made.recipe.kinds:
                smaller = verdict.made.recipe.without(kind)
                tries.append(replace(smaller, index=len(tries)))
                parents.append(verdict)
        still: dict[int, Verdict] = {}
        for verdict, parent in zip(judged(tries), parents, strict=True):
            if any(fault.how == how for fault in verdict.faults):
                still.setdefault(id(parent), verdict)
        for verdict in left:
            if id(verdict) not in still:
                found.setdefault(verdict.made.recipe.kinds, verdict)
        left = [verdict for key, verdict in still.items() if verdict.made.recipe.kinds not in found]
    return found


def combined(count: int, names: Sequence[str], start: int = 0) -> list[Verdict]:
    """Judge random combinations of some kinds of mess."""
    return judged(mixed(number % 1500, start + number, names) for number in range(count))


def described(fault: Fault) -> str:
    """A fault in a line."""
    place = f"row {fault.row} " if fault.row else ""
    cell = f" cell `{fault.cell}`" if fault.cell else ""
    values = f": expected `{fault.wanted}`, got `{fault.got}`" if fault.wanted else ""
    codes = f" [{', '.join(dict.fromkeys(fault.codes))}]" if fault.codes else ""
    return f"{fault.how}: {place}{fault.column} {fault.what}{cell}{values}{codes}".replace(
        "\n", "⏎"
    )


def _examples(verdicts: Iterable[Verdict], most: int = 4) -> list[str]:
    lines: dict[tuple[str, str, str, tuple[str, ...]], str] = {}
    counts: Counter[tuple[str, str, str, tuple[str, ...]]] = Counter()
    for verdict in verdicts:
        for fault in sorted(verdict.faults, key=lambda f: f.how, reverse=True):
            sort = (fault.how, fault.what, fault.column, tuple(sorted(set(fault.codes))))
            seed = verdict.made.recipe.seed
            counts[sort] += 1
            lines.setdefault(
                sort, f"- {described(fault)} (seed {seed}, {verdict.made.draft.writer})"
            )
    ordered = sorted(lines, key=lambda sort: sort[0], reverse=True)
    return [f"{lines[sort]} ×{counts[sort]}" for sort in ordered[:most]]


def written(
    alone_by: dict[str, list[Verdict]], mixes: list[Verdict], names: Collection[str]
) -> str:
    """Return the report as Markdown."""
    tallies = {kind: tally(verdicts) for kind, verdicts in alone_by.items()}
    out = ["# Messy files: what was read", "", "Each kind of mess alone", "",
           "| kind | right | asked | wrong | asked % | |", "|---|---|---|---|---|---|"]  # fmt: skip
    bad = [k for k, t in tallies.items() if not t.fine or (t.asked and not sure_of(k))]
    bad.sort(key=lambda k: (-(tallies[k].wrong > 0), -tallies[k].wrong, -tallies[k].asked))
    for kind in [*bad, *(k for k in tallies if k not in bad)]:
        t = tallies[kind]
        mark = "WRONG" if t.wrong else "asks" if not t.fine else ""
        out.append(
            f"| {kind or '(none)'} | {t.right} | {t.asked} | {t.wrong} | {t.share:.1%} | {mark} |"
        )
    out += ["", "## Failures, each kind alone", ""]
    for kind in bad:
        out += [f"### {kind}", "", *_examples(alone_by[kind]), ""]
    total = tally(mixes)
    out += ["## Random combinations of the kinds that pass alone", "",
            f"{len(mixes)} files of {len(names)} kinds: right {total.right}, asked {total.asked} "
            f"({total.share:.1%}), wrong {total.wrong}", ""]  # fmt: skip
    for how in ("wrong", "asked"):
        failed = [v for v in mixes if any(f.how == how for f in v.faults)]
        out += [f"### {how}: {len(failed)} files; smallest combinations", ""]
        for kinds, verdict in sorted(smallest(failed[:40], how).items()):
            seed = verdict.made.recipe.seed
            only = replace(verdict, faults=[f for f in verdict.faults if f.how == how])
            out += [f"#### {' + '.join(kinds) or '(none)'} (seed {seed}, share "
                    f"{verdict.made.recipe.share})", "", *_examples([only], 3), ""]  # fmt: skip
    return "\n".join(out) + "\n"


def sure_of(kind: str) -> bool:
    """Whether the kind, or no mess, leaves nothing to ask about."""
    return not kind or sure(kind)


def main(out: Path, files: int, count: int) -> None:
    """Try everything and write the report."""
    found = alone(files)
    names = [kind for kind in KINDS if tally(found[kind]).fine]
    out.write_text(written(found, combined(count, names), names), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(number) for number in (*sys.argv[2:], 4, 1500)[:2]))
