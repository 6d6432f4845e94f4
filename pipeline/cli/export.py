"""``taizhang export``: the briefing as PDF, as a picture of page 1, as a message for a chat."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.options import lang_option, period_option


@click.command()
@click.argument("document", required=False, type=click.Path(path_type=Path))
@period_option
@click.option("--pdf", "pdf", is_flag=True, help="转成 PDF。Convert it to PDF.")
@click.option("--png", "png", is_flag=True, help="第一页的图片，手机上看。Page 1 as a picture.")
@click.option(
    "--message", "message", is_flag=True, help="不超过150字的短消息。A message of 150 characters."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="放在哪里，默认与简报同处。Where they go."
)
@lang_option
def export(
    document: Path | None,
    period: str | None,
    pdf: bool,
    png: bool,
    message: bool,
    out: Path | None,
    lang: str,
) -> int:
    """把简报转成 PDF、第一页图片，写出群里用的短消息。

    DOCUMENT 是简报（改过的也可以），不写则为最近一期的。不加选项时三样都要。
    转换用本机的 LibreOffice（Windows 上没有它时用 Word 或 WPS，尚未试过），图片还用 poppler，
    均不联网；原文件不动。短消息中的数由台账重新算出。
    Turn the briefing, edited or not, into a PDF, a picture of page 1 and a message for a chat;
    without options all three. LibreOffice converts (without it, on Windows, Word or WPS: untried),
    poppler draws, nothing is fetched. The message's numbers are computed again from the ledgers.
    """
    from pipeline.cli.screen import progress_shown
    from pipeline.export import ENDINGS, EVERYTHING, briefing_of, exported
    from pipeline.workspace import required
    from pipeline.write.outputs import deliver

    workspace = required(Path.cwd())
    path = document or briefing_of(workspace, period)
    chosen = {"message": message, "pdf": pdf, "png": png}
    wanted = tuple(each for each in EVERYTHING if chosen[each] or not any(chosen.values()))
    folder = out or path.parent
    folder.mkdir(parents=True, exist_ok=True)
    with progress_shown(quiet=False) as progress:
        for what, data in exported(workspace, path, period, wanted, lang, progress):
            name = path.with_suffix(ENDINGS[what]).name
            made = deliver(folder, {name: data}, _converted_before(folder / name))
            click.echo(f"已写出：{folder / made.beside.get(name, name)}")
            if what == "message":
                click.echo(data.decode(), nl=False)
    return 0


def _converted_before(file: Path) -> dict[str, str]:
    """The hash of a PDF or picture that stands there: nobody edits these, so it is replaced.

    A message may have been edited: it stays, and the new one goes beside it.
    """
    import hashlib

    if file.suffix == ".txt" or not file.is_file():
        return {}
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()}
