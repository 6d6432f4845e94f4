"""Of several files, which is the later: by the evidence that files, mails and clerks give.

Kinds of evidence, surest first: a ruling; a name that says the file does not count (作废, 旧版);
when the mail was sent; the date in the name or title; when the workbook was last saved; the
clerk's words (最终版, v2); the number that a second download gets, (1); the names' order. A kind is
used where all of the files have it. A time on which a mail was sent is nobody's slip, dates that a
clerk writes are meant; a time of saving changes when a file is only looked at, and 最终版 is
seldom the last.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Final

from pipeline.dates import understand
from pipeline.model import Sheet, Submission
from pipeline.text import fold

KINDS: Final = ("ruled", "void", "sent", "named", "saved", "words", "copy", "name")
"""Kinds of evidence, surest first; ``name`` tells nothing, it only decides."""

_YEARLESS: Final = (
    re.compile(r"(?<![\da-z.年])(\d{1,2})月(\d{1,2})[日号]?"),
    re.compile(r"(?<![\da-z.])(0?[1-9]|1[0-2])\.([0-3]?\d)(?![\d.a-z%版万])"),
    re.compile(r"(?<![\da-z-])(0[1-9]|1[0-2])([0-3]\d)(?![\d号年])"),
)
_FULL: Final = (
    re.compile(r"(?<!\d)(20\d\d)[-._/年](\d{1,2})[-._/月](\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)"),
)
_COPY: Final = re.compile(r"\((\d{1,2})\)$")
_NUMBERS: Final = (
    re.compile(r"(?<![a-z])(?:v|ver|version|版本)\.?(\d{1,3})(?:\.(\d{1,3}))?(?!\d)"),
    re.compile(r"第?(?<!\d)(\d{1,2}|[一二三四五六七八九十])[版稿]"),
)
_AFTER_WORD: Final = r"(?:%s)[版稿]?[-_]?v?(\d{1,2})(?![\d.月])"
_CHINA: Final = timezone(timedelta(hours=8))
_HAN: Final = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one file is taken to be later than another, by which of KINDS.

    ``newer`` and ``older`` are what each of them says in that regard; ``against`` are kinds that
    say the contrary.
    """

    by: str
    newer: str
    older: str
    against: tuple[str, ...]


class Ages:
    """The files' evidence. ``kept`` are hashes ruled to count, in the order of the rulings.

    Dates without a year are those nearest to ``as_of``.
    """

    def __init__(
        self,
        submissions: Sequence[Submission],
        sheets: Sequence[Sheet],
        kept: Sequence[str],
        as_of: date,
    ) -> None:
        own: dict[int, list[Sheet]] = {}
        for sheet in sheets:
            own.setdefault(sheet.submission, []).append(sheet)
        ruled = {digest: place for place, digest in enumerate(kept)}
        self._signs = {
            s.id: _signs(s, own.get(s.id, ()), ruled.get(s.sha256, -1), as_of) for s in submissions
        }
        self._latest: dict[frozenset[int], int] = {}

    def latest(self, group: frozenset[int]) -> int:
        """Return the submission of ``group`` that counts."""
        if group not in self._latest:
            kinds = [kind for kind in KINDS if self._comparable(kind, group)]
            self._latest[group] = max(
                group, key=lambda one: [self._signs[one][kind] for kind in kinds]
            )
        return self._latest[group]

    def reason(self, older: int, newer: int) -> Reason:
        """Return why ``newer`` counts and not ``older``."""
        one, other = self._signs[older], self._signs[newer]
        kinds = [kind for kind in KINDS[:-1] if self._comparable(kind, {older, newer})]
        by = next((kind for kind in kinds if other[kind] > one[kind]), KINDS[-1])
        against = tuple(kind for kind in kinds if by != "ruled" and other[kind] < one[kind])
        new, old = (str(signs.get(f"{by}.said", signs[by])) for signs in (other, one))
        return Reason(by, new, old, against)

    def moment(self, submission: int) -> str:
        """Return when a file was sent or else saved, as a clock in China showed it; "" unknown."""
        signs = self._signs[submission]
        return _at_home(signs["sent"] or signs["saved"])

    def _comparable(self, kind: str, group: frozenset[int] | set[int]) -> bool:
        found = [self._signs[one] for one in group]
        if kind == "copy":  # (1) tells something of files that are called the same otherwise
            return len({signs["stem"] for signs in found}) == 1
        return all(signs[kind] not in (None, "") for signs in found)


def _signs(
    submission: Submission, sheets: Sequence[Sheet], ruled: int, as_of: date
) -> dict[str, Any]:
    """Return a file's evidence by kind, greater for later, and what of it is told (kind.said)."""
    path = PurePosixPath(submission.name)
    parts = [fold(part) for part in (path.stem, *(p.name for p in path.parents))]
    bare = _COPY.sub("", parts[0])
    number = _COPY.search(parts[0])
    parts[0] = bare
    void = next((word for part in parts if (word := _void(part))), "")
    rank, said = next((told for part in parts if (told := _ranked(part))[1]), _ranked(""))
    saved = _utc(max((sheet.modified for sheet in sheets), default=""))
    titles = [fold(sheet.title) for sheet in sheets]
    return {
        "ruled": ruled,
        "void": not void, "void.said": void,
        "sent": _utc(submission.sent_at), "sent.said": submission.sent_at,
        "named": next((day for text in (*parts, *titles) if (day := _day(text, as_of))), ""),
        "saved": saved, "saved.said": _at_home(saved),
        "words": rank, "words.said": said,
        "stem": bare,
        "copy": int(number[1]) if number else 0,
        "name": submission.name,
    }  # fmt: skip


def _utc(text: str) -> str:
    """A moment that can be compared; "" where it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()


def _at_home(moment: str) -> str:
    """Workbooks tell their time in UTC; those who saved them read it in theirs."""
    return datetime.fromisoformat(moment).astimezone(_CHINA).isoformat() if moment else ""


def _day(text: str, as_of: date) -> str:
    """Return the last date in a folded name or title, ISO 8601; "" where there is none."""
    found: list[tuple[int, date]] = []
    for pattern in _FULL:
        for hit in pattern.finditer(text):
            found += _dated(hit.start(), "-".join(hit.groups()), as_of)
    for pattern in _YEARLESS:
        for hit in pattern.finditer(text):
            found += _dated(hit.start(), f"{int(hit[1])}月{int(hit[2])}日", as_of)
    return str(max(found)[1]) if found else ""


def _dated(place: int, text: str, as_of: date) -> list[tuple[int, date]]:
    day = understand(text, as_of, deadline=False).day
    return [(place, day)] if day is not None else []


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    text = files("pipeline.identify").joinpath("version_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _void(text: str) -> str:
    """Return the word by which a name says that its file does not count."""
    void = _words()["void"]
    for word in void["anywhere"]:
        if word in text:
            return str(word)
    for word in void["alone"]:
        if re.search(rf"(?<!\w){word}(?!\w)|_{word}(?!\w)|(?<!\w){word}_", text):
            return str(word)
    return ""


@lru_cache(maxsize=4096)
def _ranked(text: str) -> tuple[tuple[int, int, int], str]:
    """Return the rank of a folded name with its version number, and the words that tell it."""
    ranks = [(name, words) for name, words in _words().items() if name != "void"]
    plain = next(place for place, (name, _) in enumerate(ranks) if name == "plain")
    rank, said = plain, ""
    for place, (_, words) in enumerate(ranks):
        met = next((word for word in words if word in text), "")
        if met:
            rank, said = place, met
    every = "|".join(word for _, words in ranks for word in words)
    for pattern in (re.compile(_AFTER_WORD % every), *_NUMBERS):
        hit = pattern.search(text)
        if hit:
            first, *rest = hit.groups()
            number = _HAN.index(first) + 1 if first in _HAN else int(first)
            below = int(rest[0] or 0) if rest else 0
            return (rank, number, below), hit.group() if said in hit.group() else said + hit.group()
    return (rank, 1, 0), said
