"""What goes out beside the Word document: PDF, a picture of page 1, a message of 150 characters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import docx
import pytest
from demo_runs import SECOND, Ran, run, second_inbox
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import ITEMS, period, registry
from workbooks import AS_OF, item, merge, ongoing, send, taizhang, workspace

from pipeline import office
from pipeline.configuration import Campaign
from pipeline.errors import ImpossibleError
from pipeline.office import libreoffice, word
from pipeline.profile.check import contradictions
from pipeline.write.chat import LONGEST, chat
from pipeline.write.compose import Composer, Counted
from pipeline.write.numbers import printed as as_printed

A, B = "示例甲矿业有限公司", "示例乙化工有限公司"
HEAD = "企业名称｜问题编号｜问题描述｜整改状态｜整改时限\n"


# ---------------------------------------------------------------- the message


@cache
def counted(*lines: str, names: str = "企业名称｜简称\n甲公司｜甲\n乙公司｜乙") -> Counted:
    result = period(ITEMS, HEAD + "\n".join(lines), known=registry(names))
    return Counted(result.ledger, result.figures, None)


TWO = counted("甲公司｜1｜漏水｜已完成｜2020-09-30", "乙公司｜2｜扬尘｜整改中｜2020-09-30")


def said(what: Counted = TWO, lang: str = "zh", title: str = "督察整改简报", **room: int) -> str:
    return chat([what], Composer("p", Campaign(title=title), lang, terse=True), 22, **room)


def test_the_message_of_the_example(one_period: Ran, tmp_path: Path) -> None:
    folder = one_period.copied(tmp_path / "w")
    told = taizhang("export", "--message", cwd=folder)
    message = (
        "督察整改简报第22期（截至2020年10月9日）：立行立改事项38项，已完成24项（63.2%），"
        "持续整改14项，超期2项（银坳铜业、丰坝化肥）；存疑待裁定0项。\n"
    )
    assert (folder / "output" / AS_OF / "briefing.txt").read_text("utf-8") == message
    assert told.code == 0
    assert told.out.endswith(message)
    second_inbox(folder)
    run(folder, SECOND)
    assert "；较第22期新增1项、新增完成2项；" in taizhang("export", "--message", cwd=folder).out
    old = taizhang("export", "--message", "--period", AS_OF, cwd=folder)  # an earlier one as it was
    assert old.out.endswith(message)


def test_parts_go_whole_and_the_least_important_first() -> None:
    full = (
        "督察整改简报第22期（截至2020年10月9日）：整改事项2项，已完成1项（50.0%），持续整改1项，"
        "超期1项（乙）；存疑待裁定0项。"
    )
    assert said() == full
    assert said(longest=len(full) - 1) == full.replace("（乙）", "")
    shorter = full.replace("（乙）", "").replace("；存疑待裁定0项", "")
    assert said(longest=len(shorter)) == shorter
    assert said(longest=len(shorter) - 1) == shorter.replace("，持续整改1项", "")
    assert said(longest=30) == "督察整改简报第22期（截至2020年10月9日）。"


def test_nothing_on_record_is_said() -> None:
    assert said(counted()) == "督察整改简报第22期（截至2020年10月9日）：本期无在册事项。"


def test_in_english() -> None:
    assert said(lang="en", title="Rectification briefing") == (
        "Rectification briefing No. 22 (as of 9 October 2020): 2 items, 1 completed (50.0%), "
        "1 ongoing, 1 overdue (乙); 0 await a ruling."
    )


@settings(max_examples=120, deadline=None)
@given(
    st.integers(0, 10**12), st.text("督察整改简报ABC ", max_size=90), st.sampled_from(["zh", "en"]),
    st.integers(1, 40),
)  # fmt: skip
def test_never_longer_than_it_may_be_and_no_number_is_cut(
    number: int, title: str, lang: str, length: int
) -> None:
    """Whatever the numbers, names and title: whole numbers of figures, in 150 characters."""
    figures = {
        ref: (value if isinstance(value, Decimal) or value is None else number)
        for ref, value in TWO.figures.items()
    }
    names = "企业名称｜简称\n甲公司｜甲\n乙公司｜" + "示" * length
    late = counted("乙公司｜2｜扬尘｜整改中｜2020-09-30", names=names)
    what = replace(late, figures={**figures, **{r: n for r, n in figures.items() if r.by == ""}})
    text = said(what, lang, title)
    assert len(text) <= LONGEST
    may = {as_printed(value) for ref, value in figures.items()} | {"22", "2020", "10", "9", "50.0"}
    assert set(re.findall(r"\d+(?:\.\d+)?", text)) <= may


def test_a_message_names_figures_that_there_are() -> None:
    part = ITEMS.message[0]
    text = part.text.model_copy(update={"zh": "{totl}项"})
    wrong = ITEMS.model_copy(update={"message": (part.model_copy(update={"text": text}),)})
    assert contradictions(wrong) == [
        "message[1].zh：没有名为『totl』的指标或词语，是不是『total』？"
    ]


# ---------------------------------------------------------------- the command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = workspace(tmp_path / "w", A)
    send(made, "a.xlsx", item(A, "1"), ongoing(A, "2"))
    merge(made)
    return made


def test_without_libreoffice_it_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "found", lambda: None)
    told = taizhang("export", cwd=folder)
    assert told.code == 3
    assert "没有找到 LibreOffice" in told.err
    assert "在 Word、WPS 中打开简报，另存为 PDF" in told.err
    out = folder / "output" / AS_OF
    assert (out / "briefing.txt").is_file()  # what needs none is there all the same
    assert not (out / "briefing.pdf").exists()


def test_it_is_looked_for_on_the_path_and_where_it_is_usually_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice.shutil, "which", lambda _: None)
    place = tmp_path / "soffice.com"
    monkeypatch.setattr(libreoffice, "_PLACES", (str(tmp_path / "none"), str(place)))
    assert libreoffice.found() != place
    place.touch()
    assert libreoffice.found() == place
    monkeypatch.setattr(libreoffice.shutil, "which", lambda name: f"/bin/{name}")
    assert libreoffice.found() == Path("/bin/soffice")


def test_without_a_briefing_it_says_so(tmp_path: Path) -> None:
    made = workspace(tmp_path / "w", A)
    told = taizhang("export", cwd=made)
    assert (told.code, "还没有汇总过任何一期" in told.err) == (2, True)


def test_an_edited_message_stays(folder: Path) -> None:
    taizhang("export", "--message", cwd=folder)
    file = folder / "output" / AS_OF / "briefing.txt"
    file.write_text("主任好！\n", "utf-8")
    told = taizhang("export", "--message", cwd=folder)
    assert file.read_text("utf-8") == "主任好！\n"
    assert "briefing.new.txt" in told.out


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands in for LibreOffice")
def test_a_stuck_one_is_killed_with_its_children_and_sees_no_passwords(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, child = tmp_path / "soffice", tmp_path / "child"
    stuck.write_text(
        f'#!/bin/sh\ntrap "" TERM\nsleep 600 &\necho $! > {child}\n'
        f'echo "$TAIZHANG_PASSWORDS|$https_proxy" > {tmp_path}/env\nwait\n'
    )
    stuck.chmod(0o755)
    monkeypatch.setattr(libreoffice, "found", lambda: stuck)
    monkeypatch.setenv("TAIZHANG_PASSWORDS", "秘密")
    started = time.monotonic()
    with pytest.raises(ImpossibleError, match="1 秒内没有转换完"):
        office.to_pdf(b"", seconds=1)
    assert time.monotonic() - started < 10
    assert (tmp_path / "env").read_text().strip() == "|http://127.0.0.1:9"
    deadline = time.monotonic() + 5
    while _alive(int(child.read_text())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(int(child.read_text()))


def _alive(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    if state.exists():
        return state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not sys.platform.startswith("linux")


def test_what_ends_without_a_pdf_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "found", lambda: Path(sys.executable))
    with pytest.raises(ImpossibleError, match="转换没有成功") as told:
        office.to_pdf(b"no document")
    assert told.value.exit_code == 3


@pytest.fixture
def powershell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shell script in PowerShell's place, on a machine without LibreOffice."""
    if sys.platform == "win32":
        pytest.skip("a shell script stands in for PowerShell")
    place = tmp_path / "powershell"
    place.touch(0o755)
    monkeypatch.setattr(libreoffice, "found", lambda: None)
    monkeypatch.setattr(word, "shell", lambda: place)
    return place


def test_without_libreoffice_word_or_wps_convert(powershell: Path) -> None:
    """Only that the script is asked, and how: Word itself is untried."""
    powershell.write_text(
        '#!/bin/sh\n[ "$5 $6" = "-File convert.ps1" ] && cp "$TAIZHANG_IN" "$TAIZHANG_OUT"\n'
        "cp convert.ps1 $0.seen\n"
    )
    assert office.to_pdf(b"a document") == b"a document"
    script = powershell.with_suffix(".seen").read_text("utf-8")
    assert "'Word.Application', 'KWPS.Application'" in script
    assert "ExportAsFixedFormat($env:TAIZHANG_OUT, 17)" in script
    assert script.count("{") == script.count("}")


def test_with_neither_installed_it_says_what_to_do(powershell: Path) -> None:
    powershell.write_text("#!/bin/sh\necho 'taizhang: no word'\n")
    with pytest.raises(ImpossibleError, match="没有找到 LibreOffice"):
        office.to_pdf(b"a document")


def test_what_word_says_when_it_fails_is_told(powershell: Path) -> None:
    powershell.write_text("#!/bin/sh\necho 'Word is busy'\nexit 1\n")
    with pytest.raises(ImpossibleError, match="转换没有成功：Word is busy"):
        office.to_pdf(b"a document")


@pytest.mark.slow
def test_pdf_and_picture_of_an_edited_briefing(folder: Path) -> None:
    if libreoffice.found() is None and not os.environ.get("CI"):
        pytest.skip("LibreOffice is not installed")
    path = folder / "output" / AS_OF / "briefing.docx"
    word = docx.Document(str(path))
    word.paragraphs[-1].insert_paragraph_before("主任审定后印发")
    edited = folder / "终稿.docx"
    word.save(str(edited))
    before = edited.read_bytes()
    for _ in range(2):  # a second time replaces the first
        told = taizhang("export", "终稿.docx", "--pdf", "--png", "--out", "给领导", cwd=folder)
        assert told.code == 0, told.err
    made = sorted(each.name for each in (folder / "给领导").iterdir())
    assert made == ["终稿.pdf", "终稿.png"]
    assert edited.read_bytes() == before
    pdf = folder / "给领导" / "终稿.pdf"
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True).stdout
    assert "主任审定后印发" in text.decode()
    picture = (folder / "给领导" / "终稿.png").read_bytes()
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    assert (picture[:8], width) == (b"\x89PNG\r\n\x1a\n", 1080)
    assert 1520 <= height <= 1530
