"""The labels a profile knows, folded, and which column each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.profile import Column, Profile
from pipeline.text import fold

TOKEN_LABEL: Final = fold("行标识")
"""Header of the hidden column in which our blank ledger keeps each row's lasting id."""

_MARKS: Final = "*:★☆▲△※#"
_TYPO_LENGTH: Final = 3


OTHER_UNIT: Final = re.compile(r"[(,/](单位:?)?(人民币)?(元|千元|百万元|亿元|亿)(\)|$)")
_NUMBERED: Final = re.compile(r"^\(?(\d{1,2}|[一二三四五六七八九十]{1,2})\)?[.、:)]")
_NOTE: Final = re.compile(r"\([^()]*\)")


def folded_label(text: str) -> str:
    """Return a header as it is compared: folded, without the marks of a required column."""
    return fold(text).strip(_MARKS)


@dataclass(frozen=True, slots=True)
class Labels:
    """A profile's labels by how surely they name a column; each maps to column identifiers.

    ``ranks`` go from surest to least: the label itself, aliases, labels of former versions.
    ``weak`` count only where no other column of the sheet is that column; ``shared`` are claimed by
    several columns, and the cells decide. ``retired`` are known, but no column's any more.
    """

    profile: Profile
    ranks: tuple[Mapping[str, str], ...]
    former: frozenset[str]
    weak: Mapping[str, str]
    shared: Mapping[str, tuple[str, ...]]
    retired: frozenset[str]
    spellings: Mapping[str, frozenset[str]]

    def column_of(self, label: str) -> str | None:
        """Return the column that a folded label surely names."""
        return next((rank[label] for rank in self.ranks if label in rank), None)

    def knows(self, label: str) -> bool:
        """Whether a folded label means anything to this profile."""
        claimed = self.column_of(label) is not None or label in self.shared
        return claimed or label in self.weak or label in self.retired or label == TOKEN_LABEL

    def read(self, label: str) -> str:
        """Return the known label that a folded one is, a number before it and notes in brackets
        after it left out; without its number where none is. A note that names another unit is no
        note.
        """
        if self.knows(label):
            return label
        forms = (label,) if OTHER_UNIT.search(label) else _forms(label)
        plain = _NUMBERED.sub("", label) or label
        return next((form for form in forms if self.knows(form)), plain)

    def in_other_unit(self, label: str) -> str | None:
        """Return the amount column that a label names in another unit than 万元."""
        found = OTHER_UNIT.search(label)
        if found is None:
            return None
        stem = _NOTE.sub("", label[: found.start()])
        name = self.column_of(stem) or self.column_of(f"{stem}(万元)")
        amounts = {c.id for c in self.profile.columns if c.type == "number"}
        return name if name in amounts else None

    def nearest(self, label: str) -> str | None:
        """Return the known label exactly one slip away from an unknown one of 3 signs or more."""
        from rapidfuzz.distance import OSA

        known = [known for rank in self.ranks for known in rank if len(known) >= _TYPO_LENGTH]
        forms = [form for form in (label, *_forms(label)) if len(form) >= _TYPO_LENGTH]
        close = (k for form in forms for k in known if OSA.distance(form, k) == 1)
        return next(close, None)


def _forms(label: str) -> Iterator[str]:
    """A label without its number, and without one or all of its notes in brackets."""
    plain = _NUMBERED.sub("", label)
    for form in (plain, label):
        yield form
        for note in reversed(list(_NOTE.finditer(form))):
            yield form[: note.start()] + form[note.end() :]
        yield _NOTE.sub("", form)


def labels_of(profile: Profile) -> Labels:
    """Return a profile's labels, folded."""
    canonical: dict[str, str] = {}
    aliases: dict[str, str] = {}
    former: dict[str, str] = {}
    weak: dict[str, str] = {}
    shared: dict[str, tuple[str, ...]] = {}
    for column in profile.columns:
        for label in (column.label.zh, column.label.en):
            canonical.setdefault(folded_label(label), column.id)
        for names, place in (
            (column.aliases, aliases),
            (column.former, former),
            (column.weak_aliases, weak),
        ):
            for name in names:
                place.setdefault(folded_label(name), column.id)
        for name in column.shared_aliases:
            label = folded_label(name)
            shared[label] = (*shared.get(label, ()), column.id)
    return Labels(
        profile=profile,
        ranks=(canonical, aliases, former),
        former=frozenset(former) - frozenset(canonical) - frozenset(aliases),
        weak=weak,
        shared=shared,
        retired=frozenset(folded_label(r.label) for r in profile.retired),
        spellings={c.id: _spellings(c) for c in profile.columns if c.choices},
    )


def _spellings(column: Column) -> frozenset[str]:
    told = [text for c in column.choices for text in (c.value, c.en, *c.accepts)]
    return frozenset(fold(text) for text in (*told, *column.asks))
