"""What is pasted into a chat beside a return: which file, how much, the worst of it, what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.messages import say
from pipeline.messages.catalogue import day
from pipeline.write.causes import causes
from pipeline.write.returns.fault import NOTHING_TAKEN, AllTaken, Fault, Heading, counts

LONGEST: Final = 300
"""Characters that are still read in a chat on a phone."""

_MOST: Final = 3
_SHORT: Final = 60
_FILE: Final = 50
_NUMBERS: Final = "①②③"
_LISTS: Final = re.compile(r"（[^（）]{20,}）| \([^()]{40,}\)")  # all that could be chosen, say
_STOPS: Final = ".。；;"


def chat_text(
    faults: Sequence[Fault], taken: AllTaken = NOTHING_TAKEN, *, lang: str, heading: Heading
) -> str:
    """Return a text of at most ``LONGEST`` characters about one file's faults.

    The most important are those that keep rows from counting, with their rows; as many as fit.
    What was understood (``taken``) is one sentence, if there is any.
    """
    numbers = zip(("chat_errors", "chat_warnings"), counts(faults), strict=True)
    told = [say(word, lang, count=number) for word, number in numbers if number]
    both = (", " if lang == "en" else "、").join(told)
    head = say("chat_head", lang, file=_cut(heading.file, _FILE), counts=both)
    asked = say("chat_soon", lang)
    if heading.until is not None:
        asked = say("chat_until", lang, until=day(heading.until, lang))
    tail = asked + say("chat_tail", lang)
    if taken.cells:
        tail = say("chat_understood", lang, count=taken.cells) + tail
    gap = " " if lang == "en" else ""
    worst = _worst(faults, lang)
    for number in range(min(_MOST, len(worst)), 0, -1):
        points = worst[:number]
        if number > 1:
            points = [f"{_NUMBERS[i]}{text}" for i, text in enumerate(points)]
        end = "." if lang == "en" else "。"
        listed = say("chat_most", lang) + ("; " if lang == "en" else "；").join(points) + end
        text = gap.join((head, listed, tail))
        if len(text) <= LONGEST:
            return text
    return gap.join((head, tail))


def _worst(faults: Sequence[Fault], lang: str) -> list[str]:
    """Messages, errors first; a kind of fault is told once, wherever in the file it stands."""
    first = sorted(faults, key=lambda fault: fault.severity)
    told = []
    for kind in causes(first, lambda fault: (fault.severity, fault.header, fault.remedy), few=1):
        message = _LISTS.sub("", " ".join(kind.first.message.split()))
        more = say("chat_times", lang, count=len(kind.findings)) if len(kind.findings) > 1 else ""
        told.append(_cut(message.rstrip(_STOPS), _SHORT) + more)
    return told


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
