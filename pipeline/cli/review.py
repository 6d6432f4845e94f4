"""``taizhang review``: one page for who signs."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import lang_option


@click.command()
@click.argument("document", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="写到哪个文件。The file to write.")
@lang_option
def review(document: Path, out: Path | None, lang: str) -> int:
    """写出核稿单（review.docx）：签发人先看这一页。

    DOCUMENT 是送审稿（.docx）。一页 A4：比上期变动的数字和进出的行、存疑事项及其影响、人改过的
    段落、数字核对结果、核签栏。
    One A4 page for who signs: what changed, what is in doubt, what was reworded, what verify says.

    退出码 Exit codes: 0 完成 done; 1 有数不符 some numbers are not right.
    """
    from pipeline.cli.screen import console, paragraph, progress_shown
    from pipeline.messages import say
    from pipeline.trace.issue import held
    from pipeline.trace.review import review_of
    from pipeline.workspace import required
    from pipeline.write.briefing.review import write_review
    from pipeline.write.outputs import deliver
    from pipeline.write.review import REVIEW_FILE

    workspace = required(Path.cwd())
    with progress_shown(quiet=False) as progress:
        one = held(workspace, document, lang, progress)
        sheet = review_of(workspace, one, lang, progress)
    report = one.replay.report
    made = write_review(sheet, one.replay.job.template, report.created)
    target = out or document.with_name(REVIEW_FILE)
    delivery = deliver(target.parent, {target.name: made}, {})
    written = delivery.beside.get(target.name, target.name)
    paragraph(console(), say("review_written", lang, file=written), 0, lang)
    return 1 if sheet.wrong else 0
