"""Whose row it is: its own cell first, then hidden sheet, title, file name, folder."""

import json

import pyarrow as pa
import pytest
from tables import (
    AS_OF,
    CASES,
    CLEAN_CASE,
    ITEMS,
    File,
    lines,
    listed,
    registry,
    seen,
    sent,
    settled,
)

from pipeline.messages import tell
from pipeline.model import Period
from pipeline.registry import Registry
from pipeline.settle import settle

KNOWN = registry("企业名称｜简称\n甲公司｜\n乙公司｜东山\n丙公司｜东山\n丁公司｜")
ROW = "问题描述｜整改状态\n漏水｜整改中"


def owner(file: File) -> tuple[str | None, list[tuple[str, str, int | None, str]]]:
    """Return the owner of a file's only row, and what was found."""
    found = settled(ITEMS, file, known=KNOWN)
    ((name,),) = listed(found.rows, "enterprise.name")
    return name, seen(found.findings, "EWI")


@pytest.mark.parametrize(
    "file",
    [
        File(ROW, declared={"enterprise": "甲公司"}, title="乙公司台账", name="丁公司.xlsx"),
        File(ROW, title="甲公司整改台账", name="台账.xlsx"),
        File(ROW, title="整改台账", name="收件/甲公司(1).xlsx"),
        File(ROW, title="东山整改台账", name="甲公司.xlsx"),
        File(ROW, name="甲公司/台账.xlsx"),
        File(ROW, declared={"enterprise": "某某"}, name="甲公司.xlsx"),
    ],
)
def test_a_row_without_a_name_is_its_senders(file: File) -> None:
    assert owner(file) == ("甲公司", [])


def test_nobody_says_whose_row_it_is() -> None:
    assert owner(File(ROW, name="台账.xlsx")) == (
        None,
        [("enterprise-blank", "E", 2, "enterprise")],
    )


def test_a_file_name_that_fits_two_is_asked() -> None:
    assert owner(File(ROW, name="东山.xlsx")) == (
        None,
        [("enterprise-ambiguous", "E", 2, "enterprise")],
    )


@pytest.mark.parametrize(
    ("cell", "file", "name", "codes"),
    [
        ("甲公司", "乙公司.xlsx", "甲公司", [("enterprise-differs", "W", 2, "enterprise")]),
        ("甲公司", "台账.xlsx", "甲公司", []),
        ("东山", "乙公司.xlsx", None, [("enterprise-ambiguous", "E", 2, "enterprise")]),
        ("甲公 司", "甲公司.xlsx", "甲公司", []),
        ("戊公司", "甲公司.xlsx", None, [("enterprise-unknown", "E", 2, "enterprise")]),
    ],
)
def test_the_row_counts_and_disagreement_is_told(
    cell: str, file: str, name: str | None, codes: list[tuple[str, str, int, str]]
) -> None:
    table = f"企业名称｜问题描述｜整改状态\n{cell}｜漏水｜整改中"
    assert owner(File(table, name=file)) == (name, codes)


def test_a_disagreement_says_who_said_otherwise_and_where() -> None:
    table = "企业名称｜问题描述｜整改状态\n甲公司｜漏水｜整改中"
    found = settled(ITEMS, File(table, title="丁公司整改台账"), known=KNOWN)
    (told,) = found.findings.to_pylist()
    assert told["params"] == (
        '{"count": 1, "name": "甲公司", "other": "丁公司", "told_by": "title"}'
    )


FAMILY = registry(
    "企业名称｜上级单位｜邮箱\n东山集团｜｜group@example.com\n东山板块｜东山集团｜\n甲公司｜东山板块｜\n"
    "乙公司｜西山集团｜b@example.com\n丙公司｜丁公司｜\n丁公司｜丙公司｜"
)
TWO = "企业名称｜问题描述｜整改状态\n甲公司｜一｜整改中\n甲公司｜二｜整改中\n东山板块｜三｜整改中"


@pytest.mark.parametrize("name", ["1.xlsx", "东山集团周报/1.xlsx", "东山集团.xlsx"])
def test_a_parent_may_send_what_its_subsidiaries_filled_in(name: str) -> None:
    found = settled(ITEMS, File(TWO, name, sender="集团办 <group@example.com>"), known=FAMILY)
    assert seen(found.findings) == []


@pytest.mark.parametrize(
    ("file", "other", "told_by"),
    [
        (File(TWO, "1.xlsx", sender="b@example.com"), "乙公司", "sender"),
        (File(TWO, "丙公司.xlsx"), "丙公司", "file"),
    ],
)
def test_what_really_differs_is_told_once_for_the_sheet(
    file: File, other: str, told_by: str
) -> None:
    found = settled(ITEMS, file, known=FAMILY)
    (told,) = found.findings.to_pylist()
    assert (told["code"], told["row_no"]) == ("enterprise-differs", 2)
    params = json.loads(told["params"])
    assert params == {"count": 3, "name": "甲公司", "other": other, "told_by": told_by}
    said = tell("enterprise-differs", params, "zh", row=2, column="企业名称", value="甲公司")
    assert said.message.endswith(f"『{other}』；本表这样的共 3 行。")


def test_one_below_does_not_send_for_one_above() -> None:
    rows = "企业名称｜问题描述｜整改状态\n东山集团｜一｜整改中"
    found = settled(ITEMS, File(rows, "甲公司.xlsx"), known=FAMILY)
    assert seen(found.findings) == [("enterprise-differs", "W", 2, "enterprise")]


def test_a_workshop_under_a_weak_label_does_not_hide_the_enterprise() -> None:
    weak = {"enterprise": "责任单位"}
    table = "企业名称｜问题描述｜整改状态\n选矿车间｜漏水｜整改中"
    assert owner(File(table, name="甲公司.xlsx", headers=weak)) == ("甲公司", [])
    unknown = [("enterprise-unknown", "E", 2, "enterprise")]
    assert owner(File(table, name="台账.xlsx", headers=weak)) == (None, unknown)


def test_a_subsidiarys_file_holds_its_plants_rows() -> None:
    found = settled(
        ITEMS,
        File(
            """
            企业名称｜问题描述｜整改状态
            甲公司｜一｜整改中
            丁公司｜二｜整改中
            ｜三｜整改中
            """,
            name="甲公司.xlsx",
        ),
        known=KNOWN,
    )
    assert [name for (name,) in listed(found.rows, "enterprise.name")] == ["甲公司", "丁公司", None]
    assert seen(found.findings) == [
        ("enterprise-ambiguous", "E", 4, "enterprise"),
        ("enterprise-differs", "W", 3, "enterprise"),
    ]
    assert found.owners == {0: "甲公司"}


@pytest.mark.parametrize(
    ("names", "file", "owners"),
    [
        # Only the first row of each block is named, and nobody else is known to have sent it.
        ("1甲公司 2 3丁公司 4", "台账.xlsx", "甲公司 甲公司 丁公司 丁公司"),
        ("1甲公司 2 1丁公司 2", "台账.xlsx", "甲公司 甲公司 丁公司 丁公司"),
        # The numbering goes on: the file's name does not outweigh it; where it begins anew, it may.
        ("1丁公司 2 3", "甲公司.xlsx", "丁公司 丁公司 丁公司"),
        ("1丁公司 1 2", "甲公司.xlsx", "丁公司 ? ?"),
        ("1丁公司 1 2", "台账.xlsx", "丁公司 ? ?"),
        ("丁公司 无 无", "甲公司.xlsx", "丁公司 ? ?"),
        # A row names the sender: blank may be either.
        ("1甲公司 2 3丁公司 4", "甲公司.xlsx", "甲公司 甲公司 丁公司 ?"),
        # Names stand in each row, and one was forgotten.
        ("1甲公司 2甲公司 3 4甲公司", "台账.xlsx", "甲公司 甲公司 甲公司 甲公司"),
        ("1甲公司 2甲公司 3 4丁公司", "台账.xlsx", "甲公司 甲公司 ? 丁公司"),
        ("1 2丁公司 3", "甲公司.xlsx", "甲公司 丁公司 ?"),
        # The name above is itself in doubt.
        ("1某某公司 2", "甲公司.xlsx", "? ?"),
        ("1东山 2", "台账.xlsx", "? ?"),
    ],
)
def test_blank_names_below_a_name(names: str, file: str, owners: str) -> None:
    told = [
        (text.strip("某无甲乙丙丁东山公司"), text.lstrip("0123456789")) for text in names.split()
    ]
    rows = [f"{no}｜{name.replace('无', '')}｜{at}｜整改中" for at, (no, name) in enumerate(told)]
    table = "\n".join(["序号｜企业名称｜问题描述｜整改状态", *rows])
    found = settled(ITEMS, File(table, name=file), known=KNOWN)
    assert [name or "?" for (name,) in listed(found.rows, "enterprise.name")] == owners.split()


@pytest.mark.parametrize(
    ("line", "reason", "owners"),
    [
        ("一、丁公司（2项）", "note", "甲公司 丁公司"),
        ("填报单位：丁公司整改台账", "signature", "甲公司 丁公司"),
        ("选矿车间", "note", "甲公司 甲公司"),
        ("东山", "note", "甲公司 ?"),
        ("丁公司", "total", "甲公司 甲公司"),
    ],
)
def test_a_sub_title_names_the_rows_below(line: str, reason: str, owners: str) -> None:
    arrived = sent(
        ITEMS, File("问题描述｜整改状态\n一｜整改中\n小标题｜\n二｜整改中", "甲公司.xlsx")
    )
    records = arrived.raw.to_pylist()
    records[1] |= {"reason": reason, "extra": f'["", "{line}"]', "description": None}
    raw = pa.Table.from_pylist(records, schema=arrived.raw.schema)
    period = Period(str(AS_OF), {ITEMS.id: AS_OF})
    found = settle(raw, arrived.sheets, arrived.submissions, ITEMS, KNOWN, period)
    assert [name or "?" for (name,) in listed(found.rows, "enterprise.name")] == owners.split()


def test_a_sheet_is_the_one_enterprises_that_all_its_rows_name() -> None:
    one = "企业名称｜问题描述｜整改状态\n甲公司｜一｜整改中\n甲公司｜二｜整改中"
    two = one + "\n丁公司｜三｜整改中"
    found = settled(ITEMS, File(one, "1.xlsx"), File(two, "2.xlsx"), known=KNOWN)
    assert found.owners == {0: "甲公司", 1: None}


def test_an_empty_ledger_from_nobody_known() -> None:
    head = "企业名称｜问题描述｜整改状态"
    found = settled(ITEMS, File(head, "台账.xlsx"), File(head, "甲公司.xlsx"), known=KNOWN)
    (told,) = found.findings.to_pylist()
    assert (told["code"], told["severity"], told["submission"]) == ("sender-unknown", "E", 0)


def test_a_case_about_nobody_known_counts_and_is_asked() -> None:
    rows = [
        CLEAN_CASE | {"case_no": "1", "enterprise": ""},
        CLEAN_CASE | {"case_no": "2", "enterprise": "戊公司"},
        CLEAN_CASE | {"case_no": "3", "enterprise": "东山"},
        CLEAN_CASE | {"case_no": "4", "enterprise": "丁公司"},
    ]
    found = settled(CASES, File(lines(*rows), name="甲公司转办案件.xlsx"), known=KNOWN)
    assert listed(found.rows, "case_no", "enterprise.name") == [
        ("1", "甲公司"),
        ("2", None),
        ("3", None),
        ("4", "丁公司"),
    ]
    assert seen(found.findings) == [
        ("enterprise-ambiguous", "E", 4, "enterprise"),
        ("enterprise-unknown", "W", 3, "enterprise"),
    ]


def test_without_a_registry_names_are_taken_as_given() -> None:
    found = settled(
        ITEMS,
        "企业名称｜问题描述｜整改状态\n戊公司｜一｜整改中\n己公司｜二｜整改中",
        known=Registry(given=False),
    )
    assert listed(found.rows, "enterprise.name") == [("戊公司",), ("己公司",)]
    assert seen(found.findings) == []


def test_without_a_registry_width_of_brackets_does_not_matter() -> None:
    found = settled(
        ITEMS,
        "企业名称｜问题描述｜整改状态\n示例（华南）公司｜一｜整改中\n示例(华南)公司｜二｜整改中",
        known=Registry(given=False),
    )
    assert seen(found.findings) == []
