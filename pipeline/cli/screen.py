"""The terminal: tables that fit 80 columns, progress on a terminal and quiet when piped."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from pipeline.messages import say

if TYPE_CHECKING:
    from pipeline.run import Outcome
    from pipeline.write.report import LedgerResult
    from pipeline.write.told import ToldFinding
    from pipeline.write.understood import Understanding

_WIDEST = 100
_MOST = 60
_FIRST = 5
_LINES = 6
_SHORT = 20


def console(*, error: bool = False) -> Console:
    """Return the console; piped output is 80 columns wide, so that it does not depend on where."""
    made = Console(stderr=error, highlight=False)
    if not made.is_terminal:
        return Console(stderr=error, highlight=False, width=80)
    return Console(stderr=error, highlight=False, width=min(made.width, _WIDEST))


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give a run something to report progress to: bars on a terminal, nothing when piped."""
    screen = console(error=True)
    if quiet or not screen.is_terminal:
        yield lambda stage, done, total: None
        return
    words = {
        "collect": "收表 collect", "read": "读取 read", "count": "核对统计 count",
        "compose": "起草 compose", "write": "写出 write", "store": "入库 store",
        "try": "试行 try",
    }  # fmt: skip
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(words.get(stage, stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield show


def show_outcome(outcome: Outcome) -> None:
    """Print what a coordinator wants to know: figures, roll call, doubts, where the files are."""
    from pipeline.write.causes import causes

    screen = console()
    report, lang = outcome.report, outcome.report.lang
    for result in report.ledgers:
        if result.ledger.roster.num_rows or sum(result.dispositions.values()):
            _show_ledger(screen, result, lang)
        else:
            screen.print(say("ledger_empty", lang, ledger=result.profile.label.say(lang)))
            screen.print()
    severities = Counter(finding.severity for finding in outcome.findings)
    screen.print(
        say("findings_line", lang, total=len(outcome.findings), errors=severities["E"],
            warnings=severities["W"], notes=severities["I"])
    )  # fmt: skip
    if report.tried.num_rows:
        screen.print(say("trial_line", lang, count=report.tried.num_rows))
    errors = causes([finding for finding in outcome.findings if finding.severity == "E"])
    for error in errors[:_FIRST]:
        where = f"{error.first.file}：" if error.first.file else ""
        paragraph(screen, f"· {where}{error.message(lang)}", 2, lang)
    if len(errors) > _FIRST:
        more = sum(len(error.findings) for error in errors[_FIRST:])
        screen.print(say("errors_more", lang, count=more))
    screen.print()
    for kept, beside in outcome.delivery.beside.items():
        screen.print(escape(say("kept_beside", lang, kept=kept, beside=beside)))
    if "briefing.docx" in outcome.delivery.beside:
        edited = _nearby(outcome.folder / "briefing.docx")
        screen.print(escape(say("kept_refresh", lang, file=edited)), soft_wrap=True)
    _show_files(screen, outcome)


def _show_ledger(screen: Console, result: LedgerResult, lang: str) -> None:
    from pipeline.messages.catalogue import day
    from pipeline.model import FigureRef
    from pipeline.write.numbers import printed

    profile = result.profile
    title = f"{profile.label.say(lang)}  {day(result.ledger.as_of, lang)}"
    table = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "left", "right"):
        table.add_column(justify="right" if justify == "right" else "left")
    cells: list[str] = []
    for name in profile.headline:
        figure = profile.figure(name)
        percent = "%" if figure.kind == "ratio" else ""
        number = printed(result.figures[FigureRef(profile.id, name)]) + percent
        cells += [escape(figure.label.say(lang)), f"[bold]{number}[/]"]
    half = (len(cells) // 2 + 1) // 2 * 2
    for place in range(0, half, 2):
        table.add_row(*cells[place : place + 2], *cells[half + place : half + place + 2])
    screen.print(f"[bold]{escape(title)}[/]")
    screen.print(Padding(table, (0, 0, 0, 2), expand=False))
    counts = result.dispositions
    screen.print(
        say("rows_line", lang, ledger=profile.label.say(lang),
            read=sum(counts.values()), **counts)
    )  # fmt: skip
    if profile.reported and result.ledger.roll_call.num_rows:
        states = Counter(result.ledger.roll_call.column("state").to_pylist())
        told = "  ".join(f"{say(state, lang)} {number}" for state, number in states.most_common())
        screen.print(told)
    screen.print()


def _show_files(screen: Console, outcome: Outcome) -> None:
    folder = outcome.folder
    lang = outcome.report.lang
    screen.print(escape(say("results_in", lang, folder=_nearby(folder))), soft_wrap=True)
    for name in ("briefing.docx", "master.xlsx", "findings.xlsx", "run.json"):
        screen.print(f"  {outcome.delivery.beside.get(name, name)}")


def _nearby(path: Path) -> str:
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def paragraph(screen: Console, text: str, indent: int, lang: str) -> None:
    """Print with a hanging indent; Chinese breaks anywhere, English between words."""
    width = screen.width - indent
    if lang == "en":
        lines = [line.plain.rstrip() for line in Text(text).wrap(screen, width)]
    else:
        lines = chop_cells(text, width)
    for line in lines:
        screen.print(" " * indent + line, markup=False, no_wrap=True)


def show_findings(findings: Sequence[ToldFinding], lang: str) -> None:
    """Print findings as the enterprise would be told, file by file, those of one cause as one."""
    from pipeline.write.causes import causes

    screen = console()
    file = None
    lines = causes(findings)
    for line in lines[:_MOST]:
        finding = line.first
        if finding.file != file:
            file = finding.file
            screen.print(f"[bold]{escape(file or '')}[/]")
        mark = say(f"severity_{finding.severity}", lang)
        where = f"{finding.sheet}：" if finding.sheet else ""
        paragraph(screen, f"[{mark}] {where}{line.message(lang)}", 2, lang)
        paragraph(screen, f"→ {finding.remedy}", 6, lang)
    if len(lines) > _MOST:
        more = sum(len(line.findings) for line in lines[_MOST:])
        screen.print(say("findings_more", lang, count=more))


def show_understood(found: Sequence[Understanding], lang: str, *, returned: bool) -> None:
    """Print what was understood otherwise than it stood, on a few lines: of one file, text by text;
    of several, an example of each. ``returned`` tells that the one file's return lists it.
    """
    from pipeline.write.understood import cells, foremost

    if not found:
        return
    screen = console()
    screen.print(say("understood_line", lang, count=cells(found)))
    by_file: dict[str, list[Understanding]] = {}
    for each in found:
        by_file.setdefault(each.file, []).append(each)
    if len(by_file) > 1:
        groups = list(by_file.values())[:_LINES]
    else:
        groups = [[each] for each in foremost(found, _LINES)]
    told = lines = 0
    for group in groups:
        line = _understood(group[0], lang)
        if len(by_file) > 1:
            number = cells(group)
            line = say("understood_file", lang, file=group[0].file, count=number, example=line)
        lines += -(-cell_len(line) // (screen.width - 2))
        if lines > _LINES and told:
            break
        paragraph(screen, line, 2, lang)
        told += cells(group)
    if told < cells(found):
        where = say("understood_in_return" if returned else "understood_in_json", lang)
        rest = cells(found) - told
        screen.print("  " + say("understood_elsewhere", lang, count=rest, where=where))


def _understood(each: Understanding, lang: str) -> str:
    from pipeline.write.rows import rows_told
    from pipeline.write.understood import text_told

    return say(
        "understood_item", lang, column=each.column,
        value=_short(text_told(each.value, lang)), understood=_short(each.understood),
        how=say(f"understood_{each.kind}", lang), rows=rows_told(each.rows, lang, most=3),
    )  # fmt: skip


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"
