"""What all declarations are made of: words in two languages, identifiers, conditions on rows."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
Grade = Literal["E", "W", "I"]
Table = Literal["roster", "roll_call", "registry"]
Listed = Literal["roster", "roll_call", "registry", "changes", "doubts"]
"""What a list of the briefing may be of: beside those, what changed since the last period, and what
is in doubt."""


class Declared(BaseModel):
    """Base of all parts: immutable, and closed against keys nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Words(Declared):
    """The same text in both languages."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """Return the text in ``lang``, "zh" or "en"."""
        return self.en if lang == "en" else self.zh

    def pieces(self, lang: str) -> list[str]:
        """Return text and the names in its braces by turns, text first."""
        return re.split(r"\{([^{}]*)\}", self.say(lang))

    def placeholders(self, lang: str) -> list[str]:
        """Return the names in the text's braces."""
        return self.pieces(lang)[1::2]


class DateTest(Declared):
    """A test of a date column against "as_of" or another date column; all given must hold.

    ``blank`` can be asked of any column: nothing stands there, or nothing that was understood.
    """

    before: Identifier | None = None
    not_before: Identifier | None = None
    after: Identifier | None = None
    not_after: Identifier | None = None
    blank: bool | None = None


class TextTest(Declared):
    """A test of what is written in a column: it holds one of these phrases somewhere.

    What it says in the phrases of ``apart_from`` is left out of account (未完成 holds 完成).
    """

    contains: Annotated[tuple[str, ...], Field(min_length=1)]
    apart_from: tuple[str, ...] = ()


Test = tuple[str, ...] | DateTest | TextTest
When = dict[Identifier, Test]
"""Conditions that must all hold: a column or partition, and the values or the date test."""
