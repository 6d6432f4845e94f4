"""What the template's tags stand for: plain dicts, lists and strings, made from a briefing."""

from __future__ import annotations

import re
from typing import Any

from pipeline.write.briefing.figures import (
    DATE,
    DRAFT,
    LOG,
    NUMBER,
    RUNNING,
    SIGNER,
    Detail,
    Marks,
    guarded,
)
from pipeline.write.briefing.tags import spelt
from pipeline.write.content import Briefing, Chart, Grid, Section, Sentence

LONGEST_VALUE = 60
"""Characters of a value in the list of tags."""

_LIST = re.compile(r" in ([\w.]+) ")
_NUMERALS = "零一二三四五六七八九十"
_UNSIGNED = "\u3000" * 4


def context(briefing: Briefing, marks: Marks) -> dict[str, Any]:
    """Return what the template's tags stand for: plain dicts, lists and strings."""
    english = briefing.lang == "en"
    comma, colon, stop = (", ", ": ", "") if english else ("、", "：", "。")
    labels = ("Reported to", "Sent to", "Copied to") if english else ("报", "送", "发")
    listed = (briefing.report_to, briefing.send_to, briefing.copy_to)
    names = [guarded(comma.join(part)) for part in listed]

    def detail(name: str, text: str) -> str:
        return marks.mark(Detail(text, name)) if text else ""

    copies = f"{briefing.copies} copies printed" if english else f"共印{briefing.copies}份"
    return {
        "title": guarded(briefing.title),
        "draft": detail(DRAFT, ("Draft " if english else "拟") if briefing.draft else ""),
        # × is how official drafts leave a number open.
        "number": detail(NUMBER, str(briefing.number or "×")),
        "running": detail(RUNNING, str(briefing.running or "×")),
        "office": guarded(briefing.office),
        "date": detail(DATE, briefing.date),
        # Room for a name, so that the mark stands somewhere until it is known.
        "signer": detail(SIGNER, briefing.signer or _UNSIGNED),
        "log": detail(LOG, briefing.log or "×"),
        "marking": guarded(briefing.marking),
        "remarks": [{"text": marks.sentence((text,))} for text in briefing.remarks],
        "sections": [
            {
                "heading": marks.sentence(_heading(n, section, briefing)),
                "blocks": [_block(block, marks) for block in section.blocks],
            }
            for n, section in enumerate(briefing.sections, 1)
        ],
        "annexes": [
            {"label": f"Annex {n}" if english else f"附件{n}", **_shown(annex, marks)}
            for n, annex in enumerate(briefing.annexes, 1)
        ],
        "closing": [
            {"label": label + colon, "names": part + stop}
            for label, part in zip(labels, names, strict=True)
            if part
        ],
        "report_to": names[0],
        "send_to": names[1],
        "copy_to": names[2],
        "copies": copies if briefing.copies else "",
    }


def values(briefing: Briefing) -> dict[str, str]:
    """Return what each tag of a template stands for in this briefing, by the tag as written."""
    marks = Marks()
    filled = {"": [context(briefing, marks)]}
    found: dict[str, str] = {}
    for written, tag in spelt():
        within, _, name = written.strip("{} ").rpartition(".")
        if tag.parts:
            over = _LIST.search(written)
            within, _, name = over.group(1).rpartition(".") if over else ("", "", "")
            filled[tag.each] = [each for item in filled[within] for each in item[name]]
            found[written] = str(len(filled[tag.each]))
        else:
            said = dict.fromkeys(filter(None, (marks.shown(i[name]) for i in filled[within])))
            text = "；".join(said)
            found[written] = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
    return found


def _heading(number: int, section: Section, briefing: Briefing) -> Sentence:
    """A daily briefing of one part goes without a heading: its name says it already."""
    if briefing.daily and len(briefing.sections) == 1:
        return ()
    return (numeral(number, briefing.lang == "en") + section.heading,)


def _block(block: Any, marks: Marks) -> dict[str, str]:
    if not isinstance(block, (Grid, Chart)):
        return {"text": marks.sentence(block), "table": "", "caption": "", "note": ""}
    return {"text": "", **_shown(block, marks)}


def _shown(shown: Grid | Chart, marks: Marks) -> dict[str, str]:
    """What stands for a table or a chart; a table's own chart stands above it."""
    above = shown.chart if isinstance(shown, Grid) else None
    return {
        "table": (marks.mark(above) if above is not None else "") + marks.mark(shown),
        "caption": marks.sentence(shown.caption),
        "note": marks.sentence((shown.note,)) if shown.note else "",
    }


def numeral(number: int, english: bool = False) -> str:
    """Return a section's number from 1 to 99 with its mark: ``十二、`` or ``12. ``.

    >>> numeral(1), numeral(10), numeral(12), numeral(20), numeral(21)
    ('一、', '十、', '十二、', '二十、', '二十一、')
    """
    if english:
        return f"{number}. "
    tens, ones = divmod(number, 10)
    said = (_NUMERALS[tens] if tens > 1 else "") + ("十" if tens else "")
    return f"{said}{_NUMERALS[ones] if ones else ''}、"
