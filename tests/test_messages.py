"""The catalogue: every code that the program can tell has its words, in both languages."""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tables import CASES, CLEAN_CASE, ITEMS, File, lines, period, sent

import pipeline
from pipeline.findings import finding, findings_table
from pipeline.messages import default_severity, say, tell
from pipeline.messages.catalogue import day
from pipeline.model import Sheet
from pipeline.rules.families import FAMILIES
from pipeline.rules.keys import where_else
from pipeline.write.told import told


def entries(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("pipeline.messages").joinpath(name).read_text(encoding="utf-8"))


CATALOGUE = entries("catalogue.toml")
WORDS = entries("words.toml")
TELLERS = ("finding", "Notice", "RefusedError", "_tell")
SOURCES = sorted(Path(pipeline.__file__).parent.rglob("*.py"))


def calls(*names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions of these names in the program."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name in names:
                    yield node


def constants(nodes: list[ast.expr]) -> set[str]:
    """Return the texts that these expressions stand for, both ways of an ``if`` included."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.IfExp):
            found |= constants([node.body, node.orelse])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
    return found


def texts_of_the_program() -> set[str]:
    found: set[str] = set()
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {
            n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) is str
        }
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_code_that_is_raised_has_an_entry() -> None:
    """Codes of the profiles' own rules are told by their family's message."""
    raised = constants([c.args[0] for c in calls(*TELLERS) if c.args])
    raised |= constants([c.args[1] for c in calls("on_rows") if len(c.args) > 1])
    raised |= constants([c.args[1] for c in calls("Reading") if len(c.args) > 1])
    raised -= {rule.code for profile in (ITEMS, CASES) for rule in profile.rules}
    assert len(raised) > 30
    assert raised - CATALOGUE.keys() == set()


def test_every_family_and_every_check_has_a_message() -> None:
    assert FAMILIES.keys() - CATALOGUE.keys() == set()
    messages = constants(
        [k.value for c in calls("Check") for k in c.keywords if k.arg == "message"]
    )
    assert {"required", "required_choice"} <= messages
    assert messages - CATALOGUE.keys() == set()


def test_no_entry_is_left_that_nothing_tells() -> None:
    assert CATALOGUE.keys() - texts_of_the_program() == set()


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_entry_says_the_same_in_both_languages(code: str) -> None:
    entry = CATALOGUE[code]
    texts = {"zh", "en", "remedy_zh", "remedy_en"}
    short = {"short_zh", "short_en"} & set(entry)
    assert set(entry) - {"rulings"} == {"severity", *texts, *short}
    assert len({frozenset(placeholders(entry[name])) for name in short}) == bool(short)
    assert len(short) in (0, 2)
    assert default_severity(code) in ("E", "W", "I")
    assert all(entry[name].strip() for name in texts)
    assert placeholders(entry["zh"]) == placeholders(entry["en"])
    assert placeholders(entry["remedy_zh"]) == placeholders(entry["remedy_en"])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_an_entry_can_be_told(code: str, lang: str) -> None:
    entry = CATALOGUE[code]
    named = placeholders(entry[lang]) | placeholders(entry[f"remedy_{lang}"])
    made = {"place", "eg", "nearest_hint", "items_note", "row", "column", "value"}
    made |= {
        "now",
        "before",
        "because",
        "how_different",
        "rows_like_it",
        "mail",
        "in_a_row",
        "late_by",
    }
    params: dict[str, Any] = dict.fromkeys(named - made, "{x}")
    if "date" in params:
        params["date"] = "2020-10-09"
    params.pop("other_value", None)
    if "arrived" in params:
        params |= {"late_minutes": 5, "arrived": "2020-10-09T17:05", "cutoff": "2020-10-09"}
    if "filing" in params:
        params["filing"] = "nil"
    if "mail" in named:
        params |= {"who": "", "sent": "", "file": "来信.eml"}
    if "because" in named:
        params |= {"by": "name", "newer_says": "2", "older_says": "1", "against": ["saved"],
                   "differing": 0, "columns": {"zh": "", "en": ""}, "listed": 0}  # fmt: skip
    words = tell(code, params, lang, row=12, column="完成日期")
    for text in (words.message, words.remedy):
        assert text
        assert text[-1] in "。."
    assert ("12" in words.message) == bool({"place", "row"} & placeholders(entry[lang]))


def test_a_code_or_a_placeholder_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        tell("no-such-code", {}, "zh")
    with pytest.raises(KeyError):
        tell("sheet-ignored", {}, "zh")


def test_what_a_finding_says() -> None:
    place = {"row": 7, "column": "完成日期", "value": "x" * 50}
    because = {"because": {"zh": "须填写", "en": "needed"}, "example": "2020年10月9日"}
    assert (
        tell("completed-undated", {"message": "required_when", **because}, "zh", **place).message
        == "第 7 行『完成日期』为空：须填写，如 2020年10月9日。"
    )
    assert (
        tell("completed-undated", {"message": "required_when", **because}, "en", **place).message
        == "Row 7, “完成日期” is blank: needed, e.g. 2020年10月9日."
    )
    shortened = tell("unreadable-date", {}, "zh", **place).message
    assert shortened == f"第 7 行『完成日期』为『{'x' * 39}…』，不能确定是哪一天。"
    several = {"names": ["甲公司", "乙公司"]}
    assert "甲公司、乙公司 中" in tell("enterprise-ambiguous", several, "zh", **place).message
    assert "甲公司, 乙公司" in tell("enterprise-ambiguous", several, "en", **place).message


def test_dates_have_no_leading_zeros() -> None:
    assert day(date(2020, 1, 9), "zh") == day("2020-01-09", "zh") == "2020年1月9日"
    assert day(date(2020, 1, 9), "en") == "9 January 2020"


@pytest.mark.parametrize("word", sorted(WORDS))
def test_a_word_is_there_in_both_languages(word: str) -> None:
    assert set(WORDS[word]) == {"zh", "en"}
    assert all(text.strip() for text in WORDS[word].values())
    assert placeholders(WORDS[word]["zh"]) == placeholders(WORDS[word]["en"])


def test_every_word_that_is_said_is_there() -> None:
    said = {
        c.args[0].value
        for c in calls("say")
        if c.args and isinstance(c.args[0], ast.Constant) and isinstance(c.func, ast.Name)
    }
    assert len(said) > 20
    assert said - WORDS.keys() == set()
    assert say("by_heading", "en", label="level") == "By level"


NASTY = """
企业名称｜问题编号｜问题类别｜问题描述｜发现日期｜整改方式｜问题来源｜整改措施｜整改时限｜计划资金(万元)｜责任人｜整改状态｜完成日期｜佐证材料
甲公司｜1｜废水｜漏水｜9月1日｜限期｜自查｜无｜2020.9.30｜5000元｜｜整改中｜2020.9.9｜
甲公司｜1｜水｜{漏水}｜2020.1｜｜自查｜修｜尽快｜若干｜张三｜基本完成｜｜
东山｜LX-1｜天｜漏｜2020-10-01｜｜｜修｜2020-09-01｜｜张｜已完成｜2020-10-20｜
乙公司｜LX-2｜废水｜扬尘｜2020-10-01｜｜自查｜修｜10月中旬｜｜张｜已完成｜2020-09-02｜
丙公司｜LX-2｜废水｜噪声｜2020-09-01｜｜自查｜修｜2020-09-02｜｜张｜已完成｜2020-09-03｜
甲公司 ｜LX-9｜废水｜｜｜｜｜｜｜｜｜撤销｜｜
甲公司一｜LX-10｜废水｜异味｜｜｜｜｜2020-10-10｜｜｜整改中｜｜
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whatever_stages_find_can_be_told(lang: str) -> None:
    """Findings with their own parameters, not ones made up for the test."""
    known = File(NASTY, "乙公司.xlsx")
    before = period(ITEMS, "企业名称｜问题编号｜问题描述｜整改状态\n丙公司｜LX-2｜噪声｜已完成\n"
                    "甲公司｜LX-77｜别的｜整改中")  # fmt: skip
    doubled = File(lines(*[CLEAN_CASE | {"closure": "基本办结"}] * 2))
    results = [
        (period(ITEMS, known, before=before, as_of=date(2020, 10, 16)), sent(ITEMS, known)),
        (period(CASES, doubled), sent(CASES, doubled)),
    ]
    codes = set()
    for result, arrived in results:
        names = {s.id: s.name for s in arrived.submissions}
        for output in ("findings.xlsx", "run.json", "returns/"):
            found = told(result.findings, names, arrived.sheets, [ITEMS, CASES], lang, output)
            assert len(found) == result.findings.num_rows
            codes |= {f.code for f in found}
            assert not [f for f in found if "None" in f.message or not f.message]
    assert len(codes) >= 20


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_why_a_package_is_refused_is_told_in_words(lang: str) -> None:
    reasons = constants([c.args[0] for c in calls("refused") if c.args])
    assert len(reasons) >= 8
    for why in sorted(reasons):
        message = tell("package-refused", {"why": why}, lang).message
        assert why not in message


def test_what_kind_of_file_it_is_is_told_in_words() -> None:
    assert "text" not in tell("unreadable-type", {"kind": "text"}, "zh").message


@pytest.mark.parametrize(
    ("others", "zh", "en"),
    [
        ([(0, 9)], "与第 9 行编号相同", "in row 9."),
        ([(0, 9), (0, 12)], "与第 9、12 行编号相同", "in rows 9, 12."),
        ([(1, 3)], "与工作表『已完成』第 3 行编号相同", "in row 3 of sheet “已完成”."),
        ([(0, 9), (1, 3)], "与工作表『整改中』第 9 行、工作表『已完成』第 3 行编号相同",
         "in row 9 of sheet “整改中”, row 3 of sheet “已完成”."),
        ([(0, n) for n in range(9, 15)], "与第 9、10、11、12、13 行、…编号相同",
         "in rows 9, 10, 11, 12, 13, …."),
    ],
)  # fmt: skip
def test_other_rows_are_named_by_their_sheet_where_it_is_another(
    others: list[tuple[int, int]], zh: str, en: str
) -> None:
    names = ("整改中", "已完成")
    sheets = [
        Sheet(id=n, submission=0, name=name, ledger="rectification", header_row=1, columns={})
        for n, name in enumerate(names)
    ]
    params = {**where_else(0, others), "message": "unique"}
    place = {"ledger": "rectification", "sheet_id": 0, "row_no": 5, "value": "LX-1"}
    found = findings_table([finding("duplicate-key", "E", **place, params=params)])
    for lang, said in (("zh", zh), ("en", en)):
        (one,) = told(found, {}, sheets, [], lang)
        assert said in one.message
