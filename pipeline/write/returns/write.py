"""The returns of a run: to each enterprise what is wrong with what it sent, and nothing else.

An enterprise's own workbook goes back annotated; where that can't be, or where the file holds rows
of others, a fault sheet with its own rows. Beside them stands a text to paste into a chat.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import PurePosixPath

from pipeline.messages import say
from pipeline.model import Submission
from pipeline.personal import mask
from pipeline.write.names import free_name, safe_name
from pipeline.write.report import Report
from pipeline.write.returns.plan import Planned, planned
from pipeline.write.returns.sheet import fault_sheet
from pipeline.write.returns.task import Work, annotated_all
from pipeline.write.returns.text import chat_text

FOLDER = "returns"
_ANNOTATED = (".xlsx", ".xlsm", ".xltx", ".xltm")


def write_returns(
    report: Report,
    originals: Callable[[Submission], bytes],
    *,
    until: date | None = None,
    unknown: bool = False,
    workers: int = 2,
) -> Mapping[str, bytes]:
    """Return the returns of a run: path below the output folder -> bytes.

    ``originals`` gives a submission's bytes; ``until`` is the day by which an answer is asked for.
    Only files with something to correct or to check have a return. Where ``unknown``, files of
    which nobody knows who sent them have one too, for whoever sent them: without rows of
    enterprises that are known. Values of columns that enterprises may not see (profile: audience)
    are not quoted. ``workers`` children annotate at a time. The same report gives the same bytes.
    """
    plans = list(planned(report, until, unknown=unknown))
    wholes = [plan for plan in plans if plan.whole]
    work = [
        Work(partial(originals, p.submission), p.faults, p.taken, p.heading, report.lang)
        for p in wholes
    ]
    answers = annotated_all(work, workers=workers)
    made = dict(zip(((p.recipient, p.submission.id) for p in wholes), answers, strict=True))
    note = say("return_note_file", report.lang)
    folders: dict[str, str] = {}
    files: dict[str, dict[str, bytes]] = {}
    texts: dict[str, list[str]] = {}
    for plan in plans:
        name = plan.recipient
        if name not in folders:
            shown = name or say("return_unknown", report.lang)
            folders[name] = free_name(safe_name(shown), folders.values())
            files[name], texts[name] = {}, []
        file, content = _file(plan, made.get((name, plan.submission.id)), report.lang)
        files[name][free_name(file, [*files[name], note])] = content
        text = chat_text(plan.faults, plan.taken, lang=report.lang, heading=plan.heading)
        texts[name].append(text)
    for name, told in texts.items():
        files[name][note] = _text_file(told)
    return {
        f"{FOLDER}/{folders[name]}/{file}": files[name][file]
        for name in sorted(folders, key=folders.__getitem__)
        for file in sorted(files[name])
    }


def _file(plan: Planned, answer: bytes | None, lang: str) -> tuple[str, bytes]:
    """A return's name and bytes: the annotated workbook, or a fault sheet instead."""
    given = PurePosixPath(mask(plan.heading.file))  # run.json lists it, for all to read
    if answer is not None:
        # What is called .xls and is none would be warned of, or not be opened, with that name.
        suffix = given.suffix if given.suffix.lower() in _ANNOTATED else ".xlsx"
        return safe_name(given.stem, suffix), answer
    made = fault_sheet(plan.faults, plan.quoted, plan.taken, lang=lang, heading=plan.heading)
    return safe_name(given.stem, say("return_part_suffix", lang) + ".xlsx"), made


def _text_file(texts: Sequence[str]) -> bytes:
    """UTF-8 with a mark and Windows line ends: what every Notepad opens rightly."""
    return ("\n\n".join(texts) + "\n").replace("\n", "\r\n").encode("utf-8-sig")
