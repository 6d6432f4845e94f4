"""Personal data in what the program writes: where the desk alone reads it stays, elsewhere not."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
import workbooks
from docx import Document
from workbooks import HEADER, lines, merge, ongoing, send, workbook

from pipeline.model import FigureRef
from pipeline.write.manifest import names_of_parts

PHONE, CARD = "13812345678", "110101199003078515"
TOLD = f"投诉人李四（{PHONE}，{CARD}）反映2号沉淀池渗水"
LEFT = "投诉人＊＊＊（138＊＊＊＊5678，＊＊＊）反映2号沉淀池渗水"


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A period with a complaint in an item that is overdue and lacks a person, sent by its own
    enterprise and, another one, by a stranger; a file's name and a title hold numbers too.
    """
    folder = workbooks.workspace(tmp_path_factory.mktemp("personal"), "甲公司", "乙公司")
    faulty = {"问题描述": TOLD, "责任人": None, "整改时限": "2020-09-30"}
    letter = {f"来信{PHONE}": "有"}
    own = lines([ongoing("甲公司", "LX-1", **faulty) | letter], [*HEADER, *letter])
    path = folder / "inbox" / f"甲公司 {PHONE}.xlsx"
    workbook(path, own, names=(f"台账{PHONE}",), saved="2020-10-08")
    other = ongoing("甲公司", "LX-2", **faulty | {"问题描述": TOLD.replace("2号", "5号")})
    send(folder, "乙公司.xlsx", ongoing("乙公司", "LX-9"), other)
    return merge(folder).folder


def leaks(text: str) -> list[str]:
    """What must not be there: each number, the name, and seven digits of a number in a row."""
    return [s for s in (PHONE, CARD, "李四", PHONE[:7], PHONE[-7:], CARD[:7]) if s in text]


def words(package: bytes) -> str:
    """All texts of an office file."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        xml = [parts.read(n).decode("utf-8") for n in parts.namelist() if n.endswith(".xml")]
    return re.sub(r"<[^>]*>", " ", "\n".join(xml))


def test_the_briefing_lists_the_item_masked(output: Path) -> None:
    document = Document(str(output / "briefing.docx"))
    text = "".join(document.element.body.xpath(".//w:t/text()"))
    assert LEFT in text
    assert leaks(text) == []


def test_the_manifest_tells_faults_and_files_masked(output: Path) -> None:
    text = (output / "run.json").read_text(encoding="utf-8")
    assert "甲公司 138＊＊＊＊5678.xlsx" in text
    assert "台账138＊＊＊＊5678" in text
    assert '"来信138＊＊＊＊5678"' in text
    assert '"personal-data"' in text
    assert leaks(text) == []


def test_an_enterprises_return_quotes_rows_of_anothers_file_masked(output: Path) -> None:
    returns = output / "returns"
    assert sorted(path.name for path in (returns / "甲公司").iterdir()) == [
        "台账-须修改.xlsx", "甲公司 138＊＊＊＊5678.xlsx", "说明.txt",
    ]  # fmt: skip
    quoted = words((returns / "甲公司" / "台账-须修改.xlsx").read_bytes())
    assert "LX-2" in quoted
    assert leaks(quoted) == []
    for note in returns.rglob("说明.txt"):
        assert leaks(note.read_text(encoding="utf-8-sig").replace(f"{PHONE}.xlsx", "")) == []


def test_the_desk_keeps_what_was_sent(output: Path) -> None:
    assert TOLD in words((output / "master.xlsx").read_bytes())


def test_parts_of_a_breakdown_that_masking_makes_equal_stay_apart() -> None:
    numbers = {
        FigureRef("cases", figure, by, at): number
        for number, (figure, by, at) in enumerate(
            [("total", "", ""), ("total", "region", "举报人张三"), ("rate", "region", "举报人张三"),
             ("total", "region", "举报人李四"), ("total", "leader", "举报人王五")]
        )
    }  # fmt: skip
    assert names_of_parts(numbers) == {
        ("region", "举报人张三"): "举报人＊＊＊",
        ("region", "举报人李四"): "举报人＊＊＊ (2)",
        ("leader", "举报人王五"): "举报人＊＊＊",
    }
