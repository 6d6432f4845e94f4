"""Text as people type it, folded to what can be compared."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_INVISIBLE = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
_AROUND = "'\"`‘’“”「」『』《》()"
_BRACKETS = str.maketrans("【〔［[﹙｛{】〕］]﹚｝}", "(((((((" + ")))))))")


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


def bare(text: str) -> str:
    """Return ``text`` folded, without quotes or brackets around it and stops at its end.

    >>> bare("【已完成】。")
    '已完成'
    """
    return fold(text).strip(_AROUND).rstrip("。.;,、!:").strip(_AROUND)


def fingerprint(text: str) -> str:
    """Return a digest of the folded text: texts that read alike have the same."""
    return hashlib.sha256(fold(text).encode()).hexdigest()[:16]


def tidy(text: str) -> str:
    """Trim the ends and turn invisible characters within into what a reader sees."""
    return re.sub(r"[ \t\u00a0\u3000]+", " ", text.replace("\u200b", "")).strip(" \n\r\t\u3000")
