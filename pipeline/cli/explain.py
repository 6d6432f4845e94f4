"""``taizhang explain``: what a printed number is, and which rows it was counted from."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import json_option, lang_option, period_option
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.model import FigureRef
    from pipeline.trace.explain import Explanation, Row
    from pipeline.trace.find import Found
    from pipeline.workspace import Workspace
    from pipeline.write.report import Report

_ID = re.compile(r"(?:fig_)?(f[a-z2-7]{12})(?:_\d+)?", re.IGNORECASE)
_SHOWN = 30
_LINE = 66
_CHOICES = 40
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@click.command()
@click.argument("what")
@click.argument("number", required=False)
@click.option("--ledger", help="哪一本台账，如 cases。Which ledger.")
@click.option("--by", metavar="COLUMN", help="按哪一列分，如 企业名称。Column of a breakdown.")
@click.option("--at", metavar="VALUE", help="该列的哪个值，如 某企业。The value in it.")
@period_option
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(path_type=Path),
    help="把全部行写入该文件。Write all rows to this file.",
)
@json_option
@lang_option
def explain(
    what: str,
    number: str | None,
    ledger: str | None,
    by: str | None,
    at: str | None,
    period: str | None,
    csv_file: Path | None,
    as_json: bool,
    lang: str,
) -> int:
    """查一个数的来历：定义、口径、截止日期，由哪些文件的哪些行数出来。

    WHAT 是指标（completed、cases.closed、已完成）、简报中数字的编号，或简报文件；给出简报时，NUMBER
    是要查的数，同一个数有几处的，列出各处供选。
    Tell where a number comes from: its definition, its date, the rows behind it with file, sheet
    and row. WHAT is a figure, a number's id, or a briefing; of that, NUMBER is the number to find,
    and where it stands in several places these are listed.

    退出码 Exit codes: 0 查到了 told; 1 有几处，请选一处 several places, choose one.
    """
    from pipeline.cli.screen import progress_shown
    from pipeline.trace.explain import explained
    from pipeline.trace.original import figures_by_id
    from pipeline.workspace import required

    workspace = required(Path.cwd())
    with progress_shown(quiet=as_json):
        if _is_document(what):
            report, places = _in_document(workspace, Path(what), number, period, lang)
            tags = {place.tag for place in places}
            if len(tags) != 1 or None in tags:
                _show_places(places, Path(what), str(number), as_json=as_json, lang=lang)
                return 1
            tag = str(tags.pop())
            ref = figures_by_id(report).get(tag)
            if ref is None:  # what an earlier issue said is explained by that
                report, ref = _by_name(workspace, tag, None, None, None, None)
        else:
            report, ref = _by_name(workspace, what, ledger, by, at, period)
        found = explained(report, ref, lang)
    if csv_file is not None:
        _write(found, csv_file, lang)
    if as_json:
        click.echo(json.dumps(found.record(), ensure_ascii=False, indent=1))
    else:
        _show(found, lang, elsewhere=csv_file)
        if number is not None:
            _warn(number, found, lang)
    return 0


def _is_document(what: str) -> bool:
    return what.lower().endswith((".docx", ".docm")) or Path(what).is_file()


def _in_document(
    workspace: Workspace, path: Path, number: str | None, period: str | None, lang: str
) -> tuple[Report, list[Found]]:
    from pipeline.read.document import document
    from pipeline.replay import replayed
    from pipeline.trace.find import find
    from pipeline.trace.original import original_of, period_of

    if number is None:
        raise UsageError("没有说要查哪个数", f"例如 taizhang explain {path} 24")
    held = document(path)
    original = original_of(replayed(workspace, period or period_of(held, workspace, path)))
    places = find(original, held, number, lang)
    if not places:
        raise UsageError(f"{path.name} 中没有『{number}』这个数", "请照简报中的写法给出")
    return original.replay.report, places


def _by_name(
    workspace: Workspace,
    what: str,
    ledger: str | None,
    by: str | None,
    at: str | None,
    period: str | None,
) -> tuple[Report, FigureRef]:
    from pipeline.replay import replayed
    from pipeline.trace.explain import figure_named
    from pipeline.trace.original import figures_by_id, newest, period_with

    if by is None and at is not None:
        raise UsageError("--at 须与 --by 一起用", "例如 --by 企业名称 --at 某企业")
    tag = _ID.fullmatch(what.strip())
    if tag is not None:
        short = tag[1].lower()
        report = replayed(workspace, period or period_with(workspace, short)).report
        figures = figures_by_id(report)
        if short not in figures:
            raise UsageError(
                f"{report.period.id} 一期没有编号为 {short} 的数",
                "请核对编号，或用 --period 指明是哪一期",
            )
        return report, figures[short]
    report = replayed(workspace, period or newest(workspace)).report
    return report, figure_named(report, what, ledger, by, at)


def _show_places(
    places: list[Found], document: Path, number: str, *, as_json: bool, lang: str
) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say

    if as_json:
        told = {"number": number, "places": [place.record() for place in places]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    screen = console()
    head = say("explain_several", lang, file=document.name, number=number, count=len(places))
    paragraph(screen, head, 0, lang)
    for place in places[:_CHOICES]:
        paragraph(screen, f"{place.tag or say('explain_no_figure', lang)}  {place.place}", 2, lang)
        if place.around.strip("【】") != number:
            paragraph(screen, place.around, 6, lang)
    if len(places) > _CHOICES:
        paragraph(screen, say("verify_more", lang, count=len(places) - _CHOICES), 2, lang)
    if any(place.tag for place in places):
        paragraph(screen, say("explain_choose", lang), 0, lang)


def _show(found: Explanation, lang: str, elsewhere: Path | None, indent: int = 0) -> None:
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say
    from pipeline.messages.catalogue import day

    screen = console()
    ref = found.ref
    paragraph(screen, f"{found.label} = {found.value}", indent, lang)
    told = say("explain_head", lang, figure=f"{ref.ledger}.{ref.figure}",
               as_of=day(found.as_of, lang), period=found.period)  # fmt: skip
    paragraph(screen, told, indent + 2, lang)
    paragraph(screen, say("explain_definition", lang, text=found.definition), indent + 2, lang)
    if found.conditions:
        paragraph(screen, say("explain_filter", lang, text=found.conditions), indent + 2, lang)
    ratio = found.kind == "ratio"
    words = ("numerator", "denominator") if ratio else ("first", "second")
    for part, word in zip(found.parts, words, strict=False):
        screen.print()
        paragraph(screen, say(f"explain_{word}", lang), indent + 2, lang)
        _show(part, lang, elsewhere, indent + 2)
    if found.parts:
        return
    paragraph(screen, say("explain_rows", lang, count=len(found.rows)), indent + 2, lang)
    for number, row in enumerate(found.rows[:_SHOWN], start=1):
        for line in _row(row, found.period, number, lang):
            paragraph(screen, line, indent + (4 if line[0].isdigit() else 8), lang)
    if len(found.rows) > _SHOWN:
        rest = len(found.rows) - _SHOWN
        word = "explain_more_in" if elsewhere else "explain_more"
        paragraph(screen, say(word, lang, count=rest, file=elsewhere), indent + 4, lang)


def _warn(number: str, found: Explanation, lang: str) -> None:
    """Say so where the document has another number than the figure."""
    from pipeline.cli.screen import console, paragraph
    from pipeline.messages import say
    from pipeline.trace.printed import same

    if not same(number.rstrip("%％"), found.value.rstrip("%")):
        told = say("explain_differs", lang, number=number, value=found.value)
        paragraph(console(), told, 0, lang)


def _row(row: Row, period: str, number: int, lang: str) -> list[str]:
    from rich.cells import cell_len, set_cell_size

    from pipeline.messages import say
    from pipeline.write.briefing.figures import clean

    named = f"{number}. " + "  ".join(filter(None, (row.enterprise, row.number, row.value)))
    room = _LINE - cell_len(named)
    words = " ".join(clean(row.text).split())
    if cell_len(words) > room:
        words = set_cell_size(words, max(room - 2, 0)).rstrip() + "…"
    named += f"  {words}" if words else ""
    if not row.file:
        return [named]
    where = [row.file, row.sheet, say("rows_one", lang, rows=row.row) if row.row else ""]
    source = (", " if lang == "en" else "，").join(filter(None, where))
    carried = say("explain_carried", lang, period=row.period) if row.period != period else ""
    return [named, source + carried]


def _write(found: Explanation, file: Path, lang: str) -> None:
    """Write all rows as CSV for Excel; what came from outside stays text in it."""
    from pipeline.messages import say

    columns = ("enterprise", "number", "text", "value", "period", "file", "sheet", "row")
    parts = found.parts or (found,)
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow([say("explain_figure", lang), *(say(f"explain_{n}", lang) for n in columns)])
    for part in parts:
        for row in part.rows:
            cells = [part.label, *(getattr(row, name) for name in columns)]
            writer.writerow(["" if cell is None else _text(str(cell)) for cell in cells])
    file.write_text(made.getvalue(), encoding="utf-8-sig", newline="")


def _text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
