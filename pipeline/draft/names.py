"""Identifiers and labels for a drafted profile's columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from pipeline.draft.columns import Guess
from pipeline.draft.words import known_columns
from pipeline.profile import Column
from pipeline.profile.base import Words
from pipeline.profile.names import RESERVED
from pipeline.read.labels import folded_label
from pipeline.text import fold

_LONGEST = 40
_TAKEN = {*RESERVED, "stage", "pace"}  # the draft's own partitions
_TELLING = 0.5  # of a label's letters must be Latin for its slug to say what it means


def slug(text: str) -> str:
    """Return a text as an identifier, "" where its letters are not Latin ones.

    >>> slug("Date Closed (MM/DD/YYYY)")
    'date_closed_mm_dd_yyyy'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    letters = [c for c in bare if c.isalpha()]
    if not letters or sum(c.isascii() for c in letters) < _TELLING * len(letters):
        return ""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)
    made = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    if not made[:1].isalpha():
        made = f"c_{made}"
    return made[:_LONGEST].strip("_")


def known_as(label: str) -> Column | None:
    """Return the shipped column that a Chinese label is known to mean.

    English labels are everybody's: a Status is not the state of a rectification.
    """
    return known_columns().get(fold(label)) if is_chinese(label) else None


def is_chinese(label: str) -> bool:
    """Whether a label has Chinese characters and no Japanese ones."""
    japanese = any("\u3040" <= c <= "\u30ff" for c in label)
    return not japanese and any("\u4e00" <= c <= "\u9fff" for c in label)


def identifiers(columns: Sequence[Guess], enterprise: Guess | None) -> list[str]:
    """Return an identifier for each column, no two alike: the shipped one's, a slug, a number.

    Only the column that was taken for the enterprise's is called so: 单位 may be a unit of measure.
    """
    taken: set[str] = set()
    made = []
    for number, one in enumerate(columns, start=1):
        label = one.seen.label
        known = known_as(label)
        if known is not None and known.type == "enterprise" and one is not enterprise:
            known = None
        name = (known.id if known is not None else slug(label)) or f"column_{number}"
        if name in _TAKEN:
            name = f"{name}_told"
        made.append(_free(name, taken))
        taken.add(made[-1])
    return made


def _free(name: str, taken: set[str]) -> str:
    """A name that is not taken: with a number behind it where it must be."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name[: _LONGEST - 3]}_{number}"
    return free


def labels(heads: Sequence[str], added: Sequence[Words] = ()) -> list[Words]:
    """Return each header in both languages: the shipped column's other one where it is known.

    A word that another header says already is not taken for a second column. ``added`` are labels
    of columns that the sample lacks: they come last, and give way with a mark.
    """
    taken = {folded_label(head) for head in heads}
    found = []
    for head in heads:
        known = known_as(head)
        other = known.label.en if known is not None else head
        if folded_label(other) in taken:
            other = head
        taken.add(folded_label(other))
        found.append(Words(zh=head, en=other))
    for words in added:
        while {folded_label(words.zh), folded_label(words.en)} & taken:
            words = Words(zh=f"{words.zh}（补）", en=f"{words.en} (added)")
        taken |= {folded_label(words.zh), folded_label(words.en)}
        found.append(words)
    return found
