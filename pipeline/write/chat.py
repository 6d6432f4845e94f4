"""The message for a chat: the headline figures in at most 150 characters.

Its parts are declared in the profiles. Where they are too long, whole parts are left out, the least
important first, so that no number is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.write.compose import Composer, timely
from pipeline.write.content import Sentence
from pipeline.write.counted import Counted

LONGEST = 150
"""Characters of a message: what a phone shows at a glance."""

LONGEST_TITLE = 40
_MARKS = "，；、。,;. "


@dataclass(frozen=True, slots=True)
class _Part:
    """What is said, and how soon it is left out: the higher, the sooner."""

    text: str
    drop: int


def chat(
    ledgers: Sequence[Counted], composer: Composer, number: int, longest: int = LONGEST
) -> str:
    """Return the message: the issue and its date, then what profiles declare, in their order.

    ``number`` is the issue's within its year, 0 where it is not known.
    """
    head = _head(ledgers[0], composer, number)
    parts = [
        _Part(_plain(composer.sentence(counted, part.text)), part.drop)
        for counted in ledgers
        for part in counted.ledger.profile.message
        if timely(counted, part) and composer.allowed(counted, part)
    ]
    stop = say("message_stop", composer.lang)
    while len(head + _joined(parts) + stop) > longest and parts:
        # Of parts alike the last goes first; those with 0 wait for all others.
        least = max(range(len(parts)), key=lambda place: (parts[place].drop, place))
        del parts[least]
    told = _joined(parts)
    return head + told + stop if told else head.rstrip("：: ") + stop


def _head(main: Counted, composer: Composer, number: int) -> str:
    title = composer.campaign.title.say(composer.lang)
    return say(
        "message_head",
        composer.lang,
        title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
        number=number or "×",
        date=day(main.ledger.as_of, composer.lang),
    )


def _joined(parts: Sequence[_Part]) -> str:
    """Parts bring the mark that joins them to the part before; the first one needs none."""
    return "".join(part.text for part in parts).lstrip(_MARKS)


def _plain(sentence: Sentence) -> str:
    return "".join(cell if isinstance(cell, str) else cell.text for cell in sentence)
