"""Text as people type it, folded to what can be compared."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

_INVISIBLE = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
ENDS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f\x20\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
"""What is no part of a cell's text at its ends: white space, and what is invisible."""
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
_AROUND = "'\"`‘’“”「」『』《》()"
_STOPS = re.compile(r"(?<!\d)[^\w%]+|[^\w%]+(?!\d)")
_PAIRS = frozenset("（）【】〔〕［］﹙﹚｛｝〈〉《》")
_BRACKETS = str.maketrans("【〔［[﹙｛{】〕］]﹚｝}", "(((((((" + ")))))))")


SEAL_LABEL = "认定标识"
"""Header of the hidden column in which a sheet of accepted items keeps each row's seal."""


def seal(cells: Sequence[str]) -> str:
    """Return a short digest of a row's cells: another where somebody changed one of them."""
    told = "\x1f".join(map(fold, cells)).encode()
    return "a" + hashlib.sha256(told).hexdigest()[:12]


def fold(text: str) -> str:
    """Fold width, white space, brackets, dashes and letter case away: the rest tells labels apart.

    NFKC (Unicode Standard Annex 15) makes full-width forms plain; all white space goes, line
    breaks within a header included.

    >>> fold("计划资金\\n（万元）") == fold("计划资金(万元)")
    True
    """
    return seen(text).translate(_BRACKETS).translate(_DASHES).casefold()


def seen(text: str) -> str:
    """Return what a reader sees: width folded, white space and invisible characters gone."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def trimmed(text: str) -> str:
    """Return ``text`` without white space and invisible characters at its ends.

    >>> trimmed(" \u3000已 完成\u200b\\n")
    '已 完成'
    """
    return text.strip(ENDS)


def unblanked(text: str) -> str:
    """Return ``text`` without white space and invisible characters, within it too."""
    return _INVISIBLE.sub("", text)


def as_number(text: str) -> str:
    """Return an item's number as numbers are compared, but for case and the kind of brackets.

    >>> as_number("督〔２０２０〕 1 号—ａ")
    '督〔2020〕1号-a'
    """
    parts = (c if c in _PAIRS else seen(c) for c in text)
    return "".join(parts).translate(_DASHES)


def bare(text: str) -> str:
    """Return ``text`` folded, without quotes or brackets around it and stops at its end.

    >>> bare("【已完成】。")
    '已完成'
    """
    return fold(text).strip(_AROUND).rstrip("。.;,、!:").strip(_AROUND)


def gist(text: str) -> str:
    """Return ``text`` folded and without its punctuation, but for what stands within numbers.

    >>> gist("更换挡板， 加装 1.5 米围堰。")
    '更换挡板加装1.5米围堰'
    """
    return _STOPS.sub("", fold(text))


def fingerprint(text: str) -> str:
    """Return a digest of the folded text: texts that read alike have the same."""
    return hashlib.sha256(fold(text).encode()).hexdigest()[:16]


def tidy(text: str) -> str:
    """Trim the ends and turn invisible characters within into what a reader sees."""
    return re.sub(r"[ \t\u00a0\u3000]+", " ", text.replace("\u200b", "")).strip(" \n\r\t\u3000")
